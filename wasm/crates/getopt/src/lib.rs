//! Command-line options as GNU's getopt_long reads them: options may follow operands, short ones
//! cluster, long ones may be abbreviated, `--` ends them. The messages are GNU's.

pub mod standard_output;
pub mod words;

use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
    OptionalValue,
}

/// One option: its names, of which the first is how `Parsed` reports it.
#[derive(Clone, Copy)]
pub struct Opt {
    names: &'static [&'static str],
    takes: Takes,
}

/// An option without a value. One-letter names are short options.
pub const fn flag(names: &'static [&'static str]) -> Opt {
    Opt { names, takes: Takes::Nothing }
}

/// An option with a value.
pub const fn value(names: &'static [&'static str]) -> Opt {
    Opt { names, takes: Takes::Value }
}

/// An option whose value is attached to it, or not there: `-i.bak`, `--in-place=.bak`.
pub const fn optional_value(names: &'static [&'static str]) -> Opt {
    Opt { names, takes: Takes::OptionalValue }
}

impl Opt {
    /// `--version` is known without being listed; a program lists it for its short name.
    fn is_version(&self) -> bool {
        self.names.contains(&"version")
    }
}

/// Who is parsing: for the messages.
#[derive(Clone, Copy)]
pub struct Program {
    pub name: &'static str,
    /// Printed by `--help`, after the program's name.
    pub usage: &'static str,
    /// Exit code of a usage error.
    pub usage_error: i32,
    /// Options end at the first operand, as for programs that run another one.
    pub stops_at_operand: bool,
}

/// One option as given.
pub struct Given {
    pub name: &'static str,
    /// Empty for an option without value.
    pub value: OsString,
}

pub struct Parsed {
    pub options: Vec<Given>,
    pub operands: Vec<OsString>,
}

/// Reads `args` (with the program's name first). An error is the exit code, its message printed;
/// `--help` and `--version` are answered here and end with code 0.
pub fn parse(program: Program, known: &'static [Opt], args: Vec<OsString>) -> Result<Parsed, i32> {
    let mut parsed = Parsed { options: Vec::new(), operands: Vec::new() };
    let mut rest = args.into_iter().skip(1);
    while let Some(arg) = rest.next() {
        let bytes = arg.as_bytes();
        if bytes == b"--" {
            break;
        }
        if let Some(long) = bytes.strip_prefix(b"--") {
            let (name, attached) = split_at_equals(long);
            parse_long(program, known, name, attached, &mut rest, &mut parsed)?;
            continue;
        }
        if bytes.len() > 1 && bytes[0] == b'-' {
            parse_cluster(program, known, &bytes[1..], &mut rest, &mut parsed)?;
            continue;
        }
        parsed.operands.push(arg);
        if program.stops_at_operand {
            break;
        }
    }
    parsed.operands.extend(rest);
    Ok(parsed)
}

fn split_at_equals(long: &[u8]) -> (&[u8], Option<&[u8]>) {
    match long.iter().position(|byte| *byte == b'=') {
        Some(equals) => (&long[..equals], Some(&long[equals + 1..])),
        None => (long, None),
    }
}

fn parse_long(
    program: Program,
    known: &'static [Opt],
    name: &[u8],
    attached: Option<&[u8]>,
    rest: &mut impl Iterator<Item = OsString>,
    parsed: &mut Parsed,
) -> Result<(), i32> {
    let shown = String::from_utf8_lossy(name);
    let Some((option, full_name)) = find_long(program, known, &shown)? else {
        return answer_standard_option(program, &shown);
    };
    if option.is_version() {
        return answer_standard_option(program, "version");
    }
    let value = match (option.takes, attached) {
        (Takes::Nothing, Some(_)) => {
            return Err(program.usage_failure(&format!("option '--{full_name}' doesn't allow an argument")));
        }
        (Takes::Nothing | Takes::OptionalValue, None) => OsString::new(),
        (_, Some(value)) => OsStr::from_bytes(value).to_owned(),
        (Takes::Value, None) => rest.next().ok_or_else(|| {
            program.usage_failure(&format!("option '--{full_name}' requires an argument"))
        })?,
    };
    parsed.options.push(Given { name: option.names[0], value });
    Ok(())
}

