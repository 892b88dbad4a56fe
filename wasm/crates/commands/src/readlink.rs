//! readlink: prints where a symbolic link points, or a resolved path. realpath: prints resolved paths.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::ln::path_between;
use crate::output;
use crate::path::{self, Missing};
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const READLINK: Program = Program { name: "readlink", usage: "[OPTION]... FILE...", usage_error: 1, stops_at_operand: false };
const READLINK_OPTIONS: &[Opt] = &[
    flag(&["f", "canonicalize"]),
    flag(&["e", "canonicalize-existing"]),
    flag(&["m", "canonicalize-missing"]),
    flag(&["n", "no-newline"]),
    flag(&["z", "zero"]),
    flag(&["q", "quiet"]),
    flag(&["s", "silent"]),
    flag(&["v", "verbose"]),
];
const REALPATH: Program = Program { name: "realpath", usage: "[OPTION]... FILE...", usage_error: 1, stops_at_operand: false };
const REALPATH_OPTIONS: &[Opt] = &[
    flag(&["e", "canonicalize-existing"]),
    flag(&["m", "canonicalize-missing"]),
    flag(&["E", "canonicalize"]),
    flag(&["L", "logical"]),
    flag(&["P", "physical"]),
    flag(&["q", "quiet"]),
    flag(&["s", "strip", "no-symlinks"]),
    flag(&["z", "zero"]),
    value(&["relative-to"]),
    value(&["relative-base"]),
];

pub fn readlink_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(READLINK, READLINK_OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut missing, mut no_newline, mut end, mut verbose) = (None, false, b'\n', false);
    for given in &parsed.options {
        match given.name {
            "f" => missing = Some(Missing::Last),
            "e" => missing = Some(Missing::Nothing),
            "m" => missing = Some(Missing::Anything),
            "n" => no_newline = true,
            "z" => end = 0,
            "v" => verbose = true,
            _ => verbose = false,
        }
    }
    if parsed.operands.is_empty() {
        return READLINK.missing_operand(None);
    }
    if no_newline && parsed.operands.len() > 1 {
        READLINK.complain("ignoring --no-newline with multiple arguments");
        no_newline = false;
    }
    let (mut output, mut code) = (output::standard(), 0);
    for operand in &parsed.operands {
        let name = operand.as_bytes();
        match missing.map_or_else(|| path::read_link(name), |missing| path::resolve(name, missing)) {
            Ok(target) => {
                let _ = output.write_all(&target);
                let _ = output.write_all(if no_newline { &[] } else { std::slice::from_ref(&end) });
            }
            Err(error) => {
                if verbose {
                    READLINK.complain_of(&operand.to_string_lossy(), &error);
                }
                code = 1;
            }
        }
    }
    output::finish(output, "readlink", code)
}

pub fn realpath_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(REALPATH, REALPATH_OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut missing, mut quiet, mut keeps_links, mut end) = (Missing::Last, false, false, b'\n');
    let (mut relative_to, mut relative_base) = (None, None);
    for given in &parsed.options {
        match given.name {
            "e" => missing = Missing::Nothing,
            "m" => missing = Missing::Anything,
            "E" => missing = Missing::Last,
            "q" => quiet = true,
            "s" => keeps_links = true,
            "P" => keeps_links = false,
            "z" => end = 0,
            "relative-to" => relative_to = path::resolve(given.value.as_bytes(), Missing::Anything).ok(),
            "relative-base" => relative_base = path::resolve(given.value.as_bytes(), Missing::Anything).ok(),
            _ => {}
        }
    }
    if parsed.operands.is_empty() {
        return REALPATH.missing_operand(None);
    }
    let (mut output, mut code) = (output::standard(), 0);
    for operand in &parsed.operands {
        let name = operand.as_bytes();
        let resolved = if keeps_links { absolute(name, missing) } else { path::resolve(name, missing) };
        match resolved {
            Ok(resolved) => {
                let is_below = |base: &Vec<u8>| resolved == *base || resolved.starts_with(&path::join(base, b""));
                let shown = match (&relative_to, &relative_base) {
                    (_, Some(base)) if !is_below(base) => resolved,
                    (Some(from), _) | (None, Some(from)) => path_between(from, &resolved),
                    (None, None) => resolved,
                };
                let _ = output.write_all(&shown).and_then(|()| output.write_all(&[end]));
            }
            Err(error) => {
                if !quiet {
                    REALPATH.complain_of(&operand.to_string_lossy(), &error);
                }
                code = 1;
            }
        }
    }
    output::finish(output, "realpath", code)
}

/// Makes a path absolute without following links.
fn absolute(name: &[u8], missing: Missing) -> std::io::Result<Vec<u8>> {
    let full = if name.starts_with(b"/") { name.to_vec() } else { path::join(&sys::current_directory()?, name) };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in full.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".") {
        if part == b".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    let absolute = [b"/", &parts.join(&b'/')[..]].concat();
    if missing == Missing::Nothing {
        sys::stat(&absolute)?;
    }
    Ok(absolute)
}
