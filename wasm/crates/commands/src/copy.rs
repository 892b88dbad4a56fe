//! Copies files and trees, for cp and for mv across file systems.

use crate::path;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Result, Write};
use sys::Stat;

const BUFFER_BYTES: usize = 128 * 1024;

/// What a copy takes over beside the content.
#[derive(Clone, Copy, Default)]
pub struct Preserve {
    pub mode: bool,
    /// As far as the caller may give files away.
    pub ownership: bool,
    pub timestamps: bool,
    /// Files that are one file stay one.
    pub links: bool,
}

/// Copies a regular file's content onto `destination`, which is made or truncated.
pub fn content(source: &[u8], destination: &[u8]) -> Result<()> {
    let mut from = File::open(path::of(source))?;
    let mut to = File::create(path::of(destination))?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..count])?;
    }
}

/// Gives `destination` the attributes of `source`. A file that was there before keeps its mode
/// unless it is preserved; a new one gets the source's mode under the umask.
pub fn attributes(source: &Stat, destination: &[u8], preserve: Preserve, is_new: bool) -> Result<()> {
    if preserve.ownership {
        // Only root may; for others the copy stays theirs, as in GNU cp.
        let _ = sys::file::path_chown(destination, Some(source.uid), Some(source.gid), false);
    }
    if source.is_symbolic_link() {
        if preserve.timestamps {
            return path::set_times(destination, Some(source.accessed_ns), Some(source.modified_ns), false);
        }
        return Ok(());
    }
    if preserve.mode {
        sys::path_chmod(destination, source.permissions())?;
    } else if is_new {
        sys::path_chmod(destination, source.permissions() & 0o777 & !file_mode::umask())?;
    }
    if preserve.timestamps {
        path::set_times(destination, Some(source.accessed_ns), Some(source.modified_ns), true)?;
    }
    Ok(())
}

/// Which destination each multiply linked source file was copied to.
#[derive(Default)]
pub struct LinkTable {
    copied: HashMap<(u64, u64), Vec<u8>>,
}

impl LinkTable {
    /// Links `destination` to the earlier copy of the same file, if there is one; otherwise notes it.
    pub fn link_or_note(&mut self, source: &Stat, destination: &[u8]) -> Result<bool> {
        if source.link_count < 2 || source.is_directory() {
            return Ok(false);
        }
        if let Some(earlier) = self.copied.get(&(source.device, source.inode)) {
            path::link(earlier, destination, false)?;
            return Ok(true);
        }
        self.copied.insert((source.device, source.inode), destination.to_vec());
        Ok(false)
    }
}

/// The names in a directory, in byte order so that copies are made in a predictable order.
pub fn names_in(directory: &[u8]) -> Result<Vec<Vec<u8>>> {
    let mut names: Vec<Vec<u8>> = sys::directory::names(directory)?.into_iter().map(|name| name.bytes).collect();
    names.sort();
    Ok(names)
}
