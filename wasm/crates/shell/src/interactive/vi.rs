//! vi's command mode in the line editor: motions, operators, and what POSIX's sh(1) and Readline have of the rest.

use super::buffer::Buffer;
use super::commands::Command;
use super::editor::{Editor, Last, Step};
use std::io;
use terminal::text;

#[derive(Default)]
pub struct Vi {
    takes_commands: bool,
    /// What f, t and their like looked for.
    find: Option<(char, char)>,
    /// The keys of the last command that changed something, for `.`.
    change: Vec<char>,
    /// The keys of the command that is read.
    reading: Vec<char>,
    /// What was looked for in the history, and upwards or not.
    search: Option<(Vec<char>, bool)>,
    /// Text typed since insert mode began belongs to the last change.
    records: bool,
}

impl Vi {
    pub fn takes_commands(&self) -> bool {
        self.takes_commands
    }

    pub fn note_inserted(&mut self, character: char) {
        if self.records {
            self.change.push(character);
        }
    }
}

/// What characters are of one kind: words of letters, and of other characters.
fn class(character: char, is_big: bool) -> u8 {
    match character {
        _ if character.is_whitespace() => 0,
        _ if is_big || character.is_alphanumeric() || character == '_' => 1,
        _ => 2,
    }
}

fn next_word(text: &[char], from: usize, is_big: bool) -> usize {
    let mut place = from;
    if let Some(first) = text.get(place).map(|next| class(*next, is_big)) {
        while place < text.len() && class(text[place], is_big) == first && first != 0 {
            place += 1;
        }
    }
    while place < text.len() && class(text[place], is_big) == 0 {
        place += 1;
    }
    place
}

fn word_end(text: &[char], from: usize, is_big: bool) -> usize {
    let mut place = from + 1;
    while place < text.len() && class(text[place], is_big) == 0 {
        place += 1;
    }
    let Some(kind) = text.get(place).map(|next| class(*next, is_big)) else { return text.len().saturating_sub(1) };
    while place + 1 < text.len() && class(text[place + 1], is_big) == kind {
        place += 1;
    }
    place
}

fn previous_word(text: &[char], from: usize, is_big: bool) -> usize {
    let mut place = from;
    while place > 0 && class(text[place - 1], is_big) == 0 {
        place -= 1;
    }
    if place > 0 {
        let kind = class(text[place - 1], is_big);
        while place > 0 && class(text[place - 1], is_big) == kind {
            place -= 1;
        }
    }
    place
}

/// The bracket that belongs to the first one from the place on.
fn matching_bracket(text: &[char], from: usize) -> Option<usize> {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let start = (from..text.len()).find(|place| PAIRS.iter().any(|pair| text[*place] == pair.0 || text[*place] == pair.1))?;
    let (open, close) = *PAIRS.iter().find(|pair| text[start] == pair.0 || text[start] == pair.1)?;
    let mut depth = 0;
    let mut count = |place: &usize| {
        depth += i32::from(text[*place] == open) - i32::from(text[*place] == close);
        depth == 0
    };
    match text[start] == open {
        true => (start..text.len()).find(|place| count(place)),
        false => (0..=start).rev().find(|place| count(place)),
    }
}

