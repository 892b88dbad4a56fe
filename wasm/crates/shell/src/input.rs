//! Reading text up to a delimiter without taking more than that from whoever reads next. The kernel has
//! a call for it, so that a line costs one call even from a pipe, and another for who reads line after line: it shows
//! what comes next, which is taken before anybody else could read (`read_ahead`).

use crate::descriptors::borrowed_file;
use crate::read_ahead::Ahead;
use crate::state::Shell;
use std::io::{self, Read};
use std::time::Instant;

const CHUNK: usize = 4096;

impl Shell {
    /// Runs traps; fails if a signal ends what waits.
    pub fn go_on_after_signal(&mut self) -> io::Result<()> {
        self.run_signal_traps().map_err(|interrupt| {
            self.interrupt = Some(interrupt);
            io::ErrorKind::Interrupted.into()
        })
    }
}

/// A line, or what there was of it.
pub struct Line {
    pub text: Vec<u8>,
    /// The delimiter came; otherwise the input ended or the limit was reached.
    pub is_terminated: bool,
}

impl Shell {
    /// Reads from a descriptor of the shell up to `delimiter` (left out) or `limit` bytes.
    /// Runs the traps of signals that come meanwhile; with commands ended by one (`interrupt`) it fails.
    pub fn read_until(&mut self, fd: i32, delimiter: Option<u8>, limit: Option<usize>) -> io::Result<Line> {
        let target = self.descriptors.target(fd)?;
        let real = target.real()?;
        let reads_on = self.read_ahead.borrow_mut().follow(&target);
        let mut text = Vec::new();
        match delimiter {
            Some(delimiter) if reads_on && limit.is_none() => match self.read_line_ahead(real, delimiter)? {
                Ahead::Line(line) => return Ok(line),
                Ahead::Refused(start) => text = start,
            },
            // Where it is not worth to look ahead yet, nothing is shown: to settle would begin the count anew.
            Some(_) if limit.is_none() => {}
            _ => self.read_ahead.borrow_mut().settle(),
        }
        loop {
            let length = text.len();
            let room = limit.map_or(CHUNK, |limit| limit.saturating_sub(length).min(CHUNK));
            if room == 0 {
                return Ok(Line { text, is_terminated: false });
            }
            text.resize(length + room, 0);
            let count = match read_some(real, &mut text[length..], delimiter) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    self.go_on_after_signal()?;
                    text.truncate(length);
                    continue;
                }
                result => result?,
            };
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

impl Shell {
    /// The same until a point in time; the flag tells that it was reached. Reads one byte at a time, as
    /// what comes later belongs to whoever reads next.
    pub fn read_until_deadline(
        &mut self,
        fd: i32,
        delimiter: Option<u8>,
        limit: Option<usize>,
        deadline: Instant,
    ) -> io::Result<(Line, bool)> {
        let real = self.descriptors.real(fd)?;
        self.settle_input();
        let mut text = Vec::new();
        loop {
            if limit.is_some_and(|limit| text.len() >= limit) {
                return Ok((Line { text, is_terminated: false }, false));
            }
            let left = deadline.saturating_duration_since(Instant::now()).as_secs_f64();
            let mut byte = [0];
            let result = match sys::wait_readable(real, Some(left)) {
                Ok(false) => return Ok((Line { text, is_terminated: false }, true)),
                Ok(true) => read_some(real, &mut byte, None),
                Err(error) => Err(error),
            };
            match result {
                Ok(0) => return Ok((Line { text, is_terminated: false }, false)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    self.go_on_after_signal()?;
                    continue;
                }
                result => drop(result?),
            }
            if delimiter == Some(byte[0]) {
                return Ok((Line { text, is_terminated: true }, false));
            }
            text.push(byte[0]);
        }
    }
}

fn read_some(fd: i32, buffer: &mut [u8], delimiter: Option<u8>) -> io::Result<usize> {
    match delimiter {
        Some(delimiter) => sys::read_until(fd, buffer, delimiter),
        None => borrowed_file(fd).read(buffer),
    }
}
