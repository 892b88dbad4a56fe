//! Words: quoting and expansions, taken apart while they are read.

use super::cursor::is_meta;
use super::{ParseError, Parser};
use crate::syntax::{Arithmetic, Part, Word};
use std::rc::Rc;

/// How quotes and backslashes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Plain,
    /// The value of an assignment: tildes also after colons.
    Value,
    /// Within double quotes.
    DoubleQuotes,
    /// An arithmetic expression, or the operand of `${…}` within double quotes: as in double quotes, but
    /// double quotes themselves are dropped.
    Operand,
    /// The body of a here-document: as in double quotes, but `"` is plain text.
    HereDocument,
}

impl Mode {
    fn is_unquoted(self) -> bool {
        matches!(self, Mode::Plain | Mode::Value)
    }

    /// How the word of `${name-word}` is read.
    fn of_operands(self) -> Mode {
        if self.is_unquoted() { self } else { Mode::Operand }
    }
}

/// Where a run of parts ends. The end itself is left to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A blank or an operator.
    Word,
    /// The same, but parentheses and `|` belong to a regular expression.
    Regex,
    /// `"`
    Quote,
    /// `}`
    Brace,
    /// `/` or `}`
    Slash,
    /// `:` or `}`, but not the colon of `a ? b : c`
    Colon,
    /// A `)` that nothing here opened.
    Parenthesis,
    /// The same, or `;`.
    Semicolon,
    /// A `]` that nothing here opened.
    Bracket,
    /// The end of the text.
    End,
}

/// Parts as they are collected.
#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
    /// Unquoted text not yet in `parts`.
    literal: Vec<u8>,
}

impl Parts {
    fn push(&mut self, part: Part) {
        self.flush();
        self.parts.push(part);
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.parts.push(Part::Literal(std::mem::take(&mut self.literal)));
        }
    }

    /// Adds protected text, joined with protected text before it.
    fn quoted(&mut self, text: &[u8]) {
        if self.literal.is_empty()
            && let Some(Part::Quoted(before)) = self.parts.last_mut()
        {
            before.extend_from_slice(text);
            return;
        }
        self.push(Part::Quoted(text.to_vec()));
    }
}

impl Parser {
    /// Parses the word that starts here.
    pub(super) fn word(&mut self) -> Result<Word, ParseError> {
        self.word_in(Mode::Plain, Stop::Word)
    }

    pub(super) fn word_in(&mut self, mode: Mode, stop: Stop) -> Result<Word, ParseError> {
        let start = self.position;
        let parts = self.parts(mode, stop)?;
        let parts = match mode {
            Mode::Operand | Mode::DoubleQuotes => vec![Part::DoubleQuoted(parts)],
            _ => parts,
        };
        Ok(Word { parts: parts.into(), source: self.text[start..self.position].into() })
    }

    /// Parses the whole text as one word.
    pub(super) fn whole_word(mut self, mode: Mode) -> Result<Word, ParseError> {
        self.word_in(mode, Stop::End)
    }

    /// Parses an arithmetic expression up to `stop`.
    pub(super) fn arithmetic(&mut self, stop: Stop) -> Result<Arithmetic, ParseError> {
        Ok(Arithmetic { text: self.deeper(|parser| parser.word_in(Mode::Operand, stop))? })
    }

