//! Finds where quotes and expansions end, without taking them apart.
//!
//! Every function gets the position of the opening and returns the position after the closing.

use super::MAXIMUM_DEPTH;
use super::error::ParseError;
use super::lexer::Lexer;

/// Counts lines for error messages.
pub fn line_at(text: &[u8], first_line: u32, position: usize) -> u32 {
    let end = position.min(text.len());
    first_line + text[..end].iter().filter(|byte| **byte == b'\n').count() as u32
}

/// A text, the number of its first line, and how many constructs it stands within.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub text: &'a [u8],
    pub first_line: u32,
    pub depth: usize,
}

impl<'a> Source<'a> {
    fn at(&self, position: usize) -> Option<u8> {
        self.text.get(position).copied()
    }

    /// The same text seen from within the construct at `opening`; an error if that is too deep.
    fn deeper(&self, opening: usize) -> Result<Self, ParseError> {
        match self.depth < MAXIMUM_DEPTH {
            true => Ok(Source { depth: self.depth + 1, ..*self }),
            false => Err(ParseError::too_deep(line_at(self.text, self.first_line, opening))),
        }
    }

    fn unterminated(&self, opening: usize, closer: &str) -> ParseError {
        ParseError::unterminated(line_at(self.text, self.first_line, opening), closer)
    }

    /// `'…'`
    pub fn single_quotes(&self, start: usize) -> Result<usize, ParseError> {
        self.text[start + 1..]
            .iter()
            .position(|byte| *byte == b'\'')
            .map(|length| start + length + 2)
            .ok_or_else(|| self.unterminated(start, "'"))
    }

    /// `$'…'`, from the quote on.
    pub fn ansi_c_quotes(&self, start: usize) -> Result<usize, ParseError> {
        let mut position = start + 1;
        loop {
            match self.at(position) {
                None => return Err(self.unterminated(start, "'")),
                Some(b'\'') => return Ok(position + 1),
                Some(b'\\') => position += 2,
                Some(_) => position += 1,
            }
        }
    }

    /// `"…"`
    pub fn double_quotes(&self, start: usize) -> Result<usize, ParseError> {
        let inner = self.deeper(start)?;
        let mut position = start + 1;
        loop {
            match self.at(position) {
                None => return Err(self.unterminated(start, "\"")),
                Some(b'"') => return Ok(position + 1),
                Some(b'\\') => position += 2,
                Some(b'`') => position = inner.backquotes(position)?,
                Some(b'$') => position = inner.dollar_in_double_quotes(position)?,
                Some(_) => position += 1,
            }
        }
    }

    /// `` `…` ``
    pub fn backquotes(&self, start: usize) -> Result<usize, ParseError> {
        let mut position = start + 1;
        loop {
            match self.at(position) {
                None => return Err(self.unterminated(start, "`")),
                Some(b'`') => return Ok(position + 1),
                Some(b'\\') => position += 2,
                Some(_) => position += 1,
            }
        }
    }

    /// What follows a `$` outside of double quotes; a lone `$` is one byte.
    pub fn dollar(&self, start: usize) -> Result<usize, ParseError> {
        match self.at(start + 1) {
            Some(b'\'') => self.ansi_c_quotes(start + 1),
            Some(b'"') => self.double_quotes(start + 1),
            Some(b'{') => self.braces(start + 1, false),
            _ => self.dollar_in_double_quotes(start),
        }
    }

    pub fn dollar_in_double_quotes(&self, start: usize) -> Result<usize, ParseError> {
        match self.at(start + 1) {
            Some(b'(') => self.parenthesised_dollar(start),
            Some(b'{') => self.braces(start + 1, true),
            Some(b'[') => self.brackets(start + 1),
            _ => Ok(start + 1),
        }
    }

    /// `$(…)` or `$((…))`
    fn parenthesised_dollar(&self, start: usize) -> Result<usize, ParseError> {
        if self.at(start + 2) == Some(b'(')
            && let Some(end) = self.arithmetic_parentheses(start + 1)
        {
            return Ok(end);
        }
        self.command_parentheses(start + 1)
    }

    /// `(…)` around commands.
    pub fn command_parentheses(&self, start: usize) -> Result<usize, ParseError> {
        let line = line_at(self.text, self.first_line, start);
        let mut lexer = Lexer::new(&self.text[start + 1..], line, self.deeper(start)?.depth);
        lexer.skip_to_closing_parenthesis().map(|length| start + 1 + length).map_err(|error| {
            match error.is_incomplete && !error.message.contains("matching") {
                true => self.unterminated(start, ")"),
                false => error,
            }
        })
    }

