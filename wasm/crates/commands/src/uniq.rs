//! uniq: adjacent equal lines. Ours because uutils reads 8 KiB at a time.

use crate::getopt::{self, Given, Opt, Program, flag, optional_value, value};
use crate::input::{self, Input};
use crate::output;
use crate::path;
use crate::words::{quoted, quoted_if_needed};
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufWriter, Result, Write};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program =
    Program { name: "uniq", usage: "[OPTION]... [INPUT [OUTPUT]]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["c", "count"]),
    flag(&["d", "repeated"]),
    flag(&["D"]),
    optional_value(&["all-repeated"]),
    value(&["f", "skip-fields"]),
    optional_value(&["group"]),
    flag(&["i", "ignore-case"]),
    value(&["s", "skip-chars"]),
    flag(&["u", "unique"]),
    flag(&["z", "zero-terminated"]),
    value(&["w", "check-chars"]),
];

/// Where empty lines set groups apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apart {
    Never,
    Prepend,
    Append,
    Separate,
    Both,
}

struct Options {
    count: bool,
    repeated_only: bool,
    unique_only: bool,
    /// All lines of a group, not the first alone.
    all_lines: bool,
    apart: Apart,
    skip_fields: usize,
    skip_characters: usize,
    compared_characters: usize,
    ignore_case: bool,
    line_end: u8,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, spell_out_old_form(args)) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut options = Options {
        count: false,
        repeated_only: false,
        unique_only: false,
        all_lines: false,
        apart: Apart::Never,
        skip_fields: 0,
        skip_characters: 0,
        compared_characters: usize::MAX,
        ignore_case: false,
        line_end: b'\n',
    };
    let mut groups = false;
    for given in &parsed.options {
        groups |= given.name == "group";
        if let Err(code) = options.apply(given) {
            return code;
        }
    }
    if groups && (options.count || options.repeated_only || options.unique_only) {
        return PROGRAM.usage_failure("--group is mutually exclusive with -c/-d/-D/-u");
    }
    if options.all_lines && options.count {
        return PROGRAM.usage_failure("printing all duplicated lines and repeat counts is meaningless");
    }
    if parsed.operands.len() > 2 {
        return PROGRAM.extra_operand(&parsed.operands[2]);
    }
    let source = parsed.operands.first().map_or(&b"-"[..], |name| name.as_bytes());
    let input = match input::open_buffered(source) {
        Ok(input) => input,
        Err(error) => {
            PROGRAM.complain_of(&quoted_if_needed(&parsed.operands[0]), &error);
            return 1;
        }
    };
    let Some(destination) = parsed.operands.get(1).filter(|name| *name != "-") else {
        let mut output = output::standard();
        // A failed write shows again when the output is finished.
        let code = report_read(options.run(input, &mut output), source);
        return output::finish(output, PROGRAM.name, code);
    };
    match File::create(path::of(destination.as_bytes())) {
        Ok(file) => {
            let mut output = BufWriter::with_capacity(input::BUFFER_BYTES, file);
            let ran = options.run(input, &mut output).and_then(|()| output.flush());
            report_read(ran, source)
        }
        Err(error) => {
            PROGRAM.complain_of(&quoted_if_needed(destination), &error);
            1
        }
    }
}

fn report_read(result: Result<()>, source: &[u8]) -> i32 {
    let Err(error) = result else { return 0 };
    let shown = if source == b"-" { "standard input".into() } else { String::from_utf8_lossy(source) };
    PROGRAM.complain_of(&format!("error reading '{shown}'"), &error);
    1
}

/// Turns `uniq -3` and `uniq +3` into the options they mean.
fn spell_out_old_form(args: Vec<OsString>) -> Vec<OsString> {
    let spell = |arg: OsString| {
        let Some(text) = arg.to_str() else { return arg };
        let all_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match (text.strip_prefix('-'), text.strip_prefix('+')) {
            (Some(digits), _) if all_digits(digits) => format!("--skip-fields={digits}").into(),
            (_, Some(digits)) if all_digits(digits) => format!("--skip-chars={digits}").into(),
            _ => arg,
        }
    };
    // An option's own value may look like the old form: `-f -3` is an error anyway.
    args.into_iter().map(spell).collect()
}

