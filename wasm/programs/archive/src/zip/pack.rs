//! zip: adds, updates and deletes entries. The new archive is written beside the old one and takes its place when it is
//! complete.

use super::directory::{DEFLATED, Directory, Entry, HAS_DESCRIPTOR, STORED, end_record};
use super::zip_options::{self, Action, Options};
use super::selection;
use console::stream::{CHUNK_BYTES, CopyError, Output, Stream, copy, output};
use console::{message, path, shown};
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Error, Read, Result, Seek, SeekFrom, Write};

const BAD_ZIPFILE: i32 = 3;
const NOTHING_TO_DO: i32 = 12;
const CANNOT_WRITE: i32 = 14;
const CANNOT_CREATE: i32 = 15;
const CANNOT_OPEN: i32 = 18;
/// Without the larger fields of zip64.
const LARGEST: u64 = u32::MAX as u64;
const MOST_ENTRIES: usize = 0xffff;

pub fn main(args: Vec<OsString>) -> i32 {
    let options = match zip_options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let to_stdout = options.archive == b"-";
    let mut zip = Zip { options, to_stdout, code: 0, said: output(), seen: HashSet::new(), own: None, is_named: false };
    let code = zip.run();
    if !to_stdout && zip.said.flush().is_err() {
        return CANNOT_WRITE;
    }
    // Written or not, nothing is left to write when it is dropped.
    let _ = zip.said.into_parts();
    code
}

/// A file to be added.
struct Source {
    path: Vec<u8>,
    name: Vec<u8>,
    stat: sys::Stat,
}

struct Zip {
    options: Options,
    to_stdout: bool,
    code: i32,
    /// What is told, on standard output unless the archive goes there.
    said: Output,
    seen: HashSet<Vec<u8>>,
    own: Option<(u64, u64)>,
    /// A name of the line was there.
    is_named: bool,
}

impl Zip {
    fn say(&mut self, text: &str) {
        if self.to_stdout {
            eprintln!("{text}");
        } else {
            // That it could not be written is told at the end.
            let _ = writeln!(self.said, "{text}");
        }
    }

    fn warn(&mut self, text: &str) {
        self.say(&format!("\tzip warning: {text}"));
    }

    fn error(&mut self, text: &str, code: i32) -> i32 {
        self.say(&format!("\nzip error: {text}"));
        code
    }

    fn run(&mut self) -> i32 {
        let archive = self.options.archive.clone();
        let mut old = None;
        if !self.to_stdout {
            if let Ok(mut file) = File::open(path::of(&archive)) {
                self.own = sys::stat(&archive).ok().map(|stat| (stat.device, stat.inode));
                match Directory::read(&mut file) {
                    Ok(directory) => old = Some((file, directory)),
                    Err(_) => {
                        self.warn("missing end signature--probably not a zip file (did you\n\tzip warning: remember to use binary mode when you transferred it?)");
                        return self.error(&format!("Zip file structure invalid ({})", shown(&archive)), BAD_ZIPFILE);
                    }
                }
            }
        }
        if self.options.action == Action::Delete {
            return match old {
                Some((file, directory)) => self.delete(file, directory),
                None => {
                    self.warn(&format!("{} not found or empty", shown(&archive)));
                    self.error(&format!("Nothing to do! ({})", shown(&archive)), NOTHING_TO_DO)
                }
            };
        }
        let mut sources = Vec::new();
        if self.options.files.is_empty() && self.options.action != Action::Add {
            let names: Vec<Vec<u8>> = old.iter().flat_map(|(_, directory)| &directory.entries).map(|entry| entry.name.clone()).collect();
            for name in names {
                if let Ok(stat) = sys::stat(&name) {
                    sources.push(Source { path: name.clone(), name, stat });
                }
            }
            self.is_named = true;
        }
        for file in self.options.files.clone() {
            self.collect_operand(&file, &mut sources);
        }
        let entries = old.as_ref().map_or(&[][..], |(_, directory)| &directory.entries);
        let action = self.options.action;
        sources.retain(|source| match entries.iter().find(|entry| entry.name == source.name) {
            _ if action == Action::Add => true,
            Some(entry) => source.stat.modified_ns.div_euclid(1_000_000_000) > entry.modified,
            None => action == Action::Update,
        });
        if sources.is_empty() {
            if !self.is_named || old.is_none() {
                return self.error(&format!("Nothing to do! ({})", shown(&archive)), NOTHING_TO_DO);
            }
            return if action == Action::Add { self.error(&format!("Nothing to do! ({})", shown(&archive)), NOTHING_TO_DO) } else { self.code };
        }
        self.write(old, &sources)
    }

