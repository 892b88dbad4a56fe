//! Walks over a file's lines and finds those that match.
//!
//! The regex runs over a whole buffer at once, which skips lines that cannot match at the speed of
//! memory. What it finds there is a candidate only, for a match may have crossed a line's end, so
//! the candidate's line is asked again by itself.

use super::matcher::Matcher;
use super::printer::{Next, Printer};
use std::io::{Read, Result};

/// Read at once. A line may be longer: the buffer grows to hold it.
const STEP_BYTES: usize = 128 * 1024;

pub struct Search<'matcher> {
    pub matcher: &'matcher Matcher,
    pub line_end: u8,
    pub invert: bool,
    /// The pattern has anchors to the text's very start or end, which only single lines show.
    pub lines_only: bool,
    /// Every line matters, for its number or as context.
    pub counts_lines: bool,
}

/// One line of a file.
#[derive(Clone, Copy)]
pub struct Line<'buffer> {
    /// Without its end.
    pub bytes: &'buffer [u8],
    /// From 1; 0 when lines are not counted.
    pub number: u64,
    /// Of its first byte in the file.
    pub offset: u64,
}

/// What is known while a buffer is walked.
struct Walk {
    next_number: u64,
    buffer_offset: u64,
    /// Where in the buffer the line after the one at hand begins.
    stopped_at: usize,
}

impl Search<'_> {
    /// Reads `reader` to its end, or until the printer has enough; answers how many bytes were read past the last line.
    pub fn run(&self, reader: &mut impl Read, printer: &mut Printer) -> Result<usize> {
        let mut buffer: Vec<u8> = Vec::with_capacity(STEP_BYTES);
        let mut walk = Walk { next_number: 1, buffer_offset: 0, stopped_at: 0 };
        loop {
            let filled = buffer.len();
            buffer.resize(filled + STEP_BYTES, 0);
            let count = reader.read(&mut buffer[filled..]);
            buffer.truncate(filled + count.as_ref().copied().unwrap_or(0));
            let is_last = count? == 0;
            if self.line_end != 0 && memchr::memchr(0, &buffer[filled..]).is_some() {
                printer.note_binary();
            }
            let complete = match memchr::memrchr(self.line_end, &buffer[filled..]) {
                _ if is_last => buffer.len(),
                Some(end) => filled + end + 1,
                None => continue,
            };
            if self.walk(&buffer[..complete], &mut walk, printer)? == Next::Stop {
                return Ok(buffer.len().saturating_sub(walk.stopped_at));
            }
            if is_last {
                return Ok(0);
            }
            walk.buffer_offset += complete as u64;
            buffer.drain(..complete);
        }
    }

    /// Hands the lines of `text` to the printer.
    fn walk(&self, text: &[u8], walk: &mut Walk, printer: &mut Printer) -> Result<Next> {
        let mut position = 0;
        while position < text.len() {
            let candidate = if self.lines_only { Some(position) } else { self.candidate(text, position) };
            let line_start = candidate.map_or(text.len(), |at| {
                memchr::memrchr(self.line_end, &text[position..at]).map_or(position, |end| position + end + 1)
            });
            // Up to the candidate's line nothing matches.
            if self.pass_over(text, position, line_start, walk, printer)? == Next::Stop {
                return Ok(Next::Stop);
            }
            if line_start == text.len() {
                break;
            }
            let (line, next) = self.line_at(text, line_start, walk);
            let is_selected = self.matcher.is_match(line.bytes) != self.invert;
            let answer = if is_selected { printer.selected(line)? } else { printer.passed(line)? };
            if answer == Next::Stop {
                return Ok(Next::Stop);
            }
            position = next;
        }
        Ok(Next::Continue)
    }

    /// Where a match may begin, from `position` on.
    fn candidate(&self, text: &[u8], position: usize) -> Option<usize> {
        let at = self.matcher.candidate(text, position)?;
        // After the last line's end there is no line for an empty match to be in.
        (at < text.len()).then_some(at)
    }

    /// Tells the printer of lines without a match, one by one only where it matters.
    fn pass_over(&self, text: &[u8], from: usize, to: usize, walk: &mut Walk, printer: &mut Printer) -> Result<Next> {
        if !self.invert && !printer.wants_passed_lines() {
            if self.counts_lines {
                walk.next_number += memchr::memchr_iter(self.line_end, &text[from..to]).count() as u64;
            }
            return Ok(Next::Continue);
        }
        // Many lines at once, where nothing goes between them.
        if self.invert && printer.takes_ranges() && printer.selected_range(&text[from..to], self.line_end)? {
            return Ok(Next::Continue);
        }
        let mut position = from;
        while position < to {
            let (line, next) = self.line_at(text, position, walk);
            let answer = if self.invert { printer.selected(line)? } else { printer.passed(line)? };
            if answer == Next::Stop {
                return Ok(Next::Stop);
            }
            position = next;
        }
        Ok(Next::Continue)
    }

    /// The line that starts at `start`, and where the next one does.
    fn line_at<'text>(&self, text: &'text [u8], start: usize, walk: &mut Walk) -> (Line<'text>, usize) {
        let end = memchr::memchr(self.line_end, &text[start..]).map_or(text.len(), |end| start + end);
        let number = walk.next_number;
        walk.next_number += 1;
        walk.stopped_at = end + 1;
        let line = Line { bytes: &text[start..end], number, offset: walk.buffer_offset + start as u64 };
        (line, end + 1)
    }
}
