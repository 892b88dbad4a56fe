//! `split -n`: a given number of pieces, by size or in turn; or one of them, to standard output.

use super::options::{Options, PROGRAM, Unit};
use super::piece::Piece;
use super::{Identity, Input, read_failure};
use commands::output::{self, Output};
use std::io::{BufRead, Read, Write};

/// Where the bytes of the current piece go.
enum Target {
    Nowhere,
    Piece(Option<Piece>),
    StandardOutput,
}

struct Chunks<'a> {
    options: &'a mut Options,
    identity: Identity,
    wanted: Option<u64>,
    /// The current piece, from 1.
    current: u64,
    target: Target,
    output: Output,
}

impl Chunks<'_> {
    /// Begins a piece, which exists even if nothing comes, unless empty ones are not wanted.
    fn begin(&mut self, chunk: u64) -> Result<(), i32> {
        self.end()?;
        self.current = chunk;
        self.target = match self.wanted {
            Some(wanted) if wanted == chunk => Target::StandardOutput,
            Some(_) => Target::Nowhere,
            None if self.options.skips_empty => Target::Piece(None),
            None => Target::Piece(Some(Piece::create(self.options, self.identity)?)),
        };
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), i32> {
        match &mut self.target {
            Target::Nowhere => Ok(()),
            // A failure is said at the end.
            Target::StandardOutput => self.output.write_all(bytes).map_err(|_| 1),
            Target::Piece(piece) => super::write(self.options, self.identity, piece, bytes),
        }
    }

    fn end(&mut self) -> Result<(), i32> {
        match std::mem::replace(&mut self.target, Target::Nowhere) {
            Target::Piece(Some(piece)) => piece.finish(),
            _ => Ok(()),
        }
    }
}

pub fn by_size(
    options: &mut Options,
    input: &mut Input,
    identity: Identity,
    unit: Unit,
    count: u64,
    wanted: Option<u64>,
) -> Result<(), i32> {
    let mut held = Vec::new();
    let size = match sys::fd_stat(input.get_ref().fd()) {
        Ok(stat) if stat.is_regular() => stat.size,
        // A pipe's size is known when it ends.
        _ => {
            input.read_to_end(&mut held).map_err(|error| read_failure(options, &error))?;
            held.len() as u64
        }
    };
    let each = (size / count).max(1);
    let mut chunks = Chunks { options, identity, wanted, current: 0, target: Target::Nowhere, output: output::standard() };
    let result = if held.is_empty() {
        fill_chunks(&mut chunks, input, unit, count, each, size)
    } else {
        fill_chunks(&mut chunks, &mut &held[..], unit, count, each, size)
    };
    let code = output::finish(chunks.output, PROGRAM.name, 0);
    result.and(if code == 0 { Ok(()) } else { Err(code) })
}

fn fill_chunks(chunks: &mut Chunks, input: &mut dyn BufRead, unit: Unit, count: u64, each: u64, size: u64) -> Result<(), i32> {
    let (mut offset, mut at_line_start) = (0u64, true);
    chunks.begin(1)?;
    while chunks.wanted.is_none_or(|wanted| chunks.current <= wanted) {
        let buffer = input.fill_buf().map_err(|error| read_failure(chunks.options, &error))?;
        if buffer.is_empty() {
            break;
        }
        let end = if chunks.current == count { size.max(offset + 1) } else { (chunks.current * each).min(size) };
        // Only a line's beginning decides where it goes.
        if offset >= end && (unit == Unit::Bytes || at_line_start) && chunks.current < count {
            chunks.begin(chunks.current + 1)?;
            continue;
        }
        let room = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
        let (take, ends_line) = match unit {
            Unit::Lines => {
                // What is past the last line that begins here belongs to it: up to its newline.
                let from = room.saturating_sub(1);
                match memchr::memchr(chunks.options.separator, &buffer[from..]) {
                    Some(newline) => (from + newline + 1, true),
                    None => (buffer.len(), false),
                }
            }
            Unit::Bytes | Unit::RoundRobin => (room, true),
        };
        let part = buffer[..take].to_vec();
        input.consume(take);
        chunks.write(&part)?;
        offset += take as u64;
        at_line_start = ends_line;
    }
    // Pieces that got nothing.
    while chunks.wanted.is_none() && chunks.current < count {
        chunks.begin(chunks.current + 1)?;
    }
    chunks.end()
}

pub fn round_robin(
    options: &mut Options,
    input: &mut Input,
    identity: Identity,
    count: u64,
    wanted: Option<u64>,
) -> Result<(), i32> {
    if let Some(wanted) = wanted {
        return print_in_turn(options, input, count, wanted);
    }
    let mut pieces: Vec<Piece> = Vec::new();
    if !options.skips_empty {
        for _ in 0..count {
            pieces.push(Piece::create(options, identity)?);
        }
    }
    let (mut line, mut turn) = (Vec::new(), 0u64);
    loop {
        line.clear();
        let read = input.read_until(options.separator, &mut line).map_err(|error| read_failure(options, &error))?;
        if read == 0 || pieces.len() as u64 == count && pieces.iter().all(Piece::is_deaf) {
            break;
        }
        if pieces.len() as u64 <= turn {
            pieces.push(Piece::create(options, identity)?);
        }
        let piece = &mut pieces[turn as usize];
        if !piece.is_deaf() {
            piece.write(&line)?;
            if options.is_unbuffered {
                piece.flush()?;
            }
        }
        turn = (turn + 1) % count;
    }
    pieces.into_iter().try_for_each(Piece::finish)
}

fn print_in_turn(options: &mut Options, input: &mut Input, count: u64, wanted: u64) -> Result<(), i32> {
    let mut output = output::standard();
    let (mut line, mut turn) = (Vec::new(), 0u64);
    loop {
        line.clear();
        let read = input.read_until(options.separator, &mut line).map_err(|error| read_failure(options, &error))?;
        if read == 0 {
            break;
        }
        let is_wanted = turn % count + 1 == wanted;
        if is_wanted && (output.write_all(&line).is_err() || options.is_unbuffered && output.flush().is_err()) {
            break;
        }
        turn += 1;
    }
    match output::finish(output, PROGRAM.name, 0) {
        0 => Ok(()),
        code => Err(code),
    }
}
