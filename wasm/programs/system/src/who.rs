//! who and users: who is there, in GNU's form.

use crate::logins::{Login, logins};
use crate::machine;
use commands::getopt::{self, Opt, Program, flag};
use std::ffi::OsString;

const WHO: Program =
    Program { name: "who", usage: "[OPTION]... [ FILE | ARG1 ARG2 ]", usage_error: 1, stops_at_operand: false };
const WHO_OPTIONS: &[Opt] = &[
    flag(&["a", "all"]),
    flag(&["b", "boot"]),
    flag(&["H", "heading"]),
    flag(&["m"]),
    flag(&["q", "count"]),
    flag(&["s", "short"]),
    flag(&["T", "w", "mesg", "message", "writable"]),
    flag(&["u", "users"]),
];
const USERS: Program = Program { name: "users", usage: "[OPTION]... [FILE]", usage_error: 1, stops_at_operand: false };

#[derive(Default)]
struct Shows {
    boot: bool,
    heading: bool,
    own: bool,
    messages: bool,
    idle: bool,
    logins: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(WHO, WHO_OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut shows, mut counts) = (Shows { logins: true, ..Shows::default() }, false);
    let only_boot = parsed.options.iter().all(|given| matches!(given.name, "b" | "H"));
    for given in &parsed.options {
        match given.name {
            "a" => (shows.boot, shows.messages, shows.idle) = (true, true, true),
            "b" => (shows.boot, shows.logins) = (true, !only_boot),
            "H" => shows.heading = true,
            "m" => shows.own = true,
            "q" => counts = true,
            "T" => shows.messages = true,
            "u" => shows.idle = true,
            _ => {}
        }
    }
    match parsed.operands.len() {
        0 => {}
        // `who am i`, and whatever else one says there.
        2 => shows.own = true,
        // A record of other days: there is none, and nobody was there.
        1 => return 0,
        _ => return WHO.extra_operand(&parsed.operands[2]),
    }
    let found = logins();
    if counts {
        let names: Vec<&str> = found.iter().map(|login| login.user.as_str()).collect();
        getopt::say!("{}\n# users={}", names.join(" "), names.len());
        return 0;
    }
    print_table(&found, &shows);
    0
}

fn print_table(found: &[Login], shows: &Shows) {
    if shows.heading {
        let (messages, idle) = (if shows.messages { "  " } else { "" }, if shows.idle { " IDLE          PID" } else { "" });
        getopt::say!("{:<8}{messages} {:<12} {:<16}{idle} COMMENT", "NAME", "LINE", "TIME");
    }
    let padding = if shows.messages { "  " } else { "" };
    if shows.boot {
        getopt::say!("{:<8}{padding} {:<12} {}", "", "system boot", time_text(machine::boot_time()));
    }
    if !shows.logins {
        return;
    }
    let own = std::fs::read_link("/proc/self/fd/0").ok();
    for login in found {
        let is_own = own.as_ref().is_some_and(|path| path.to_str() == Some(&format!("/dev/{}", login.tty)));
        if shows.own && !is_own {
            continue;
        }
        let messages = if shows.messages { " +" } else { "" };
        let idle = if shows.idle { format!("   .   {:>10}", login.leader) } else { String::new() };
        getopt::say!("{:<8}{messages} {:<12} {}{idle}", login.user, login.tty, time_text(login.since));
    }
}

fn time_text(seconds: i64) -> String {
    let at = civil_time::moment(seconds);
    format!("{:04}-{:02}-{:02} {:02}:{:02}", at.year, at.month, at.day, at.hour, at.minute)
}

pub fn users_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(USERS, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if let Some(extra) = parsed.operands.get(1) {
        return USERS.extra_operand(extra);
    }
    let mut names: Vec<String> = logins().into_iter().map(|login| login.user).collect();
    names.sort();
    if !names.is_empty() {
        getopt::say!("{}", names.join(" "));
    }
    0
}
