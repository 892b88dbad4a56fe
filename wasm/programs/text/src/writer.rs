//! Output gathered in a large buffer, since every write is a call into the kernel.

use std::fs::File;
use std::io::{IsTerminal, Result, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;

const BUFFER_BYTES: usize = 64 * 1024;

pub struct Writer {
    file: ManuallyDrop<File>,
    is_owned: bool,
    buffer: Vec<u8>,
    /// Flushed with each line: a terminal.
    is_interactive: bool,
}

impl Writer {
    pub fn standard(descriptor: i32) -> Self {
        // SAFETY: a standard descriptor of this process, not closed with this.
        let file = ManuallyDrop::new(unsafe { File::from_raw_fd(descriptor) });
        let is_interactive = descriptor == 2 || file.is_terminal();
        Writer { file, is_owned: false, buffer: Vec::new(), is_interactive }
    }

    pub fn of_file(file: File) -> Self {
        let is_interactive = file.is_terminal();
        Writer { file: ManuallyDrop::new(file), is_owned: true, buffer: Vec::new(), is_interactive }
    }

    /// Writes what was given at once from now on.
    pub fn set_unbuffered(&mut self) {
        self.is_interactive = true;
    }

    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Writes what has gathered, if it is much or the terminal waits for it.
    pub fn written(&mut self) -> Result<()> {
        if self.buffer.len() >= BUFFER_BYTES || self.is_interactive { self.flush() } else { Ok(()) }
    }

    pub fn flush(&mut self) -> Result<()> {
        let result = self.file.write_all(&self.buffer);
        self.buffer.clear();
        result
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if self.is_owned {
            // SAFETY: dropped once, here.
            unsafe { ManuallyDrop::drop(&mut self.file) };
        }
    }
}
