//! Lines that a backslash joins: `\\` and a newline vanish wherever a token may stand, even within one.

use super::Parser;
use super::cursor::is_meta;

impl Parser {
    /// Joins the lines that the token here stands on, up to its first blank or quote.
    pub(super) fn join_lines(&mut self) {
        if !self.has_continued_lines {
            return;
        }
        let mut ahead = self.position;
        let mut before = b' ';
        while let Some(byte) = self.text.get(ahead).copied() {
            match byte {
                b'\\' if self.text.get(ahead + 1) == Some(&b'\n') => {
                    self.text.drain(ahead..ahead + 2);
                    self.line += 1;
                    continue;
                }
                b' ' | b'\t' | b'\n' | b'\'' | b'"' | b'`' | b'\\' => return,
                b'#' if is_meta(before) => return,
                _ => {}
            }
            before = byte;
            ahead += 1;
        }
    }
}
