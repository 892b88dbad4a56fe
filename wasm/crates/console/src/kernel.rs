//! Calls of the kernel that only these programs make, so that no other is built anew for them: owners, FIFOs, who we are.

use std::io::{Error, Result};

#[link(wasm_import_module = "secure_exec")]
unsafe extern "C" {
    #[link_name = "path_chown"]
    fn import_path_chown(path: *const u8, path_len: usize, uid: i32, gid: i32, flags: i32) -> i32;
    #[link_name = "path_mknod"]
    fn import_path_mknod(path: *const u8, path_len: usize, mode: i32) -> i32;
    #[link_name = "get_ids"]
    fn import_get_ids(out: *mut u32) -> i32;
}

fn check(errno: i32) -> Result<()> {
    if errno == 0 { Ok(()) } else { Err(Error::from_raw_os_error(errno)) }
}

/// Changes owner and group; of a symbolic link itself unless it is followed.
pub fn path_chown(path: &[u8], uid: u32, gid: u32, follow: bool) -> Result<()> {
    // SAFETY: the path comes with its length.
    check(unsafe { import_path_chown(path.as_ptr(), path.len(), uid as i32, gid as i32, i32::from(!follow)) })
}

/// Makes a FIFO.
pub fn make_fifo(path: &[u8], permissions: u32) -> Result<()> {
    const FIFO: u32 = 0o010000;
    // SAFETY: the path comes with its length.
    check(unsafe { import_path_mknod(path.as_ptr(), path.len(), (FIFO | permissions) as i32) })
}

/// The effective user and group.
pub fn effective_ids() -> Result<(u32, u32)> {
    let mut numbers = [0u32; 6];
    // SAFETY: the out-pointer has room for the six numbers.
    check(unsafe { import_get_ids(numbers.as_mut_ptr()) })?;
    Ok((numbers[1], numbers[4]))
}

/// Changes directory, for the kernel and for libc, whose own copy `/` must reach too.
pub fn change_directory(path: &[u8]) -> Result<()> {
    use std::os::wasi::ffi::OsStrExt;
    let directory = sys::change_directory(path)?;
    std::env::set_current_dir(std::ffi::OsStr::from_bytes(&directory))
}
