//! du: how much space files take.

use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::output::{self, Output};
use crate::words::quoted;
use crate::{copy, human, path};
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::os::wasi::ffi::OsStrExt;
use sys::Stat;

const PROGRAM: Program = Program { name: "du", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["a", "all"]),
    flag(&["b", "bytes"]),
    flag(&["c", "total"]),
    value(&["d", "max-depth"]),
    flag(&["h", "human-readable"]),
    flag(&["k"]),
    flag(&["m"]),
    flag(&["l", "count-links"]),
    flag(&["L", "dereference"]),
    flag(&["P", "no-dereference"]),
    flag(&["s", "summarize"]),
    flag(&["S", "separate-dirs"]),
    flag(&["x", "one-file-system"]),
    flag(&["0", "null"]),
    flag(&["apparent-size"]),
    flag(&["si"]),
    value(&["B", "block-size"]),
    value(&["exclude"]),
    optional_value(&["time"]),
    value(&["t", "threshold"]),
    flag(&["inodes"]),
    flag(&["D", "H", "dereference-args"]),
    value(&["X", "exclude-from"]),
    value(&["files0-from"]),
];

struct Usage {
    all: bool,
    apparent: bool,
    max_depth: usize,
    unit: u64,
    human_base: Option<u64>,
    follow: bool,
    separate: bool,
    end: u8,
    excluded: Vec<glob::Pattern>,
    count_links: bool,
    /// Counts files instead of bytes.
    inodes: bool,
    /// Only what is at least so large is shown; negative: at most.
    threshold: i64,
    seen: HashSet<(u64, u64)>,
    output: Output,
    failed: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut usage = Usage {
        all: false,
        apparent: false,
        max_depth: usize::MAX,
        unit: 1024,
        human_base: None,
        follow: false,
        separate: false,
        end: b'\n',
        excluded: Vec::new(),
        count_links: false,
        inodes: false,
        threshold: 0,
        seen: HashSet::new(),
        output: output::standard(),
        failed: false,
    };
    let (mut total_wanted, mut summarize, mut follow_operands, mut list) = (false, false, false, None);
    for given in parsed.options {
        match given.name {
            "a" => usage.all = true,
            "b" => (usage.apparent, usage.unit) = (true, 1),
            "c" => total_wanted = true,
            "d" => match given.value.to_str().and_then(|depth| depth.parse().ok()) {
                Some(depth) => usage.max_depth = depth,
                None => return PROGRAM.usage_failure(&format!("invalid maximum depth {}", quoted(&given.value))),
            },
            "h" => usage.human_base = Some(1024),
            "k" => usage.unit = 1024,
            "m" => usage.unit = 1024 * 1024,
            "l" => usage.count_links = true,
            "L" => usage.follow = true,
            "s" => summarize = true,
            "S" => usage.separate = true,
            "0" => usage.end = 0,
            "apparent-size" => usage.apparent = true,
            "si" => usage.human_base = Some(1000),
            "exclude" => usage.excluded.extend(glob::Pattern::new(&given.value.to_string_lossy())),
            "inodes" => (usage.inodes, usage.unit) = (true, 1),
            "D" => follow_operands = true,
            "t" => match threshold(&given.value.to_string_lossy()) {
                Some(threshold) => usage.threshold = threshold,
                None => {
                    PROGRAM.complain(&format!("invalid --threshold argument {}", quoted(&given.value)));
                    return 1;
                }
            },
            "X" => match std::fs::read_to_string(path::of(given.value.as_bytes())) {
                Ok(patterns) => usage.excluded.extend(patterns.lines().filter_map(|line| glob::Pattern::new(line).ok())),
                Err(error) => {
                    PROGRAM.complain_of(&given.value.to_string_lossy(), &error);
                    return 1;
                }
            },
            "files0-from" => list = Some(given.value),
            "B" => match given.value.to_str().and_then(parse_block_size) {
                Some(unit) => usage.unit = unit,
                None => return PROGRAM.usage_failure(&format!("invalid --block-size argument {}", quoted(&given.value))),
            },
            _ => {}
        }
    }
    if summarize && usage.all {
        return PROGRAM.usage_failure("cannot both summarize and show all entries");
    }
    if summarize {
        usage.max_depth = 0;
    }
    let operands = match list {
        Some(_) if !parsed.operands.is_empty() => {
            PROGRAM.complain(&format!("extra operand {}", quoted(&parsed.operands[0])));
            eprintln!("file operands cannot be combined with --files0-from\nTry 'du --help' for more information.");
            return 1;
        }
        Some(list) => match listed_names(&list) {
            Ok(names) => names,
            Err(error) => {
                PROGRAM.complain_of(&format!("cannot open {} for reading", quoted(&list)), &error);
                return 1;
            }
        },
        None if parsed.operands.is_empty() => vec![OsString::from(".")],
        None => parsed.operands,
    };
    let mut total = 0;
    for operand in &operands {
        // A link among the operands stands for what it leads to; what is below is not followed.
        let name = match follow_operands.then(|| path::resolve(operand.as_bytes(), path::Missing::Nothing)) {
            Some(Ok(resolved)) if sys::lstat(operand.as_bytes()).is_ok_and(|stat| stat.is_symbolic_link()) => resolved,
            _ => operand.as_bytes().to_vec(),
        };
        total += usage.measure(&name, 0);
    }
    if total_wanted {
        usage.print(total, b"total");
    }
    output::finish(usage.output, "du", i32::from(usage.failed))
}

