//! Terminals: their modes and the group in their foreground.

use crate::{check, imports};
use std::io;

/// The modes of a terminal, `struct termios` as the kernel gives it.
pub type Modes = [u8; 60];

pub fn modes(fd: i32) -> io::Result<Modes> {
    let mut modes = [0; 60];
    // SAFETY: the out-pointer has room for the structure.
    check(unsafe { imports::tcgetattr(fd, modes.as_mut_ptr()) })?;
    Ok(modes)
}

/// Sets the modes when what was written before is out (TCSADRAIN).
pub fn set_modes(fd: i32, modes: &Modes) -> io::Result<()> {
    const DRAIN: i32 = 1;
    // SAFETY: the structure has the length the kernel reads.
    check(unsafe { imports::tcsetattr(fd, DRAIN, modes.as_ptr()) })
}

/// The group in the foreground.
pub fn foreground(fd: i32) -> io::Result<i32> {
    let mut group = 0;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::tcgetpgrp(fd, &mut group) })?;
    Ok(group)
}

pub fn set_foreground(fd: i32, group: i32) -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { imports::tcsetpgrp(fd, group) })
}

/// What has to happen before new modes are in force.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum When {
    Now = 0,
    Drained = 1,
}

/// Sets the modes at once or, as `set_modes`, when what was written before is out.
pub fn change_modes(fd: i32, modes: &Modes, when: When) -> io::Result<()> {
    // SAFETY: the structure has the length the kernel reads.
    check(unsafe { imports::tcsetattr(fd, when as i32, modes.as_ptr()) })
}

/// The rows and columns of a terminal.
pub fn window_size(fd: i32) -> io::Result<(u16, u16)> {
    let mut size = [0u8; 8];
    // SAFETY: the out-pointer has room for the structure.
    check(unsafe { imports::get_window_size(fd, size.as_mut_ptr()) })?;
    Ok((u16::from_le_bytes([size[0], size[1]]), u16::from_le_bytes([size[2], size[3]])))
}

pub fn set_window_size(fd: i32, rows: u16, columns: u16) -> io::Result<()> {
    let mut size = [0u8; 8];
    size[..2].copy_from_slice(&rows.to_le_bytes());
    size[2..4].copy_from_slice(&columns.to_le_bytes());
    // SAFETY: the structure has the length the kernel reads.
    check(unsafe { imports::set_window_size(fd, size.as_ptr()) })
}

/// The path of a terminal, `/dev/pts/N`.
pub fn name(fd: i32) -> io::Result<Vec<u8>> {
    let (mut buffer, mut length) = (vec![0u8; 256], 0);
    // SAFETY: the buffer comes with its length, the out-pointer is a valid usize.
    check(unsafe { imports::ttyname(fd, buffer.as_mut_ptr(), buffer.len(), &mut length) })?;
    buffer.truncate(length);
    Ok(buffer)
}