/// Finds a long option by its name or by a prefix that fits one option only.
fn find_long(program: Program, known: &'static [Opt], name: &str) -> Result<Option<(Opt, &'static str)>, i32> {
    let long_names = || {
        known.iter().flat_map(|option| {
            option.names.iter().filter(|name| name.len() > 1).map(move |name| (*option, *name))
        })
    };
    if let Some(exact) = long_names().find(|(_, long)| *long == name) {
        return Ok(Some(exact));
    }
    if name == "help" || name == "version" {
        return Ok(None);
    }
    let fitting: Vec<_> = long_names().filter(|(_, long)| long.starts_with(name)).collect();
    let Some((first, first_name)) = fitting.first() else { return Ok(None) };
    if fitting.iter().any(|(option, _)| option.names[0] != first.names[0]) {
        let possibilities: String = fitting.iter().map(|(_, long)| format!(" '--{long}'")).collect();
        let text = format!("option '--{name}' is ambiguous; possibilities:{possibilities}");
        return Err(program.usage_failure(&text));
    }
    Ok(Some((*first, first_name)))
}

fn answer_standard_option(program: Program, name: &str) -> Result<(), i32> {
    if name == "help" {
        say!("Usage: {} {}", program.name, program.usage);
        return Err(0);
    }
    if name == "version" {
        say!("{} (secure-exec) {}", program.name, env!("CARGO_PKG_VERSION"));
        return Err(0);
    }
    Err(program.usage_failure(&format!("unrecognized option '--{name}'")))
}

fn parse_cluster(
    program: Program,
    known: &'static [Opt],
    cluster: &[u8],
    rest: &mut impl Iterator<Item = OsString>,
    parsed: &mut Parsed,
) -> Result<(), i32> {
    for (index, letter) in cluster.iter().enumerate() {
        let is_named = |option: &&Opt| option.names.iter().any(|name| name.as_bytes() == [*letter]);
        let Some(option) = known.iter().find(is_named) else {
            let shown = String::from_utf8_lossy(&cluster[index..]).chars().next().unwrap_or('?');
            return Err(program.usage_failure(&format!("invalid option -- '{shown}'")));
        };
        if option.is_version() {
            return answer_standard_option(program, "version");
        }
        if option.takes == Takes::Nothing {
            parsed.options.push(Given { name: option.names[0], value: OsString::new() });
            continue;
        }
        let attached = &cluster[index + 1..];
        if option.takes == Takes::OptionalValue {
            parsed.options.push(Given { name: option.names[0], value: OsStr::from_bytes(attached).to_owned() });
            return Ok(());
        }
        let value = if attached.is_empty() {
            rest.next().ok_or_else(|| {
                program.usage_failure(&format!("option requires an argument -- '{}'", *letter as char))
            })?
        } else {
            OsStr::from_bytes(attached).to_owned()
        };
        parsed.options.push(Given { name: option.names[0], value });
        return Ok(());
    }
    Ok(())
}

/// The programs of GNU's diffutils name themselves in the second line of a usage error too.
const DIFFUTILS: [&str; 4] = ["cmp", "diff", "diff3", "sdiff"];

impl Program {
    /// Prints a usage error and returns its exit code.
    pub fn usage_failure(&self, text: &str) -> i32 {
        let prefix = if DIFFUTILS.contains(&self.name) { format!("{}: ", self.name) } else { String::new() };
        eprintln!("{}: {text}\n{prefix}Try '{} --help' for more information.", self.name, self.name);
        self.usage_error
    }

    /// The message for too few operands: `given` is the last one, if any.
    pub fn missing_operand(&self, given: Option<&OsStr>) -> i32 {
        match given {
            None => self.usage_failure("missing operand"),
            Some(last) => self.usage_failure(&format!("missing operand after {}", crate::words::quoted(last))),
        }
    }

    pub fn extra_operand(&self, operand: &OsStr) -> i32 {
        self.usage_failure(&format!("extra operand {}", crate::words::quoted(operand)))
    }

    /// Prints `name: text`.
    pub fn complain(&self, text: &str) {
        eprintln!("{}: {text}", self.name);
    }

    /// Prints `name: what: reason`.
    pub fn complain_of(&self, what: &str, error: &std::io::Error) {
        eprintln!("{}: {what}: {}", self.name, sys::errno::message(error));
    }
}
