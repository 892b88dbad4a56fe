//! Reading text up to a delimiter without taking more than that from whoever reads next. The kernel has
//! a call for it, so that a line costs one call even from a pipe.

use crate::descriptors::borrowed_file;
use crate::state::Shell;
use std::io::{self, Read};

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
        let real = self.descriptors.real(fd)?;
        let mut text = Vec::new();
        loop {
            let length = text.len();
            let room = limit.map_or(CHUNK, |limit| limit.saturating_sub(length).min(CHUNK));
            if room == 0 {
                return Ok(Line { text, is_terminated: false });
            }
            text.resize(length + room, 0);
            let count = read_some(real, &mut text[length..], delimiter)?;
            text.truncate(length + count);
            if count == 0 {
                return Ok(Line { text, is_terminated: false });
            }
            if delimiter.is_some() && text.last().copied() == delimiter {
                text.pop();
                return Ok(Line { text, is_terminated: true });
            }
        }
    }
}

fn read_some(fd: i32, buffer: &mut [u8], delimiter: Option<u8>) -> io::Result<usize> {
    loop {
        let result = match delimiter {
            Some(delimiter) => sys::read_until(fd, buffer, delimiter),
            None => borrowed_file(fd).read(buffer),
        };
        match result {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
