//! Here-documents: announced on a line, read after it.

use super::word::Mode;
use super::{ParseError, Parser};
use crate::syntax::{Part, Word};
use std::cell::OnceCell;
use std::rc::Rc;

/// A here-document whose body comes after the line.
pub struct PendingHereDocument {
    pub body: Rc<OnceCell<Word>>,
    pub delimiter: Vec<u8>,
    pub strips_tabs: bool,
    pub is_quoted: bool,
}

impl Parser {
    /// Reads the bodies announced on the line that just ended.
    pub(super) fn read_here_documents(&mut self) -> Result<(), ParseError> {
        for pending in std::mem::take(&mut self.pending) {
            let first_line = self.line;
            let mut body = Vec::new();
            let mut is_open = true;
            while !self.is_at_end() {
                if !pending.is_quoted {
                    self.join_document_lines();
                }
                let rest = &self.text[self.position..];
                let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                let mut line = &rest[..length];
                if pending.strips_tabs {
                    line = &line[line.iter().take_while(|byte| **byte == b'\t').count()..];
                }
                let is_delimiter = line == pending.delimiter;
                if !is_delimiter {
                    body.extend_from_slice(line);
                    body.push(b'\n');
                }
                self.advance(length + 1);
                if is_delimiter {
                    is_open = false;
                    break;
                }
            }
            self.has_open_here_document |= is_open;
            let word = match pending.is_quoted {
                true => Word { parts: [Part::Quoted(body.clone())].into(), source: body.into() },
                false => {
                    let mut parser = Parser::new(&body, first_line, self.depth);
                    parser.use_aliases(self.aliases.clone());
                    parser.use_extglob(self.has_extglob);
                    parser.whole_word(Mode::HereDocument)?
                }
            };
            // Each document is read once.
            let _ = pending.body.set(word);
        }
        Ok(())
    }
    /// Joins the line here with those that backslashes continue it by.
    fn join_document_lines(&mut self) {
        if !self.has_continued_lines {
            return;
        }
        let mut start = self.position;
        while let Some(length) = self.text[start..].iter().position(|byte| *byte == b'\n') {
            let end = start + length;
            let backslashes = self.text[start..end].iter().rev().take_while(|byte| **byte == b'\\').count();
            if backslashes % 2 == 0 {
                return;
            }
            self.text.drain(end - 1..=end);
            self.line += 1;
            start = end - 1;
        }
    }
}

/// What a here-document's delimiter is compared as.
pub fn remove_quotes(word: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(word.len());
    let mut quote = None;
    let mut bytes = word.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (None, b'\'' | b'"') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            (None | Some(b'"'), b'\\') => plain.extend(bytes.next()),
            (None, b'$') if matches!(bytes.peek(), Some(b'\'' | b'"')) => {}
            _ => plain.push(byte),
        }
    }
    plain
}
