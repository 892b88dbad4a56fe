//! Parameter expansions: `$x`, `${x:-y}` and all the other forms.

use super::word::{Mode, Stop};
use super::{ParseError, Parser};
use crate::syntax::word::{CaseChange, ReplacePlace};
use crate::syntax::{ParameterExpansion, ParameterName, ParameterOperation, Part, Word};
use std::rc::Rc;

fn special(byte: u8) -> Option<ParameterName> {
    match byte {
        b'@' => Some(ParameterName::AllPositional),
        b'*' => Some(ParameterName::JoinedPositional),
        b'#' | b'?' | b'-' | b'$' | b'!' | b'0' => Some(ParameterName::Special(byte)),
        _ => None,
    }
}

fn part(name: ParameterName, is_indirect: bool, operation: ParameterOperation) -> Part {
    Part::Parameter(Rc::new(ParameterExpansion { name, is_indirect, is_bare: false, operation }))
}

impl Parser {
    /// Parses what follows a `$` without braces.
    pub(super) fn unbraced_parameter(&mut self) -> Option<Part> {
        let name = if self.name_length() > 0 {
            ParameterName::Variable(self.take_name())
        } else {
            let byte = self.peek()?;
            let name = match byte {
                b'1'..=b'9' => ParameterName::Positional(usize::from(byte - b'0')),
                _ => special(byte)?,
            };
            self.position += 1;
            name
        };
        let operation = ParameterOperation::Plain;
        Some(Part::Parameter(Rc::new(ParameterExpansion { name, is_indirect: false, is_bare: true, operation })))
    }

    /// Parses `${…}`, whose `$` is here; `operand` is how a word in it is read.
    pub(super) fn braced_parameter(&mut self, operand: Mode) -> Result<Part, ParseError> {
        let (start, line) = (self.position, self.line);
        self.position += 2;
        let found = self.parameter(operand)?;
        if let Some(found) = found
            && self.peek() == Some(b'}')
        {
            self.position += 1;
            return Ok(found);
        }
        // Bash complains when it is expanded, not when it is read.
        self.word_in(operand, Stop::Brace)?;
        if self.peek() != Some(b'}') {
            return Err(ParseError::unterminated(line, "}"));
        }
        self.position += 1;
        Ok(Part::BadSubstitution(self.text_between(start, self.position)))
    }

    /// Parses the inside of `${…}`; `None` is a bad substitution.
    fn parameter(&mut self, operand: Mode) -> Result<Option<Part>, ParseError> {
        let start = self.position;
        if self.peek() == Some(b'#') && self.peek_at(1) != Some(b'}') {
            self.position += 1;
            if let Some(name) = self.parameter_name()?
                && self.peek() == Some(b'}')
            {
                return Ok(Some(part(name, false, ParameterOperation::Length)));
            }
            self.position = start;
        }
        if self.peek() == Some(b'!') && !matches!(self.peek_at(1), Some(b'}' | b':' | b'=' | b'+')) {
            self.position += 1;
            if let Some(name) = self.parameter_name()? {
                return self.indirect(name, operand);
            }
            self.position = start;
        }
        let Some(name) = self.parameter_name()? else { return Ok(None) };
        Ok(self.operation(operand)?.map(|operation| part(name, false, operation)))
    }

    /// Parses what follows the name of `${!name…}`.
    fn indirect(&mut self, name: ParameterName, operand: Mode) -> Result<Option<Part>, ParseError> {
        if let ParameterName::Variable(_) = &name
            && let Some(mark @ (b'*' | b'@')) = self.peek()
            && self.peek_at(1) == Some(b'}')
        {
            self.position += 1;
            return Ok(Some(part(name, false, ParameterOperation::NamesWithPrefix { joined: mark == b'*' })));
        }
        if self.peek() == Some(b'}') {
            let keys = match &name {
                ParameterName::AllElements(array) => Some((array, false)),
                ParameterName::JoinedElements(array) => Some((array, true)),
                _ => None,
            };
            if let Some((array, joined)) = keys {
                let name = ParameterName::Variable(array.clone());
                return Ok(Some(part(name, false, ParameterOperation::Keys { joined })));
            }
        }
        Ok(self.operation(operand)?.map(|operation| part(name, true, operation)))
    }

