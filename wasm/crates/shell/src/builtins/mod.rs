//! Builtin commands, one file each.
//!
//! A builtin gets its arguments with its own name first, prints through the shell's descriptors in one
//! write, and returns its status.

mod alias;
mod bind;
mod break_continue;
mod caller;
mod cd;
mod cd_spelling;
mod command;
mod complete;
mod declare;
mod directories;
mod echo;
mod enable;
mod eval;
mod exit;
mod fc;
mod getopts;
mod hash;
mod help;
mod history;
mod jobs;
mod kill;
mod r#let;
mod mapfile;
mod options;
mod printf;
mod printf_format;
mod printf_number;
mod pwd;
mod read;
mod set;
mod shift;
mod shopt;
mod source;
mod test;
mod time_zone;
mod trap;
mod r#type;
mod ulimit;
mod umask;
mod unset;
mod wait;

pub use bind::bind_line;
pub use time_zone::KnownZone;
pub use r#type::KEYWORDS;
pub use declare::{declaration, is_name, letters_of, run_declaring};

use crate::state::{Interrupt, Outcome, Shell};

#[derive(Clone, Copy)]
pub enum Builtin {
    Plain(fn(&mut Shell, &[Vec<u8>]) -> Outcome),
    /// Its arguments may be assignments.
    Declaring(declare::Run),
}

/// Names, sorted.
const TABLE: [(&str, Builtin); 59] = [
    (".", Builtin::Plain(source::run)),
    (":", Builtin::Plain(succeed)),
    ("[", Builtin::Plain(test::run_bracket)),
    ("alias", Builtin::Plain(alias::run)),
    ("bg", Builtin::Plain(jobs::run_bg)),
    ("bind", Builtin::Plain(bind::run)),
    ("break", Builtin::Plain(break_continue::run)),
    ("builtin", Builtin::Plain(command::run_builtin)),
    ("caller", Builtin::Plain(caller::run)),
    ("cd", Builtin::Plain(cd::run)),
    ("command", Builtin::Plain(command::run)),
    ("compgen", Builtin::Plain(complete::run_compgen)),
    ("complete", Builtin::Plain(complete::run_complete)),
    ("compopt", Builtin::Plain(complete::run_compopt)),
    ("continue", Builtin::Plain(break_continue::run)),
    ("declare", Builtin::Declaring(declare::run)),
    ("dirs", Builtin::Plain(directories::run_dirs)),
    ("disown", Builtin::Plain(jobs::run_disown)),
    ("echo", Builtin::Plain(echo::run)),
    ("enable", Builtin::Plain(enable::run)),
    ("eval", Builtin::Plain(eval::run)),
    ("exec", Builtin::Plain(eval::run_exec)),
    ("exit", Builtin::Plain(exit::run)),
    ("export", Builtin::Declaring(declare::run)),
    ("false", Builtin::Plain(fail)),
    ("fc", Builtin::Plain(fc::run)),
    ("fg", Builtin::Plain(jobs::run_fg)),
    ("getopts", Builtin::Plain(getopts::run)),
    ("hash", Builtin::Plain(hash::run)),
    ("help", Builtin::Plain(help::run)),
    ("history", Builtin::Plain(history::run)),
    ("jobs", Builtin::Plain(jobs::run)),
    ("kill", Builtin::Plain(kill::run)),
    ("let", Builtin::Plain(r#let::run)),
    ("local", Builtin::Declaring(declare::run)),
    ("mapfile", Builtin::Plain(mapfile::run)),
    ("popd", Builtin::Plain(directories::run_popd)),
    ("printf", Builtin::Plain(printf::run)),
    ("pushd", Builtin::Plain(directories::run_pushd)),
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
    ("ulimit", Builtin::Plain(ulimit::run)),
    ("umask", Builtin::Plain(umask::run)),
    ("unalias", Builtin::Plain(alias::run_unalias)),
    ("unset", Builtin::Plain(unset::run)),
    ("wait", Builtin::Plain(wait::run)),
];

fn succeed(_: &mut Shell, _: &[Vec<u8>]) -> Outcome {
    Ok(0)
}

fn fail(_: &mut Shell, _: &[Vec<u8>]) -> Outcome {
    Ok(1)
}

/// The names of all builtins.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

pub fn find(name: &[u8]) -> Option<Builtin> {
    let index = TABLE.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok()?;
    Some(TABLE[index].1)
}

/// Prints and changes nothing in the shell, so that a pipeline's stage may run in the shell's process.
pub fn only_prints(name: &[u8]) -> bool {
    matches!(name, b"bind" | b"history" | b"compgen" | b"echo" | b"printf" | b"true" | b"false" | b":" | b"test" | b"[" | b"pwd")
}

/// The special builtins of POSIX, whose errors end a shell in POSIX mode.
pub fn is_special(name: &[u8]) -> bool {
    matches!(
        name,
        b"." | b":" | b"break" | b"continue" | b"eval" | b"exec" | b"exit" | b"export" | b"readonly" | b"return" | b"set"
            | b"shift" | b"source" | b"times" | b"trap" | b"unset"
    )
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
        let text = message.as_ref();
        match text.starts_with(b"usage: ") {
            // How to use it is said without saying where.
            true => drop(self.write(2, &[name, b": ", text, b"\n"].concat())),
            false => self.complain([name, b": ", text].concat()),
        }
        if self.options.posix() && !self.is_interactive && is_special(name) {
            return Err(Interrupt::Exit(2));
        }
        Ok(2)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_is_sorted() {
        assert!(super::TABLE.is_sorted_by(|left, right| left.0 < right.0));
    }
}
