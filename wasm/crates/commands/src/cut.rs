//! cut: parts of lines. Ours because uutils reads 8 KiB at a time.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::input::{self, Input};
use crate::output::{self, Output};
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, Read, Result, Write};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "cut", usage: "OPTION... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    value(&["b", "bytes"]),
    value(&["c", "characters"]),
    value(&["f", "fields"]),
    value(&["d", "delimiter"]),
    flag(&["n"]),
    flag(&["s", "only-delimited"]),
    flag(&["complement"]),
    value(&["output-delimiter"]),
    flag(&["z", "zero-terminated"]),
];

/// Positions from 1, both ends included.
type Range = (usize, usize);

struct Cut {
    ranges: Vec<Range>,
    by_field: bool,
    delimiter: u8,
    output_delimiter: Option<Vec<u8>>,
    only_delimited: bool,
    line_end: u8,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let (cut, files) = match parse(args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut output, mut code) = (output::standard(), 0);
    for file in &files {
        let result = input::open_buffered(file.as_bytes()).and_then(|input| cut.run(input, &mut output));
        if let Err(error) = result {
            let _ = output.flush();
            PROGRAM.complain_of(&file.to_string_lossy(), &error);
            code = 1;
        }
    }
    output::finish(output, PROGRAM.name, code)
}

fn parse(args: Vec<OsString>) -> std::result::Result<(Cut, Vec<OsString>), i32> {
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    let refuse = |text: &str| PROGRAM.usage_failure(text);
    let (mut list, mut delimiter, mut complement) = (None, None, false);
    let mut cut = Cut {
        ranges: Vec::new(),
        by_field: false,
        delimiter: b'\t',
        output_delimiter: None,
        only_delimited: false,
        line_end: b'\n',
    };
    for given in parsed.options {
        match given.name {
            "b" | "c" | "f" => {
                if list.replace(given.value).is_some() {
                    return Err(refuse("only one list may be specified"));
                }
                cut.by_field = given.name == "f";
            }
            "d" => delimiter = Some(given.value),
            "s" => cut.only_delimited = true,
            "complement" => complement = true,
            "output-delimiter" => cut.output_delimiter = Some(given.value.as_bytes().to_vec()),
            "z" => cut.line_end = 0,
            _ => {}
        }
    }
    let Some(list) = list else {
        return Err(refuse("you must specify a list of bytes, characters, or fields"));
    };
    if let Some(delimiter) = delimiter {
        if !cut.by_field {
            return Err(refuse("an input delimiter may be specified only when operating on fields"));
        }
        cut.delimiter = match delimiter.as_bytes() {
            [] => 0,
            [byte] => *byte,
            _ => return Err(refuse("the delimiter must be a single character")),
        };
    }
    if cut.only_delimited && !cut.by_field {
        return Err(refuse("suppressing non-delimited lines makes sense\n\tonly when operating on fields"));
    }
    cut.ranges = parse_list(&list, cut.by_field).map_err(|text| refuse(&text))?;
    if complement {
        cut.ranges = complement_of(&cut.ranges);
    }
    let files = if parsed.operands.is_empty() { vec!["-".into()] } else { parsed.operands };
    Ok((cut, files))
}

/// `N`, `N-`, `N-M` and `-M`, separated by commas or blanks; sorted and merged.
fn parse_list(list: &OsStr, by_field: bool) -> std::result::Result<Vec<Range>, String> {
    let text = list.to_string_lossy();
    let numbered_from_1 = || if by_field { "fields are numbered from 1" } else { "byte/character positions are numbered from 1" }.to_owned();
    let invalid = |item: &str| {
        let what = if by_field { "field value" } else { "byte/character position" };
        format!("invalid {what} {}", quoted(item))
    };
    let number = |digits: &str, item: &str| match digits.parse::<usize>() {
        Ok(0) => Err(numbered_from_1()),
        Ok(number) => Ok(number),
        Err(_) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            let what = if by_field { "field number" } else { "byte/character offset" };
            Err(format!("{what} {} is too large", quoted(digits)))
        }
        Err(_) => Err(invalid(item)),
    };
    let mut ranges = Vec::new();
    for item in text.split([',', ' ', '\t']) {
        let range = match item.split_once('-') {
            None if item.is_empty() => return Err(numbered_from_1()),
            None => number(item, item).map(|at| (at, at))?,
            Some(("", "")) => return Err("invalid range with no endpoint: -".to_owned()),
            Some((start, "")) => (number(start, item)?, usize::MAX),
            Some(("", end)) => (1, number(end, item)?),
            Some((start, end)) => (number(start, item)?, number(end, item)?),
        };
        if range.1 < range.0 {
            return Err("invalid decreasing range".to_owned());
        }
        ranges.push(range);
    }
    ranges.sort_unstable();
    // Overlapping ranges become one; those that only touch stay apart, which an output delimiter shows.
    let mut merged: Vec<Range> = Vec::new();
    for (start, end) in ranges {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    Ok(merged)
}

