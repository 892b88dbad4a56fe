//! find: walks trees and does what its expression says. Ours: findutils' crate needs processes and modes that std
//! does not have on WASI.

mod action;
mod ahead;
mod entry;
mod exec;
mod expression;
mod format;
mod numbers;
mod parse;
mod tests;
mod walk;

use crate::output::{self, Output};
use expression::{Expression, Options};
use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{Error, Write};
use std::os::wasi::ffi::OsStringExt;

const NAME: &str = "find";

pub fn main(args: Vec<OsString>) -> i32 {
    let words: Vec<Vec<u8>> = args.into_iter().skip(1).map(OsStringExt::into_vec).collect();
    if let [word] = &words[..] {
        if word == b"--version" || word == b"-version" {
            println!("find (secure-exec) {}", env!("CARGO_PKG_VERSION"));
            return 0;
        }
        if word == b"--help" || word == b"-help" {
            println!("Usage: find [-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]");
            return 0;
        }
    }
    let command = match parse::command_line(&words) {
        Ok(command) => command,
        Err(text) => {
            eprintln!("find: {text}");
            return 1;
        }
    };
    let mut find = Find {
        options: command.options,
        output: output::standard(),
        files: command.files,
        failed: false,
        quits: false,
        prunes: false,
        batches: HashMap::new(),
    };
    for root in &command.roots {
        find.visit_root(root, &command.expression);
        if find.quits {
            break;
        }
    }
    find.run_last_batches(&command.expression);
    find.finish()
}

/// One run of find.
struct Find {
    options: Options,
    output: Output,
    /// Files that `-fprint` and its like write, with the names they were asked for by.
    files: Vec<(Vec<u8>, Output)>,
    failed: bool,
    quits: bool,
    /// Set by `-prune`: the directory at hand is not entered.
    prunes: bool,
    /// What `-exec … +` has collected, by the action's place in the expression.
    batches: HashMap<usize, exec::Batch>,
}

impl Find {
    /// Reports a file's trouble.
    fn complain_of(&mut self, path: &[u8], error: &Error) {
        self.complain(&format!("{}: {}", shown(path), sys::errno::message(error)));
    }

    fn complain(&mut self, text: &str) {
        self.failed = true;
        // A failed write shows again when the output is finished.
        let _ = self.output.flush();
        eprintln!("{NAME}: {text}");
    }

    fn finish(mut self) -> i32 {
        for (name, output) in &mut self.files {
            if let Err(error) = output.flush() {
                eprintln!("{NAME}: {}: {}", shown(name), sys::errno::message(&error));
                self.failed = true;
            }
        }
        output::finish(self.output, NAME, i32::from(self.failed))
    }
}

/// A name in quotes, as find's messages have it.
fn shown(name: &[u8]) -> String {
    format!("‘{}’", String::from_utf8_lossy(name))
}

type Root = Vec<u8>;

/// What the command line says.
struct Command {
    options: Options,
    roots: Vec<Root>,
    expression: Expression,
    files: Vec<(Vec<u8>, Output)>,
}