/// `1K`, `-1M`.
fn threshold(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let bytes = i64::try_from(crate::size::parse(digits, false)?).ok()?;
    (bytes != 0 || sign > 0).then_some(sign * bytes)
}

fn listed_names(list: &OsStr) -> std::io::Result<Vec<OsString>> {
    let mut text = Vec::new();
    crate::input::open(list.as_bytes())?.read_to_end(&mut text)?;
    let names = text.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| OsStr::from_bytes(name).to_owned()).collect())
}

fn parse_block_size(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let count = if digits == 0 { 1 } else { text[..digits].parse().ok()? };
    let factor: u64 = match &text[digits..] {
        "" => 1,
        "K" | "k" | "KiB" => 1 << 10,
        "M" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        "KB" | "kB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    Some(count * factor).filter(|size| *size > 0)
}

impl Usage {
    /// Adds a file or tree up, printing what the options ask for, and returns its bytes.
    fn measure(&mut self, file: &[u8], depth: usize) -> u64 {
        let stat = if self.follow { sys::stat(file) } else { sys::lstat(file) };
        self.measure_known(file, stat, depth)
    }

    /// The same of a file that was looked at.
    fn measure_known(&mut self, file: &[u8], stat: std::io::Result<Stat>, depth: usize) -> u64 {
        let stat = match stat {
            Ok(stat) => stat,
            Err(error) => {
                self.complain("cannot access", file, &error);
                return 0;
            }
        };
        let is_known = (stat.link_count > 1 || stat.is_directory()) && !self.seen.insert((stat.device, stat.inode));
        if is_known && !(self.count_links && !stat.is_directory()) {
            return 0;
        }
        let own = self.size_of(&stat);
        if !stat.is_directory() {
            if depth == 0 || (self.all && depth <= self.max_depth) {
                self.print(own, file);
            }
            return own;
        }
        let names = copy::names_in(file).unwrap_or_else(|error| {
            self.complain("cannot read directory", file, &error);
            Vec::new()
        });
        let (mut total, mut shown) = (own, own);
        let children: Vec<Vec<u8>> = names.iter().map(|name| path::join(file, name)).collect();
        let stats = sys::lstat_all(&children);
        for ((name, child), stat) in names.iter().zip(&children).zip(stats) {
            if self.is_excluded(name, child) {
                continue;
            }
            let is_directory = stat.as_ref().is_ok_and(|stat| stat.is_directory());
            let stat = if self.follow { sys::stat(child) } else { stat };
            let bytes = self.measure_known(child, stat, depth + 1);
            total += bytes;
            if !self.separate || !is_directory {
                shown += bytes;
            }
        }
        if depth <= self.max_depth {
            self.print(shown, file);
        }
        total
    }

    fn is_excluded(&self, name: &[u8], path: &[u8]) -> bool {
        let (name, path) = (String::from_utf8_lossy(name), String::from_utf8_lossy(path));
        self.excluded.iter().any(|pattern| pattern.matches(&name) || pattern.matches(&path))
    }

    fn size_of(&self, stat: &Stat) -> u64 {
        if self.inodes {
            return 1;
        }
        match self.apparent {
            // A directory's own size is no content.
            true if stat.is_directory() => 0,
            true => stat.size,
            false => stat.blocks * 512,
        }
    }

    fn print(&mut self, bytes: u64, name: &[u8]) {
        let limit = self.threshold.unsigned_abs();
        if (self.threshold > 0 && bytes < limit) || (self.threshold < 0 && bytes > limit) {
            return;
        }
        let size = match self.human_base {
            Some(base) => human::size(bytes, base),
            None => bytes.div_ceil(self.unit).to_string(),
        };
        let _ = self.output.write_all(&[size.as_bytes(), b"\t", name, &[self.end]].concat());
    }

    fn complain(&mut self, what: &str, file: &[u8], error: &std::io::Error) {
        let _ = self.output.flush();
        PROGRAM.complain_of(&format!("{what} {}", quoted(OsStr::from_bytes(file))), error);
        self.failed = true;
    }
}
