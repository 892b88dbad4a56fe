//! Where sed writes: standard output or the file that is edited in place, and the files of `w`.

use crate::writer::Writer;
use std::fs::File;
use std::io::Result;

/// A file that is edited in place.
struct Edited {
    name: Vec<u8>,
    temporary: Vec<u8>,
    writer: Writer,
}

pub struct Outputs {
    standard: Writer,
    edited: Option<Edited>,
    /// Names and writers; without one it is the main output.
    files: Vec<(Vec<u8>, Option<Writer>)>,
    suffix: Vec<u8>,
    /// The input's last line had no newline, so its output has none unless more follows.
    open_line: Option<u8>,
}

impl Outputs {
    /// Opens the files of `w`. An error is its message.
    pub fn new(names: &[Vec<u8>], suffix: Vec<u8>, is_unbuffered: bool) -> std::result::Result<Self, String> {
        let mut standard = Writer::standard(1);
        if is_unbuffered {
            standard.set_unbuffered();
        }
        let mut files = Vec::new();
        for name in names {
            let writer = match &name[..] {
                b"/dev/stdout" => None,
                b"/dev/stderr" => Some(Writer::standard(2)),
                _ => {
                    let file = File::create(crate::path::of(name));
                    Some(Writer::of_file(file.map_err(|error| format!("couldn't open file {}: {}", String::from_utf8_lossy(name), sys::errno::message(&error)))?))
                }
            };
            files.push((name.clone(), writer));
        }
        Ok(Outputs { standard, edited: None, files, suffix, open_line: None })
    }

    fn writer(&mut self) -> &mut Writer {
        match &mut self.edited {
            Some(edited) => &mut edited.writer,
            None => &mut self.standard,
        }
    }

    /// Where the next text goes.
    pub fn main(&mut self) -> &mut Vec<u8> {
        let newline = self.open_line.take();
        let buffer = self.writer().buffer();
        buffer.extend(newline);
        buffer
    }

    /// The line put out last ends only if more follows.
    pub fn leave_line_open(&mut self, terminator: u8) {
        self.open_line = Some(terminator);
    }

    pub fn written(&mut self) -> Result<()> {
        self.writer().written()
    }

    pub fn flush(&mut self) -> Result<()> {
        self.writer().flush()
    }

    pub fn file(&mut self, index: usize) -> &mut Writer {
        match &mut self.files[index].1 {
            Some(writer) => writer,
            None => &mut self.standard,
        }
    }

    pub fn name(&self, index: usize) -> String {
        String::from_utf8_lossy(&self.files[index].0).into_owned()
    }

    pub fn is_in_file(&self) -> bool {
        self.edited.is_some()
    }

    /// From now on the output goes into a new file beside `name`.
    pub fn begin_file(&mut self, name: &[u8]) -> std::result::Result<(), String> {
        let shown = String::from_utf8_lossy(name).into_owned();
        let directory = name.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        let temporary = [&name[..directory], format!("sed{:06}", sys::getpid()).as_bytes()].concat();
        let file = File::create_new(crate::path::of(&temporary))
            .map_err(|error| format!("couldn't open temporary file {}: {}", String::from_utf8_lossy(&temporary), sys::errno::message(&error)))?;
        let mode = sys::stat(name).map_err(|error| format!("couldn't edit {shown}: {}", sys::errno::message(&error)))?.permissions();
        // A file system without modes has none to keep.
        let _ = sys::path_chmod(&temporary, mode);
        self.edited = Some(Edited { name: name.to_vec(), temporary, writer: Writer::of_file(file) });
        Ok(())
    }

    /// Puts the new file in the place of the old one, which is kept if a suffix says so.
    pub fn end_file(&mut self) -> std::result::Result<(), String> {
        let Some(mut edited) = self.edited.take() else { return Ok(()) };
        self.open_line = None;
        let shown = String::from_utf8_lossy(&edited.name).into_owned();
        edited.writer.flush().map_err(|error| format!("couldn't write to {shown}: {}", sys::errno::message(&error)))?;
        let rename = |from: &[u8], to: &[u8]| {
            let text = |error| format!("cannot rename {}: {}", String::from_utf8_lossy(from), sys::errno::message(&error));
            std::fs::rename(crate::path::of(from), crate::path::of(to)).map_err(text)
        };
        if !self.suffix.is_empty() {
            rename(&edited.name, &backup_name(&edited.name, &self.suffix))?;
        }
        rename(&edited.temporary, &edited.name)
    }

    /// Removes what an edit that failed has left.
    pub fn abandon(&mut self) {
        if let Some(edited) = self.edited.take() {
            let _ = std::fs::remove_file(crate::path::of(&edited.temporary));
        }
    }
}

/// The suffix behind the name; with a star in it the star is the name, and a slash begins another directory.
fn backup_name(name: &[u8], suffix: &[u8]) -> Vec<u8> {
    let base = name.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    if !suffix.contains(&b'*') {
        return [name, suffix].concat();
    }
    let mut backup = Vec::new();
    for byte in suffix {
        if *byte == b'*' { backup.extend_from_slice(&name[base..]) } else { backup.push(*byte) }
    }
    if backup.contains(&b'/') { backup } else { [&name[..base], &backup].concat() }
}
