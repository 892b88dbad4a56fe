//! The structures of a zip file: entries, their local heads, the central directory at the end.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

pub const STORED: u16 = 0;
pub const DEFLATED: u16 = 8;
/// Sizes stand behind the data.
pub const HAS_DESCRIPTOR: u16 = 8;
pub const ENCRYPTED: u16 = 1;
const UTF8: u16 = 0x800;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END64: u32 = 0x0606_4b50;
const LOCATOR64: u32 = 0x0706_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const END_BYTES: usize = 22;
/// An end record and the longest comment.
const LONGEST_TAIL: u64 = 22 + 0xffff;
/// Version 3.0 of the format on Unix, as Info-ZIP writes it.
const MADE_BY: u16 = 0x031e;

#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub name: Vec<u8>,
    pub made_by: u16,
    pub needed: u16,
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    pub packed: u64,
    pub size: u64,
    /// Seconds since 1970.
    pub modified: i64,
    pub internal: u16,
    pub external: u32,
    pub offset: u64,
    pub extra: Vec<u8>,
    pub comment: Vec<u8>,
}

impl Entry {
    pub fn is_directory(&self) -> bool {
        self.name.ends_with(b"/")
    }

    fn is_unix(&self) -> bool {
        self.made_by >> 8 == 3
    }

    /// Type and permission bits, if a Unix system made the entry.
    pub fn unix_mode(&self) -> Option<u32> {
        let mode = self.external >> 16;
        (self.is_unix() && mode != 0).then_some(mode)
    }

    pub fn is_symbolic_link(&self) -> bool {
        self.unix_mode().is_some_and(|mode| mode & 0o170000 == 0o120000)
    }

    pub fn set_unix_mode(&mut self, mode: u32) {
        const DOS_DIRECTORY: u32 = 0x10;
        self.made_by = MADE_BY;
        self.external = mode << 16 | if mode & 0o170000 == 0o040000 { DOS_DIRECTORY } else { 0 };
    }

    /// The blocks of times and owner: `UT` and `ux`.
    pub fn set_extra(&mut self, stat: &sys::Stat) {
        let seconds = |ns: i64| (ns.div_euclid(1_000_000_000) as i32).to_le_bytes();
        let mut extra = b"UT\x05\x00\x03".to_vec();
        extra.extend(seconds(stat.modified_ns));
        extra.extend(b"ux\x0b\x00\x01\x04");
        extra.extend(stat.uid.to_le_bytes());
        extra.push(4);
        extra.extend(stat.gid.to_le_bytes());
        self.extra = extra;
    }

    /// The extra blocks of the local head: the time of access too.
    fn local_extra(&self) -> Vec<u8> {
        let Some(rest) = self.extra.strip_prefix(b"UT\x05\x00\x03") else { return Vec::new() };
        let mut extra = b"UT\x09\x00\x03".to_vec();
        extra.extend(&rest[..4]);
        extra.extend(&rest[..4]);
        extra.extend(&rest[4..]);
        extra
    }

    /// The head that stands before the data.
    pub fn local_head(&self) -> Vec<u8> {
        let extra = if self.extra.is_empty() { Vec::new() } else { self.local_extra() };
        let is_late = self.flags & HAS_DESCRIPTOR != 0;
        let number = |value: u64| if is_late { 0 } else { value as u32 };
        let mut head = LOCAL.to_le_bytes().to_vec();
        for word in [self.needed, self.flags, self.method] {
            head.extend(word.to_le_bytes());
        }
        head.extend(dos_time(self.modified).to_le_bytes());
        for word in [if is_late { 0 } else { self.crc }, number(self.packed), number(self.size)] {
            head.extend(word.to_le_bytes());
        }
        head.extend((self.name.len() as u16).to_le_bytes());
        head.extend((extra.len() as u16).to_le_bytes());
        head.extend(&self.name);
        head.extend(extra);
        head
    }