    fn collect_operand(&mut self, file: &[u8], sources: &mut Vec<Source>) {
        if file == b"-" {
            let stat = sys::Stat { mode: 0o010600, modified_ns: now_ns(), ..sys::Stat::default() };
            sources.push(Source { path: file.to_vec(), name: b"-".to_vec(), stat });
            self.is_named = true;
            return;
        }
        if sys::lstat(file).is_err() {
            self.warn(&format!("name not matched: {}", shown(file)));
            return;
        }
        self.is_named = true;
        self.collect(path::without_trailing_slashes(file), sources, 0);
    }

    fn collect(&mut self, file: &[u8], sources: &mut Vec<Source>, depth: u32) {
        const DEEPEST: u32 = 512;
        let status = if self.options.links_as_links { sys::lstat(file) } else { sys::stat(file) };
        let stat = match status {
            Ok(stat) => stat,
            Err(error) => {
                self.warn(&format!("could not open for reading: {} ({})", shown(file), message(&error)));
                self.code = CANNOT_OPEN;
                return;
            }
        };
        if self.own == Some((stat.device, stat.inode)) || stat.is_socket() || stat.is_fifo() || stat.is_character_device() {
            return;
        }
        let name = self.name_of(file, stat.is_directory());
        if stat.is_directory() {
            if !name.is_empty() && !self.options.no_directories && !self.options.junk_paths {
                self.add(file, name, stat, sources);
            }
            if self.options.recursive && depth < DEEPEST {
                let mut names = path::names_in(file).unwrap_or_default();
                names.sort();
                for entry in names {
                    self.collect(&path::join(file, &entry), sources, depth + 1);
                }
            }
            return;
        }
        self.add(file, name, stat, sources);
    }

    /// The entry's name: relative, without `.` at its start, directories with a slash.
    fn name_of(&self, file: &[u8], is_directory: bool) -> Vec<u8> {
        let mut name = file;
        while let Some(rest) = name.strip_prefix(b"./").or_else(|| name.strip_prefix(b"/")) {
            name = rest;
        }
        if name == b"." || name == b"/" || name.is_empty() {
            return Vec::new();
        }
        let name = if self.options.junk_paths { path::last_component(name) } else { name };
        if is_directory { [name, b"/"].concat() } else { name.to_vec() }
    }

    fn add(&mut self, file: &[u8], name: Vec<u8>, stat: sys::Stat, sources: &mut Vec<Source>) {
        let ignore_case = self.options.ignore_case;
        let matches = |patterns: &[Vec<u8>]| patterns.iter().any(|pattern| selection::matches(pattern, &name, ignore_case));
        if matches(&self.options.excluded) || !self.options.included.is_empty() && !matches(&self.options.included) {
            return;
        }
        if self.seen.insert(name.clone()) {
            sources.push(Source { path: file.to_vec(), name, stat });
        }
    }

    fn delete(&mut self, file: File, mut directory: Directory) -> i32 {
        let patterns = self.options.files.clone();
        let mut found = vec![false; patterns.len()];
        let mut kept = Vec::new();
        for entry in std::mem::take(&mut directory.entries) {
            let mut is_meant = false;
            for (pattern, found) in patterns.iter().zip(&mut found) {
                if selection::matches(pattern, &entry.name, self.options.ignore_case) {
                    (is_meant, *found) = (true, true);
                }
            }
            if !is_meant {
                kept.push(entry);
                continue;
            }
            if !self.options.quiet {
                self.say(&format!("deleting: {}", shown(&entry.name)));
            }
        }
        for (pattern, found) in patterns.iter().zip(&found) {
            if !found {
                self.warn(&format!("name not matched: {}", shown(pattern)));
            }
        }
        if !found.contains(&true) {
            let archive = shown(&self.options.archive).into_owned();
            return self.error(&format!("Nothing to do! ({archive})"), NOTHING_TO_DO);
        }
        directory.entries = kept;
        if directory.entries.is_empty() {
            self.warn("zip file empty");
            let _ = std::fs::remove_file(path::of(&self.options.archive));
            return 0;
        }
        self.write(Some((file, directory)), &[])
    }

