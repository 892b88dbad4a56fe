//! Where compressed and decompressed bytes go: counted, to standard output.

use console::stream::{self, Output};
use std::io::{Result, Write};

/// Runs `work` with standard output in a large buffer; also answers how writing the rest of that went.
pub fn with_standard_output<T>(work: impl FnOnce(&mut Output) -> T) -> (T, Result<()>) {
    let mut output = stream::output();
    let done = work(&mut output);
    let flushed = output.flush();
    // Written or not, nothing is left to write when it is dropped.
    let _ = output.into_parts();
    (done, flushed)
}

/// An output that counts what is written to it.
pub struct Counted<'a> {
    inner: &'a mut dyn Write,
    pub count: u64,
}

impl<'a> Counted<'a> {
    pub fn new(inner: &'a mut dyn Write) -> Counted<'a> {
        Counted { inner, count: 0 }
    }
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.inner.write(bytes)?;
        self.count += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.inner.flush()
    }
}
