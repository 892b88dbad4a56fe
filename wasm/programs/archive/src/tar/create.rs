//! Writing members: `tar -c`, `-r`, `-u`.

use super::filter::Sink;
use super::header::{self, BLOCK, Format, Kind, Member};
use super::list::Listing;
use super::names::{Role, escaped};
use super::options::{Operand, Sort, Tar};
use super::{pattern, sparse};
use crate::owners::Names as Owners;
use console::stream::{CHUNK_BYTES, Stream};
use console::{message, path, shown};
use std::collections::HashMap;
use std::io::{Error, Read, Seek, SeekFrom, Write};
use sys::{Inspected, Stat, inspect};

/// A cache directory says so by a file of this name that begins so.
const CACHE_TAG: &[u8] = b"CACHEDIR.TAG";
const CACHE_SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

pub struct Writer<'a> {
    tar: &'a mut Tar,
    sink: Sink,
    written: u64,
    listing: Listing,
    owners: Owners,
    /// Names under which files with several names were written.
    links: HashMap<(u64, u64), Vec<u8>>,
    /// The archive itself.
    own: Option<(u64, u64)>,
    /// In the archive already, with their times: `-u`.
    present: HashMap<Vec<u8>, i64>,
    buffer: Vec<u8>,
}

/// Ends the program: the archive cannot be written.
pub struct Fatal;

