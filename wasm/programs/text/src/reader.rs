//! Records from a descriptor, in large reads.

use posix_regex::Regex;
use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd};
use std::rc::Rc;

const CHUNK_BYTES: usize = 128 * 1024;

/// What ends a record.
#[derive(Clone)]
pub enum Separator {
    Byte(u8),
    /// Empty lines.
    Paragraph,
    Regex(Rc<Regex>),
    /// A newline outside quotes.
    Csv,
}

pub struct Reader {
    file: ManuallyDrop<File>,
    is_owned: bool,
    buffer: Vec<u8>,
    start: usize,
    is_at_end: bool,
    is_unbuffered: bool,
}

impl Reader {
    pub fn of_file(file: File) -> Self {
        Reader { file: ManuallyDrop::new(file), is_owned: true, buffer: Vec::new(), start: 0, is_at_end: false, is_unbuffered: false }
    }

    /// Reads from a descriptor that stays open.
    pub fn standard_input() -> Self {
        // SAFETY: descriptor 0 is this process's standard input, and it is not closed with this.
        let file = ManuallyDrop::new(unsafe { File::from_raw_fd(0) });
        Reader { file, is_owned: false, buffer: Vec::new(), start: 0, is_at_end: false, is_unbuffered: false }
    }

    /// Reads from a descriptor and closes it in the end.
    pub fn of_descriptor(descriptor: i32) -> Self {
        // SAFETY: the caller gives the descriptor away.
        Self::of_file(unsafe { File::from_raw_fd(descriptor) })
    }

    fn fill(&mut self) -> Result<()> {
        // One byte of before stays: `^` in a separator is the input's start only.
        let gone = self.start.saturating_sub(1);
        self.buffer.drain(..gone);
        self.start -= gone;
        let (length, room) = (self.buffer.len(), CHUNK_BYTES.max(self.buffer.len()));
        self.buffer.resize(length + room, 0);
        let result = match self.is_unbuffered {
            true => sys::read_until(self.file.as_raw_fd(), &mut self.buffer[length..], b'\n'),
            false => self.file.read(&mut self.buffer[length..]),
        };
        self.buffer.truncate(length + *result.as_ref().unwrap_or(&0));
        self.is_at_end = result? == 0;
        Ok(())
    }

    /// What was read ahead goes back to where others read it, if the input can be rewound.
    pub fn give_back(&mut self) {
        let unread = (self.buffer.len() - self.start) as i64;
        if unread > 0 {
            // A pipe cannot, and what is left of it is lost.
            let _ = self.file.seek(SeekFrom::Current(-unread));
            self.buffer.truncate(self.start);
        }
    }

    /// Reads a line at a time from now on, so that nothing is read ahead.
    pub fn set_unbuffered(&mut self) {
        self.is_unbuffered = true;
    }

    /// Whether another record will come.
    pub fn has_more(&mut self) -> Result<bool> {
        while self.start >= self.buffer.len() && !self.is_at_end {
            self.fill()?;
        }
        Ok(self.start < self.buffer.len())
    }

    /// Puts the next record into `record` and what ended it into `terminator`; false at the end.
    pub fn next(&mut self, separator: &Separator, record: &mut Vec<u8>, terminator: &mut Vec<u8>) -> Result<bool> {
        match separator {
            Separator::Byte(byte) => self.until_byte(*byte, record, terminator),
            Separator::Paragraph => self.paragraph(record, terminator),
            Separator::Regex(regex) => self.until_match(regex, record, terminator),
            Separator::Csv => self.csv(record, terminator),
        }
    }

    fn until_byte(&mut self, byte: u8, record: &mut Vec<u8>, terminator: &mut Vec<u8>) -> Result<bool> {
        let mut searched = self.start;
        loop {
            if let Some(offset) = memchr::memchr(byte, &self.buffer[searched..]) {
                let end = searched + offset;
                record.extend_from_slice(&self.buffer[self.start..end]);
                terminator.clear();
                terminator.push(byte);
                self.start = end + 1;
                return Ok(true);
            }
            let kept = self.buffer.len() - self.start;
            if self.is_at_end {
                return Ok(self.take_rest(record, terminator));
            }
            self.fill()?;
            searched = self.start + kept;
        }
    }

    /// The last record, which nothing ends.
    fn take_rest(&mut self, record: &mut Vec<u8>, terminator: &mut Vec<u8>) -> bool {
        terminator.clear();
        if self.start >= self.buffer.len() {
            return false;
        }
        record.extend_from_slice(&self.buffer[self.start..]);
        self.buffer.clear();
        self.start = 0;
        true
    }

    fn paragraph(&mut self, record: &mut Vec<u8>, terminator: &mut Vec<u8>) -> Result<bool> {
        loop {
            while self.buffer.get(self.start) == Some(&b'\n') {
                self.start += 1;
            }
            if self.start < self.buffer.len() || self.is_at_end {
                break;
            }
            self.fill()?;
        }
        let mut searched = self.start;
        loop {
            let found = memchr::memmem::find(&self.buffer[searched..], b"\n\n").map(|offset| searched + offset);
            if let Some(end) = found {
                let newlines = self.buffer[end..].iter().take_while(|byte| **byte == b'\n').count();
                if end + newlines < self.buffer.len() || self.is_at_end {
                    record.extend_from_slice(&self.buffer[self.start..end]);
                    terminator.clear();
                    terminator.extend_from_slice(&self.buffer[end..end + newlines]);
                    self.start = end + newlines;
                    return Ok(true);
                }
            }
            if self.is_at_end {
                let found = self.take_rest(record, terminator);
                if record.last() == Some(&b'\n') {
                    record.pop();
                    terminator.push(b'\n');
                }
                return Ok(found);
            }
            let kept = self.buffer.len() - self.start;
            self.fill()?;
            searched = (self.start + kept).saturating_sub(1);
            searched = found.map_or(searched, |_| self.start).max(self.start);
        }
    }

    fn until_match(&mut self, regex: &Regex, record: &mut Vec<u8>, terminator: &mut Vec<u8>) -> Result<bool> {
        loop {
            let (text, start) = (&self.buffer[..], self.start);
            let mut found = regex.find_at(text, start);
            // What matches nothing ends nothing.
            while let Some((begin, end)) = found.filter(|(begin, end)| begin == end) {
                found = if end < text.len() { regex.find_at(text, begin + 1) } else { None };
            }
            match found {
                // A match at the end of what was read may grow.
                Some((begin, end)) if end < text.len() || self.is_at_end => {
                    record.extend_from_slice(&text[start..begin]);
                    terminator.clear();
                    terminator.extend_from_slice(&text[begin..end]);
                    self.start = end;
                    return Ok(true);
                }
                _ if self.is_at_end => {
                    let found = self.take_rest(record, terminator);
                    return Ok(found);
                }
                _ => self.fill()?,
            }
        }
    }

    fn csv(&mut self, record: &mut Vec<u8>, terminator: &mut Vec<u8>) -> Result<bool> {
        let mut is_quoted = false;
        loop {
            if !self.until_byte(b'\n', record, terminator)? {
                return Ok(is_quoted);
            }
            let quotes = memchr::memchr_iter(b'"', record).count();
            is_quoted = quotes % 2 == 1;
            if !is_quoted || terminator.is_empty() {
                if record.last() == Some(&b'\r') {
                    record.pop();
                }
                return Ok(true);
            }
            record.push(b'\n');
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.is_owned {
            // SAFETY: dropped once, here.
            unsafe { ManuallyDrop::drop(&mut self.file) };
        }
    }
}
