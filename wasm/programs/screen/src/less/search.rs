//! What was looked for, and where it is next.

use super::document::Document;
use crate::pattern::Pattern;
use std::io;

pub struct Search {
    pub pattern: Pattern,
    pub is_backward: bool,
    /// `!`: lines without it.
    pub is_negated: bool,
}

impl Search {
    pub fn fits(&self, line: &[u8]) -> bool {
        self.pattern.is_match(&String::from_utf8_lossy(line)) != self.is_negated
    }

    /// The next line that fits, from `from` on (forwards) or before it.
    pub fn find(&self, document: &mut Document, from: usize, backward: bool) -> io::Result<Option<usize>> {
        if backward {
            for index in (0..from).rev() {
                if document.line(index)?.is_some_and(|line| self.fits(line)) {
                    return Ok(Some(index));
                }
            }
            return Ok(None);
        }
        let mut index = from;
        while let Some(line) = document.line(index)? {
            if self.fits(line) {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }
}
