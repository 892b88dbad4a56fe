//! Keys: what the bytes from a terminal mean.

use crate::text;
use std::collections::VecDeque;
use std::io;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Char(char),
    /// ^A and its like, by the letter; Enter is ^M, Tab ^I.
    Control(char),
    Meta(char),
    Backspace,
    Escape,
    Up,
    Down,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    Insert,
    Delete,
    PageUp,
    PageDown,
    /// What follows, up to the end of the paste, was not typed: see `take_paste`.
    Paste,
    Unknown,
}

/// A sequence that goes on comes within this time; otherwise the key was Escape.
const ESCAPE_SECONDS: f64 = 0.05;

/// Keys that come from a descriptor.
pub struct Keys {
    fd: i32,
    pending: VecDeque<u8>,
}

impl Keys {
    pub fn new(fd: i32) -> Keys {
        Keys { fd, pending: VecDeque::new() }
    }

    /// Puts bytes before what is still to come.
    pub fn unread(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().rev() {
            self.pending.push_front(*byte);
        }
    }

    /// A key is there, or comes within the time.
    pub fn has_key(&self, seconds: f64) -> io::Result<bool> {
        Ok(!self.pending.is_empty() || sys::wait_readable(self.fd, Some(seconds))?)
    }

    /// The next key; `None` at the end of the input. A signal ends it with `Interrupted`.
    pub fn next(&mut self) -> io::Result<Option<Key>> {
        let Some(byte) = self.byte()? else { return Ok(None) };
        Ok(Some(match byte {
            27 => self.escape()?,
            127 => Key::Backspace,
            0..=31 => Key::Control(char::from(byte + 64)),
            _ => Key::Char(self.character(byte)?),
        }))
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        if let Some(byte) = self.pending.pop_front() {
            return Ok(Some(byte));
        }
        let mut buffer = [0; 1024];
        let count = sys::read(self.fd, &mut buffer)?;
        self.pending.extend(&buffer[..count]);
        Ok(self.pending.pop_front())
    }

    /// The next byte of a sequence; `None` if none comes soon.
    fn byte_soon(&mut self) -> io::Result<Option<u8>> {
        match self.has_key(ESCAPE_SECONDS)? {
            true => self.byte(),
            false => Ok(None),
        }
    }

    fn character(&mut self, first: u8) -> io::Result<char> {
        let length = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            0..=0x7f => return Ok(char::from(first)),
            _ => return Ok(text::of_byte(first)),
        };
        let mut bytes = vec![first];
        while bytes.len() < length {
            match self.byte_soon()? {
                Some(byte) if byte & 0xc0 == 0x80 => bytes.push(byte),
                Some(byte) => {
                    self.pending.push_front(byte);
                    break;
                }
                None => break,
            }
        }
        let characters = text::decode(&bytes);
        if characters.len() > 1 {
            self.unread(&bytes[1..]);
        }
        Ok(characters[0])
    }

    fn escape(&mut self) -> io::Result<Key> {
        Ok(match self.byte_soon()? {
            None => Key::Escape,
            Some(b'[') => self.control_sequence()?,
            Some(b'O') => match self.byte_soon()? {
                Some(b'A') => Key::Up,
                Some(b'B') => Key::Down,
                Some(b'C') => Key::Right,
                Some(b'D') => Key::Left,
                Some(b'H') => Key::Home,
                Some(b'F') => Key::End,
                Some(b'M') => Key::Control('M'),
                Some(_) => Key::Unknown,
                None => Key::Meta('O'),
            },
            // Two keys: the next call makes the second one of it.
            Some(27) => {
                self.pending.push_front(27);
                Key::Escape
            }
            Some(byte @ 0..=31) => {
                self.pending.push_front(byte);
                Key::Escape
            }
            Some(byte) => Key::Meta(self.character(byte)?),
        })
    }

    fn control_sequence(&mut self) -> io::Result<Key> {
        let mut parameters = Vec::new();
        let last = loop {
            match self.byte_soon()? {
                Some(byte @ 0x40..=0x7e) => break byte,
                Some(byte @ 0x20..=0x3f) => parameters.push(byte),
                Some(_) => return Ok(Key::Unknown),
                None if parameters.is_empty() => return Ok(Key::Meta('[')),
                None => return Ok(Key::Unknown),
            }
        };
        let is_modified = parameters.ends_with(b";5") || parameters.ends_with(b";3");
        Ok(match (parameters.as_slice(), last) {
            (_, b'A') => Key::Up,
            (_, b'B') => Key::Down,
            (_, b'C') if is_modified => Key::WordRight,
            (_, b'D') if is_modified => Key::WordLeft,
            (_, b'C') => Key::Right,
            (_, b'D') => Key::Left,
            (_, b'H') | (b"1" | b"7", b'~') => Key::Home,
            (_, b'F') | (b"4" | b"8", b'~') => Key::End,
            (b"2", b'~') => Key::Insert,
            (b"3", b'~') => Key::Delete,
            (b"5", b'~') => Key::PageUp,
            (b"6", b'~') => Key::PageDown,
            (b"200", b'~') => Key::Paste,
            _ => Key::Unknown,
        })
    }

    /// What was pasted: up to the mark of its end.
    pub fn take_paste(&mut self) -> io::Result<Vec<u8>> {
        const END: &[u8] = b"\x1b[201~";
        let mut bytes = Vec::new();
        while !bytes.ends_with(END) {
            match self.byte()? {
                Some(byte) => bytes.push(byte),
                None => return Ok(bytes),
            }
        }
        bytes.truncate(bytes.len() - END.len());
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_become_keys() {
        let mut keys = Keys::new(-1);
        keys.unread(b"a\x01\x1b[A\x1b[3~\x1bf\x1b[1;5C\xc3\xa9\x1b[200~x\x1b[201~\x7f");
        let mut expect = |key| assert_eq!(keys.next().unwrap(), Some(key));
        expect(Key::Char('a'));
        expect(Key::Control('A'));
        expect(Key::Up);
        expect(Key::Delete);
        expect(Key::Meta('f'));
        expect(Key::WordRight);
        expect(Key::Char('é'));
        expect(Key::Paste);
        assert_eq!(keys.take_paste().unwrap(), b"x");
        assert_eq!(keys.next().unwrap(), Some(Key::Backspace));
    }
}
