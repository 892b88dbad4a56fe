//! pathchk: whether names are valid, or portable.

use crate::getopt::{self, Opt, Program, flag};
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "pathchk", usage: "[OPTION]... NAME...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["p"]), flag(&["P"]), flag(&["portability"])];

/// POSIX's least limits, and this system's.
const PORTABLE_COMPONENT: usize = 14;
const PORTABLE_PATH: usize = 256;
const COMPONENT: usize = 255;
const PATH: usize = 4096;

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let given = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let (portable, shape) = (given("p") || given("portability"), given("P") || given("portability"));
    if parsed.operands.is_empty() {
        return PROGRAM.missing_operand(None);
    }
    let mut code = 0;
    for name in &parsed.operands {
        if let Err(text) = check(name, portable, shape) {
            PROGRAM.complain(&text);
            code = 1;
        }
    }
    code
}

fn check(name: &OsStr, portable: bool, shape: bool) -> Result<(), String> {
    let bytes = name.as_bytes();
    let components = || bytes.split(|byte| *byte == b'/').filter(|component| !component.is_empty());
    if shape && components().any(|component| component.starts_with(b"-")) {
        return Err(format!("leading '-' in a component of file name {}", quoted(name)));
    }
    if bytes.is_empty() && (portable || shape) {
        return Err("empty file name".to_owned());
    }
    if portable {
        let is_portable = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-/".contains(byte);
        if let Some(at) = bytes.iter().position(|byte| !is_portable(byte)) {
            let character = String::from_utf8_lossy(&bytes[at..]).chars().next().unwrap_or('?').to_string();
            return Err(format!("nonportable character {} in file name {}", quoted(character), quoted(name)));
        }
    } else if let Err(error) = sys::lstat(bytes) {
        if error.kind() != std::io::ErrorKind::NotFound && error.raw_os_error() != Some(NAMETOOLONG) || bytes.is_empty() {
            return Err(format!("{}: {}", shown(name), sys::errno::message(&error)));
        }
    }
    let (longest_component, longest_path) = if portable { (PORTABLE_COMPONENT, PORTABLE_PATH) } else { (COMPONENT, PATH) };
    if bytes.len() >= longest_path {
        let (limit, length) = (longest_path - 1, bytes.len());
        return Err(format!("limit {limit} exceeded by length {length} of file name {}", shown(name)));
    }
    if let Some(component) = components().find(|component| component.len() > longest_component) {
        let component_shown = quoted(OsStr::from_bytes(component));
        return Err(format!("limit {longest_component} exceeded by length {} of file name component {component_shown}", component.len()));
    }
    Ok(())
}

/// WASI's number for ENAMETOOLONG.
const NAMETOOLONG: i32 = 37;

fn shown(name: &OsStr) -> String {
    crate::words::quoted_if_needed(name)
}