impl<'a> Writer<'a> {
    pub fn new(tar: &'a mut Tar, sink: Sink, own: Option<(u64, u64)>, present: HashMap<Vec<u8>, i64>, start: u64) -> Writer<'a> {
        let on_stderr = tar.archive == b"-";
        let owners = if tar.numeric_owner { Owners::numeric() } else { Owners::load() };
        Writer {
            tar,
            sink,
            written: start,
            listing: Listing::new(on_stderr),
            owners,
            links: HashMap::new(),
            own,
            present,
            buffer: vec![0; CHUNK_BYTES],
        }
    }

    /// Writes everything that the line names, and the end. Answers the exit code.
    pub fn run(mut self) -> i32 {
        let operands = std::mem::take(&mut self.tar.operands);
        let mut done = Ok(());
        if let Some(label) = self.tar.label.clone() {
            let mut member = Member::new(label, Kind::Other(b'V'));
            member.permissions = 0;
            done = self.head(&member);
        }
        for operand in &operands {
            if done.is_ok() {
                done = self.operand(operand);
            }
        }
        let done = done.and_then(|()| self.end());
        if !self.listing.finish() {
            self.tar.failed = 2;
        }
        match done.and_then(|()| self.sink.finish().map_err(|error| tell_write(self.tar, &error))) {
            Ok(()) => self.tar.failed,
            Err(Fatal) => 2,
        }
    }

    fn operand(&mut self, operand: &Operand) -> Result<(), Fatal> {
        for directory in &operand.directories {
            if let Err(error) = console::kernel::change_directory(directory) {
                eprintln!("tar: {}: Cannot open: {}\ntar: Error is not recoverable: exiting now", shown(directory), message(&error));
                return Err(Fatal);
            }
        }
        let name = &operand.name;
        let trimmed = path::without_trailing_slashes(name);
        if !self.is_excluded(trimmed) {
            let must_be_directory = name.len() > trimmed.len();
            let stat = if self.tar.dereference || must_be_directory { sys::stat(trimmed) } else { sys::lstat(trimmed) };
            self.entry(trimmed, Inspected { stat, content: None }, operand.recurses, None)?;
        }
        Ok(())
    }

    fn is_excluded(&self, name: &[u8]) -> bool {
        self.tar.exclusions.iter().any(|exclusion| {
            let rules = exclusion.rules;
            pattern::matches(&exclusion.pattern, name, rules)
        })
    }

    fn fail(&mut self, name: &[u8], what: &str, error: &Error) {
        if self.tar.ignore_failed_read {
            eprintln!("tar: {}: Warning: {what}: {}", escaped(name), message(error));
            return;
        }
        eprintln!("tar: {}: {what}: {}", escaped(name), message(error));
        self.tar.failed = 2;
    }

    fn entry(&mut self, name: &[u8], found: Inspected, recurses: bool, device: Option<u64>) -> Result<(), Fatal> {
        let stat = match found.stat {
            Ok(stat) => stat,
            Err(error) => {
                self.fail(name, "Cannot stat", &error);
                return Ok(());
            }
        };
        if self.own == Some((stat.device, stat.inode)) && stat.is_regular() {
            eprintln!("tar: {}: file is the archive; not dumped", escaped(name));
            return Ok(());
        }
        let is_older = self.tar.newer_ns.is_some_and(|newer| stat.modified_ns < newer);
        if is_older && !stat.is_directory() {
            return Ok(());
        }
        if stat.is_socket() {
            eprintln!("tar: {}: socket ignored", escaped(name));
            return Ok(());
        }
        let with_slash = if stat.is_directory() { path::join(name, b"") } else { name.to_vec() };
        let safe = self.tar.names.safe(&with_slash, Role::Member);
        let stored = self.tar.names.transformed(safe, None);
        if stored.is_empty() {
            return Ok(());
        }
        let kept = self.present.get(path::without_trailing_slashes(&stored)).copied();
        let is_current = kept.is_some_and(|time| stat.modified_ns.div_euclid(1_000_000_000) <= time.div_euclid(1_000_000_000));
        if !is_current || stat.is_directory() && kept.is_none() {
            self.write_entry(name, &stored, &stat, found.content)?;
        }
        if stat.is_directory() {
            let stays = device.is_none_or(|device| device == stat.device) || !self.tar.one_file_system;
            if recurses && stays && !(self.tar.excludes_caches && is_cache(name)) {
                self.directory(name, stat.device)?;
            }
            if self.tar.remove_files {
                if let Err(error) = std::fs::remove_dir(path::of(name)) {
                    self.fail(name, "Cannot rmdir", &error);
                }
            }
        } else if self.tar.remove_files {
            if let Err(error) = std::fs::remove_file(path::of(name)) {
                self.fail(name, "Cannot unlink", &error);
            }
        }
        Ok(())
    }

    fn directory(&mut self, name: &[u8], device: u64) -> Result<(), Fatal> {
        let mut names = match path::names_in(name) {
            Ok(names) => names,
            Err(error) => {
                self.fail(name, "Cannot open", &error);
                return Ok(());
            }
        };
        match self.tar.sort {
            Sort::None => {}
            Sort::Name => names.sort(),
            Sort::Inode => names.sort_by_key(|entry| sys::lstat(&path::join(name, entry)).map_or(0, |stat| stat.inode)),
        }
        let mut paths: Vec<Vec<u8>> = names.iter().map(|entry| path::join(name, entry)).collect();
        paths.retain(|path| !self.is_excluded(path));
        let mut rest = paths.as_slice();
        while !rest.is_empty() {
            let found = match self.tar.dereference {
                true => vec![Inspected { stat: sys::stat(&rest[0]), content: None }],
                false => inspect(rest, true),
            };
            let (these, others) = rest.split_at(found.len());
            for (path, found) in these.iter().zip(found) {
                self.entry(path, found, true, Some(device))?;
            }
            rest = others;
        }
        Ok(())
    }

    fn write_entry(&mut self, name: &[u8], stored: &[u8], stat: &Stat, content: Option<Vec<u8>>) -> Result<(), Fatal> {
        let kind = match () {
            () if stat.is_directory() => Kind::Directory,
            () if stat.is_symbolic_link() => Kind::SymbolicLink,
            () if stat.is_fifo() => Kind::Fifo,
            () if stat.is_character_device() => Kind::CharacterDevice,
            () if stat.is_block_device() => Kind::BlockDevice,
            () => Kind::File,
        };
        let mut member = self.member(stored, kind, stat);
        if stat.link_count > 1 && kind != Kind::Directory {
            let key = (stat.device, stat.inode);
            if let Some(first) = self.links.get(&key) {
                member.kind = Kind::HardLink;
                member.target = self.tar.names.transformed(first.clone(), Some(false));
                return self.show_and_head(&member);
            }
            self.links.insert(key, stored.to_vec());
        }
        match kind {
            Kind::SymbolicLink => match path::read_link(name) {
                Ok(target) => {
                    member.target = self.tar.names.transformed(target, Some(true));
                    self.show_and_head(&member)
                }
                Err(error) => {
                    self.fail(name, "Cannot readlink", &error);
                    Ok(())
                }
            },
            Kind::File => match content.filter(|content| content.len() as u64 == stat.size) {
                Some(content) => self.small_file(member, &content),
                None => self.file(name, member, stat),
            },
            _ => self.show_and_head(&member),
        }
    }

    fn member(&mut self, stored: &[u8], kind: Kind, stat: &Stat) -> Member {
        let mut member = Member::new(stored.to_vec(), kind);
        member.permissions = stat.permissions();
        if let Some(mode) = &self.tar.mode {
            let changed = file_mode::apply(mode, member.permissions, kind == Kind::Directory, file_mode::umask());
            member.permissions = changed.unwrap_or(member.permissions);
        }
        (member.uid, member.gid) = (stat.uid, stat.gid);
        member.user = self.owners.user(stat.uid);
        member.group = self.owners.group(stat.gid);
        if let Some((name, number)) = &self.tar.owner {
            member.uid = *number;
            member.user = if name.is_empty() { self.owners.user(*number) } else { name.clone() };
        }
        if let Some((name, number)) = &self.tar.group {
            member.gid = *number;
            member.group = if name.is_empty() { self.owners.group(*number) } else { name.clone() };
        }
        if self.tar.numeric_owner {
            (member.user, member.group) = (String::new(), String::new());
        }
        member.modified_ns = match self.tar.modified_ns {
            Some(time) if !self.tar.clamp || stat.modified_ns > time => time,
            _ => stat.modified_ns,
        };
        member.device = ((stat.device_number >> 8) as u32 & 0xfff, (stat.device_number & 0xff) as u32);
        member
    }

    /// Writes a file that was read with its status.
    fn small_file(&mut self, mut member: Member, content: &[u8]) -> Result<(), Fatal> {
        let size = content.len() as u64;
        (member.size, member.stored) = (size, size);
        self.show_and_head(&member)?;
        self.bytes(content)?;
        self.zeros((BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64)
    }

    fn file(&mut self, name: &[u8], mut member: Member, stat: &Stat) -> Result<(), Fatal> {
        let size = stat.size;
        let mut input = match Stream::open(name) {
            Ok(input) => input,
            Err(error) => {
                self.fail(name, "Cannot open", &error);
                return Ok(());
            }
        };
        (member.size, member.stored) = (size, size);
        let knows_holes = matches!(self.tar.format, Format::Gnu | Format::OldGnu | Format::Pax);
        let has_holes = self.tar.sparse && knows_holes && stat.blocks.saturating_mul(BLOCK as u64) < size;
        if has_holes {
            match sparse::map_of(&mut input, size, &mut self.buffer) {
                Ok(map) => return self.sparse_file(name, member, input, map),
                Err(error) => {
                    self.fail(name, "Cannot read", &error);
                    return Ok(());
                }
            }
        }
        self.show_and_head(&member)?;
        self.data(name, &mut input, size)?;
        self.zeros((BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64)
    }

    /// Writes the data of a file with holes, and where it stands.
    fn sparse_file(&mut self, name: &[u8], mut member: Member, mut input: Stream, map: sparse::Map) -> Result<(), Fatal> {
        let data: u64 = map.iter().map(|(_, length)| length).sum();
        let text = if self.tar.format == Format::Pax { sparse::text(&map) } else { Vec::new() };
        member.stored = data + text.len() as u64;
        member.sparse = Some(map.clone());
        self.show_and_head(&member)?;
        self.bytes(&text)?;
        for (offset, length) in map {
            if let Err(error) = input.file().seek(SeekFrom::Start(offset)) {
                self.fail(name, "Cannot seek", &error);
            }
            self.data(name, &mut input, length)?;
        }
        self.zeros((BLOCK as u64 - data % BLOCK as u64) % BLOCK as u64)
    }

    /// Copies so many bytes of a file; what lacks is zeros.
    fn data(&mut self, name: &[u8], input: &mut Stream, size: u64) -> Result<(), Fatal> {
        let mut left = size;
        while left > 0 {
            let want = self.buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let count = match input.read(&mut self.buffer[..want]) {
                Ok(0) => {
                    eprintln!("tar: {}: File shrank by {left} bytes; padding with zeros", escaped(name));
                    self.tar.failed = self.tar.failed.max(1);
                    break;
                }
                Ok(count) => count,
                Err(error) => {
                    eprintln!("tar: {}: Read error at byte {}, while reading {want} bytes: {}", escaped(name), size - left, message(&error));
                    self.tar.failed = 2;
                    break;
                }
            };
            let chunk = std::mem::take(&mut self.buffer);
            let written = self.bytes(&chunk[..count]);
            self.buffer = chunk;
            written?;
            left -= count as u64;
        }
        self.zeros(left)
    }

    fn show_and_head(&mut self, member: &Member) -> Result<(), Fatal> {
        match self.tar.verbose {
            0 => {}
            1 => self.listing.name(&member.name),
            _ => self.listing.member(member, &member.name, self.tar),
        }
        self.head(member)
    }

    fn head(&mut self, member: &Member) -> Result<(), Fatal> {
        match header::encode(member, self.tar.format) {
            Some(blocks) => self.bytes(&blocks),
            None => {
                eprintln!("tar: {}: file name is too long (cannot be split); not dumped", escaped(&member.name));
                self.tar.failed = 2;
                Ok(())
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Fatal> {
        self.written += bytes.len() as u64;
        self.sink.write_all(bytes).map_err(|error| tell_write(self.tar, &error))
    }

    fn zeros(&mut self, mut count: u64) -> Result<(), Fatal> {
        let block = [0; 4096];
        while count > 0 {
            let length = block.len().min(usize::try_from(count).unwrap_or(usize::MAX));
            self.bytes(&block[..length])?;
            count -= length as u64;
        }
        Ok(())
    }

    /// Two blocks of zeros, and more up to a whole record.
    fn end(&mut self) -> Result<(), Fatal> {
        self.zeros(2 * BLOCK as u64)?;
        let record = (self.tar.blocking * BLOCK) as u64;
        self.zeros((record - self.written % record) % record)?;
        if self.tar.totals {
            eprintln!("Total bytes written: {}", self.written);
        }
        if self.tar.failed >= 2 {
            eprintln!("tar: Exiting with failure status due to previous errors");
        }
        Ok(())
    }
}

fn tell_write(tar: &Tar, error: &Error) -> Fatal {
    eprintln!("tar: {}: Cannot write: {}\ntar: Error is not recoverable: exiting now", shown(&tar.archive), message(error));
    Fatal
}

fn is_cache(directory: &[u8]) -> bool {
    let Ok(mut tag) = Stream::open(&path::join(directory, CACHE_TAG)) else { return false };
    let mut start = [0; CACHE_SIGNATURE.len()];
    console::stream::read_full(&mut tag, &mut start).is_ok() && start == CACHE_SIGNATURE
}
