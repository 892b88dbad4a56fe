//! pr's output: where in a line it stands, and runs of spaces that become tabs.

use super::options::Tab;
use commands::output::Output;
use std::io::{Result, Write};

pub struct Writer {
    pub output: Output,
    /// Of the next byte in its line, from 0.
    pub position: usize,
    /// Not written yet: they may become tabs, and nothing at the end of a line.
    pub spaces: usize,
    tab: Option<Tab>,
}

impl Writer {
    pub fn new(output: Output, tab: Option<Tab>) -> Writer {
        Writer { output, position: 0, spaces: 0, tab }
    }

    pub fn start_line(&mut self) {
        (self.position, self.spaces) = (0, 0);
    }

    /// Writes the spaces that wait, as tabs where they reach one.
    pub fn flush_spaces(&mut self) -> Result<()> {
        let goal = self.position + std::mem::take(&mut self.spaces);
        if let Some(tab) = self.tab {
            while goal - self.position > 1 && next_stop(tab.width, self.position) <= goal {
                self.output.write_all(&[tab.byte])?;
                self.position = next_stop(tab.width, self.position);
            }
        }
        while self.position < goal {
            self.output.write_all(b" ")?;
            self.position += 1;
        }
        Ok(())
    }

    /// Writes one byte of a line's text.
    pub fn put(&mut self, byte: u8) -> Result<()> {
        if self.tab.is_some() {
            if byte == b' ' {
                self.spaces += 1;
                return Ok(());
            }
            self.flush_spaces()?;
            match byte {
                b' '..=b'~' => self.position += 1,
                b'\x08' => self.position = self.position.saturating_sub(1),
                _ => {}
            }
        }
        self.output.write_all(&[byte])
    }

    /// Goes to a position in the line.
    pub fn pad_to(&mut self, position: usize) -> Result<()> {
        if self.tab.is_some() {
            self.spaces = position.saturating_sub(self.position);
            return Ok(());
        }
        while self.position < position {
            self.output.write_all(b" ")?;
            self.position += 1;
        }
        Ok(())
    }

    /// Writes what stands between columns.
    pub fn separate(&mut self, separator: &[u8]) -> Result<()> {
        for byte in separator {
            if *byte == b' ' {
                self.spaces += 1;
                continue;
            }
            self.flush_spaces()?;
            self.output.write_all(&[*byte])?;
            self.position += 1;
        }
        self.flush_spaces()
    }

    pub fn newlines(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            self.output.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// The position of the tab stop after this one.
pub fn next_stop(width: usize, position: usize) -> usize {
    position - position % width + width
}
