//! The file that takes another's place: written beside it, given its mode, owner and times when it is complete, removed
//! when it is not.

use console::path;
use console::stream::{CHUNK_BYTES, Output, Stream};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Result, Write};
use sys::Stat;

pub struct Replacement {
    path: Vec<u8>,
    output: Option<Output>,
}

impl Replacement {
    /// Makes the file; one that is there is only replaced with `force`.
    pub fn create(path: &[u8], force: bool) -> Result<Replacement> {
        if force {
            match std::fs::remove_file(path::of(path)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let file: File = OpenOptions::new().write(true).create_new(true).open(path::of(path))?;
        let output = BufWriter::with_capacity(CHUNK_BYTES, Stream::Own(file));
        Ok(Replacement { path: path.to_vec(), output: Some(output) })
    }

    /// Writes the rest, takes over the attributes of `original` and keeps the file.
    pub fn keep(mut self, original: Option<&Stat>) -> Result<()> {
        if let Some(output) = &mut self.output {
            if let Err(error) = output.flush() {
                return Err(error);
            }
        }
        self.output = None;
        if let Some(stat) = original {
            // As far as we may: a file's content is not lost for its owner's sake.
            let _ = console::kernel::path_chown(&self.path, stat.uid, stat.gid, true);
            let _ = sys::path_chmod(&self.path, stat.permissions());
            let _ = path::set_times(&self.path, stat.accessed_ns, stat.modified_ns, true);
        }
        self.path.clear();
        Ok(())
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match &mut self.output {
            Some(output) => output.write(bytes),
            None => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> Result<()> {
        self.output.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if self.path.is_empty() {
            return;
        }
        if let Some(output) = self.output.take() {
            // What is left in the buffer is not worth writing.
            let _ = output.into_parts();
        }
        let _ = std::fs::remove_file(path::of(&self.path));
    }
}
