//! Where an answer's body ends: after a length, after the last chunk, or with the connection.

use super::connection::Connection;
use super::failure::EarlyEnd;
use std::io::{BufRead, Error, ErrorKind, Read, Result};

const LONGEST_LINE: u64 = 16 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Length(u64),
    /// Bytes left of the current chunk; `None` before the first.
    Chunks(Option<u64>),
    ToEnd,
    Done,
}

/// Reads a body's next bytes; 0 at its end.
pub fn read(connection: &mut Connection, framing: &mut Framing, buffer: &mut [u8]) -> Result<usize> {
    loop {
        match *framing {
            Framing::Done | Framing::Length(0) => {
                *framing = Framing::Done;
                return Ok(0);
            }
            Framing::Length(left) => {
                let count = read_some(connection, buffer, left)?;
                if count == 0 {
                    return Err(Error::new(ErrorKind::Other, EarlyEnd(Some(left))));
                }
                *framing = Framing::Length(left - count as u64);
                return Ok(count);
            }
            Framing::ToEnd => {
                let count = connection.read(buffer)?;
                if count == 0 {
                    *framing = Framing::Done;
                }
                return Ok(count);
            }
            Framing::Chunks(Some(left)) if left > 0 => {
                let count = read_some(connection, buffer, left)?;
                if count == 0 {
                    return Err(Error::new(ErrorKind::Other, EarlyEnd(None)));
                }
                *framing = Framing::Chunks(Some(left - count as u64));
                return Ok(count);
            }
            Framing::Chunks(previous) => {
                if previous.is_some() && !line(connection)?.is_empty() {
                    return Err(Error::from(ErrorKind::InvalidData));
                }
                let size = chunk_size(&line(connection)?).ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
                *framing = Framing::Chunks(Some(size));
                if size == 0 {
                    // Trailers, which nobody asked for.
                    while !line(connection)?.is_empty() {}
                    *framing = Framing::Done;
                }
            }
        }
    }
}

fn read_some(connection: &mut Connection, buffer: &mut [u8], limit: u64) -> Result<usize> {
    let want = buffer.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
    connection.read(&mut buffer[..want])
}

fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(line).ok()?.split(';').next()?.trim();
    u64::from_str_radix(digits, 16).ok()
}

/// A line without its end.
fn line(connection: &mut Connection) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    Read::take(&mut *connection, LONGEST_LINE).read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(Error::new(ErrorKind::Other, EarlyEnd(None)));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(line)
}
