//! touch: makes files and sets their times.

use crate::{calendar, date_text};
use crate::getopt::{self, Given, Opt, Program, flag, value};
use crate::path::{self, NewTime};
use crate::words::quoted;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::os::wasi::ffi::OsStrExt;
use std::time::{SystemTime, UNIX_EPOCH};

const PROGRAM: Program = Program { name: "touch", usage: "[OPTION]... FILE...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["a"]),
    flag(&["m"]),
    flag(&["c", "no-create"]),
    flag(&["f"]),
    flag(&["h", "no-dereference"]),
    value(&["d", "date"]),
    value(&["r", "reference"]),
    value(&["t"]),
    value(&["time"]),
];

/// Two-digit years from here on are in the twentieth century.
const PIVOT_YEAR: i64 = 69;

struct Times {
    accessed_ns: i64,
    modified_ns: i64,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut sets_access, mut sets_modification, mut creates, mut follows) = (false, false, true, true);
    let mut times: Option<Times> = None;
    for given in &parsed.options {
        match given.name {
            "a" => sets_access = true,
            "m" => sets_modification = true,
            "c" => creates = false,
            "h" => (follows, creates) = (false, false),
            "time" => match given.value.as_bytes() {
                b"access" | b"atime" | b"use" => sets_access = true,
                b"modify" | b"mtime" => sets_modification = true,
                _ => return PROGRAM.usage_failure(&format!("invalid argument {} for '--time'", quoted(&given.value))),
            },
            "f" => {}
            _ => match chosen_times(given) {
                Ok(chosen) => times = Some(chosen),
                Err(text) => {
                    PROGRAM.complain(&text);
                    return 1;
                }
            },
        }
    }
    if parsed.operands.is_empty() {
        return PROGRAM.usage_failure("missing file operand");
    }
    if !sets_access && !sets_modification {
        (sets_access, sets_modification) = (true, true);
    }
    let times = times.unwrap_or_else(|| same(now_ns()));
    let accessed = sets_access.then_some(times.accessed_ns);
    let modified = sets_modification.then_some(times.modified_ns);
    let mut code = 0;
    for operand in &parsed.operands {
        if let Err(error) = touch(operand.as_bytes(), accessed, modified, creates, follows) {
            let exists = sys::lstat(operand.as_bytes()).is_ok();
            let what = if exists { "setting times of" } else { "cannot touch" };
            PROGRAM.complain_of(&format!("{what} {}", quoted(operand)), &error);
            code = 1;
        }
    }
    code
}

fn touch(file: &[u8], accessed: NewTime, modified: NewTime, creates: bool, follows: bool) -> std::io::Result<()> {
    match path::set_times(file, accessed, modified, follows) {
        Err(error) if error.raw_os_error() == Some(sys::errno::NOENT) => {
            if !creates {
                return Ok(());
            }
            OpenOptions::new().create(true).append(true).open(path::of(file))?;
            path::set_times(file, accessed, modified, follows)
        }
        other => other,
    }
}

fn same(time_ns: i64) -> Times {
    Times { accessed_ns: time_ns, modified_ns: time_ns }
}

fn now_ns() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i64)
}

/// The times `-d`, `-r` or `-t` asks for.
fn chosen_times(given: &Given) -> Result<Times, String> {
    let text = given.value.to_string_lossy();
    match given.name {
        "r" => {
            let stat = sys::stat(given.value.as_bytes())
                .map_err(|error| format!("failed to get attributes of {}: {}", quoted(&given.value), sys::errno::message(&error)))?;
            Ok(Times { accessed_ns: stat.accessed_ns, modified_ns: stat.modified_ns })
        }
        "t" => stamp(&text).map(same).ok_or_else(|| format!("invalid date format {}", quoted(&given.value))),
        _ => date_text::parse(&text, now_ns()).map(same).ok_or_else(|| format!("invalid date format {}", quoted(&given.value))),
    }
}

/// `[[CC]YY]MMDDhhmm[.ss]`
fn stamp(text: &str) -> Option<i64> {
    let (digits, seconds) = text.split_once('.').unwrap_or((text, "00"));
    if !digits.bytes().chain(seconds.bytes()).all(|byte| byte.is_ascii_digit()) || seconds.len() != 2 {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let this_year = calendar::moment(now_ns()).year;
    let (year, start) = match digits.len() {
        8 => (this_year, 0),
        10 => {
            let short = i64::from(number(0, 2)?);
            (if short < PIVOT_YEAR { 2000 + short } else { 1900 + short }, 2)
        }
        12 => (i64::from(number(0, 4)?), 4),
        _ => return None,
    };
    let (month, day) = (number(start, start + 2)?, number(start + 2, start + 4)?);
    let (hour, minute) = (number(start + 4, start + 6)?, number(start + 6, start + 8)?);
    let second: u32 = seconds.parse().ok()?;
    let days = civil_time::days_of(year, month, day);
    let back = calendar::moment(days.checked_mul(86_400_000_000_000)?);
    if (back.month, back.day) != (month, day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let of_day = i64::from(hour * 3600 + minute * 60 + second);
    (days * 86_400 + of_day).checked_mul(1_000_000_000)
}
