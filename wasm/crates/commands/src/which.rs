//! which: where a command is found in PATH. Options and silence are Debian's.

use crate::getopt::{self, Opt, Program, flag};
use crate::output;
use crate::path;
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "which", usage: "[-as] args", usage_error: 2, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["a"]), flag(&["s"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let given = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let search = std::env::var_os("PATH").unwrap_or_default();
    let (mut output, mut code) = (output::standard(), 0);
    if parsed.operands.is_empty() {
        code = 1;
    }
    for name in &parsed.operands {
        let name = name.as_bytes();
        let candidates: Vec<Vec<u8>> = if name.contains(&b'/') {
            vec![name.to_vec()]
        } else {
            let in_directory = |directory: &[u8]| path::join(if directory.is_empty() { b"." } else { directory }, name);
            search.as_bytes().split(|byte| *byte == b':').map(in_directory).collect()
        };
        let found = candidates.iter().filter(|path| is_program(path));
        let found: Vec<_> = if given("a") { found.collect() } else { found.take(1).collect() };
        if found.is_empty() {
            code = 1;
        }
        if !given("s") {
            for path in found {
                let _ = output.write_all(&[path, &b"\n"[..]].concat());
            }
        }
    }
    output::finish(output, PROGRAM.name, code)
}

fn is_program(path: &[u8]) -> bool {
    sys::stat(path).is_ok_and(|stat| stat.is_regular()) && sys::file::path_access(path, 1).is_ok()
}
