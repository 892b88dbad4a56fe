//! Paths as bytes: joining, resolving, and the calls std lacks on WASI.

use std::ffi::{CString, OsStr};
use std::io::{Error, Result};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

/// As many symbolic links as Linux follows.
const MAXIMUM_LINKS: usize = 40;

/// How much of a path may be missing when it is resolved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Nothing,
    Last,
    Anything,
}

pub fn of(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

pub fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let separator: &[u8] = if directory.is_empty() || directory.ends_with(b"/") { b"" } else { b"/" };
    [directory, separator, name].concat()
}

/// The last component, without slashes after it.
pub fn last_component(path: &[u8]) -> &[u8] {
    let trimmed = without_trailing_slashes(path);
    let start = trimmed.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    if trimmed == b"/" { trimmed } else { &trimmed[start..] }
}

/// Removes slashes at the end; the root keeps one.
pub fn without_trailing_slashes(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(1.min(path.len()), |last| last + 1);
    &path[..end]
}

/// Makes a path absolute and free of symbolic links, `.` and `..`.
pub fn resolve(path: &[u8], missing: Missing) -> Result<Vec<u8>> {
    if path.is_empty() {
        return Err(Error::from_raw_os_error(sys::errno::NOENT));
    }
    let mut resolved = if path.starts_with(b"/") { Vec::new() } else { sys::current_directory()? };
    if resolved == b"/" {
        resolved.clear();
    }
    let mut pending: Vec<Vec<u8>> = components(path);
    let must_be_directory = path.ends_with(b"/") && missing == Missing::Nothing;
    let mut links = 0;
    while let Some(component) = pending.pop() {
        if component == b".." {
            let parent = resolved.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
            resolved.truncate(parent);
            continue;
        }
        let candidate = [&resolved[..], b"/", &component].concat();
        match sys::lstat(&candidate) {
            Ok(stat) if stat.is_symbolic_link() => {
                links += 1;
                if links > MAXIMUM_LINKS {
                    return Err(Error::from_raw_os_error(sys::errno::LOOP));
                }
                let target = read_link(&candidate)?;
                if target.starts_with(b"/") {
                    resolved.clear();
                }
                pending.extend(components(&target));
                continue;
            }
            Ok(stat) if !stat.is_directory() && (!pending.is_empty() || must_be_directory) && missing != Missing::Anything => {
                return Err(Error::from_raw_os_error(sys::errno::NOTDIR));
            }
            Ok(_) => {}
            Err(_) if missing == Missing::Anything || (missing == Missing::Last && pending.is_empty()) => {}
            Err(error) => return Err(error),
        }
        resolved = candidate;
    }
    Ok(if resolved.is_empty() { b"/".to_vec() } else { resolved })
}

/// Components in reverse order, so that the next one is popped.
fn components(path: &[u8]) -> Vec<Vec<u8>> {
    let parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".");
    let mut components: Vec<Vec<u8>> = parts.map(<[u8]>::to_vec).collect();
    components.reverse();
    components
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
pub fn link(existing: &[u8], path: &[u8], follow: bool) -> Result<()> {
    let (existing, path) = (c_string(existing)?, c_string(path)?);
    let flags = if follow { libc::AT_SYMLINK_FOLLOW } else { 0 };
    // SAFETY: both are NUL-terminated.
    answer(unsafe { libc::linkat(libc::AT_FDCWD, existing.as_ptr(), libc::AT_FDCWD, path.as_ptr(), flags) })
}

/// A time to set; `None` leaves it as it is.
pub type NewTime = Option<i64>;

/// Sets access and modification time in nanoseconds since 1970.
pub fn set_times(path: &[u8], accessed: NewTime, modified: NewTime, follow: bool) -> Result<()> {
    let path = c_string(path)?;
    let times = [time_spec(accessed), time_spec(modified)];
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated and there are two times.
    answer(unsafe { libc::utimensat(libc::AT_FDCWD, path.as_ptr(), times.as_ptr(), flags) })
}

fn time_spec(time: NewTime) -> libc::timespec {
    let nanoseconds = 1_000_000_000;
    match time {
        Some(time) => libc::timespec {
            tv_sec: time.div_euclid(nanoseconds),
            tv_nsec: time.rem_euclid(nanoseconds) as libc::c_long,
        },
        None => libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_OMIT },
    }
}

fn c_string(path: &[u8]) -> Result<CString> {
    CString::new(path).map_err(|_| Error::from_raw_os_error(sys::errno::INVAL))
}

fn answer(result: libc::c_int) -> Result<()> {
    if result == 0 { Ok(()) } else { Err(Error::last_os_error()) }
}
