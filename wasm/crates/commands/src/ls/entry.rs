//! A file to be listed.

use sys::Stat;

pub struct Entry {
    /// As shown.
    pub name: Vec<u8>,
    pub path: Vec<u8>,
    /// Missing when nothing asked for it, or when it failed.
    pub stat: Option<Stat>,
    /// Where a symbolic link points, read for `-l`.
    pub link_target: Option<Vec<u8>>,
}

impl Entry {
    pub fn new(name: Vec<u8>, path: Vec<u8>, stat: Option<Stat>) -> Self {
        let is_link = stat.is_some_and(|stat| stat.is_symbolic_link());
        let link_target = is_link.then(|| read_link(&path)).flatten();
        Entry { name, path, stat, link_target }
    }

    /// A directory that `-R` descends into.
    pub fn is_real_subdirectory(&self) -> bool {
        self.name != b"." && self.name != b".." && self.stat.is_some_and(|stat| stat.is_directory())
    }
}

fn read_link(path: &[u8]) -> Option<Vec<u8>> {
    use std::os::wasi::ffi::{OsStrExt, OsStringExt};
    let target = std::fs::read_link(std::ffi::OsStr::from_bytes(path)).ok()?;
    Some(target.into_os_string().into_vec())
}
