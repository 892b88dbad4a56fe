//! uptime: how long the machine runs, in procps' words.

use crate::{logins, machine};
use commands::getopt::{self, Opt, Program, flag};
use std::ffi::OsString;

const PROGRAM: Program = Program { name: "uptime", usage: "[options]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["p", "pretty"]), flag(&["s", "since"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    match parsed.options.last().map(|given| given.name) {
        Some("p") => getopt::say!("{}", pretty(machine::uptime() as u64)),
        Some(_) => {
            let boot = civil_time::moment(machine::boot_time());
            getopt::say!(
                "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                boot.year, boot.month, boot.day, boot.hour, boot.minute, boot.second
            );
        }
        None => getopt::say!(" {}", line()),
    }
    0
}

/// The line that uptime, w and top begin with.
pub fn line() -> String {
    let now = civil_time::moment(machine::now());
    let users = logins::logins().len();
    format!(
        "{:02}:{:02}:{:02} up {}, {users:2} user{},  load average: {}",
        now.hour,
        now.minute,
        now.second,
        up(machine::uptime() as u64),
        if users > 1 { "s" } else { "" },
        machine::load().join(", ")
    )
}

fn up(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let days = if days > 0 { format!("{days} day{}, ", plural(days)) } else { String::new() };
    if hours > 0 { format!("{days}{hours:2}:{minutes:02}") } else { format!("{days}{minutes} min") }
}

fn pretty(seconds: u64) -> String {
    let units = [(seconds / 86_400, "day"), (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "minute")];
    let mut parts: Vec<String> = units
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}{}", plural(*count)))
        .collect();
    if parts.is_empty() {
        parts.push("0 minutes".to_owned());
    }
    format!("up {}", parts.join(", "))
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
