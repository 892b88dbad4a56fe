//! The command line of grep.

use super::PROGRAM;
use crate::getopt::{self, Given, Opt, flag, optional_value, value};
use crate::words::quoted;
use std::ffi::OsString;
use std::io::{IsTerminal, Read};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Basic,
    Extended,
    Fixed,
    /// `-P`
    Perl,
}

/// What to do with a file that holds NUL bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    Report,
    Text,
    Skip,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Lines,
    /// `-o`
    Matches,
    /// `-c`
    Count,
    /// `-l`
    FilesWith,
    /// `-L`
    FilesWithout,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Directories {
    Read,
    Skip,
    Recurse,
}

pub struct Options {
    pub syntax: Syntax,
    pub patterns: Vec<Vec<u8>>,
    pub files: Vec<Vec<u8>>,
    pub ignore_case: bool,
    pub invert: bool,
    pub words: bool,
    pub whole_lines: bool,
    pub output: Output,
    pub quiet: bool,
    pub no_messages: bool,
    pub line_numbers: bool,
    pub byte_offsets: bool,
    /// `None`: names go before lines of files found by `-r`.
    pub with_name: Option<bool>,
    /// What standard input is called.
    pub label: Vec<u8>,
    /// Written after a file name instead of `:`; NUL with `-Z`.
    pub nul_after_name: bool,
    pub initial_tab: bool,
    pub line_buffered: bool,
    pub maximum: Option<u64>,
    pub before: usize,
    pub after: usize,
    /// A context option was given, be it 0.
    pub marks_groups: bool,
    pub group_separator: Option<Vec<u8>>,
    pub binary: Binary,
    pub directories: Directories,
    pub skip_devices: bool,
    /// `-R`: links to directories are followed.
    pub follow_links: bool,
    pub included: Vec<Vec<u8>>,
    pub excluded: Vec<Vec<u8>>,
    pub excluded_directories: Vec<Vec<u8>>,
    pub line_end: u8,
    pub color: bool,
}

const OPTIONS: &[Opt] = &[
    flag(&["E", "extended-regexp"]),
    flag(&["F", "fixed-strings"]),
    flag(&["G", "basic-regexp"]),
    flag(&["P", "perl-regexp"]),
    value(&["e", "regexp"]),
    value(&["f", "file"]),
    flag(&["i", "y", "ignore-case"]),
    flag(&["no-ignore-case"]),
    flag(&["v", "invert-match"]),
    flag(&["w", "word-regexp"]),
    flag(&["x", "line-regexp"]),
    flag(&["c", "count"]),
    optional_value(&["color", "colour"]),
    flag(&["L", "files-without-match"]),
    flag(&["l", "files-with-matches"]),
    value(&["m", "max-count"]),
    flag(&["o", "only-matching"]),
    flag(&["q", "quiet", "silent"]),
    flag(&["s", "no-messages"]),
    flag(&["b", "byte-offset"]),
    flag(&["H", "with-filename"]),
    flag(&["h", "no-filename"]),
    value(&["label"]),
    flag(&["n", "line-number"]),
    flag(&["T", "initial-tab"]),
    flag(&["Z", "null"]),
    value(&["A", "after-context"]),
    value(&["B", "before-context"]),
    value(&["C", "context"]),
    value(&["digits"]),
    value(&["group-separator"]),
    flag(&["no-group-separator"]),
    flag(&["a", "text"]),
    value(&["binary-files"]),
    value(&["D", "devices"]),
    value(&["d", "directories"]),
    value(&["include"]),
    value(&["exclude"]),
    value(&["exclude-from"]),
    value(&["exclude-dir"]),
    flag(&["I"]),
    flag(&["r", "recursive"]),
    flag(&["R", "dereference-recursive"]),
    flag(&["line-buffered"]),
    flag(&["U", "binary"]),
    flag(&["z", "null-data"]),
    flag(&["V"]),
];

