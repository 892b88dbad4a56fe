//! Standard output through one large buffer, since every write is a call into the kernel.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;

const BUFFER_BYTES: usize = 64 * 1024;

/// Descriptor 1 without std's line buffering.
pub struct StandardOutput(ManuallyDrop<File>);

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

pub type Output = BufWriter<StandardOutput>;

/// Standard output, buffered. End with `finish`.
pub fn standard() -> Output {
    // SAFETY: descriptor 1 is this process's standard output, and `ManuallyDrop` keeps it open.
    let file = ManuallyDrop::new(unsafe { File::from_raw_fd(1) });
    BufWriter::with_capacity(BUFFER_BYTES, StandardOutput(file))
}

/// A new file, buffered in the same way.
pub fn to_file(name: &[u8]) -> Result<Output> {
    let file = ManuallyDrop::new(File::create(crate::path::of(name))?);
    Ok(BufWriter::with_capacity(BUFFER_BYTES, StandardOutput(file)))
}

/// Writes what is left in the buffer. Reports a failure in the name of `program`; returns the exit code.
pub fn finish(mut output: Output, program: &str, code: i32) -> i32 {
    let Err(error) = output.flush() else { return code };
    eprintln!("{program}: write error: {}", sys::errno::message(&error));
    code.max(1)
}
