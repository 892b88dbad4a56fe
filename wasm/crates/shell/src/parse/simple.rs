//! Simple commands and redirections.

use super::here_document::{PendingHereDocument, remove_quotes};
use super::{ParseError, Parser};
use crate::syntax::{
    AssignmentValue, CommandWord, Part, RedirectedFd, Redirection, RedirectionKind, SimpleCommand, Word,
};
use std::rc::Rc;

/// Builtins whose arguments may be assignments.
fn declares(name: &[u8]) -> bool {
    matches!(name, b"declare" | b"typeset" | b"local" | b"export" | b"readonly")
}

impl Parser {
    pub(super) fn simple_command(&mut self) -> Result<SimpleCommand, ParseError> {
        let mut command = SimpleCommand::default();
        let mut takes_assignments = false;
        loop {
            if let Some(redirection) = self.redirection()? {
                command.redirections.push(redirection);
                continue;
            }
            if self.operator().is_some() || self.is_at_end() {
                break;
            }
            if command.words.is_empty() {
                if let Some(assignment) = self.assignment()? {
                    command.assignments.push(assignment);
                    continue;
                }
                if !command.assignments.is_empty() || !command.redirections.is_empty() {
                    self.expand_aliases();
                    if self.operator().is_some() || self.is_at_end() {
                        continue;
                    }
                }
            } else {
                self.expand_argument_alias();
            }
            if takes_assignments && let Some(assignment) = self.assignment()? {
                let word = argument_word(&assignment);
                command.words.push(CommandWord::Assignment(assignment, word));
                continue;
            }
            let word = match takes_assignments || !self.is_at_assignment() || command.words.is_empty() {
                true => self.word()?,
                false => self.assignment_like_word()?,
            };
            if let [Part::Literal(text)] = &*word.parts {
                let is_prefix = command.words.iter().all(|word| match word {
                    CommandWord::Plain(word) => matches!(&*word.source, b"command" | b"builtin"),
                    CommandWord::Assignment(..) => false,
                });
                takes_assignments |= is_prefix && declares(text);
            }
            command.words.push(CommandWord::Plain(word));
        }
        if command.words.is_empty() && command.assignments.is_empty() && command.redirections.is_empty() {
            return Err(self.unexpected());
        }
        Ok(command)
    }

    /// `of=~/x`: an argument that looks like an assignment has the tildes of one.
    fn assignment_like_word(&mut self) -> Result<Word, ParseError> {
        let start = self.position;
        let end = self.position + self.name_length();
        if !matches!(self.text.get(end), Some(b'=')) || self.text.get(end + 1) != Some(&b'~') {
            return self.word();
        }
        let name = self.text_between(start, end + 1);
        self.position = end + 1;
        let value = self.word_in(super::word::Mode::Value, super::word::Stop::Word)?;
        let mut parts = vec![Part::Literal(name)];
        parts.extend(value.parts.iter().cloned());
        Ok(Word { parts: parts.into(), source: self.text[start..self.position].into() })
    }

    /// Parses the redirection here, if there is one.
    pub(super) fn redirection(&mut self) -> Result<Option<Redirection>, ParseError> {
        self.skip_blanks();
        let start = self.position;
        let fd = self.redirected_fd();
        let Some(operator) = self.redirection_operator() else {
            self.position = start;
            return Ok(None);
        };
        self.position += operator.len();
        if matches!(operator, b"<<" | b"<<-") {
            let kind = self.here_document(operator == b"<<-")?;
            return Ok(Some(Redirection { fd, kind }));
        }
        if self.operator().is_some() || self.is_at_end() {
            return Err(match self.is_at_end() {
                true => ParseError::unexpected_token(self.line, b"newline"),
                false => self.unexpected(),
            });
        }
        let word = self.word()?;
        let kind = match operator {
            b"<" => RedirectionKind::Read(word),
            b">" => RedirectionKind::Write(word),
            b">|" => RedirectionKind::Clobber(word),
            b">>" => RedirectionKind::Append(word),
            b"<>" => RedirectionKind::ReadWrite(word),
            b"<&" => RedirectionKind::DuplicateInput(word),
            b">&" => RedirectionKind::DuplicateOutput(word),
            b"<<<" => RedirectionKind::HereString(word),
            _ => RedirectionKind::OutputAndError { target: word, append: operator == b"&>>" },
        };
        Ok(Some(Redirection { fd, kind }))
    }

    /// Takes the `2` of `2>` or the `{name}` of `{name}>`; the caller goes back if no operator follows.
    fn redirected_fd(&mut self) -> RedirectedFd {
        let rest = &self.text[self.position.min(self.text.len())..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 && matches!(rest.get(digits), Some(b'<' | b'>')) {
            let number = String::from_utf8_lossy(&rest[..digits]).parse::<i32>();
            self.position += digits;
            // A number too large for a descriptor fails when it is used.
            return RedirectedFd::Number(number.unwrap_or(i32::MAX));
        }
        if rest.first() == Some(&b'{')
            && let Some(length) = rest.iter().position(|byte| *byte == b'}')
            && matches!(rest.get(length + 1), Some(b'<' | b'>'))
            && let Ok(name) = std::str::from_utf8(&rest[1..length])
            && crate::builtins::is_name(name.split('[').next().unwrap_or(""))
        {
            let name = name.to_string();
            self.position += length + 1;
            return RedirectedFd::Variable(name);
        }
        RedirectedFd::Default
    }

    fn redirection_operator(&mut self) -> Option<&'static [u8]> {
        self.operator().filter(|operator| {
            matches!(
                *operator,
                b"<" | b">" | b">|" | b">>" | b"<>" | b"<&" | b">&" | b"<<<" | b"<<" | b"<<-" | b"&>" | b"&>>"
            )
        })
    }

    fn here_document(&mut self, strips_tabs: bool) -> Result<RedirectionKind, ParseError> {
        if self.operator().is_some() || self.is_at_end() {
            return Err(self.unexpected());
        }
        let word = self.word()?;
        let is_quoted = word.source.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'\\'));
        let body = Rc::default();
        self.pending.push(PendingHereDocument {
            body: Rc::clone(&body),
            delimiter: remove_quotes(&word.source),
            strips_tabs,
            is_quoted,
        });
        Ok(RedirectionKind::HereDocument { body, delimiter: word.source.to_vec() })
    }
}

/// What an assignment is as an ordinary argument, should the command not be the builtin it looks like.
fn argument_word(assignment: &crate::syntax::Assignment) -> Word {
    let source = assignment.source.clone();
    let mut parts = Vec::new();
    match &assignment.value {
        AssignmentValue::Scalar(value) => {
            parts.push(Part::Literal(source[..source.len() - value.source.len()].to_vec()));
            parts.extend(value.parts.iter().cloned());
        }
        AssignmentValue::Array(_) => parts.push(Part::Literal(source.to_vec())),
    }
    Word { parts: parts.into(), source }
}
