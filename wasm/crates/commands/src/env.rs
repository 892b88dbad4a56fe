//! env: runs a program in a changed environment, or prints the environment.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::launch;
use crate::output;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

const PROGRAM: Program = Program {
    name: "env",
    usage: "[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]",
    usage_error: 125,
    stops_at_operand: true,
};
const OPTIONS: &[Opt] = &[
    flag(&["i", "ignore-environment"]),
    flag(&["0", "null"]),
    value(&["u", "unset"]),
    value(&["C", "chdir"]),
    value(&["S", "split-string"]),
    flag(&["v", "debug"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match split_string_option(args).and_then(|args| getopt::parse(PROGRAM, OPTIONS, args)) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut environment = launch::environment();
    let (mut end, mut directory) = (b'\n', None);
    for given in parsed.options {
        match given.name {
            "i" => environment.clear(),
            "0" => end = 0,
            "u" => {
                if given.value.is_empty() || given.value.as_bytes().contains(&b'=') {
                    PROGRAM.complain(&format!("cannot unset {}: Invalid argument", quoted(&given.value)));
                    return PROGRAM.usage_error;
                }
                environment.retain(|(name, _)| *name != given.value);
            }
            "C" => directory = Some(given.value),
            _ => {}
        }
    }
    let mut operands = parsed.operands.into_iter().peekable();
    if operands.next_if(|operand| operand == "-").is_some() {
        environment.clear();
    }
    while let Some(assignment) = operands.next_if(|operand| operand.as_bytes().contains(&b'=')) {
        let bytes = assignment.as_bytes();
        let equals = bytes.iter().position(|byte| *byte == b'=').unwrap_or(bytes.len());
        let (name, value) = (&bytes[..equals], bytes.get(equals + 1..).unwrap_or_default());
        launch::assign(&mut environment, OsStr::from_bytes(name), OsStr::from_bytes(value));
    }
    let command: Vec<OsString> = operands.collect();
    if let Some(directory) = directory {
        if command.is_empty() {
            return PROGRAM.usage_failure("must specify command with --chdir (-C)");
        }
        if let Err(error) = sys::change_directory(directory.as_bytes()) {
            PROGRAM.complain_of(&format!("cannot change directory to {}", quoted(&directory)), &error);
            return PROGRAM.usage_error;
        }
    }
    if command.is_empty() {
        return print(&environment, end);
    }
    launch::run(PROGRAM, "", &command, &environment)
}

fn print(environment: &[(OsString, OsString)], end: u8) -> i32 {
    let mut output = output::standard();
    for (name, value) in environment {
        let line = [name.as_bytes(), b"=", value.as_bytes(), &[end]].concat();
        let _ = output.write_all(&line);
    }
    output::finish(output, "env", 0)
}

/// Replaces a leading `-S STRING` (as `#!/usr/bin/env -S …` gives it) by its words.
fn split_string_option(args: Vec<OsString>) -> Result<Vec<OsString>, i32> {
    let Some(first) = args.get(1).map(|arg| arg.as_bytes()) else { return Ok(args) };
    let (string, used) = match (first.strip_prefix(b"-S"), first.strip_prefix(b"--split-string=")) {
        (Some([]), _) => (args.get(2).map(|arg| arg.as_bytes()), 3),
        (Some(attached), _) | (_, Some(attached)) => (Some(attached), 2),
        _ => return Ok(args),
    };
    let Some(string) = string else { return Ok(args) };
    let mut split = vec![args[0].clone()];
    split.extend(split_words(string).map_err(|text| {
        PROGRAM.complain(&text);
        PROGRAM.usage_error
    })?);
    split.extend(args.into_iter().skip(used));
    Ok(split)
}

/// Splits at blanks, with quotes, backslashes, `${NAME}` and comments as `env -S` has them. An error is a message.
fn split_words(string: &[u8]) -> Result<Vec<OsString>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<Vec<u8>>, None);
    let mut rest = string;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (*byte, quote) {
            (b'\\', open) => {
                let Some((escaped, after)) = rest.split_first() else {
                    return Err("invalid backslash at end of string in -S".to_owned());
                };
                rest = after;
                match (*escaped, open) {
                    (b'\'' | b'\\', Some(b'\'')) => word.get_or_insert_default().push(*escaped),
                    (other, Some(b'\'')) => word.get_or_insert_default().extend([b'\\', other]),
                    (b'c', None) => break,
                    (b'c', Some(_)) => return Err("'\\c' must not appear in double-quoted -S string".to_owned()),
                    (b'_', None) => words.extend(word.take().map(OsString::from_vec)),
                    (other, _) => {
                        let meant = unescaped(other).ok_or_else(|| format!("invalid sequence '\\{}' in -S", char::from(other)))?;
                        word.get_or_insert_default().push(meant);
                    }
                }
            }
            (byte, Some(open)) if byte == open => quote = None,
            (b'$', open) if open != Some(b'\'') => {
                let name = rest.strip_prefix(b"{").and_then(|inside| Some(&inside[..inside.iter().position(|byte| *byte == b'}')?]));
                let is_name = |name: &&[u8]| {
                    name.first().is_some_and(|first| !first.is_ascii_digit()) && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                };
                let Some(name) = name.filter(is_name) else {
                    return Err(format!("only ${{VARNAME}} expansion is supported, error at: ${}", String::from_utf8_lossy(rest)));
                };
                rest = &rest[name.len() + 2..];
                if let Some(value) = std::env::var_os(OsStr::from_bytes(name)) {
                    word.get_or_insert_default().extend(value.into_vec());
                }
            }
            (byte, Some(_)) => word.get_or_insert_default().push(byte),
            (b'\'' | b'"', None) => {
                quote = Some(*byte);
                word.get_or_insert_default();
            }
            (b' ' | b'\t' | b'\n' | 11..=13, None) => words.extend(word.take().map(OsString::from_vec)),
            (b'#', None) if word.is_none() => break,
            (byte, None) => word.get_or_insert_default().push(byte),
        }
    }
    if quote.is_some() {
        return Err("no terminating quote in -S string".to_owned());
    }
    words.extend(word.map(OsString::from_vec));
    Ok(words)
}

fn unescaped(letter: u8) -> Option<u8> {
    Some(match letter {
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'_' => b' ',
        b'#' | b'$' | b'"' | b'\'' | b'\\' => letter,
        _ => return None,
    })
}