    fn parts(&mut self, mode: Mode, stop: Stop) -> Result<Vec<Part>, ParseError> {
        let mut parts = Parts::default();
        let start = self.position;
        // Parentheses or brackets opened here, and conditionals whose colon is to come.
        let (mut open, mut conditionals) = (0usize, 0usize);
        // Within the quotes of `"${x-"}"}"`.
        let mut is_quoted_again = false;
        while let Some(byte) = self.peek() {
            match (stop, byte) {
                (Stop::Word, byte) if is_meta(byte) => {
                    let is_group = byte == b'(' && self.opens_pattern(start);
                    let is_substitution =
                        matches!(byte, b'<' | b'>') && self.peek_at(1) == Some(b'(') && mode.is_unquoted();
                    if is_substitution {
                        self.process_substitution(&mut parts)?;
                        continue;
                    }
                    if !is_group {
                        break;
                    }
                    self.pattern_group(&mut parts)?;
                    continue;
                }
                (Stop::Regex, b' ' | b'\t' | b'\n') if open == 0 => break,
                (Stop::Regex, b'&' | b';' | b'<' | b'>') if open == 0 => break,
                (Stop::Regex, b')') if open == 0 => break,
                (Stop::Brace, b'}') if is_quoted_again => {}
                (Stop::Brace, b'"') if mode == Mode::Operand => is_quoted_again = !is_quoted_again,
                (Stop::Quote, b'"') | (Stop::Brace | Stop::Slash | Stop::Colon, b'}') => break,
                (Stop::Slash, b'/') if self.position > start || mode != Mode::Plain => break,
                (Stop::Colon, b':') if open == 0 && conditionals == 0 => break,
                (Stop::Colon, b':') if open == 0 => conditionals -= 1,
                (Stop::Colon, b'?') if open == 0 => conditionals += 1,
                (Stop::Semicolon, b';') if open == 0 => break,
                (Stop::Parenthesis | Stop::Semicolon, b')') if open == 0 => break,
                (Stop::Bracket, b']') if open == 0 => break,
                (Stop::Parenthesis | Stop::Semicolon | Stop::Colon | Stop::Regex, b'(') => open += 1,
                (Stop::Parenthesis | Stop::Semicolon | Stop::Colon | Stop::Regex, b')') => open = open.saturating_sub(1),
                (Stop::Bracket, b'[') => open += 1,
                (Stop::Bracket, b']') => open -= 1,
                _ => {}
            }
            if byte == b'\'' && mode == Mode::Operand && stop == Stop::Brace && self.hides_brace() {
                // The quotes stay, and what is between them is read as if they were not there.
                let end = self.position + 1 + self.text[self.position + 1..].iter().position(|byte| *byte == b'\'').unwrap_or(0);
                while self.position <= end
                    && let Some(byte) = self.peek()
                {
                    self.part(byte, mode, start, &mut parts)?;
                }
                continue;
            }
            self.part(byte, mode, start, &mut parts)?;
        }
        parts.flush();
        Ok(parts.parts)
    }

    /// Whether the apostrophe here and the next one have a brace between them that is not the end of `"${x-'}'}"`. Where
    /// there is no other end, the apostrophe is one.
    fn hides_brace(&self) -> bool {
        let rest = &self.text[self.position + 1..];
        let line = &rest[..rest.iter().position(|byte| matches!(byte, b'\n' | b'"')).unwrap_or(rest.len())];
        let Some(length) = line.iter().position(|byte| *byte == b'\'') else { return false };
        line[..length].contains(&b'}') && line[length..].contains(&b'}')
    }

    /// Takes one byte, escape, quotation or expansion.
    fn part(&mut self, byte: u8, mode: Mode, start: usize, parts: &mut Parts) -> Result<(), ParseError> {
        match byte {
            b'\\' => self.backslash(mode, parts),
            b'$' => self.dollar(mode, parts)?,
            b'`' => self.backquotes(mode, parts)?,
            b'"' if mode == Mode::Operand => self.position += 1,
            b'"' if mode.is_unquoted() => self.double_quotes(parts)?,
            b'\'' if mode.is_unquoted() => {
                let line = self.line;
                let rest = &self.text[self.position + 1..];
                let Some(length) = rest.iter().position(|byte| *byte == b'\'') else {
                    return Err(ParseError::unterminated(line, "'"));
                };
                let text = rest[..length].to_vec();
                parts.push(Part::Quoted(text));
                self.advance(length + 2);
            }
            b'~' if self.tilde_counts(mode, start, parts) => self.tilde(mode, parts),
            _ => {
                parts.literal.push(byte);
                self.advance(1);
            }
        }
        Ok(())
    }

