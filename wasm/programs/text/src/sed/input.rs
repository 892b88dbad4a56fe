//! The lines of the operands, as one stream or file by file.

use crate::reader::{Reader, Separator};
use std::collections::VecDeque;

pub struct Input {
    names: VecDeque<Vec<u8>>,
    reader: Option<Reader>,
    /// Each file is a stream of its own.
    is_separate: bool,
    is_in_place: bool,
    separator: Separator,
    is_unbuffered: bool,
    terminator: Vec<u8>,
    pub line: usize,
    /// The current file.
    pub name: Vec<u8>,
    /// The exit code for what could not be read.
    pub failure: i32,
}

/// What the next line is.
pub enum Next {
    Line { has_newline: bool },
    /// Another file begins; only when each is edited in place.
    File,
    End,
}

impl Input {
    pub fn new(names: Vec<Vec<u8>>, is_separate: bool, is_in_place: bool, is_unbuffered: bool, terminator: u8) -> Self {
        Input {
            names: names.into(),
            reader: None,
            is_separate,
            is_in_place,
            separator: Separator::Byte(terminator),
            is_unbuffered,
            terminator: Vec::new(),
            line: 0,
            name: b"-".to_vec(),
            failure: 0,
        }
    }

    fn open_next(&mut self) -> bool {
        while let Some(name) = self.names.pop_front() {
            if name == b"-" && !self.is_in_place {
                if self.is_separate {
                    self.line = 0;
                }
                let mut reader = Reader::standard_input();
                if self.is_unbuffered {
                    reader.set_unbuffered();
                }
                (self.name, self.reader) = (name, Some(reader));
                return true;
            }
            let shown = String::from_utf8_lossy(&name).into_owned();
            let stat = sys::stat(&name);
            if stat.as_ref().is_ok_and(|stat| stat.is_directory() || (self.is_in_place && !stat.is_regular())) {
                let text = if self.is_in_place { format!("couldn't edit {shown}: not a regular file") } else { format!("read error on {shown}: Is a directory") };
                eprintln!("sed: {text}");
                self.failure = 4;
                continue;
            }
            match crate::path::open(&name) {
                Ok(file) => {
                    if self.is_separate {
                        self.line = 0;
                    }
                    (self.name, self.reader) = (name, Some(Reader::of_file(file)));
                    return true;
                }
                Err(error) => {
                    eprintln!("sed: can't read {shown}: {}", sys::errno::message(&error));
                    self.failure = self.failure.max(2);
                }
            }
        }
        false
    }

    /// Reads a line into `text`. With `stays` the end of a file edited in place is the end of all.
    pub fn next(&mut self, text: &mut Vec<u8>, stays: bool) -> Next {
        loop {
            let Some(reader) = &mut self.reader else {
                if stays && self.is_in_place {
                    return Next::End;
                }
                if !self.open_next() {
                    return Next::End;
                }
                if self.is_in_place {
                    return Next::File;
                }
                continue;
            };
            let result = if stays && self.is_separate && !reader.has_more().unwrap_or(false) && self.names.is_empty() {
                Ok(false)
            } else {
                reader.next(&self.separator, text, &mut self.terminator)
            };
            match result {
                Ok(true) => {
                    self.line += 1;
                    return Next::Line { has_newline: !self.terminator.is_empty() };
                }
                Ok(false) => {}
                Err(error) => {
                    eprintln!("sed: read error on {}: {}", String::from_utf8_lossy(&self.name), sys::errno::message(&error));
                    self.failure = 4;
                }
            }
            self.reader = None;
        }
    }

    /// Leaves what was read of standard input and not used to who reads it next.
    pub fn give_back(&mut self) {
        if let Some(reader) = self.reader.as_mut().filter(|_| self.name == b"-") {
            reader.give_back();
        }
    }

    /// Whether a file comes after this one.
    pub fn has_another_file(&self) -> bool {
        !self.is_in_place && !self.names.is_empty()
    }

    /// Whether the current line is the last: of the file where each is a stream of its own.
    pub fn is_last(&mut self) -> bool {
        loop {
            if let Some(reader) = &mut self.reader {
                if reader.has_more().unwrap_or(true) {
                    return false;
                }
            }
            if self.is_separate {
                return true;
            }
            let name = std::mem::take(&mut self.name);
            let is_open = self.open_next();
            if !is_open {
                self.name = name;
                return true;
            }
        }
    }
}
