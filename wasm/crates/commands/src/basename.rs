//! basename: strips directory and suffix. dirname: strips the last component.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::output;
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const BASENAME: Program =
    Program { name: "basename", usage: "NAME [SUFFIX] | OPTION... NAME...", usage_error: 1, stops_at_operand: true };
const DIRNAME: Program = Program { name: "dirname", usage: "[-z] NAME...", usage_error: 1, stops_at_operand: false };
const BASENAME_OPTIONS: &[Opt] = &[flag(&["a", "multiple"]), value(&["s", "suffix"]), flag(&["z", "zero"])];
const DIRNAME_OPTIONS: &[Opt] = &[flag(&["z", "zero"])];

pub fn basename_main(args: Vec<OsString>) -> i32 {
    let mut parsed = match getopt::parse(BASENAME, BASENAME_OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut multiple, mut suffix, mut end) = (false, OsString::new(), b'\n');
    for given in parsed.options {
        match given.name {
            "a" => multiple = true,
            "s" => (multiple, suffix) = (true, given.value),
            _ => end = 0,
        }
    }
    if parsed.operands.is_empty() {
        return BASENAME.missing_operand(None);
    }
    if !multiple && parsed.operands.len() > 2 {
        return BASENAME.extra_operand(&parsed.operands[2]);
    }
    if !multiple && parsed.operands.len() == 2 {
        suffix = parsed.operands.pop().unwrap_or_default();
    }
    let results = parsed.operands.iter().map(|name| basename(name.as_bytes(), suffix.as_bytes()));
    print_all("basename", results, end)
}

pub fn dirname_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(DIRNAME, DIRNAME_OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if parsed.operands.is_empty() {
        return DIRNAME.missing_operand(None);
    }
    let end = if parsed.options.is_empty() { b'\n' } else { 0 };
    print_all("dirname", parsed.operands.iter().map(|name| dirname(name.as_bytes())), end)
}

fn print_all<'name>(program: &str, names: impl Iterator<Item = &'name [u8]>, end: u8) -> i32 {
    let mut output = output::standard();
    for name in names {
        let _ = output.write_all(name).and_then(|()| output.write_all(&[end]));
    }
    output::finish(output, program, 0)
}

fn without_trailing_slashes(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    &path[..end]
}

fn basename<'path>(path: &'path [u8], suffix: &[u8]) -> &'path [u8] {
    let trimmed = without_trailing_slashes(path);
    if trimmed.is_empty() {
        return &path[..path.len().min(1)];
    }
    let start = trimmed.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let name = &trimmed[start..];
    name.strip_suffix(suffix).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

fn dirname(path: &[u8]) -> &[u8] {
    let trimmed = without_trailing_slashes(path);
    if trimmed.is_empty() {
        return if path.is_empty() { b"." } else { b"/" };
    }
    let Some(slash) = trimmed.iter().rposition(|byte| *byte == b'/') else { return b"." };
    let directory = without_trailing_slashes(&trimmed[..slash]);
    if directory.is_empty() { b"/" } else { directory }
}
