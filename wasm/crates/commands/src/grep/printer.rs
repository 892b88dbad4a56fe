//! Prints what grep selects.

use super::matcher::Matcher;
use super::options::{Binary, Options, Output as Shows};
use super::search::Line;
use crate::output::Output;
use std::collections::VecDeque;
use std::io::{Result, Write};

/// GNU's default colours, as `ESC [ … m ESC [ K`.
const MATCH_COLOR: &str = "\x1b[01;31m\x1b[K";
const NAME_COLOR: &str = "\x1b[35m\x1b[K";
const NUMBER_COLOR: &str = "\x1b[32m\x1b[K";
const SEPARATOR_COLOR: &str = "\x1b[36m\x1b[K";
const NO_COLOR: &str = "\x1b[m\x1b[K";

/// Whether the rest of a file is of interest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Continue,
    Stop,
}

/// A line kept as possible context of a later one.
struct Kept {
    bytes: Vec<u8>,
    number: u64,
    offset: u64,
}

pub struct Printer<'options> {
    options: &'options Options,
    matcher: &'options Matcher,
    output: Output,
    name: Vec<u8>,
    /// File names go before lines.
    with_name: bool,
    /// Selected lines of this file.
    count: u64,
    is_binary: bool,
    /// Lines were printed, so that with context a mark goes before the next group.
    printed_before: bool,
    /// Offset after the last printed line of this file, to see gaps.
    printed_until: Option<u64>,
    before: VecDeque<Kept>,
    /// Context lines still to print after the last selected one.
    after_left: usize,
}

impl<'options> Printer<'options> {
    pub fn new(options: &'options Options, matcher: &'options Matcher, output: Output) -> Self {
        Printer {
            options,
            matcher,
            output,
            name: Vec::new(),
            with_name: false,
            count: 0,
            is_binary: false,
            printed_before: false,
            printed_until: None,
            before: VecDeque::new(),
            after_left: 0,
        }
    }

    pub fn into_output(self) -> Output {
        self.output
    }

    /// A failed write shows again when the output is finished.
    pub fn flush(&mut self) {
        let _ = self.output.flush();
    }

    pub fn begin_file(&mut self, name: &[u8], with_name: bool) {
        (self.name, self.with_name) = (name.to_vec(), with_name);
        (self.count, self.is_binary, self.after_left, self.printed_until) = (0, false, 0, None);
        self.before.clear();
    }

    /// The file holds a NUL.
    pub fn note_binary(&mut self) {
        self.is_binary = self.options.binary != Binary::Text;
    }

    /// Whether lines that do not match have to be shown to `passed`.
    pub fn wants_passed_lines(&self) -> bool {
        self.options.prints_lines() && (self.options.before > 0 || self.after_left > 0)
    }

    /// Takes a selected line.
    pub fn selected(&mut self, line: Line) -> Result<Next> {
        if self.has_enough() {
            return self.passed(line);
        }
        if self.is_binary && self.options.binary == Binary::Skip {
            return Ok(Next::Stop);
        }
        // A line that would be printed and is no text makes the file binary, too.
        if self.options.binary != Binary::Text && self.shows_text() && std::str::from_utf8(line.bytes).is_err() {
            self.is_binary = true;
            if self.options.binary == Binary::Skip {
                return Ok(Next::Stop);
            }
        }
        self.count += 1;
        let decided_by_one = matches!(self.options.output, Shows::FilesWith | Shows::FilesWithout);
        if self.options.quiet || decided_by_one || (self.is_binary && self.options.output != Shows::Count) {
            return Ok(Next::Stop);
        }
        match self.options.output {
            Shows::Matches if !self.options.invert => self.only_matches(line)?,
            Shows::Lines => {
                while let Some(kept) = self.before.pop_front() {
                    self.print(Line { bytes: &kept.bytes, number: kept.number, offset: kept.offset }, b"-")?;
                }
                self.print(line, b":")?;
                self.after_left = self.options.after;
            }
            _ => {}
        }
        Ok(if self.has_enough() && self.after_left == 0 { Next::Stop } else { Next::Continue })
    }

    /// Whether lines in a row can be taken as one, with nothing between them and no end in sight.
    pub fn takes_ranges(&self) -> bool {
        let options = self.options;
        let has_prefix = self.with_name || options.line_numbers || options.byte_offsets || options.initial_tab;
        let is_plain = match options.output {
            Shows::Lines => !has_prefix && !options.line_buffered && options.before == 0 && options.after == 0,
            Shows::Count => true,
            _ => false,
        };
        is_plain && !options.quiet && options.maximum.is_none() && !self.is_binary
    }

    /// Takes selected lines; false if they are no text, and have to be looked at one by one.
    pub fn selected_range(&mut self, lines: &[u8], line_end: u8) -> Result<bool> {
        if self.options.binary != Binary::Text && self.shows_text() && std::str::from_utf8(lines).is_err() {
            return Ok(false);
        }
        let is_ended = lines.last().is_none_or(|last| *last == line_end);
        self.count += memchr::memchr_iter(line_end, lines).count() as u64 + u64::from(!is_ended);
        if self.options.output == Shows::Lines {
            self.printed_before = true;
            self.output.write_all(lines)?;
            if !is_ended {
                self.output.write_all(&[line_end])?;
            }
        }
        Ok(true)
    }

