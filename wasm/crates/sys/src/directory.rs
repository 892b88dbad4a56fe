//! Directory listings in few calls: std asks the kernel for 128 bytes at a time.

use crate::{check, imports};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Result;
use std::os::fd::AsRawFd;
#[cfg(unix)]
use std::os::unix::ffi::OsStrExt;
#[cfg(target_os = "wasi")]
use std::os::wasi::ffi::OsStrExt;

/// What the kernel says of a name without a look at the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    Unknown,
    BlockDevice,
    CharacterDevice,
    Directory,
    Regular,
    Socket,
    SymbolicLink,
}

pub struct Name {
    pub bytes: Vec<u8>,
    pub file_type: FileType,
}

const BUFFER_BYTES: usize = 32 * 1024;
/// Bytes of an entry before its name.
const HEAD_BYTES: usize = 24;

/// Reads the names in a directory, in the kernel's order, without `.` and `..`.
pub fn names(directory: &[u8]) -> Result<Vec<Name>> {
    let directory = File::open(OsStr::from_bytes(if directory.is_empty() { b"." } else { directory }))?;
    let (mut names, mut buffer, mut cookie) = (Vec::new(), vec![0; BUFFER_BYTES], 0);
    loop {
        let mut used = 0;
        // SAFETY: the buffer comes with its length, the out-pointer is a valid usize.
        check(unsafe { imports::fd_readdir(directory.as_raw_fd(), buffer.as_mut_ptr(), buffer.len(), cookie, &mut used) })?;
        let mut entries = &buffer[..used];
        let before = names.len();
        while let Some((entry, next, rest)) = first_entry(entries) {
            if entry.bytes != b"." && entry.bytes != b".." {
                names.push(entry);
            }
            (cookie, entries) = (next, rest);
        }
        if used < buffer.len() {
            return Ok(names);
        }
        if names.len() == before && entries.len() == used {
            // Not one entry fitted.
            buffer.resize(buffer.len() * 2, 0);
        }
    }
}

/// Takes the first whole entry apart: it, the cookie of the one after it, and the bytes after it.
fn first_entry(bytes: &[u8]) -> Option<(Name, u64, &[u8])> {
    let next = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    let length = u32::from_le_bytes(bytes.get(16..20)?.try_into().ok()?) as usize;
    let file_type = match bytes.get(20)? {
        1 => FileType::BlockDevice,
        2 => FileType::CharacterDevice,
        3 => FileType::Directory,
        4 => FileType::Regular,
        5 | 6 => FileType::Socket,
        7 => FileType::SymbolicLink,
        _ => FileType::Unknown,
    };
    let name = bytes.get(HEAD_BYTES..HEAD_BYTES + length)?;
    Some((Name { bytes: name.to_vec(), file_type }, next, &bytes[HEAD_BYTES + length..]))
}
