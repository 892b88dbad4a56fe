//! Descriptors: pipe, dup, dup2, close, close-on-exec.

use crate::{check, imports};
use std::io;

/// Makes a pipe: (read end, write end).
pub fn pipe(close_on_exec: bool) -> io::Result<(i32, i32)> {
    let (mut read_fd, mut write_fd) = (-1, -1);
    // SAFETY: both out-pointers are valid i32s.
    check(unsafe { imports::pipe(i32::from(close_on_exec), &mut read_fd, &mut write_fd) })?;
    Ok((read_fd, write_fd))
}

/// Duplicates to the lowest free descriptor.
pub fn dup(fd: i32) -> io::Result<i32> {
    dup_at_least(fd, 0, false)
}

/// Duplicates to the lowest free descriptor from `minimum` up (F_DUPFD).
pub fn dup_at_least(fd: i32, minimum: i32, close_on_exec: bool) -> io::Result<i32> {
    let mut copy = -1;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::dup(fd, minimum, i32::from(close_on_exec), &mut copy) })?;
    Ok(copy)
}

/// Makes `new_fd` a copy of `fd`, closing what it was.
pub fn dup2(fd: i32, new_fd: i32, close_on_exec: bool) -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { imports::dup2(fd, new_fd, i32::from(close_on_exec)) })
}

/// Reads into `buffer`, but nothing after the first byte equal to `delimiter`; 0 is the end.
pub fn read_until(fd: i32, buffer: &mut [u8], delimiter: u8) -> io::Result<usize> {
    let mut length = 0;
    // SAFETY: the buffer is as long as said, the out-pointer a valid usize.
    check(unsafe { imports::read_until(fd, buffer.as_mut_ptr(), buffer.len(), i32::from(delimiter), &mut length) })?;
    Ok(length)
}

/// Reads what there is, without a buffer of its own; 0 is the end.
pub fn read(fd: i32, buffer: &mut [u8]) -> io::Result<usize> {
    use std::io::Read;
    use std::os::fd::FromRawFd;
    // SAFETY: the file is forgotten before it could close the descriptor.
    let mut file = std::mem::ManuallyDrop::new(unsafe { std::fs::File::from_raw_fd(fd) });
    file.read(buffer)
}

/// Closes a descriptor. Unlike libc's `close` it costs one call only: no look at the preopens.
pub fn close(fd: i32) -> io::Result<()> {
    // SAFETY: a plain number.
    check(unsafe { imports::fd_close(fd) })
}

pub fn is_close_on_exec(fd: i32) -> io::Result<bool> {
    let mut flags = 0;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::get_fd_flags(fd, &mut flags) })?;
    Ok(flags & 1 != 0)
}

pub fn set_close_on_exec(fd: i32, close_on_exec: bool) -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { imports::set_fd_flags(fd, i32::from(close_on_exec)) })
}
