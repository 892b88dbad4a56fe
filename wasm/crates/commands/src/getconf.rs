//! getconf: what the system can hold. The numbers are those of this kernel, or else of Linux.

use crate::getopt::Program;
use crate::output;
use std::ffi::OsString;
use std::io::Write;

const PROGRAM: Program = Program {
    name: "getconf",
    usage: "[-v specification] variable_name [pathname]\n       getconf -a [pathname]",
    usage_error: 2,
    stops_at_operand: true,
};

const PAGE_BYTES: u64 = 4096;
/// What xargs fills; a kernel may be told to take more.
const ARGUMENT_BYTES: u64 = 128 * 1024;

/// Names, and the values that never change; those without one are asked for.
const VARIABLES: [(&str, Option<&str>); 46] = [
    ("ARG_MAX", None),
    ("CHAR_BIT", Some("8")),
    ("CHAR_MAX", Some("127")),
    ("CHAR_MIN", Some("-128")),
    ("CLK_TCK", Some("100")),
    ("HOST_NAME_MAX", Some("64")),
    ("INT_MAX", Some("2147483647")),
    ("INT_MIN", Some("-2147483648")),
    ("IOV_MAX", Some("1024")),
    ("LINE_MAX", Some("2048")),
    ("LINK_MAX", Some("65000")),
    ("LOGIN_NAME_MAX", Some("256")),
    ("LOGNAME_MAX", Some("256")),
    ("LONG_BIT", Some("64")),
    ("MAX_CANON", Some("255")),
    ("MAX_INPUT", Some("255")),
    ("NAME_MAX", Some("255")),
    ("NGROUPS_MAX", Some("65536")),
    ("NL_ARGMAX", Some("4096")),
    ("NZERO", Some("20")),
    ("OPEN_MAX", None),
    ("PAGESIZE", None),
    ("PAGE_SIZE", None),
    ("PATH", Some("/bin:/usr/bin")),
    ("PATH_MAX", Some("4096")),
    ("PIPE_BUF", Some("4096")),
    ("SCHAR_MAX", Some("127")),
    ("SHRT_MAX", Some("32767")),
    ("SSIZE_MAX", Some("32767")),
    ("SYMLOOP_MAX", Some("40")),
    ("TTY_NAME_MAX", Some("32")),
    ("UCHAR_MAX", Some("255")),
    ("UINT_MAX", Some("4294967295")),
    ("ULONG_MAX", Some("18446744073709551615")),
    ("USHRT_MAX", Some("65535")),
    ("WORD_BIT", Some("32")),
    ("_AVPHYS_PAGES", None),
    ("_NPROCESSORS_CONF", None),
    ("_NPROCESSORS_ONLN", None),
    ("NPROCESSORS_CONF", None),
    ("NPROCESSORS_ONLN", None),
    ("_PHYS_PAGES", None),
    ("_POSIX_VERSION", Some("200809")),
    ("_POSIX2_VERSION", Some("200809")),
    ("_POSIX_ARG_MAX", None),
    ("_POSIX_OPEN_MAX", None),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let mut words: Vec<String> = args.into_iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    match words.first().map(String::as_str) {
        Some("--help") => {
            println!("Usage: getconf {}", PROGRAM.usage);
            return 0;
        }
        Some("--version") => {
            println!("getconf (secure-exec) {}", env!("CARGO_PKG_VERSION"));
            return 0;
        }
        // One specification is as good as another here.
        Some("-v") => drop(words.drain(..words.len().min(2))),
        Some(word) if word.starts_with("-v") => drop(words.remove(0)),
        _ => {}
    }
    let mut output = output::standard();
    match &words[..] {
        [all] | [all, _] if all == "-a" => {
            for (name, fixed) in VARIABLES {
                let value = fixed.map_or_else(|| asked(name), str::to_owned);
                let _ = writeln!(output, "{name:<34} {value}");
            }
        }
        [name] | [name, _] => match VARIABLES.iter().find(|(other, _)| other == name) {
            Some((_, fixed)) => {
                let _ = writeln!(output, "{}", fixed.map_or_else(|| asked(name), str::to_owned));
            }
            None => {
                eprintln!("getconf: Unrecognized variable `{name}'");
                return 2;
            }
        },
        _ => {
            eprintln!("Usage: getconf {}", PROGRAM.usage);
            return 2;
        }
    }
    output::finish(output, PROGRAM.name, 0)
}

/// What /proc says.
fn asked(name: &str) -> String {
    let number = match name {
        "PAGESIZE" | "PAGE_SIZE" => Some(PAGE_BYTES),
        "_PHYS_PAGES" => memory("MemTotal:"),
        "_AVPHYS_PAGES" => memory("MemAvailable:"),
        "OPEN_MAX" | "_POSIX_OPEN_MAX" => limit("Max open files"),
        "ARG_MAX" | "_POSIX_ARG_MAX" => Some(ARGUMENT_BYTES),
        _ => Some(crate::nproc::installed()),
    };
    number.map_or_else(|| "undefined".to_owned(), |number| number.to_string())
}

fn memory(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let kilobytes: u64 = text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024 / PAGE_BYTES)
}

fn limit(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/limits").ok()?;
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
