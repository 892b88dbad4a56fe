//! mkdir: makes directories.

use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::path;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::{Error, Result};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program =
    Program { name: "mkdir", usage: "[-pv] [-m MODE] DIRECTORY...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["p", "parents"]),
    flag(&["v", "verbose"]),
    value(&["m", "mode"]),
    flag(&["Z"]),
    optional_value(&["context"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut parents, mut verbose, mut mode) = (false, false, None);
    for given in parsed.options {
        match given.name {
            "p" => parents = true,
            "v" => verbose = true,
            "m" => {
                let specification = given.value.to_string_lossy();
                mode = file_mode::apply(&specification, 0o777, true, file_mode::umask());
                if mode.is_none() {
                    PROGRAM.complain(&format!("invalid mode {}", quoted(&given.value)));
                    return 1;
                }
            }
            _ => {}
        }
    }
    if parsed.operands.is_empty() {
        return PROGRAM.missing_operand(None);
    }
    let mut code = 0;
    for directory in &parsed.operands {
        let directory = directory.as_bytes();
        let made = if parents { make_with_parents(directory, mode, verbose) } else { make(directory, mode, verbose) };
        if let Err((path, error)) = made {
            PROGRAM.complain_of(&format!("cannot create directory {}", quoted(OsStr::from_bytes(&path))), &error);
            code = 1;
        }
    }
    code
}

type Failure = (Vec<u8>, std::io::Error);

fn make(directory: &[u8], mode: Option<u32>, verbose: bool) -> std::result::Result<(), Failure> {
    // An empty name would mean the working directory to wasi-libc.
    let named = if directory.is_empty() { Err(Error::from_raw_os_error(sys::errno::NOENT)) } else { Ok(()) };
    let made: Result<()> = named
        .and_then(|()| std::fs::create_dir(path::of(directory)))
        .and_then(|()| mode.map_or(Ok(()), |mode| sys::path_chmod(directory, mode)));
    made.map_err(|error| (directory.to_vec(), error))?;
    if verbose {
        getopt::say!("mkdir: created directory {}", quoted(OsStr::from_bytes(directory)));
    }
    Ok(())
}

/// `-p`: makes what is missing on the way; `mode` is the last one's.
fn make_with_parents(directory: &[u8], mode: Option<u32>, verbose: bool) -> std::result::Result<(), Failure> {
    let trimmed = path::without_trailing_slashes(directory);
    // What is on the way can be written and passed by its owner, whatever the umask (POSIX, mkdir -p).
    let umask = file_mode::umask();
    let passable = (umask & 0o300 != 0).then_some(0o777 & !umask | 0o300);
    let ends = trimmed.iter().enumerate().filter(|(index, byte)| **byte == b'/' && *index > 0).map(|(index, _)| index);
    for end in ends.chain([trimmed.len()]) {
        let part = &trimmed[..end];
        if part.ends_with(b"/") || sys::stat(part).is_ok_and(|stat| stat.is_directory()) {
            continue;
        }
        let is_last = end == trimmed.len();
        if !is_last && sys::stat(part).is_ok() {
            return Err((part.to_vec(), Error::from_raw_os_error(sys::errno::NOTDIR)));
        }
        let made = make(part, if is_last { mode } else { passable }, verbose);
        // Another process may have made it meanwhile.
        if made.is_err() && !sys::stat(part).is_ok_and(|stat| stat.is_directory()) {
            return made;
        }
    }
    Ok(())
}
