//! The words of a simple command, expanded.

use crate::builtins::takes_assignments;
use crate::state::{Outcome, Shell};
use crate::syntax::{Assignment, AssignmentTarget, AssignmentValue, CommandWord, Part, Word};
use std::borrow::Cow;
use std::rc::Rc;

/// An argument: text, or for `declare` and its like an assignment still to be made.
#[derive(Clone, Debug)]
pub enum Argument<'a> {
    Text(Vec<u8>),
    Assignment(Cow<'a, Assignment>),
}

impl Shell {
    /// Expands a command's words to its arguments, name included.
    pub(super) fn expand_arguments<'a>(&mut self, words: &'a [CommandWord]) -> Outcome<Vec<Argument<'a>>> {
        let mut arguments = Vec::with_capacity(words.len());
        let mut fields = Vec::new();
        for word in words {
            match word {
                CommandWord::Assignment(assignment, _)
                    if matches!(arguments.first(), Some(Argument::Text(name)) if takes_assignments(name)) =>
                {
                    let expanded = self.expand_scalar_assignment(assignment)?;
                    arguments.push(Argument::Assignment(expanded));
                    continue;
                }
                CommandWord::Assignment(_, word) | CommandWord::Plain(word) => {
                    self.expand_word_into(word, &mut fields)?;
                }
            }
            arguments.extend(fields.drain(..).map(Argument::Text));
        }
        Ok(arguments)
    }

    /// A scalar's value is expanded with the other words: before redirections and what the command changes.
    fn expand_scalar_assignment<'a>(&mut self, assignment: &'a Assignment) -> Outcome<Cow<'a, Assignment>> {
        let (AssignmentTarget::Variable(name), AssignmentValue::Scalar(word)) = (&assignment.target, &assignment.value) else {
            return Ok(Cow::Borrowed(assignment));
        };
        let value = self.expand_to_string(word)?;
        let operator: &[u8] = if assignment.append { b"+=" } else { b"=" };
        let source = [name.as_bytes(), operator, &value].concat().into();
        let word = Word { source: value.as_slice().into(), parts: [Part::Quoted(value)].into() };
        Ok(Cow::Owned(Assignment { value: AssignmentValue::Scalar(word), source, ..assignment.clone() }))
    }

    /// Prints the command if `set -x` is on.
    pub(super) fn trace_arguments(&mut self, arguments: &[Argument]) {
        if !self.options.xtrace() {
            return;
        }
        let words: Vec<Vec<u8>> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Text(text) => crate::expand::quote::traced(text),
                Argument::Assignment(assignment) => match assignment.value {
                    AssignmentValue::Scalar(_) => crate::expand::quote::traced(&assignment.source),
                    AssignmentValue::Array(_) => assignment.source.to_vec(),
                },
            })
            .collect();
        self.trace(words.join(b" ".as_slice()));
    }
}

/// The arguments as text; assignments as they are written.
pub fn texts(arguments: Vec<Argument>) -> Vec<Vec<u8>> {
    arguments
        .into_iter()
        .map(|argument| match argument {
            Argument::Text(text) => text,
            Argument::Assignment(assignment) => Rc::clone(&assignment.source).to_vec(),
        })
        .collect()
}
