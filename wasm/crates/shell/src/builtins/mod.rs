//! Builtin commands, one file each.
//!
//! A builtin gets its arguments with its own name first, prints through the shell's descriptors in one
//! write, and returns its status.

mod break_continue;
mod cd;
mod command;
mod date_text;
mod declare;
mod echo;
mod eval;
mod exit;
mod getopts;
mod hash;
mod jobs;
mod kill;
mod r#let;
mod mapfile;
mod options;
mod printf;
mod printf_format;
mod pwd;
mod read;
mod set;
mod shift;
mod shopt;
mod source;
mod test;
mod trap;
mod r#type;
mod umask;
mod unset;
mod wait;

pub use declare::{is_name, run_declaring};

use crate::state::{Outcome, Shell};
use crate::syntax::{Command, CommandKind, CommandWord, List, Part, RedirectionKind, Word};

#[derive(Clone, Copy)]
pub enum Builtin {
    Plain(fn(&mut Shell, &[Vec<u8>]) -> Outcome),
    /// Its arguments may be assignments.
    Declaring(declare::Run),
}

/// Names, sorted.
const TABLE: [(&str, Builtin); 42] = [
    (".", Builtin::Plain(source::run)),
    (":", Builtin::Plain(succeed)),
    ("[", Builtin::Plain(test::run_bracket)),
    ("break", Builtin::Plain(break_continue::run)),
    ("builtin", Builtin::Plain(command::run_builtin)),
    ("cd", Builtin::Plain(cd::run)),
    ("command", Builtin::Plain(command::run)),
    ("continue", Builtin::Plain(break_continue::run)),
    ("declare", Builtin::Declaring(declare::run)),
    ("echo", Builtin::Plain(echo::run)),
    ("eval", Builtin::Plain(eval::run)),
    ("exec", Builtin::Plain(eval::run_exec)),
    ("exit", Builtin::Plain(exit::run)),
    ("export", Builtin::Declaring(declare::run)),
    ("false", Builtin::Plain(fail)),
    ("getopts", Builtin::Plain(getopts::run)),
    ("hash", Builtin::Plain(hash::run)),
    ("jobs", Builtin::Plain(jobs::run)),
    ("kill", Builtin::Plain(kill::run)),
    ("let", Builtin::Plain(r#let::run)),
    ("local", Builtin::Declaring(declare::run)),
    ("mapfile", Builtin::Plain(mapfile::run)),
    ("printf", Builtin::Plain(printf::run)),
    ("pwd", Builtin::Plain(pwd::run)),
    ("read", Builtin::Plain(read::run)),
    ("readarray", Builtin::Plain(mapfile::run)),
    ("readonly", Builtin::Declaring(declare::run)),
    ("return", Builtin::Plain(exit::run_return)),
    ("set", Builtin::Plain(set::run)),
    ("shift", Builtin::Plain(shift::run)),
    ("shopt", Builtin::Plain(shopt::run)),
    ("source", Builtin::Plain(source::run)),
    ("test", Builtin::Plain(test::run)),
    ("times", Builtin::Plain(jobs::run_times)),
    ("trap", Builtin::Plain(trap::run)),
    ("true", Builtin::Plain(succeed)),
    ("type", Builtin::Plain(r#type::run)),
    ("typeset", Builtin::Declaring(declare::run)),
    ("umask", Builtin::Plain(umask::run)),
    ("unalias", Builtin::Plain(succeed)),
    ("unset", Builtin::Plain(unset::run)),
    ("wait", Builtin::Plain(wait::run)),
];

fn succeed(_: &mut Shell, _: &[Vec<u8>]) -> Outcome {
    Ok(0)
}

fn fail(_: &mut Shell, _: &[Vec<u8>]) -> Outcome {
    Ok(1)
}

pub fn find(name: &[u8]) -> Option<Builtin> {
    let index = TABLE.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok()?;
    Some(TABLE[index].1)
}

/// Prints and changes nothing in the shell, so that a pipeline's stage may run in the shell's process.
pub fn only_prints(name: &[u8]) -> bool {
    matches!(name, b"echo" | b"printf" | b"true" | b"false" | b":" | b"test" | b"[" | b"pwd")
}

pub fn takes_assignments(name: &[u8]) -> bool {
    matches!(find(name), Some(Builtin::Declaring(_)))
}

impl Shell {
    /// Writes a builtin's output; a failure is told and makes the status 1.
    pub(crate) fn print(&mut self, name: &[u8], output: &[u8]) -> Outcome {
        if output.is_empty() {
            return Ok(0);
        }
        match self.write(1, output) {
            Ok(()) => Ok(0),
            Err(error) => {
                self.complain([name, b": write error: ", sys::errno::message(&error).as_bytes()].concat());
                Ok(1)
            }
        }
    }

    /// Tells that a builtin was used wrongly.
    pub(crate) fn usage(&mut self, name: &[u8], message: impl AsRef<[u8]>) -> Outcome {
        self.complain([name, b": ", message.as_ref()].concat());
        Ok(2)
    }
}

/// Tells whether a command runs nothing but builtins, so that nobody else reads its standard input.
pub fn uses_only_builtins(command: &Command) -> bool {
    let list = |list: &List| {
        list.items.iter().all(|item| {
            let pipelines = std::iter::once(&item.chain.first).chain(item.chain.rest.iter().map(|(_, next)| next));
            !item.in_background
                && pipelines.into_iter().all(|pipeline| pipeline.stages.len() == 1 && uses_only_builtins(&pipeline.stages[0]))
        })
    };
    let reads_nothing_else = command.redirections.iter().all(|redirection| {
        !matches!(redirection.kind, RedirectionKind::DuplicateInput(_) | RedirectionKind::DuplicateOutput(_))
    });
    reads_nothing_else
        && match &command.kind {
            CommandKind::Simple(simple) => {
                let words = simple.words.iter().map(|word| match word {
                    CommandWord::Plain(word) | CommandWord::Assignment(_, word) => word,
                });
                words.clone().all(has_no_command)
                    && simple.assignments.iter().all(|assignment| match &assignment.value {
                        crate::syntax::AssignmentValue::Scalar(word) => has_no_command(word),
                        crate::syntax::AssignmentValue::Array(_) => false,
                    })
                    && match words.clone().next().map(|word| &*word.parts) {
                        None => true,
                        Some([Part::Literal(name)]) => find(name).is_some() && !matches!(name.as_slice(), b"eval" | b"." | b"source" | b"command" | b"exec"),
                        Some(_) => false,
                    }
            }
            CommandKind::Group(body) | CommandKind::Subshell(body) => list(body),
            CommandKind::If { branches, otherwise } => {
                branches.iter().all(|(condition, body)| list(condition) && list(body)) && otherwise.as_ref().is_none_or(list)
            }
            CommandKind::Loop { condition, body, .. } => list(condition) && list(body),
            CommandKind::For { words, body, .. } => words.iter().flatten().all(has_no_command) && list(body),
            CommandKind::ArithmeticFor { body, .. } => list(body),
            CommandKind::Case { subject, items } => has_no_command(subject) && items.iter().all(|item| list(&item.body)),
            CommandKind::Arithmetic(_) | CommandKind::Test(_) => true,
            CommandKind::Function { .. } => false,
        }
}

fn has_no_command(word: &Word) -> bool {
    fn parts_have_none(parts: &[Part]) -> bool {
        parts.iter().all(|part| match part {
            Part::Command(_) | Part::ProcessSubstitution => false,
            Part::DoubleQuoted(inner) => parts_have_none(inner),
            Part::Parameter(expansion) => matches!(expansion.operation, crate::syntax::ParameterOperation::Plain),
            _ => true,
        })
    }
    parts_have_none(&word.parts)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_is_sorted() {
        assert!(super::TABLE.is_sorted_by(|left, right| left.0 < right.0));
    }
}
