//! rev: reverses the characters of each line.

use crate::getopt::{self, Opt, Program, flag};
use crate::input;
use crate::output;
use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "rev", usage: "[options] [file ...]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["0", "zero"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let end = if parsed.options.is_empty() { b'\n' } else { 0 };
    let files = if parsed.operands.is_empty() { vec![OsString::from("-")] } else { parsed.operands };
    let (mut output, mut code) = (output::standard(), 0);
    for file in &files {
        let reversed = input::open_buffered(file.as_bytes()).and_then(|mut input| {
            let mut line = Vec::new();
            while input.read_until(end, &mut line)? > 0 {
                let terminated = line.last() == Some(&end);
                let text = &line[..line.len() - usize::from(terminated)];
                let mut turned: Vec<u8> = reversed(text);
                turned.extend(terminated.then_some(end));
                output.write_all(&turned)?;
                line.clear();
            }
            Ok(())
        });
        if let Err(error) = reversed {
            if output.flush().is_err() {
                break;
            }
            let what = if sys::stat(file.as_bytes()).is_ok() { String::new() } else { "cannot open ".to_owned() };
            PROGRAM.complain_of(&format!("{what}{}", file.to_string_lossy()), &error);
            code = 1;
        }
    }
    output::finish(output, PROGRAM.name, code)
}

/// Whole characters where the text is UTF-8, else bytes.
fn reversed(text: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(text) {
        Ok(text) if !text.is_ascii() => text.chars().rev().collect::<String>().into_bytes(),
        _ => text.iter().rev().copied().collect(),
    }
}
