//! unzip: lists, tests and extracts. Names lose what leads outside, and links are made last, so that nothing is written
//! through one.

use super::directory::{DEFLATED, Directory, ENCRYPTED, Entry, STORED};
use super::unzip_options::{self, Action, Options, Overwrite};
use super::{listing, selection};
use console::stream::{CHUNK_BYTES, CopyError, Output, copy, output};
use console::{message, path, shown};
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Error, ErrorKind, Read, Result, Write};
use std::os::fd::AsRawFd;

const BZIP2: u16 = 12;
const WARNING: i32 = 1;
const ERROR: i32 = 2;
const NOT_A_ZIPFILE: i32 = 9;
const NOT_MATCHED: i32 = 11;
const BOMB: i32 = 12;
const DISK_FULL: i32 = 50;
const NO_PASSWORD: i32 = 82;
const UNSUPPORTED: i32 = 81;

pub fn main(args: Vec<OsString>) -> i32 {
    let options = match unzip_options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut unzip = Unzip { options, code: 0, out: output(), links: Vec::new(), directories: Vec::new() };
    let code = unzip.run();
    if let Err(error) = unzip.out.flush() {
        eprintln!("unzip:  write error: {}", message(&error));
        return DISK_FULL;
    }
    code
}

struct Unzip {
    options: Options,
    code: i32,
    out: Output,
    links: Vec<(Vec<u8>, Vec<u8>)>,
    directories: Vec<(Vec<u8>, u32, i64)>,
}

