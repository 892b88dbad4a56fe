//! link, unlink: the bare calls.

use crate::getopt::{self, Program};
use crate::path;
use crate::words::quoted;
use std::ffi::OsString;
use std::os::wasi::ffi::OsStrExt;

const LINK: Program = Program { name: "link", usage: "FILE1 FILE2", usage_error: 1, stops_at_operand: false };
const UNLINK: Program = Program { name: "unlink", usage: "FILE", usage_error: 1, stops_at_operand: false };

pub fn link_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(LINK, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (existing, new) = match &parsed.operands[..] {
        [existing, new] => (existing, new),
        [_, _, extra, ..] => return LINK.extra_operand(extra),
        operands => return LINK.missing_operand(operands.first().map(OsString::as_os_str)),
    };
    match path::link(existing.as_bytes(), new.as_bytes(), false) {
        Ok(()) => 0,
        Err(error) => {
            LINK.complain_of(&format!("cannot create link {} to {}", quoted(new), quoted(existing)), &error);
            1
        }
    }
}

pub fn unlink_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(UNLINK, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let name = match &parsed.operands[..] {
        [name] => name,
        [_, extra, ..] => return UNLINK.extra_operand(extra),
        [] => return UNLINK.missing_operand(None),
    };
    match std::fs::remove_file(path::of(name.as_bytes())) {
        Ok(()) => 0,
        Err(error) => {
            UNLINK.complain_of(&format!("cannot unlink {}", quoted(name)), &error);
            1
        }
    }
}
