//! sync: everything is in memory, so that all there is to do is to say which file does not exist.

use crate::getopt::{self, Opt, Program, flag};
use crate::path;
use crate::words::quoted;
use std::ffi::OsString;
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "sync", usage: "[OPTION] [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["d", "data"]), flag(&["f", "file-system"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let given = |name: &str| parsed.options.iter().any(|given| given.name == name);
    if given("d") && given("f") {
        PROGRAM.complain("cannot specify both --data and --file-system");
        return 1;
    }
    if given("d") && parsed.operands.is_empty() {
        PROGRAM.complain("--data needs at least one argument");
        return 1;
    }
    let mut code = 0;
    for file in &parsed.operands {
        if let Err(error) = std::fs::File::open(path::of(file.as_bytes())).and_then(|file| file.sync_all()) {
            PROGRAM.complain_of(&format!("error opening {}", quoted(file)), &error);
            code = 1;
        }
    }
    code
}