impl Options {
    /// Reads the command line; an error is the exit code, its message printed.
    pub fn parse(args: Vec<OsString>, syntax: Syntax) -> Result<Options, i32> {
        let mut parsed = getopt::parse(PROGRAM, OPTIONS, spell_out_numbers(args))?;
        let mut options = Options::defaults(syntax);
        let (mut pattern_given, mut with_name) = (false, None);
        for given in &parsed.options {
            match given.name {
                "e" => {
                    pattern_given = true;
                    options.add_patterns(given.value.as_bytes());
                }
                "f" => {
                    pattern_given = true;
                    options.add_pattern_file(given)?;
                }
                "H" => with_name = Some(true),
                "h" => with_name = Some(false),
                _ => options.apply(given)?,
            }
        }
        if !pattern_given {
            if parsed.operands.is_empty() {
                eprintln!("Usage: grep {}\nTry 'grep --help' for more information.", PROGRAM.usage);
                return Err(PROGRAM.usage_error);
            }
            let pattern = parsed.operands.remove(0);
            options.add_patterns(pattern.as_bytes());
        }
        let several = parsed.operands.len() > 1;
        options.files = parsed.operands.into_iter().map(OsStringExt::into_vec).collect();
        let recursive = options.directories == Directories::Recurse;
        if options.files.is_empty() {
            options.files.push(if recursive { Vec::new() } else { b"-".to_vec() });
        }
        options.with_name = with_name.or(if several { Some(true) } else if recursive { None } else { Some(false) });
        Ok(options)
    }

    fn defaults(syntax: Syntax) -> Options {
        Options {
            syntax,
            patterns: Vec::new(),
            files: Vec::new(),
            ignore_case: false,
            invert: false,
            words: false,
            whole_lines: false,
            output: Output::Lines,
            quiet: false,
            no_messages: false,
            line_numbers: false,
            byte_offsets: false,
            with_name: None,
            label: b"(standard input)".to_vec(),
            nul_after_name: false,
            initial_tab: false,
            line_buffered: false,
            maximum: None,
            before: 0,
            after: 0,
            marks_groups: false,
            group_separator: Some(b"--".to_vec()),
            binary: Binary::Report,
            directories: Directories::Read,
            skip_devices: false,
            follow_links: false,
            included: Vec::new(),
            excluded: Vec::new(),
            excluded_directories: Vec::new(),
            line_end: b'\n',
            color: false,
        }
    }

    pub fn prints_lines(&self) -> bool {
        self.output == Output::Lines && !self.quiet
    }

