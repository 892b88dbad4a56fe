//! Walking the text: blanks, comments, operators, plain words, lines.

use super::{MAXIMUM_DEPTH, ParseError, Parser};

/// Operators, the longer before their prefixes.
const OPERATORS: [&[u8]; 24] = [
    b";;&", b"<<<", b"<<-", b"&>>", b"&&", b"||", b";;", b";&", b"|&", b"<<", b">>", b"<&", b">&", b"<>", b">|", b"&>",
    b";", b"&", b"|", b"<", b">", b"(", b")", b"\n",
];

pub fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// Bytes that make a word more than plain text.
fn is_quoting(byte: u8) -> bool {
    matches!(byte, b'\\' | b'\'' | b'"' | b'`' | b'$')
}

impl Parser {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.position + ahead).copied()
    }

    pub(super) fn looking_at(&self, text: &[u8]) -> bool {
        self.text[self.position.min(self.text.len())..].starts_with(text)
    }

    /// Moves on and counts the lines passed.
    pub(super) fn advance(&mut self, count: usize) {
        let end = (self.position + count).min(self.text.len());
        let passed = &self.text[self.position.min(end)..end];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u32;
        self.position = end;
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.position >= self.text.len()
    }

    /// Runs `parse` one level deeper.
    pub(super) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, ParseError>) -> Result<T, ParseError> {
        if self.depth >= MAXIMUM_DEPTH {
            return Err(ParseError::too_deep(self.line));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.position += 1,
                Some(b'\\') if self.peek_at(1) == Some(b'\n') => self.advance(2),
                Some(b'#') => {
                    let rest = &self.text[self.position..];
                    self.position += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// The operator here, after blanks.
    pub(super) fn operator(&mut self) -> Option<&'static [u8]> {
        self.skip_blanks();
        self.join_lines();
        let rest = &self.text[self.position.min(self.text.len())..];
        match rest {
            [b'<' | b'>', b'(', ..] => return None,
            [byte, ..] if !is_meta(*byte) => return None,
            _ => {}
        }
        OPERATORS.iter().find(|operator| rest.starts_with(operator)).copied()
    }

    pub(super) fn accept(&mut self, operator: &[u8]) -> bool {
        let found = self.operator() == Some(operator);
        if found {
            self.position += operator.len();
        }
        found
    }

    /// Passes newlines; the here-documents announced before the first of them are read.
    pub(super) fn skip_newlines(&mut self) -> Result<(), ParseError> {
        while self.operator() == Some(b"\n") {
            self.newline()?;
        }
        Ok(())
    }

    /// Takes the newline here.
    pub(super) fn newline(&mut self) -> Result<(), ParseError> {
        self.advance(1);
        self.read_here_documents()
    }

    /// The word here if it is plain text without quotes or expansions: what reserved words and names of
    /// functions have to be.
    pub(super) fn plain_word(&mut self) -> Option<&[u8]> {
        self.skip_blanks();
        self.join_lines();
        let rest = &self.text[self.position.min(self.text.len())..];
        let length = rest.iter().position(|byte| is_meta(*byte) || is_quoting(*byte)).unwrap_or(rest.len());
        let ends = rest.get(length).is_none_or(|byte| is_meta(*byte));
        (length > 0 && ends).then(|| &rest[..length])
    }

    pub(super) fn at_word(&mut self, word: &[u8]) -> bool {
        self.plain_word() == Some(word)
    }

    pub(super) fn accept_word(&mut self, word: &[u8]) -> bool {
        let found = self.at_word(word);
        if found {
            self.position += word.len();
        }
        found
    }

    pub(super) fn expect_word(&mut self, word: &[u8]) -> Result<(), ParseError> {
        match self.accept_word(word) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    /// The error about the token here.
    pub(super) fn unexpected(&mut self) -> ParseError {
        if let Some(operator) = self.operator() {
            return ParseError::unexpected_token(self.line, operator);
        }
        if self.is_at_end() {
            return ParseError::unexpected_end(self.end_line());
        }
        let rest = &self.text[self.position..];
        let length = rest.iter().position(|byte| is_meta(*byte)).unwrap_or(rest.len()).max(1);
        ParseError::unexpected_token(self.line, &rest[..length])
    }

    /// Bash counts the line after the last newline as the one where the file ends.
    fn end_line(&self) -> u32 {
        self.line + u32::from(self.text.last() != Some(&b'\n'))
    }

    /// The position after the `))` that closes the `((` at `start`; none if it is no arithmetic but two
    /// parentheses. The scan is flat: quotes are passed, all parentheses count.
    pub(super) fn arithmetic_end(&self, start: usize) -> Option<usize> {
        let text = &self.text;
        let mut open = 0;
        let mut position = start + 2;
        while let Some(byte) = text.get(position) {
            match byte {
                b'(' => open += 1,
                b')' if open > 0 => open -= 1,
                b')' => return (text.get(position + 1) == Some(&b')')).then_some(position + 2),
                b'\\' => position += 1,
                b'\'' | b'"' => {
                    position += 1;
                    while let Some(inner) = text.get(position).filter(|inner| *inner != byte) {
                        position += 1 + usize::from(*inner == b'\\' && *byte == b'"');
                    }
                }
                _ => {}
            }
            position += 1;
        }
        None
    }

    /// The position after the `]` that closes the `[` at `start`, passed flat.
    pub(super) fn bracket_end(&self, start: usize) -> Option<usize> {
        let text = &self.text;
        let (mut open, mut parentheses) = (0, 0);
        let mut position = start;
        while let Some(byte) = text.get(position) {
            match byte {
                b'[' => open += 1,
                b']' => {
                    open -= 1;
                    if open == 0 {
                        return Some(position + 1);
                    }
                }
                b'(' => parentheses += 1,
                b')' => parentheses -= 1,
                b'\n' if parentheses == 0 => return None,
                b'\\' => position += 1,
                b'\'' | b'"' => {
                    position += 1;
                    while let Some(inner) = text.get(position).filter(|inner| *inner != byte) {
                        position += 1 + usize::from(*inner == b'\\' && *byte == b'"');
                    }
                }
                _ => {}
            }
            position += 1;
        }
        None
    }

    /// Length of the variable's name here.
    pub(super) fn name_length(&self) -> usize {
        let rest = &self.text[self.position.min(self.text.len())..];
        match rest.first() {
            Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
                rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
            }
            _ => 0,
        }
    }

    pub(super) fn text_between(&self, start: usize, end: usize) -> Vec<u8> {
        self.text[start..end.min(self.text.len())].to_vec()
    }
}
