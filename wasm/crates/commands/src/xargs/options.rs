//! The command line of xargs.

use super::PROGRAM;
use crate::getopt::{self, Given, Opt, flag, optional_value, value};
use std::ffi::OsString;
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

/// What separates the items of the input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// Blanks and newlines, with quotes and backslashes.
    Blanks,
    Byte(u8),
}

pub struct Options {
    /// At least one word.
    pub command: Vec<Vec<u8>>,
    /// Bytes of it in an argument list.
    pub command_bytes: usize,
    pub delimiter: Delimiter,
    pub input: Option<Vec<u8>>,
    /// `-E`
    pub end_mark: Option<Vec<u8>>,
    /// `-I`
    pub replace: Option<Vec<u8>>,
    pub maximum_arguments: Option<usize>,
    pub maximum_lines: Option<usize>,
    pub maximum_bytes: usize,
    /// `-P`; 0 is as many as there can be.
    pub processes: usize,
    pub no_run_if_empty: bool,
    pub shows: bool,
    pub asks: bool,
    pub exits_if_too_long: bool,
    /// `-o`: the terminal is the commands' input.
    pub opens_terminal: bool,
    pub slot_variable: Option<Vec<u8>>,
}

const OPTIONS: &[Opt] = &[
    flag(&["0", "null"]),
    value(&["a", "arg-file"]),
    value(&["d", "delimiter"]),
    value(&["E"]),
    optional_value(&["e", "eof"]),
    value(&["I"]),
    optional_value(&["i", "replace"]),
    value(&["L"]),
    optional_value(&["l", "max-lines"]),
    value(&["n", "max-args"]),
    flag(&["o", "open-tty"]),
    value(&["P", "max-procs"]),
    flag(&["p", "interactive"]),
    value(&["process-slot-var"]),
    flag(&["r", "no-run-if-empty"]),
    value(&["s", "max-chars"]),
    flag(&["show-limits"]),
    flag(&["t", "verbose"]),
    flag(&["x", "exit"]),
];

/// GNU's default, and more than the kernel takes by no means.
const DEFAULT_BYTES: usize = 128 * 1024;

