//! pinky: who is there, as finger would tell it.

use crate::logins::logins;
use commands::getopt::{self, Opt, Program, flag};
use std::ffi::OsString;

const PROGRAM: Program = Program { name: "pinky", usage: "[OPTION]... [USER]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["l"]),
    flag(&["b"]),
    flag(&["h"]),
    flag(&["p"]),
    flag(&["s"]),
    flag(&["f"]),
    flag(&["w"]),
    flag(&["i"]),
    flag(&["q"]),
    flag(&["lookup"]),
];

/// One line of /etc/passwd.
struct Account {
    login: String,
    full_name: String,
    home: String,
    shell: String,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let wanted: Vec<String> = parsed.operands.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    let accounts = accounts();
    if has("l") {
        if wanted.is_empty() {
            return PROGRAM.usage_failure("no username specified; at least one must be specified when using -l");
        }
        for name in &wanted {
            print_account(name, accounts.iter().find(|account| account.login == *name), has("b"));
        }
        return 0;
    }
    let (has_name, has_idle) = (!(has("w") || has("i") || has("q")), !has("q"));
    if !has("f") {
        let name = if has_name { format!(" {:<19}", "Name") } else { String::new() };
        let idle = if has_idle { " Idle  " } else { "" };
        getopt::say!("{:<8}{name} {:<9}{idle} {:<16}", "Login", " TTY", "When");
    }
    for login in logins() {
        if !wanted.is_empty() && !wanted.contains(&login.user) {
            continue;
        }
        let account = accounts.iter().find(|account| account.login == login.user);
        let full = account.map_or("        ???", |account| account.full_name.as_str());
        let name = if has_name { format!(" {full:<19.19}") } else { String::new() };
        let idle = if has_idle { "       " } else { "" };
        let at = civil_time::moment(login.since);
        let when = format!("{:04}-{:02}-{:02} {:02}:{:02}", at.year, at.month, at.day, at.hour, at.minute);
        getopt::say!("{:<8}{name}  {:<8}{idle} {when}", login.user, login.tty);
    }
    0
}

fn print_account(name: &str, account: Option<&Account>, is_brief: bool) {
    let full = account.map_or("???", |account| account.full_name.as_str());
    getopt::say!("Login name: {name:<28}In real life:  {full}");
    let Some(account) = account else { return };
    if !is_brief {
        getopt::say!("Directory: {:<29}Shell:  {}", account.home, account.shell);
    }
    getopt::say!("");
}

fn accounts() -> Vec<Account> {
    let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let account = |line: &str| {
        let fields: Vec<&str> = line.split(':').collect();
        let [login, _, _, _, full, home, shell] = fields[..] else { return None };
        Some(Account {
            login: login.to_owned(),
            full_name: full.split(',').next().unwrap_or("").replace('&', login),
            home: home.to_owned(),
            shell: shell.to_owned(),
        })
    };
    text.lines().filter_map(account).collect()
}
