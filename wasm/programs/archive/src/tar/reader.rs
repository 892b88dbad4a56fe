//! The members of an archive in order, with what extended heads say of them, and their content.

use super::header::{BLOCK, Block, Format, Member, RawHeader};
use super::pax::Pax;
use console::stream::read_full;
use std::io::{Error, ErrorKind, Read, Result, Write};

/// Extended heads longer than this are no names.
const LARGEST_EXTENSION: u64 = 16 * 1024 * 1024;

/// What comes next in an archive.
pub enum Next {
    Member(Box<Member>),
    End,
    /// The first block is no member.
    NotAnArchive,
    /// A block that is no member was passed over.
    Skipped,
}

pub struct Reader {
    input: Box<dyn Read>,
    /// Bytes read so far.
    pub position: u64,
    /// Where the current member begins, with what stands before its head about it.
    pub start: u64,
    /// Where the archive's end begins.
    pub end: u64,
    global: Pax,
    has_members: bool,
    /// Bytes of the current member's content and padding still to be read.
    left: u64,
    padding: u64,
    pub format: Format,
    pub ignores_zeros: bool,
}

impl Reader {
    pub fn new(input: Box<dyn Read>) -> Reader {
        Reader {
            input,
            position: 0,
            start: 0,
            end: 0,
            global: Pax::default(),
            has_members: false,
            left: 0,
            padding: 0,
            format: Format::Gnu,
            ignores_zeros: false,
        }
    }

    fn block(&mut self) -> Result<Option<Block>> {
        let mut block = [0; BLOCK];
        let count = read_full(&mut *self.input, &mut block)?;
        self.position += count as u64;
        match count {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(Error::from(ErrorKind::UnexpectedEof)),
        }
    }

    /// Goes to the next member; what is left of the current one is skipped.
    pub fn next(&mut self) -> Result<Next> {
        self.skip_content()?;
        let mut pax = self.global.clone();
        let (mut long_name, mut long_target) = (None, None);
        let mut zeros = 0;
        let start = self.position;
        self.start = start;
        loop {
            let before = self.position;
            let Some(block) = self.block()? else {
                self.end = if zeros > 0 { self.end } else { before };
                return Ok(if self.has_members || zeros > 0 { Next::End } else { Next::NotAnArchive });
            };
            let raw = RawHeader(&block);
            if block.iter().all(|byte| *byte == 0) {
                zeros += 1;
                if zeros == 1 {
                    self.end = before;
                }
                if zeros == 2 && !self.ignores_zeros {
                    return Ok(Next::End);
                }
                continue;
            }
            if !raw.is_valid() {
                if !self.has_members && start == before {
                    return Ok(Next::NotAnArchive);
                }
                return Ok(Next::Skipped);
            }
            match raw.type_flag() {
                b'L' => long_name = Some(self.extension_text(raw.size())?),
                b'K' => long_target = Some(self.extension_text(raw.size())?),
                b'x' | b'X' => pax.extend(Pax::decode(&self.extension(raw.size())?)),
                b'g' => {
                    let records = Pax::decode(&self.extension(raw.size())?);
                    self.global.extend(records);
                    pax = self.global.clone();
                }
                flag => {
                    self.format = if block[257..265] == *b"ustar  \0" { Format::Gnu } else { Format::Pax };
                    let mut member = raw.member();
                    self.left = member.stored;
                    if flag == b'S' {
                        self.gnu_sparse(&raw, &mut member)?;
                    }
                    pax.apply(&mut member);
                    if let Some(name) = long_name {
                        member.name = name;
                    }
                    if let Some(target) = long_target {
                        member.target = target;
                    }
                    self.left = member.stored;
                    self.padding = padding_of(member.stored);
                    if pax.has_map_in_data() && member.sparse.is_some() {
                        member.sparse = Some(self.map_in_data()?);
                    }
                    self.has_members = true;
                    return Ok(Next::Member(Box::new(member)));
                }
            }
        }
    }

    fn extension(&mut self, size: u64) -> Result<Vec<u8>> {
        if size > LARGEST_EXTENSION {
            return Err(Error::from(ErrorKind::InvalidData));
        }
        let mut bytes = vec![0; size as usize];
        self.fill(&mut bytes)?;
        self.fill(&mut vec![0; padding_of(size) as usize])?;
        Ok(bytes)
    }

