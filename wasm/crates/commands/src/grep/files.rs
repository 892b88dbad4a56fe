//! Which files grep reads: operands, and trees with `-r`.

use super::options::{Directories, Options};
use crate::fnmatch::{self, Rules};
use crate::path;
use std::io::Error;
use sys::directory::{self, FileType, Name};

/// Hands each file to read, or a failure to find out, to `visitor`, until it returns false.
pub fn visit(
    operand: &[u8],
    options: &Options,
    visitor: &mut dyn FnMut(Result<&[u8], (&[u8], Error)>) -> bool,
) -> bool {
    if operand == b"-" {
        return visitor(Ok(operand));
    }
    // No operand with -r: the working directory, whose files are shown without `./`.
    let looked_at = if operand.is_empty() { b"." } else { operand };
    let stat = match sys::stat(looked_at) {
        Ok(stat) => stat,
        Err(error) => return visitor(Err((operand, error))),
    };
    if !stat.is_directory() {
        let is_device = stat.is_character_device() || stat.is_block_device() || stat.is_fifo();
        if is_excluded(operand, options) || (options.skip_devices && is_device) {
            return true;
        }
        return visitor(Ok(operand));
    }
    match options.directories {
        Directories::Recurse => visit_directory(operand, options, visitor),
        Directories::Skip => true,
        Directories::Read => visitor(Err((operand, Error::from_raw_os_error(sys::errno::ISDIR)))),
    }
}

fn visit_directory(
    directory: &[u8],
    options: &Options,
    visitor: &mut dyn FnMut(Result<&[u8], (&[u8], Error)>) -> bool,
) -> bool {
    let mut names = match directory::names(directory) {
        Ok(names) => names,
        Err(error) => return visitor(Err((directory, error))),
    };
    names.sort_by(|one, other| one.bytes.cmp(&other.bytes));
    for Name { bytes: name, file_type } in names {
        let file = path::join(directory, &name);
        let goes_on = match looked_at_type(&file, file_type, options) {
            Ok(FileType::Directory) => is_excluded_directory(&name, options) || visit_directory(&file, options, visitor),
            Ok(FileType::Regular) => is_excluded(&file, options) || visitor(Ok(&file)),
            // Links and devices below an operand are passed over.
            Ok(_) => true,
            Err(error) => visitor(Err((&file, error))),
        };
        if !goes_on {
            return false;
        }
    }
    true
}

/// What the listing says, or else the file itself.
fn looked_at_type(file: &[u8], listed: FileType, options: &Options) -> Result<FileType, Error> {
    let stat = match listed {
        FileType::Unknown => sys::lstat(file)?,
        FileType::SymbolicLink if options.follow_links => sys::stat(file)?,
        listed => return Ok(listed),
    };
    Ok(match stat {
        stat if stat.is_directory() => FileType::Directory,
        stat if stat.is_regular() => FileType::Regular,
        _ => FileType::Unknown,
    })
}

fn is_excluded(file: &[u8], options: &Options) -> bool {
    let name = path::last_component(file);
    let matches = |pattern: &Vec<u8>| fnmatch::matches(pattern, name, Rules::default()) || fnmatch::matches(pattern, file, Rules::default());
    let is_left_out = !options.included.is_empty() && !options.included.iter().any(matches);
    is_left_out || options.excluded.iter().any(matches)
}

fn is_excluded_directory(name: &[u8], options: &Options) -> bool {
    options.excluded_directories.iter().any(|pattern| {
        let pattern = path::without_trailing_slashes(pattern);
        fnmatch::matches(pattern, name, Rules::default())
    })
}