impl Unzip {
    /// A line for standard output; that it could not be written is told at the end.
    fn say(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    fn worsen(&mut self, code: i32) {
        self.code = self.code.max(code);
    }

    fn run(&mut self) -> i32 {
        let Some(mut file) = self.open() else { return NOT_A_ZIPFILE };
        let name = shown(&self.options.archive).into_owned();
        let shows_name = match self.options.action {
            Action::Print => self.options.pipes_messages,
            Action::ZipInfo => false,
            _ => self.options.quiet == 0,
        };
        if shows_name {
            self.say(&format!("Archive:  {name}"));
        }
        let directory = match Directory::read(&mut file) {
            Ok(directory) => directory,
            Err(_) => {
                let _ = self.out.flush();
                eprintln!("  End-of-central-directory signature not found.  Either this file is not");
                eprintln!("  a zipfile, or it constitutes one disk of a multi-part archive.  In the");
                eprintln!("  latter case the central directory and zipfile comment will be found on");
                eprintln!("  the last disk(s) of this archive.");
                eprintln!("unzip:  cannot find zipfile directory in one of {name} or\n        {name}.zip, and cannot find {name}.ZIP, period.");
                return NOT_A_ZIPFILE;
            }
        };
        if shows_name && !directory.comment.is_empty() && self.options.action != Action::Comment {
            let comment = shown(&directory.comment).into_owned();
            self.say(&comment);
        }
        let mut found = vec![false; self.options.members.len()];
        let entries: Vec<&Entry> = directory.entries.iter().filter(|entry| self.selects(entry, &mut found)).collect();
        let listed = match self.options.action {
            Action::Comment => {
                let comment = shown(&directory.comment).into_owned();
                if !comment.is_empty() {
                    self.say(&comment);
                }
                Ok(())
            }
            Action::List => listing::short(&entries, self.options.quiet, &mut self.out),
            Action::ListVerbose => listing::verbose(&entries, self.options.quiet, &mut self.out),
            Action::ZipInfo => listing::info(&directory, &entries, &self.options, &mut self.out),
            Action::Extract | Action::Print | Action::Test => {
                if directory.overlaps() {
                    eprintln!("error: invalid zip file with overlapped components (possible zip bomb)");
                    return BOMB;
                }
                self.contents(&mut file, &directory, &entries);
                Ok(())
            }
        };
        if listed.is_err() {
            return DISK_FULL;
        }
        for (pattern, found) in self.options.members.iter().zip(&found) {
            if !found {
                eprintln!("caution: filename not matched:  {}", shown(pattern));
                self.code = self.code.max(NOT_MATCHED);
            }
        }
        if directory.entries.is_empty() {
            self.worsen(WARNING);
        }
        self.code
    }

    /// Opens the archive by its name, or by its name and `.zip`.
    fn open(&mut self) -> Option<File> {
        let given = self.options.archive.clone();
        for suffix in [&b""[..], b".zip", b".ZIP"] {
            let name = [&given[..], suffix].concat();
            let is_directory = sys::stat(&name).is_ok_and(|stat| stat.is_directory());
            if let Some(file) = File::open(path::of(&name)).ok().filter(|_| !is_directory) {
                self.options.archive = name;
                return Some(file);
            }
        }
        let name = shown(&given);
        eprintln!("unzip:  cannot find or open {name}, {name}.zip or {name}.ZIP.");
        None
    }

    fn selects(&self, entry: &Entry, found: &mut [bool]) -> bool {
        let ignore_case = self.options.ignore_case;
        let is_excluded = self.options.excluded.iter().any(|pattern| selection::matches(pattern, &entry.name, ignore_case));
        if self.options.members.is_empty() {
            return !is_excluded;
        }
        let mut is_taken = false;
        for (pattern, found) in self.options.members.iter().zip(found) {
            if selection::matches(pattern, &entry.name, ignore_case) {
                (is_taken, *found) = (true, true);
            }
        }
        is_taken && !is_excluded
    }

    fn contents(&mut self, file: &mut File, directory: &Directory, entries: &[&Entry]) {
        if self.options.action == Action::Extract {
            if let Some(target) = self.options.directory.clone() {
                if let Err(error) = std::fs::create_dir(path::of(&target)) {
                    if error.kind() != ErrorKind::AlreadyExists {
                        let _ = self.out.flush();
                        eprintln!("checkdir:  cannot create extraction directory: {}\n           {}", shown(&target), message(&error));
                        return self.worsen(ERROR);
                    }
                }
            }
        }
        for entry in entries {
            if let Err(error) = self.entry(file, directory, entry) {
                let _ = self.out.flush();
                eprintln!("error:  {}: {}", shown(&entry.name), words_of(&error));
                let is_full = error.kind() == ErrorKind::StorageFull;
                self.worsen(if is_full { DISK_FULL } else { ERROR });
                if is_full {
                    break;
                }
            }
        }
        self.finish();
        if self.options.action == Action::Test && self.options.quiet < 2 {
            let name = shown(&self.options.archive).into_owned();
            let is_whole = self.options.members.is_empty() && self.options.excluded.is_empty();
            if self.code != 0 {
                self.say(&format!("At least one error was detected in {name}."));
            } else if is_whole {
                self.say(&format!("No errors detected in compressed data of {name}."));
            } else {
                let count = entries.len();
                self.say(&format!("No errors detected in {name} for the {count} file{} tested.", if count == 1 { "" } else { "s" }));
            }
        }
    }

    fn entry(&mut self, file: &mut File, directory: &Directory, entry: &Entry) -> Result<()> {
        if entry.flags & ENCRYPTED != 0 {
            let _ = self.out.flush();
            eprintln!("   skipping: {:<22}  unable to get password", shown(&entry.name));
            self.worsen(NO_PASSWORD);
            return Ok(());
        }
        match self.options.action {
            Action::Test => self.test(file, directory, entry),
            Action::Print => {
                if entry.is_directory() {
                    return Ok(());
                }
                if self.options.pipes_messages {
                    let verb = verb_of(entry);
                    self.say(&format!("{verb}: {:<22}  ", shown(&entry.name)));
                }
                let mut out = std::mem::replace(&mut self.out, output());
                let done = decode(file, directory, entry, &mut out);
                self.out = out;
                self.judge(entry, done)
            }
            _ => self.extract(file, directory, entry),
        }
    }

    fn test(&mut self, file: &mut File, directory: &Directory, entry: &Entry) -> Result<()> {
        let is_shown = self.options.quiet == 0;
        let shown_name = format!("    testing: {:<22}  ", shown(&entry.name));
        let done = decode(file, directory, entry, &mut std::io::sink());
        match done {
            Ok(crc) if crc == entry.crc => {
                if is_shown {
                    self.say(&format!("{shown_name} OK"));
                }
            }
            Ok(crc) => {
                self.say(&format!("{shown_name} bad CRC {crc:08x}  (should be {:08x})", entry.crc));
                self.worsen(ERROR);
            }
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                self.say(&format!("    skipping: {:<22}  unsupported compression method {}", shown(&entry.name), entry.method));
                self.worsen(UNSUPPORTED);
            }
            Err(error) => {
                self.say(&format!("{shown_name}\n  error:  invalid compressed data to inflate {}", words_of(&error)));
                self.worsen(ERROR);
            }
        }
        Ok(())
    }

