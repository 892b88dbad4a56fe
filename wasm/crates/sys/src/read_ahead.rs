//! Input that is shown before it is taken.

use crate::{check, imports};
use std::io::Result;

/// Takes `taken` of the bytes that the call before showed, and shows what comes next without taking it; 0 is the end.
/// NOTSUP, after the taking: others can read there too, or it is no pipe or file.
pub fn read_ahead(fd: i32, taken: usize, buffer: &mut [u8]) -> Result<usize> {
    let mut length = 0;
    // SAFETY: the buffer is as long as said, the out-pointer a valid usize.
    check(unsafe { imports::read_ahead(fd, taken, buffer.as_mut_ptr(), buffer.len(), &mut length) })?;
    Ok(length)
}
