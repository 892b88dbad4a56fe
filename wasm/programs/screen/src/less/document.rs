//! The text that is shown: a file or a pipe, read as far as it is needed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

pub struct Document {
    pub name: String,
    reader: Option<Box<dyn Read>>,
    /// Can be read on when it has grown.
    file: Option<File>,
    bytes: Vec<u8>,
    /// Where lines begin; one more at the end of what has been read if that ends a line.
    starts: Vec<usize>,
    has_ended: bool,
    squeezes: bool,
}

impl Document {
    pub fn open(name: &str, squeezes: bool) -> io::Result<Document> {
        let (reader, file): (Option<Box<dyn Read>>, Option<File>) = match name {
            "-" => (Some(Box::new(io::stdin())), None),
            _ if std::fs::metadata(name)?.is_dir() => return Err(io::Error::from_raw_os_error(sys::errno::ISDIR)),
            _ => (None, Some(File::open(name)?)),
        };
        Ok(Document { name: name.to_string(), reader, file, bytes: Vec::new(), starts: vec![0], has_ended: false, squeezes })
    }

    /// Text that is no file: the help.
    pub fn of_text(name: &str, text: &str) -> Document {
        let mut document =
            Document { name: name.to_string(), reader: None, file: None, bytes: Vec::new(), starts: vec![0], has_ended: true, squeezes: false };
        document.take(text.as_bytes());
        document
    }

    fn take(&mut self, chunk: &[u8]) {
        for byte in chunk {
            if self.squeezes && *byte == b'\n' && self.bytes.ends_with(b"\n\n") {
                continue;
            }
            self.bytes.push(*byte);
            if *byte == b'\n' {
                self.starts.push(self.bytes.len());
            }
        }
    }

    /// Reads some more; false at the end.
    fn read_more(&mut self) -> io::Result<bool> {
        let mut chunk = vec![0; 65536];
        let count = match (&mut self.reader, &mut self.file) {
            (Some(reader), _) => reader.read(&mut chunk)?,
            (None, Some(file)) => file.read(&mut chunk)?,
            (None, None) => 0,
        };
        if count == 0 {
            self.has_ended = true;
        }
        self.take(&chunk[..count]);
        Ok(count > 0)
    }

    /// Looks whether the file has grown.
    pub fn read_on(&mut self) -> io::Result<bool> {
        let length = self.bytes.len();
        while self.read_more()? {}
        Ok(self.bytes.len() > length)
    }

    /// Reads a file from its start again.
    pub fn reread(&mut self) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(0))?;
            self.bytes.clear();
            self.starts = vec![0];
            self.has_ended = false;
        }
        Ok(())
    }

    /// The number of lines, when all is read.
    pub fn count(&mut self) -> io::Result<usize> {
        while !self.has_ended && self.read_more()? {}
        Ok(self.known())
    }

    /// The number of lines that have been read.
    pub fn known(&self) -> usize {
        self.starts.len() - usize::from(self.starts.last() == Some(&self.bytes.len()))
    }

    pub fn is_known_whole(&self) -> bool {
        self.has_ended
    }

    /// A line without its end; `None` behind the last one.
    pub fn line(&mut self, index: usize) -> io::Result<Option<&[u8]>> {
        // A line is whole when the next one has begun.
        while !self.has_ended && self.starts.len() <= index + 1 {
            self.read_more()?;
        }
        if index >= self.known() {
            return Ok(None);
        }
        let start = self.starts[index];
        let end = self.starts.get(index + 1).map_or(self.bytes.len(), |next| next - 1);
        Ok(Some(&self.bytes[start..end]))
    }

    pub fn percent(&self, index: usize) -> usize {
        let place = self.starts.get(index).copied().unwrap_or(self.bytes.len());
        place * 100 / self.bytes.len().max(1)
    }

    /// The bytes before a line, and all that are known.
    pub fn place(&self, index: usize) -> (usize, usize) {
        (self.starts.get(index).copied().unwrap_or(self.bytes.len()), self.bytes.len())
    }
}
