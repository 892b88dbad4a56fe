//! tty: the name of the terminal on standard input.

use crate::getopt::{self, Opt, Program, flag};
use crate::output;
use std::ffi::OsString;
use std::io::Write;

const PROGRAM: Program = Program { name: "tty", usage: "[OPTION]...", usage_error: 2, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["s", "silent", "quiet"])];

/// Exit codes: no terminal; the answer could not be written.
const NO_TERMINAL: i32 = 1;
const WRITE_ERROR: i32 = 3;

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if let Some(extra) = parsed.operands.first() {
        return PROGRAM.extra_operand(extra);
    }
    let name = sys::terminal::modes(0).and_then(|_| sys::terminal::name(0)).ok();
    let code = if name.is_some() { 0 } else { NO_TERMINAL };
    if !parsed.options.is_empty() {
        return code;
    }
    let mut output = output::standard();
    let _ = output.write_all(&[name.as_deref().unwrap_or(b"not a tty"), b"\n"].concat());
    if output::finish(output, PROGRAM.name, 0) != 0 { WRITE_ERROR } else { code }
}
