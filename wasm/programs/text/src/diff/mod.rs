//! diff: compares files and trees of them, with GNU's options and forms.

mod files;
pub mod format;
pub mod myers;
pub mod side_by_side;
pub mod text;

use getopt::{self, Opt, Program, flag, optional_value, value};
use files::Comparison;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStringExt;
use text::Sameness;

const PROGRAM: Program = Program { name: "diff", usage: "[OPTION]... FILES", usage_error: 2, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["normal"]),
    flag(&["q", "brief"]),
    flag(&["s", "report-identical-files"]),
    flag(&["c"]),
    value(&["C"]),
    optional_value(&["context"]),
    flag(&["u"]),
    value(&["U"]),
    optional_value(&["unified"]),
    flag(&["e", "ed"]),
    flag(&["y", "side-by-side"]),
    value(&["W", "width"]),
    flag(&["suppress-common-lines"]),
    flag(&["left-column"]),
    value(&["tabsize"]),
    flag(&["E", "ignore-tab-expansion"]),
    flag(&["p", "show-c-function"]),
    value(&["L", "label"]),
    flag(&["t", "expand-tabs"]),
    flag(&["r", "recursive"]),
    flag(&["N", "new-file"]),
    flag(&["no-dereference"]),
    value(&["x", "exclude"]),
    flag(&["i", "ignore-case"]),
    flag(&["b", "ignore-space-change"]),
    flag(&["w", "ignore-all-space"]),
    flag(&["Z", "ignore-trailing-space"]),
    flag(&["B", "ignore-blank-lines"]),
    value(&["I", "ignore-matching-lines"]),
    flag(&["strip-trailing-cr"]),
    flag(&["a", "text"]),
    flag(&["d", "minimal"]),
    flag(&["speed-large-files"]),
    optional_value(&["color"]),
    flag(&["v", "version"]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Normal,
    Unified(usize),
    Context(usize),
    Ed,
    SideBySide,
}

pub struct Settings {
    pub form: Form,
    pub sameness: Sameness,
    pub is_brief: bool,
    pub reports_identical: bool,
    pub is_recursive: bool,
    pub has_new_files: bool,
    pub ignores_blank_lines: bool,
    pub is_text: bool,
    pub side_by_side: side_by_side::Style,
    pub labels: Vec<Vec<u8>>,
    pub excluded: Vec<String>,
    pub ignored: Vec<posix_regex::Regex>,
    /// The options as they were given, for the line before each file of a tree.
    pub shown_options: String,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let (settings, [old, new]) = match read_line(args) {
        Ok(line) => line,
        Err(code) => return code,
    };
    let mut comparison = Comparison::new(&settings);
    let code = comparison.operands(&old.into_vec(), &new.into_vec());
    comparison.finish(code)
}

/// Reads the command line: how to compare, and what. An error is the exit code, its message printed.
pub fn read_line(args: Vec<OsString>) -> Result<(Settings, [OsString; 2]), i32> {
    let all: Vec<String> = args.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    let mut settings = Settings {
        form: Form::Normal,
        sameness: Sameness::default(),
        is_brief: false,
        reports_identical: false,
        is_recursive: false,
        has_new_files: false,
        ignores_blank_lines: false,
        is_text: false,
        side_by_side: side_by_side::Style { width: 130, hides_common: false, left_column: false, expands_tabs: false, tab_size: 8 },
        labels: Vec::new(),
        excluded: Vec::new(),
        ignored: Vec::new(),
        shown_options: shown_options(all, &parsed.operands),
    };
    for given in parsed.options {
        let text = given.value.to_string_lossy().into_owned();
        let context = || if text.is_empty() { Ok(3) } else { text.parse().map_err(|_| PROGRAM.usage_failure(&format!("invalid context length '{text}'"))) };
        match given.name {
            "normal" => settings.form = Form::Normal,
            "q" => settings.is_brief = true,
            "s" => settings.reports_identical = true,
            "c" | "C" | "context" => match context() {
                Ok(lines) => settings.form = Form::Context(lines),
                Err(code) => return Err(code),
            },
            "u" | "U" | "unified" => match context() {
                Ok(lines) => settings.form = Form::Unified(lines),
                Err(code) => return Err(code),
            },
            "e" => settings.form = Form::Ed,
            "y" => settings.form = Form::SideBySide,
            "W" => match text.parse() {
                Ok(width) if width > 0 => settings.side_by_side.width = width,
                _ => return Err(PROGRAM.usage_failure(&format!("invalid width '{text}'"))),
            },
            "suppress-common-lines" => settings.side_by_side.hides_common = true,
            "left-column" => settings.side_by_side.left_column = true,
            "t" => settings.side_by_side.expands_tabs = true,
            "tabsize" => match text.parse() {
                Ok(size) if size > 0 && size < 1000 => settings.side_by_side.tab_size = size,
                _ => return Err(PROGRAM.usage_failure(&format!("invalid tabsize '{text}'"))),
            },
            "E" => settings.sameness.ignores_tab_expansion = true,
            "L" => settings.labels.push(given.value.into_vec()),
            "r" => settings.is_recursive = true,
            "N" => settings.has_new_files = true,
            "x" => settings.excluded.push(text),
            "i" => settings.sameness.ignores_case = true,
            "b" => settings.sameness.ignores_blank_runs = true,
            "w" => settings.sameness.ignores_blanks = true,
            "Z" => settings.sameness.ignores_trailing_blanks = true,
            "strip-trailing-cr" => settings.sameness.ignores_carriage_returns = true,
            "B" => settings.ignores_blank_lines = true,
            "I" => match posix_regex::Regex::new(text.as_bytes(), posix_regex::Options::new(posix_regex::Dialect::Basic)) {
                Ok(regex) => settings.ignored.push(regex),
                Err(error) => {
                    eprintln!("diff: {text}: {error}");
                    return Err(2);
                }
            },
            "a" => settings.is_text = true,
            _ => {}
        }
    }
    match <[OsString; 2]>::try_from(parsed.operands) {
        Ok(names) => Ok((settings, names)),
        Err(operands) => Err(match operands.last() {
            Some(extra) if operands.len() > 2 => PROGRAM.extra_operand(extra),
            Some(last) => PROGRAM.missing_operand(Some(last)),
            None => PROGRAM.missing_operand(Some(OsStr::new("diff"))),
        }),
    }
}

/// The arguments that are no operands, quoted for a shell where one would need it.
fn shown_options(mut arguments: Vec<String>, operands: &[OsString]) -> String {
    for operand in operands.iter().rev() {
        if let Some(index) = arguments.iter().rposition(|argument| **argument == *operand.to_string_lossy()) {
            arguments.remove(index);
        }
    }
    let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=+./:,@%^".contains(&byte));
    let quoted = arguments.into_iter().map(|text| if is_plain(&text) { text } else { format!("'{}'", text.replace('\'', "'\\''")) });
    quoted.collect::<Vec<_>>().join(" ")
}
