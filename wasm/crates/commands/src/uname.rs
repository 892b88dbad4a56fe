//! uname, arch: the system's names. All but the processor's come from /proc.

use crate::getopt::{self, Opt, Program, flag};
use crate::output;
use std::ffi::OsString;
use std::io::Write;

const UNAME: Program = Program { name: "uname", usage: "[OPTION]...", usage_error: 1, stops_at_operand: false };
const ARCH: Program = Program { name: "arch", usage: "[OPTION]...", usage_error: 1, stops_at_operand: false };

/// What most scripts know; programs here are WebAssembly, whatever the machine below is.
const MACHINE: &str = "x86_64";

const OPTIONS: &[Opt] = &[
    flag(&["a", "all"]),
    flag(&["s", "kernel-name", "sysname"]),
    flag(&["n", "nodename"]),
    flag(&["r", "kernel-release", "release"]),
    flag(&["v", "kernel-version"]),
    flag(&["m", "machine"]),
    flag(&["p", "processor"]),
    flag(&["i", "hardware-platform"]),
    flag(&["o", "operating-system"]),
];

pub fn uname_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(UNAME, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if let Some(extra) = parsed.operands.first() {
        return UNAME.extra_operand(extra);
    }
    let given = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let all = given("a");
    let shows = |name: &str| all || given(name) || (name == "s" && parsed.options.is_empty());
    let mut words = Vec::new();
    for (option, file) in [("s", "ostype"), ("n", "hostname"), ("r", "osrelease"), ("v", "version")] {
        if shows(option) {
            words.push(kernel_setting(file));
        }
    }
    if shows("m") {
        words.push(MACHINE.to_owned());
    }
    for option in ["p", "i"] {
        if given(option) && !all {
            words.push("unknown".to_owned());
        }
    }
    if shows("o") {
        words.push("GNU/Linux".to_owned());
    }
    let mut output = output::standard();
    let _ = writeln!(output, "{}", words.join(" "));
    output::finish(output, UNAME.name, 0)
}

pub fn arch_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(ARCH, &[], args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    if let Some(extra) = parsed.operands.first() {
        return ARCH.extra_operand(extra);
    }
    let mut output = output::standard();
    let _ = writeln!(output, "{MACHINE}");
    output::finish(output, ARCH.name, 0)
}

/// A line of /proc/sys/kernel.
pub fn kernel_setting(name: &str) -> String {
    std::fs::read_to_string(format!("/proc/sys/kernel/{name}")).map_or("unknown".to_owned(), |text| text.trim_end().to_owned())
}
