//! install: copies files and sets their modes and owners.

use crate::copy::{self, Preserve};
use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::users::Names;
use crate::words::quoted;
use crate::{backup, path};
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program =
    Program { name: "install", usage: "[OPTION]... [-T] SOURCE DEST", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["b"]),
    optional_value(&["backup"]),
    flag(&["c"]),
    flag(&["C", "compare"]),
    flag(&["d", "directory"]),
    flag(&["D"]),
    value(&["g", "group"]),
    value(&["m", "mode"]),
    value(&["o", "owner"]),
    flag(&["p", "preserve-timestamps"]),
    flag(&["s", "strip"]),
    value(&["strip-program"]),
    value(&["S", "suffix"]),
    value(&["t", "target-directory"]),
    flag(&["T", "no-target-directory"]),
    flag(&["v", "verbose"]),
];
const DEFAULT_MODE: u32 = 0o755;

struct Installing {
    mode: u32,
    uid: Option<u32>,
    gid: Option<u32>,
    makes_parents: bool,
    compare: bool,
    preserve_times: bool,
    verbose: bool,
    backup: backup::Backup,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let mut parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let last = |name: &str| parsed.options.iter().rfind(|given| given.name == name).map(|given| given.value.to_string_lossy().into_owned());
    let (makes_directories, no_directory, target) = (has("d"), has("T"), last("t"));
    let names = Names::load();
    let backup = match backup::Backup::from_options(PROGRAM, &parsed.options) {
        Ok(backup) => backup,
        Err(code) => return code,
    };
    let mut installing = Installing {
        mode: DEFAULT_MODE,
        uid: None,
        gid: None,
        makes_parents: has("D"),
        compare: has("C"),
        preserve_times: has("p"),
        verbose: has("v"),
        backup,
    };
    if let Some(text) = last("m") {
        match file_mode::apply(&text, 0, makes_directories, 0) {
            Some(mode) => installing.mode = mode,
            None => {
                PROGRAM.complain(&format!("invalid mode {}", quoted(&text)));
                return 1;
            }
        }
    }
    if let Some(text) = last("o") {
        installing.uid = names.account(&text).map(|account| account.uid).or_else(|| text.parse().ok());
        if installing.uid.is_none() {
            PROGRAM.complain(&format!("invalid user {}", quoted(&text)));
            return 1;
        }
    }
    if let Some(text) = last("g") {
        installing.gid = names.gid(&text);
        if installing.gid.is_none() {
            PROGRAM.complain(&format!("invalid group {}", quoted(&text)));
            return 1;
        }
    }
    let operands = &mut parsed.operands;
    if operands.is_empty() {
        return PROGRAM.usage_failure("missing file operand");
    }
    if makes_directories {
        let made = operands.iter().map(|name| installing.directory(name.as_bytes()));
        return report(made.collect());
    }
    if let (Some(_), true) = (&target, no_directory) {
        PROGRAM.complain("cannot combine --target-directory (-t) and --no-target-directory (-T)");
        return 1;
    }
    let results = match target {
        Some(directory) => {
            if installing.makes_parents
                && let Err(text) = installing.parents(&path::join(directory.as_bytes(), b"x"))
            {
                return report(vec![Err(text)]);
            }
            if !sys::stat(directory.as_bytes()).is_ok_and(|stat| stat.is_directory()) {
                let problem = if sys::stat(directory.as_bytes()).is_ok() { "Not a directory" } else { "No such file or directory" };
                let what = if problem == "Not a directory" { "target" } else { "failed to access" };
                PROGRAM.complain(&format!("{what} {}: {problem}", quoted(&directory)));
                return 1;
            }
            installing.into_directory(operands, directory.as_bytes())
        }
        None => {
            let Some(destination) = (operands.len() > 1).then(|| operands.pop()).flatten() else {
                return PROGRAM.usage_failure(&format!("missing destination file operand after {}", quoted(&operands[0])));
            };
            let is_directory = sys::stat(destination.as_bytes()).is_ok_and(|stat| stat.is_directory());
            if is_directory && !no_directory {
                installing.into_directory(operands, destination.as_bytes())
            } else if operands.len() > 1 {
                if no_directory {
                    return PROGRAM.extra_operand(&destination);
                }
                let problem = if sys::stat(destination.as_bytes()).is_ok() { "Not a directory" } else { "No such file or directory" };
                PROGRAM.complain(&format!("target {}: {problem}", quoted(&destination)));
                return 1;
            } else {
                vec![installing.file(operands[0].as_bytes(), destination.as_bytes())]
            }
        }
    };
    report(results)
}

