//! Reading text up to a delimiter without taking more than that from whoever reads next.
//!
//! What was read too far is put back: by seeking where that works, into a buffer where nobody else
//! reads the descriptor, and otherwise (pipes) the kernel is asked not to go too far.

use crate::descriptors::{Target, borrowed_file};
use crate::state::Shell;
use std::io::{self, Read, Seek, SeekFrom};

const CHUNK: usize = 4096;

/// A line, or what there was of it.
pub struct Line {
    pub text: Vec<u8>,
    /// The delimiter came; otherwise the input ended or the limit was reached.
    pub is_terminated: bool,
}

impl Shell {
    /// Reads from a descriptor of the shell up to `delimiter` (left out) or `limit` bytes.
    pub fn read_until(&self, fd: i32, delimiter: Option<u8>, limit: Option<usize>) -> io::Result<Line> {
        if let Target::Open(open) = self.descriptors.target(fd)?
            && open.is_exclusive.get()
        {
            return read_buffered(open.fd, &mut open.read_ahead.borrow_mut(), delimiter, limit);
        }
        let real = self.descriptors.real(fd)?;
        let mut file = borrowed_file(real);
        match file.stream_position() {
            Ok(_) => read_seekable(real, delimiter, limit),
            Err(_) => read_through_delimiter(real, delimiter, limit),
        }
    }
}

fn end_of_line(text: &[u8], delimiter: Option<u8>, limit: Option<usize>) -> Option<usize> {
    let found = delimiter.and_then(|delimiter| text.iter().position(|byte| *byte == delimiter));
    match (found, limit) {
        (Some(end), Some(limit)) => Some(end.min(limit)),
        (Some(end), None) => Some(end),
        (None, Some(limit)) if text.len() >= limit => Some(limit),
        _ => None,
    }
}

/// Splits `text` at the line's end; the second part is what was read too far.
fn split(mut text: Vec<u8>, end: usize, delimiter: Option<u8>) -> (Line, Vec<u8>) {
    let is_terminated = delimiter.is_some() && text.get(end).copied() == delimiter;
    let rest = text.split_off((end + usize::from(is_terminated)).min(text.len()));
    text.truncate(end);
    (Line { text, is_terminated }, rest)
}

fn read_some(fd: i32, buffer: &mut [u8]) -> io::Result<usize> {
    retried(|| borrowed_file(fd).read(buffer))
}

/// Goes on after a signal.
fn retried(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn read_buffered(fd: i32, ahead: &mut Vec<u8>, delimiter: Option<u8>, limit: Option<usize>) -> io::Result<Line> {
    let mut text = std::mem::take(ahead);
    loop {
        if let Some(end) = end_of_line(&text, delimiter, limit) {
            let (line, rest) = split(text, end, delimiter);
            *ahead = rest;
            return Ok(line);
        }
        let length = text.len();
        text.resize(length + CHUNK, 0);
        let count = read_some(fd, &mut text[length..])?;
        text.truncate(length + count);
        if count == 0 {
            return Ok(Line { text, is_terminated: false });
        }
    }
}

fn read_seekable(fd: i32, delimiter: Option<u8>, limit: Option<usize>) -> io::Result<Line> {
    let mut ahead = Vec::new();
    let line = read_buffered(fd, &mut ahead, delimiter, limit)?;
    if !ahead.is_empty() {
        borrowed_file(fd).seek(SeekFrom::Current(-(ahead.len() as i64)))?;
    }
    Ok(line)
}

/// Where nothing can be put back, the kernel is asked to stop at the delimiter.
fn read_through_delimiter(fd: i32, delimiter: Option<u8>, limit: Option<usize>) -> io::Result<Line> {
    let mut text = Vec::new();
    while limit.is_none_or(|limit| text.len() < limit) {
        let length = text.len();
        text.resize(length + limit.map_or(CHUNK, |limit| CHUNK.min(limit - length)), 0);
        let count = match delimiter {
            Some(delimiter) => retried(|| sys::read_until(fd, &mut text[length..], delimiter)),
            None => read_some(fd, &mut text[length..]),
        }?;
        text.truncate(length + count);
        if count == 0 {
            return Ok(Line { text, is_terminated: false });
        }
        if text.last().copied() == delimiter {
            text.pop();
            return Ok(Line { text, is_terminated: true });
        }
    }
    Ok(Line { text, is_terminated: false })
}
