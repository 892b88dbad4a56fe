//! Reading and writing in large steps, since each is a call into the kernel.

use crate::path;
use std::fs::File;
use std::io::{BufReader, BufWriter, Error, Read, Result, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd};

/// Read or written at once where a command streams.
pub const CHUNK_BYTES: usize = 128 * 1024;

/// A descriptor that stays open when this is dropped (standard input and output), or a file's own.
pub enum Stream {
    Standard(ManuallyDrop<File>),
    Own(File),
}

impl Stream {
    pub fn standard_input() -> Stream {
        Stream::borrowed(0)
    }

    pub fn standard_output() -> Stream {
        Stream::borrowed(1)
    }

    fn borrowed(fd: i32) -> Stream {
        // SAFETY: `ManuallyDrop` never closes the descriptor, so nobody's is taken away.
        Stream::Standard(ManuallyDrop::new(unsafe { File::from_raw_fd(fd) }))
    }

    pub fn open(name: &[u8]) -> Result<Stream> {
        Ok(Stream::Own(File::open(path::of(name))?))
    }

    pub fn file(&self) -> &File {
        match self {
            Stream::Standard(file) => file,
            Stream::Own(file) => file,
        }
    }

    pub fn fd(&self) -> i32 {
        self.file().as_raw_fd()
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.file().read(buffer)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

pub type Input = BufReader<Stream>;
pub type Output = BufWriter<Stream>;

/// Opens a file with a large buffer; `-` is standard input.
pub fn open(name: &[u8]) -> Result<Input> {
    let stream = if name == b"-" { Stream::standard_input() } else { Stream::open(name)? };
    Ok(BufReader::with_capacity(CHUNK_BYTES, stream))
}

/// Standard input with a large buffer.
pub fn input() -> Input {
    BufReader::with_capacity(CHUNK_BYTES, Stream::standard_input())
}

/// Standard output with a large buffer. Flush it: what is left when it is dropped is written without a word on failure.
pub fn output() -> Output {
    BufWriter::with_capacity(CHUNK_BYTES, Stream::standard_output())
}

/// Reads until the buffer is full or the input ends; answers how much there is.
pub fn read_full(reader: &mut dyn Read, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Where a copy failed.
pub enum CopyError {
    Read(Error),
    Write(Error),
}

/// Copies up to `limit` bytes; answers how many there were.
pub fn copy(
    reader: &mut dyn Read,
    writer: &mut dyn Write,
    limit: u64,
    buffer: &mut [u8],
) -> std::result::Result<u64, CopyError> {
    let mut copied = 0;
    while copied < limit {
        let want = usize::try_from(limit - copied).unwrap_or(usize::MAX).min(buffer.len());
        match reader.read(&mut buffer[..want]) {
            Ok(0) => break,
            Ok(count) => {
                writer.write_all(&buffer[..count]).map_err(CopyError::Write)?;
                copied += count as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(CopyError::Read(error)),
        }
    }
    Ok(copied)
}
