//! sleep: waits for the sum of its arguments, numbers with an optional unit s, m, h or d.

use crate::getopt::{self, Program};
use crate::words::quoted;
use std::ffi::OsString;
use std::time::Duration;

const PROGRAM: Program =
    Program { name: "sleep", usage: "NUMBER[SUFFIX]...", usage_error: 1, stops_at_operand: false };

pub fn main(args: Vec<OsString>) -> i32 {
    let operands = match getopt::parse(PROGRAM, &[], args) {
        Ok(parsed) => parsed.operands,
        Err(code) => return code,
    };
    if operands.is_empty() {
        return PROGRAM.missing_operand(None);
    }
    let mut seconds = 0.0;
    let mut valid = true;
    for operand in &operands {
        match operand.to_str().and_then(parse_interval) {
            Some(interval) => seconds += interval,
            None => {
                PROGRAM.complain(&format!("invalid time interval {}", quoted(operand)));
                valid = false;
            }
        }
    }
    if !valid {
        eprintln!("Try 'sleep --help' for more information.");
        return 1;
    }
    std::thread::sleep(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    0
}

fn parse_interval(text: &str) -> Option<f64> {
    let (number, unit_seconds) = match text.as_bytes().last()? {
        b's' => (&text[..text.len() - 1], 1.0),
        b'm' => (&text[..text.len() - 1], 60.0),
        b'h' => (&text[..text.len() - 1], 3600.0),
        b'd' => (&text[..text.len() - 1], 86400.0),
        _ => (text, 1.0),
    };
    let value = number.parse::<f64>().ok().filter(|value| *value >= 0.0)?;
    Some(value * unit_seconds)
}
