//! A gzip file as one stream: its members one after the other, zeros after them and other bytes told apart.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io::{BufRead, Error, ErrorKind, Read, Result};

const FLAG_CRC: u8 = 2;
const FLAG_EXTRA: u8 = 4;
const FLAG_NAME: u8 = 8;
const FLAG_COMMENT: u8 = 16;
const RESERVED_FLAGS: u8 = 0xe0;

/// What is wrong with a gzip file, beside errors of reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    NotGzip,
    UnknownMethod(u8),
    UnexpectedEnd,
    Checksum,
    Length,
    Format,
}

impl Fault {
    /// gzip's words for it.
    pub fn words(self) -> String {
        match self {
            Fault::NotGzip => "not in gzip format".into(),
            Fault::UnknownMethod(method) => format!("unknown method {method} -- not supported"),
            Fault::UnexpectedEnd => "unexpected end of file".into(),
            Fault::Checksum => "invalid compressed data--crc error".into(),
            Fault::Length => "invalid compressed data--length error".into(),
            Fault::Format => "invalid compressed data--format violated".into(),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str(&self.words())
    }
}

impl std::error::Error for Fault {}

fn fault(fault: Fault) -> Error {
    Error::new(ErrorKind::InvalidData, fault)
}

/// The fault in an error of this reader, if it is one.
pub fn fault_of(error: &Error) -> Option<Fault> {
    error.get_ref()?.downcast_ref::<Fault>().copied()
}

/// What the first member's head says.
#[derive(Clone, Default)]
pub struct Head {
    pub name: Option<Vec<u8>>,
    /// Seconds since 1970; 0 is none.
    pub modified: u32,
}

enum State {
    Head,
    Body,
    End,
}

pub struct GzipReader<R> {
    inner: R,
    inflate: Decompress,
    crc: Crc,
    state: State,
    pub head: Option<Head>,
    /// Bytes that are no member stand after the last one.
    pub has_garbage: bool,
    /// The last member's checksum.
    pub checksum: u32,
    /// Bytes of deflate streams so far.
    deflated: u64,
}

impl<R: BufRead> GzipReader<R> {
    pub fn new(inner: R) -> Self {
        GzipReader {
            inner,
            inflate: Decompress::new(false),
            crc: Crc::new(),
            state: State::Head,
            head: None,
            has_garbage: false,
            checksum: 0,
            deflated: 0,
        }
    }

    /// How long the compressed content is, without heads and trailers.
    pub fn compressed_bytes(&self) -> u64 {
        self.deflated
    }

    /// Reads the first head at once, so that its name is known before the content.
    pub fn read_head(&mut self) -> Result<()> {
        if matches!(self.state, State::Head) && self.head.is_none() { self.start_member() } else { Ok(()) }
    }

    fn byte(&mut self) -> Result<u8> {
        let mut byte = [0];
        self.bytes(&mut byte)?;
        Ok(byte[0])
    }

    fn bytes(&mut self, buffer: &mut [u8]) -> Result<()> {
        self.inner.read_exact(buffer).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => fault(Fault::UnexpectedEnd),
            _ => error,
        })
    }

    fn text(&mut self) -> Result<Vec<u8>> {
        let mut text = Vec::new();
        self.inner.read_until(0, &mut text)?;
        if text.pop() != Some(0) {
            return Err(fault(Fault::UnexpectedEnd));
        }
        Ok(text)
    }

    fn start_member(&mut self) -> Result<()> {
        let is_first = self.head.is_none();
        if !is_first && !self.finds_another()? {
            self.state = State::End;
            return Ok(());
        }
        let mut fixed = [0; 10];
        self.bytes(&mut fixed[..1])?;
        self.bytes(&mut fixed[1..2])?;
        if fixed[..2] != [0x1f, 0x8b] {
            return Err(fault(Fault::NotGzip));
        }
        self.bytes(&mut fixed[2..])?;
        let flags = fixed[3];
        if fixed[2] != 8 || flags & RESERVED_FLAGS != 0 {
            return Err(fault(Fault::UnknownMethod(fixed[2])));
        }
        let mut head = Head { name: None, modified: u32::from_le_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]) };
        if flags & FLAG_EXTRA != 0 {
            let length = usize::from(self.byte()?) | usize::from(self.byte()?) << 8;
            self.bytes(&mut vec![0; length])?;
        }
        if flags & FLAG_NAME != 0 {
            head.name = Some(self.text()?);
        }
        if flags & FLAG_COMMENT != 0 {
            self.text()?;
        }
        if flags & FLAG_CRC != 0 {
            self.bytes(&mut [0; 2])?;
        }
        if is_first {
            self.head = Some(head);
        }
        self.inflate.reset(false);
        self.crc.reset();
        self.state = State::Body;
        Ok(())
    }

    /// Looks behind a member: another one, the end, zeros to the end, or garbage.
    fn finds_another(&mut self) -> Result<bool> {
        loop {
            let (length, first_other) = {
                let bytes = self.inner.fill_buf()?;
                (bytes.len(), bytes.iter().position(|byte| *byte != 0))
            };
            if length == 0 {
                return Ok(false);
            }
            let Some(at) = first_other else {
                self.inner.consume(length);
                continue;
            };
            if at == 0 && self.inner.fill_buf()?[0] == 0x1f {
                return Ok(true);
            }
            self.has_garbage = true;
            return Ok(false);
        }
    }

    fn end_member(&mut self) -> Result<()> {
        let mut trailer = [0; 8];
        self.bytes(&mut trailer)?;
        let word = |at: usize| u32::from_le_bytes([trailer[at], trailer[at + 1], trailer[at + 2], trailer[at + 3]]);
        if word(0) != self.crc.sum() {
            return Err(fault(Fault::Checksum));
        }
        if word(4) != self.crc.amount() {
            return Err(fault(Fault::Length));
        }
        self.checksum = word(0);
        self.state = State::Head;
        Ok(())
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::End => return Ok(0),
                State::Head => self.start_member()?,
                State::Body => {
                    let input = self.inner.fill_buf()?;
                    if input.is_empty() {
                        return Err(fault(Fault::UnexpectedEnd));
                    }
                    let (in_before, out_before) = (self.inflate.total_in(), self.inflate.total_out());
                    let status = self.inflate.decompress(input, buffer, FlushDecompress::None);
                    let status = status.map_err(|_| fault(Fault::Format))?;
                    let consumed = self.inflate.total_in() - in_before;
                    self.inner.consume(consumed as usize);
                    self.deflated += consumed;
                    let count = (self.inflate.total_out() - out_before) as usize;
                    self.crc.update(&buffer[..count]);
                    if status == Status::StreamEnd {
                        self.end_member()?;
                    }
                    if count > 0 {
                        return Ok(count);
                    }
                }
            }
        }
    }
}
