//! The items of the input.

use super::options::{Delimiter, Options};
use super::{PROGRAM, Stop, is_blank, is_plain};
use crate::input::{self, Input};
use std::io::BufRead;

pub struct Item {
    pub bytes: Vec<u8>,
    /// It is the last one of its line, as `-L` counts them: a blank before the end joins the next line.
    pub ends_line: bool,
}

pub struct Items<'options> {
    options: &'options Options,
    input: Input,
    ended: bool,
}

impl<'options> Items<'options> {
    pub fn open(options: &'options Options) -> Result<Self, i32> {
        let name = options.input.as_deref().unwrap_or(b"-");
        let input = input::open_buffered(name).map_err(|error| {
            let shown = String::from_utf8_lossy(name);
            PROGRAM.complain(&format!("Cannot open input file ‘{shown}’: {}", sys::errno::message(&error)));
            1
        })?;
        Ok(Items { options, input, ended: false })
    }

    /// The next item; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Item>, Stop> {
        if self.ended {
            return Ok(None);
        }
        let item = match self.options.delimiter {
            Delimiter::Byte(byte) => self.until(byte)?,
            Delimiter::Blanks if self.options.replace.is_some() => self.line()?,
            Delimiter::Blanks => self.word()?,
        };
        let is_end_mark = |item: &Item| !is_plain(self.options) && self.options.end_mark.as_ref() == Some(&item.bytes);
        if item.as_ref().is_none_or(is_end_mark) {
            self.ended = true;
            return Ok(None);
        }
        Ok(item)
    }

    fn until(&mut self, delimiter: u8) -> Result<Option<Item>, Stop> {
        let mut bytes = Vec::new();
        let count = self.input.read_until(delimiter, &mut bytes).map_err(|error| unreadable(&error))?;
        if bytes.last() == Some(&delimiter) {
            bytes.pop();
        }
        Ok((count > 0).then_some(Item { bytes, ends_line: true }))
    }

    fn byte(&mut self) -> Result<Option<u8>, Stop> {
        let byte = match self.input.fill_buf() {
            Ok(buffer) => buffer.first().copied(),
            Err(error) => return Err(unreadable(&error)),
        };
        self.input.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    /// A line for `-I`: blanks before it dropped, quotes taken off, empty ones passed over.
    fn line(&mut self) -> Result<Option<Item>, Stop> {
        loop {
            let mut bytes = Vec::new();
            let (mut quote, mut any) = (None, false);
            let ended = loop {
                let Some(byte) = self.byte()? else { break true };
                match (byte, quote) {
                    (b'\n', None) => break false,
                    (b'\n', Some(open)) => return Err(unmatched(open)),
                    (byte, None) if is_blank(byte) && !any => continue,
                    (b'\\', None) => bytes.extend(self.byte()?),
                    (byte, Some(open)) if byte == open => quote = None,
                    (b'\'' | b'"', None) => quote = Some(byte),
                    (byte, _) => bytes.push(byte),
                }
                any = true;
            };
            if let Some(open) = quote {
                return Err(unmatched(open));
            }
            if any {
                return Ok(Some(Item { bytes, ends_line: true }));
            }
            if ended {
                return Ok(None);
            }
        }
    }

    fn word(&mut self) -> Result<Option<Item>, Stop> {
        let (mut bytes, mut any, mut quote) = (Vec::new(), false, None);
        loop {
            let Some(byte) = self.byte()? else {
                return match quote {
                    Some(open) => Err(unmatched(open)),
                    None => Ok(any.then_some(Item { bytes, ends_line: true })),
                };
            };
            match (byte, quote) {
                (b'\n', Some(open)) => return Err(unmatched(open)),
                (b'\n', None) if any => return Ok(Some(Item { bytes, ends_line: true })),
                (byte, None) if is_blank(byte) && any => {
                    let ends_line = self.skip_blanks_to_line_end()?;
                    return Ok(Some(Item { bytes, ends_line }));
                }
                (byte, None) if is_blank(byte) || byte == b'\n' => {}
                (b'\\', None) => {
                    any = true;
                    bytes.extend(self.byte()?);
                }
                (byte, Some(open)) if byte == open => quote = None,
                (b'\'' | b'"', None) => {
                    any = true;
                    quote = Some(byte);
                }
                (byte, _) => {
                    any = true;
                    bytes.push(byte);
                }
            }
        }
    }

    /// A blank right before a line's end continues the line, so that no line ends here either way.
    fn skip_blanks_to_line_end(&mut self) -> Result<bool, Stop> {
        loop {
            let next = match self.input.fill_buf() {
                Ok(buffer) => buffer.first().copied(),
                Err(error) => return Err(unreadable(&error)),
            };
            match next {
                Some(byte) if is_blank(byte) => self.input.consume(1),
                Some(b'\n') => {
                    self.input.consume(1);
                    return Ok(false);
                }
                Some(_) => return Ok(false),
                None => return Ok(true),
            }
        }
    }
}

fn unreadable(error: &std::io::Error) -> Stop {
    PROGRAM.complain(&sys::errno::message(error));
    Stop::Code(1)
}

fn unmatched(quote: u8) -> Stop {
    let name = if quote == b'"' { "double" } else { "single" };
    PROGRAM.complain(&format!(
        "unmatched {name} quote; by default quotes are special to xargs unless you use the -0 option"
    ));
    Stop::Code(1)
}
