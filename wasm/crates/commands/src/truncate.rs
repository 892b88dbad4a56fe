//! truncate: makes files shorter or longer.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::path;
use crate::size;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "truncate", usage: "OPTION... FILE...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["c", "no-create"]),
    flag(&["o", "io-blocks"]),
    value(&["r", "reference"]),
    value(&["s", "size"]),
];

/// How the new size follows from the old one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Set,
    Extend,
    Reduce,
    AtMost,
    AtLeast,
    RoundDown,
    RoundUp,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut create, mut in_blocks, mut reference, mut wanted) = (true, false, None, None);
    for given in &parsed.options {
        match given.name {
            "c" => create = false,
            "o" => in_blocks = true,
            "r" => reference = Some(&given.value),
            _ => match parse_size(&given.value.to_string_lossy()) {
                Ok(rule) => wanted = Some(rule),
                Err(text) => {
                    PROGRAM.complain(&text);
                    return 1;
                }
            },
        }
    }
    if reference.is_none() && wanted.is_none() {
        return PROGRAM.usage_failure("you must specify either '--size' or '--reference'");
    }
    if reference.is_some() && wanted.is_some_and(|(rule, _)| rule == Rule::Set) {
        return PROGRAM.usage_failure("you must specify a relative '--size' with '--reference'");
    }
    if in_blocks && wanted.is_none() {
        return PROGRAM.usage_failure("'--io-blocks' was specified but '--size' was not");
    }
    if parsed.operands.is_empty() {
        return PROGRAM.usage_failure("missing file operand");
    }
    let reference_size = match reference.map(|name| sys::stat(name.as_bytes())) {
        Some(Err(error)) => {
            PROGRAM.complain_of(&format!("cannot stat {}", quoted(reference.map_or(OsStr::new(""), OsString::as_os_str))), &error);
            return 1;
        }
        Some(Ok(stat)) => Some(stat.size),
        None => None,
    };
    let mut code = 0;
    for name in &parsed.operands {
        if let Err(text) = truncate(name, create, in_blocks, reference_size, wanted) {
            PROGRAM.complain(&text);
            code = 1;
        }
    }
    code
}

fn parse_size(text: &str) -> Result<(Rule, u64), String> {
    let trimmed = text.trim_start();
    let (rule, rest) = match trimmed.chars().next() {
        Some('+') => (Rule::Extend, &trimmed[1..]),
        Some('-') => (Rule::Reduce, &trimmed[1..]),
        Some('<') => (Rule::AtMost, &trimmed[1..]),
        Some('>') => (Rule::AtLeast, &trimmed[1..]),
        Some('/') => (Rule::RoundDown, &trimmed[1..]),
        Some('%') => (Rule::RoundUp, &trimmed[1..]),
        _ => (Rule::Set, trimmed),
    };
    let size = size::parse(rest.trim_start(), false).filter(|_| rest.trim_start().starts_with(|first: char| first.is_ascii_digit()));
    let size = size.ok_or_else(|| format!("Invalid number: {}", quoted(text)))?;
    if size == 0 && matches!(rule, Rule::RoundDown | Rule::RoundUp) {
        return Err("division by zero".to_owned());
    }
    Ok((rule, size))
}

fn truncate(name: &OsStr, create: bool, in_blocks: bool, reference: Option<u64>, wanted: Option<(Rule, u64)>) -> Result<(), String> {
    let cannot_open = |error: &std::io::Error| format!("cannot open {} for writing: {}", quoted(name), sys::errno::message(error));
    let found = sys::stat(name.as_bytes());
    if !create && found.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return Ok(());
    }
    let file = OpenOptions::new()
        .write(true)
        .create(create)
        .truncate(false)
        .open(path::of(name.as_bytes()))
        .map_err(|error| cannot_open(&error))?;
    let present = found.ok();
    let old = reference.or(present.map(|stat| stat.size)).unwrap_or(0);
    let unit = if in_blocks { u64::from(present.map_or(4096, |stat| stat.block_size)) } else { 1 };
    let new = match wanted {
        None => Some(old),
        Some((rule, size)) => size.checked_mul(unit).and_then(|size| match rule {
            Rule::Set => Some(size),
            Rule::Extend => old.checked_add(size),
            Rule::Reduce => Some(old.saturating_sub(size)),
            Rule::AtMost => Some(old.min(size)),
            Rule::AtLeast => Some(old.max(size)),
            Rule::RoundDown => Some(old / size * size),
            Rule::RoundUp => old.div_ceil(size).checked_mul(size),
        }),
    };
    let new = new.filter(|new| i64::try_from(*new).is_ok()).ok_or_else(|| format!("overflow extending size of file {}", quoted(name)))?;
    file.set_len(new)
        .map_err(|error| format!("failed to truncate {} at {new} bytes: {}", quoted(name), sys::errno::message(&error)))
}
