//! mv: renames files; across file systems, copies them and removes the source.

use crate::backup::Backup;
use crate::copy::{self, LinkTable, Preserve};
use crate::destination::{self, Target};
use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::path;
use crate::prompt;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Result};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program =
    Program { name: "mv", usage: "[OPTION]... SOURCE... DESTINATION", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["b"]),
    optional_value(&["backup"]),
    flag(&["f", "force"]),
    flag(&["i", "interactive"]),
    flag(&["n", "no-clobber"]),
    value(&["S", "suffix"]),
    value(&["t", "target-directory"]),
    flag(&["T", "no-target-directory"]),
    flag(&["u"]),
    optional_value(&["update"]),
    flag(&["v", "verbose"]),
    flag(&["strip-trailing-slashes"]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Overwrites {
    Always,
    Asks,
    Never,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut target = Target::default();
    let (mut overwrites, mut only_older, mut verbose) = (Overwrites::Always, false, false);
    let backup = match Backup::from_options(PROGRAM, &parsed.options) {
        Ok(backup) => backup,
        Err(code) => return code,
    };
    for given in parsed.options {
        match given.name {
            "f" => overwrites = Overwrites::Always,
            "i" => overwrites = Overwrites::Asks,
            "n" => overwrites = Overwrites::Never,
            "t" => target.directory = Some(given.value),
            "T" => target.no_directory = true,
            "u" => only_older = true,
            "update" => match given.value.as_bytes() {
                b"none" => overwrites = Overwrites::Never,
                other => only_older = other != b"all",
            },
            "v" => verbose = true,
            _ => {}
        }
    }
    let pairs = match destination::pairs(PROGRAM, &target, parsed.operands) {
        Ok(pairs) => pairs,
        Err(code) => return code,
    };
    if backup.is_wanted() && overwrites == Overwrites::Never {
        return PROGRAM.usage_failure("options --backup and --no-clobber are mutually exclusive");
    }
    let mut code = 0;
    for (source, destination) in pairs {
        match move_file(&source, &destination, overwrites, only_older, &backup) {
            Ok(Moved::Done(kept)) if verbose => {
                let backup = kept.map(|kept| format!(" (backup: {})", shown(&kept))).unwrap_or_default();
                getopt::say!("renamed {} -> {}{backup}", shown(&source), shown(&destination));
            }
            Ok(_) => {}
            Err(text) => {
                PROGRAM.complain(&text);
                code = 1;
            }
        }
    }
    code
}

enum Moved {
    /// With where the old destination is now, if it was kept.
    Done(Option<Vec<u8>>),
    /// The options kept the destination.
    Not,
}

/// Moves one file or tree.
fn move_file(source: &[u8], destination: &[u8], overwrites: Overwrites, only_older: bool, backup: &Backup) -> std::result::Result<Moved, String> {
    let stat = sys::lstat(source)
        .map_err(|error| format!("cannot stat {}: {}", shown(source), sys::errno::message(&error)))?;
    let mut is_there = false;
    if let Ok(existing) = sys::lstat(destination) {
        is_there = true;
        if overwrites == Overwrites::Never {
            return Ok(Moved::Not);
        }
        if (existing.device, existing.inode) == (stat.device, stat.inode) && same_name(source, destination) {
            return Err(format!("{} and {} are the same file", shown(source), shown(destination)));
        }
        if existing.is_directory() && !stat.is_directory() {
            return Err(format!("cannot overwrite directory {} with non-directory {}", shown(destination), shown(source)));
        }
        if !existing.is_directory() && stat.is_directory() {
            return Err(format!("cannot overwrite non-directory {} with directory {}", shown(destination), shown(source)));
        }
        let keeps = match overwrites {
            _ if only_older && existing.modified_ns >= stat.modified_ns => true,
            Overwrites::Always => false,
            Overwrites::Never => true,
            Overwrites::Asks => !prompt::confirms(&format!("mv: overwrite {}? ", shown(destination))),
        };
        if keeps {
            return Ok(Moved::Not);
        }
    }
    let is_inside = stat.is_directory()
        && path::resolve(source, path::Missing::Nothing).ok().zip(path::resolve(destination, path::Missing::Anything).ok())
            .is_some_and(|(from, to)| to.strip_prefix(&from[..]).is_some_and(|rest| rest.starts_with(b"/")));
    if is_inside {
        return Err(format!("cannot move {} to a subdirectory of itself, {}", shown(source), shown(destination)));
    }
    let kept = backup.make(destination, is_there)?;
    let renamed = std::fs::rename(path::of(source), path::of(destination));
    let moved = match renamed {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => move_by_copy(source, destination),
        other => other,
    };
    moved.map_err(|error| format!("cannot move {} to {}: {}", shown(source), shown(destination), sys::errno::message(&error)))?;
    Ok(Moved::Done(kept))
}

fn same_name(source: &[u8], destination: &[u8]) -> bool {
    let parent_and_name = |file: &[u8]| {
        let trimmed = path::without_trailing_slashes(file);
        let slash = trimmed.iter().rposition(|byte| *byte == b'/');
        let parent = slash.map_or(&b"."[..], |slash| if slash == 0 { b"/" } else { &trimmed[..slash] });
        let stat = sys::stat(parent).ok()?;
        Some((stat.device, stat.inode, path::last_component(trimmed).to_vec()))
    };
    parent_and_name(source) == parent_and_name(destination)
}

fn move_by_copy(source: &[u8], destination: &[u8]) -> Result<()> {
    if let Ok(existing) = sys::lstat(destination) {
        if existing.is_directory() { std::fs::remove_dir(path::of(destination))? } else { std::fs::remove_file(path::of(destination))? }
    }
    copy_tree(source, destination, &mut LinkTable::default())?;
    remove_tree(source)
}

fn copy_tree(source: &[u8], destination: &[u8], links: &mut LinkTable) -> Result<()> {
    let stat = sys::lstat(source)?;
    if links.link_or_note(&stat, destination)? {
        return Ok(());
    }
    if stat.is_directory() {
        std::fs::create_dir(path::of(destination))?;
        for name in copy::names_in(source)? {
            copy_tree(&path::join(source, &name), &path::join(destination, &name), links)?;
        }
    } else if stat.is_symbolic_link() {
        path::symlink(&path::read_link(source)?, destination)?;
    } else {
        copy::content(source, destination)?;
    }
    copy::attributes(&stat, destination, Preserve { mode: true, ownership: true, timestamps: true, links: true }, true)
}

fn remove_tree(file: &[u8]) -> Result<()> {
    if !sys::lstat(file)?.is_directory() {
        return std::fs::remove_file(path::of(file));
    }
    for name in copy::names_in(file)? {
        remove_tree(&path::join(file, &name))?;
    }
    std::fs::remove_dir(path::of(file))
}

fn shown(path: &[u8]) -> String {
    quoted(OsStr::from_bytes(path))
}
