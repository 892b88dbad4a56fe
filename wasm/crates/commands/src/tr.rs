//! tr: translates, deletes and squeezes bytes. Ours because uutils' reads 32 KiB at a time and writes 16: 4,500 calls
//! for 50 MB in place of 1,000.

mod sets;
mod table;

use crate::getopt::{self, Opt, Program, flag};
use crate::input;
use crate::output::{self, Output};
use crate::words::quoted;
use sets::Set;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::wasi::ffi::OsStrExt;
use table::{Flags, Table};

const PROGRAM: Program = Program { name: "tr", usage: "[OPTION]... STRING1 [STRING2]", usage_error: 1, stops_at_operand: true };
const OPTIONS: &[Opt] = &[
    flag(&["c", "C", "complement"]),
    flag(&["d", "delete"]),
    flag(&["s", "squeeze-repeats"]),
    flag(&["t", "truncate-set1"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let table = match parse(args) {
        Ok(table) => table,
        Err(code) => return code,
    };
    let (mut output, mut buffer, mut last) = (output::standard(), vec![0; input::BUFFER_BYTES], None);
    let mut input = match input::open(b"-") {
        Ok(input) => input,
        Err(error) => return failed_to_read(&error),
    };
    loop {
        let count = match input.read(&mut buffer) {
            Ok(0) => return output::finish(output, PROGRAM.name, 0),
            Ok(count) => count,
            Err(error) => {
                output::finish(output, PROGRAM.name, 0);
                return failed_to_read(&error);
            }
        };
        if table.write(&mut buffer[..count], &mut last, &mut output).is_err() {
            // Shows again when the output is finished.
            return output::finish(output, PROGRAM.name, 1);
        }
    }
}

fn failed_to_read(error: &std::io::Error) -> i32 {
    PROGRAM.complain_of("read error", error);
    1
}

impl Table {
    /// Writes what becomes of `bytes`. `last` is the byte that was written before, if a run of it becomes one.
    fn write(&self, bytes: &mut [u8], last: &mut Option<u8>, output: &mut Output) -> std::io::Result<()> {
        let mut length = bytes.len();
        if self.keeps_length {
            bytes.iter_mut().for_each(|byte| *byte = self.becomes[usize::from(*byte)]);
        } else {
            length = 0;
            for index in 0..bytes.len() {
                let byte = bytes[index];
                if self.is_deleted[usize::from(byte)] {
                    continue;
                }
                let byte = self.becomes[usize::from(byte)];
                let is_squeezed = self.is_squeezed[usize::from(byte)];
                if is_squeezed && *last == Some(byte) {
                    continue;
                }
                *last = is_squeezed.then_some(byte);
                bytes[length] = byte;
                length += 1;
            }
        }
        // What has been read is shown at once: the input may be somebody typing.
        output.write_all(&bytes[..length])?;
        output.flush()
    }
}

fn parse(args: Vec<OsString>) -> Result<Table, i32> {
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    let mut flags = Flags::default();
    for given in &parsed.options {
        match given.name {
            "c" => flags.complements = true,
            "d" => flags.deletes = true,
            "s" => flags.squeezes = true,
            _ => flags.truncates = true,
        }
    }
    let operands = &parsed.operands;
    let wanted = if flags.deletes == flags.squeezes { 2 } else { 1 };
    let most = if flags.deletes && !flags.squeezes { 1 } else { 2 };
    if operands.len() < wanted {
        return Err(match operands.last() {
            None => PROGRAM.usage_failure("missing operand"),
            Some(last) => {
                let why = if flags.squeezes { "both deleting and squeezing repeats" } else { "translating" };
                PROGRAM.usage_failure(&format!("missing operand after {}\nTwo strings must be given when {why}.", quoted(last)))
            }
        });
    }
    if let Some(extra) = operands.get(most) {
        let mut text = format!("extra operand {}", quoted(extra));
        if operands.len() == 2 {
            text += "\nOnly one string may be given when deleting without squeezing repeats.";
        }
        return Err(PROGRAM.usage_failure(&text));
    }
    let refuse = |text: String| {
        PROGRAM.complain(&text);
        1
    };
    let mut sets = Vec::new();
    for operand in operands {
        let mut warnings = Vec::new();
        let set = Set::parse(operand.as_bytes(), &mut warnings);
        warnings.iter().for_each(|warning| PROGRAM.complain(&format!("warning: {warning}")));
        sets.push(set.map_err(refuse)?);
    }
    Table::new(flags, &sets[0], sets.get(1)).map_err(refuse)
}
