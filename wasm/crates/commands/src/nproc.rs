//! nproc: the number of processors, as /proc/cpuinfo lists them.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::output;
use crate::words::quoted;
use std::ffi::OsString;
use std::io::Write;

const PROGRAM: Program = Program { name: "nproc", usage: "[OPTION]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["all"]), value(&["ignore"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut all, mut ignored) = (false, 0);
    for given in &parsed.options {
        if given.name == "all" {
            all = true;
            continue;
        }
        match given.value.to_str().and_then(|number| number.trim_start().parse::<u64>().ok()) {
            Some(number) => ignored = number,
            None => {
                PROGRAM.complain(&format!("invalid number: {}", quoted(&given.value)));
                return 1;
            }
        }
    }
    if let Some(extra) = parsed.operands.first() {
        return PROGRAM.extra_operand(extra);
    }
    let installed = installed();
    let limit = |name| std::env::var(name).ok().and_then(|text| text.split(',').next()?.trim().parse::<u64>().ok()).filter(|limit| *limit > 0);
    let wanted = if all { None } else { limit("OMP_NUM_THREADS") };
    let allowed = if all { u64::MAX } else { limit("OMP_THREAD_LIMIT").unwrap_or(u64::MAX) };
    let count = wanted.unwrap_or(installed).min(allowed).saturating_sub(ignored).max(1);
    let mut output = output::standard();
    let _ = writeln!(output, "{count}");
    output::finish(output, PROGRAM.name, 0)
}

/// How many processors the machine has.
pub fn installed() -> u64 {
    let count = |text: String| text.lines().filter(|line| line.starts_with("processor")).count() as u64;
    std::fs::read_to_string("/proc/cpuinfo").map_or(1, count)
}
