//! split: pieces of a file, into files or filters. uutils' has no `--filter` on WASI.

mod chunks;
mod names;
mod options;
mod piece;

use getopt::words::quoted_if_needed;
use memchr::memchr;
use options::{Options, PROGRAM, Unit, Way};
use piece::Piece;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Error, Read};
use std::os::wasi::ffi::OsStrExt;

/// The input; what cannot be sought is read once, from front to back.
pub type Input = BufReader<console::stream::Stream>;

pub fn main(args: Vec<OsString>) -> i32 {
    let mut options = match options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut input = match console::stream::open(options.input.as_bytes()) {
        Ok(input) => input,
        Err(error) => {
            PROGRAM.complain_of(&format!("cannot open {} for reading", getopt::words::quoted(&options.input)), &error);
            return 1;
        }
    };
    let stat = sys::fd_stat(input.get_ref().fd()).ok();
    let identity = stat.filter(|stat| stat.is_regular()).map(|stat| (stat.device, stat.inode));
    match split(&mut options, &mut input, identity) {
        Ok(()) => 0,
        Err(code) => code,
    }
}

type Identity = Option<(u64, u64)>;

fn split(options: &mut Options, input: &mut Input, identity: Identity) -> Result<(), i32> {
    match options.way {
        Way::Lines(count) => lines(options, input, identity, count),
        Way::Bytes(count) => bytes(options, input, identity, count),
        Way::LineBytes(count) => line_bytes(options, input, identity, count),
        Way::Chunks { unit: Unit::RoundRobin, count, wanted } => chunks::round_robin(options, input, identity, count, wanted),
        Way::Chunks { unit, count, wanted } => chunks::by_size(options, input, identity, unit, count, wanted),
    }
}

/// Reads what there is; an error is the exit code.
fn fill<'a>(options: &Options, input: &'a mut Input) -> Result<&'a [u8], i32> {
    input.fill_buf().map_err(|error| read_failure(options, &error))
}

fn read_failure(options: &Options, error: &Error) -> i32 {
    PROGRAM.complain_of(&quoted_if_needed(&options.input), error);
    1
}

fn close(piece: Option<Piece>) -> Result<(), i32> {
    piece.map_or(Ok(()), Piece::finish)
}

fn lines(options: &mut Options, input: &mut Input, identity: Identity, count: u64) -> Result<(), i32> {
    let (mut piece, mut left) = (None, 0);
    loop {
        let buffer = fill(options, input)?.to_vec();
        if buffer.is_empty() {
            return close(piece);
        }
        input.consume(buffer.len());
        let mut rest = &buffer[..];
        while !rest.is_empty() {
            if left == 0 {
                close(piece.take())?;
                left = count;
            }
            let mut end = 0;
            while left > 0 && end < rest.len() {
                match memchr(options.separator, &rest[end..]) {
                    Some(newline) => (end, left) = (end + newline + 1, left - 1),
                    None => end = rest.len(),
                }
            }
            write(options, identity, &mut piece, &rest[..end])?;
            rest = &rest[end..];
        }
    }
}

/// Writes to the piece, which is made if there is none.
fn write(options: &mut Options, identity: Identity, piece: &mut Option<Piece>, bytes: &[u8]) -> Result<(), i32> {
    if piece.is_none() {
        *piece = Some(Piece::create(options, identity)?);
    }
    piece.as_mut().map_or(Ok(()), |piece| piece.write(bytes))
}

fn bytes(options: &mut Options, input: &mut Input, identity: Identity, count: u64) -> Result<(), i32> {
    let (mut piece, mut left) = (None, count);
    loop {
        let buffer = fill(options, input)?;
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if take == 0 {
            return close(piece);
        }
        let part = buffer[..take].to_vec();
        input.consume(take);
        write(options, identity, &mut piece, &part)?;
        left -= take as u64;
        if left == 0 {
            close(piece.take())?;
            left = count;
        }
    }
}

/// Whole lines as long as they fit; a line longer than a piece is cut.
fn line_bytes(options: &mut Options, input: &mut Input, identity: Identity, count: u64) -> Result<(), i32> {
    let (mut piece, mut used, mut line) = (None, 0u64, Vec::new());
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    loop {
        line.clear();
        // No more of a long line is held than a piece takes.
        let read = input.by_ref().take(count).read_until(options.separator, &mut line);
        if read.map_err(|error| read_failure(options, &error))? == 0 {
            return close(piece);
        }
        if used > 0 && used + line.len() as u64 > count {
            close(piece.take())?;
            used = 0;
        }
        write(options, identity, &mut piece, &line)?;
        used += line.len() as u64;
        if line.len() == most {
            close(piece.take())?;
            used = 0;
        }
    }
}
