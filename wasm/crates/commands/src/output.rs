//! Standard output through one large buffer, since every write is a call into the kernel.

use std::fs::File;
use std::io::{BufWriter, Error, ErrorKind, Result, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;

const BUFFER_BYTES: usize = 64 * 1024;

/// Descriptor 1 without std's line buffering. It remembers a failure: what is too large for the buffer is written past
/// it, and `finish` would find nothing left to fail with.
pub struct StandardOutput {
    file: ManuallyDrop<File>,
    failure: Option<i32>,
}

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.file.write(bytes).inspect_err(|error| {
            if error.kind() != ErrorKind::Interrupted {
                self.failure = error.raw_os_error();
            }
        })
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
    BufWriter::with_capacity(BUFFER_BYTES, StandardOutput { file, failure: None })
}

/// A new file, buffered in the same way.
pub fn to_file(name: &[u8]) -> Result<Output> {
    let file = ManuallyDrop::new(File::create(crate::path::of(name))?);
    Ok(BufWriter::with_capacity(BUFFER_BYTES, StandardOutput { file, failure: None }))
}

/// Writes what is left in the buffer. Reports a failure in the name of `program`; returns the exit code.
pub fn finish(mut output: Output, program: &str, code: i32) -> i32 {
    let flushed = output.flush();
    let remembered = output.get_ref().failure.map(Error::from_raw_os_error);
    let Some(error) = remembered.or(flushed.err()) else { return code };
    eprintln!("{program}: write error: {}", sys::errno::message(&error));
    code.max(getopt::standard_output::failure_code(program))
}