    /// `((…))`, from the first parenthesis on; `None` when it does not end in two parentheses together,
    /// which makes it nested subshells.
    pub fn arithmetic_parentheses(&self, start: usize) -> Option<usize> {
        let inner = self.deeper(start).ok()?;
        let mut depth = 0;
        let mut position = start + 2;
        loop {
            match self.at(position)? {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b')' => return (self.at(position + 1) == Some(b')')).then_some(position + 2),
                b'\\' => position += 1,
                b'\'' => {
                    position = inner.single_quotes(position).ok()?;
                    continue;
                }
                b'"' => {
                    position = inner.double_quotes(position).ok()?;
                    continue;
                }
                b'`' => {
                    position = inner.backquotes(position).ok()?;
                    continue;
                }
                b'$' => {
                    position = inner.dollar_in_double_quotes(position).ok()?;
                    continue;
                }
                _ => {}
            }
            position += 1;
        }
    }

    /// `{…}` of `${…}`, from the brace on.
    pub fn braces(&self, start: usize, in_double_quotes: bool) -> Result<usize, ParseError> {
        let inner = self.deeper(start)?;
        // In double quotes an apostrophe is plain text in `"${x:-it's}"` but quotes in `"${x#'*'}"`.
        let quotes_count = !in_double_quotes || self.takes_a_pattern(start + 1);
        let mut position = start + 1;
        loop {
            match self.at(position) {
                None => return Err(self.unterminated(start, "}")),
                Some(b'}') => return Ok(position + 1),
                Some(b'\\') => position += 2,
                Some(b'\'') if quotes_count => position = inner.single_quotes(position)?,
                Some(b'"') => position = inner.double_quotes(position)?,
                Some(b'`') => position = inner.backquotes(position)?,
                Some(b'$') if quotes_count => position = inner.dollar(position)?,
                Some(b'$') => position = inner.dollar_in_double_quotes(position)?,
                Some(_) => position += 1,
            }
        }
    }

    /// Tells whether the operator of the `${…}` whose name starts at `name` is followed by a pattern.
    fn takes_a_pattern(&self, name: usize) -> bool {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let mut position = name;
        if self.at(position) == Some(b'!') {
            position += 1;
        }
        match self.at(position) {
            Some(byte) if is_name(&byte) => {
                position += self.text[position..].iter().take_while(|byte| is_name(byte)).count();
            }
            Some(_) => position += 1,
            None => return false,
        }
        if self.at(position) == Some(b'[') {
            position = self.brackets(position).unwrap_or(position);
        }
        matches!(self.at(position), Some(b'#' | b'%' | b'/' | b'^' | b','))
    }

    /// `[…]` of `$[…]` and of subscripts.
    pub fn brackets(&self, start: usize) -> Result<usize, ParseError> {
        let inner = self.deeper(start)?;
        let mut depth = 0;
        let mut position = start;
        loop {
            match self.at(position) {
                None => return Err(self.unterminated(start, "]")),
                Some(b'[') => depth += 1,
                Some(b']') => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(position + 1);
                    }
                }
                Some(b'\\') => position += 1,
                Some(b'"') => {
                    position = inner.double_quotes(position)?;
                    continue;
                }
                Some(b'\'') => {
                    position = inner.single_quotes(position)?;
                    continue;
                }
                Some(b'$') => {
                    position = inner.dollar(position)?;
                    continue;
                }
                Some(_) => {}
            }
            position += 1;
        }
    }

    /// `(…)` of extended patterns, array values and regular expressions: balanced, quotes respected.
    pub fn pattern_parentheses(&self, start: usize) -> Result<usize, ParseError> {
        let inner = self.deeper(start)?;
        let mut depth = 0;
        let mut position = start;
        loop {
            match self.at(position) {
                None => return Err(self.unterminated(start, ")")),
                Some(b'(') => depth += 1,
                Some(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(position + 1);
                    }
                }
                Some(b'\\') => position += 1,
                Some(b'"') => {
                    position = inner.double_quotes(position)?;
                    continue;
                }
                Some(b'\'') => {
                    position = inner.single_quotes(position)?;
                    continue;
                }
                Some(b'`') => {
                    position = inner.backquotes(position)?;
                    continue;
                }
                Some(b'$') => {
                    position = inner.dollar(position)?;
                    continue;
                }
                Some(_) => {}
            }
            position += 1;
        }
    }
}
