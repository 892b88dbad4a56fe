//! nice, nohup: run a program with another priority, or one that a hangup does not end.

use crate::getopt::{self, Opt, Program, value};
use crate::launch::{self, CANNOT_RUN};
use crate::output;
use crate::words::quoted;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::os::fd::IntoRawFd;
use std::os::wasi::ffi::{OsStrExt, OsStringExt};
use sys::signal::{self, Disposition};

const NICE: Program = Program { name: "nice", usage: "[OPTION] [COMMAND [ARG]...]", usage_error: 125, stops_at_operand: true };
const NOHUP: Program = Program { name: "nohup", usage: "COMMAND [ARG]...", usage_error: 125, stops_at_operand: true };
const OPTIONS: &[Opt] = &[value(&["n", "adjustment"])];
const DEFAULT_ADJUSTMENT: i32 = 10;

pub fn nice_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(NICE, OPTIONS, old_adjustment(args)) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut adjustment = None;
    if let Some(given) = parsed.options.last() {
        match given.value.to_str().and_then(|text| text.trim().parse::<i64>().ok()) {
            Some(number) => adjustment = Some(number.clamp(-39, 39) as i32),
            None => {
                NICE.complain(&format!("invalid adjustment {}", quoted(&given.value)));
                return 125;
            }
        }
    }
    let now = sys::process::nice_value().unwrap_or(0);
    if parsed.operands.is_empty() {
        if adjustment.is_some() {
            return NICE.usage_failure("a command must be given with an adjustment");
        }
        let mut output = output::standard();
        let _ = writeln!(output, "{now}");
        return output::finish(output, NICE.name, 0);
    }
    if let Err(error) = sys::process::set_nice_value(now + adjustment.unwrap_or(DEFAULT_ADJUSTMENT)) {
        // The program runs all the same.
        NICE.complain_of("cannot set niceness", &error);
    }
    launch::run(NICE, "", &parsed.operands, &launch::environment())
}

/// `nice -5` is `nice -n 5`, `nice --5` is `nice -n -5`.
fn old_adjustment(mut args: Vec<OsString>) -> Vec<OsString> {
    let mut index = 1;
    while let Some(arg) = args.get(index) {
        let Some(number) = arg.as_bytes().strip_prefix(b"-") else { break };
        let digits = number.strip_prefix(b"-").or(number.strip_prefix(b"+")).unwrap_or(number);
        if digits.first().is_some_and(u8::is_ascii_digit) {
            args[index] = OsString::from_vec([b"-n", number].concat());
        } else if arg == "-n" || arg == "--adjustment" {
            index += 1;
        } else if arg == "--" {
            break;
        }
        index += 1;
    }
    args
}

pub fn nohup_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(NOHUP, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if parsed.operands.is_empty() {
        return NOHUP.missing_operand(None);
    }
    if let Err(code) = leave_terminal() {
        return code;
    }
    if let Err(error) = signal::set_action(signal::SIGHUP, Disposition::Ignored) {
        NOHUP.complain_of("cannot ignore SIGHUP", &error);
        return 125;
    }
    launch::run(NOHUP, "failed to run command ", &parsed.operands, &launch::environment())
}

/// Puts a file in the place of each of the three descriptors that is a terminal.
fn leave_terminal() -> Result<(), i32> {
    let (ignores_input, redirects_output) = (std::io::stdin().is_terminal(), std::io::stdout().is_terminal());
    if ignores_input {
        let null = OpenOptions::new().write(true).open("/dev/null").map(IntoRawFd::into_raw_fd);
        if let Err(error) = null.and_then(|null| sys::dup2(null, 0, false)) {
            NOHUP.complain_of("failed to render standard input unusable", &error);
            return Err(125);
        }
    }
    if redirects_output {
        let mut name = "nohup.out".to_owned();
        let append = |name: &str| OpenOptions::new().append(true).create(true).open(name);
        let in_home = |first: std::io::Error| match std::env::var("HOME") {
            Ok(home) => Ok(format!("{home}/nohup.out")),
            Err(_) => Err(first),
        };
        let opened = append(&name).or_else(|error| {
            name = in_home(error)?;
            append(&name)
        });
        let file = opened.map_err(|error| {
            NOHUP.complain_of(&format!("failed to open {}", quoted(&name)), &error);
            125
        })?;
        let ignoring = if ignores_input { "ignoring input and " } else { "" };
        NOHUP.complain(&format!("{ignoring}appending output to {}", quoted(&name)));
        sys::dup2(file.into_raw_fd(), 1, false).map_err(|_| CANNOT_RUN)?;
    } else if ignores_input {
        let also = if std::io::stderr().is_terminal() { " and redirecting stderr to stdout" } else { "" };
        NOHUP.complain(&format!("ignoring input{also}"));
    }
    if std::io::stderr().is_terminal() {
        if !ignores_input && !redirects_output {
            NOHUP.complain("redirecting stderr to stdout");
        }
        sys::dup2(1, 2, false).map_err(|_| CANNOT_RUN)?;
    }
    Ok(())
}
