//! Running another program in one's own place: nothing here is replaced by it (there is no exec), so the program runs as a
//! child with the same descriptors, and its end is taken over.

use crate::getopt::Program;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;
use sys::{SpawnOptions, WaitOptions, WaitStatus, string_block};

/// Exit codes that POSIX gives programs which run others.
pub const CANNOT_RUN: i32 = 126;
pub const NOT_FOUND: i32 = 127;

pub type Environment = Vec<(OsString, OsString)>;

/// Starts the program; an error is the exit code, its message printed after `failure` (as `failed to run command `).
pub fn start(program: Program, failure: &str, command: &[OsString], environment: &Environment) -> Result<i32, i32> {
    spawn(command, environment).map_err(|error| {
        program.complain_of(&format!("{failure}{}", quoted(&command[0])), &error);
        if error.raw_os_error() == Some(sys::errno::NOENT) { NOT_FOUND } else { CANNOT_RUN }
    })
}

/// Starts the program.
pub fn spawn(command: &[OsString], environment: &Environment) -> std::io::Result<i32> {
    let argv = string_block::from_strings(command.iter().map(|word| word.as_bytes()));
    let mut env = Vec::new();
    for (name, value) in environment {
        string_block::push(&mut env, &[name.as_bytes(), b"=", value.as_bytes()].concat());
    }
    let options = SpawnOptions { argv: &argv, env: &env, ..SpawnOptions::default() };
    sys::spawn(command[0].as_bytes(), options)
}

/// Waits for the child, whatever signals come meanwhile.
pub fn wait(pid: i32) -> WaitStatus {
    loop {
        match sys::waitpid(pid, WaitOptions::default()) {
            Ok(Some((_, status))) => return status,
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return WaitStatus(CANNOT_RUN << 8),
            Ok(None) | Err(_) => {}
        }
    }
}

/// Runs the program to its end; returns its exit code, or dies of the signal that ended it.
pub fn run(program: Program, failure: &str, command: &[OsString], environment: &Environment) -> i32 {
    let pid = match start(program, failure, command, environment) {
        Ok(pid) => pid,
        Err(code) => return code,
    };
    let status = wait(pid);
    if let Some(signal) = status.signal() {
        let _ = sys::kill(sys::getpid(), signal);
    }
    status.shell_status()
}

pub fn environment() -> Environment {
    std::env::vars_os().collect()
}

/// Sets a variable.
pub fn assign(environment: &mut Environment, name: &OsStr, value: &OsStr) {
    match environment.iter_mut().find(|(other, _)| other == name) {
        Some((_, old)) => *old = value.to_owned(),
        None => environment.push((name.to_owned(), value.to_owned())),
    }
}
