//! cat: files one after the other. Ours because uutils refuses devices, whose type std does not
//! know on WASI.

use crate::getopt::{self, Opt, Program, flag};
use crate::input;
use crate::output::{self, Output};
use crate::words::quoted_if_needed;
use std::ffi::OsString;
use std::io::{Read, Result, Write};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "cat", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["A", "show-all"]),
    flag(&["b", "number-nonblank"]),
    flag(&["e"]),
    flag(&["E", "show-ends"]),
    flag(&["n", "number"]),
    flag(&["s", "squeeze-blank"]),
    flag(&["t"]),
    flag(&["T", "show-tabs"]),
    flag(&["u"]),
    flag(&["v", "show-nonprinting"]),
];

#[derive(Default)]
struct Options {
    numbers: bool,
    numbers_nonblank: bool,
    ends: bool,
    tabs: bool,
    nonprinting: bool,
    squeezes: bool,
}

/// What is carried from file to file.
struct Lines {
    number: u64,
    at_line_start: bool,
    /// Empty lines in a row.
    empty_lines: u64,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut options = Options::default();
    for given in &parsed.options {
        match given.name {
            "A" => (options.nonprinting, options.ends, options.tabs) = (true, true, true),
            "b" => options.numbers_nonblank = true,
            "e" => (options.nonprinting, options.ends) = (true, true),
            "E" => options.ends = true,
            "n" => options.numbers = true,
            "s" => options.squeezes = true,
            "t" => (options.nonprinting, options.tabs) = (true, true),
            "T" => options.tabs = true,
            "v" => options.nonprinting = true,
            _ => {}
        }
    }
    let files = if parsed.operands.is_empty() { vec![OsString::from("-")] } else { parsed.operands };
    let mut lines = Lines { number: 0, at_line_start: true, empty_lines: 0 };
    let (mut output, mut code) = (output::standard(), 0);
    let mut buffer = vec![0; input::BUFFER_BYTES];
    for file in &files {
        if let Err(failure) = copy(file.as_bytes(), &options, &mut lines, &mut buffer, &mut output) {
            match failure {
                Failure::Reading(error) => {
                    let _ = output.flush();
                    PROGRAM.complain_of(&quoted_if_needed(file), &error);
                    code = 1;
                }
                // Shows again when the output is finished.
                Failure::Writing => break,
            }
        }
    }
    output::finish(output, PROGRAM.name, code)
}

enum Failure {
    Reading(std::io::Error),
    Writing,
}

fn copy(file: &[u8], options: &Options, lines: &mut Lines, buffer: &mut [u8], output: &mut Output) -> std::result::Result<(), Failure> {
    let mut input = input::open(file).map_err(Failure::Reading)?;
    loop {
        let count = input.read(buffer).map_err(Failure::Reading)?;
        if count == 0 {
            return Ok(());
        }
        let written = if options.is_plain() {
            output.write_all(&buffer[..count])
        } else {
            lines.write(&buffer[..count], options, output)
        };
        // What has been read is shown at once: the input may be somebody typing.
        written.and_then(|()| output.flush()).map_err(|_| Failure::Writing)?;
    }
}

impl Options {
    fn is_plain(&self) -> bool {
        !(self.numbers || self.numbers_nonblank || self.ends || self.tabs || self.nonprinting || self.squeezes)
    }
}

impl Lines {
    fn write(&mut self, text: &[u8], options: &Options, output: &mut Output) -> Result<()> {
        for byte in text {
            let is_empty_line = self.at_line_start && *byte == b'\n';
            if is_empty_line {
                self.empty_lines += 1;
                if options.squeezes && self.empty_lines > 1 {
                    continue;
                }
            }
            let is_numbered = if options.numbers_nonblank { !is_empty_line } else { options.numbers };
            if self.at_line_start && is_numbered {
                self.number += 1;
                write!(output, "{:>6}\t", self.number)?;
            }
            if *byte == b'\n' {
                output.write_all(if options.ends { b"$\n" } else { b"\n" })?;
                self.at_line_start = true;
                continue;
            }
            (self.at_line_start, self.empty_lines) = (false, 0);
            match byte {
                b'\t' if options.tabs => output.write_all(b"^I")?,
                b'\t' => output.write_all(b"\t")?,
                byte if options.nonprinting => output.write_all(&shown(*byte))?,
                byte => output.write_all(&[*byte])?,
            }
        }
        Ok(())
    }
}

/// `^X` for control characters, `M-` before bytes of 128 and more.
fn shown(byte: u8) -> Vec<u8> {
    match byte {
        128.. => [b"M-", &shown(byte - 128)[..]].concat(),
        127 => b"^?".to_vec(),
        byte if byte < 32 => vec![b'^', byte + 64],
        byte => vec![byte],
    }
}
