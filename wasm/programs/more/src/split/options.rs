//! split's command line.

use super::names::{Alphabet, Names};
use commands::size;
use getopt::words::quoted;
use getopt::{Opt, Program, flag, optional_value, value};
use std::ffi::{OsStr, OsString};
use std::num::IntErrorKind;
use std::os::wasi::ffi::OsStrExt;

pub const PROGRAM: Program =
    Program { name: "split", usage: "[OPTION]... [FILE [PREFIX]]", usage_error: 1, stops_at_operand: false };

const KNOWN: &[Opt] = &[
    flag(&["0"]), flag(&["1"]), flag(&["2"]), flag(&["3"]), flag(&["4"]),
    flag(&["5"]), flag(&["6"]), flag(&["7"]), flag(&["8"]), flag(&["9"]),
    value(&["a", "suffix-length"]), value(&["additional-suffix"]), value(&["b", "bytes"]), value(&["C", "line-bytes"]),
    flag(&["d"]), optional_value(&["numeric-suffixes"]), flag(&["x"]), optional_value(&["hex-suffixes"]),
    flag(&["e", "elide-empty-files"]), value(&["filter"]), value(&["l", "lines"]), value(&["n", "number"]),
    value(&["t", "separator"]), flag(&["u", "unbuffered"]), flag(&["verbose"]), flag(&["version"]),
];

/// What the chunks of `-n` are made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Bytes,
    Lines,
    /// Lines in turn.
    RoundRobin,
}

#[derive(Clone, Copy)]
pub enum Way {
    Lines(u64),
    Bytes(u64),
    LineBytes(u64),
    Chunks { unit: Unit, count: u64, wanted: Option<u64> },
}

pub struct Options {
    pub way: Way,
    pub separator: u8,
    pub skips_empty: bool,
    pub is_unbuffered: bool,
    pub is_verbose: bool,
    pub filter: Option<OsString>,
    pub input: OsString,
    pub names: Names,
}

pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
    let mut parsed = getopt::parse(PROGRAM, KNOWN, args)?;
    let (mut way, mut digits, mut length, mut alphabet, mut start) = (None, String::new(), None, Alphabet::Letters, None);
    let (mut separator, mut additional, mut filter) = (b'\n', OsString::new(), None);
    let (mut skips_empty, mut is_unbuffered, mut is_verbose) = (false, false, false);
    for given in parsed.options {
        let (name, value) = (given.name, given.value);
        if name.len() == 1 && name.as_bytes()[0].is_ascii_digit() {
            if digits.is_empty() && way.is_some() {
                return Err(one_way_only());
            }
            digits.push_str(name);
            let lines = number(OsStr::new(&digits), false, "invalid number of lines")?;
            way = Some(Way::Lines(lines));
            continue;
        }
        let text = value.to_string_lossy().into_owned();
        let chosen = match name {
            "b" => Some(Way::Bytes(number(&value, true, "invalid number of bytes")?)),
            "C" => Some(Way::LineBytes(number(&value, true, "invalid number of bytes")?)),
            "l" => Some(Way::Lines(number(&value, true, "invalid number of lines")?)),
            "n" => Some(chunks(&text)?),
            _ => None,
        };
        if chosen.is_some() {
            if way.is_some() {
                return Err(one_way_only());
            }
            way = chosen;
        }
        match name {
            "a" => length = Some(text.parse::<usize>().map_err(|_| refuse("invalid suffix length", &value, ""))?),
            "additional-suffix" if text.contains('/') => {
                let message = format!("invalid suffix {}, contains directory separator", quoted(&value));
                return Err(PROGRAM.usage_failure(&message));
            }
            "additional-suffix" => additional = value,
            "d" | "x" | "numeric-suffixes" | "hex-suffixes" => {
                let is_hex = matches!(name, "x" | "hex-suffixes");
                alphabet = if is_hex { Alphabet::Hex } else { Alphabet::Digits };
                if !text.is_empty() {
                    start = Some(u64::from_str_radix(&text, if is_hex { 16 } else { 10 }).map_err(|_| {
                        let kind = if is_hex { "hexadecimal" } else { "numerical" };
                        PROGRAM.usage_failure(&format!("{}: invalid start value for {kind} suffix", quoted(&value)))
                    })?);
                }
            }
            "e" => skips_empty = true,
            "filter" => filter = Some(value),
            "t" => separator = separator_of(&value)?,
            "u" => is_unbuffered = true,
            "verbose" => is_verbose = true,
            _ => {}
        }
    }
    if let Some(extra) = parsed.operands.get(2) {
        return Err(PROGRAM.extra_operand(extra));
    }
    let way = way.unwrap_or(Way::Lines(1000));
    if filter.is_some() && matches!(way, Way::Chunks { wanted: Some(_), .. }) {
        return Err(PROGRAM.usage_failure("--filter does not process a chunk extracted to stdout"));
    }
    let mut operands = parsed.operands.drain(..);
    let input = operands.next().unwrap_or_else(|| OsString::from("-"));
    let prefix = operands.next().unwrap_or_else(|| OsString::from("x"));
    let count = if let Way::Chunks { count, .. } = way { Some(count) } else { None };
    let names = Names::new(prefix, additional, alphabet, length, start, count)?;
    Ok(Options { way, separator, skips_empty, is_unbuffered, is_verbose, filter, input, names })
}

fn one_way_only() -> i32 {
    PROGRAM.usage_failure("cannot split in more than one way")
}

fn refuse(message: &str, value: &OsStr, reason: &str) -> i32 {
    PROGRAM.complain(&format!("{message}: {}{reason}", quoted(value)));
    PROGRAM.usage_error
}

fn number(value: &OsStr, has_unit: bool, message: &str) -> Result<u64, i32> {
    let text = value.to_string_lossy();
    let parsed = if has_unit { size::parse(&text, true) } else { text.parse().ok() };
    match parsed {
        Some(0) => Err(refuse(message, value, ": Numerical result out of range")),
        Some(number) => Ok(number),
        // A number no file can have: all of the input is one piece.
        None if text.parse::<u64>().is_err_and(|error| *error.kind() == IntErrorKind::PosOverflow) => Ok(u64::MAX),
        None => Err(refuse(message, value, "")),
    }
}

/// `N`, `K/N`, and the same after `l/` or `r/`.
fn chunks(text: &str) -> Result<Way, i32> {
    let (unit, numbers) = match text.as_bytes() {
        [b'l', b'/', ..] => (Unit::Lines, &text[2..]),
        [b'r', b'/', ..] => (Unit::RoundRobin, &text[2..]),
        _ => (Unit::Bytes, text),
    };
    let (which, count) = match numbers.split_once('/') {
        Some((which, count)) => (Some(which), count),
        None => (None, numbers),
    };
    let count = number(OsStr::new(count), true, "invalid number of chunks")?;
    let wanted = match which {
        None => None,
        Some(which) => {
            let value = OsStr::new(which);
            let number = number(value, true, "invalid chunk number")?;
            if number > count {
                return Err(refuse("invalid chunk number", value, ": Numerical result out of range"));
            }
            Some(number)
        }
    };
    Ok(Way::Chunks { unit, count, wanted })
}

fn separator_of(value: &OsStr) -> Result<u8, i32> {
    match value.as_bytes() {
        [] => {
            PROGRAM.complain("empty record separator");
            Err(PROGRAM.usage_error)
        }
        [byte] => Ok(*byte),
        b"\\0" => Ok(0),
        _ => {
            PROGRAM.complain(&format!("multi-character separator {}", quoted(value)));
            Err(PROGRAM.usage_error)
        }
    }
}
