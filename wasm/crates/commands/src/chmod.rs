//! chmod: changes modes.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::path;
use crate::words::quoted;
use crate::copy;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program =
    Program { name: "chmod", usage: "[OPTION]... MODE[,MODE]... FILE...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["R", "recursive"]),
    flag(&["v", "verbose"]),
    flag(&["c", "changes"]),
    flag(&["f", "silent", "quiet"]),
    value(&["reference"]),
    flag(&["preserve-root"]),
    flag(&["no-preserve-root"]),
];

struct Change {
    specification: String,
    umask: u32,
    recursive: bool,
    verbose: bool,
    reports_changes: bool,
    silent: bool,
    failed: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let (args, leading_minus_mode) = set_aside_minus_mode(args);
    let mut parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has = |name| parsed.options.iter().any(|given| given.name == name);
    let mut change = Change {
        specification: String::new(),
        umask: file_mode::umask(),
        recursive: has("R"),
        verbose: has("v"),
        reports_changes: has("c"),
        silent: has("f"),
        failed: false,
    };
    let reference = parsed.options.iter().find(|given| given.name == "reference");
    if let Some(reference) = reference {
        match sys::stat(reference.value.as_bytes()) {
            Ok(stat) => change.specification = format!("{:05o}", stat.permissions()),
            Err(error) => {
                PROGRAM.complain_of(&format!("failed to get attributes of {}", quoted(&reference.value)), &error);
                return 1;
            }
        }
    } else if let Some(mode) = leading_minus_mode {
        change.specification = mode;
    } else if parsed.operands.is_empty() {
        return PROGRAM.missing_operand(None);
    } else {
        change.specification = parsed.operands.remove(0).to_string_lossy().into_owned();
    }
    if file_mode::apply(&change.specification, 0, false, change.umask).is_none() {
        return PROGRAM.usage_failure(&format!("invalid mode: {}", quoted(&change.specification)));
    }
    if parsed.operands.is_empty() {
        return PROGRAM.missing_operand(Some(OsStr::new(&change.specification)));
    }
    for operand in &parsed.operands {
        change.apply(operand.as_bytes(), true);
    }
    i32::from(change.failed)
}

/// A mode may look like options: `chmod -w file`. Takes the first such argument out.
fn set_aside_minus_mode(mut args: Vec<OsString>) -> (Vec<OsString>, Option<String>) {
    let is_mode = |arg: &OsString| {
        arg.as_bytes().strip_prefix(b"-").is_some_and(|rest| {
            !rest.is_empty() && rest.iter().all(|byte| b"rwxXst,+-=ugoa01234567".contains(byte)) && rest[0] != b'-'
        })
    };
    let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let Some(index) = args[..end].iter().position(is_mode) else { return (args, None) };
    let mode = args.remove(index).to_string_lossy().into_owned();
    (args, Some(mode))
}

impl Change {
    fn fail(&mut self, text: &str) {
        if !self.silent {
            PROGRAM.complain(text);
        }
        self.failed = true;
    }

    fn apply(&mut self, file: &[u8], is_operand: bool) {
        let shown = quoted(OsStr::from_bytes(file));
        let looked = if is_operand { sys::stat(file) } else { sys::lstat(file) };
        let stat = match looked {
            Ok(stat) => stat,
            Err(error) => {
                let what = if sys::lstat(file).is_ok() { "cannot operate on dangling symlink" } else { "cannot access" };
                let reason = if what == "cannot access" { format!(": {}", sys::errno::message(&error)) } else { String::new() };
                return self.fail(&format!("{what} {shown}{reason}"));
            }
        };
        if stat.is_symbolic_link() {
            return;
        }
        let old = stat.permissions();
        let new = file_mode::apply(&self.specification, old, stat.is_directory(), self.umask).unwrap_or(old);
        if let Err(error) = sys::path_chmod(file, new) {
            return self.fail(&format!("changing permissions of {shown}: {}", sys::errno::message(&error)));
        }
        let described = |mode: u32| format!("{mode:04o} ({})", &file_mode::letters(mode)[1..]);
        if old != new && (self.verbose || self.reports_changes) {
            getopt::say!("mode of {shown} changed from {} to {}", described(old), described(new));
        }
        if old == new && self.verbose {
            getopt::say!("mode of {shown} retained as {}", described(old));
        }
        if self.recursive && stat.is_directory() {
            match copy::names_in(file) {
                Ok(names) => names.iter().for_each(|name| self.apply(&path::join(file, name), false)),
                Err(error) => self.fail(&format!("cannot read directory {shown}: {}", sys::errno::message(&error))),
            }
        }
    }
}