fn complement_of(ranges: &[Range]) -> Vec<Range> {
    let (mut gaps, mut next) = (Vec::new(), 1);
    for (start, end) in ranges {
        if *start > next {
            gaps.push((next, start - 1));
        }
        next = end.saturating_add(1);
    }
    if next != usize::MAX {
        gaps.push((next, usize::MAX));
    }
    gaps
}

impl Cut {
    /// With the line's end as delimiter the whole input is one line, whose fields are its lines.
    fn run_as_one_line(&self, mut input: Input, output: &mut Output) -> Result<()> {
        let mut text = Vec::new();
        input.read_to_end(&mut text)?;
        let line = text.strip_suffix(&[self.line_end]).unwrap_or(&text);
        if line.is_empty() && text.is_empty() {
            return Ok(());
        }
        // The end of an only line is a delimiter, too.
        if text.len() > line.len() && memchr::memchr(self.line_end, line).is_none() {
            output.write_all(line)?;
            return output.write_all(&[self.line_end]);
        }
        self.cut_line(line, output)
    }

    fn run(&self, mut input: Input, output: &mut Output) -> Result<()> {
        if self.by_field && self.delimiter == self.line_end {
            return self.run_as_one_line(input, output);
        }
        let mut carried = Vec::new();
        loop {
            let buffer = input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            let Some(last) = memchr::memrchr(self.line_end, buffer) else {
                carried.extend_from_slice(buffer);
                let used = buffer.len();
                input.consume(used);
                continue;
            };
            let mut rest = &buffer[..=last];
            while let Some(end) = memchr::memchr(self.line_end, rest) {
                let line = &rest[..end];
                if carried.is_empty() {
                    self.cut_line(line, output)?;
                } else {
                    carried.extend_from_slice(line);
                    self.cut_line(&carried, output)?;
                    carried.clear();
                }
                rest = &rest[end + 1..];
            }
            input.consume(last + 1);
        }
        if carried.is_empty() { Ok(()) } else { self.cut_line(&carried, output) }
    }

    fn cut_line(&self, line: &[u8], output: &mut Output) -> Result<()> {
        if !self.by_field {
            self.cut_bytes(line, output)?;
            return output.write_all(&[self.line_end]);
        }
        if memchr::memchr(self.delimiter, line).is_none() {
            if self.only_delimited {
                return Ok(());
            }
            output.write_all(line)?;
            return output.write_all(&[self.line_end]);
        }
        self.cut_fields(line, output)?;
        output.write_all(&[self.line_end])
    }

    fn cut_bytes(&self, line: &[u8], output: &mut Output) -> Result<()> {
        let mut is_first = true;
        for (start, end) in &self.ranges {
            let Some(part) = line.get(start - 1..line.len().min(*end)).filter(|part| !part.is_empty()) else { break };
            if let Some(delimiter) = self.output_delimiter.as_ref().filter(|_| !is_first) {
                output.write_all(delimiter)?;
            }
            output.write_all(part)?;
            is_first = false;
        }
        Ok(())
    }

    fn cut_fields(&self, line: &[u8], output: &mut Output) -> Result<()> {
        let mut ranges = self.ranges.iter();
        let Some(mut range) = ranges.next() else { return Ok(()) };
        let own_delimiter = [self.delimiter];
        let delimiter = self.output_delimiter.as_deref().unwrap_or(&own_delimiter);
        let (mut start, mut number, mut is_first) = (0, 1, true);
        loop {
            let end = memchr::memchr(self.delimiter, &line[start..]).map(|at| start + at);
            while number > range.1 {
                match ranges.next() {
                    Some(next) => range = next,
                    None => return Ok(()),
                }
            }
            if number >= range.0 {
                if !is_first {
                    output.write_all(delimiter)?;
                }
                output.write_all(&line[start..end.unwrap_or(line.len())])?;
                is_first = false;
            }
            let Some(end) = end else { return Ok(()) };
            (start, number) = (end + 1, number + 1);
        }
    }
}
