//! ls: lists files and directories.
//!
//! Ours, because `ls -l` needs modes and owners, which WASI's filestat leaves out. `options` reads
//! the command line, `entry` looks at a file, `order` sorts, `columns` lays out, `long` is `-l`.

mod columns;
mod entry;
mod long;
mod name;
mod options;
mod order;

use crate::getopt::Program;
use crate::output::{self, Output};
use crate::users::Names;
use crate::words::quoted;
use entry::Entry;
use options::{Dereference, Format, Options};
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

/// dir and vdir are ls with other defaults.
fn program() -> Program {
    let called = std::env::args_os().next().unwrap_or_default();
    let name = match crate::path::last_component(called.as_bytes()) {
        b"dir" => "dir",
        b"vdir" => "vdir",
        _ => "ls",
    };
    Program { name, usage: "[OPTION]... [FILE]...", usage_error: 2, stops_at_operand: false }
}

/// Exit codes: something inside a directory could not be listed; an operand could not.
const MINOR_TROUBLE: i32 = 1;
const SERIOUS_TROUBLE: i32 = 2;

pub fn main(args: Vec<OsString>) -> i32 {
    let (options, operands) = match Options::parse(args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let names = if options.format == Format::Long && !options.numeric_owners { Names::load() } else { Names::numeric() };
    let mut listing = Listing { options, names, output: output::standard(), code: 0, blocks_written: false };
    listing.list_operands(operands);
    output::finish(listing.output, program().name, listing.code)
}

/// One run of ls.
struct Listing {
    options: Options,
    names: Names,
    output: Output,
    code: i32,
    /// Something was listed already, so that the next directory is set off by an empty line.
    blocks_written: bool,
}

impl Listing {
    fn list_operands(&mut self, operands: Vec<OsString>) {
        let operands = if operands.is_empty() { vec![OsString::from(".")] } else { operands };
        let several = operands.len() > 1;
        let (mut files, mut directories) = (Vec::new(), Vec::new());
        for operand in operands {
            let Some(entry) = self.look_at_operand(operand.into_vec()) else { continue };
            let list_inside = entry.stat.is_some_and(|stat| stat.is_directory()) && !self.options.directories_themselves;
            if list_inside { directories.push(entry) } else { files.push(entry) }
        }
        order::sort(&mut files, &self.options);
        order::sort(&mut directories, &self.options);
        if !files.is_empty() {
            self.write_entries(&files);
            self.blocks_written = true;
        }
        let with_header = several || self.options.recursive;
        for directory in directories {
            self.list_directory(&directory.name, with_header, SERIOUS_TROUBLE);
        }
    }

    fn look_at_operand(&mut self, name: Vec<u8>) -> Option<Entry> {
        let follow = match self.options.dereference {
            Dereference::Always | Dereference::Operands => true,
            Dereference::OperandsToDirectories => sys::stat(&name).is_ok_and(|stat| stat.is_directory()),
            Dereference::Never => false,
        };
        let stat = if follow { sys::stat(&name).or_else(|_| sys::lstat(&name)) } else { sys::lstat(&name) };
        match stat {
            Ok(stat) => Some(Entry::new(name.clone(), name, Some(stat))),
            Err(error) => {
                self.complain("cannot access", &name, &error, SERIOUS_TROUBLE);
                None
            }
        }
    }

    fn complain(&mut self, what: &str, path: &[u8], error: &std::io::Error, code: i32) {
        // What was listed so far comes first, as on a terminal.
        let _ = self.output.flush();
        let shown = quoted(std::ffi::OsStr::from_bytes(path));
        program().complain_of(&format!("{what} {shown}"), error);
        self.code = self.code.max(code);
    }

    /// Lists a directory, and with `-R` those below it, without recursion on the stack.
    fn list_directory(&mut self, top: &[u8], with_header: bool, trouble: i32) {
        let mut pending = vec![(top.to_vec(), trouble)];
        while let Some((path, trouble)) = pending.pop() {
            let entries = match self.read_directory(&path) {
                Ok(entries) => entries,
                Err(error) => {
                    self.complain("cannot open directory", &path, &error, trouble);
                    continue;
                }
            };
            self.write_directory_header(&path, with_header);
            if matches!(self.options.format, Format::Long) || self.options.show_blocks {
                let blocks: u64 = entries.iter().filter_map(|entry| entry.stat).map(|stat| stat.blocks).sum();
                let total = self.options.words_for_blocks(blocks);
                let _ = writeln!(self.output, "total {total}");
            }
            self.write_entries(&entries);
            if self.options.recursive {
                let below = entries.into_iter().rev().filter(Entry::is_real_subdirectory);
                pending.extend(below.map(|entry| (entry.path, MINOR_TROUBLE)));
            }
        }
    }

    fn write_directory_header(&mut self, path: &[u8], with_header: bool) {
        if self.blocks_written {
            let _ = self.output.write_all(b"\n");
        }
        self.blocks_written = true;
        if with_header {
            let shown = name::shown(path, &self.options);
            let _ = self.output.write_all(&[&shown, &b":\n"[..]].concat());
        }
    }

    fn read_directory(&mut self, path: &[u8]) -> std::io::Result<Vec<Entry>> {
        let mut names: Vec<Vec<u8>> = Vec::new();
        if self.options.shows_dot_and_dot_dot() {
            names.extend([b".".to_vec(), b"..".to_vec()]);
        }
        let listed = sys::directory::names(path)?.into_iter().map(|name| name.bytes);
        names.extend(listed.filter(|name| self.options.shows(name)));
        let separator: &[u8] = if path.ends_with(b"/") { b"" } else { b"/" };
        let paths: Vec<Vec<u8>> = names.iter().map(|name| [path, separator, name].concat()).collect();
        let stats = if self.options.needs_stat() { self.look_at(&paths) } else { vec![None; paths.len()] };
        let mut entries = Vec::with_capacity(names.len());
        for ((name, path), stat) in names.into_iter().zip(paths).zip(stats) {
            entries.push(Entry::new(name, path, stat));
        }
        order::sort(&mut entries, &self.options);
        Ok(entries)
    }

    fn look_at(&mut self, paths: &[Vec<u8>]) -> Vec<Option<sys::Stat>> {
        let stats = match self.options.dereference {
            Dereference::Always => paths.iter().map(|path| sys::stat(path).or_else(|_| sys::lstat(path))).collect(),
            _ => sys::lstat_all(paths),
        };
        let told = paths.iter().zip(stats);
        told.map(|(path, stat)| stat.map_err(|error| self.complain("cannot access", path, &error, MINOR_TROUBLE)).ok()).collect()
    }

    fn write_entries(&mut self, entries: &[Entry]) {
        let _ = match self.options.format {
            Format::Long => long::write(&mut self.output, entries, &self.options, &self.names),
            format => columns::write(&mut self.output, entries, &self.options, format),
        };
    }
}