    fn write(&mut self, old: Option<(File, Directory)>, sources: &[Source]) -> i32 {
        let count = sources.len() + old.as_ref().map_or(0, |(_, directory)| directory.entries.len());
        if count >= MOST_ENTRIES {
            return self.error("Zip file too big (65535 entries or more)", 6);
        }
        let archive = self.options.archive.clone();
        let temporary = [&archive[..], b".zip-tmp"].concat();
        let target = if self.to_stdout {
            Target::new(Stream::standard_output(), false)
        } else {
            match OpenOptions::new().write(true).create(true).truncate(true).open(path::of(&temporary)) {
                Ok(file) => Target::new(Stream::Own(file), true),
                Err(error) => {
                    let text = format!("Could not create output file ({}: {})", shown(&archive), message(&error));
                    return self.error(&text, CANNOT_CREATE);
                }
            }
        };
        match self.write_all(target, old, sources) {
            Ok(()) => {}
            Err(error) => {
                if !self.to_stdout {
                    let _ = std::fs::remove_file(path::of(&temporary));
                }
                return self.error(&format!("Output file write failure ({})", message(&error)), CANNOT_WRITE);
            }
        }
        if !self.to_stdout {
            if let Err(error) = std::fs::rename(path::of(&temporary), path::of(&archive)) {
                return self.error(&format!("Could not create output file ({}: {})", shown(&archive), message(&error)), CANNOT_CREATE);
            }
            if self.options.test {
                self.say(&format!("test of {} OK", shown(&archive)));
            }
        }
        if self.options.move_files {
            for source in sources.iter().rev() {
                let removed = if source.stat.is_directory() {
                    std::fs::remove_dir(path::of(&source.path))
                } else {
                    std::fs::remove_file(path::of(&source.path))
                };
                // A directory that still has files stays, as with zip.
                let _ = removed;
            }
        }
        self.code
    }

    fn write_all(&mut self, mut target: Target, old: Option<(File, Directory)>, sources: &[Source]) -> Result<()> {
        let mut entries = Vec::new();
        let mut pending: Vec<Option<&Source>> = sources.iter().map(Some).collect();
        if let Some((mut file, directory)) = old {
            for entry in &directory.entries {
                let newer = pending.iter_mut().find(|source| source.is_some_and(|source| source.name == entry.name));
                match newer.and_then(Option::take) {
                    Some(source) => {
                        let verb = if self.options.action == Action::Freshen { "freshening" } else { "updating" };
                        entries.extend(self.put(&mut target, source, verb)?);
                    }
                    None => entries.push(copy_entry(&mut target, &mut file, &directory, entry)?),
                }
            }
        }
        for source in pending.into_iter().flatten() {
            entries.extend(self.put(&mut target, source, "  adding")?);
        }
        let start = target.position;
        for entry in &entries {
            target.write_all(&entry.central_head())?;
        }
        let size = target.position - start;
        if target.position > LARGEST {
            return Err(Error::from_raw_os_error(22));
        }
        target.write_all(&end_record(entries.len(), size, start, b""))?;
        if self.options.verbose {
            let (plain, packed) = entries.iter().fold((0, 0), |sum, entry| (sum.0 + entry.size, sum.1 + entry.packed));
            self.say(&format!("total bytes={plain}, compressed={packed} -> {}% savings", percent(plain, packed)));
        }
        target.flush()
    }

    /// Adds one file; `None` when it cannot be read, which was told.
    fn put(&mut self, target: &mut Target, source: &Source, verb: &str) -> Result<Option<Entry>> {
        let mut entry = Entry { name: source.name.clone(), needed: 10, offset: target.position, ..Entry::default() };
        entry.modified = source.stat.modified_ns.div_euclid(1_000_000_000);
        entry.set_unix_mode(source.stat.mode);
        entry.mark_utf8();
        if !self.options.no_extra && source.name != b"-" {
            entry.set_extra(&source.stat);
        }
        if source.stat.is_directory() {
            target.write_all(&entry.local_head())?;
            self.tell(&entry, verb);
            return Ok(Some(entry));
        }
        if source.stat.is_symbolic_link() {
            let link = path::read_link(&source.path)?;
            (entry.size, entry.packed, entry.crc) = (link.len() as u64, link.len() as u64, crc32fast::hash(&link));
            target.write_all(&entry.local_head())?;
            target.write_all(&link)?;
            self.tell(&entry, verb);
            return Ok(Some(entry));
        }
        let opened = if source.path == b"-" { Ok(Stream::standard_input()) } else { Stream::open(&source.path) };
        let mut input = match opened {
            Ok(input) => input,
            Err(error) => {
                self.warn(&format!("could not open for reading: {} ({})", shown(&source.path), message(&error)));
                self.code = CANNOT_OPEN;
                return Ok(None);
            }
        };
        target.pack(&mut input, &mut entry, self.options.level)?;
        self.tell(&entry, verb);
        Ok(Some(entry))
    }

    fn tell(&mut self, entry: &Entry, verb: &str) {
        if self.options.quiet {
            return;
        }
        let method = if entry.method == STORED { "stored" } else { "deflated" };
        let sizes = if self.options.verbose { format!("\t(in={}) (out={})", entry.size, entry.packed) } else { String::new() };
        let share = percent(entry.size, entry.packed);
        self.say(&format!("{verb}: {}{sizes} ({method} {share}%)", shown(&entry.name)));
    }
}

fn percent(size: u64, packed: u64) -> u64 {
    if size == 0 { 0 } else { (size.saturating_sub(packed) as f64 * 100.0 / size as f64).round() as u64 }
}

