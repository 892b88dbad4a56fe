//! Reading files and commands into the buffer, and writing it to them.

use super::Step;
use crate::ed::Editor;
use std::io::{Read, Write};

impl Editor {
    /// Reads a file, or a command's output, behind a line.
    pub fn read_file(&mut self, name: &[u8], after: usize) -> Step<()> {
        let mut text = Vec::new();
        let result = match name.strip_prefix(b"!") {
            Some(command) => crate::shell::spawn_reading(command).and_then(|(pid, mut file)| {
                file.read_to_end(&mut text)?;
                sys::waitpid(pid, sys::WaitOptions::default())
            }).map(|_| ()),
            None => crate::path::open(name).and_then(|mut file| file.read_to_end(&mut text)).map(|_| ()),
        };
        if let Err(error) = result {
            let _ = self.out.flush();
            eprintln!("{}: {}", String::from_utf8_lossy(name), sys::errno::message(&error));
            return Err("Cannot open input file");
        }
        let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let mut size = text.len();
        if lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        } else {
            size += 1;
            let _ = self.out.flush();
            eprintln!("Newline appended");
        }
        self.buffer.insert(after, lines);
        if !self.is_silent {
            self.put(format!("{size}\n").as_bytes());
        }
        Ok(())
    }

    pub(super) fn write_file(&mut self, name: &[u8], first: usize, last: usize, appends: bool) -> Step<()> {
        let name = if name.is_empty() { self.file.clone() } else { name.to_vec() };
        if name.is_empty() {
            return Err("No current filename");
        }
        let mut text = Vec::new();
        if first > 0 {
            for number in first..=last {
                text.extend_from_slice(self.buffer.text(number));
                text.push(b'\n');
            }
        }
        if let Some(command) = name.strip_prefix(b"!") {
            let _ = self.out.flush();
            let write = || -> std::io::Result<()> {
                let (read, write) = sys::pipe(true)?;
                let pid = crate::shell::spawn(command, &[sys::FdAction::dup2(read, 0)]);
                sys::close(read)?;
                // SAFETY: the pipe's end is new and nobody else's.
                let mut file = unsafe { <std::fs::File as std::os::fd::FromRawFd>::from_raw_fd(write) };
                file.write_all(&text)?;
                drop(file);
                sys::waitpid(pid?, sys::WaitOptions::default())?;
                Ok(())
            };
            write().map_err(|_| "Cannot write file")?;
        } else {
            if self.file.is_empty() {
                self.file.clone_from(&name);
            }
            let mut options = std::fs::File::options();
            let opened = options.create(true).write(true).append(appends).truncate(!appends).open(crate::path::of(&name));
            if let Err(error) = opened.and_then(|mut file| file.write_all(&text)) {
                let _ = self.out.flush();
                eprintln!("{}: {}", String::from_utf8_lossy(&name), sys::errno::message(&error));
                return Err("Cannot open output file");
            }
            if first <= 1 && last == self.buffer.len() {
                self.buffer.is_modified = false;
            }
        }
        if !self.is_silent {
            self.put(format!("{}\n", text.len()).as_bytes());
        }
        Ok(())
    }
}