    /// `@(a|b)` and its like; a parenthesis elsewhere ends the word.
    fn opens_pattern(&self, start: usize) -> bool {
        self.position > start && matches!(self.text[self.position - 1], b'?' | b'*' | b'+' | b'@' | b'!')
    }

    /// Takes `(a|b)` of an extended pattern, balanced.
    fn pattern_group(&mut self, parts: &mut Parts) -> Result<(), ParseError> {
        let line = self.line;
        let start = self.position;
        let mut open = 0;
        loop {
            let Some(byte) = self.peek() else { return Err(ParseError::unterminated(line, ")")) };
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            match byte {
                b'~' => {
                    parts.literal.push(byte);
                    self.position += 1;
                }
                _ => self.deeper(|parser| parser.part(byte, Mode::Plain, start, parts))?,
            }
            if open == 0 {
                return Ok(());
            }
        }
    }

    fn process_substitution(&mut self, parts: &mut Parts) -> Result<(), ParseError> {
        let reads = self.peek() == Some(b'<');
        self.position += 1;
        let list = self.parenthesised_list()?;
        parts.push(Part::ProcessSubstitution { reads, list: Rc::new(list) });
        Ok(())
    }

    fn backslash(&mut self, mode: Mode, parts: &mut Parts) {
        let Some(next) = self.peek_at(1) else {
            self.position += 1;
            match mode.is_unquoted() {
                true => parts.quoted(b"\\"),
                false => parts.literal.push(b'\\'),
            }
            return;
        };
        self.advance(2);
        if next == b'\n' {
            return;
        }
        let protects = match mode {
            Mode::Plain | Mode::Value => true,
            Mode::HereDocument => matches!(next, b'$' | b'`' | b'\\'),
            Mode::DoubleQuotes => matches!(next, b'$' | b'`' | b'\\' | b'"'),
            Mode::Operand => matches!(next, b'$' | b'`' | b'\\' | b'"' | b'}'),
        };
        match protects {
            true => parts.quoted(&[next]),
            false => parts.literal.extend([b'\\', next]),
        }
    }

    fn double_quotes(&mut self, parts: &mut Parts) -> Result<(), ParseError> {
        let line = self.line;
        self.position += 1;
        let inner = self.deeper(|parser| parser.parts(Mode::DoubleQuotes, Stop::Quote))?;
        if self.peek() != Some(b'"') {
            return Err(ParseError::unterminated(line, "\""));
        }
        self.position += 1;
        parts.push(Part::DoubleQuoted(inner));
        Ok(())
    }

    fn tilde_counts(&self, mode: Mode, start: usize, parts: &Parts) -> bool {
        match mode {
            Mode::Plain => self.position == start,
            Mode::Value => self.position == start || parts.literal.last() == Some(&b':'),
            _ => false,
        }
    }

