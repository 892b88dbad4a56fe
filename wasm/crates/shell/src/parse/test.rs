//! `[[ … ]]`

use super::word::{Mode, Stop};
use super::{ParseError, Parser};
use crate::syntax::{TestExpression, TestOperator, Word};

const UNARY: [TestOperator; 26] = [
    "-a", "-b", "-c", "-d", "-e", "-f", "-g", "-h", "-k", "-L", "-n", "-N", "-o", "-p", "-r", "-s", "-t", "-u", "-v",
    "-w", "-x", "-z", "-G", "-O", "-R", "-S",
];

const BINARY: [TestOperator; 13] =
    ["==", "!=", "=~", "=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"];

impl Parser {
    /// Parses after `[[` up to and with `]]`.
    pub(super) fn test_command(&mut self) -> Result<TestExpression, ParseError> {
        let expression = self.deeper(Self::test_or)?;
        self.skip_newlines()?;
        if !self.accept_word(b"]]") {
            return Err(self.test_error("syntax error in conditional expression"));
        }
        Ok(expression)
    }

    fn test_error(&mut self, what: &str) -> ParseError {
        if self.is_at_end() {
            return ParseError::unexpected_end(self.line);
        }
        let near = self.unexpected();
        let token = near.message.split('`').nth(1).unwrap_or("").to_string();
        let line = self.line;
        // Bash tells twice: what it expected, and where it stopped.
        ParseError {
            line,
            message: format!("{what}\u{0}syntax error near `{token}"),
            is_incomplete: false,
            shows_line: true,
        }
    }

    fn test_or(&mut self) -> Result<TestExpression, ParseError> {
        let mut left = self.test_and()?;
        loop {
            self.skip_newlines()?;
            if !self.accept(b"||") {
                return Ok(left);
            }
            left = TestExpression::Or(Box::new(left), Box::new(self.test_and()?));
        }
    }

    fn test_and(&mut self) -> Result<TestExpression, ParseError> {
        let mut left = self.test_primary()?;
        loop {
            self.skip_newlines()?;
            if !self.accept(b"&&") {
                return Ok(left);
            }
            left = TestExpression::And(Box::new(left), Box::new(self.test_primary()?));
        }
    }

    fn test_primary(&mut self) -> Result<TestExpression, ParseError> {
        self.skip_newlines()?;
        let is_pattern = self.has_extglob && self.looking_at(b"!(");
        if !is_pattern && self.accept_word(b"!") {
            return Ok(TestExpression::Not(Box::new(self.deeper(Self::test_primary)?)));
        }
        if self.accept(b"(") {
            let inner = self.deeper(Self::test_or)?;
            if !self.accept(b")") {
                return Err(self.test_error("expected `)'"));
            }
            return Ok(TestExpression::Group(Box::new(inner)));
        }
        if self.operator().is_some() || self.is_at_end() || self.at_word(b"]]") {
            return Err(self.test_error("syntax error in conditional expression"));
        }
        if let Some(operator) = self.plain_word().and_then(|word| find(&UNARY, word)) {
            let before = self.position;
            self.position += operator.len();
            let is_operand = self.operator().is_none() && !self.at_word(b"]]") && !self.is_at_end();
            if !is_operand && self.at_word(b"]]") && operator != "-a" && operator != "-o" {
                return Err(self.test_error("unexpected argument to conditional unary operator"));
            }
            let is_binary = self.plain_word().is_some_and(|word| find(&BINARY, word).is_some()) && {
                // `-f == x` compares, `-f =` asks for a file named `=`.
                let (position, line) = (self.position, self.line);
                let length = self.plain_word().map_or(0, <[u8]>::len);
                self.position += length;
                let goes_on = self.operator().is_none() && !self.at_word(b"]]") && !self.is_at_end();
                (self.position, self.line) = (position, line);
                goes_on
            };
            if is_operand && !is_binary {
                return Ok(TestExpression::Unary(operator, self.word()?));
            }
            self.position = before;
        }
        let left = self.word()?;
        self.test_binary(left)
    }

    fn test_binary(&mut self, left: Word) -> Result<TestExpression, ParseError> {
        let operator = match self.operator() {
            Some(b"<") => Some("<"),
            Some(b">") => Some(">"),
            Some(_) => None,
            None => self.plain_word().and_then(|word| find(&BINARY, word)),
        };
        let Some(operator) = operator else {
            if self.operator().is_none() && !self.at_word(b"]]") && !self.is_at_end() {
                return Err(self.test_error("conditional binary operator expected"));
            }
            return Ok(TestExpression::Unary("-n", left));
        };
        self.position += operator.len();
        self.skip_blanks();
        if self.is_at_end() || self.at_word(b"]]") {
            return Err(self.test_error("unexpected argument to conditional binary operator"));
        }
        let stop = if operator == "=~" { Stop::Regex } else { Stop::Word };
        if operator != "=~" && matches!(self.operator(), Some(_)) && !self.looking_at(b"(") {
            return Err(self.test_error("unexpected argument to conditional binary operator"));
        }
        let right = self.word_in(Mode::Plain, stop)?;
        let operator = if operator == "=" { "==" } else { operator };
        Ok(TestExpression::Binary(operator, left, right))
    }
}

fn find(operators: &[TestOperator], word: &[u8]) -> Option<TestOperator> {
    operators.iter().find(|operator| operator.as_bytes() == word).copied()
}
