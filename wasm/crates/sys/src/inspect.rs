//! The status of many paths in few calls, with what small files contain.

use crate::file::{STAT_SIZE, Stat, lstat};
use crate::{check, imports, string_block};
use std::io::{Error, Result};

/// What `lstat` says of a path, and the content of a small regular file if it was asked for and could be read.
pub struct Inspected {
    pub stat: Result<Stat>,
    pub content: Option<Vec<u8>>,
}

const CONTENTS: i32 = 1;
/// i32 error, i32 length of the content.
const HEAD_BYTES: usize = 8;
/// As much as one call can answer.
const BUFFER_BYTES: usize = 256 * 1024;
/// What one call asks for: more paths than it would answer are sent for nothing.
const PATHS: usize = 512;
const PATH_BYTES: usize = 64 * 1024;

/// The answers to the first of `paths`, as many as one call has; at least one if there is a path.
pub fn inspect(paths: &[Vec<u8>], with_contents: bool) -> Vec<Inspected> {
    let mut names = Vec::new();
    for path in paths.iter().take(PATHS) {
        if names.len() + path.len() >= PATH_BYTES {
            break;
        }
        string_block::push(&mut names, path);
    }
    let mut buffer = vec![0; BUFFER_BYTES];
    let (flags, mut used) = (if with_contents { CONTENTS } else { 0 }, 0);
    // SAFETY: both buffers come with their lengths, the out-pointer is a valid usize.
    let done = check(unsafe {
        imports::inspect(names.as_ptr(), names.len(), flags, buffer.as_mut_ptr(), buffer.len(), &mut used)
    });
    let mut records = &buffer[..used];
    let mut answers = Vec::new();
    while done.is_ok()
        && let Some((answer, rest)) = first_record(records)
    {
        answers.push(answer);
        records = rest;
    }
    if answers.is_empty()
        && let Some(path) = paths.first()
    {
        // A path that is no UTF-8, or too long for the call.
        answers.push(Inspected { stat: lstat(path), content: None });
    }
    answers
}

/// `lstat` of each path.
pub fn lstat_all(paths: &[Vec<u8>]) -> Vec<Result<Stat>> {
    let mut answers = Vec::with_capacity(paths.len());
    while answers.len() < paths.len() {
        match &paths[answers.len()..] {
            [only] => answers.push(lstat(only)),
            rest => answers.extend(inspect(rest, false).into_iter().map(|answer| answer.stat)),
        }
    }
    answers
}

fn first_record(bytes: &[u8]) -> Option<(Inspected, &[u8])> {
    let errno = i32::from_le_bytes(bytes.get(..4)?.try_into().ok()?);
    let length = i32::from_le_bytes(bytes.get(4..HEAD_BYTES)?.try_into().ok()?);
    let (status, rest) = bytes[HEAD_BYTES..].split_first_chunk::<STAT_SIZE>()?;
    let (content, rest) = match usize::try_from(length) {
        Ok(length) => (Some(rest.get(..length)?.to_vec()), &rest[length..]),
        Err(_) => (None, rest),
    };
    let stat = if errno == 0 { Ok(Stat::decode(status)) } else { Err(Error::from_raw_os_error(errno)) };
    Some((Inspected { stat, content }, rest))
}
