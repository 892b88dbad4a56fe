//! Listings read ahead: those of the directories that come next beside the one at hand, in one call.

use std::collections::VecDeque;
use std::io::Result;
use sys::directory::{FileType, Name, listings};

/// How many listings are asked for at first; twice as many each time, for a walk that ends soon.
const FIRST_STEP: usize = 8;
const LAST_STEP: usize = 128;

/// What is in one directory, while the walk goes through it.
pub struct Siblings<'names> {
    names: &'names [Name],
    /// Where a name begins in the path at hand.
    name_start: usize,
    /// The one at hand.
    pub index: usize,
    /// How many listings the next call asks for.
    step: usize,
    last_step: usize,
    ready: VecDeque<(usize, Result<Vec<Name>>)>,
}

impl<'names> Siblings<'names> {
    /// Without `reads_ahead`, each directory is listed when its turn comes.
    pub fn new(names: &'names [Name], name_start: usize, reads_ahead: bool) -> Self {
        let (step, last_step) = if reads_ahead { (FIRST_STEP, LAST_STEP) } else { (1, 1) };
        Siblings { names, name_start, index: 0, step, last_step, ready: VecDeque::new() }
    }

    /// The names in the directory at hand, which `path` leads to.
    pub fn listing(&mut self, path: &[u8]) -> Result<Vec<Name>> {
        // Some that were read may not have been entered.
        while self.ready.front().is_some_and(|(index, _)| *index < self.index) {
            self.ready.pop_front();
        }
        if self.ready.front().is_none_or(|(index, _)| *index > self.index) {
            self.read(path);
        }
        match self.ready.pop_front() {
            Some((_, listed)) => listed,
            None => sys::directory::names(path),
        }
    }

    fn read(&mut self, path: &[u8]) {
        let next = self.names.iter().enumerate().skip(self.index + 1).filter(|(_, name)| name.file_type == FileType::Directory);
        let (mut indices, mut paths) = (vec![self.index], vec![path.to_vec()]);
        for (index, name) in next.take(self.step - 1) {
            indices.push(index);
            paths.push([&path[..self.name_start], &name.bytes].concat());
        }
        self.ready = indices.into_iter().zip(listings(&paths)).collect();
        self.step = (self.step * 2).min(self.last_step);
    }
}
