//! yes: repeats a line until nobody reads it.

use crate::getopt::{self, Opt, Program};
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "yes", usage: "[STRING]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[];
const BLOCK_BYTES: usize = 64 * 1024;

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let words: Vec<_> = parsed.operands.iter().map(|arg| arg.as_bytes()).collect();
    let mut line = if words.is_empty() { b"y".to_vec() } else { words.join(&b' ') };
    line.push(b'\n');
    let block = line.repeat((BLOCK_BYTES / line.len()).max(1));
    let mut output = crate::output::standard();
    loop {
        if let Err(error) = output.write_all(&block) {
            eprintln!("yes: standard output: {}", sys::errno::message(&error));
            return 1;
        }
    }
}
