//! Where cp, mv and ln put things: `SOURCE DESTINATION`, `SOURCE… DIRECTORY`, `-t DIRECTORY SOURCE…`.

use crate::getopt::Program;
use crate::path;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

/// The options all three share.
#[derive(Default)]
pub struct Target {
    /// `-t`
    pub directory: Option<OsString>,
    /// `-T`: the destination is never a directory to put things in.
    pub no_directory: bool,
    /// `-n` of ln: a symbolic link to a directory is a file.
    pub no_dereference: bool,
}

/// Pairs each source with the path it goes to. An error is the exit code, its message printed.
pub fn pairs(program: Program, target: &Target, operands: Vec<OsString>) -> Result<Vec<(Vec<u8>, Vec<u8>)>, i32> {
    let mut sources: Vec<Vec<u8>> = operands.into_iter().map(OsStringExt::into_vec).collect();
    if sources.is_empty() {
        return Err(program.usage_failure("missing file operand"));
    }
    if let Some(directory) = &target.directory {
        require_directory(program, directory.as_bytes())?;
        return Ok(into_directory(sources, directory.as_bytes()));
    }
    if sources.len() == 1 {
        let text = format!("missing destination file operand after {}", quoted(OsStr::from_bytes(&sources[0])));
        return Err(program.usage_failure(&text));
    }
    let Some(last) = sources.pop() else { return Ok(Vec::new()) };
    if target.no_directory {
        if let Some(extra) = sources.get(1).map(|_| &last) {
            return Err(program.extra_operand(OsStr::from_bytes(extra)));
        }
        return Ok(sources.into_iter().map(|source| (source, last.clone())).collect());
    }
    let is_directory = sys::stat(&last).is_ok_and(|stat| stat.is_directory())
        && !(target.no_dereference && sys::lstat(&last).is_ok_and(|stat| stat.is_symbolic_link()));
    if is_directory {
        return Ok(into_directory(sources, &last));
    }
    if sources.len() > 1 {
        require_directory(program, &last)?;
    }
    Ok(sources.into_iter().map(|source| (source, last.clone())).collect())
}

fn require_directory(program: Program, directory: &[u8]) -> Result<(), i32> {
    let problem = match sys::stat(directory) {
        Ok(stat) if stat.is_directory() => return Ok(()),
        Ok(_) => "Not a directory".to_owned(),
        Err(error) => sys::errno::message(&error),
    };
    program.complain(&format!("target {}: {problem}", quoted(OsStr::from_bytes(directory))));
    Err(program.usage_error)
}

fn into_directory(sources: Vec<Vec<u8>>, directory: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let destination = |source: &Vec<u8>| path::join(directory, path::last_component(source));
    sources.into_iter().map(|source| { let to = destination(&source); (source, to) }).collect()
}
