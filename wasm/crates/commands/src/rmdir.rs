//! rmdir: removes empty directories.

use crate::getopt::{self, Opt, Program, flag};
use crate::path;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "rmdir", usage: "[-pv] DIRECTORY...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] =
    &[flag(&["p", "parents"]), flag(&["v", "verbose"]), flag(&["ignore-fail-on-non-empty"])];

/// WASI's number for ENOTEMPTY.
const NOT_EMPTY: i32 = 55;

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has = |name| parsed.options.iter().any(|given| given.name == name);
    let (parents, verbose, ignore_non_empty) = (has("p"), has("v"), has("ignore-fail-on-non-empty"));
    if parsed.operands.is_empty() {
        return PROGRAM.missing_operand(None);
    }
    let mut code = 0;
    for operand in &parsed.operands {
        let mut directory = path::without_trailing_slashes(operand.as_bytes());
        loop {
            let shown = quoted(OsStr::from_bytes(directory));
            if verbose {
                getopt::say!("rmdir: removing directory, {shown}");
            }
            if let Err(error) = std::fs::remove_dir(path::of(directory)) {
                if ignore_non_empty && error.raw_os_error() == Some(NOT_EMPTY) {
                    break;
                }
                PROGRAM.complain_of(&format!("failed to remove {shown}"), &error);
                code = 1;
                break;
            }
            let parent = directory.iter().rposition(|byte| *byte == b'/').map(|slash| &directory[..slash]);
            match parent.map(path::without_trailing_slashes).filter(|parent| parents && !parent.is_empty()) {
                Some(parent) => directory = parent,
                None => break,
            }
        }
    }
    code
}
