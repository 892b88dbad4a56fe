//! ln: makes links.

use crate::backup::Backup;
use crate::destination::{self, Target};
use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::path;
use crate::prompt;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program =
    Program { name: "ln", usage: "[OPTION]... TARGET... [LINK_NAME]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["b"]),
    optional_value(&["backup"]),
    flag(&["s", "symbolic"]),
    flag(&["f", "force"]),
    flag(&["i", "interactive"]),
    flag(&["n", "no-dereference"]),
    flag(&["r", "relative"]),
    flag(&["L", "logical"]),
    flag(&["P", "physical"]),
    value(&["S", "suffix"]),
    value(&["t", "target-directory"]),
    flag(&["T", "no-target-directory"]),
    flag(&["v", "verbose"]),
];

#[derive(Default)]
struct Linking {
    symbolic: bool,
    force: bool,
    interactive: bool,
    relative: bool,
    follow: bool,
    verbose: bool,
    backup: Backup,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let mut parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut linking, mut target) = (Linking::default(), Target::default());
    match Backup::from_options(PROGRAM, &parsed.options) {
        Ok(backup) => linking.backup = backup,
        Err(code) => return code,
    }
    for given in parsed.options {
        match given.name {
            "s" => linking.symbolic = true,
            "f" => (linking.force, linking.interactive) = (true, false),
            "i" => (linking.force, linking.interactive) = (false, true),
            "n" => target.no_dereference = true,
            "r" => linking.relative = true,
            "L" => linking.follow = true,
            "P" => linking.follow = false,
            "t" => target.directory = Some(given.value),
            "T" => target.no_directory = true,
            "v" => linking.verbose = true,
            _ => {}
        }
    }
    if linking.relative && !linking.symbolic {
        PROGRAM.complain("cannot do --relative without --symbolic");
        return 1;
    }
    if parsed.operands.len() == 1 && target.directory.is_none() && !target.no_directory {
        // One operand: the link goes into the working directory.
        parsed.operands.push(".".into());
    }
    let pairs = match destination::pairs(PROGRAM, &target, parsed.operands) {
        Ok(pairs) => pairs,
        Err(code) => return code,
    };
    let mut code = 0;
    for (existing, link) in pairs {
        if let Err(text) = linking.link(&existing, &link) {
            PROGRAM.complain(&text);
            code = 1;
        }
    }
    code
}

impl Linking {
    fn link(&self, existing: &[u8], link: &[u8]) -> Result<(), String> {
        let (kind, arrow) = if self.symbolic { ("symbolic link", "->") } else { ("hard link", "=>") };
        if !self.symbolic {
            let stat = sys::lstat(existing)
                .map_err(|error| format!("failed to access {}: {}", shown(existing), sys::errno::message(&error)))?;
            if stat.is_directory() {
                return Err(format!("{}: hard link not allowed for directory", String::from_utf8_lossy(existing)));
            }
        }
        let present = sys::lstat(link).ok();
        if let Some(present) = present {
            let replaces = self.force || self.backup.is_wanted() || (self.interactive && prompt::confirms(&format!("ln: replace {}? ", shown(link))));
            if self.interactive && !replaces {
                return Ok(());
            }
            if replaces && present.is_directory() {
                return Err(format!("{}: cannot overwrite directory", String::from_utf8_lossy(link)));
            }
            if replaces && !self.symbolic && sys::lstat(existing).is_ok_and(|stat| (stat.device, stat.inode) == (present.device, present.inode)) {
                return Err(format!("{} and {} are the same file", shown(existing), shown(link)));
            }
            if self.backup.make(link, replaces)?.is_none() && replaces {
                std::fs::remove_file(path::of(link))
                    .map_err(|error| format!("cannot remove {}: {}", shown(link), sys::errno::message(&error)))?;
            }
        }
        let relative = self.relative.then(|| relative_target(existing, link)).flatten();
        let named = relative.as_deref().unwrap_or(existing);
        let made = if self.symbolic { path::symlink(named, link) } else { path::link(existing, link, self.follow) };
        made.map_err(|error| {
            let message = sys::errno::message(&error);
            let origin = if self.symbolic || present.is_some() { String::new() } else { format!(" => {}", shown(existing)) };
            format!("failed to create {kind} {}{origin}: {message}", shown(link))
        })?;
        if self.verbose {
            getopt::say!("{} {arrow} {}", shown(link), shown(named));
        }
        Ok(())
    }
}

/// The path from the link's directory to `existing`.
fn relative_target(existing: &[u8], link: &[u8]) -> Option<Vec<u8>> {
    let existing = path::resolve(existing, path::Missing::Anything).ok()?;
    let slash = link.iter().rposition(|byte| *byte == b'/');
    let directory = slash.map_or(&b"."[..], |slash| if slash == 0 { b"/" } else { &link[..slash] });
    let directory = path::resolve(directory, path::Missing::Anything).ok()?;
    Some(path_between(&directory, &existing))
}

/// The relative path from one absolute directory to another path.
pub fn path_between(directory: &[u8], target: &[u8]) -> Vec<u8> {
    let parts = |path: &[u8]| -> Vec<Vec<u8>> {
        path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).map(<[u8]>::to_vec).collect()
    };
    let (from, to) = (parts(directory), parts(target));
    let shared = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    let ups = std::iter::repeat_n(b"..".to_vec(), from.len() - shared);
    let joined = ups.chain(to[shared..].iter().cloned()).collect::<Vec<_>>().join(&b'/');
    if joined.is_empty() { b".".to_vec() } else { joined }
}

fn shown(path: &[u8]) -> String {
    quoted(OsStr::from_bytes(path))
}
