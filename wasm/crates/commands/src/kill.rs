//! kill: sends signals, and tells their names. The shell has its own, which knows jobs; this one serves `env kill`.

use crate::getopt::Program;
use crate::output;
use crate::words::quoted;
use std::ffi::OsString;
use std::io::Write;
use sys::signal;

const PROGRAM: Program =
    Program { name: "kill", usage: "[-s SIGNAL | -SIGNAL] PID...\n  or:  kill -l [SIGNAL]...\n  or:  kill -t [SIGNAL]...", usage_error: 1, stops_at_operand: false };

/// The first and the last of the real-time signals, as glibc leaves them to programs.
const REAL_TIME_FIRST: i32 = 34;
const REAL_TIME_LAST: i32 = 64;

pub fn main(args: Vec<OsString>) -> i32 {
    let words: Vec<String> = args.iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let (mut sent, mut rest) = (None, &words[..]);
    while let Some((first, after)) = rest.split_first() {
        let (name, after) = match first.as_str() {
            "--help" => {
                getopt::say!("Usage: kill {}", PROGRAM.usage);
                return 0;
            }
            "--version" => {
                getopt::say!("kill (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return 0;
            }
            "--" => {
                rest = after;
                break;
            }
            "-l" | "--list" | "-L" => return list(after, false),
            "-t" | "--table" => return list(after, true),
            "-s" | "-n" | "--signal" => match after.split_first() {
                Some((name, after)) => (name.as_str(), after),
                None if first == "--signal" => return PROGRAM.usage_failure("option '--signal' requires an argument"),
                None => return PROGRAM.usage_failure(&format!("option requires an argument -- '{}'", &first[1..])),
            },
            word => match (word.strip_prefix("--signal="), word.strip_prefix("-s"), word.strip_prefix('-')) {
                (Some(name), ..) => (name, after),
                (_, Some(name), _) if !name.is_empty() => (name, after),
                // A group's number, once the signal is known.
                (_, _, Some(digits)) if sent.is_some() && digits.parse::<i32>().is_ok() => break,
                (_, _, Some(long)) if long.starts_with('-') => {
                    return PROGRAM.usage_failure(&format!("unrecognized option '{word}'"));
                }
                (_, _, Some(name)) if !name.is_empty() => (name, after),
                _ => break,
            },
        };
        let Some(number) = number_of(name) else {
            PROGRAM.complain(&format!("{}: invalid signal", quoted(name)));
            eprintln!("Try 'kill --help' for more information.");
            return 1;
        };
        if sent.is_some() {
            return PROGRAM.usage_failure(&format!("{}: multiple signals specified", quoted(name)));
        }
        (sent, rest) = (Some(number), after);
    }
    if rest.is_empty() {
        return PROGRAM.usage_failure("no process ID specified");
    }
    let mut code = 0;
    for word in rest {
        let Ok(pid) = word.trim().parse::<i32>() else {
            PROGRAM.complain(&format!("{}: invalid process id", quoted(word)));
            code = 1;
            continue;
        };
        if let Err(error) = sys::kill(pid, sent.unwrap_or(signal::SIGTERM)) {
            PROGRAM.complain_of(&quoted(word), &error);
            code = 1;
        }
    }
    code
}

/// A signal by number (also as an exit status) or name.
fn number_of(name: &str) -> Option<i32> {
    if let Ok(number) = name.parse::<i32>() {
        return (0..=REAL_TIME_LAST).contains(&number).then_some(number);
    }
    let upper = name.to_ascii_uppercase();
    let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
    if let Some(offset) = bare.strip_prefix("RTMIN") {
        return offset_of(offset).map(|offset| REAL_TIME_FIRST + offset);
    }
    if let Some(offset) = bare.strip_prefix("RTMAX") {
        return offset_of(offset).map(|offset| REAL_TIME_LAST + offset);
    }
    match bare {
        "POLL" => Some(29),
        "CLD" => Some(17),
        "IOT" => Some(6),
        _ => signal::parse(bare),
    }
}

fn offset_of(text: &str) -> Option<i32> {
    if text.is_empty() { Some(0) } else { text.parse().ok() }
}

fn name_of(number: i32) -> Option<String> {
    match number {
        REAL_TIME_FIRST => Some("RTMIN".to_owned()),
        REAL_TIME_LAST => Some("RTMAX".to_owned()),
        29 => Some("POLL".to_owned()),
        // The half nearer to its end names a real-time signal.
        35..=49 => Some(format!("RTMIN+{}", number - REAL_TIME_FIRST)),
        50..=63 => Some(format!("RTMAX-{}", REAL_TIME_LAST - number)),
        _ => signal::name(number).map(str::to_owned),
    }
}

fn list(words: &[String], as_table: bool) -> i32 {
    let (mut output, mut code) = (output::standard(), 0);
    let numbers: Vec<i32> = (1..=31).chain(REAL_TIME_FIRST..=REAL_TIME_LAST).collect();
    let mut row = |number: i32, name: &str| {
        let _ = if as_table { writeln!(output, "{number:>2} {name}") } else { writeln!(output, "{name}") };
    };
    if words.is_empty() {
        for number in numbers {
            row(number, &name_of(number).unwrap_or_default());
        }
        return output::finish(output, PROGRAM.name, 0);
    }
    for word in words {
        let status = word.parse::<i32>().ok();
        // An exit status of 128 and more stands for the signal it tells of.
        let number = status.map(|status| if status > 128 { status - 128 } else { status }).or_else(|| number_of(word));
        match number.and_then(|number| Some((number, name_of(number)?))) {
            Some((number, name)) if as_table => row(number, &name),
            Some((_, name)) if status.is_some() => row(0, &name),
            Some((number, _)) => row(number, &number.to_string()),
            None => {
                PROGRAM.complain(&format!("{}: invalid signal", quoted(word)));
                code = 1;
            }
        }
    }
    output::finish(output, PROGRAM.name, code)
}
