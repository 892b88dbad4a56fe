//! printenv: prints the environment, or the values of some variables.

use crate::getopt::{self, Opt, Program, flag};
use crate::output;
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "printenv", usage: "[OPTION]... [VARIABLE]...", usage_error: 2, stops_at_operand: true };
const OPTIONS: &[Opt] = &[flag(&["0", "null"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let end: &[u8] = if parsed.options.is_empty() { b"\n" } else { b"\0" };
    let (mut output, mut code) = (output::standard(), 0);
    if parsed.operands.is_empty() {
        for (name, value) in std::env::vars_os() {
            let _ = output.write_all(&[name.as_bytes(), b"=", value.as_bytes(), end].concat());
        }
    }
    for name in &parsed.operands {
        match std::env::vars_os().find(|(other, _)| other == name && !name.as_bytes().contains(&b'=')) {
            Some((_, value)) => {
                let _ = output.write_all(&[value.as_bytes(), end].concat());
            }
            None => code = 1,
        }
    }
    output::finish(output, PROGRAM.name, code)
}
