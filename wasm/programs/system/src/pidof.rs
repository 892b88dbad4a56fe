//! pidof: the processes of a program's name.

use crate::processes::{Process, all};
use commands::getopt::{self, Opt, Program, flag, value};
use std::ffi::OsString;

const PROGRAM: Program =
    Program { name: "pidof", usage: "[options] [program [...]]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["s", "single-shot"]),
    flag(&["c", "check-root"]),
    flag(&["q"]),
    flag(&["w", "with-workers"]),
    flag(&["x"]),
    value(&["o", "omit-pid"]),
    value(&["S", "separator"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut is_single, mut is_quiet, mut scripts, mut separator) = (false, false, false, " ".to_owned());
    let mut omitted = vec![sys::getpid()];
    for given in parsed.options {
        let text = given.value.to_string_lossy().into_owned();
        match given.name {
            "s" => is_single = true,
            "q" => is_quiet = true,
            "x" => scripts = true,
            "S" => separator = text,
            "o" => {
                for part in text.split([',', ' ', ';', ':']) {
                    match part.parse() {
                        Ok(pid) => omitted.push(pid),
                        Err(_) if part == "%PPID" => omitted.push(sys::getppid()),
                        Err(_) => {
                            PROGRAM.complain(&format!("illegal omit pid value ({part})!\n"));
                            return 1;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let processes = all();
    let mut found = Vec::new();
    for program in &parsed.operands {
        let name = program.to_string_lossy();
        let fitting = processes.iter().rev().filter(|process| !omitted.contains(&process.pid) && is_named(process, &name, scripts));
        let mut pids = fitting.map(|process| process.pid.to_string());
        if is_single {
            found.extend(pids.next());
        } else {
            found.extend(pids);
        }
    }
    if found.is_empty() {
        return 1;
    }
    if !is_quiet {
        getopt::say!("{}", found.join(&separator));
    }
    0
}

/// By the name it was started with, or of what it runs; scripts by their own with `scripts`.
fn is_named(process: &Process, name: &str, scripts: bool) -> bool {
    let base = |path: &str| path.rsplit('/').next().unwrap_or("").trim_start_matches('-').to_owned();
    let matches = |path: &String| if name.contains('/') { path == name } else { base(path) == name };
    process.state != 'Z'
        && (process.args.first().is_some_and(matches)
            || process.comm == name
            || scripts && process.args.get(1).is_some_and(matches))
}