    fn judge(&mut self, entry: &Entry, done: Result<u32>) -> Result<()> {
        match done {
            Ok(crc) if crc == entry.crc => Ok(()),
            Ok(crc) => {
                let _ = self.out.flush();
                eprintln!("{:<22}   bad CRC {crc:08x}  (should be {:08x})", shown(&entry.name), entry.crc);
                self.worsen(ERROR);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                let _ = self.out.flush();
                eprintln!("   skipping: {:<22}  unsupported compression method {}", shown(&entry.name), entry.method);
                self.worsen(UNSUPPORTED);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Where an entry goes: without what leads outside.
    fn target(&mut self, entry: &Entry) -> Option<Vec<u8>> {
        let mut name = entry.name.clone();
        if self.options.lowercase {
            name.make_ascii_lowercase();
        }
        if name.starts_with(b"/") {
            let _ = self.out.flush();
            eprintln!("warning:  stripped absolute path spec from {}", shown(&name));
            self.worsen(WARNING);
        }
        let parts: Vec<&[u8]> = name.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".").collect();
        if parts.contains(&&b".."[..]) {
            self.say(&format!("warning:  skipped \"../\" path component(s) in {}", shown(&name)));
            self.worsen(WARNING);
        }
        let mut safe: Vec<&[u8]> = parts.into_iter().filter(|part| *part != b"..").collect();
        if self.options.junk_paths {
            if entry.is_directory() {
                return None;
            }
            safe = safe.split_off(safe.len().saturating_sub(1));
        }
        let joined = safe.join(&b'/');
        if joined.is_empty() || joined.contains(&0) {
            return None;
        }
        Some(self.options.directory.as_ref().map_or(joined.clone(), |folder| path::join(folder, &joined)))
    }

    fn extract(&mut self, file: &mut File, directory: &Directory, entry: &Entry) -> Result<()> {
        let Some(target) = self.target(entry) else { return Ok(()) };
        let mode = entry.unix_mode().unwrap_or(if entry.is_directory() { 0o755 } else { 0o644 });
        let mode = if self.options.keep_special_modes { mode & 0o7777 } else { mode & 0o777 };
        if entry.is_directory() {
            if sys::lstat(&target).is_ok_and(|stat| stat.is_directory()) {
                return Ok(());
            }
            std::fs::create_dir_all(path::of(&target))?;
            if self.options.quiet == 0 {
                self.say(&format!("   creating: {}/", shown(&target)));
            }
            self.directories.push((target, mode, entry.modified));
            return Ok(());
        }
        let Some(target) = self.may_write(entry, target)? else { return Ok(()) };
        if let Some(parent) = path::parent(&target).filter(|parent| !parent.is_empty()) {
            self.refuse_links(parent)?;
            std::fs::create_dir_all(path::of(parent))?;
        }
        let verb = verb_of(entry);
        if entry.is_symbolic_link() {
            let mut link = Vec::new();
            let crc = decode(file, directory, entry, &mut link)?;
            if self.options.quiet == 0 {
                self.say(&format!("{verb}: {:<22}  -> {} ", shown(&target), shown(&link)));
            }
            self.links.push((target, link));
            return self.judge(entry, Ok(crc));
        }
        if self.options.quiet == 0 {
            self.say(&format!("{verb}: {:<22}  ", shown(&target)));
        }
        let mut output = OpenOptions::new().write(true).create_new(true).open(path::of(&target))?;
        let done = decode(file, directory, entry, &mut output);
        let is_whole = done.is_ok();
        self.judge(entry, done)?;
        if is_whole {
            sys::fd_chmod(output.as_raw_fd(), mode)?;
            path::set_modified(output.as_raw_fd(), entry.modified.saturating_mul(1_000_000_000))?;
        }
        Ok(())
    }

    /// Nothing is written through a link that stands where a directory is meant to be.
    fn refuse_links(&self, parent: &[u8]) -> Result<()> {
        let start = self.options.directory.as_ref().map_or(0, |folder| folder.len() + 1);
        let ends = (start..=parent.len()).filter(|at| *at == parent.len() || parent[*at] == b'/');
        for end in ends {
            if end > start && sys::lstat(&parent[..end]).is_ok_and(|stat| stat.is_symbolic_link()) {
                return Err(Error::from_raw_os_error(sys::errno::LOOP));
            }
        }
        Ok(())
    }

    /// Decides about a file that is there; answers where to write.
    fn may_write(&mut self, entry: &Entry, mut target: Vec<u8>) -> Result<Option<Vec<u8>>> {
        loop {
            let Ok(stat) = sys::lstat(&target) else {
                return Ok((!self.options.only_present).then_some(target));
            };
            if stat.is_directory() {
                return Err(Error::from_raw_os_error(sys::errno::ISDIR));
            }
            let is_newer = entry.modified > stat.modified_ns.div_euclid(1_000_000_000);
            if self.options.only_newer && !is_newer {
                return Ok(None);
            }
            match self.options.overwrite {
                Overwrite::Never => return Ok(None),
                Overwrite::Always => {
                    std::fs::remove_file(path::of(&target))?;
                    return Ok(Some(target));
                }
                Overwrite::Ask => {}
            }
            let _ = self.out.flush();
            eprint!("replace {}? [y]es, [n]o, [A]ll, [N]one, [r]ename: ", shown(&target));
            let mut answer = String::new();
            if std::io::stdin().read_line(&mut answer).unwrap_or(0) == 0 {
                eprintln!(" NULL\n(EOF or read error, treating as \"[N]one\" ...)");
                answer = "N".into();
                self.worsen(WARNING);
            }
            match answer.trim_start().chars().next() {
                Some('y' | 'Y') => {
                    std::fs::remove_file(path::of(&target))?;
                    return Ok(Some(target));
                }
                Some('A') => self.options.overwrite = Overwrite::Always,
                Some('N') => self.options.overwrite = Overwrite::Never,
                Some('n') => return Ok(None),
                Some('r') => {
                    eprint!("new name: ");
                    let mut name = String::new();
                    if std::io::stdin().read_line(&mut name).unwrap_or(0) > 1 {
                        target = name.trim_end_matches('\n').as_bytes().to_vec();
                    }
                }
                _ => eprintln!("error:  invalid response [{}]", answer.trim_end()),
            }
        }
    }

    /// Makes the links, then sets the directories' modes and times.
    fn finish(&mut self) {
        let links = std::mem::take(&mut self.links);
        if !links.is_empty() && self.options.quiet == 0 {
            self.say("finishing deferred symbolic links:");
        }
        for (name, target) in links {
            if self.options.quiet == 0 {
                self.say(&format!("  {:<22} -> {}", shown(&name), shown(&target)));
            }
            if let Err(error) = path::symlink(&target, &name) {
                let _ = self.out.flush();
                eprintln!("symlink error: {}", message(&error));
                self.worsen(WARNING);
            }
        }
        for (name, mode, modified) in std::mem::take(&mut self.directories).into_iter().rev() {
            let time = modified.saturating_mul(1_000_000_000);
            let _ = sys::path_chmod(&name, mode).and_then(|()| path::set_times(&name, time, time, true));
        }
    }
}

/// What is said of an entry that is written.
fn verb_of(entry: &Entry) -> &'static str {
    match entry.method {
        _ if entry.is_symbolic_link() => "    linking",
        STORED => " extracting",
        BZIP2 => " bunzipping",
        _ => "  inflating",
    }
}

fn words_of(error: &Error) -> String {
    match error.kind() {
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::InvalidInput => "invalid compressed data".into(),
        _ => message(error),
    }
}

/// Writes an entry's content; answers its checksum. `Unsupported`: a method that we do not have.
fn decode(file: &mut File, directory: &Directory, entry: &Entry, output: &mut dyn Write) -> Result<u32> {
    directory.seek_to_data(file, entry)?;
    let packed = BufReader::with_capacity(CHUNK_BYTES, file.take(entry.packed));
    let mut reader: Box<dyn Read + '_> = match entry.method {
        STORED => Box::new(packed),
        DEFLATED => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
        BZIP2 => Box::new(crate::compress::Bzip2Reader::new(packed)),
        93 => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?),
        95 => Box::new(liblzma::bufread::XzDecoder::new(packed)),
        _ => return Err(Error::from(ErrorKind::Unsupported)),
    };
    let mut checked = Checked { output, crc: crc32fast::Hasher::new() };
    let copied = copy(&mut *reader, &mut checked, u64::MAX, &mut vec![0; CHUNK_BYTES]);
    match copied {
        Ok(_) => Ok(checked.crc.finalize()),
        Err(CopyError::Read(error) | CopyError::Write(error)) => Err(error),
    }
}

struct Checked<'a> {
    output: &'a mut dyn Write,
    crc: crc32fast::Hasher,
}

impl Write for Checked<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let count = self.output.write(bytes)?;
        self.crc.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> Result<()> {
        self.output.flush()
    }
}