impl Options {
    fn apply(&mut self, given: &Given) -> std::result::Result<(), i32> {
        let number = |what: &str| {
            given.value.to_str().and_then(|text| text.parse().ok()).ok_or_else(|| {
                PROGRAM.complain(&format!("{}: invalid number of {what}", given.value.to_string_lossy()));
                PROGRAM.usage_error
            })
        };
        match given.name {
            "c" => self.count = true,
            "d" => self.repeated_only = true,
            "D" => (self.repeated_only, self.all_lines) = (true, true),
            "all-repeated" => {
                (self.repeated_only, self.all_lines) = (true, true);
                self.apart = self.chosen_apart(given, &[("none", Apart::Never), ("prepend", Apart::Prepend), ("separate", Apart::Separate)])?;
            }
            "group" => {
                self.all_lines = true;
                self.apart = match given.value.as_bytes() {
                    b"" => Apart::Separate,
                    _ => self.chosen_apart(given, &[
                        ("separate", Apart::Separate), ("prepend", Apart::Prepend), ("append", Apart::Append), ("both", Apart::Both),
                    ])?,
                };
            }
            "f" => self.skip_fields = number("fields to skip")?,
            "s" => self.skip_characters = number("bytes to skip")?,
            "w" => self.compared_characters = number("bytes to compare")?,
            "i" => self.ignore_case = true,
            "u" => self.unique_only = true,
            _ => self.line_end = 0,
        }
        Ok(())
    }

    fn chosen_apart(&self, given: &Given, choices: &[(&str, Apart)]) -> std::result::Result<Apart, i32> {
        let word = given.value.to_string_lossy();
        if word.is_empty() {
            return Ok(choices[0].1);
        }
        let choice = choices.iter().find(|(name, _)| name.starts_with(&*word));
        choice.map(|(_, apart)| *apart).ok_or_else(|| {
            PROGRAM.usage_failure(&format!("invalid argument {} for '--{}'", quoted(&given.value), given.name))
        })
    }

    fn run(&self, mut input: Input, output: &mut impl Write) -> Result<()> {
        let (mut first, mut line) = (Vec::new(), Vec::new());
        if !self.read_line(&mut input, &mut first)? {
            return Ok(());
        }
        let mut groups_written = 0;
        let mut repeats: u64 = 1;
        loop {
            line.clear();
            let has_line = self.read_line(&mut input, &mut line)?;
            if has_line && self.equal(&first, &line) {
                repeats += 1;
                if self.all_lines && !self.unique_only {
                    if repeats == 2 || !self.repeated_only {
                        self.open_group(repeats, &mut groups_written, &first, output)?;
                    }
                    self.write_line(&line, output)?;
                }
                continue;
            }
            self.close_group(repeats, &mut groups_written, &first, output)?;
            if !has_line {
                break;
            }
            std::mem::swap(&mut first, &mut line);
            repeats = 1;
        }
        let ends_apart = matches!(self.apart, Apart::Append | Apart::Both);
        if ends_apart && groups_written > 0 { output.write_all(&[self.line_end]) } else { Ok(()) }
    }

    /// Reads a line without its end; false at the end of the file.
    fn read_line(&self, input: &mut Input, line: &mut Vec<u8>) -> Result<bool> {
        let count = input.read_until(self.line_end, line)?;
        if line.last() == Some(&self.line_end) {
            line.pop();
        }
        Ok(count > 0)
    }

    fn write_line(&self, line: &[u8], output: &mut impl Write) -> Result<()> {
        output.write_all(line)?;
        output.write_all(&[self.line_end])
    }

    /// With all lines wanted: writes the first line once it is known to belong to what is shown.
    fn open_group(&self, repeats: u64, groups_written: &mut u64, first: &[u8], output: &mut impl Write) -> Result<()> {
        if repeats > 2 {
            return Ok(());
        }
        let before = match self.apart {
            Apart::Prepend | Apart::Both => true,
            Apart::Separate | Apart::Append => *groups_written > 0,
            Apart::Never => false,
        };
        *groups_written += 1;
        if before {
            output.write_all(&[self.line_end])?;
        }
        self.write_line(first, output)
    }

    fn close_group(&self, repeats: u64, groups_written: &mut u64, first: &[u8], output: &mut impl Write) -> Result<()> {
        if self.all_lines && !self.unique_only {
            let is_lone = repeats == 1 && !self.repeated_only;
            return if is_lone { self.open_group(1, groups_written, first, output) } else { Ok(()) };
        }
        let is_shown = match (self.repeated_only, self.unique_only) {
            (true, true) => false,
            (true, false) => repeats > 1,
            (false, true) => repeats == 1,
            (false, false) => true,
        };
        if !is_shown {
            return Ok(());
        }
        if self.count {
            write!(output, "{repeats:>7} ")?;
        }
        self.write_line(first, output)
    }

    fn equal(&self, left: &[u8], right: &[u8]) -> bool {
        let (left, right) = (self.compared_part(left), self.compared_part(right));
        if self.ignore_case { left.eq_ignore_ascii_case(right) } else { left == right }
    }

    fn compared_part<'line>(&self, line: &'line [u8]) -> &'line [u8] {
        let mut rest = line;
        for _ in 0..self.skip_fields {
            let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
            rest = &rest[rest.iter().take_while(is_blank).count()..];
            rest = &rest[rest.iter().take_while(|byte| !is_blank(byte)).count()..];
            if rest.is_empty() {
                break;
            }
        }
        let rest = &rest[self.skip_characters.min(rest.len())..];
        &rest[..self.compared_characters.min(rest.len())]
    }
}
