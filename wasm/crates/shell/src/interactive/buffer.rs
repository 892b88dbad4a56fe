//! The line that is edited: its characters, the place in it, and what it was before.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buffer {
    pub text: Vec<char>,
    /// An index into `text`, or its length.
    pub cursor: usize,
    undo: Vec<(Vec<char>, usize)>,
    /// The last change was a character put in, which further ones are undone with.
    is_typing: bool,
}

/// What a word is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// Letters and digits: M-f, M-b.
    Alphanumeric,
    /// Anything but blanks: ^W.
    Blank,
}

impl WordKind {
    pub fn contains(self, character: char) -> bool {
        match self {
            WordKind::Alphanumeric => character.is_alphanumeric(),
            WordKind::Blank => !character.is_whitespace(),
        }
    }
}

impl Buffer {
    pub fn new(text: Vec<char>) -> Buffer {
        Buffer { cursor: text.len(), text, ..Buffer::default() }
    }

    /// Notes the present state, to which `undo` goes back.
    fn save(&mut self, is_typing: bool) {
        if !(is_typing && self.is_typing) {
            self.undo.push((self.text.clone(), self.cursor));
        }
        self.is_typing = is_typing;
    }

    /// What is typed next is undone for itself.
    pub fn end_typing(&mut self) {
        self.is_typing = false;
    }

    pub fn undo(&mut self) -> bool {
        self.is_typing = false;
        let Some((text, cursor)) = self.undo.pop() else { return false };
        self.text = text;
        self.cursor = cursor;
        true
    }

    /// Undoes everything.
    pub fn revert(&mut self) {
        while self.undo() {}
    }

    pub fn insert(&mut self, character: char) {
        self.save(true);
        self.text.insert(self.cursor, character);
        self.cursor += 1;
    }

    pub fn insert_all(&mut self, characters: &[char]) {
        self.save(false);
        self.text.splice(self.cursor..self.cursor, characters.iter().copied());
        self.cursor += characters.len();
    }

    pub fn overwrite(&mut self, character: char) {
        self.save(true);
        match self.text.get_mut(self.cursor) {
            Some(place) => *place = character,
            None => self.text.push(character),
        }
        self.cursor += 1;
    }

    /// Takes a part out; the place is where it was.
    pub fn remove(&mut self, from: usize, to: usize) -> Vec<char> {
        let (from, to) = (from.min(to), from.max(to).min(self.text.len()));
        if from == to {
            return Vec::new();
        }
        self.save(false);
        self.cursor = from;
        self.text.drain(from..to).collect()
    }

    pub fn replace(&mut self, from: usize, to: usize, characters: &[char]) {
        self.save(false);
        self.text.splice(from..to, characters.iter().copied());
        self.cursor = from + characters.len();
    }

    pub fn set(&mut self, text: Vec<char>) {
        self.save(false);
        self.cursor = text.len();
        self.text = text;
    }

    /// Changes each character of a part, undone as one.
    pub fn change_case(&mut self, from: usize, to: usize, change: impl Fn(usize, char) -> char) {
        self.save(false);
        for index in from..to.min(self.text.len()) {
            self.text[index] = change(index - from, self.text[index]);
        }
    }

    pub fn word_end(&self, from: usize, kind: WordKind) -> usize {
        let mut place = from;
        while place < self.text.len() && !kind.contains(self.text[place]) {
            place += 1;
        }
        while place < self.text.len() && kind.contains(self.text[place]) {
            place += 1;
        }
        place
    }

    pub fn word_start(&self, from: usize, kind: WordKind) -> usize {
        let mut place = from;
        while place > 0 && !kind.contains(self.text[place - 1]) {
            place -= 1;
        }
        while place > 0 && kind.contains(self.text[place - 1]) {
            place -= 1;
        }
        place
    }

    /// Exchanges the characters around the place.
    pub fn transpose(&mut self) -> bool {
        if self.cursor == 0 || self.text.len() < 2 {
            return false;
        }
        self.save(false);
        let at = self.cursor.min(self.text.len() - 1);
        self.text.swap(at - 1, at);
        self.cursor = at + 1;
        true
    }

    /// Exchanges the words around the place.
    pub fn transpose_words(&mut self) -> bool {
        let kind = WordKind::Alphanumeric;
        let second_end = self.word_end(self.cursor, kind);
        let second = self.word_start(second_end, kind);
        let first = self.word_start(second, kind);
        let first_end = self.word_end(first, kind);
        if first == second || first_end > second {
            return false;
        }
        self.save(false);
        let between = self.text[first_end..second].to_vec();
        let new = [&self.text[second..second_end], &between, &self.text[first..first_end]].concat();
        self.text.splice(first..second_end, new);
        self.cursor = second_end;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(text: &str) -> Buffer {
        Buffer::new(text.chars().collect())
    }

    #[test]
    fn words_transpositions_and_undo() {
        let mut line = buffer("echo a-b  c");
        assert_eq!(line.word_start(11, WordKind::Alphanumeric), 10);
        assert_eq!(line.word_start(9, WordKind::Blank), 5);
        assert!(line.transpose_words());
        assert_eq!(line.text.iter().collect::<String>(), "echo a-c  b");
        line.transpose();
        line.insert('x');
        line.insert('y');
        line.undo();
        line.undo();
        line.undo();
        assert_eq!(line, Buffer { cursor: 11, ..buffer("echo a-b  c") });
    }
}
