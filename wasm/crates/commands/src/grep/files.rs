//! Which files grep reads: operands, and trees with `-r`.

use super::options::{Directories, Options};
use crate::fnmatch::{self, Rules};
use crate::{copy, path};
use std::io::Error;

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
    let names = match copy::names_in(if directory.is_empty() { b"." } else { directory }) {
        Ok(names) => names,
        Err(error) => return visitor(Err((directory, error))),
    };
    for name in names {
        let file = path::join(directory, &name);
        let looked = if options.follow_links { sys::stat(&file) } else { sys::lstat(&file) };
        let goes_on = match looked {
            Ok(stat) if stat.is_directory() => {
                is_excluded_directory(&name, options) || visit_directory(&file, options, visitor)
            }
            Ok(stat) if stat.is_regular() => is_excluded(&file, options) || visitor(Ok(&file)),
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
