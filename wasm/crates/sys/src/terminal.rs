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
