//! The command line of sort.

use super::PROGRAM;
use super::key::{Key, Ordering, Place};
use crate::getopt::{self, Given, Opt, flag, optional_value, value};
use crate::words::quoted;
use std::ffi::OsString;
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Check {
    No,
    Diagnose,
    Silent,
}

pub struct Options {
    pub files: Vec<Vec<u8>>,
    pub keys: Vec<Key>,
    /// Orderings given outside of keys; they hold for keys that have none.
    pub global: Ordering,
    pub separator: Option<u8>,
    pub unique: bool,
    pub stable: bool,
    pub check: Check,
    pub output: Option<Vec<u8>>,
    pub line_end: u8,
}

const OPTIONS: &[Opt] = &[
    flag(&["b", "ignore-leading-blanks"]),
    flag(&["d", "dictionary-order"]),
    flag(&["f", "ignore-case"]),
    flag(&["g", "general-numeric-sort"]),
    flag(&["h", "human-numeric-sort"]),
    flag(&["i", "ignore-nonprinting"]),
    flag(&["M", "month-sort"]),
    flag(&["n", "numeric-sort"]),
    flag(&["R", "random-sort"]),
    flag(&["r", "reverse"]),
    flag(&["V", "version-sort"]),
    value(&["sort"]),
    flag(&["c"]),
    optional_value(&["check"]),
    flag(&["C"]),
    value(&["k", "key"]),
    flag(&["m", "merge"]),
    value(&["o", "output"]),
    flag(&["s", "stable"]),
    value(&["S", "buffer-size"]),
    value(&["t", "field-separator"]),
    value(&["T", "temporary-directory"]),
    flag(&["u", "unique"]),
    flag(&["z", "zero-terminated"]),
    value(&["parallel"]),
    value(&["batch-size"]),
    value(&["compress-program"]),
    value(&["random-source"]),
    value(&["files0-from"]),
    flag(&["debug"]),
];

impl Options {
    /// Reads the command line; an error is the exit code, its message printed.
    pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
        let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
        let mut options = Options {
            files: parsed.operands.into_iter().map(OsStringExt::into_vec).collect(),
            keys: Vec::new(),
            global: Ordering::default(),
            separator: None,
            unique: false,
            stable: false,
            check: Check::No,
            output: None,
            line_end: b'\n',
        };
        for given in &parsed.options {
            options.apply(given)?;
        }
        if options.files.is_empty() {
            options.files.push(b"-".to_vec());
        }
        if options.check != Check::No && options.files.len() > 1 {
            let text = format!("extra operand {} not allowed with -c", quoted(&*String::from_utf8_lossy(&options.files[1])));
            return Err(refuse(&text));
        }
        Ok(options)
    }

    fn apply(&mut self, given: &Given) -> Result<(), i32> {
        match given.name {
            "c" => self.check = Check::Diagnose,
            "C" => self.check = Check::Silent,
            "check" => {
                self.check = match given.value.as_bytes() {
                    b"" | b"diagnose-first" => Check::Diagnose,
                    b"quiet" | b"silent" => Check::Silent,
                    _ => return Err(PROGRAM.usage_failure(&format!("invalid argument {} for '--check'", quoted(&given.value)))),
                }
            }
            "k" => self.keys.push(parse_key(&given.value)?),
            "o" => self.output = Some(given.value.as_bytes().to_vec()),
            "s" => self.stable = true,
            "u" => self.unique = true,
            "z" => self.line_end = 0,
            "t" => {
                self.separator = Some(match given.value.as_bytes() {
                    [] => return Err(refuse("empty tab")),
                    b"\\0" => 0,
                    [byte] => *byte,
                    _ => return Err(refuse(&format!("multi-character tab {}", quoted(&given.value)))),
                })
            }
            "sort" => {
                let letter = match given.value.as_bytes() {
                    b"general-numeric" => 'g',
                    b"human-numeric" => 'h',
                    b"month" => 'M',
                    b"numeric" => 'n',
                    b"random" => 'R',
                    b"version" => 'V',
                    _ => return Err(PROGRAM.usage_failure(&format!("invalid argument {} for '--sort'", quoted(&given.value)))),
                };
                self.global.set(letter);
            }
            "files0-from" => {
                let list = std::fs::read(&given.value).map_err(|error| {
                    PROGRAM.complain_of(&format!("cannot open {} for reading", quoted(&given.value)), &error);
                    PROGRAM.usage_error
                })?;
                self.files.extend(list.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(<[u8]>::to_vec));
            }
            // Merging sorted files is sorting them; the rest tunes what is not here.
            "m" | "S" | "T" | "parallel" | "batch-size" | "compress-program" | "random-source" | "debug" => {}
            letter => letter.chars().for_each(|letter| self.global.set(letter)),
        }
        Ok(())
    }
}

fn refuse(text: &str) -> i32 {
    PROGRAM.complain(text);
    PROGRAM.usage_error
}

/// `FIELD[.CHARACTER][OPTIONS][,FIELD[.CHARACTER][OPTIONS]]`
fn parse_key(value: &OsString) -> Result<Key, i32> {
    let text = value.to_string_lossy();
    let invalid = |problem: &str| refuse(&format!("{problem}: invalid field specification {}", quoted(value)));
    let invalid_count = |problem: &str, part: &str| refuse(&format!("{problem}: invalid count at start of {}", quoted(part)));
    let (start, end) = match text.split_once(',') {
        Some((start, end)) => (start, Some(end)),
        None => (&*text, None),
    };
    let mut ordering = Ordering::default();
    let (start_place, start_letters) = parse_place(start).ok_or_else(|| invalid_count("invalid number at field start", start))?;
    if start_place.field == 0 {
        return Err(invalid("field number is zero"));
    }
    if start_place.character == Some(0) {
        return Err(invalid("character offset is zero"));
    }
    let mut key = Key { start: start_place, end: None, start_skips_blanks: false, end_skips_blanks: false, ordering };
    for letter in start_letters.chars() {
        match letter {
            'b' => key.start_skips_blanks = true,
            letter if "dfghiMnRrV".contains(letter) => ordering.set(letter),
            _ => return Err(invalid("stray character in field spec")),
        }
    }
    if let Some(end) = end {
        let (end_place, end_letters) = parse_place(end).ok_or_else(|| invalid_count("invalid number after ','", end))?;
        if end_place.field == 0 {
            return Err(invalid("field number is zero"));
        }
        key.end = Some(end_place);
        for letter in end_letters.chars() {
            match letter {
                'b' => key.end_skips_blanks = true,
                letter if "dfghiMnRrV".contains(letter) => ordering.set(letter),
                _ => return Err(invalid("stray character in field spec")),
            }
        }
    }
    key.ordering = ordering;
    Ok(key)
}

fn parse_place(text: &str) -> Option<(Place, &str)> {
    let (field, rest) = take_number(text)?;
    let Some(after_dot) = rest.strip_prefix('.') else {
        return Some((Place { field, character: None }, rest));
    };
    let (character, rest) = take_number(after_dot)?;
    Some((Place { field, character: Some(character) }, rest))
}

fn take_number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let number = if end > 18 { usize::MAX } else { text[..end].parse().ok()? };
    Some((number, &text[end..]))
}
