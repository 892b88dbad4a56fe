//! w: who is there and what they do.

use crate::logins::logins;
use crate::uptime;
use commands::getopt::{self, Opt, Program, flag};
use std::ffi::OsString;

const PROGRAM: Program = Program { name: "w", usage: "[options] [user]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["h", "no-header"]),
    flag(&["u", "no-current"]),
    flag(&["s", "short"]),
    flag(&["f", "from"]),
    flag(&["o", "old-style"]),
    flag(&["i", "ip-addr"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has = |name: &str| parsed.options.iter().any(|given| given.name == name);
    // The column is there unless it is toggled.
    let (is_short, has_from) = (has("s"), !has("f"));
    let wanted = parsed.operands.first().map(|name| name.to_string_lossy().into_owned());
    if !has("h") {
        getopt::say!(" {}", uptime::line());
        let from = if has_from { format!("{:<17}", "FROM") } else { String::new() };
        let times = if is_short { " IDLE " } else { " LOGIN@   IDLE   JCPU   PCPU " };
        getopt::say!("{:<9}{:<9}{from}{times}WHAT", "USER", "TTY");
    }
    for login in logins() {
        if wanted.as_ref().is_some_and(|name| *name != login.user) {
            continue;
        }
        let from = if has_from { format!("{:<17}", "-") } else { String::new() };
        let at = civil_time::moment(login.since);
        let times = if is_short {
            format!("{:>5} ", "0.00s")
        } else {
            format!(" {:02}:{:02}   {:>6} {:>6} {:>6} ", at.hour, at.minute, "0.00s", "0.00s", "0.00s")
        };
        getopt::say!("{:<9}{:<9}{from}{times}{}", login.user, login.tty, login.command);
    }
    0
}
