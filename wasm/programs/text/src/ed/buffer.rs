//! The lines, the current one, marks, and what undo brings back.

use std::collections::HashMap;
use std::rc::Rc;

/// A line has an identity, by which marks and global commands find it when it moves.
#[derive(Clone)]
pub struct Line {
    pub text: Rc<Vec<u8>>,
    pub id: u64,
}

#[derive(Clone, Default)]
struct State {
    lines: Rc<Vec<Line>>,
    current: usize,
    is_modified: bool,
}

#[derive(Default)]
pub struct Buffer {
    pub lines: Rc<Vec<Line>>,
    /// From 1; 0 before the first.
    pub current: usize,
    pub is_modified: bool,
    pub marks: HashMap<u8, u64>,
    next_id: u64,
    undo: Option<State>,
}

impl Buffer {
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Keeps what is there now for undo.
    pub fn remember(&mut self) {
        self.undo = Some(State { lines: Rc::clone(&self.lines), current: self.current, is_modified: self.is_modified });
    }

    /// Exchanges what is there with what was kept; false if nothing was.
    pub fn undo(&mut self) -> bool {
        let Some(state) = self.undo.take() else { return false };
        self.remember();
        (self.lines, self.current, self.is_modified) = (state.lines, state.current, state.is_modified);
        true
    }

    pub fn text(&self, number: usize) -> &[u8] {
        &self.lines[number - 1].text
    }

    /// Puts lines after the line `after`; the last of them becomes the current one.
    pub fn insert(&mut self, after: usize, texts: Vec<Vec<u8>>) {
        let count = texts.len();
        let first_id = self.next_id;
        self.next_id += count as u64;
        let lines = texts.into_iter().enumerate().map(|(index, text)| Line { text: Rc::new(text), id: first_id + index as u64 });
        Rc::make_mut(&mut self.lines).splice(after..after, lines);
        self.current = after + count;
        self.is_modified |= count > 0;
    }

    /// Takes lines away; the one after them becomes the current one, or the last.
    pub fn delete(&mut self, first: usize, last: usize) -> Vec<Line> {
        let gone = Rc::make_mut(&mut self.lines).drain(first - 1..last).collect();
        self.current = first.min(self.len());
        self.is_modified = true;
        gone
    }

    /// Puts lines back that were taken away.
    pub fn place(&mut self, after: usize, lines: Vec<Line>) {
        self.current = after + lines.len();
        Rc::make_mut(&mut self.lines).splice(after..after, lines);
        self.is_modified = true;
    }

    pub fn replace(&mut self, number: usize, text: Vec<u8>) {
        Rc::make_mut(&mut self.lines)[number - 1].text = Rc::new(text);
        self.is_modified = true;
    }

    /// Where the line with this identity is now.
    pub fn find(&self, id: u64) -> Option<usize> {
        self.lines.iter().position(|line| line.id == id).map(|index| index + 1)
    }
}