fn now_ns() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |since| since.as_nanos() as i64)
}

fn copy_entry(target: &mut Target, file: &mut File, directory: &Directory, entry: &Entry) -> Result<Entry> {
    let mut kept = entry.clone();
    kept.offset = target.position;
    kept.flags &= !HAS_DESCRIPTOR;
    directory.seek_to_data(file, entry)?;
    target.write_all(&kept.local_head())?;
    let copied = copy(&mut Read::take(&mut *file, entry.packed), target, u64::MAX, &mut vec![0; CHUNK_BYTES]);
    match copied {
        Ok(_) => Ok(kept),
        Err(CopyError::Read(error) | CopyError::Write(error)) => Err(error),
    }
}

/// Where an archive is written.
struct Target {
    output: BufWriter<Stream>,
    position: u64,
    /// Heads can be written again when sizes are known.
    can_seek: bool,
}

impl Target {
    fn new(stream: Stream, can_seek: bool) -> Target {
        Target { output: BufWriter::with_capacity(CHUNK_BYTES, stream), position: 0, can_seek }
    }

    /// Packs one file and says in `entry` what came of it.
    fn pack(&mut self, input: &mut Stream, entry: &mut Entry, level: u32) -> Result<()> {
        entry.method = if level == 0 { STORED } else { DEFLATED };
        entry.needed = if level == 0 { 10 } else { 20 };
        entry.flags |= match level {
            8 | 9 => 2,
            2 => 4,
            1 => 6,
            _ => 0,
        };
        if level == 0 {
            entry.flags &= !6;
        }
        let mut first = vec![0; CHUNK_BYTES];
        let filled = console::stream::read_full(input, &mut first)?;
        first.truncate(filled);
        entry.internal = u16::from(is_text(&first));
        if filled < CHUNK_BYTES {
            return self.pack_small(&first, entry, level);
        }
        if !self.can_seek {
            entry.flags |= HAS_DESCRIPTOR;
        }
        let head_at = self.position;
        self.write_all(&entry.local_head())?;
        let data_at = self.position;
        let mut counted = Counted { inner: Read::chain(&first[..], input), crc: crc32fast::Hasher::new(), size: 0 };
        let mut buffer = vec![0; CHUNK_BYTES];
        let copied = if level == 0 {
            copy(&mut counted, self, u64::MAX, &mut buffer)
        } else {
            let mut encoder = flate2::write::DeflateEncoder::new(&mut *self, flate2::Compression::new(level));
            copy(&mut counted, &mut encoder, u64::MAX, &mut buffer)
                .and_then(|count| encoder.finish().map(|_| count).map_err(CopyError::Write))
        };
        if let Err(CopyError::Read(error) | CopyError::Write(error)) = copied {
            return Err(error);
        }
        (entry.size, entry.packed) = (counted.size, self.position - data_at);
        entry.crc = counted.crc.finalize();
        if entry.size > LARGEST || entry.packed > LARGEST {
            return Err(Error::from_raw_os_error(22));
        }
        if !self.can_seek {
            return self.write_all(&entry.descriptor());
        }
        let end = self.position;
        self.output.flush()?;
        let mut file = self.output.get_ref().file();
        file.seek(SeekFrom::Start(head_at))?;
        file.write_all(&entry.local_head())?;
        file.seek(SeekFrom::Start(end))?;
        Ok(())
    }

    /// Packs what is in memory; stores it where packing would not make it smaller.
    fn pack_small(&mut self, bytes: &[u8], entry: &mut Entry, level: u32) -> Result<()> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
        encoder.write_all(bytes)?;
        let packed = encoder.finish()?;
        let is_smaller = packed.len() < bytes.len() && level > 0;
        if !is_smaller {
            (entry.method, entry.needed) = (STORED, 10);
            entry.flags &= !6;
        }
        let data = if is_smaller { &packed[..] } else { bytes };
        (entry.size, entry.packed) = (bytes.len() as u64, data.len() as u64);
        entry.crc = crc32fast::hash(bytes);
        self.write_all(&entry.local_head())?;
        self.write_all(data)
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let count = self.output.write(bytes)?;
        self.position += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> Result<()> {
        self.output.flush()
    }
}

/// Counts and sums what is read.
struct Counted<R> {
    inner: R,
    crc: crc32fast::Hasher,
    size: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        self.crc.update(&buffer[..count]);
        self.size += count as u64;
        Ok(count)
    }
}

/// Text as deflate tells it: no control characters but those that text has.
fn is_text(bytes: &[u8]) -> bool {
    let is_binary = |byte: &u8| matches!(byte, 0..=6 | 14..=25 | 28..=31);
    !bytes.iter().any(is_binary) && bytes.iter().any(|byte| matches!(byte, 9 | 10 | 13 | 32..))
}
