//! sort: sorts lines. In memory and single-threaded; ours because uutils' checks (`-c`) start threads.
//!
//! `options` reads the command line, `key` takes keys out of a line and compares them.

mod key;
mod options;

use crate::getopt::Program;
use crate::input;
use crate::output;
use crate::path;
use crate::words::quoted;
use key::Order;
use options::{Check, Options};
use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufWriter, Read, Result, Write};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "sort", usage: "[OPTION]... [FILE]...", usage_error: 2, stops_at_operand: false };

/// Exit codes: `-c` found disorder; an error.
const DISORDER: i32 = 1;
const TROUBLE: i32 = 2;

pub fn main(args: Vec<OsString>) -> i32 {
    let options = match Options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut text = Vec::new();
    for file in &options.files {
        if let Err(error) = read(file, options.line_end, &mut text) {
            let shown = if file == b"-" { "-".into() } else { String::from_utf8_lossy(file) };
            PROGRAM.complain(&format!("cannot read: {shown}: {}", sys::errno::message(&error)));
            return TROUBLE;
        }
    }
    let body = text.strip_suffix(&[options.line_end]).unwrap_or(&text);
    let mut lines: Vec<&[u8]> = Vec::new();
    if !text.is_empty() {
        lines.extend(Lines { rest: Some(body), end: options.line_end });
    }
    let order = Order::new(&options);
    match options.check {
        Check::No => {}
        Check::Silent => return if first_disorder(&lines, &order, &options).is_some() { DISORDER } else { 0 },
        Check::Diagnose => {
            let Some(index) = first_disorder(&lines, &order, &options) else { return 0 };
            let name = String::from_utf8_lossy(&options.files[0]);
            let line = String::from_utf8_lossy(lines[index]);
            PROGRAM.complain(&format!("{name}:{}: disorder: {line}", index + 1));
            return DISORDER;
        }
    }
    sort(&mut lines, &order, &options);
    write(&lines, &options)
}

/// Appends a file, its last line ended.
fn read(file: &[u8], line_end: u8, text: &mut Vec<u8>) -> Result<()> {
    let before = text.len();
    read_in_large_steps(&mut input::open(file)?, text)?;
    if text.len() > before && text.last() != Some(&line_end) {
        text.push(line_end);
    }
    Ok(())
}

/// `read_to_end` begins with reads of 32 bytes, and each is a call into the kernel.
fn read_in_large_steps(file: &mut impl Read, text: &mut Vec<u8>) -> Result<()> {
    loop {
        let filled = text.len();
        text.resize(filled + input::BUFFER_BYTES, 0);
        let count = file.read(&mut text[filled..]);
        text.truncate(filled + count.as_ref().copied().unwrap_or(0));
        if count? == 0 {
            return Ok(());
        }
    }
}

struct Lines<'text> {
    rest: Option<&'text [u8]>,
    end: u8,
}

impl<'text> Iterator for Lines<'text> {
    type Item = &'text [u8];

    fn next(&mut self) -> Option<&'text [u8]> {
        let rest = self.rest?;
        let end = memchr::memchr(self.end, rest);
        self.rest = end.map(|end| &rest[end + 1..]);
        Some(&rest[..end.unwrap_or(rest.len())])
    }
}

fn first_disorder(lines: &[&[u8]], order: &Order, options: &Options) -> Option<usize> {
    let is_wrong = |pair: &[&[u8]]| match order.compare_fully(pair[0], pair[1]) {
        Ordering::Greater => true,
        Ordering::Equal => options.unique,
        Ordering::Less => false,
    };
    lines.windows(2).position(is_wrong).map(|index| index + 1)
}

fn sort(lines: &mut Vec<&[u8]>, order: &Order, options: &Options) {
    if order.is_plain() {
        // Whole lines by bytes: equal ones are the same, so stability does not matter.
        lines.sort_unstable();
        if options.global.reverse {
            lines.reverse();
        }
    } else {
        let mut keyed: Vec<(key::Value, &[u8])> = lines.iter().map(|line| (order.first_key(line), *line)).collect();
        keyed.sort_by(|left, right| order.compare_with_first(left, right));
        *lines = keyed.into_iter().map(|(_, line)| line).collect();
    }
    if options.unique {
        lines.dedup_by(|right, left| order.compare_keys(left, right) == Ordering::Equal);
    }
}

fn write(lines: &[&[u8]], options: &Options) -> i32 {
    let Some(name) = &options.output else {
        let mut output = output::standard();
        for line in lines {
            if write_line(&mut output, line, options.line_end).is_err() {
                break;
            }
        }
        return match output::finish(output, PROGRAM.name, 0) {
            0 => 0,
            _ => TROUBLE,
        };
    };
    let written = File::create(path::of(name)).and_then(|file| {
        let mut output = BufWriter::with_capacity(64 * 1024, file);
        for line in lines {
            write_line(&mut output, line, options.line_end)?;
        }
        output.flush()
    });
    let Err(error) = written else { return 0 };
    PROGRAM.complain_of(&format!("open failed: {}", quoted(OsStr::from_bytes(name)).trim_matches('\'')), &error);
    TROUBLE
}

fn write_line(output: &mut impl Write, line: &[u8], end: u8) -> Result<()> {
    output.write_all(line)?;
    output.write_all(&[end])
}
