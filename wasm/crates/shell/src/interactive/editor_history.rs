//! The history within the editor: going through it, searching it, arguments from it.

use super::buffer::Buffer;
use super::editor::{Editor, Last, Step};
use super::history_expansion::{self, Context, Expanded};
use super::prompt;
use crate::state::Interrupt;
use std::io;
use terminal::text;

impl Editor<'_> {
    fn entry_text(&self, place: usize) -> Vec<char> {
        self.shell.interactive.history.text(place).map_or_else(Vec::new, |text| text::decode(text))
    }

    /// Shows an entry, as it was left; the new line is behind the last one.
    pub fn go_to_entry(&mut self, place: usize) {
        let place = place.min(self.entries().len());
        if place == self.place {
            return;
        }
        let left = std::mem::take(&mut self.buffer);
        self.kept.insert(self.place, left);
        self.buffer = match self.kept.remove(&place) {
            Some(mut buffer) => {
                buffer.cursor = buffer.text.len();
                buffer
            }
            None => Buffer::new(self.entry_text(place)),
        };
        self.place = place;
    }

    pub fn move_in_history(&mut self, distance: i64) {
        let place = self.place as i64 + distance;
        if place < 0 || place > self.entries().len() as i64 {
            return self.bell();
        }
        self.go_to_entry(place as usize);
    }

    /// Entries that were changed and not accepted stay changed; the accepted one is as it was.
    pub fn keep_changes(&mut self) {
        let length = self.entries().len();
        for (place, buffer) in std::mem::take(&mut self.kept) {
            let text = text::encode(&buffer.text);
            if place < length && self.shell.interactive.history.text(place).is_some_and(|known| **known != text[..]) {
                self.interactive().history.replace(place, &text);
            }
        }
    }

    /// The next entry that begins with what stands before the cursor.
    pub fn search_by_start(&mut self, is_backward: bool, last: &Last) {
        let length = match last {
            Last::Search(length) => *length,
            _ => self.buffer.cursor,
        };
        let start = self.buffer.text[..length.min(self.buffer.text.len())].to_vec();
        let current = self.buffer.text.clone();
        let fits = |editor: &Self, place: &usize| {
            let text = editor.entry_text(*place);
            text.starts_with(&start) && text != current
        };
        let found = match is_backward {
            true => (0..self.place).rev().find(|place| fits(self, place)),
            false => (self.place + 1..self.entries().len()).find(|place| fits(self, place)),
        };
        match found {
            Some(place) => {
                self.go_to_entry(place);
                self.buffer.cursor = if start.is_empty() { self.buffer.text.len() } else { start.len() };
                self.last = Last::Search(start.len());
            }
            None => {
                self.bell();
                self.last = Last::Search(start.len());
            }
        }
    }

    /// M-.: the last argument of the entry before; again: of the one before that.
    pub fn yank_last_argument(&mut self, last: &Last) {
        let (before, from, to) = match *last {
            Last::LastArgument { entry, from, to } => (entry, from, to),
            _ => (self.place, self.buffer.cursor, self.buffer.cursor),
        };
        let Some(entry) = before.checked_sub(1).filter(|entry| *entry < self.entries().len()) else { return self.bell() };
        let words = history_expansion::words(&self.entries()[entry].text);
        let argument = text::decode(words.last().map_or(b"".as_slice(), Vec::as_slice));
        self.buffer.replace(from, to, &argument);
        self.last = Last::LastArgument { entry, from, to: from + argument.len() };
    }

    /// M-C-y: the first argument (the nth word) of the entry before.
    pub fn yank_argument(&mut self, count: i64) {
        let Some(entry) = self.place.checked_sub(1).and_then(|place| self.entries().get(place)) else { return self.bell() };
        let words = history_expansion::words(&entry.text);
        match usize::try_from(count).ok().and_then(|index| words.get(index)) {
            Some(word) => self.buffer.insert_all(&text::decode(word)),
            None => self.bell(),
        }
    }

    /// ^R and ^S: looks for what is typed, as it is typed.
    pub fn search(&mut self, first_backward: bool) -> io::Result<Step> {
        let own_prompt = std::mem::take(&mut self.prompt);
        let origin = (self.place, self.buffer.cursor);
        let mut is_backward = first_backward;
        let mut wanted: Vec<char> = Vec::new();
        let mut has_failed = false;
        let step = loop {
            let failed = if has_failed { "failed " } else { "" };
            let kind = if is_backward { "reverse-i-search" } else { "i-search" };
            let shown: String = wanted.iter().collect();
            let quote = format!("({failed}{kind})`{shown}': ");
            self.prompt = prompt::cells(quote.as_bytes());
            self.show()?;
            let Some(byte) = self.byte()? else { break Step::End };
            match byte {
                0x12 | 0x13 => {
                    is_backward = byte == 0x12;
                    if wanted.is_empty() {
                        wanted = self.shell.interactive.search.clone();
                        has_failed = !self.find_from(&wanted, is_backward, false);
                    } else {
                        has_failed = !self.find_from(&wanted, is_backward, true);
                    }
                }
                0x08 | 0x7f => {
                    wanted.pop();
                    has_failed = false;
                    if wanted.is_empty() {
                        self.go_to_entry(origin.0);
                    }
                }
                0x07 => {
                    self.go_to_entry(origin.0);
                    self.buffer.cursor = origin.1.min(self.buffer.text.len());
                    break Step::Continue;
                }
                0x17 | 0x19 | 32..=126 | 128.. => {
                    if byte < 32 {
                        self.bell();
                        continue;
                    }
                    let character = self.character(byte)?;
                    wanted.push(character);
                    has_failed = !self.find_from(&wanted, is_backward, false);
                }
                0x0d | 0x0a => break Step::Accept,
                _ => {
                    // Escape alone ends the search; any other key does that and what it does.
                    if byte != 27 || self.has_byte(0.05) {
                        self.unread(&[byte]);
                    }
                    break Step::Continue;
                }
            }
        };
        if !wanted.is_empty() {
            self.interactive().search = wanted;
        }
        self.prompt = own_prompt;
        Ok(step)
    }

    /// Goes to the next place with the text, from the present one on; false if there is none.
    fn find_from(&mut self, wanted: &[char], is_backward: bool, moves: bool) -> bool {
        let at = |text: &[char], from: usize| -> Option<usize> {
            let fits = |place: &usize| text[*place..].starts_with(wanted);
            match is_backward {
                true => (0..=from.min(text.len())).rev().find(fits),
                false => (from.min(text.len())..text.len()).find(fits),
            }
        };
        let start = match (moves, is_backward) {
            (false, _) => Some(self.buffer.cursor),
            (true, true) => self.buffer.cursor.checked_sub(1),
            (true, false) => Some(self.buffer.cursor + 1),
        };
        if let Some(place) = start.and_then(|start| at(&self.buffer.text, start)) {
            self.buffer.cursor = place;
            return true;
        }
        let current = self.buffer.text.clone();
        let length = self.entries().len();
        let mut place = self.place;
        loop {
            let next = if is_backward { place.checked_sub(1) } else { Some(place + 1).filter(|next| *next < length) };
            let Some(next) = next else { return false };
            place = next;
            let text = self.entry_text(place);
            if text == current {
                continue;
            }
            if let Some(found) = at(&text, if is_backward { text.len() } else { 0 }) {
                self.go_to_entry(place);
                self.buffer.cursor = found;
                return true;
            }
        }
    }

    /// M-^: `!!` and its like become what they stand for.
    pub fn expand_history_in_line(&mut self) {
        let line = text::encode(&self.buffer.text);
        let context = Context { quote: None, extglob: self.shell.shell_options.is_on("extglob") };
        let mut substitution = self.shell.interactive.substitution.clone();
        match history_expansion::expand(&line, &self.shell.interactive.history, &mut substitution, context) {
            Ok(Expanded::Changed { line, .. }) => self.buffer.set(text::decode(&line)),
            Ok(Expanded::Same) => {}
            Err(_) => self.bell(),
        }
    }

    /// ^X^E: the line goes through the user's editor and then runs.
    pub fn edit_and_execute(&mut self) -> io::Result<Step> {
        let line = [text::encode(&self.buffer.text), b"\n".to_vec()].concat();
        self.screen.leave();
        self.flush()?;
        match self.shell.edit_in_editor(&line, None) {
            Ok(Some(edited)) => {
                let edited = edited.strip_suffix(b"\n").unwrap_or(&edited);
                self.buffer.set(text::decode(edited));
                Ok(Step::Accept)
            }
            Ok(None) | Err(Interrupt::Discard(_) | Interrupt::TopLevel(_)) => Ok(Step::Continue),
            Err(interrupt) => {
                self.shell.interrupt = Some(interrupt);
                Err(io::ErrorKind::Interrupted.into())
            }
        }
    }
}
