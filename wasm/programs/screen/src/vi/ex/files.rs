//! Writing, reading, editing and leaving files.

use super::range::{Range, range_or_all};
use crate::tty::Tty;
use crate::vi::editor::Editor;
use crate::vi::text::{Place, lines_of};
use std::io;

impl Editor {
    pub(super) fn quit(&mut self, is_forced: bool) {
        match self.text.is_changed() && !is_forced {
            true => self.message = "No write since last change (add ! to override)".to_string(),
            false => self.exit = Some(0),
        }
    }

    pub(super) fn write(&mut self, range: Range, argument: &str, is_forced: bool) -> bool {
        let (appends, name) = match argument.strip_prefix(">>") {
            Some(name) => (true, name.trim()),
            None => (false, argument),
        };
        let Some(path) = Some(name).filter(|name| !name.is_empty()).map(str::to_string).or(self.path.clone()) else {
            self.message = "No file name".to_string();
            return false;
        };
        let is_own = self.path.as_deref() == Some(path.as_str());
        if self.is_read_only && is_own && !is_forced {
            self.message = "'readonly' option is set (add ! to override)".to_string();
            return false;
        }
        let exists = std::fs::metadata(&path).is_ok();
        if exists && !is_own && !is_forced && !appends {
            self.message = "File exists (add ! to override)".to_string();
            return false;
        }
        let (first, last) = range_or_all(range, self.text.len());
        let bytes = match self.text.is_empty() && !exists {
            true => Vec::new(),
            false => self.text.bytes(first, last),
        };
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).append(appends).truncate(!appends);
        match options.open(&path).and_then(|mut file| io::Write::write_all(&mut file, &bytes)) {
            Ok(()) => {
                let new = if exists { "" } else { " [New]" };
                self.message = format!("\"{path}\"{new} {}L, {}B written", last - first + 1, bytes.len());
                if self.path.is_none() {
                    self.path = Some(path);
                }
                if !range.is_given && !appends {
                    self.text.note_written();
                }
                true
            }
            Err(error) => {
                self.message = format!("\"{path}\" {}", sys::errno::message(&error));
                false
            }
        }
    }

    pub(super) fn edit(&mut self, argument: &str, is_forced: bool) {
        if self.text.is_changed() && !is_forced {
            self.message = "No write since last change (add ! to override)".to_string();
            return;
        }
        let path = if argument.is_empty() { self.path.clone() } else { Some(argument.to_string()) };
        match path {
            Some(path) => self.open(&path),
            None => self.message = "No file name".to_string(),
        }
    }

    pub(super) fn next_file(&mut self, step: i64, is_forced: bool) {
        if self.text.is_changed() && !is_forced {
            self.message = "No write since last change (add ! to override)".to_string();
            return;
        }
        match usize::try_from(self.file as i64 + step).ok().and_then(|file| Some((file, self.files.get(file)?.clone()))) {
            Some((file, path)) => {
                self.file = file;
                self.open(&path);
            }
            None => self.message = "No more files".to_string(),
        }
    }

    pub(super) fn read(&mut self, tty: &mut Tty, range: Range, argument: &str) -> io::Result<()> {
        let bytes = match argument.strip_prefix('!') {
            Some(command) => self.through(tty, command, b"")?.0,
            None => match std::fs::read(if argument.is_empty() { self.path.as_deref().unwrap_or("") } else { argument }) {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.message = format!("\"{argument}\" {}", sys::errno::message(&error));
                    return Ok(());
                }
            },
        };
        if !bytes.is_empty() {
            self.save();
            let line = range.last + 1;
            self.text.insert_lines(line, lines_of(&bytes).iter().map(|line| line.to_vec()));
            self.at = Place { line, column: 0 };
        }
        Ok(())
    }
}
