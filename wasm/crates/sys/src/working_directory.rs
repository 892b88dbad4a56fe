//! The working directory, which the kernel and wasi-libc each keep a copy of.

use crate::{check, errno, imports};
use std::io;

/// Asks the kernel for the working directory.
pub fn current_directory() -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; 256];
    loop {
        let mut length = 0;
        // SAFETY: the buffer comes with its length, the out-pointer is a valid usize.
        let answer = unsafe { imports::getcwd(buffer.as_mut_ptr(), buffer.len(), &mut length) };
        if answer == errno::RANGE && buffer.len() < 1 << 20 {
            buffer.resize(buffer.len() * 4, 0);
            continue;
        }
        check(answer)?;
        buffer.truncate(length);
        return Ok(buffer);
    }
}

/// Tells the kernel, then wasi-libc, to change directory. Returns the kernel's new directory.
pub fn change_directory(path: &[u8]) -> io::Result<Vec<u8>> {
    // SAFETY: the path comes with its length.
    check(unsafe { imports::chdir(path.as_ptr(), path.len()) })?;
    enter_working_directory()
}

/// Gives wasi-libc the kernel's working directory, which it assumes to be `/` at start. A program
/// calls this first thing; until then relative paths are wrong. Returns the directory.
pub fn enter_working_directory() -> io::Result<Vec<u8>> {
    let directory = current_directory()?;
    #[cfg(target_os = "wasi")]
    if directory != b"/" {
        use std::os::wasi::ffi::OsStrExt;
        std::env::set_current_dir(std::ffi::OsStr::from_bytes(&directory))?;
    }
    Ok(directory)
}