impl Options {
    /// Reads the command line; an error is the exit code, its message printed.
    pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
        let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
        let mut options = Options {
            command: parsed.operands.into_iter().map(OsStringExt::into_vec).collect(),
            command_bytes: 0,
            delimiter: Delimiter::Blanks,
            input: None,
            end_mark: None,
            replace: None,
            maximum_arguments: None,
            maximum_lines: None,
            maximum_bytes: DEFAULT_BYTES,
            processes: 1,
            no_run_if_empty: false,
            shows: false,
            asks: false,
            exits_if_too_long: false,
            opens_terminal: false,
            slot_variable: None,
        };
        for given in &parsed.options {
            options.apply(given)?;
        }
        if options.command.is_empty() {
            options.command.push(b"echo".to_vec());
        }
        options.command_bytes = options.command.iter().map(|word| word.len() + 1).sum();
        Ok(options)
    }

    fn apply(&mut self, given: &Given) -> Result<(), i32> {
        let bytes = given.value.as_bytes();
        match given.name {
            "0" => self.delimiter = Delimiter::Byte(0),
            "a" => self.input = Some(bytes.to_vec()),
            "d" => self.delimiter = Delimiter::Byte(delimiter(bytes)?),
            "E" | "e" => self.end_mark = Some(bytes.to_vec()).filter(|mark| !mark.is_empty()),
            "I" | "i" => {
                self.replace = Some(if bytes.is_empty() { b"{}".to_vec() } else { bytes.to_vec() });
                // The last one of -I, -L and -n counts.
                let ignored = match (self.maximum_arguments, self.maximum_lines) {
                    (Some(_), _) => Some("--max-args"),
                    (None, Some(_)) => Some("--max-lines"),
                    (None, None) => None,
                };
                if let Some(other) = ignored {
                    eprintln!(
                        "xargs: warning: options {other} and --replace/-I/-i are mutually exclusive, ignoring previous {other} value"
                    );
                }
                (self.maximum_arguments, self.maximum_lines, self.exits_if_too_long) = (None, None, true);
            }
            "L" | "l" => {
                let lines = if bytes.is_empty() { 1 } else { number(given, 1)? };
                (self.maximum_lines, self.maximum_arguments, self.replace) = (Some(lines), None, None);
            }
            "n" => {
                let arguments = number(given, 1)?;
                // With -I a limit of one changes nothing.
                if !(arguments == 1 && self.replace.is_some()) {
                    if self.replace.take().is_some() || self.maximum_lines.is_some() {
                        let other = if self.maximum_lines.is_some() { "--max-lines" } else { "--replace" };
                        eprintln!(
                            "xargs: warning: options {other} and --max-args/-n are mutually exclusive, ignoring previous {other} value"
                        );
                    }
                    (self.maximum_arguments, self.maximum_lines) = (Some(arguments), None);
                }
            }
            "s" => self.maximum_bytes = number(given, 1)?.min(DEFAULT_BYTES),
            "P" => self.processes = number(given, 0)?,
            "r" => self.no_run_if_empty = true,
            "t" => self.shows = true,
            "p" => (self.asks, self.shows) = (true, true),
            "x" => self.exits_if_too_long = true,
            "o" => self.opens_terminal = true,
            "process-slot-var" => self.slot_variable = Some(bytes.to_vec()),
            "show-limits" => {
                eprintln!("Maximum length of command we could actually use: {DEFAULT_BYTES}");
                eprintln!("Size of command buffer we are actually using: {}", self.maximum_bytes);
            }
            _ => {}
        }
        Ok(())
    }
}

fn number(given: &Given, minimum: usize) -> Result<usize, i32> {
    let shown = given.value.to_string_lossy().into_owned();
    let Ok(number) = shown.parse::<i64>() else {
        return Err(refuse(&format!("invalid number \"{shown}\" for -{} option", given.name)));
    };
    match usize::try_from(number) {
        Ok(number) if number >= minimum => Ok(number),
        _ => Err(refuse(&format!("value {shown} for -{} option should be >= {minimum}", given.name))),
    }
}

fn refuse(text: &str) -> i32 {
    PROGRAM.usage_failure(text)
}

/// A character, or an escape of C's.
fn delimiter(text: &[u8]) -> Result<u8, i32> {
    match text {
        [byte] => Ok(*byte),
        [b'\\', letter] if !letter.is_ascii_digit() => match letter {
            b'a' => Ok(7),
            b'b' => Ok(8),
            b'f' => Ok(12),
            b'n' => Ok(b'\n'),
            b'r' => Ok(b'\r'),
            b't' => Ok(b'\t'),
            b'v' => Ok(11),
            b'\\' => Ok(b'\\'),
            _ => Err(invalid_delimiter(text)),
        },
        [b'\\', digits @ ..] => {
            let (digits, radix) = digits.strip_prefix(b"x").map_or((digits, 8), |digits| (digits, 16));
            let text_digits = std::str::from_utf8(digits).unwrap_or("");
            u8::from_str_radix(text_digits, radix).map_err(|_| invalid_delimiter(text))
        }
        _ => {
            let shown = String::from_utf8_lossy(text);
            PROGRAM.complain(&format!(
                "Invalid input delimiter specification {shown}: the delimiter must be either a single character or an escape sequence starting with \\."
            ));
            Err(PROGRAM.usage_error)
        }
    }
}

fn invalid_delimiter(text: &[u8]) -> i32 {
    let shown = String::from_utf8_lossy(text);
    PROGRAM.complain(&format!("Invalid escape sequence {shown} in input delimiter specification."));
    PROGRAM.usage_error
}
