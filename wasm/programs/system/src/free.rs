//! free: how much memory there is, as procps shows it.

use crate::machine::{self, Memory};
use commands::getopt::{self, Opt, Program, flag, value};
use std::ffi::OsString;
use std::time::Duration;

const PROGRAM: Program = Program { name: "free", usage: "[options]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["b", "bytes"]),
    flag(&["kilo"]),
    flag(&["mega"]),
    flag(&["giga"]),
    flag(&["tera"]),
    flag(&["peta"]),
    flag(&["k", "kibi"]),
    flag(&["m", "mebi"]),
    flag(&["g", "gibi"]),
    flag(&["tebi"]),
    flag(&["pebi"]),
    flag(&["h", "human"]),
    flag(&["si"]),
    flag(&["l", "lohi"]),
    flag(&["t", "total"]),
    flag(&["w", "wide"]),
    flag(&["v", "committed"]),
    value(&["s", "seconds"]),
    value(&["c", "count"]),
];

/// How numbers are shown.
#[derive(Clone, Copy)]
enum Unit {
    Bytes(u64),
    /// For people, in steps of 1024 or 1000.
    Human(u64),
}

#[derive(Default)]
struct Rows {
    low_and_high: bool,
    total: bool,
    wide: bool,
    committed: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let is_si = parsed.options.iter().any(|given| given.name == "si");
    let base: u64 = if is_si { 1000 } else { 1024 };
    let (mut unit, mut rows) = (Unit::Bytes(1024), Rows::default());
    let (mut seconds, mut count) = (None, None);
    for given in &parsed.options {
        match given.name {
            "b" => unit = Unit::Bytes(1),
            "k" => unit = Unit::Bytes(base),
            "m" => unit = Unit::Bytes(base.pow(2)),
            "g" => unit = Unit::Bytes(base.pow(3)),
            "tebi" => unit = Unit::Bytes(base.pow(4)),
            "pebi" => unit = Unit::Bytes(base.pow(5)),
            "kilo" => unit = Unit::Bytes(1000),
            "mega" => unit = Unit::Bytes(1000u64.pow(2)),
            "giga" => unit = Unit::Bytes(1000u64.pow(3)),
            "tera" => unit = Unit::Bytes(1000u64.pow(4)),
            "peta" => unit = Unit::Bytes(1000u64.pow(5)),
            "h" => unit = Unit::Human(base),
            "l" => rows.low_and_high = true,
            "t" => rows.total = true,
            "w" => rows.wide = true,
            "v" => rows.committed = true,
            "s" => match given.value.to_string_lossy().parse::<f64>() {
                Ok(number) if number > 0.0 && number.is_finite() => seconds = Some(number),
                _ => return refuse(&format!("seconds argument `{}' failed", given.value.to_string_lossy())),
            },
            "c" => match given.value.to_string_lossy().parse::<u64>() {
                Ok(number) if number > 0 => count = Some(number),
                _ => return refuse(&format!("failed to parse count argument: '{}'", given.value.to_string_lossy())),
            },
            _ => {}
        }
    }
    // A count without a time between is one second.
    let mut left = count.unwrap_or(if seconds.is_some() { u64::MAX } else { 1 });
    loop {
        print_table(&machine::memory(), unit, &rows);
        left -= 1;
        if left == 0 {
            return 0;
        }
        getopt::say!("");
        std::thread::sleep(Duration::from_secs_f64(seconds.unwrap_or(1.0)));
    }
}

fn refuse(text: &str) -> i32 {
    PROGRAM.complain(text);
    1
}

fn print_table(memory: &Memory, unit: Unit, rows: &Rows) {
    let cache = memory.buffers + memory.cached;
    let used = memory.total.saturating_sub(memory.available);
    let swap_used = memory.swap_total.saturating_sub(memory.swap_free);
    let line = |name: &str, kib: &[u64]| {
        let cells: String = kib.iter().map(|number| format!("{:>12}", shown(*number, unit))).collect();
        getopt::say!("{name:<8}{cells}");
    };
    if rows.wide {
        getopt::say!("{:>20}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}", "total", "used", "free", "shared", "buffers", "cache", "available");
        line("Mem:", &[memory.total, used, memory.free, memory.shared, memory.buffers, memory.cached, memory.available]);
    } else {
        getopt::say!("{:>20}{:>12}{:>12}{:>12}{:>12}{:>12}", "total", "used", "free", "shared", "buff/cache", "available");
        line("Mem:", &[memory.total, used, memory.free, memory.shared, cache, memory.available]);
    }
    if rows.low_and_high {
        line("Low:", &[memory.total, memory.total.saturating_sub(memory.free), memory.free]);
        line("High:", &[0, 0, 0]);
    }
    line("Swap:", &[memory.swap_total, swap_used, memory.swap_free]);
    if rows.total {
        line("Total:", &[memory.total + memory.swap_total, used + swap_used, memory.free + memory.swap_free]);
    }
    if rows.committed {
        line("Comm:", &[memory.total, used, memory.total.saturating_sub(used)]);
    }
}

fn shown(kib: u64, unit: Unit) -> String {
    let bytes = kib * 1024;
    match unit {
        Unit::Bytes(size) => (bytes / size).to_string(),
        Unit::Human(base) => human(bytes, base),
    }
}

/// At most four characters: `0B`, `8.7Mi`, `23Gi`.
fn human(bytes: u64, base: u64) -> String {
    let suffix = if base == 1024 { "i" } else { "" };
    if bytes < base {
        return format!("{bytes}B");
    }
    let mut number = bytes as f64;
    for unit in ['K', 'M', 'G', 'T'] {
        number /= base as f64;
        if number < 9.95 {
            return format!("{number:.1}{unit}{suffix}");
        }
        if number < base as f64 {
            return format!("{}{unit}{suffix}", number as u64);
        }
    }
    format!("{}P{suffix}", (number / base as f64) as u64)
}
