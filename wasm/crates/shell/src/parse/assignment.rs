//! Assignments and the values of arrays.

use super::word::{Mode, Stop};
use super::{ParseError, Parser};
use crate::syntax::word::Element;
use crate::syntax::{Assignment, AssignmentTarget, AssignmentValue, Word};

impl Parser {
    /// Tells whether an assignment starts here: a name, perhaps a subscript, and `=` or `+=`.
    pub(super) fn is_at_assignment(&self) -> bool {
        let length = self.name_length();
        if length == 0 {
            return false;
        }
        let mut end = self.position + length;
        if self.text.get(end) == Some(&b'[') {
            match self.bracket_end(end) {
                Some(after) => end = after,
                None => return false,
            }
        }
        matches!(self.text.get(end..), Some([b'=', ..] | [b'+', b'=', ..]))
    }

    /// Parses the assignment here, if there is one.
    pub(super) fn assignment(&mut self) -> Result<Option<Assignment>, ParseError> {
        if !self.is_at_assignment() {
            let end = self.position + self.name_length();
            let is_open = self.text.get(end) == Some(&b'[')
                && self.text[end..].iter().all(|byte| !matches!(byte, b']' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>'));
            return if is_open && end > self.position { Err(ParseError::unterminated(self.line, "]")) } else { Ok(None) };
        }
        let start = self.position;
        let name = self.take_name();
        let mut target = AssignmentTarget::Variable(name);
        if self.peek() == Some(b'[') {
            let subscript = self.subscript()?;
            target = AssignmentTarget::Element(target.name().to_string(), subscript);
        }
        let append = self.peek() == Some(b'+');
        self.position += 1 + usize::from(append);
        let value = match self.peek() {
            Some(b'(') => AssignmentValue::Array(self.deeper(Self::array)?),
            _ => AssignmentValue::Scalar(self.word_in(Mode::Value, Stop::Word)?),
        };
        let source = self.text_between(start, self.position).into();
        Ok(Some(Assignment { target, value, append, source }))
    }

    pub(super) fn take_name(&mut self) -> String {
        let length = self.name_length();
        let name = self.text_between(self.position, self.position + length);
        self.position += length;
        String::from_utf8_lossy(&name).into_owned()
    }

    /// Parses `[…]`.
    pub(super) fn subscript(&mut self) -> Result<Word, ParseError> {
        let line = self.line;
        self.position += 1;
        let word = self.deeper(|parser| parser.word_in(Mode::Plain, Stop::Bracket))?;
        if self.peek() != Some(b']') {
            return Err(ParseError::unterminated(line, "]"));
        }
        self.position += 1;
        Ok(word)
    }

    /// Parses `(a [3]=b)`.
    fn array(&mut self) -> Result<Vec<Element>, ParseError> {
        let line = self.line;
        self.position += 1;
        let mut elements = Vec::new();
        loop {
            self.skip_newlines()?;
            match self.operator() {
                Some(b")") => {
                    self.position += 1;
                    return Ok(elements);
                }
                Some(_) => return Err(self.unexpected()),
                None if self.is_at_end() => return Err(ParseError::unterminated(line, ")")),
                None => {}
            }
            let assigns = self.peek() == Some(b'[')
                && self
                    .bracket_end(self.position)
                    .is_some_and(|end| matches!(self.text.get(end..), Some([b'=', ..] | [b'+', b'=', ..])));
            if !assigns {
                let value = self.word_in(Mode::Plain, Stop::Word)?;
                elements.push(Element { subscript: None, appends: false, value, as_word: None });
                continue;
            }
            let (start, line) = (self.position, self.line);
            let subscript = self.subscript()?;
            let appends = self.peek() == Some(b'+');
            self.position += 1 + usize::from(appends);
            let value = self.word_in(Mode::Value, Stop::Word)?;
            let mut as_word = None;
            if crate::expand::has_braces(&value) {
                let (end, end_line) = (self.position, self.line);
                (self.position, self.line) = (start, line);
                as_word = Some(self.word_in(Mode::Plain, Stop::Word)?).filter(|_| self.position == end);
                (self.position, self.line) = (end, end_line);
            }
            elements.push(Element { subscript: Some(subscript), appends, value, as_word });
        }
    }
}
