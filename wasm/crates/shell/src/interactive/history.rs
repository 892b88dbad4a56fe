//! The history list, and the file it is kept in.

use crate::expand::pathname::os_str;
use std::io::{self, Write};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub text: Rc<[u8]>,
    /// Seconds since 1970, where it is known.
    pub time: Option<i64>,
    /// Changed in place by the line editor: marked by `history`.
    pub is_changed: bool,
}

#[derive(Clone, Default)]
pub struct History {
    entries: Vec<Entry>,
    /// The number of the first entry, less one: how many have been dropped.
    dropped: usize,
    /// Entries at the end that the file does not have.
    new: usize,
    /// Lines of the file that have been read.
    pub lines_read: usize,
    /// The line that runs is the last entry.
    pub has_current: bool,
}

impl History {
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The number of the first entry.
    pub fn base(&self) -> usize {
        self.dropped + 1
    }

    pub fn text(&self, index: usize) -> Option<&Rc<[u8]>> {
        self.entries.get(index).map(|entry| &entry.text)
    }

    pub fn last(&self) -> Option<&[u8]> {
        self.entries.last().map(|entry| &*entry.text)
    }

    /// The index of the entry with this number; negative numbers count from the end.
    pub fn index(&self, number: i64) -> Option<usize> {
        let index = match number < 0 {
            true => self.entries.len() as i64 + number,
            false => number - self.base() as i64,
        };
        usize::try_from(index).ok().filter(|index| *index < self.entries.len())
    }

    pub fn push(&mut self, text: &[u8], time: Option<i64>) {
        self.entries.push(Entry { text: text.into(), time, is_changed: false });
        self.new += 1;
    }

    /// Lengthens the last entry: a command of several lines is one.
    pub fn extend_last(&mut self, text: &[u8]) {
        if let Some(entry) = self.entries.last_mut() {
            entry.text = [&entry.text, text].concat().into();
        }
    }

    pub fn replace(&mut self, index: usize, text: &[u8]) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.is_changed = true;
            entry.text = text.into();
        }
    }

    pub fn pop(&mut self) -> Option<Entry> {
        let entry = self.entries.pop();
        self.new = self.new.saturating_sub(usize::from(entry.is_some()));
        entry
    }

    pub fn remove(&mut self, indices: std::ops::RangeInclusive<usize>) {
        let (first, last) = (*indices.start(), *indices.end());
        let kept = self.entries.len() - self.new;
        self.new -= (first..=last).filter(|index| *index >= kept).count();
        self.entries.drain(first..=last);
    }

    /// Removes every entry with this text: HISTCONTROL=erasedups.
    pub fn erase(&mut self, text: &[u8]) {
        while let Some(index) = self.entries.iter().rposition(|entry| *entry.text == *text) {
            self.remove(index..=index);
        }
    }

    pub fn clear(&mut self) {
        *self = History { lines_read: self.lines_read, ..History::default() };
    }

    /// Drops the oldest entries: HISTSIZE.
    pub fn limit(&mut self, size: usize) {
        if let Some(excess) = self.entries.len().checked_sub(size).filter(|excess| *excess > 0) {
            self.entries.drain(..excess);
            self.dropped += excess;
            self.new = self.new.min(size);
        }
    }

    /// Takes a file's entries from a line on; returns how many lines it has.
    pub fn read(&mut self, path: &[u8], first_line: usize) -> io::Result<usize> {
        let text = std::fs::read(os_str(path))?;
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
        let count = lines.len() - usize::from(text.is_empty() || text.ends_with(b"\n"));
        let has_times = lines.first().is_some_and(|line| time_of(line).is_some());
        let mut time = None;
        let mut is_entry_open = false;
        for line in lines.into_iter().take(count).skip(first_line) {
            if let Some(stamp) = time_of(line) {
                time = Some(stamp);
                is_entry_open = false;
                continue;
            }
            // With times in the file an entry goes to the next time.
            match has_times && is_entry_open {
                true => self.extend_last(&[b"\n", line].concat()),
                false => {
                    self.entries.push(Entry { text: line.into(), time: time.take(), is_changed: false });
                    is_entry_open = true;
                }
            }
        }
        Ok(count)
    }

    /// Writes all entries, or appends those the file has not; returns how many lines.
    pub fn write(&mut self, path: &[u8], appends: bool, with_times: bool) -> io::Result<usize> {
        let first = if appends { self.entries.len() - self.new } else { 0 };
        let mut text = Vec::new();
        for entry in &self.entries[first..] {
            if let Some(time) = entry.time.filter(|_| with_times) {
                text.extend(format!("#{time}\n").bytes());
            }
            text.extend_from_slice(&entry.text);
            text.push(b'\n');
        }
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).append(appends).truncate(!appends);
        options.open(os_str(path))?.write_all(&text)?;
        // What people type is theirs; where modes cannot be set the file stays as it is.
        let _ = sys::path_chmod(path, 0o600);
        self.new = 0;
        Ok(text.iter().filter(|byte| **byte == b'\n').count())
    }
}

/// `#1700000000`, the line before an entry.
fn time_of(line: &[u8]) -> Option<i64> {
    let digits = line.strip_prefix(b"#").filter(|digits| digits.first().is_some_and(u8::is_ascii_digit))?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Keeps a history file at its last lines: HISTFILESIZE.
pub fn truncate_file(path: &[u8], lines: usize) -> io::Result<()> {
    let text = std::fs::read(os_str(path))?;
    let count = text.iter().filter(|byte| **byte == b'\n').count();
    let Some(excess) = count.checked_sub(lines).filter(|excess| *excess > 0) else { return Ok(()) };
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(index, _)| index + 1);
    let start = ends.take(excess).last().unwrap_or(0);
    std::fs::write(os_str(path), &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_when_old_entries_go() {
        let mut history = History::default();
        for text in ["a", "b", "c"] {
            history.push(text.as_bytes(), None);
        }
        history.limit(2);
        assert_eq!((history.base(), history.index(2), history.index(-1), history.index(1)), (2, Some(0), Some(1), None));
        history.erase(b"b");
        assert_eq!(history.len(), 1);
    }
}
