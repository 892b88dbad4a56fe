//! `system`, `popen` and `pclose` for SQLite's `.shell`, `.import "|command"` and the like: wasi-libc has no processes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int};
use std::os::wasi::ffi::OsStrExt;
use sys::{FdAction, SpawnOptions, WaitOptions, string_block};

thread_local! {
    /// The processes behind the streams of `popen`.
    static COMMANDS: RefCell<HashMap<usize, i32>> = RefCell::new(HashMap::new());
}

/// Starts `sh -c command`.
fn start(command: &[u8], actions: &[FdAction]) -> std::io::Result<i32> {
    let argv = string_block::from_strings([&b"sh"[..], b"-c", command]);
    let mut env = Vec::new();
    for (name, value) in std::env::vars_os() {
        string_block::push(&mut env, &[name.as_bytes(), b"=", value.as_bytes()].concat());
    }
    sys::spawn(b"sh", SpawnOptions { argv: &argv, env: &env, actions, job: None })
}

/// Waits for a process; its status as Linux encodes it, or -1.
fn wait(pid: i32) -> c_int {
    loop {
        match sys::waitpid(pid, WaitOptions::default()) {
            Ok(Some((_, status))) => return status.0,
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return -1,
            Ok(None) | Err(_) => {}
        }
    }
}

/// # Safety
/// `command` is NULL or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn system(command: *const c_char) -> c_int {
    if command.is_null() {
        return 1;
    }
    // SAFETY: the caller's promise.
    let command = unsafe { CStr::from_ptr(command) };
    start(command.to_bytes(), &[]).map_or(-1, wait)
}

/// # Safety
/// Both are C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn popen(command: *const c_char, mode: *const c_char) -> *mut libc::FILE {
    // SAFETY: the caller's promise.
    let (command, reads) = unsafe { (CStr::from_ptr(command), CStr::from_ptr(mode).to_bytes().starts_with(b"r")) };
    let Ok((read_fd, write_fd)) = sys::pipe(true) else { return std::ptr::null_mut() };
    let (ours, theirs) = if reads { (read_fd, write_fd) } else { (write_fd, read_fd) };
    let started = start(command.to_bytes(), &[FdAction::dup2(theirs, i32::from(reads))]);
    let _ = sys::close(theirs);
    let Ok(pid) = started else {
        let _ = sys::close(ours);
        return std::ptr::null_mut();
    };
    // SAFETY: an open descriptor and the mode it was opened for.
    let stream = unsafe { libc::fdopen(ours, mode) };
    COMMANDS.with_borrow_mut(|commands| commands.insert(stream as usize, pid));
    stream
}

/// # Safety
/// `stream` came from `popen`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pclose(stream: *mut libc::FILE) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { libc::fclose(stream) };
    COMMANDS.with_borrow_mut(|commands| commands.remove(&(stream as usize))).map_or(-1, wait)
}
