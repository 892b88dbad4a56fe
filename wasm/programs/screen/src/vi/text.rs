//! The lines that are edited, and what they were before.

use std::io;
use std::rc::Rc;
use terminal::text;

pub type Line = Rc<Vec<char>>;

/// A place: a line and a character of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

#[derive(Clone)]
struct State {
    lines: Vec<Line>,
    place: Place,
}

/// Cut or copied text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    pub lines: Vec<Vec<char>>,
    /// Whole lines.
    pub is_lines: bool,
}

pub struct Text {
    pub lines: Vec<Line>,
    undo: Vec<State>,
    redo: Vec<State>,
    /// How many undo states there were when the file was written.
    written: Option<usize>,
    pub ends_in_newline: bool,
}

impl Text {
    pub fn empty() -> Text {
        Text { lines: vec![Line::default()], undo: Vec::new(), redo: Vec::new(), written: Some(0), ends_in_newline: true }
    }

    pub fn read(path: &str) -> io::Result<Text> {
        let bytes = std::fs::read(path)?;
        let mut text = Text::empty();
        if !bytes.is_empty() {
            text.lines = lines_of(&bytes);
            text.ends_in_newline = bytes.ends_with(b"\n");
        }
        Ok(text)
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn line(&self, index: usize) -> &[char] {
        self.lines.get(index).map_or(&[], |line| line)
    }

    pub fn line_mut(&mut self, index: usize) -> &mut Vec<char> {
        Rc::make_mut(&mut self.lines[index])
    }

    pub fn bytes(&self, first: usize, last: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (index, line) in self.lines.iter().enumerate().take(last + 1).skip(first) {
            bytes.extend(text::encode(line));
            if index + 1 < self.len() || self.ends_in_newline {
                bytes.push(b'\n');
            }
        }
        bytes
    }

    /// Whether there is nothing, as in a new file.
    pub fn is_empty(&self) -> bool {
        self.lines.len() == 1 && self.lines[0].is_empty()
    }

    /// Notes the present state, to which `undo` goes back.
    pub fn save(&mut self, place: Place) {
        if self.written.is_some_and(|written| written > self.undo.len()) {
            self.written = None;
        }
        self.undo.push(State { lines: self.lines.clone(), place });
        self.redo.clear();
    }

    /// Forgets the last saved state if nothing has changed since.
    pub fn forget_unchanged(&mut self) {
        if self.undo.last().is_some_and(|state| state.lines == self.lines) {
            self.undo.pop();
        }
    }

    pub fn undo(&mut self, place: Place) -> Option<Place> {
        let state = self.undo.pop()?;
        self.redo.push(State { lines: std::mem::replace(&mut self.lines, state.lines), place });
        Some(state.place)
    }

    pub fn redo(&mut self, place: Place) -> Option<Place> {
        let state = self.redo.pop()?;
        self.undo.push(State { lines: std::mem::replace(&mut self.lines, state.lines), place });
        Some(state.place)
    }

    pub fn is_changed(&self) -> bool {
        self.written != Some(self.undo.len())
    }

    pub fn note_written(&mut self) {
        self.written = Some(self.undo.len());
    }

    /// Takes out what is between two places; lines stay at least one.
    pub fn cut(&mut self, from: Place, to: Place) -> Register {
        let register = self.copy(from, to);
        if from.line == to.line {
            let end = to.column.min(self.line(to.line).len());
            self.line_mut(from.line).drain(from.column.min(end)..end);
            return register;
        }
        let rest = self.line(to.line).get(to.column..).unwrap_or(&[]).to_vec();
        let first = self.line_mut(from.line);
        first.truncate(from.column);
        first.extend(rest);
        self.lines.drain(from.line + 1..=to.line);
        register
    }

    pub fn copy(&self, from: Place, to: Place) -> Register {
        let mut lines = Vec::new();
        for index in from.line..=to.line {
            let line = self.line(index);
            let start = if index == from.line { from.column.min(line.len()) } else { 0 };
            let end = if index == to.line { to.column.min(line.len()) } else { line.len() };
            lines.push(line[start..end.max(start)].to_vec());
        }
        Register { lines, is_lines: false }
    }

    pub fn cut_lines(&mut self, first: usize, last: usize) -> Register {
        let register = self.copy_lines(first, last);
        self.lines.drain(first..=last.min(self.len() - 1));
        if self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        register
    }

    pub fn copy_lines(&self, first: usize, last: usize) -> Register {
        let lines = self.lines[first..=last.min(self.len() - 1)].iter().map(|line| line.to_vec()).collect();
        Register { lines, is_lines: true }
    }

    pub fn insert_lines(&mut self, at: usize, lines: impl IntoIterator<Item = Vec<char>>) {
        self.lines.splice(at..at, lines.into_iter().map(Line::new));
    }

    /// Puts text in at a place; where it ends.
    pub fn insert(&mut self, at: Place, lines: &[Vec<char>]) -> Place {
        let Some((first, others)) = lines.split_first() else { return at };
        let column = at.column.min(self.line(at.line).len());
        let Some((last, between)) = others.split_last() else {
            self.line_mut(at.line).splice(column..column, first.iter().copied());
            return Place { line: at.line, column: column + first.len() };
        };
        let rest = self.line_mut(at.line).split_off(column);
        self.line_mut(at.line).extend(first);
        let end = Place { line: at.line + others.len(), column: last.len() };
        let last = [last.as_slice(), &rest].concat();
        self.insert_lines(at.line + 1, between.iter().cloned().chain([last]));
        end
    }
}

/// Bytes as lines, without the end of the last one.
pub fn lines_of(bytes: &[u8]) -> Vec<Line> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.split(|byte| *byte == b'\n').map(|line| Line::new(text::decode(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_and_inserts_undo() {
        let mut text = Text::empty();
        text.lines = lines_of(b"one\ntwo\nthree\n");
        text.save(Place::default());
        let register = text.cut(Place { line: 0, column: 1 }, Place { line: 2, column: 2 });
        assert_eq!(text.bytes(0, 9), b"oree\n");
        assert_eq!(text.insert(Place { line: 0, column: 1 }, &register.lines), Place { line: 2, column: 2 });
        assert_eq!(text.bytes(0, 9), b"one\ntwo\nthree\n");
        text.lines = lines_of(b"x");
        text.undo(Place::default());
        assert_eq!(text.len(), 3);
    }
}
