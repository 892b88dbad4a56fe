//! cp: copies files and trees.

use crate::backup::Backup;
use crate::copy::{self, LinkTable, Preserve};
use crate::destination::{self, Target};
use crate::getopt::{self, Given, Opt, Program, flag, optional_value, value};
use crate::path;
use crate::prompt;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::wasi::ffi::OsStrExt;
use sys::Stat;

const PROGRAM: Program = Program {
    name: "cp",
    usage: "[OPTION]... SOURCE... DESTINATION",
    usage_error: 1,
    stops_at_operand: false,
};
const OPTIONS: &[Opt] = &[
    flag(&["a", "archive"]),
    flag(&["b"]),
    optional_value(&["backup"]),
    flag(&["d"]),
    flag(&["debug"]),
    flag(&["f", "force"]),
    flag(&["H"]),
    flag(&["i", "interactive"]),
    flag(&["l", "link"]),
    flag(&["L", "dereference"]),
    flag(&["n", "no-clobber"]),
    flag(&["p"]),
    flag(&["P", "no-dereference"]),
    flag(&["r", "R", "recursive"]),
    flag(&["s", "symbolic-link"]),
    value(&["S", "suffix"]),
    value(&["t", "target-directory"]),
    flag(&["T", "no-target-directory"]),
    flag(&["u"]),
    optional_value(&["update"]),
    flag(&["v", "verbose"]),
    flag(&["x", "one-file-system"]),
    flag(&["parents"]),
    optional_value(&["preserve"]),
    value(&["no-preserve"]),
    flag(&["remove-destination"]),
    optional_value(&["reflink"]),
    value(&["sparse"]),
    flag(&["strip-trailing-slashes"]),
    flag(&["attributes-only"]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dereference {
    Never,
    Operands,
    Always,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Makes {
    Copies,
    HardLinks,
    SymbolicLinks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Overwrites {
    Always,
    Never,
    IfOlder,
}

struct Copying {
    recursive: bool,
    dereference: Option<Dereference>,
    preserve: Preserve,
    makes: Makes,
    overwrites: Overwrites,
    interactive: bool,
    force: bool,
    remove_destination: bool,
    verbose: bool,
    parents: bool,
    target: Target,
    links: LinkTable,
    failed: bool,
    /// `--attributes-only`: no content.
    attributes_only: bool,
    backup: Backup,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut copying = Copying {
        recursive: false,
        dereference: None,
        preserve: Preserve::default(),
        makes: Makes::Copies,
        overwrites: Overwrites::Always,
        interactive: false,
        force: false,
        remove_destination: false,
        verbose: false,
        parents: false,
        target: Target::default(),
        links: LinkTable::default(),
        failed: false,
        attributes_only: false,
        backup: Backup::default(),
    };
    match Backup::from_options(PROGRAM, &parsed.options) {
        Ok(backup) => copying.backup = backup,
        Err(code) => return code,
    }
    for given in parsed.options {
        if let Err(code) = copying.apply(given) {
            return code;
        }
    }
    let pairs = match copying.pairs(parsed.operands) {
        Ok(pairs) => pairs,
        Err(code) => return code,
    };
    for (source, destination) in pairs {
        copying.copy_operand(&source, &destination);
    }
    i32::from(copying.failed)
}

impl Copying {
    fn apply(&mut self, given: Given) -> Result<(), i32> {
        match given.name {
            "a" => {
                (self.recursive, self.dereference) = (true, Some(Dereference::Never));
                self.preserve = Preserve { mode: true, ownership: true, timestamps: true, links: true };
            }
            "d" => (self.dereference, self.preserve.links) = (Some(Dereference::Never), true),
            "f" => self.force = true,
            "H" => self.dereference = Some(Dereference::Operands),
            "i" => (self.interactive, self.overwrites) = (true, Overwrites::Always),
            "l" => self.makes = Makes::HardLinks,
            "L" => self.dereference = Some(Dereference::Always),
            "n" => (self.interactive, self.overwrites) = (false, Overwrites::Never),
            "p" => (self.preserve.mode, self.preserve.ownership, self.preserve.timestamps) = (true, true, true),
            "attributes-only" => self.attributes_only = true,
            "reflink" | "sparse" => {
                let known: &[&str] = if given.name == "sparse" { &["always", "auto", "never"] } else { &["", "always", "auto", "never"] };
                if !known.iter().any(|word| given.value == *word) {
                    return Err(PROGRAM.usage_failure(&format!("invalid argument {} for '--{}'", quoted(&given.value), given.name)));
                }
            }
            "P" => self.dereference = Some(Dereference::Never),
            "r" => self.recursive = true,
            "s" => self.makes = Makes::SymbolicLinks,
            "t" => self.target.directory = Some(given.value),
            "T" => self.target.no_directory = true,
            "u" => self.overwrites = Overwrites::IfOlder,
            "update" => {
                self.overwrites = match given.value.as_bytes() {
                    b"" | b"older" => Overwrites::IfOlder,
                    b"all" => Overwrites::Always,
                    b"none" => Overwrites::Never,
                    _ => {
                        let text = format!("invalid argument {} for '--update'", quoted(&given.value));
                        return Err(PROGRAM.usage_failure(&text));
                    }
                }
            }
            "v" => self.verbose = true,
            "parents" => self.parents = true,
            "preserve" => self.set_preserved(&given.value, true)?,
            "no-preserve" => self.set_preserved(&given.value, false)?,
            "remove-destination" => self.remove_destination = true,
            _ => {}
        }
        Ok(())
    }

    fn set_preserved(&mut self, list: &OsStr, on: bool) -> Result<(), i32> {
        let list = if list.is_empty() { "mode,ownership,timestamps".into() } else { list.to_string_lossy() };
        for attribute in list.split(',') {
            match attribute {
                "mode" => self.preserve.mode = on,
                "timestamps" => self.preserve.timestamps = on,
                "links" => self.preserve.links = on,
                "all" => self.preserve = Preserve { mode: on, ownership: on, timestamps: on, links: on },
                "ownership" => self.preserve.ownership = on,
                "context" | "xattr" => {}
                other => {
                    let text = format!("invalid argument {} for '--preserve'", quoted(other));
                    return Err(PROGRAM.usage_failure(&text));
                }
            }
        }
        Ok(())
    }

    fn pairs(&self, operands: Vec<OsString>) -> Result<Vec<(Vec<u8>, Vec<u8>)>, i32> {
        if !self.parents || operands.len() < 2 {
            return destination::pairs(PROGRAM, &self.target, operands);
        }
        let mut operands = operands;
        let directory = match &self.target.directory {
            Some(directory) => directory.clone(),
            None => operands.pop().unwrap_or_default(),
        };
        if !sys::stat(directory.as_bytes()).is_ok_and(|stat| stat.is_directory()) {
            return Err(PROGRAM.usage_failure("with --parents, the destination must be a directory"));
        }
        let below = |source: &OsString| {
            let relative: Vec<u8> = source.as_bytes().iter().copied().skip_while(|byte| *byte == b'/').collect();
            (source.as_bytes().to_vec(), path::join(directory.as_bytes(), &relative))
        };
        Ok(operands.iter().map(below).collect())
    }

    fn fail(&mut self, text: &str) {
        PROGRAM.complain(text);
        self.failed = true;
    }

    fn copy_operand(&mut self, source: &[u8], destination: &[u8]) {
        let follows = match self.dereference {
            Some(choice) => choice != Dereference::Never,
            None => !self.recursive && self.makes != Makes::HardLinks,
        };
        let stat = match look(source, follows) {
            Ok(stat) => stat,
            Err(error) => {
                let text = format!("cannot stat {}: {}", shown(source), sys::errno::message(&error));
                return self.fail(&text);
            }
        };
        if stat.is_directory() && !self.recursive {
            let text = format!("-r not specified; omitting directory {}", shown(source));
            return self.fail(&text);
        }
        if self.parents {
            let parent = destination.iter().rposition(|byte| *byte == b'/').map_or(&b"."[..], |slash| &destination[..slash]);
            if let Err(error) = std::fs::create_dir_all(path::of(parent)) {
                let text = format!("cannot create directory {}: {}", shown(parent), sys::errno::message(&error));
                return self.fail(&text);
            }
        }
        if stat.is_directory() && self.is_inside(source, destination) {
            let text = format!(
                "cannot copy a directory, {}, into itself, {}",
                shown(path::without_trailing_slashes(source)),
                shown(destination)
            );
            return self.fail(&text);
        }
        self.copy(source, &stat, destination);
    }

    /// Whether the destination lies in the tree to be copied.
    fn is_inside(&self, source: &[u8], destination: &[u8]) -> bool {
        let (Ok(source), Ok(destination)) =
            (path::resolve(source, path::Missing::Nothing), path::resolve(destination, path::Missing::Anything))
        else {
            return false;
        };
        destination.strip_prefix(&source[..]).is_some_and(|rest| rest.starts_with(b"/") || source == b"/")
    }

    fn copy(&mut self, source: &[u8], stat: &Stat, destination: &[u8]) {
        if stat.is_directory() {
            return self.copy_directory(source, stat, destination);
        }
        let existing = sys::lstat(destination).ok();
        if let Some(existing) = existing {
            match self.may_replace(source, stat, destination, &existing) {
                Ok(true) => {}
                Ok(false) => return,
                Err(text) => return self.fail(&text),
            }
        }
        match self.copy_file(source, stat, destination, existing) {
            Ok(Some(kept)) if self.verbose => getopt::say!("{} -> {} (backup: {})", shown(source), shown(destination), shown(&kept)),
            Ok(_) => self.report(source, destination),
            Err(text) => self.fail(&text),
        }
    }

    fn report(&self, source: &[u8], destination: &[u8]) {
        if self.verbose {
            getopt::say!("{} -> {}", shown(source), shown(destination));
        }
    }

    fn may_replace(&self, source: &[u8], stat: &Stat, destination: &[u8], existing: &Stat) -> Result<bool, String> {
        let followed = sys::stat(destination).unwrap_or(*existing);
        if (followed.device, followed.inode) == (stat.device, stat.inode) && self.makes == Makes::Copies && !self.remove_destination && !(self.backup.is_wanted() && source != destination) {
            return Err(format!("{} and {} are the same file", shown(source), shown(destination)));
        }
        if followed.is_directory() {
            return Err(format!("cannot overwrite directory {} with non-directory {}", shown(destination), shown(source)));
        }
        if self.overwrites == Overwrites::Never {
            return Ok(false);
        }
        if self.overwrites == Overwrites::IfOlder && followed.modified_ns >= stat.modified_ns {
            return Ok(false);
        }
        Ok(!self.interactive || prompt::confirms(&format!("cp: overwrite {}? ", shown(destination))))
    }

    fn copy_file(&mut self, source: &[u8], stat: &Stat, destination: &[u8], existing: Option<Stat>) -> Result<Option<Vec<u8>>, String> {
        let cannot_make = |what: &str, error: std::io::Error| {
            format!("cannot create {what} {}: {}", shown(destination), sys::errno::message(&error))
        };
        let replaces = existing.is_some();
        let unlinks = self.remove_destination || stat.is_symbolic_link() || (self.force && self.makes != Makes::Copies);
        let kept = self.backup.make(destination, replaces)?;
        let replaces = replaces && kept.is_none();
        if replaces && unlinks {
            std::fs::remove_file(path::of(destination))
                .map_err(|error| format!("cannot remove {}: {}", shown(destination), sys::errno::message(&error)))?;
        }
        match self.makes {
            Makes::HardLinks => {
                return path::link(source, destination, false).map(|()| kept).map_err(|error| cannot_make("hard link", error));
            }
            Makes::SymbolicLinks => {
                return path::symlink(source, destination).map(|()| kept).map_err(|error| cannot_make("symbolic link", error));
            }
            Makes::Copies => {}
        }
        if self.preserve.links && self.links.link_or_note(stat, destination).map_err(|error| cannot_make("hard link", error))? {
            return Ok(kept);
        }
        if stat.is_symbolic_link() {
            let target = path::read_link(source)
                .map_err(|error| format!("cannot read symbolic link {}: {}", shown(source), sys::errno::message(&error)))?;
            path::symlink(&target, destination).map_err(|error| cannot_make("symbolic link", error))?;
        } else {
            self.copy_content(source, destination)?;
        }
        let is_new = !replaces || unlinks;
        copy::attributes(stat, destination, self.preserve, is_new)
            .map(|()| kept)
            .map_err(|error| format!("preserving attributes of {}: {}", shown(destination), sys::errno::message(&error)))
    }

    fn copy_content(&self, source: &[u8], destination: &[u8]) -> Result<(), String> {
        if self.attributes_only {
            let made = std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(path::of(destination));
            return made.map(|_| ()).map_err(|error| format!("cannot create regular file {}: {}", shown(destination), sys::errno::message(&error)));
        }
        let first = copy::content(source, destination);
        let denied = first.as_ref().is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
        let result = if denied && self.force && std::fs::remove_file(path::of(destination)).is_ok() {
            copy::content(source, destination)
        } else {
            first
        };
        let Err(error) = result else { return Ok(()) };
        let message = sys::errno::message(&error);
        if let Err(error) = std::fs::File::open(path::of(source)) {
            return Err(format!("cannot open {} for reading: {}", shown(source), sys::errno::message(&error)));
        }
        if destination.ends_with(b"/") && error.kind() != ErrorKind::NotADirectory {
            return Err(format!("cannot create regular file {}: Not a directory", shown(destination)));
        }
        Err(format!("cannot create regular file {}: {message}", shown(destination)))
    }

    fn copy_directory(&mut self, source: &[u8], stat: &Stat, destination: &[u8]) {
        let existing = sys::stat(destination).ok();
        if existing.is_some_and(|existing| !existing.is_directory()) {
            let text = format!("cannot overwrite non-directory {} with directory {}", shown(destination), shown(source));
            return self.fail(&text);
        }
        if existing.is_none() {
            if let Err(error) = std::fs::create_dir(path::of(destination)) {
                let text = format!("cannot create directory {}: {}", shown(destination), sys::errno::message(&error));
                return self.fail(&text);
            }
            self.report(source, destination);
        }
        match copy::names_in(source) {
            Ok(names) => {
                for name in names {
                    self.copy_child(&path::join(source, &name), &path::join(destination, &name));
                }
            }
            Err(error) => {
                let text = format!("cannot access {}: {}", shown(source), sys::errno::message(&error));
                self.fail(&text);
            }
        }
        // After the content, which a read-only mode would refuse and whose copying changes the times.
        if let Err(error) = copy::attributes(stat, destination, self.preserve, existing.is_none()) {
            let text = format!("preserving attributes of {}: {}", shown(destination), sys::errno::message(&error));
            self.fail(&text);
        }
    }

    fn copy_child(&mut self, source: &[u8], destination: &[u8]) {
        match look(source, self.dereference == Some(Dereference::Always)) {
            Ok(stat) => self.copy(source, &stat, destination),
            Err(error) => {
                let text = format!("cannot stat {}: {}", shown(source), sys::errno::message(&error));
                self.fail(&text);
            }
        }
    }
}

fn look(path: &[u8], follow: bool) -> std::io::Result<Stat> {
    if follow { sys::stat(path) } else { sys::lstat(path) }
}

fn shown(path: &[u8]) -> String {
    quoted(OsStr::from_bytes(path))
}