    fn extension_text(&mut self, size: u64) -> Result<Vec<u8>> {
        let mut text = self.extension(size)?;
        if let Some(end) = text.iter().position(|byte| *byte == 0) {
            text.truncate(end);
        }
        Ok(text)
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<()> {
        let count = read_full(&mut *self.input, buffer)?;
        self.position += count as u64;
        if count < buffer.len() { Err(Error::from(ErrorKind::UnexpectedEof)) } else { Ok(()) }
    }

    fn gnu_sparse(&mut self, raw: &RawHeader, member: &mut Member) -> Result<()> {
        let (mut map, mut has_more, size) = raw.sparse_start();
        while has_more {
            let block = self.block()?.ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))?;
            let (entries, more) = RawHeader(&block).sparse_extension();
            map.extend(entries);
            has_more = more;
        }
        member.size = size;
        member.sparse = Some(map);
        Ok(())
    }

    /// The map of version 1.0: decimal numbers, a line each, in blocks before the data.
    fn map_in_data(&mut self) -> Result<Vec<(u64, u64)>> {
        let bad = || Error::from(ErrorKind::InvalidData);
        let mut numbers = Vec::new();
        let mut digits = Vec::new();
        let mut expected = None;
        while expected.is_none_or(|expected| numbers.len() < expected) {
            let mut block = [0; BLOCK];
            if self.left < BLOCK as u64 {
                return Err(bad());
            }
            self.fill(&mut block)?;
            self.left -= BLOCK as u64;
            for byte in block {
                if expected.is_some_and(|expected| numbers.len() >= expected) {
                    break;
                }
                if byte != b'\n' {
                    digits.push(byte);
                    continue;
                }
                let number = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse::<u64>().ok());
                let number = number.ok_or_else(bad)?;
                digits.clear();
                match expected {
                    None => expected = Some(usize::try_from(number).ok().and_then(|count| count.checked_mul(2)).ok_or_else(bad)?),
                    Some(_) => numbers.push(number),
                }
            }
        }
        Ok(numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
    }

    pub fn skip_content(&mut self) -> Result<()> {
        let mut rest = self.left + self.padding;
        (self.left, self.padding) = (0, 0);
        let mut buffer = vec![0; (32 * 1024).min(rest as usize)];
        while rest > 0 {
            let count = buffer.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
            self.fill(&mut buffer[..count])?;
            rest -= count as u64;
        }
        Ok(())
    }

    /// Copies the current member's stored bytes, holes as zeros, to `output`.
    pub fn copy_content(
        &mut self,
        member: &Member,
        output: &mut dyn Write,
        buffer: &mut [u8],
    ) -> std::result::Result<(), ContentError> {
        let whole = [(0, member.size)];
        let map = member.sparse.as_deref().unwrap_or(&whole);
        let mut offset = 0;
        for (start, length) in map {
            zeros(output, start.saturating_sub(offset)).map_err(ContentError::Write)?;
            self.copy_run(*length, output, buffer)?;
            offset = start.saturating_add(*length);
        }
        zeros(output, member.size.saturating_sub(offset)).map_err(ContentError::Write)?;
        self.skip_content().map_err(ContentError::Read)
    }

    /// Reads all there is of a run of a member's data, for a file that is written with holes.
    pub fn copy_run(&mut self, length: u64, output: &mut dyn Write, buffer: &mut [u8]) -> std::result::Result<(), ContentError> {
        let mut rest = length.min(self.left);
        while rest > 0 {
            let count = buffer.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
            self.fill(&mut buffer[..count]).map_err(ContentError::Read)?;
            self.left -= count as u64;
            output.write_all(&buffer[..count]).map_err(ContentError::Write)?;
            rest -= count as u64;
        }
        Ok(())
    }
}

/// Whose fault it is that content was not copied.
pub enum ContentError {
    Read(Error),
    Write(Error),
}

fn padding_of(size: u64) -> u64 {
    (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64
}

fn zeros(output: &mut dyn Write, mut count: u64) -> Result<()> {
    let block = [0; 4096];
    while count > 0 {
        let length = block.len().min(usize::try_from(count).unwrap_or(usize::MAX));
        output.write_all(&block[..length])?;
        count -= length as u64;
    }
    Ok(())
}