    /// What stands behind the data when sizes were not known before.
    pub fn descriptor(&self) -> Vec<u8> {
        [DESCRIPTOR, self.crc, self.packed as u32, self.size as u32].iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    pub fn central_head(&self) -> Vec<u8> {
        let mut head = CENTRAL.to_le_bytes().to_vec();
        for word in [self.made_by, self.needed, self.flags, self.method] {
            head.extend(word.to_le_bytes());
        }
        head.extend(dos_time(self.modified).to_le_bytes());
        for word in [self.crc, self.packed as u32, self.size as u32] {
            head.extend(word.to_le_bytes());
        }
        for word in [self.name.len() as u16, self.extra.len() as u16, self.comment.len() as u16, 0, self.internal] {
            head.extend(word.to_le_bytes());
        }
        head.extend(self.external.to_le_bytes());
        head.extend((self.offset as u32).to_le_bytes());
        head.extend(&self.name);
        head.extend(&self.extra);
        head.extend(&self.comment);
        head
    }

    pub fn mark_utf8(&mut self) {
        if !self.name.is_ascii() && std::str::from_utf8(&self.name).is_ok() {
            self.flags |= UTF8;
        }
    }
}

/// The record at the very end.
pub fn end_record(entries: usize, size: u64, offset: u64, comment: &[u8]) -> Vec<u8> {
    let mut record = END.to_le_bytes().to_vec();
    for word in [0, 0, entries as u16, entries as u16] {
        record.extend(word.to_le_bytes());
    }
    record.extend((size as u32).to_le_bytes());
    record.extend((offset as u32).to_le_bytes());
    record.extend((comment.len() as u16).to_le_bytes());
    record.extend(comment);
    record
}

fn dos_time(seconds: i64) -> u32 {
    let now = civil_time::moment(seconds);
    if now.year < 1980 {
        return 0x0021_0000;
    }
    let date = ((now.year - 1980).min(127) as u32) << 9 | now.month << 5 | now.day;
    date << 16 | now.hour << 11 | now.minute << 5 | now.second / 2
}

fn from_dos_time(time: u32) -> i64 {
    let (date, clock) = (time >> 16, time & 0xffff);
    let (month, day) = ((date >> 5 & 15).clamp(1, 12), (date & 31).max(1));
    let (hour, minute, second) = (clock >> 11, clock >> 5 & 63, (clock & 31) * 2);
    civil_time::seconds_of(i64::from(date >> 9) + 1980, month, day.into(), hour.into(), minute.into(), second.into())
}

/// A zip file as its end describes it.
pub struct Directory {
    pub entries: Vec<Entry>,
    pub comment: Vec<u8>,
    pub file_size: u64,
    /// Bytes before the first entry that the offsets do not count.
    pub shift: u64,
}

fn bad(text: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, text)
}