    /// Parses a parameter's name and subscript.
    fn parameter_name(&mut self) -> Result<Option<ParameterName>, ParseError> {
        if self.name_length() > 0 {
            let name = self.take_name();
            if self.peek() != Some(b'[') {
                return Ok(Some(ParameterName::Variable(name)));
            }
            let subscript = self.subscript()?;
            return Ok(match &*subscript.source {
                b"" => None,
                b"@" => Some(ParameterName::AllElements(name)),
                b"*" => Some(ParameterName::JoinedElements(name)),
                _ => Some(ParameterName::Element(name, subscript)),
            });
        }
        let rest = &self.text[self.position.min(self.text.len())..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            // No shell has as many parameters as the largest number.
            let number = String::from_utf8_lossy(&rest[..digits]).parse().unwrap_or(usize::MAX);
            self.position += digits;
            return Ok(Some(match number {
                0 => ParameterName::Special(b'0'),
                _ => ParameterName::Positional(number),
            }));
        }
        let name = self.peek().and_then(special);
        self.position += usize::from(name.is_some());
        Ok(name)
    }

    /// Parses what follows the name. Patterns are read as outside of quotes even within them.
    fn operation(&mut self, operand: Mode) -> Result<Option<ParameterOperation>, ParseError> {
        use ParameterOperation as Op;
        let null_counts = self.peek() == Some(b':') && matches!(self.peek_at(1), Some(b'-' | b'=' | b'?' | b'+'));
        if null_counts {
            self.position += 1;
        }
        let Some(byte) = self.peek() else { return Ok(None) };
        if byte == b'}' {
            return Ok(Some(Op::Plain));
        }
        let next = self.peek_at(1);
        let doubled = next == Some(byte);
        self.position += 1;
        let operation = match byte {
            b'-' => Op::Default { word: self.word_in(operand, Stop::Brace)?, null_counts },
            b'=' => Op::AssignDefault { word: self.word_in(operand, Stop::Brace)?, null_counts },
            b'?' => Op::Require { word: self.word_in(operand, Stop::Brace)?, null_counts },
            b'+' => Op::Alternative { word: self.word_in(operand, Stop::Brace)?, null_counts },
            b'#' | b'%' => {
                self.position += usize::from(doubled);
                let pattern = self.word_in(Mode::Plain, Stop::Brace)?;
                Op::Remove { pattern, at_end: byte == b'%', longest: doubled }
            }
            b'/' => self.replacement()?,
            b'^' => self.case_change(CaseChange::Upper, doubled)?,
            b',' => self.case_change(CaseChange::Lower, doubled)?,
            b'~' => self.case_change(CaseChange::Toggle, doubled)?,
            b'@' => match next {
                Some(letter) if b"QEPAaKkUuL".contains(&letter) && self.peek_at(1) == Some(b'}') => {
                    self.position += 1;
                    Op::Transform(letter)
                }
                _ => return Ok(None),
            },
            b':' => {
                let offset = self.arithmetic(Stop::Colon)?;
                if offset.text.source.is_empty() && self.peek() == Some(b'}') {
                    return Ok(None);
                }
                let length = match self.peek() {
                    Some(b':') => {
                        self.position += 1;
                        Some(self.arithmetic(Stop::Colon)?)
                    }
                    _ => None,
                };
                Op::Slice { offset, length }
            }
            _ => return Ok(None),
        };
        Ok(Some(operation))
    }

    fn case_change(&mut self, change: CaseChange, all: bool) -> Result<ParameterOperation, ParseError> {
        self.position += usize::from(all);
        let pattern = self.word_in(Mode::Plain, Stop::Brace)?;
        let pattern = (!pattern.source.is_empty()).then_some(pattern);
        Ok(ParameterOperation::ChangeCase { change, all, pattern })
    }

    /// Parses `pattern/replacement`, which may start with a second `/`, `#` or `%`.
    fn replacement(&mut self) -> Result<ParameterOperation, ParseError> {
        let place = match self.peek() {
            Some(b'/') => ReplacePlace::All,
            Some(b'#') => ReplacePlace::Start,
            Some(b'%') => ReplacePlace::End,
            _ => ReplacePlace::First,
        };
        self.position += usize::from(place != ReplacePlace::First);
        let pattern = match (place, self.peek()) {
            (ReplacePlace::Start | ReplacePlace::End, Some(b'/')) => Word::empty(),
            _ => self.word_in(Mode::Plain, Stop::Slash)?,
        };
        let replacement = match self.peek() {
            Some(b'/') => {
                self.position += 1;
                self.word_in(Mode::Plain, Stop::Brace)?
            }
            _ => Word::empty(),
        };
        Ok(ParameterOperation::Replace { pattern, replacement, place })
    }
}
