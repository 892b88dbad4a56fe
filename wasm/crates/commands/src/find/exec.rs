//! `-exec`, `-execdir`, `-ok`, `-okdir`: commands on files, one by one or in batches.

use super::entry::Entry;
use super::expression::Expression;
use super::{Find, shown};
use crate::{path, prompt};
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;
use sys::{SpawnOptions, WaitOptions, WaitStatus, string_block};

/// A command of the expression.
pub struct Run {
    pub words: Vec<Vec<u8>>,
    /// `+`: many files for one command; its `{}` is the last word and not among `words`.
    pub in_batches: bool,
    /// `-execdir`: in the file's directory.
    pub in_directory: bool,
    /// `-ok`
    pub asks: bool,
}

/// Files that a command waits for.
#[derive(Default)]
pub struct Batch {
    files: Vec<Vec<u8>>,
    bytes: usize,
    /// Where the command runs, with `-execdir`.
    directory: Option<Vec<u8>>,
}

/// Bytes of file names for one command, well under the kernel's limit.
const BATCH_BYTES: usize = 128 * 1024;

impl Find {
    /// Carries out the action for one file: its truth.
    pub fn execute(&mut self, run: &Run, id: usize, entry: &Entry) -> bool {
        let (directory, file) = if run.in_directory { place(entry.path) } else { (None, entry.path.to_vec()) };
        if !run.in_batches {
            let words: Vec<Vec<u8>> = run.words.iter().map(|word| with_name(word, &file)).collect();
            return self.may_run(run, entry) && self.run(&words, directory.as_deref()).is_some_and(|status| status.exit_code() == Some(0));
        }
        let batch = self.batches.entry(id).or_default();
        let is_full = batch.bytes + file.len() + 1 > BATCH_BYTES;
        if !batch.files.is_empty() && (is_full || batch.directory != directory) {
            self.run_batch(run, id);
        }
        let batch = self.batches.entry(id).or_default();
        batch.bytes += file.len() + 1;
        batch.files.push(file);
        batch.directory = directory;
        true
    }

    fn may_run(&mut self, run: &Run, entry: &Entry) -> bool {
        if !run.asks {
            return true;
        }
        let _ = self.output.flush();
        let command = String::from_utf8_lossy(&run.words[0]).into_owned();
        prompt::confirms(&format!("< {command} ... {} > ? ", String::from_utf8_lossy(entry.path)))
    }

    fn run_batch(&mut self, run: &Run, id: usize) {
        let Some(batch) = self.batches.remove(&id) else { return };
        let words: Vec<Vec<u8>> = run.words.iter().cloned().chain(batch.files).collect();
        // What went wrong with a batch shows in find's own exit code.
        if !self.run(&words, batch.directory.as_deref()).is_some_and(|status| status.exit_code() == Some(0)) {
            self.failed = true;
        }
    }

    /// Runs what is left in the batches.
    pub fn run_last_batches(&mut self, expression: &Expression) {
        match expression {
            Expression::And(left, right) | Expression::Or(left, right) | Expression::Both(left, right) => {
                self.run_last_batches(left);
                self.run_last_batches(right);
            }
            Expression::Not(inner) => self.run_last_batches(inner),
            Expression::Execute { run, id } if run.in_batches => self.run_batch(run, *id),
            _ => {}
        }
    }

    /// Runs a command and waits for it; `None`, with a message, when it cannot run.
    fn run(&mut self, words: &[Vec<u8>], directory: Option<&[u8]>) -> Option<WaitStatus> {
        let _ = self.output.flush();
        let argv = string_block::from_strings(words.iter().map(Vec::as_slice));
        let mut env = Vec::new();
        for (name, value) in std::env::vars_os() {
            string_block::push(&mut env, &[name.as_bytes(), b"=", value.as_bytes()].concat());
        }
        let back = match directory {
            Some(directory) => match sys::current_directory().and_then(|back| sys::change_directory(directory).map(|_| back)) {
                Ok(back) => Some(back),
                Err(error) => {
                    self.complain_of(directory, &error);
                    return None;
                }
            },
            None => None,
        };
        let started = sys::spawn(&words[0], SpawnOptions { argv: &argv, env: &env, ..SpawnOptions::default() });
        if let Some(Err(error)) = back.map(|back| sys::change_directory(&back)) {
            self.complain(&format!("failed to return to the working directory: {}", sys::errno::message(&error)));
            self.quits = true;
        }
        let pid = match started {
            Ok(pid) => pid,
            Err(error) => {
                self.complain(&format!("{}: {}", shown(&words[0]), sys::errno::message(&error)));
                // As for GNU's find, whose child exits, a command that is not there only makes the test fail.
                self.failed = words.len() > usize::MAX - 1;
                return None;
            }
        };
        loop {
            match sys::waitpid(pid, WaitOptions::default()) {
                Ok(Some((_, status))) => return Some(status),
                Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return None,
                Ok(None) | Err(_) => {}
            }
        }
    }
}

/// The directory of a file, and the file's name in it, as `-execdir` has them.
fn place(whole: &[u8]) -> (Option<Vec<u8>>, Vec<u8>) {
    let bare = path::without_trailing_slashes(whole);
    match bare.iter().rposition(|byte| *byte == b'/') {
        Some(_) if bare == b"/" => (Some(b"/".to_vec()), b"/".to_vec()),
        Some(slash) => (Some(bare[..slash.max(1)].to_vec()), [b"./", &bare[slash + 1..]].concat()),
        None if bare == b"." => (None, b".".to_vec()),
        None => (None, [b"./", bare].concat()),
    }
}

/// Puts the file's name for each `{}`.
fn with_name(word: &[u8], file: &[u8]) -> Vec<u8> {
    let (mut output, mut rest) = (Vec::new(), word);
    while let Some(at) = rest.windows(2).position(|pair| pair == b"{}") {
        output.extend_from_slice(&rest[..at]);
        output.extend_from_slice(file);
        rest = &rest[at + 2..];
    }
    output.extend_from_slice(rest);
    output
}