fn report(results: Vec<Result<(), String>>) -> i32 {
    let failures = results.iter().filter_map(|result| result.as_ref().err());
    failures.map(|text| PROGRAM.complain(text)).count().min(1) as i32
}

impl Installing {
    fn into_directory(&self, sources: &[OsString], directory: &[u8]) -> Vec<Result<(), String>> {
        let put = |source: &OsString| self.file(source.as_bytes(), &path::join(directory, path::last_component(source.as_bytes())));
        sources.iter().map(put).collect()
    }

    /// Makes a directory and those above it; only the last gets mode and owner.
    fn directory(&self, name: &[u8]) -> Result<(), String> {
        self.parents(&path::join(name, b"x"))?;
        self.attributes(name)
    }

    /// Makes the directories above `name` that are missing.
    fn parents(&self, name: &[u8]) -> Result<(), String> {
        for (at, _) in name.iter().enumerate().filter(|(at, byte)| **byte == b'/' && *at > 0) {
            let directory = &name[..at];
            if directory.ends_with(b"/") || sys::stat(directory).is_ok_and(|stat| stat.is_directory()) {
                continue;
            }
            std::fs::create_dir(path::of(directory))
                .map_err(|error| format!("cannot create directory {}: {}", shown(directory), sys::errno::message(&error)))?;
            // As GNU: the umask does not matter for these.
            let _ = sys::path_chmod(directory, 0o755);
            if self.verbose {
                getopt::say!("install: creating directory {}", shown(directory));
            }
        }
        Ok(())
    }

    fn file(&self, source: &[u8], destination: &[u8]) -> Result<(), String> {
        if self.makes_parents {
            self.parents(destination)?;
        }
        let stat = sys::stat(source).map_err(|error| format!("cannot stat {}: {}", shown(source), sys::errno::message(&error)))?;
        if stat.is_directory() {
            return Err(format!("omitting directory {}", shown(source)));
        }
        let present = sys::lstat(destination).ok();
        if let Some(present) = present {
            if sys::stat(destination).is_ok_and(|there| (there.device, there.inode) == (stat.device, stat.inode)) {
                return Err(format!("{} and {} are the same file", shown(source), shown(destination)));
            }
            if present.is_directory() {
                return Err(format!("cannot overwrite directory {} with non-directory", shown(destination)));
            }
            if self.compare && self.is_same(source, &stat, destination, &present) {
                return Ok(());
            }
        }
        let kept = self.backup.make(destination, present.is_some())?;
        if present.is_some() && kept.is_none() {
            std::fs::remove_file(path::of(destination))
                .map_err(|error| format!("cannot remove {}: {}", shown(destination), sys::errno::message(&error)))?;
            if self.verbose {
                getopt::say!("removed {}", shown(destination));
            }
        }
        copy::content(source, destination).map_err(|error| {
            if let Err(error) = std::fs::File::open(path::of(source)) {
                return format!("cannot open {} for reading: {}", shown(source), sys::errno::message(&error));
            }
            format!("cannot create regular file {}: {}", shown(destination), sys::errno::message(&error))
        })?;
        if self.verbose {
            let backup = kept.map(|kept| format!(" (backup: {})", shown(&kept))).unwrap_or_default();
            getopt::say!("{} -> {}{backup}", shown(source), shown(destination));
        }
        if self.preserve_times {
            let preserve = Preserve { timestamps: true, ..Preserve::default() };
            copy::attributes(&stat, destination, preserve, false)
                .map_err(|error| format!("cannot set timestamps for {}: {}", shown(destination), sys::errno::message(&error)))?;
        }
        self.attributes(destination)
    }

    fn is_same(&self, source: &[u8], stat: &sys::Stat, destination: &[u8], present: &sys::Stat) -> bool {
        let fits = |wanted: Option<u32>, actual: u32| wanted.is_none_or(|wanted| wanted == actual);
        present.is_regular()
            && present.permissions() == self.mode
            && present.size == stat.size
            && fits(self.uid, present.uid)
            && fits(self.gid, present.gid)
            && std::fs::read(path::of(source)).ok() == std::fs::read(path::of(destination)).ok()
    }

    fn attributes(&self, name: &[u8]) -> Result<(), String> {
        if self.uid.is_some() || self.gid.is_some() {
            sys::file::path_chown(name, self.uid, self.gid, true)
                .map_err(|error| format!("cannot change ownership of {}: {}", shown(name), sys::errno::message(&error)))?;
        }
        sys::path_chmod(name, self.mode)
            .map_err(|error| format!("cannot change permissions of {}: {}", shown(name), sys::errno::message(&error)))
    }
}

fn shown(name: &[u8]) -> String {
    quoted(OsStr::from_bytes(name))
}
