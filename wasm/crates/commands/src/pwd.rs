//! pwd: prints the working directory. `-L` trusts `$PWD` when it names that directory, `-P` (default) does not.

use crate::getopt::{self, Opt, Program, flag};
use crate::output;
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "pwd", usage: "[-LP]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["L", "logical"]), flag(&["P", "physical"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if !parsed.operands.is_empty() {
        PROGRAM.complain("ignoring non-option arguments");
    }
    let logical = parsed.options.last().is_some_and(|given| given.name == "L");
    let directory = logical.then(logical_directory).flatten().map_or_else(sys::current_directory, Ok);
    match directory {
        Ok(directory) => {
            let mut output = output::standard();
            let _ = output.write_all(&directory).and_then(|()| output.write_all(b"\n"));
            output::finish(output, "pwd", 0)
        }
        Err(error) => {
            PROGRAM.complain(&sys::errno::message(&error));
            1
        }
    }
}

/// `$PWD`, if it is absolute, has no `.` or `..` and is the working directory.
fn logical_directory() -> Option<Vec<u8>> {
    let path = std::env::var_os("PWD")?;
    let bytes = path.as_bytes();
    let is_plain = bytes.starts_with(b"/") && !bytes.split(|byte| *byte == b'/').any(|part| part == b"." || part == b"..");
    let (named, here) = (sys::stat(bytes).ok()?, sys::stat(b".").ok()?);
    (is_plain && (named.device, named.inode) == (here.device, here.inode)).then(|| bytes.to_vec())
}
