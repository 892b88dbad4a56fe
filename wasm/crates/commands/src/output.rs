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
    failure: Option<Failure>,
}

#[derive(Clone, Copy)]
struct Failure {
    errno: i32,
    /// There was more than stdio would have kept for the end.
    is_early: bool,
}

/// What stdio gathers before it writes.
const STDIO_BYTES: usize = 4096;

impl StandardOutput {
    /// The failure it remembers.
    pub fn failure_number(&self) -> Option<i32> {
        self.failure.map(|failure| failure.errno)
    }
}

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.file.write(bytes).inspect_err(|error| {
            if error.kind() != ErrorKind::Interrupted {
                let is_early = bytes.len() > STDIO_BYTES;
                self.failure = error.raw_os_error().map(|errno| Failure { errno, is_early });
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
    let remembered = output.get_ref().failure;
    let Some(error) = remembered.map(|failure| Error::from_raw_os_error(failure.errno)).or(flushed.err()) else { return code };
    // These two say more as long as they have not come to their end.
    let says_what = matches!(program, "head" | "tail") && remembered.is_some_and(|failure| failure.is_early);
    let what = if says_what { "error writing 'standard output'" } else { "write error" };
    eprintln!("{program}: {what}: {}", sys::errno::message(&error));
    code.max(getopt::standard_output::failure_code(program))
}