    /// Takes a line that is context at most.
    pub fn passed(&mut self, line: Line) -> Result<Next> {
        if self.after_left > 0 && !self.is_binary {
            self.after_left -= 1;
            self.print(line, b"-")?;
        } else if self.options.before > 0 && self.options.prints_lines() {
            if self.before.len() == self.options.before {
                self.before.pop_front();
            }
            self.before.push_back(Kept { bytes: line.bytes.to_vec(), number: line.number, offset: line.offset });
        }
        Ok(if self.has_enough() && self.after_left == 0 { Next::Stop } else { Next::Continue })
    }

    fn shows_text(&self) -> bool {
        !self.options.quiet && matches!(self.options.output, Shows::Lines | Shows::Matches)
    }

    fn has_enough(&self) -> bool {
        self.options.maximum.is_some_and(|maximum| self.count >= maximum)
    }

    /// Prints what is known only at the end of a file.
    pub fn end_file(&mut self) {
        if self.options.quiet || (self.is_binary && self.options.binary == Binary::Skip) {
            return;
        }
        let selected = self.count > 0;
        match self.options.output {
            Shows::Count => {
                if self.with_name {
                    self.name(b":");
                }
                let count = self.count;
                let _ = writeln!(self.output, "{count}");
            }
            Shows::FilesWith if selected => self.list_name(),
            Shows::FilesWithout if !selected => self.list_name(),
            Shows::Lines | Shows::Matches if selected && self.is_binary => {
                self.flush();
                eprintln!("grep: {}: binary file matches", String::from_utf8_lossy(&self.name));
            }
            _ => {}
        }
    }

    /// Whether the file counts as a success for the exit code, which `-L` does not turn around.
    pub fn is_selected(&self) -> bool {
        let is_skipped = self.is_binary && self.options.binary == Binary::Skip;
        self.count > 0 && !is_skipped
    }

    fn list_name(&mut self) {
        let name = std::mem::take(&mut self.name);
        self.colored(NAME_COLOR, &name);
        let _ = self.output.write_all(if self.options.nul_after_name { b"\0" } else { b"\n" });
    }

    /// A failed write shows again when the output is finished.
    fn colored(&mut self, color: &str, text: &[u8]) {
        if !self.options.color {
            let _ = self.output.write_all(text);
            return;
        }
        let _ = self.output.write_all(&[color.as_bytes(), text, NO_COLOR.as_bytes()].concat());
    }

    fn name(&mut self, separator: &[u8]) {
        let name = std::mem::take(&mut self.name);
        self.colored(NAME_COLOR, &name);
        self.name = name;
        if self.options.nul_after_name {
            let _ = self.output.write_all(b"\0");
            return;
        }
        self.colored(SEPARATOR_COLOR, separator);
    }

    fn prefix(&mut self, separator: &[u8], number: u64, offset: u64) {
        let options = self.options;
        if self.with_name {
            self.name(separator);
        }
        if options.line_numbers {
            let width = if options.initial_tab { 2 } else { 0 };
            self.colored(NUMBER_COLOR, format!("{number:>width$}").as_bytes());
            self.colored(SEPARATOR_COLOR, separator);
        }
        if options.byte_offsets {
            self.colored(NUMBER_COLOR, offset.to_string().as_bytes());
            self.colored(SEPARATOR_COLOR, separator);
        }
        if options.initial_tab && (self.with_name || options.line_numbers || options.byte_offsets) {
            let _ = self.output.write_all(b"\t");
        }
    }

    fn print(&mut self, line: Line, separator: &[u8]) -> Result<()> {
        if self.options.marks_groups && self.printed_before && self.printed_until != Some(line.offset) {
            if let Some(mark) = &self.options.group_separator {
                self.colored(SEPARATOR_COLOR, mark);
                self.output.write_all(b"\n")?;
            }
        }
        self.printed_before = true;
        self.printed_until = Some(line.offset + line.bytes.len() as u64 + 1);
        self.prefix(separator, line.number, line.offset);
        if self.options.color && separator == b":" && !self.options.invert {
            self.line_with_matches_colored(line.bytes)?;
        } else {
            self.output.write_all(line.bytes)?;
        }
        self.end_line()
    }

    fn end_line(&mut self) -> Result<()> {
        self.output.write_all(&[self.options.line_end])?;
        if self.options.line_buffered { self.output.flush() } else { Ok(()) }
    }

    fn line_with_matches_colored(&mut self, line: &[u8]) -> Result<()> {
        let mut printed = 0;
        for found in self.matcher.matches(line) {
            self.output.write_all(&line[printed..found.start])?;
            self.colored(MATCH_COLOR, &line[found.clone()]);
            printed = found.end;
        }
        self.output.write_all(&line[printed..])
    }

    fn only_matches(&mut self, line: Line) -> Result<()> {
        for found in self.matcher.matches(line.bytes) {
            self.prefix(b":", line.number, line.offset + found.start as u64);
            self.colored(MATCH_COLOR, &line.bytes[found]);
            self.end_line()?;
        }
        Ok(())
    }
}