    /// One pattern a line.
    fn add_patterns(&mut self, text: &[u8]) {
        self.patterns.extend(text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
    }

    fn add_pattern_file(&mut self, given: &Given) -> Result<(), i32> {
        let mut text = Vec::new();
        let read = if given.value == "-" {
            std::io::stdin().read_to_end(&mut text).map(|_| ())
        } else {
            std::fs::read(&given.value).map(|content| text = content)
        };
        if let Err(error) = read {
            PROGRAM.complain_of(&given.value.to_string_lossy(), &error);
            return Err(PROGRAM.usage_error);
        }
        if !text.is_empty() {
            self.add_patterns(text.strip_suffix(b"\n").unwrap_or(&text));
        }
        Ok(())
    }

    fn apply(&mut self, given: &Given) -> Result<(), i32> {
        match given.name {
            "E" => self.syntax = Syntax::Extended,
            "F" => self.syntax = Syntax::Fixed,
            "G" => self.syntax = Syntax::Basic,
            "P" => self.syntax = Syntax::Perl,
            "i" => self.ignore_case = true,
            "no-ignore-case" => self.ignore_case = false,
            "v" => self.invert = true,
            "w" => self.words = true,
            "x" => self.whole_lines = true,
            "c" => self.output = Output::Count,
            "l" => self.output = Output::FilesWith,
            "L" => self.output = Output::FilesWithout,
            "o" if self.output == Output::Lines => self.output = Output::Matches,
            "q" => self.quiet = true,
            "s" => self.no_messages = true,
            "b" => self.byte_offsets = true,
            "n" => self.line_numbers = true,
            "T" => self.initial_tab = true,
            "Z" => self.nul_after_name = true,
            "line-buffered" => self.line_buffered = true,
            "z" => self.line_end = 0,
            "a" => self.binary = Binary::Text,
            "I" => self.binary = Binary::Skip,
            "r" => self.directories = Directories::Recurse,
            "R" => (self.directories, self.follow_links) = (Directories::Recurse, true),
            "m" => self.maximum = maximum(given)?,
            "A" => (self.after, self.marks_groups) = (context_length(given)?, true),
            "B" => (self.before, self.marks_groups) = (context_length(given)?, true),
            "C" | "digits" => {
                let length = context_length(given)?;
                (self.before, self.after, self.marks_groups) = (length, length, true);
            }
            "group-separator" => self.group_separator = Some(given.value.as_bytes().to_vec()),
            "no-group-separator" => self.group_separator = None,
            "include" => self.included.push(given.value.as_bytes().to_vec()),
            "exclude" => self.excluded.push(given.value.as_bytes().to_vec()),
            "exclude-from" => {
                let text = std::fs::read(&given.value).map_err(|error| {
                    PROGRAM.complain_of(&given.value.to_string_lossy(), &error);
                    PROGRAM.usage_error
                })?;
                self.excluded.extend(text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec));
            }
            "exclude-dir" => self.excluded_directories.push(given.value.as_bytes().to_vec()),
            "binary-files" => {
                self.binary = match given.value.as_bytes() {
                    b"binary" => Binary::Report,
                    b"text" => Binary::Text,
                    b"without-match" => Binary::Skip,
                    _ => return Err(refuse("unknown binary-files type")),
                }
            }
            "d" => {
                self.directories = match given.value.as_bytes() {
                    b"read" => Directories::Read,
                    b"skip" => Directories::Skip,
                    b"recurse" => Directories::Recurse,
                    _ => {
                        let text = format!("invalid argument {} for '--directories'", quoted(&given.value));
                        PROGRAM.usage_failure(&text);
                        return Err(1);
                    }
                }
            }
            "label" => self.label = given.value.as_bytes().to_vec(),
            "D" => self.skip_devices = given.value == "skip",
            "color" => {
                self.color = match given.value.as_bytes() {
                    b"always" | b"yes" | b"force" => true,
                    b"never" | b"no" | b"none" => false,
                    b"" | b"auto" | b"tty" | b"if-tty" => std::io::stdout().is_terminal(),
                    _ => return Err(PROGRAM.usage_failure("invalid argument for '--color'")),
                }
            }
            "V" => {
                println!("grep (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            _ => {}
        }
        Ok(())
    }
}

fn refuse(text: &str) -> i32 {
    PROGRAM.complain(text);
    PROGRAM.usage_error
}

/// A negative maximum is none.
fn maximum(given: &Given) -> Result<Option<u64>, i32> {
    let number: i64 = given.value.to_str().and_then(|text| text.parse().ok()).ok_or_else(|| refuse("invalid max count"))?;
    Ok(u64::try_from(number).ok())
}

fn context_length(given: &Given) -> Result<usize, i32> {
    let number = given.value.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| refuse(&format!("{}: invalid context length argument", given.value.to_string_lossy())))
}

/// Turns `-NUM` into `--digits=NUM`, its meaning.
fn spell_out_numbers(args: Vec<OsString>) -> Vec<OsString> {
    let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let mut takes_value = false;
    let spelled = args.into_iter().enumerate().map(|(index, arg)| {
        let is_value = std::mem::replace(&mut takes_value, false);
        let Some(cluster) = arg.to_str().and_then(|text| text.strip_prefix('-')).map(str::to_owned) else { return arg };
        takes_value = !cluster.starts_with('-') && cluster.ends_with(['e', 'f', 'm', 'A', 'B', 'C', 'd', 'D']);
        let is_number = !cluster.is_empty() && cluster.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && index < end && !is_value { format!("--digits={cluster}").into() } else { arg }
    });
    spelled.collect()
}
