//! Command-line options in the order they were given, mixed with the operands, as `tar -C a x -C b y` needs it. Short ones
//! cluster, long ones may be abbreviated where a program allows it, `--` ends them. The messages are getopt_long's.

use getopt::Takes;
pub use getopt::{Opt, flag, optional_value as optional, value};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::os::wasi::ffi::OsStringExt;

/// What stands on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An option's first name and its value.
    Option(&'static str, Option<Vec<u8>>),
    Operand(Vec<u8>),
}

/// How a program reads its line beyond what all do.
#[derive(Clone, Copy, Default)]
pub struct Style {
    /// The first word is a cluster without a dash whose values are the next words: `tar xzf FILE`.
    pub old_cluster: bool,
    /// Long options must be given in full.
    pub exact: bool,
    /// Long options may begin with one dash: `xxd -cols 4`.
    pub one_dash: bool,
}

/// Reads the line, the program's name first. An error is getopt's message.
pub fn parse(known: &'static [Opt], style: Style, args: Vec<OsString>) -> Result<Vec<Item>, String> {
    let mut rest: VecDeque<Vec<u8>> = args.into_iter().skip(1).map(OsString::into_vec).collect();
    let mut items = Vec::new();
    if style.old_cluster && rest.front().is_some_and(|first| !first.is_empty() && first[0] != b'-') {
        let letters = rest.pop_front().unwrap_or_default();
        parse_old_cluster(known, &letters, &mut rest, &mut items)?;
    }
    while let Some(arg) = rest.pop_front() {
        if arg == b"--" {
            break;
        }
        if let Some(long) = arg.strip_prefix(b"--") {
            parse_long(known, style, long, &mut rest, &mut items)?;
        } else if style.one_dash && arg.len() > 2 && arg[0] == b'-' && names_a_long(known, &arg[1..]) {
            parse_long(known, style, &arg[1..], &mut rest, &mut items)?;
        } else if arg.len() > 1 && arg[0] == b'-' {
            parse_cluster(known, &arg[1..], &mut rest, &mut items)?;
        } else {
            items.push(Item::Operand(arg));
        }
    }
    items.extend(rest.into_iter().map(Item::Operand));
    Ok(items)
}

fn names_a_long(known: &[Opt], word: &[u8]) -> bool {
    known.iter().any(|option| option.names.iter().any(|name| name.len() > 1 && name.as_bytes() == word))
}

fn find_short(known: &'static [Opt], letter: u8) -> Result<&'static Opt, String> {
    let is_named = |option: &&Opt| option.names.iter().any(|name| name.as_bytes() == [letter]);
    known.iter().find(is_named).ok_or_else(|| format!("invalid option -- '{}'", letter as char))
}

fn parse_old_cluster(
    known: &'static [Opt],
    letters: &[u8],
    rest: &mut VecDeque<Vec<u8>>,
    items: &mut Vec<Item>,
) -> Result<(), String> {
    for letter in letters {
        let option = find_short(known, *letter)?;
        let missing = || format!("Old option '{}' requires an argument.", *letter as char);
        let value = match option.takes {
            Takes::Value => Some(rest.pop_front().ok_or_else(missing)?),
            Takes::Nothing | Takes::OptionalValue => None,
        };
        items.push(Item::Option(option.names[0], value));
    }
    Ok(())
}

fn parse_cluster(
    known: &'static [Opt],
    cluster: &[u8],
    rest: &mut VecDeque<Vec<u8>>,
    items: &mut Vec<Item>,
) -> Result<(), String> {
    for (index, letter) in cluster.iter().enumerate() {
        let option = find_short(known, *letter)?;
        let attached = &cluster[index + 1..];
        let missing = || format!("option requires an argument -- '{}'", *letter as char);
        let value = match option.takes {
            Takes::Nothing => None,
            Takes::OptionalValue if attached.is_empty() => None,
            _ if !attached.is_empty() => Some(attached.to_vec()),
            _ => Some(rest.pop_front().ok_or_else(missing)?),
        };
        items.push(Item::Option(option.names[0], value));
        if option.takes != Takes::Nothing {
            return Ok(());
        }
    }
    Ok(())
}

fn parse_long(
    known: &'static [Opt],
    style: Style,
    long: &[u8],
    rest: &mut VecDeque<Vec<u8>>,
    items: &mut Vec<Item>,
) -> Result<(), String> {
    let equals = long.iter().position(|byte| *byte == b'=');
    let (name, attached) = match equals {
        Some(equals) => (&long[..equals], Some(long[equals + 1..].to_vec())),
        None => (long, None),
    };
    let name = String::from_utf8_lossy(name);
    let (option, full) = find_long(known, style, &name)?;
    let value = match (option.takes, attached) {
        (Takes::Nothing, Some(_)) => return Err(format!("option '--{full}' doesn't allow an argument")),
        (Takes::Nothing | Takes::OptionalValue, None) => None,
        (_, Some(value)) => Some(value),
        (Takes::Value, None) => {
            Some(rest.pop_front().ok_or_else(|| format!("option '--{full}' requires an argument"))?)
        }
    };
    items.push(Item::Option(option.names[0], value));
    Ok(())
}

fn find_long(known: &'static [Opt], style: Style, name: &str) -> Result<(&'static Opt, &'static str), String> {
    let long_names = || {
        known.iter().flat_map(|option| {
            option.names.iter().filter(|name| name.len() > 1).map(move |name| (option, *name))
        })
    };
    if let Some(exact) = long_names().find(|(_, long)| *long == name) {
        return Ok(exact);
    }
    let unknown = || format!("unrecognized option '--{name}'");
    if style.exact {
        return Err(unknown());
    }
    let fitting: Vec<_> = long_names().filter(|(_, long)| long.starts_with(name)).collect();
    let Some((first, first_name)) = fitting.first().copied() else { return Err(unknown()) };
    if fitting.iter().any(|(option, _)| option.names[0] != first.names[0]) {
        let possibilities: String = fitting.iter().map(|(_, long)| format!(" '--{long}'")).collect();
        return Err(format!("option '--{name}' is ambiguous; possibilities:{possibilities}"));
    }
    Ok((first, first_name))
}
