//! Who the process is: its user and groups.

use crate::{check, imports};
use std::io;

/// The numbers of a process's user and group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    pub user: u32,
    pub effective_user: u32,
    pub group: u32,
    pub effective_group: u32,
}

pub fn ids() -> io::Result<Ids> {
    let mut numbers = [0u32; 6];
    // SAFETY: the out-pointer has room for the six numbers.
    check(unsafe { imports::get_ids(numbers.as_mut_ptr()) })?;
    let [user, effective_user, _, group, effective_group, _] = numbers;
    Ok(Ids { user, effective_user, group, effective_group })
}

/// The supplementary groups.
pub fn groups() -> io::Result<Vec<u32>> {
    let (mut buffer, mut length) = ([0u8; 4 * 1024], 0);
    // SAFETY: the buffer comes with its length, the out-pointer is a valid usize.
    check(unsafe { imports::get_groups(buffer.as_mut_ptr(), buffer.len(), &mut length) })?;
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
    Ok(buffer[..length.min(buffer.len())].chunks_exact(4).map(word).collect())
}
