//! What is seen of a document, and the keys that move it.

mod draw;
mod find;
mod help;
mod keys;
mod moves;

pub use help::HELP;

use super::Setup;
use super::document::Document;
use super::layout::Layout;
use super::search::Search;
use crate::tty::Tty;
use std::io;

/// The top of what is seen: a line, and a row of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: usize,
    row: usize,
}

pub struct View {
    setup: Setup,
    files: Vec<String>,
    file: usize,
    document: Document,
    top: Place,
    shift: usize,
    search: Option<Search>,
    /// Only lines that fit are shown: `&`.
    filter: Option<Search>,
    marks: Vec<(char, Place)>,
    /// Shown on the last row until the next key.
    message: Option<String>,
    is_first_prompt: bool,
    /// Said after the screen has been given back.
    pub messages: Vec<String>,
    half: usize,
}

enum Step {
    Continue,
    Quit(i32),
}

impl View {
    pub fn new(setup: Setup, files: Vec<String>) -> View {
        let files = if files.is_empty() { vec!["-".to_string()] } else { files };
        View {
            setup,
            files,
            file: 0,
            document: Document::of_text("", ""),
            top: Place::default(),
            shift: 0,
            search: None,
            filter: None,
            marks: Vec::new(),
            message: None,
            is_first_prompt: true,
            messages: Vec::new(),
            half: 0,
        }
    }

    pub fn run(&mut self, tty: &mut Tty) -> io::Result<i32> {
        // Files that cannot be opened are told and left out.
        while let Err(message) = self.open(self.file) {
            self.messages.push(message);
            self.files.remove(self.file);
            if self.file >= self.files.len() {
                return Ok(1);
            }
        }
        if self.setup.quits_if_one_screen && self.files.len() == 1 && self.fits_screen(tty)? {
            return self.print_all(tty);
        }
        for command in std::mem::take(&mut self.setup.commands) {
            let enter = if command.starts_with(['/', '?', ':', '&']) { "\r" } else { "" };
            tty.keys.unread(format!("{command}{enter}").as_bytes());
            while tty.keys.has_key(0.0)? {
                if let Step::Quit(status) = self.step(tty)? {
                    return Ok(status);
                }
            }
        }
        loop {
            self.draw(tty)?;
            if let Step::Quit(status) = self.step(tty)? {
                let last = tty.size.rows - 1;
                tty.go(last, 0);
                tty.put("\x1b[K");
                return Ok(status);
            }
        }
    }

    fn open(&mut self, file: usize) -> Result<(), String> {
        let name = &self.files[file];
        match Document::open(name, self.setup.squeezes) {
            Ok(document) => {
                self.document = document;
                self.file = file;
                self.top = Place::default();
                self.is_first_prompt = true;
                Ok(())
            }
            Err(error) if error.raw_os_error() == Some(sys::errno::ISDIR) => Err(format!("{name} is a directory")),
            Err(error) => Err(format!("{name}: {}", sys::errno::message(&error))),
        }
    }

    /// Rows of text.
    fn page(tty: &Tty) -> usize {
        tty.size.rows.saturating_sub(1).max(1)
    }

    fn rows_of(&mut self, tty: &Tty, line: usize) -> io::Result<Option<Vec<String>>> {
        let layout = Layout { setup: &self.setup, columns: tty.size.columns, shift: self.shift };
        let Some(text) = self.document.line(line)? else { return Ok(None) };
        let places = match &self.search {
            Some(search) if !search.is_negated => match std::str::from_utf8(text) {
                Ok(text) => search.pattern.places(text),
                Err(_) => Vec::new(),
            },
            _ => Vec::new(),
        };
        Ok(Some(layout.rows(text, line + 1, &places)))
    }

    /// The line after (or before) this one that is shown at all.
    fn neighbour(&mut self, line: usize, is_forward: bool) -> io::Result<Option<usize>> {
        match &self.filter {
            Some(filter) if is_forward => filter.find(&mut self.document, line + 1, false),
            Some(filter) => filter.find(&mut self.document, line, true),
            None if is_forward => Ok(self.document.line(line + 1)?.is_some().then_some(line + 1)),
            None => Ok(line.checked_sub(1)),
        }
    }
}
