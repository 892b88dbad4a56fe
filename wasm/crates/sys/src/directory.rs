//! Directory listings in few calls: std asks the kernel for 128 bytes at a time, of one directory.

use crate::{check, imports, string_block};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Error, Result};
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
/// As much as one call can answer.
const LISTINGS_BYTES: usize = 256 * 1024;
/// Bytes of an entry before its name.
const HEAD_BYTES: usize = 24;
/// i32 error, i32 length of the entries.
const LISTING_HEAD_BYTES: usize = 8;

/// Reads the names in a directory, in the kernel's order, without `.` and `..`.
pub fn names(directory: &[u8]) -> Result<Vec<Name>> {
    let listed = listings(&[directory.to_vec()]).pop();
    listed.unwrap_or_else(|| Err(Error::from_raw_os_error(crate::errno::NOENT)))
}

/// `names` of the first of `directories`, as many as one call answers; at least of one if there is any.
pub fn listings(directories: &[Vec<u8>]) -> Vec<Result<Vec<Name>>> {
    let mut paths = Vec::new();
    for directory in directories {
        string_block::push(&mut paths, shown(directory));
    }
    let mut buffer = vec![0; if directories.len() == 1 { BUFFER_BYTES } else { LISTINGS_BYTES }];
    let mut used = 0;
    // SAFETY: both buffers come with their lengths, the out-pointer is a valid usize.
    let done = check(unsafe {
        imports::list_directories(paths.as_ptr(), paths.len(), buffer.as_mut_ptr(), buffer.len(), &mut used)
    });
    let mut records = if done.is_ok() { &buffer[..used] } else { &[] };
    let mut answers = Vec::new();
    while let Some((listed, rest)) = first_listing(records) {
        answers.push(match listed {
            Listing::Names(names) => Ok(names),
            Listing::Failed(error) => Err(error),
            Listing::TooLong => read(&directories[answers.len()]),
        });
        records = rest;
    }
    if answers.is_empty()
        && let Some(first) = directories.first()
    {
        answers.push(read(first));
    }
    answers
}

/// The working directory has an empty name for those who join paths.
fn shown(directory: &[u8]) -> &[u8] {
    if directory.is_empty() { b"." } else { directory }
}

/// Reads a directory of any length, page by page.
fn read(directory: &[u8]) -> Result<Vec<Name>> {
    let directory = File::open(OsStr::from_bytes(shown(directory)))?;
    let (mut names, mut buffer, mut cookie) = (Vec::new(), vec![0; BUFFER_BYTES], 0);
    loop {
        let mut used = 0;
        // SAFETY: the buffer comes with its length, the out-pointer is a valid usize.
        check(unsafe { imports::fd_readdir(directory.as_raw_fd(), buffer.as_mut_ptr(), buffer.len(), cookie, &mut used) })?;
        let before = names.len();
        let (next, left) = take_names(&buffer[..used], &mut names);
        cookie = next.unwrap_or(cookie);
        if used < buffer.len() {
            return Ok(names);
        }
        if names.len() == before && left == used {
            // Not one entry fitted.
            buffer.resize(buffer.len() * 2, 0);
        }
    }
}

/// Adds the names of the whole entries; the cookie after them, and how many bytes were left.
fn take_names(mut entries: &[u8], names: &mut Vec<Name>) -> (Option<u64>, usize) {
    let mut cookie = None;
    while let Some((entry, next, rest)) = first_entry(entries) {
        if entry.bytes != b"." && entry.bytes != b".." {
            names.push(entry);
        }
        (cookie, entries) = (Some(next), rest);
    }
    (cookie, entries.len())
}

enum Listing {
    Names(Vec<Name>),
    Failed(Error),
    TooLong,
}

fn first_listing(bytes: &[u8]) -> Option<(Listing, &[u8])> {
    let errno = i32::from_le_bytes(bytes.get(..4)?.try_into().ok()?);
    let length = i32::from_le_bytes(bytes.get(4..LISTING_HEAD_BYTES)?.try_into().ok()?);
    let rest = &bytes[LISTING_HEAD_BYTES..];
    if errno != 0 {
        return Some((Listing::Failed(Error::from_raw_os_error(errno)), rest));
    }
    let Ok(length) = usize::try_from(length) else { return Some((Listing::TooLong, rest)) };
    let mut names = Vec::new();
    take_names(rest.get(..length)?, &mut names);
    Some((Listing::Names(names), &rest[length..]))
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
