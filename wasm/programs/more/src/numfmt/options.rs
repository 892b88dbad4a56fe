//! The command line.

use super::fields::Chosen;
use super::format::{Format, Padding};
use super::scale::{Rounding, Units};
use getopt::words::quoted;
use getopt::{Opt, Program, flag, optional_value, value};
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

pub const PROGRAM: Program = Program { name: "numfmt", usage: "[OPTION]... [NUMBER]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    value(&["from"]),
    value(&["from-unit"]),
    value(&["to"]),
    value(&["to-unit"]),
    value(&["round"]),
    value(&["padding"]),
    value(&["suffix"]),
    flag(&["grouping"]),
    value(&["d", "delimiter"]),
    value(&["field"]),
    flag(&["debug"]),
    optional_value(&["header"]),
    value(&["format"]),
    value(&["invalid"]),
    flag(&["z", "zero-terminated"]),
    flag(&["version"]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    Abort,
    Fail,
    Warn,
    Ignore,
}

pub struct Options {
    pub from: Option<Units>,
    pub to: Option<Units>,
    pub from_unit: u64,
    pub to_unit: u64,
    pub rounding: Rounding,
    pub padding: Padding,
    /// Fields keep their width.
    pub pads_as_found: bool,
    pub suffix: Vec<u8>,
    pub delimiter: Option<u8>,
    pub fields: Chosen,
    pub debugs: bool,
    pub header_lines: usize,
    pub format: Format,
    pub invalid: Invalid,
    pub line_end: u8,
}

pub fn parse(args: Vec<OsString>) -> Result<(Options, Vec<OsString>), i32> {
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    let mut options = Options {
        from: None,
        to: None,
        from_unit: 1,
        to_unit: 1,
        rounding: Rounding::FromZero,
        padding: Padding::default(),
        pads_as_found: false,
        suffix: Vec::new(),
        delimiter: None,
        fields: Chosen::first(),
        debugs: false,
        header_lines: 0,
        format: Format::default(),
        invalid: Invalid::Abort,
        line_end: b'\n',
    };
    let (mut groups, mut has_fields, mut has_format) = (false, false, false);
    for given in parsed.options {
        let text = given.value.as_os_str();
        match given.name {
            "from" => options.from = one_of(text, "--from", &[("none", None), ("auto", Some(Units::Auto)), ("si", Some(Units::Si)), ("iec", Some(Units::Iec)), ("iec-i", Some(Units::IecI))])?,
            "to" => options.to = one_of(text, "--to", &[("none", None), ("si", Some(Units::Si)), ("iec", Some(Units::Iec)), ("iec-i", Some(Units::IecI))])?,
            "from-unit" => options.from_unit = unit(text)?,
            "to-unit" => options.to_unit = unit(text)?,
            "round" => {
                let names = [("up", Rounding::Up), ("down", Rounding::Down), ("from-zero", Rounding::FromZero), ("towards-zero", Rounding::TowardsZero), ("nearest", Rounding::Nearest)];
                options.rounding = one_of(text, "--round", &names)?;
            }
            "padding" => {
                let number = text.to_str().and_then(|text| text.parse::<i64>().ok()).filter(|number| *number != 0);
                let number = number.ok_or_else(|| fails(&format!("invalid padding value {}", quoted(text))))?;
                options.padding = Padding { width: number.unsigned_abs() as usize, is_left: number < 0 };
            }
            "suffix" => options.suffix = text.as_bytes().to_vec(),
            "grouping" => groups = true,
            "d" => match text.as_bytes() {
                [] => options.delimiter = Some(0),
                [byte] => options.delimiter = Some(*byte),
                _ => return Err(fails("the delimiter must be a single character")),
            },
            "field" if has_fields => return Err(fails("multiple field specifications")),
            "field" => {
                has_fields = true;
                options.fields = Chosen::parse(&text.to_string_lossy()).map_err(|problem| PROGRAM.usage_failure(&problem))?;
            }
            "debug" => options.debugs = true,
            "header" if text.is_empty() => options.header_lines = 1,
            "header" => {
                let number = text.to_str().and_then(|text| text.parse::<usize>().ok()).filter(|number| *number > 0);
                options.header_lines = number.ok_or_else(|| fails(&format!("invalid header value {}", quoted(text))))?;
            }
            "format" => {
                options.format = Format::parse(&text.to_string_lossy()).map_err(|problem| fails(&problem))?;
                has_format = true;
            }
            "invalid" => {
                let names = [("abort", Invalid::Abort), ("fail", Invalid::Fail), ("warn", Invalid::Warn), ("ignore", Invalid::Ignore)];
                options.invalid = one_of(text, "--invalid", &names)?;
            }
            "z" => options.line_end = 0,
            _ => {}
        }
    }
    if has_format && groups {
        return Err(fails("--grouping cannot be combined with --format"));
    }
    if options.debugs && options.padding.width > 0 && options.format.padding.is_some() {
        PROGRAM.complain("--format padding overriding --padding");
    }
    options.padding = options.format.padding.unwrap_or(options.padding);
    let has_conversion = options.from.is_some() || options.to.is_some() || groups || options.padding.width > 0 || has_format;
    if options.debugs && !has_conversion {
        PROGRAM.complain("no conversion option specified");
    }
    if groups || options.format.groups {
        if options.to.is_some() {
            return Err(fails("grouping cannot be combined with --to"));
        }
        if options.debugs {
            PROGRAM.complain("grouping has no effect in this locale");
        }
    }
    options.pads_as_found = options.padding.width == 0 && options.delimiter.is_none();
    Ok((options, parsed.operands))
}

fn fails(text: &str) -> i32 {
    PROGRAM.complain(text);
    1
}

/// The meaning of a name or of a prefix that fits one name only.
fn one_of<T: Copy>(text: &OsStr, option: &str, names: &[(&str, T)]) -> Result<T, i32> {
    let text = text.to_string_lossy();
    if let Some((_, meaning)) = names.iter().find(|(name, _)| *name == text) {
        return Ok(*meaning);
    }
    let fitting: Vec<_> = names.iter().filter(|(name, _)| name.starts_with(&*text)).collect();
    if let [(_, meaning)] = fitting[..] {
        return Ok(*meaning);
    }
    let what = if fitting.is_empty() { "invalid" } else { "ambiguous" };
    let list: String = names.iter().map(|(name, _)| format!("\n  - '{name}'")).collect();
    PROGRAM.complain(&format!("{what} argument {} for '{option}'\nValid arguments are:{list}", quoted(&*text)));
    eprintln!("Try 'numfmt --help' for more information.");
    Err(1)
}

/// `512`, `1K` (a thousand), `1Ki`.
fn unit(text: &OsStr) -> Result<u64, i32> {
    let word = text.to_string_lossy();
    let (digits, base) = match word.strip_suffix('i') {
        Some(rest) => (rest, 1024u64),
        None => (&*word, 1000),
    };
    let power = digits.chars().last().and_then(|letter| "KMGTPEZY".find(letter));
    let (digits, factor) = match power {
        Some(power) => (&digits[..digits.len() - 1], base.checked_pow(power as u32 + 1)),
        None if base == 1024 => ("", None),
        None => (digits, Some(1)),
    };
    let count = if digits.is_empty() && power.is_some() { Some(1) } else { digits.parse::<u64>().ok() };
    let size = count.zip(factor).and_then(|(count, factor)| count.checked_mul(factor)).filter(|size| *size > 0);
    size.ok_or_else(|| fails(&format!("invalid unit size: {}", quoted(text))))
}
