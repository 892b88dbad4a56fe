//! envsubst: puts the values of variables in the place of `$NAME` and `${NAME}`.

use crate::getopt::{self, Opt, Program, flag};
use crate::input;
use crate::output;
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, Write};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

const PROGRAM: Program = Program { name: "envsubst", usage: "[OPTION] [SHELL-FORMAT]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["v", "variables"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if parsed.operands.len() > 1 {
        PROGRAM.complain("too many arguments");
        return 1;
    }
    let format = parsed.operands.first();
    let mut output = output::standard();
    if !parsed.options.is_empty() {
        let Some(format) = format else {
            PROGRAM.complain("missing arguments");
            return 1;
        };
        for name in variables(format.as_bytes()) {
            let _ = output.write_all(&[name, b"\n"].concat());
        }
        return output::finish(output, PROGRAM.name, 0);
    }
    let chosen: Option<HashSet<&[u8]>> = format.map(|format| variables(format.as_bytes()).into_iter().collect());
    let substituted = input::open_buffered(b"-").and_then(|mut input| {
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            output.write_all(&substitute(&line, chosen.as_ref()))?;
            line.clear();
        }
        Ok(())
    });
    if let Err(error) = substituted.as_ref().err().map_or(Ok(()), |error| Err(sys::errno::message(error))) {
        PROGRAM.complain(&format!("error while reading \"standard input\": {error}"));
        return 1;
    }
    output::finish(output, PROGRAM.name, 0)
}

/// The length of a reference at the start of `text`, and the name in it.
fn reference(text: &[u8]) -> Option<(usize, &[u8])> {
    let rest = text.strip_prefix(b"$")?;
    let (braces, rest) = match rest.strip_prefix(b"{") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
    let name = &rest[..length];
    if name.first().is_none_or(u8::is_ascii_digit) || (braces && rest.get(length) != Some(&b'}')) {
        return None;
    }
    Some((1 + length + if braces { 2 } else { 0 }, name))
}

fn variables(format: &[u8]) -> Vec<&[u8]> {
    let (mut names, mut rest) = (Vec::new(), format);
    while let Some(at) = memchr::memchr(b'$', rest) {
        rest = &rest[at..];
        match reference(rest) {
            Some((length, name)) => {
                names.push(name);
                rest = &rest[length..];
            }
            None => rest = &rest[1..],
        }
    }
    names
}

fn substitute(line: &[u8], chosen: Option<&HashSet<&[u8]>>) -> Vec<u8> {
    let (mut output, mut rest) = (Vec::with_capacity(line.len()), line);
    while let Some(at) = memchr::memchr(b'$', rest) {
        output.extend(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((length, name)) if chosen.is_none_or(|chosen| chosen.contains(name)) => {
                output.extend(std::env::var_os(OsStr::from_bytes(name)).unwrap_or_default().into_vec());
                rest = &rest[length..];
            }
            _ => {
                output.push(b'$');
                rest = &rest[1..];
            }
        }
    }
    output.extend(rest);
    output
}
