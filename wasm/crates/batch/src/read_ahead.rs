//! Input that is shown before it is taken.

use crate::check;
use std::io::Result;

#[cfg(target_os = "wasi")]
mod imports {
    #[link(wasm_import_module = "secure_exec")]
    unsafe extern "C" {
        pub fn read_ahead(fd: i32, taken: usize, buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    }
}

#[cfg(not(target_os = "wasi"))]
mod imports {
    pub unsafe fn read_ahead(_: i32, _: usize, _: *mut u8, _: usize, _: *mut usize) -> i32 {
        sys::errno::NOSYS
    }
}

/// Takes `taken` of the bytes that the call before showed, and shows what comes next without taking it; 0 is the end.
/// NOTSUP, after the taking: others can read there too, or it is no pipe or file.
pub fn read_ahead(fd: i32, taken: usize, buffer: &mut [u8]) -> Result<usize> {
    let mut length = 0;
    // SAFETY: the buffer is as long as said, the out-pointer a valid usize.
    check(unsafe { imports::read_ahead(fd, taken, buffer.as_mut_ptr(), buffer.len(), &mut length) })?;
    Ok(length)
}
