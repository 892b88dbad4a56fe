//! Lines read ahead of `read`, where it reads one after the other: what was shown of a pipe or a file, and how much of it
//! was handed out. Only the shell may have the input open, which the kernel checks; what was handed out is taken
//! (`settle`) before a child could inherit the input or anything else here reads it.

use crate::descriptors::{OpenDescriptor, Target};
use crate::input::Line;
use crate::state::Shell;
use std::io;
use std::os::fd::RawFd;
use std::rc::{Rc, Weak};

/// Shown at once.
const CHUNK: usize = 16 * 1024;
/// Lines that are read singly before more is looked at: who reads only these pays nothing.
const LINES_BEFORE: u32 = 2;

/// What the bytes are from. A descriptor that was closed is none any more, whoever has its number.
enum Source {
    Inherited(RawFd),
    Open(Weak<OpenDescriptor>),
}

#[derive(Default)]
pub struct ReadAhead {
    source: Option<Source>,
    bytes: Vec<u8>,
    handed_out: usize,
    /// Reads from the source since something else could have read there.
    reads: u32,
    /// Others can read from the source, or it cannot be looked at.
    is_refused: bool,
}

impl ReadAhead {
    /// Notes a read from a source; tells whether it is worth to look ahead.
    pub fn follow(&mut self, target: &Target) -> bool {
        let is_same = match (&self.source, target) {
            (Some(Source::Inherited(known)), Target::Inherited(fd)) => known == fd,
            (Some(Source::Open(known)), Target::Open(open)) => std::ptr::eq(known.as_ptr(), Rc::as_ptr(open)),
            _ => false,
        };
        if !is_same {
            self.settle();
            self.is_refused = false;
            self.source = match target {
                Target::Inherited(fd) => Some(Source::Inherited(*fd)),
                Target::Open(open) => Some(Source::Open(Rc::downgrade(open))),
                Target::Closed | Target::Capture(_) => None,
            };
        }
        self.reads += 1;
        self.reads > LINES_BEFORE && !self.is_refused
    }

    /// Takes what was handed out: the rest is whoever's who reads next.
    pub fn settle(&mut self) {
        let fd = match &self.source {
            Some(Source::Inherited(fd)) => Some(*fd),
            Some(Source::Open(open)) => open.upgrade().map(|open| open.fd),
            None => None,
        };
        if !self.bytes.is_empty()
            && let Some(fd) = fd
        {
            // The kernel takes them even where it would not show more.
            let _ = sys::read_ahead(fd, self.handed_out, &mut []);
        }
        self.bytes.clear();
        (self.handed_out, self.reads) = (0, 0);
    }

    /// Hands out what there is up to the delimiter, without it; tells whether it was there.
    fn hand_out(&mut self, delimiter: u8, text: &mut Vec<u8>) -> bool {
        let rest = &self.bytes[self.handed_out..];
        let end = rest.iter().position(|byte| *byte == delimiter);
        text.extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
        self.handed_out += end.map_or(rest.len(), |end| end + 1);
        end.is_some()
    }

    /// Takes what is there, all of which was handed out, and looks at what comes next.
    fn refill(&mut self, fd: RawFd) -> io::Result<usize> {
        let taken = std::mem::take(&mut self.handed_out);
        self.bytes.resize(CHUNK, 0);
        let shown = sys::read_ahead(fd, taken, &mut self.bytes);
        self.bytes.truncate(*shown.as_ref().unwrap_or(&0));
        shown
    }
}

/// What came of reading a line ahead.
pub enum Ahead {
    Line(Line),
    /// Nothing more is shown; this much of the line was.
    Refused(Vec<u8>),
}

impl Shell {
    /// Takes what was read ahead, as somebody else may read now.
    pub fn settle_input(&self) {
        self.read_ahead.borrow_mut().settle();
    }

    pub fn read_line_ahead(&mut self, fd: RawFd, delimiter: u8) -> io::Result<Ahead> {
        let mut text = Vec::new();
        loop {
            if self.read_ahead.borrow_mut().hand_out(delimiter, &mut text) {
                return Ok(Ahead::Line(Line { text, is_terminated: true }));
            }
            let shown = self.read_ahead.borrow_mut().refill(fd);
            match shown {
                Ok(0) => return Ok(Ahead::Line(Line { text, is_terminated: false })),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => self.go_on_after_signal()?,
                Err(error) if error.raw_os_error() == Some(sys::errno::NOTSUP) => {
                    self.read_ahead.borrow_mut().is_refused = true;
                    return Ok(Ahead::Refused(text));
                }
                Err(error) => return Err(error),
            }
        }
    }
}