impl Editor<'_> {
    fn vi(&mut self) -> &mut Vi {
        self.vi.get_or_insert_default()
    }

    pub fn enter_vi_commands(&mut self) {
        let vi = self.vi();
        vi.takes_commands = true;
        if std::mem::take(&mut vi.records) {
            vi.change.push('\x1b');
        }
        self.buffer.cursor = self.buffer.cursor.saturating_sub(1);
    }

    fn insert_mode(&mut self) {
        let vi = self.vi();
        vi.takes_commands = false;
        vi.records = true;
        self.buffer.end_typing();
    }

    fn vi_key(&mut self) -> io::Result<Option<char>> {
        let Some(byte) = self.byte()? else { return Ok(None) };
        let character = self.character(byte)?;
        self.vi().reading.push(character);
        Ok(Some(character))
    }

    /// Takes one command.
    pub fn vi_command(&mut self) -> io::Result<Step> {
        self.vi().reading.clear();
        let mut count = String::new();
        let key = loop {
            match self.vi_key()? {
                None => return Ok(Step::End),
                Some(digit @ '0'..='9') if digit != '0' || !count.is_empty() => count.push(digit),
                Some(key) => break key,
            }
        };
        let times = count.parse::<usize>().ok().map(|times| times.min(10_000));
        let step = self.vi_act(key, times)?;
        if self.vi().takes_commands {
            let last = self.buffer.text.len().saturating_sub(1);
            self.buffer.cursor = self.buffer.cursor.min(last);
        }
        Ok(step)
    }

    fn vi_act(&mut self, key: char, count: Option<usize>) -> io::Result<Step> {
        let times = count.unwrap_or(1);
        let length = self.buffer.text.len();
        let cursor = self.buffer.cursor;
        let mut is_change = true;
        match key {
            '\r' | '\n' => return Ok(Step::Accept),
            '\x04' if length == 0 => return Ok(Step::End),
            '\x0c' => return self.run_command(Command::ClearScreen, 0),
            '\x12' => return self.search(true),
            '\x1b' => {
                // Arrows and their like come as sequences.
                if self.has_byte(0.05) {
                    return self.vi_sequence();
                }
                self.bell();
                is_change = false;
            }
            'i' => self.insert_mode(),
            'I' => {
                self.buffer.cursor = 0;
                self.insert_mode();
            }
            'a' => {
                self.buffer.cursor = (cursor + 1).min(length);
                self.insert_mode();
            }
            'A' => {
                self.buffer.cursor = length;
                self.insert_mode();
            }
            'd' | 'c' | 'y' => return self.vi_operator(key, times),
            'D' => self.kill(cursor, length, true, &Last::Other),
            'C' => {
                self.kill(cursor, length, true, &Last::Other);
                self.insert_mode();
            }
            'Y' => {
                let text = self.buffer.text[cursor..].to_vec();
                self.interactive().kills.push(text);
                is_change = false;
            }
            'S' => {
                self.kill(0, length, true, &Last::Other);
                self.insert_mode();
            }
            's' => {
                self.kill(cursor, (cursor + times).min(length), true, &Last::Other);
                self.insert_mode();
            }
            'x' | '\x7f' if length == 0 => self.bell(),
            'x' => self.kill(cursor, (cursor + times).min(length), true, &Last::Other),
            'X' => self.kill(cursor.saturating_sub(times), cursor, false, &Last::Other),
            'r' => {
                let Some(new) = self.vi_key()? else { return Ok(Step::End) };
                if cursor + times <= length {
                    self.buffer.change_case(cursor, cursor + times, |_, _| new);
                    self.buffer.cursor = cursor + times - 1;
                } else {
                    self.bell();
                }
            }
            '~' => {
                let end = (cursor + times).min(length);
                self.buffer.change_case(cursor, end, |_, character| match character.is_uppercase() {
                    true => character.to_lowercase().next().unwrap_or(character),
                    false => character.to_uppercase().next().unwrap_or(character),
                });
                self.buffer.cursor = end;
            }
            'p' | 'P' => {
                let Some(text) = self.shell.interactive.kills.last().cloned() else {
                    self.bell();
                    return Ok(Step::Continue);
                };
                self.buffer.cursor = if key == 'p' { (cursor + 1).min(length) } else { cursor };
                for _ in 0..times {
                    self.buffer.insert_all(&text);
                }
                self.buffer.cursor = self.buffer.cursor.saturating_sub(1);
            }
            'u' => {
                is_change = false;
                if !self.buffer.undo() {
                    self.bell();
                }
            }
            'U' => {
                is_change = false;
                self.buffer.revert();
            }
            '.' => {
                is_change = false;
                let keys = text::encode(&self.vi().change.clone());
                self.unread(&keys);
            }
            'j' | '+' | '\x0e' | 'k' | '-' | '\x10' => {
                is_change = false;
                let is_down = matches!(key, 'j' | '+' | '\x0e');
                self.move_in_history(if is_down { times as i64 } else { -(times as i64) });
                self.buffer.cursor = 0;
            }
            'G' => {
                is_change = false;
                let base = self.shell.interactive.history.base();
                self.go_to_entry(count.map_or(0, |number| number.saturating_sub(base)));
                self.buffer.cursor = 0;
            }
            '/' | '?' => return self.vi_search(key == '/'),
            'n' | 'N' => {
                is_change = false;
                match self.vi().search.clone() {
                    Some((wanted, is_back)) => self.vi_find_entry(&wanted, is_back == (key == 'n')),
                    None => self.bell(),
                }
            }
            '#' => return self.run_command(Command::InsertComment, 0),
            'v' => return self.edit_and_execute(),
            '_' => {
                self.buffer.cursor = (cursor + 1).min(length);
                self.buffer.insert(' ');
                self.yank_last_argument(&Last::Other);
                self.insert_mode();
            }
            '\\' | '=' => {
                is_change = false;
                self.buffer.cursor = (cursor + 1).min(length);
                match key {
                    '=' => self.list_completions()?,
                    _ => {
                        self.complete(&Last::Other)?;
                        self.insert_mode();
                    }
                }
            }
            _ => {
                is_change = false;
                match self.vi_motion(key, times)? {
                    Some((place, _)) => self.buffer.cursor = place,
                    None => self.bell(),
                }
            }
        }
        if is_change {
            self.note_change();
        }
        Ok(Step::Continue)
    }

    fn note_change(&mut self) {
        let vi = self.vi();
        vi.change = vi.reading.clone();
    }

    fn vi_sequence(&mut self) -> io::Result<Step> {
        let mut sequence = Vec::new();
        while let Some(byte) = self.byte()? {
            sequence.push(byte);
            if sequence.len() > 1 && matches!(byte, 0x40..=0x7e) {
                break;
            }
        }
        let command = match sequence.last() {
            Some(b'A') => Command::PreviousHistory,
            Some(b'B') => Command::NextHistory,
            Some(b'C') => Command::ForwardChar,
            Some(b'D') => Command::BackwardChar,
            Some(b'H') => Command::BeginningOfLine,
            Some(b'F') => Command::EndOfLine,
            Some(b'~') if sequence.ends_with(b"3~") => Command::DeleteChar,
            _ => return Ok(Step::Continue),
        };
        self.run_command(command, 0)
    }

    /// d, c and y with the motion that follows; twice the letter is the line.
    fn vi_operator(&mut self, operator: char, times: usize) -> io::Result<Step> {
        let mut count = String::new();
        let key = loop {
            match self.vi_key()? {
                None => return Ok(Step::End),
                Some(digit @ '0'..='9') if digit != '0' || !count.is_empty() => count.push(digit),
                Some(key) => break key,
            }
        };
        let times = times * count.parse::<usize>().unwrap_or(1);
        let cursor = self.buffer.cursor;
        let length = self.buffer.text.len();
        let (from, to) = if key == operator {
            (0, length)
        } else {
            // `cw` leaves the blanks after the word.
            let on_word = self.buffer.text.get(cursor).is_some_and(|next| !next.is_whitespace());
            let key = match key {
                'w' if operator == 'c' && on_word => 'e',
                'W' if operator == 'c' && on_word => 'E',
                key => key,
            };
            let Some((place, is_inclusive)) = self.vi_motion(key, times)? else {
                self.bell();
                return Ok(Step::Continue);
            };
            let (from, to) = (cursor.min(place), cursor.max(place));
            (from, if is_inclusive { (to + 1).min(length) } else { to })
        };
        match operator {
            'y' => {
                let text = self.buffer.text[from..to].to_vec();
                self.interactive().kills.push(text);
                self.buffer.cursor = from;
                return Ok(Step::Continue);
            }
            _ => self.kill(from, to, true, &Last::Other),
        }
        if operator == 'c' {
            self.buffer.cursor = from;
            self.insert_mode();
        }
        self.note_change();
        Ok(Step::Continue)
    }

    /// Where a motion goes, and whether an operator takes the character there too.
    fn vi_motion(&mut self, key: char, times: usize) -> io::Result<Option<(usize, bool)>> {
        let from = self.buffer.cursor;
        let length = self.buffer.text.len();
        let repeat = |buffer: &Buffer, step: &dyn Fn(&[char], usize) -> usize| (0..times).fold(from, |at, _| step(&buffer.text, at));
        let buffer = &self.buffer;
        Ok(match key {
            'h' | '\x08' | '\x7f' => Some((from.saturating_sub(times), false)),
            'l' | ' ' => Some(((from + times).min(length), false)),
            'w' | 'W' => Some((repeat(buffer, &|text, at| next_word(text, at, key == 'W')), false)),
            'e' | 'E' => Some((repeat(buffer, &|text, at| word_end(text, at, key == 'E')), true)),
            'b' | 'B' => Some((repeat(buffer, &|text, at| previous_word(text, at, key == 'B')), false)),
            '0' => Some((0, false)),
            '^' => Some((buffer.text.iter().position(|next| !next.is_whitespace()).unwrap_or(0), false)),
            '$' => Some((length, false)),
            '|' => Some(((times - 1).min(length), false)),
            '%' => matching_bracket(&buffer.text, from).map(|place| (place, true)),
            'f' | 'F' | 't' | 'T' => {
                let Some(wanted) = self.vi_key()? else { return Ok(None) };
                self.vi().find = Some((key, wanted));
                self.vi_find(key, wanted, times)
            }
            ';' | ',' => match self.vi().find {
                Some((kind, wanted)) if key == ';' => self.vi_find(kind, wanted, times),
                Some((kind, wanted)) => {
                    let other = if kind.is_lowercase() { kind.to_ascii_uppercase() } else { kind.to_ascii_lowercase() };
                    self.vi_find(other, wanted, times)
                }
                None => None,
            },
            _ => None,
        })
    }

    fn vi_find(&self, kind: char, wanted: char, times: usize) -> Option<(usize, bool)> {
        let text = &self.buffer.text;
        let from = self.buffer.cursor;
        match kind {
            'f' => (from + 1..text.len()).filter(|place| text[*place] == wanted).nth(times - 1).map(|place| (place, true)),
            't' => {
                (from + 1..text.len()).filter(|place| text[*place] == wanted).nth(times - 1).map(|place| (place - 1, true))
            }
            'F' => (0..from).rev().filter(|place| text[*place] == wanted).nth(times - 1).map(|place| (place, false)),
            _ => (0..from).rev().filter(|place| text[*place] == wanted).nth(times - 1).map(|place| (place + 1, false)),
        }
    }

    /// `/` and `?`: a text to look for in the history.
    fn vi_search(&mut self, is_back: bool) -> io::Result<Step> {
        let own_prompt = std::mem::take(&mut self.prompt);
        let line = std::mem::take(&mut self.buffer);
        self.prompt = super::prompt::cells(if is_back { b"/" } else { b"?" });
        let accepted = loop {
            self.show()?;
            match self.byte()? {
                None => return Ok(Step::End),
                Some(b'\r' | b'\n') => break true,
                Some(27) => break false,
                Some(8 | 127) if self.buffer.text.is_empty() => break false,
                Some(8 | 127) => drop(self.buffer.remove(self.buffer.cursor - 1, self.buffer.cursor)),
                Some(byte) => {
                    let character = self.character(byte)?;
                    self.buffer.insert(character);
                }
            }
        };
        self.prompt = own_prompt;
        let wanted = std::mem::replace(&mut self.buffer, line).text;
        if accepted {
            let wanted = match (wanted.is_empty(), &self.vi().search) {
                (true, Some((before, _))) => before.clone(),
                _ => wanted,
            };
            self.vi().search = Some((wanted.clone(), is_back));
            self.vi_find_entry(&wanted, is_back);
        }
        Ok(Step::Continue)
    }

    fn vi_find_entry(&mut self, wanted: &[char], is_back: bool) {
        let is_start = wanted.first() == Some(&'^');
        let wanted = text::encode(&wanted[usize::from(is_start)..]);
        let fits = |place: &usize| {
            let text = &self.entries()[*place].text;
            match is_start {
                true => text.starts_with(&wanted),
                false => super::history_expansion::find(text, &wanted).is_some(),
            }
        };
        let found = match is_back {
            true => (0..self.place.min(self.entries().len())).rev().find(fits),
            false => (self.place + 1..self.entries().len()).find(fits),
        };
        match found {
            Some(place) => {
                self.go_to_entry(place);
                self.buffer.cursor = 0;
            }
            None => self.bell(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn motions_by_words() {
        let text: Vec<char> = "echo a-b  c".chars().collect();
        assert_eq!((next_word(&text, 0, false), next_word(&text, 5, false), next_word(&text, 5, true)), (5, 6, 10));
        assert_eq!((word_end(&text, 0, false), previous_word(&text, 10, false)), (3, 7));
        let brackets: Vec<char> = "f (a(b))".chars().collect();
        assert_eq!((matching_bracket(&brackets, 0), matching_bracket(&brackets, 7)), (Some(7), Some(2)));
    }
}
