//! Looks at a command line as getopt_long would, before clap does, so that what is wrong with it is said in GNU's
//! words: clap's own ("error: unexpected argument") do not even name the command.

use clap::{Arg, ArgAction, Command};
use std::ffi::OsString;
use std::os::wasi::ffi::OsStrExt;

/// Their operands may look like options.
const EXPRESSIONS: [&str; 4] = ["echo", "expr", "printf", "test"];

/// The line as clap is to read it: an option's value that looks like an option is attached to it, since getopt
/// takes the next word whatever it is (`nl -v -1`) and clap does not. An error is the message, without the command's name.
pub fn check(command: &Command, args: Vec<OsString>) -> Result<Vec<OsString>, String> {
    // Words that look like options may be operands: nothing can be said of them here.
    if command.get_positionals().any(|operand| operand.is_trailing_var_arg_set()) || EXPRESSIONS.contains(&command.get_name()) {
        return Ok(args);
    }
    let mut operands: Vec<OsString> = Vec::new();
    let mut checked = Vec::with_capacity(args.len());
    let mut rest = args.into_iter();
    checked.extend(rest.next());
    while let Some(arg) = rest.next() {
        let bytes = arg.as_bytes();
        if bytes == b"--" {
            checked.push(arg);
            let last: Vec<OsString> = rest.collect();
            operands.extend_from_slice(&last);
            checked.extend(last);
            break;
        }
        if bytes == b"--help" || bytes == b"--version" {
            checked.push(arg);
            checked.extend(rest);
            return Ok(checked);
        }
        let takes_next = match bytes {
            [b'-', b'-', long @ ..] => check_long(command, &String::from_utf8_lossy(long))?,
            // Numbers of the old syntax: `head -5`; but `join -1 2` is an option.
            [b'-', first @ (b'0'..=b'9' | b'.'), ..] if !has_short(command, *first) => false,
            [b'-', cluster @ ..] if !cluster.is_empty() => check_cluster(command, &String::from_utf8_lossy(cluster))?,
            _ => {
                operands.push(arg.clone());
                false
            }
        };
        if !takes_next {
            checked.push(arg);
            continue;
        }
        let Some(value) = rest.next() else {
            return Err(match bytes {
                [b'-', b'-', long @ ..] => format!("option '--{}' requires an argument", String::from_utf8_lossy(long)),
                _ => format!("option requires an argument -- '{}'", char::from(bytes[bytes.len() - 1])),
            });
        };
        if value.as_bytes().starts_with(b"-") && value.len() > 1 {
            let equals = if bytes.starts_with(b"--") { "=" } else { "" };
            let mut joined = arg;
            joined.push(equals);
            joined.push(value);
            checked.push(joined);
        } else {
            checked.extend([arg, value]);
        }
    }
    check_operands(command, &operands)?;
    Ok(checked)
}

fn has_short(command: &Command, letter: u8) -> bool {
    command.get_arguments().any(|option| option.get_short() == Some(char::from(letter)))
}

/// Whether the option takes the next argument as its value.
fn takes_value(option: &Arg) -> bool {
    let optional = option.get_num_args().is_some_and(|count| count.min_values() == 0);
    option.get_action().takes_values() && !optional
}

fn check_long(command: &Command, long: &str) -> Result<bool, String> {
    let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
    let named = |option: &&Arg| {
        option.get_long() == Some(name) || option.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
    };
    if let Some(option) = command.get_arguments().find(named) {
        if value.is_some() && !option.get_action().takes_values() {
            return Err(format!("option '--{name}' doesn't allow an argument"));
        }
        return Ok(value.is_none() && takes_value(option));
    }
    let fitting: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).filter(|long| long.starts_with(name)).collect();
    match fitting[..] {
        [] if "help".starts_with(name) || "version".starts_with(name) => Ok(false),
        [] => Err(format!("unrecognized option '--{name}'")),
        [full] => check_long(command, &value.map_or(full.to_owned(), |value| format!("{full}={value}"))),
        _ => {
            let possibilities: String = fitting.iter().map(|long| format!(" '--{long}'")).collect();
            Err(format!("option '--{name}' is ambiguous; possibilities:{possibilities}"))
        }
    }
}

fn check_cluster(command: &Command, cluster: &str) -> Result<bool, String> {
    let mut letters = cluster.chars();
    while let Some(letter) = letters.next() {
        let named = |option: &&Arg| {
            option.get_short() == Some(letter)
                || option.get_all_short_aliases().is_some_and(|aliases| aliases.contains(&letter))
        };
        match command.get_arguments().find(named) {
            Some(option) if option.get_action().takes_values() => {
                return Ok(letters.as_str().is_empty() && takes_value(option));
            }
            Some(_) => {}
            None if letter.is_ascii_digit() => {}
            None => return Err(format!("invalid option -- '{letter}'")),
        }
    }
    Ok(false)
}

fn check_operands(command: &Command, operands: &[OsString]) -> Result<(), String> {
    let minimum: usize = command
        .get_positionals()
        .filter(|operand| operand.is_required_set())
        .map(|operand| operand.get_num_args().map_or(1, |count| count.min_values()))
        .sum();
    let takes_many = |operand: &Arg| {
        matches!(operand.get_action(), ArgAction::Append) || operand.get_num_args().is_some_and(|count| count.max_values() > 1)
    };
    let maximum = if command.get_positionals().any(takes_many) { usize::MAX } else { command.get_positionals().count() };
    match operands {
        [] if minimum > 0 => Err("missing operand".to_owned()),
        [.., last] if operands.len() < minimum => Err(format!("missing operand after '{}'", last.to_string_lossy())),
        _ => match operands.get(maximum) {
            Some(extra) => Err(format!("extra operand '{}'", extra.to_string_lossy())),
            None => Ok(()),
        },
    }
}
