//! The words of a simple command, expanded.

use crate::builtins::takes_assignments;
use crate::state::{Outcome, Shell};
use crate::syntax::{Assignment, CommandWord};
use std::rc::Rc;

/// An argument: text, or for `declare` and its like an assignment still to be made.
#[derive(Clone, Debug)]
pub enum Argument<'a> {
    Text(Vec<u8>),
    Assignment(&'a Assignment),
}

impl Shell {
    /// Expands a command's words to its arguments, name included.
    pub(super) fn expand_arguments<'a>(&mut self, words: &'a [CommandWord]) -> Outcome<Vec<Argument<'a>>> {
        let mut arguments = Vec::with_capacity(words.len());
        let mut keeps_assignments = false;
        let mut fields = Vec::new();
        for word in words {
            match word {
                CommandWord::Assignment(assignment, _) if keeps_assignments => {
                    arguments.push(Argument::Assignment(assignment));
                    continue;
                }
                CommandWord::Assignment(_, word) | CommandWord::Plain(word) => {
                    self.expand_word_into(word, &mut fields)?;
                }
            }
            let is_first = arguments.is_empty();
            arguments.extend(fields.drain(..).map(Argument::Text));
            if is_first && let Some(Argument::Text(name)) = arguments.first() {
                keeps_assignments = takes_assignments(name);
            }
        }
        Ok(arguments)
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
                Argument::Assignment(assignment) => assignment.source.to_vec(),
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
