//! Commands run by the shell.

use std::fs::File;
use std::io::Result;
use std::os::fd::FromRawFd;

/// Starts a command with these changes to its descriptors.
pub fn spawn(command: &[u8], actions: &[sys::FdAction]) -> Result<i32> {
    let argv = sys::string_block::from_strings([&b"sh"[..], b"-c", command]);
    let mut env = Vec::new();
    for (name, value) in std::env::vars_os() {
        let entry = [name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat();
        sys::string_block::push(&mut env, &entry);
    }
    sys::spawn(b"sh", sys::SpawnOptions { argv: &argv, env: &env, actions, job: None })
}

/// Starts a command and gives its output to read.
pub fn spawn_reading(command: &[u8]) -> Result<(i32, File)> {
    let (read, write) = sys::pipe(true)?;
    let pid = spawn(command, &[sys::FdAction::dup2(write, 1)]);
    sys::close(write)?;
    // SAFETY: the pipe's end is new and nobody else's.
    let file = unsafe { File::from_raw_fd(read) };
    Ok((pid?, file))
}
