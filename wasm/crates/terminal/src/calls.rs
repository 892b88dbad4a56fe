//! Calls that only programs on a terminal make: its size, and reads without a buffer.

use std::io::{self, Read};
use std::os::fd::FromRawFd;

#[cfg(target_os = "wasi")]
#[link(wasm_import_module = "secure_exec")]
unsafe extern "C" {
    fn get_window_size(fd: i32, out: *mut u16) -> i32;
}

#[cfg(not(target_os = "wasi"))]
unsafe fn get_window_size(_: i32, _: *mut u16) -> i32 {
    sys::errno::NOSYS
}

/// The signal that says that the size is another one.
pub const SIGWINCH: i32 = 28;

/// Rows and columns.
pub fn window_size(fd: i32) -> io::Result<(u16, u16)> {
    let mut size = [0; 4];
    // SAFETY: the out-pointer has room for `struct winsize`.
    match unsafe { get_window_size(fd, size.as_mut_ptr()) } {
        0 => Ok((size[0], size[1])),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

/// Reads what there is; 0 is the end.
pub fn read(fd: i32, buffer: &mut [u8]) -> io::Result<usize> {
    // SAFETY: the file is forgotten before it could close the descriptor.
    let mut file = std::mem::ManuallyDrop::new(unsafe { std::fs::File::from_raw_fd(fd) });
    file.read(buffer)
}
