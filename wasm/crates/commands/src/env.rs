//! env: runs a program in a changed environment, or prints the environment.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::output;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::wasi::ffi::{OsStrExt, OsStringExt};
use sys::{SpawnOptions, WaitOptions, string_block};

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

/// Exit codes that POSIX gives env.
const CANNOT_RUN: i32 = 126;
const NOT_FOUND: i32 = 127;

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, split_string_option(args)) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut environment: Vec<(OsString, OsString)> = std::env::vars_os().collect();
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
        assign(&mut environment, &assignment);
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
    run(&command, &environment)
}

fn assign(environment: &mut Vec<(OsString, OsString)>, assignment: &OsStr) {
    let bytes = assignment.as_bytes();
    let equals = bytes.iter().position(|byte| *byte == b'=').unwrap_or(bytes.len());
    let name = OsStr::from_bytes(&bytes[..equals]);
    let value = OsStr::from_bytes(bytes.get(equals + 1..).unwrap_or_default()).to_owned();
    match environment.iter_mut().find(|(other, _)| other == name) {
        Some((_, old)) => *old = value,
        None => environment.push((name.to_owned(), value)),
    }
}

fn print(environment: &[(OsString, OsString)], end: u8) -> i32 {
    let mut output = output::standard();
    for (name, value) in environment {
        let line = [name.as_bytes(), b"=", value.as_bytes(), &[end]].concat();
        let _ = output.write_all(&line);
    }
    output::finish(output, "env", 0)
}

/// Runs the program with this process's descriptors and takes over its end.
fn run(command: &[OsString], environment: &[(OsString, OsString)]) -> i32 {
    let argv = string_block::from_strings(command.iter().map(|word| word.as_bytes()));
    let mut env = Vec::new();
    for (name, value) in environment {
        string_block::push(&mut env, &[name.as_bytes(), b"=", value.as_bytes()].concat());
    }
    let options = SpawnOptions { argv: &argv, env: &env, ..SpawnOptions::default() };
    let pid = match sys::spawn(command[0].as_bytes(), options) {
        Ok(pid) => pid,
        Err(error) => {
            PROGRAM.complain_of(&quoted(&command[0]), &error);
            let is_missing = error.raw_os_error() == Some(sys::errno::NOENT);
            return if is_missing { NOT_FOUND } else { CANNOT_RUN };
        }
    };
    loop {
        match sys::waitpid(pid, WaitOptions::default()) {
            Ok(Some((_, status))) => {
                if let Some(signal) = status.signal() {
                    // env would have become the program: it dies of the same signal.
                    let _ = sys::kill(sys::getpid(), signal);
                }
                return status.shell_status();
            }
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => {
                PROGRAM.complain_of("waitpid", &error);
                return PROGRAM.usage_error;
            }
            Ok(None) | Err(_) => {}
        }
    }
}

/// Replaces a leading `-S STRING` (as `#!/usr/bin/env -S …` gives it) by its words.
fn split_string_option(args: Vec<OsString>) -> Vec<OsString> {
    let Some(first) = args.get(1).map(|arg| arg.as_bytes()) else { return args };
    let (string, used) = match (first.strip_prefix(b"-S"), first.strip_prefix(b"--split-string=")) {
        (Some([]), _) => (args.get(2).map(|arg| arg.as_bytes()), 3),
        (Some(attached), _) | (_, Some(attached)) => (Some(attached), 2),
        _ => return args,
    };
    let Some(string) = string else { return args };
    let mut split = vec![args[0].clone()];
    split.extend(split_words(string));
    split.extend(args.into_iter().skip(used));
    split
}

/// Splits at blanks, honouring quotes and backslashes.
fn split_words(string: &[u8]) -> Vec<OsString> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<Vec<u8>>, None);
    let mut bytes = string.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte, quote) {
            (b'\\', open) if open != Some(b'\'') => word.get_or_insert_default().extend(bytes.next()),
            (byte, Some(open)) if byte == open => quote = None,
            (byte, Some(_)) => word.get_or_insert_default().push(byte),
            (b'\'' | b'"', None) => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (b' ' | b'\t' | b'\n', None) => words.extend(word.take().map(OsString::from_vec)),
            (byte, None) => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word.map(OsString::from_vec));
    words
}
