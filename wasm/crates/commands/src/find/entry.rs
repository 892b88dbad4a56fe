//! A file that the walk has come to. What the kernel knows of it is asked for when a test needs it.

use super::expression::Follow;
use sys::directory::FileType;
use std::cell::OnceCell;
use std::io::{Error, Result};
use sys::Stat;

pub struct Entry<'walk> {
    pub path: &'walk [u8],
    /// Where the last component begins.
    pub name_start: usize,
    /// Length of the root it was reached from.
    pub root_length: usize,
    pub depth: usize,
    /// From the directory's listing.
    pub listed_type: FileType,
    pub follow: Follow,
    stat: OnceCell<Option<Stat>>,
}

impl<'walk> Entry<'walk> {
    pub fn new(path: &'walk [u8], name_start: usize, root_length: usize, depth: usize, follow: Follow) -> Self {
        Entry { path, name_start, root_length, depth, listed_type: FileType::Unknown, follow, stat: OnceCell::new() }
    }

    pub fn name(&self) -> &'walk [u8] {
        &self.path[self.name_start..]
    }

    fn follows(&self) -> bool {
        self.follow == Follow::Always || (self.follow == Follow::Roots && self.depth == 0)
    }

    /// Looks at the file; a link that leads nowhere is looked at itself.
    pub fn look(&self) -> Result<Stat> {
        if let Some(Some(stat)) = self.stat.get() {
            return Ok(*stat);
        }
        let looked = if self.follows() { sys::stat(self.path).or_else(|_| sys::lstat(self.path)) } else { sys::lstat(self.path) };
        let _ = self.stat.set(looked.as_ref().ok().copied());
        looked
    }

    /// The letter of `-type`, without asking the kernel where the listing says it.
    pub fn type_letter(&self) -> Result<u8> {
        let listed = match self.listed_type {
            FileType::Directory => b'd',
            FileType::Regular => b'f',
            FileType::SymbolicLink if !self.follows() => b'l',
            _ => 0,
        };
        if listed != 0 {
            return Ok(listed);
        }
        self.look().map(|stat| letter_of(stat.mode))
    }

    /// The file behind a symbolic link, or the link when it leads nowhere.
    pub fn look_behind(&self) -> std::result::Result<Stat, Error> {
        sys::stat(self.path)
    }
}

pub fn letter_of(mode: u32) -> u8 {
    match file_mode::type_letter(mode) {
        '-' => b'f',
        letter => letter as u8,
    }
}
