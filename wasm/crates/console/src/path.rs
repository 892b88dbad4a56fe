//! Paths as bytes, and the calls on them that std lacks on WASI.

use std::ffi::{CString, OsStr};
use std::io::{Error, Result};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

pub fn of(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

pub fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let separator: &[u8] = if directory.is_empty() || directory.ends_with(b"/") { b"" } else { b"/" };
    [directory, separator, name].concat()
}

/// What comes after the last slash.
pub fn last_component(path: &[u8]) -> &[u8] {
    let start = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    &path[start..]
}

/// What comes before the last slash, without it; `None` without a slash.
pub fn parent(path: &[u8]) -> Option<&[u8]> {
    path.iter().rposition(|byte| *byte == b'/').map(|slash| &path[..slash])
}

/// Removes slashes at the end; the root keeps one.
pub fn without_trailing_slashes(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(1.min(path.len()), |last| last + 1);
    &path[..end]
}

pub fn read_link(path: &[u8]) -> Result<Vec<u8>> {
    Ok(std::fs::read_link(of(path))?.into_os_string().into_vec())
}

pub fn symlink(target: &[u8], path: &[u8]) -> Result<()> {
    let (target, path) = (c_string(target)?, c_string(path)?);
    // SAFETY: both are NUL-terminated.
    answer(unsafe { libc::symlink(target.as_ptr(), path.as_ptr()) })
}

/// Makes another name of a file; of a symbolic link itself, if it is one.
pub fn link(existing: &[u8], path: &[u8]) -> Result<()> {
    let (existing, path) = (c_string(existing)?, c_string(path)?);
    // SAFETY: both are NUL-terminated.
    answer(unsafe { libc::linkat(libc::AT_FDCWD, existing.as_ptr(), libc::AT_FDCWD, path.as_ptr(), 0) })
}

/// Sets access and modification time in nanoseconds since 1970.
pub fn set_times(path: &[u8], accessed_ns: i64, modified_ns: i64, follow: bool) -> Result<()> {
    let path = c_string(path)?;
    let times = [time_spec(accessed_ns), time_spec(modified_ns)];
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated and there are two times.
    answer(unsafe { libc::utimensat(libc::AT_FDCWD, path.as_ptr(), times.as_ptr(), flags) })
}

fn time_spec(time_ns: i64) -> libc::timespec {
    const NANOSECONDS: i64 = 1_000_000_000;
    libc::timespec {
        tv_sec: time_ns.div_euclid(NANOSECONDS),
        tv_nsec: time_ns.rem_euclid(NANOSECONDS) as libc::c_long,
    }
}

/// The names in a directory, as the directory has them.
pub fn names_in(directory: &[u8]) -> Result<Vec<Vec<u8>>> {
    Ok(sys::directory::names(directory)?.into_iter().map(|name| name.bytes).collect())
}

fn c_string(path: &[u8]) -> Result<CString> {
    CString::new(path).map_err(|_| Error::from_raw_os_error(sys::errno::INVAL))
}

fn answer(result: libc::c_int) -> Result<()> {
    if result == 0 { Ok(()) } else { Err(Error::last_os_error()) }
}

/// Sets an open file's modification time; its access time becomes now.
pub fn set_modified(fd: i32, modified_ns: i64) -> Result<()> {
    let times = [libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW }, time_spec(modified_ns)];
    // SAFETY: there are two times.
    answer(unsafe { libc::futimens(fd, times.as_ptr()) })
}
