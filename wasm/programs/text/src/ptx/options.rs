//! The command line.

use super::escapes::unescaped;
use super::words::{Pattern, WordList, Words};
use crate::writer::Writer;
use getopt::words::{quoted, quoted_if_needed};
use getopt::{Opt, Program, flag, value};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::wasi::ffi::OsStrExt;

pub const PROGRAM: Program =
    Program { name: "ptx", usage: "[OPTION]... [INPUT]...   (without -G)\n  or:  ptx -G [OPTION]... [INPUT [OUTPUT]]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["A", "auto-reference"]),
    flag(&["G", "traditional"]),
    value(&["F", "flag-truncation"]),
    value(&["M", "macro-name"]),
    flag(&["O"]),
    value(&["format"]),
    flag(&["R", "right-side-refs"]),
    value(&["S", "sentence-regexp"]),
    flag(&["T"]),
    value(&["W", "word-regexp"]),
    value(&["b", "break-file"]),
    flag(&["f", "ignore-case"]),
    value(&["g", "gap-size"]),
    value(&["i", "ignore-file"]),
    value(&["o", "only-file"]),
    flag(&["r", "references"]),
    flag(&["t", "typeset-mode"]),
    value(&["w", "width"]),
    flag(&["version"]),
];
/// The end of a sentence, as GNU's manual has it.
const SENTENCE: &[u8] = b"[.?!][]\"')}]*\\($\\|\t\\|  \\)[ \t\n]*";
const WIDTH: isize = 72;
const GAP: isize = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Columns,
    Roff,
    Tex,
}

pub struct Options {
    pub is_traditional: bool,
    pub numbers_lines: bool,
    pub has_references: bool,
    pub are_references_right: bool,
    pub folds: bool,
    pub format: Format,
    pub macro_name: Vec<u8>,
    /// Marks what was cut off; may be empty.
    pub mark: Vec<u8>,
    pub width: isize,
    pub gap: isize,
    /// What ends a context.
    pub context: Option<Pattern>,
    pub words: Words,
    pub ignored: Option<WordList>,
    pub only: Option<WordList>,
    pub inputs: Vec<OsString>,
    pub output: Option<OsString>,
}

impl Options {
    pub fn shows_references(&self) -> bool {
        self.numbers_lines || self.has_references
    }
}

pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    let has = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let last = |name: &str| parsed.options.iter().rev().find(|given| given.name == name).map(|given| given.value.as_os_str());
    let pattern_of = |name: &str| last(name).map(|text| unescaped(text.as_bytes())).filter(|text| !text.is_empty());
    let (is_traditional, folds, has_references) = (has("G"), has("f"), has("r"));
    let (mut format, mut width, mut gap) = (if is_traditional { Format::Roff } else { Format::Columns }, WIDTH, GAP);
    for given in &parsed.options {
        match given.name {
            "O" => format = Format::Roff,
            "T" => format = Format::Tex,
            "format" => format = named_format(&given.value)?,
            "g" => gap = number(&given.value, "gap")?,
            "w" => width = number(&given.value, "line")?,
            _ => {}
        }
    }
    let context = match last("S") {
        // The whole text is one.
        Some(text) if text.is_empty() => None,
        Some(text) => Some(unescaped(text.as_bytes())),
        None if is_traditional || has_references => Some(b"\n".to_vec()),
        None => Some(SENTENCE.to_vec()),
    };
    let words = match (pattern_of("W"), last("b")) {
        (Some(text), _) => Words::Pattern(compiled(text, folds)?),
        (None, Some(file)) => {
            let mut breaks = content(file)?;
            if is_traditional {
                breaks.extend(b" \t\n");
            }
            Words::between(&breaks)
        }
        (None, None) if is_traditional => Words::between(b" \t\n"),
        (None, None) => Words::of_letters(),
    };
    let list = |name: &str| last(name).map(|file| content(file).map(|text| WordList::new(&text, folds))).transpose();
    let (ignored, only) = (list("i")?, list("o")?);
    let mut inputs = parsed.operands;
    if is_traditional && inputs.len() > 2 {
        return Err(PROGRAM.extra_operand(&inputs[2]));
    }
    let output = if is_traditional && inputs.len() == 2 { inputs.pop() } else { None };
    if inputs.is_empty() {
        inputs.push(OsString::from("-"));
    }
    Ok(Options {
        is_traditional,
        numbers_lines: has("A"),
        has_references,
        are_references_right: has("R"),
        folds,
        format,
        macro_name: last("M").map_or_else(|| b"xx".to_vec(), |name| name.as_bytes().to_vec()),
        mark: last("F").map_or_else(|| b"/".to_vec(), |mark| unescaped(mark.as_bytes())),
        width,
        gap,
        context: context.map(|text| compiled(text, folds)).transpose()?,
        words,
        ignored,
        only,
        inputs,
        output,
    })
}

fn compiled(text: Vec<u8>, folds: bool) -> Result<Pattern, i32> {
    Pattern::new(text, folds).map_err(|problem| {
        PROGRAM.complain(&problem);
        1
    })
}

fn content(file: &OsStr) -> Result<Vec<u8>, i32> {
    super::read(&file.to_owned()).map_err(|error| {
        PROGRAM.complain_of(&quoted_if_needed(file), &error);
        1
    })
}

fn named_format(name: &OsStr) -> Result<Format, i32> {
    match name.as_bytes() {
        b"" => {}
        name if b"roff".starts_with(name) => return Ok(Format::Roff),
        name if b"tex".starts_with(name) => return Ok(Format::Tex),
        _ => {}
    }
    let what = if name.is_empty() { "ambiguous" } else { "invalid" };
    PROGRAM.complain(&format!("{what} argument {} for '--format'\nValid arguments are:\n  - 'roff'\n  - 'tex'", quoted(name)));
    eprintln!("Try 'ptx --help' for more information.");
    Err(1)
}

fn number(text: &OsStr, what: &str) -> Result<isize, i32> {
    match text.to_str().and_then(|text| text.trim_ascii_start().parse::<isize>().ok()) {
        Some(number) if number > 0 => Ok(number),
        _ => {
            PROGRAM.complain(&format!("invalid {what} width: {}", quoted(text)));
            Err(1)
        }
    }
}

/// Writes the index where it belongs.
pub fn print(options: &Options, index: Vec<u8>) -> Result<(), i32> {
    let mut writer = match &options.output {
        Some(name) => Writer::of_file(File::create(crate::path::of(name.as_bytes())).map_err(|error| {
            PROGRAM.complain_of(&quoted_if_needed(name), &error);
            1
        })?),
        None => Writer::standard(1),
    };
    *writer.buffer() = index;
    writer.flush().map_err(|error| {
        PROGRAM.complain_of("write error", &error);
        1
    })
}
