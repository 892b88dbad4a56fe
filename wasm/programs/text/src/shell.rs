//! Commands run by the shell.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Result;
use std::os::fd::FromRawFd;

/// Starts a command with these changes to its descriptors.
pub fn spawn(command: &[u8], actions: &[sys::FdAction]) -> Result<i32> {
    let argv = sys::string_block::from_strings([&b"sh"[..], b"-c", command]);
    sys::spawn(b"sh", sys::SpawnOptions { argv: &argv, env: &environment(), actions, job: None })
}

fn environment() -> Vec<u8> {
    let mut env = Vec::new();
    for (name, value) in std::env::vars_os() {
        let entry = [name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat();
        sys::string_block::push(&mut env, &entry);
    }
    env
}

/// Runs a program, by its name, on one file to its end; returns its exit code.
pub fn run(program: &OsStr, file: &[u8]) -> Result<i32> {
    let argv = sys::string_block::from_strings([program.as_encoded_bytes(), file]);
    let pid = sys::spawn(program.as_encoded_bytes(), sys::SpawnOptions { argv: &argv, env: &environment(), actions: &[], job: None })?;
    loop {
        match sys::waitpid(pid, sys::WaitOptions::default()) {
            Ok(Some((_, status))) => return Ok(status.shell_status()),
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return Err(error),
            Ok(None) | Err(_) => {}
        }
    }
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
