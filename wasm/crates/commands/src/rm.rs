//! rm: removes files and trees.

use crate::getopt::{self, Opt, Program, flag, optional_value};
use crate::path;
use crate::prompt;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, IsTerminal};
use std::os::wasi::ffi::OsStrExt;
use sys::Stat;

const PROGRAM: Program = Program { name: "rm", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["f", "force"]),
    flag(&["r", "R", "recursive"]),
    flag(&["d", "dir"]),
    flag(&["i"]),
    flag(&["I"]),
    optional_value(&["interactive"]),
    flag(&["v", "verbose"]),
    flag(&["one-file-system"]),
    flag(&["no-preserve-root"]),
    optional_value(&["preserve-root"]),
];

/// From how many operands `-I` asks.
const MANY_OPERANDS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Never,
    WhenProtected,
    Once,
    Always,
}

struct Removal {
    force: bool,
    recursive: bool,
    empty_directories: bool,
    asks: Asks,
    verbose: bool,
    preserve_root: bool,
    failed: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut removal = Removal {
        force: false,
        recursive: false,
        empty_directories: false,
        asks: Asks::WhenProtected,
        verbose: false,
        preserve_root: true,
        failed: false,
    };
    for given in &parsed.options {
        match given.name {
            "f" => (removal.force, removal.asks) = (true, Asks::Never),
            "r" => removal.recursive = true,
            "d" => removal.empty_directories = true,
            "i" => (removal.force, removal.asks) = (false, Asks::Always),
            "I" => (removal.force, removal.asks) = (false, Asks::Once),
            "interactive" => match given.value.as_bytes() {
                b"" | b"always" | b"yes" => removal.asks = Asks::Always,
                b"once" => removal.asks = Asks::Once,
                b"never" | b"no" | b"none" => removal.asks = Asks::Never,
                _ => {
                    let text = format!("invalid argument {} for '--interactive'", quoted(&given.value));
                    return PROGRAM.usage_failure(&text);
                }
            },
            "v" => removal.verbose = true,
            "no-preserve-root" => removal.preserve_root = false,
            _ => {}
        }
    }
    if parsed.operands.is_empty() {
        return if removal.force { 0 } else { PROGRAM.missing_operand(None) };
    }
    let count = parsed.operands.len();
    if removal.asks == Asks::Once && (removal.recursive || count >= MANY_OPERANDS) {
        let noun = if count == 1 { "argument" } else { "arguments" };
        let manner = if removal.recursive { " recursively" } else { "" };
        if !prompt::confirms(&format!("rm: remove {count} {noun}{manner}? ")) {
            return 0;
        }
    }
    for operand in &parsed.operands {
        removal.remove_operand(operand.as_bytes());
    }
    i32::from(removal.failed)
}

impl Removal {
    fn fail(&mut self, text: &str) {
        PROGRAM.complain(text);
        self.failed = true;
    }

    fn fail_on(&mut self, file: &[u8], error: &std::io::Error) {
        let text = format!("cannot remove {}: {}", shown(file), sys::errno::message(error));
        self.fail(&text);
    }

    fn remove_operand(&mut self, operand: &[u8]) {
        if matches!(path::last_component(operand), b"." | b"..") {
            let text = format!("refusing to remove '.' or '..' directory: skipping {}", shown(operand));
            return self.fail(&text);
        }
        let stat = match sys::lstat(operand) {
            Ok(stat) => stat,
            Err(error) => {
                let is_missing = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
                if !(self.force && is_missing) {
                    self.fail_on(operand, &error);
                }
                return;
            }
        };
        let is_root = || path::resolve(operand, path::Missing::Nothing).is_ok_and(|resolved| resolved == b"/");
        if self.recursive && self.preserve_root && stat.is_directory() && is_root() {
            self.fail("it is dangerous to operate recursively on '/'");
            return self.fail("use --no-preserve-root to override this failsafe");
        }
        self.remove(path::without_trailing_slashes(operand), &stat);
    }

    /// Removes a file or a tree; returns whether it is gone.
    fn remove(&mut self, file: &[u8], stat: &Stat) -> bool {
        if !stat.is_directory() {
            return self.agreed(file, stat, "remove") && self.finish(file, std::fs::remove_file(path::of(file)), "");
        }
        if !self.recursive {
            if !self.empty_directories {
                let text = format!("cannot remove {}: Is a directory", shown(file));
                self.fail(&text);
                return false;
            }
            return self.agreed(file, stat, "remove") && self.finish(file, std::fs::remove_dir(path::of(file)), "directory ");
        }
        self.remove_tree(file, stat)
    }

    fn remove_tree(&mut self, directory: &[u8], stat: &Stat) -> bool {
        let names = match sys::directory::names(directory) {
            Ok(names) => names,
            Err(error) => {
                self.fail_on(directory, &error);
                return false;
            }
        };
        if !names.is_empty() && !self.agreed(directory, stat, "descend into") {
            return false;
        }
        let mut emptied = true;
        for name in names {
            let file = path::join(directory, &name.bytes);
            emptied &= match sys::lstat(&file) {
                Ok(stat) => self.remove(&file, &stat),
                Err(error) => {
                    self.fail_on(&file, &error);
                    false
                }
            };
        }
        emptied && self.agreed(directory, stat, "remove") && self.finish(directory, std::fs::remove_dir(path::of(directory)), "directory ")
    }

    fn finish(&mut self, file: &[u8], result: std::io::Result<()>, noun: &str) -> bool {
        if let Err(error) = result {
            self.fail_on(file, &error);
            return false;
        }
        if self.verbose {
            getopt::say!("removed {noun}{}", shown(file));
        }
        true
    }

    /// Asks where the options want it. A file that cannot be written is only asked about on a terminal.
    fn agreed(&self, file: &[u8], stat: &Stat, action: &str) -> bool {
        let is_protected = || stat.permissions() & 0o222 == 0 && !stat.is_symbolic_link() && std::io::stdin().is_terminal();
        let protection = match self.asks {
            Asks::Never | Asks::Once => return true,
            Asks::WhenProtected if !is_protected() => return true,
            Asks::WhenProtected => "write-protected ",
            Asks::Always => "",
        };
        if action == "descend into" {
            return prompt::confirms(&format!("rm: descend into {protection}directory {}? ", shown(file)));
        }
        prompt::confirms(&format!("rm: remove {protection}{} {}? ", kind(stat), shown(file)))
    }
}

fn shown(file: &[u8]) -> String {
    quoted(OsStr::from_bytes(file))
}

fn kind(stat: &Stat) -> &'static str {
    if stat.is_regular() && stat.size == 0 {
        return "regular empty file";
    }
    crate::stat::kind(stat)
}