/// The fields of a record, one after the other.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take(&mut self, count: usize) -> Result<Vec<u8>> {
        if count > self.0.len() {
            return Err(bad("a record is cut off"));
        }
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        Ok(taken.to_vec())
    }

    fn number(&mut self, bytes: usize) -> Result<u64> {
        Ok(self.take(bytes)?.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    fn u16(&mut self) -> Result<u16> {
        Ok(self.number(2)? as u16)
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(self.number(4)? as u32)
    }
}

impl Directory {
    /// Reads the end of a file and the directory before it. `InvalidData`: not a zip file.
    pub fn read(file: &mut File) -> Result<Directory> {
        let file_size = file.seek(SeekFrom::End(0))?;
        let tail_start = file_size.saturating_sub(LONGEST_TAIL);
        let mut tail = Vec::new();
        file.seek(SeekFrom::Start(tail_start))?;
        file.read_to_end(&mut tail)?;
        let is_end = |at: &usize| tail[*at..].starts_with(&END.to_le_bytes());
        let last = tail.len().checked_sub(END_BYTES).ok_or_else(|| bad("no end"))?;
        let at = (0..=last).rev().find(is_end).ok_or_else(|| bad("no end"))?;
        let mut fields = Fields(&tail[at + 4..]);
        fields.take(6)?;
        let mut count = u64::from(fields.u16()?);
        let (mut size, mut offset) = (u64::from(fields.u32()?), u64::from(fields.u32()?));
        let comment_length = usize::from(fields.u16()?);
        let comment = fields.take(comment_length.min(fields.0.len()))?;
        let mut end = tail_start + at as u64;
        if let Some(position) = at.checked_sub(20).filter(|at| tail[*at..].starts_with(&LOCATOR64.to_le_bytes())) {
            let mut locator = Fields(&tail[position + 8..position + 16]);
            let record_at = locator.number(8)?;
            let mut record = [0; 56];
            file.seek(SeekFrom::Start(record_at))?;
            file.read_exact(&mut record)?;
            let mut fields = Fields(&record);
            if fields.u32()? == END64 {
                fields.take(28)?;
                (count, size, offset) = (fields.number(8)?, fields.number(8)?, fields.number(8)?);
                end = record_at;
            }
        }
        let start = end.checked_sub(size).ok_or_else(|| bad("the directory is larger than the file"))?;
        let shift = start.checked_sub(offset).unwrap_or(0);
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(size).read_to_end(&mut bytes)?;
        let mut fields = Fields(&bytes);
        let mut entries = Vec::new();
        for _ in 0..count {
            entries.push(read_entry(&mut fields)?);
        }
        Ok(Directory { entries, comment, file_size, shift })
    }

    /// Whether two entries claim the same bytes, as bombs do.
    pub fn overlaps(&self) -> bool {
        let mut spans: Vec<(u64, u64)> =
            self.entries.iter().map(|entry| (entry.offset, entry.offset.saturating_add(entry.packed))).collect();
        spans.sort_unstable();
        spans.windows(2).any(|pair| pair[0].1 > pair[1].0)
    }

    /// Goes to where an entry's data begins.
    pub fn seek_to_data(&self, file: &mut File, entry: &Entry) -> Result<()> {
        let mut head = [0; 30];
        file.seek(SeekFrom::Start(entry.offset.saturating_add(self.shift)))?;
        file.read_exact(&mut head).map_err(|_| bad("bad zipfile offset"))?;
        let mut fields = Fields(&head);
        if fields.u32()? != LOCAL {
            return Err(bad("bad zipfile offset"));
        }
        fields.take(22)?;
        let skip = i64::from(fields.u16()?) + i64::from(fields.u16()?);
        file.seek(SeekFrom::Current(skip))?;
        Ok(())
    }
}

fn read_entry(fields: &mut Fields) -> Result<Entry> {
    if fields.u32()? != CENTRAL {
        return Err(bad("no entry"));
    }
    let mut entry = Entry { made_by: fields.u16()?, needed: fields.u16()?, flags: fields.u16()?, ..Entry::default() };
    entry.method = fields.u16()?;
    entry.modified = from_dos_time(fields.u32()?);
    entry.crc = fields.u32()?;
    (entry.packed, entry.size) = (fields.number(4)?, fields.number(4)?);
    let (name, extra, comment) = (fields.u16()?, fields.u16()?, fields.u16()?);
    fields.u16()?;
    entry.internal = fields.u16()?;
    entry.external = fields.u32()?;
    entry.offset = fields.number(4)?;
    entry.name = fields.take(usize::from(name))?;
    entry.extra = fields.take(usize::from(extra))?;
    entry.comment = fields.take(usize::from(comment))?;
    let extra = std::mem::take(&mut entry.extra);
    // A malformed extra block is no reason to lose the entry.
    let _ = read_extra(&mut Fields(&extra), &mut entry);
    entry.extra = extra;
    Ok(entry)
}

fn read_extra(fields: &mut Fields, entry: &mut Entry) -> Result<()> {
    const ZIP64: u16 = 1;
    const TIMES: u16 = 0x5455;
    while fields.0.len() >= 4 {
        let (kind, length) = (fields.u16()?, fields.u16()?);
        let block = fields.take(usize::from(length))?;
        let mut block = Fields(&block);
        if kind == ZIP64 {
            for value in [&mut entry.size, &mut entry.packed, &mut entry.offset] {
                if *value == u64::from(u32::MAX) {
                    *value = block.number(8)?;
                }
            }
        }
        if kind == TIMES && block.number(1)? & 1 != 0 {
            entry.modified = i64::from(block.u32()? as i32);
        }
    }
    Ok(())
}
