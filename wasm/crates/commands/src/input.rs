//! Reading files in large steps, since every read is a call into the kernel.

use crate::path;
use std::fs::File;
use std::io::{BufReader, Result};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;

/// Read at once where a command streams: as much as a call can carry.
pub const BUFFER_BYTES: usize = 256 * 1024;

pub type Input = BufReader<StandardOrFile>;

/// A file, or standard input, which stays open.
pub struct StandardOrFile(ManuallyDrop<File>);

impl std::io::Read for StandardOrFile {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.0.read(buffer)
    }
}

impl StandardOrFile {
    /// Moves back over bytes that were read and not used, where that can be done.
    pub fn give_back(&mut self, count: usize) {
        use std::io::{Seek, SeekFrom};
        if count > 0 {
            // A pipe cannot, and what is left of it is lost.
            let _ = self.0.seek(SeekFrom::Current(-(count as i64)));
        }
    }
}

/// Opens a file unbuffered; `-` is standard input.
pub fn open(name: &[u8]) -> Result<StandardOrFile> {
    if name == b"-" {
        // SAFETY: descriptor 0 is this process's standard input, and `ManuallyDrop` keeps it open.
        return Ok(StandardOrFile(ManuallyDrop::new(unsafe { File::from_raw_fd(0) })));
    }
    Ok(StandardOrFile(ManuallyDrop::new(File::open(path::of(name))?)))
}

/// Opens a file with a large buffer.
pub fn open_buffered(name: &[u8]) -> Result<Input> {
    Ok(BufReader::with_capacity(BUFFER_BYTES, open(name)?))
}