    fn tilde(&mut self, mode: Mode, parts: &mut Parts) {
        let rest = &self.text[self.position + 1..];
        let ends = |byte: &u8| matches!(byte, b'/' | b'}') || is_meta(*byte) || (mode == Mode::Value && *byte == b':');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let name = &rest[..length];
        if name.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'\\' | b'$' | b'`' | b'*' | b'?' | b'[' | b'{' | b',')) {
            parts.literal.push(b'~');
            self.position += 1;
            return;
        }
        let name = name.to_vec();
        self.position += 1 + length;
        parts.push(Part::Tilde(name));
    }

    fn backquotes(&mut self, mode: Mode, parts: &mut Parts) -> Result<(), ParseError> {
        let line = self.line;
        self.position += 1;
        let mut script = Vec::new();
        loop {
            match self.peek() {
                None => return Err(ParseError::unterminated(line, "`")),
                Some(b'`') => break,
                Some(b'\\') => {
                    let next = self.peek_at(1);
                    let drops_backslash = match next {
                        Some(b'$' | b'`' | b'\\') => true,
                        Some(b'"') => mode == Mode::DoubleQuotes,
                        _ => false,
                    };
                    if !drops_backslash {
                        script.push(b'\\');
                    }
                    script.extend(next);
                    self.advance(2);
                }
                Some(byte) => {
                    script.push(byte);
                    self.advance(1);
                }
            }
        }
        self.position += 1;
        let (aliases, has_extglob) = (self.aliases.clone(), self.has_extglob);
        let list = self.deeper(|parser| {
            let mut inner = Parser::new(&script, line, parser.depth);
            inner.use_aliases(aliases);
            inner.use_extglob(has_extglob);
            let mut all = crate::syntax::List::default();
            while let Some(list) = inner.next_list()? {
                all.items.extend(list.items);
            }
            Ok(all)
        })?;
        parts.push(Part::Command(Rc::new(list)));
        Ok(())
    }

    fn dollar(&mut self, mode: Mode, parts: &mut Parts) -> Result<(), ParseError> {
        let line = self.line;
        self.join_lines();
        match self.peek_at(1) {
            Some(b'\'') if mode.is_unquoted() => {
                self.position += 2;
                let start = self.position;
                loop {
                    match self.peek() {
                        None => return Err(ParseError::unterminated(line, "'")),
                        Some(b'\'') => break,
                        Some(b'\\') => self.advance(2),
                        Some(_) => self.advance(1),
                    }
                }
                let text = crate::expand::ansi_c::unescape(&self.text[start..self.position.min(self.text.len())]);
                self.position += 1;
                parts.push(Part::Quoted(text));
            }
            // `$"…"` is a message to translate; there are no translations.
            Some(b'"') if mode.is_unquoted() => self.position += 1,
            Some(b'(') => {
                if self.peek_at(2) == Some(b'(')
                    && let Some(end) = self.arithmetic_end(self.position + 1)
                {
                    self.position += 3;
                    let expression = self.arithmetic(Stop::Parenthesis)?;
                    self.advance(end - self.position.min(end));
                    parts.push(Part::Arithmetic(Rc::new(expression)));
                    return Ok(());
                }
                self.position += 1;
                let list = self.parenthesised_list()?;
                parts.push(Part::Command(Rc::new(list)));
            }
            Some(b'[') => {
                self.position += 2;
                let expression = self.arithmetic(Stop::Bracket)?;
                if self.peek() != Some(b']') {
                    return Err(ParseError::unterminated(line, "]"));
                }
                self.position += 1;
                parts.push(Part::Arithmetic(Rc::new(expression)));
            }
            Some(b'{') => {
                let part = self.deeper(|parser| parser.braced_parameter(mode.of_operands()))?;
                parts.push(part);
            }
            _ => {
                self.position += 1;
                match self.unbraced_parameter() {
                    Some(part) => parts.push(part),
                    None => parts.literal.push(b'$'),
                }
            }
        }
        Ok(())
    }

    /// Parses `( list )` of a substitution; the parenthesis is here.
    pub(super) fn parenthesised_list(&mut self) -> Result<crate::syntax::List, ParseError> {
        let line = self.line;
        self.position += 1;
        // Here-documents that were announced before: their bodies come after the line that goes on behind the list.
        let announced = std::mem::take(&mut self.pending);
        let list = self.deeper(|parser| parser.list_until_closed()).map_err(|error| {
            match error.is_incomplete && !error.message.contains("matching") {
                true => ParseError::unterminated(line, ")"),
                false => error,
            }
        })?;
        if self.operator() != Some(b")") {
            return Err(match self.is_at_end() {
                true => ParseError::unterminated(line, ")"),
                false => self.unexpected(),
            });
        }
        self.position += 1;
        self.pending.splice(0..0, announced);
        Ok(list)
    }
}
