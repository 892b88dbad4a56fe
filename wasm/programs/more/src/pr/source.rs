//! One input of pr: its lines, and the form feeds that end pages in it.

use console::stream::{self, Input};
use std::io::{BufRead, Result};

/// What comes next in the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    Line,
    /// A line that a form feed ended: nothing follows on this page.
    LineAndFeed,
    /// A line without a newline, the last.
    LineAndEnd,
    /// A form feed where a line would begin.
    Feed,
    End,
}

impl Next {
    /// The state in which this leaves its input.
    pub fn state(self) -> State {
        match self {
            Next::Line => State::Open,
            Next::LineAndFeed | Next::Feed => State::Held,
            Next::LineAndEnd | Next::End => State::Closed,
        }
    }

    pub fn has_line(self) -> bool {
        matches!(self, Next::Line | Next::LineAndFeed | Next::LineAndEnd)
    }

    pub fn has_feed(self) -> bool {
        matches!(self, Next::LineAndFeed | Next::Feed)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Open,
    /// A form feed came: the rest is for the next page.
    Held,
    Closed,
}

pub struct Source {
    input: Input,
    pub state: State,
    /// The page is full, so that a form feed which comes now ends nothing.
    pub is_page_full: bool,
}

impl Source {
    pub fn open(name: &[u8]) -> Result<Source> {
        let mut input = stream::open(name)?;
        // A directory opens and cannot be read.
        input.fill_buf()?;
        Ok(Source { input, state: State::Open, is_page_full: false })
    }

    fn peek(&mut self) -> Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn skip(&mut self, byte: u8) -> Result<bool> {
        let is_next = self.peek()? == Some(byte);
        if is_next {
            self.input.consume(1);
        }
        Ok(is_next)
    }

    /// Reads a line into `line`, without what ends it.
    pub fn next(&mut self, line: &mut Vec<u8>) -> Result<Next> {
        line.clear();
        if std::mem::take(&mut self.is_page_full) && self.skip(b'\x0c')? {
            self.skip(b'\n')?;
        }
        let mut is_first = true;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(if is_first { Next::End } else { Next::LineAndEnd });
            }
            let Some(end) = memchr::memchr2(b'\n', b'\x0c', buffer) else {
                line.extend_from_slice(buffer);
                let count = buffer.len();
                self.input.consume(count);
                is_first = false;
                continue;
            };
            line.extend_from_slice(&buffer[..end]);
            let is_newline = buffer[end] == b'\n';
            is_first &= end == 0;
            self.input.consume(end + 1);
            if is_newline {
                return Ok(Next::Line);
            }
            self.skip(b'\n')?;
            return Ok(if is_first { Next::Feed } else { Next::LineAndFeed });
        }
    }
}
