//! xargs: runs commands with arguments read from standard input. Ours: findutils' crate needs processes, which std does
//! not have on WASI.

mod input;
mod options;
mod run;

use crate::getopt::Program;
use input::{Item, Items};
use options::{Delimiter, Options};
use run::Runner;
use std::ffi::OsString;

const PROGRAM: Program = Program {
    name: "xargs",
    usage: "[OPTION]... COMMAND [INITIAL-ARGS]...",
    usage_error: 1,
    stops_at_operand: true,
};

pub fn main(args: Vec<OsString>) -> i32 {
    let options = match Options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let items = match Items::open(&options) {
        Ok(items) => items,
        Err(code) => return code,
    };
    let mut runner = Runner::new(&options);
    let mut batches = Batches { options: &options, words: Vec::new(), bytes: 0, lines: 0 };
    let outcome = batches.run(items, &mut runner);
    let code = runner.finish();
    match outcome {
        Ok(()) => code,
        Err(Stop::Code(stop)) => stop,
        Err(Stop::Quietly) => code,
    }
}

/// As many words as the kernel takes for one command.
const MAXIMUM_WORDS: usize = 65_536;

/// Why no more commands are started.
pub enum Stop {
    /// A usage error or too long a line, reported.
    Code(i32),
    /// A command's end said so; the runner knows the code.
    Quietly,
}

/// Collects arguments into command lines.
struct Batches<'options> {
    options: &'options Options,
    words: Vec<Vec<u8>>,
    bytes: usize,
    lines: usize,
}

impl Batches<'_> {
    fn run(&mut self, mut items: Items, runner: &mut Runner) -> Result<(), Stop> {
        let mut ran = false;
        while let Some(item) = items.next()? {
            if self.options.replace.is_some() {
                let words = self.replaced(&item.bytes)?;
                runner.run(words)?;
                ran = true;
                continue;
            }
            if !self.words.is_empty() && self.would_overflow(&item) {
                if self.options.exits_if_too_long && self.options.maximum_arguments.is_some() {
                    return Err(too_long("argument list too long"));
                }
                self.flush(runner)?;
                ran = true;
            }
            if self.bytes_with(&item) > self.options.maximum_bytes {
                return Err(too_long("argument line too long"));
            }
            self.bytes += item.bytes.len() + 1;
            self.words.push(item.bytes);
            self.lines += usize::from(item.ends_line);
            let is_full = self.words.len() + self.options.command.len() >= MAXIMUM_WORDS
                || self.options.maximum_arguments.is_some_and(|maximum| self.words.len() >= maximum)
                || self.options.maximum_lines.is_some_and(|maximum| self.lines >= maximum);
            if is_full {
                self.flush(runner)?;
                ran = true;
            }
        }
        // Without input the command runs once, unless -r or -I.
        if !self.words.is_empty() || (!ran && !self.options.no_run_if_empty && self.options.replace.is_none()) {
            self.flush(runner)?;
        }
        Ok(())
    }

    fn bytes_with(&self, item: &Item) -> usize {
        self.options.command_bytes + self.bytes + item.bytes.len() + 1
    }

    fn would_overflow(&self, item: &Item) -> bool {
        self.bytes_with(item) > self.options.maximum_bytes
    }

    fn flush(&mut self, runner: &mut Runner) -> Result<(), Stop> {
        let words = self.options.command.iter().cloned().chain(self.words.drain(..)).collect();
        (self.bytes, self.lines) = (0, 0);
        runner.run(words)
    }

    /// The command with a line in place of the marker.
    fn replaced(&self, line: &[u8]) -> Result<Vec<Vec<u8>>, Stop> {
        let marker = self.options.replace.as_deref().unwrap_or(b"{}");
        let mut words = vec![self.options.command[0].clone()];
        words.extend(self.options.command[1..].iter().map(|word| replace_all(word, marker, line)));
        let bytes: usize = words.iter().map(|word| word.len() + 1).sum();
        if bytes > self.options.maximum_bytes {
            return Err(too_long("argument list too long"));
        }
        Ok(words)
    }
}

fn too_long(text: &str) -> Stop {
    PROGRAM.complain(text);
    Stop::Code(1)
}

fn replace_all(word: &[u8], marker: &[u8], line: &[u8]) -> Vec<u8> {
    if marker.is_empty() {
        return word.to_vec();
    }
    let (mut output, mut rest) = (Vec::new(), word);
    while let Some(at) = rest.windows(marker.len()).position(|window| window == marker) {
        output.extend_from_slice(&rest[..at]);
        output.extend_from_slice(line);
        rest = &rest[at + marker.len()..];
    }
    output.extend_from_slice(rest);
    output
}

/// How items are told apart, for those who read them.
fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Whether a delimiter was given, so that quotes and blanks mean nothing.
fn is_plain(options: &Options) -> bool {
    !matches!(options.delimiter, Delimiter::Blanks)
}
