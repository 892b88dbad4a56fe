//! What is seen of a document, and the keys that move it.

use super::Setup;
use super::document::Document;
use super::layout::Layout;
use super::search::Search;
use crate::commands;
use crate::pattern::Pattern;
use crate::tty::Tty;
use std::io;
use terminal::Key;

pub const HELP: &str = "\
                   SUMMARY OF LESS COMMANDS

  h  H                 Display this help.
  q  :q  Q  :Q  ZZ     Exit.

  e  ^E  j  ^N  CR     Forward  one line   (or N lines).
  y  ^Y  k  ^K  ^P     Backward one line   (or N lines).
  f  ^F  ^V  SPACE     Forward  one window (or N lines).
  b  ^B  ESC-v         Backward one window (or N lines).
  d  ^D                Forward  one half-window.
  u  ^U                Backward one half-window.
  RightArrow           Right half a screen width.
  LeftArrow            Left  half a screen width.
  F                    Forward forever; like \"tail -f\".
  r  ^R  ^L            Repaint screen.
  R                    Repaint screen, reading the file again.

  /pattern             Search forward for (N-th) matching line.
  ?pattern             Search backward for (N-th) matching line.
  n                    Repeat previous search.
  N                    Repeat previous search in reverse direction.
  &pattern             Display only matching lines.

  g  <                 Go to first line in file (or line N).
  G  >                 Go to last line in file (or line N).
  p  %                 Go to beginning of file (or N percent into file).
  m<letter>            Mark the current top line with <letter>.
  '<letter>            Go to a previously marked position.

  :e [file]            Examine a new file.
  :n                   Examine the next file from the command line.
  :p                   Examine the previous file from the command line.
  :x                   Examine the first file from the command line.
  =  ^G  :f            Print current file name.
  -<flag>              Toggle a command line option (N S R i F X s).
  v                    Edit the current file with $VISUAL or $EDITOR.
  !command             Execute the shell command with $SHELL.";

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

    fn fits_screen(&mut self, tty: &Tty) -> io::Result<bool> {
        let mut rows = 0;
        let mut line = 0;
        while let Some(shown) = self.rows_of(tty, line)? {
            rows += shown.len();
            if rows > Self::page(tty) {
                return Ok(false);
            }
            line += 1;
        }
        Ok(true)
    }

    fn print_all(&mut self, tty: &mut Tty) -> io::Result<i32> {
        let mut line = 0;
        while let Some(rows) = self.rows_of(tty, line)? {
            tty.put(&rows.concat());
            tty.put("\n");
            line += 1;
        }
        tty.flush()?;
        // What is given back is the screen as it was: the text goes on standard output after that.
        if !self.setup.keeps_screen {
            for index in 0..line {
                if let Some(text) = self.document.line(index)? {
                    self.messages.push(String::from_utf8_lossy(text).into_owned());
                }
            }
        }
        Ok(0)
    }

    /// Draws the page and the prompt; tells where the page ends.
    fn draw(&mut self, tty: &mut Tty) -> io::Result<()> {
        let page = Self::page(tty);
        let mut row = 0;
        let mut at = Some(self.top.line);
        let mut skip = self.top.row;
        tty.put("\x1b[H");
        while row < page {
            let rows = match at {
                Some(line) => self.rows_of(tty, line)?,
                None => None,
            };
            match (rows, at) {
                (Some(rows), Some(line)) => {
                    for text in rows.iter().skip(skip) {
                        if row >= page {
                            break;
                        }
                        tty.go(row, 0);
                        tty.put("\x1b[K");
                        tty.put(text);
                        row += 1;
                    }
                    skip = 0;
                    at = self.neighbour(line, true)?;
                }
                _ => {
                    tty.go(row, 0);
                    tty.put("\x1b[K");
                    if !self.setup.is_more {
                        tty.put("~");
                    }
                    row += 1;
                }
            }
        }
        let prompt = self.prompt(tty)?;
        tty.go(page, 0);
        tty.put("\x1b[K");
        tty.put(&prompt);
        tty.flush()
    }

    /// Whether the last line is seen.
    fn is_at_end(&mut self, tty: &Tty) -> io::Result<bool> {
        let mut left = Self::page(tty);
        let mut at = Some(self.top.line);
        let mut skip = self.top.row;
        while let Some(line) = at {
            let Some(rows) = self.rows_of(tty, line)? else { break };
            let count = rows.len() - skip.min(rows.len());
            if count > left {
                return Ok(false);
            }
            left -= count;
            skip = 0;
            at = self.neighbour(line, true)?;
        }
        Ok(true)
    }

    fn prompt(&mut self, tty: &Tty) -> io::Result<String> {
        if let Some(message) = self.message.take() {
            return Ok(format!("\x1b[7m{message}\x1b[0m"));
        }
        let is_at_end = self.is_at_end(tty)?;
        let is_first = std::mem::take(&mut self.is_first_prompt);
        if self.setup.is_more {
            return Ok(match is_at_end {
                true => "\x1b[7m(END)\x1b[0m".to_string(),
                false if self.document.is_known_whole() => {
                    let shown = self.document.percent(self.top.line + Self::page(tty));
                    format!("\x1b[7m--More--({shown}%)\x1b[0m")
                }
                false => "\x1b[7m--More--\x1b[0m".to_string(),
            });
        }
        let mut text = String::new();
        if (is_first || self.setup.names_position) && self.document.name != "-" {
            text.push_str(&self.document.name);
            if self.files.len() > 1 {
                text.push_str(&format!(" (file {} of {})", self.file + 1, self.files.len()));
            }
        }
        if self.setup.names_position {
            let last = self.top.line + Self::page(tty).min(self.document.known() - self.top.line.min(self.document.known()));
            text.push_str(&format!(" lines {}-{last}", self.top.line + 1));
            if self.document.is_known_whole() {
                text.push_str(&format!("/{} {}%", self.document.known(), self.document.percent(last)));
            }
        }
        if is_at_end {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str("(END)");
            if self.file + 1 < self.files.len() {
                text.push_str(&format!(" - Next: {}", self.files[self.file + 1]));
            }
        }
        if self.filter.is_some() {
            text.insert_str(0, "& ");
        }
        Ok(if text.is_empty() { ":".to_string() } else { format!("\x1b[7m{}\x1b[0m", text.trim_start()) })
    }

    /// The next key; a resize draws again, ^C is a key.
    fn key(&mut self, tty: &mut Tty) -> io::Result<Option<Key>> {
        loop {
            match tty.keys.next() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    if tty.take_signals() {
                        return Ok(Some(Key::Control('C')));
                    }
                    self.draw(tty)?;
                }
                key => return key,
            }
        }
    }

    fn step(&mut self, tty: &mut Tty) -> io::Result<Step> {
        let mut digits = String::new();
        let key = loop {
            match self.key(tty)? {
                None => return Ok(Step::Quit(0)),
                Some(Key::Char(digit @ '0'..='9')) => {
                    digits.push(digit);
                    let last = tty.size.rows - 1;
                    tty.go(last, 0);
                    tty.put(&format!("\x1b[K:{digits}"));
                    tty.flush()?;
                }
                Some(key) => break key,
            }
        };
        let number = digits.parse::<usize>().ok();
        let page = Self::page(tty);
        if self.half == 0 {
            self.half = page / 2;
        }
        match key {
            Key::Char('q' | 'Q') => return Ok(Step::Quit(0)),
            Key::Char('Z') if self.key(tty)? == Some(Key::Char('Z')) => return Ok(Step::Quit(0)),
            Key::Char('j' | 'e') | Key::Control('E' | 'N' | 'M' | 'J') | Key::Down => return self.forward(tty, number.unwrap_or(1)),
            Key::Char('k' | 'y') | Key::Control('Y' | 'K' | 'P') | Key::Up => self.backward(tty, number.unwrap_or(1))?,
            Key::Char(' ' | 'f' | 'z') | Key::Control('F' | 'V') | Key::PageDown => return self.forward(tty, number.unwrap_or(page)),
            Key::Char('b' | 'w') | Key::Control('B') | Key::PageUp | Key::Meta('v') => self.backward(tty, number.unwrap_or(page))?,
            Key::Char('d') | Key::Control('D') => {
                self.half = number.unwrap_or(self.half);
                return self.forward(tty, self.half);
            }
            Key::Char('u') | Key::Control('U') => {
                self.half = number.unwrap_or(self.half);
                self.backward(tty, self.half)?;
            }
            Key::Char('g' | '<') | Key::Home | Key::Meta('<') => self.go_to_line(number.unwrap_or(1).saturating_sub(1))?,
            Key::Char('G' | '>') | Key::End | Key::Meta('>') => match number {
                Some(number) => self.go_to_line(number.saturating_sub(1))?,
                None => self.go_to_end(tty)?,
            },
            Key::Char('p' | '%') => {
                let count = self.document.count()?;
                self.go_to_line(count * number.unwrap_or(0).min(100) / 100)?;
            }
            Key::Right => self.shift += number.unwrap_or(tty.size.columns / 2),
            Key::Left => self.shift = self.shift.saturating_sub(number.unwrap_or(tty.size.columns / 2)),
            Key::Char(start @ ('/' | '?')) => {
                if let Some(text) = self.ask(tty, &start.to_string())? {
                    self.search_for(&text, start == '?', number.unwrap_or(1))?;
                }
            }
            Key::Char(letter @ ('n' | 'N')) => self.search_again(letter == 'N', number.unwrap_or(1))?,
            Key::Char('&') => {
                if let Some(text) = self.ask(tty, "&/")? {
                    self.set_filter(&text)?;
                }
            }
            Key::Char('F') => return self.follow(tty),
            Key::Char('r') | Key::Control('L' | 'R') => {}
            Key::Char('R') => self.document.reread()?,
            Key::Char('m') => {
                if let Some(Key::Char(letter)) = self.ask_key(tty, "mark: ")? {
                    self.marks.retain(|(known, _)| *known != letter);
                    self.marks.push((letter, self.top));
                }
            }
            Key::Char('\'') => {
                if let Some(Key::Char(letter)) = self.ask_key(tty, "goto mark: ")? {
                    match self.marks.iter().find(|(known, _)| *known == letter) {
                        Some((_, place)) => self.top = *place,
                        None if letter == '^' => self.top = Place::default(),
                        None if letter == '$' => self.go_to_end(tty)?,
                        None => self.message = Some("Mark not set".to_string()),
                    }
                }
            }
            Key::Char('=') | Key::Control('G') => self.message = Some(self.position(tty)?),
            Key::Char('h' | 'H') => self.help(tty)?,
            Key::Char('-' | '_') => {
                if let Some(Key::Char(letter)) = self.ask_key(tty, "-")? {
                    self.toggle(letter);
                }
            }
            Key::Char('v') if self.document.name != "-" => {
                let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR")).unwrap_or_else(|_| "vi".to_string());
                let name = self.document.name.clone();
                let line = self.top.line + 1;
                tty.away(|| commands::shell(&format!("{editor} +{line} '{}'", name.replace('\'', "'\\''"))))?;
                self.document.reread()?;
            }
            Key::Char('!') => {
                if let Some(command) = self.ask(tty, "!")? {
                    tty.away(|| commands::shell(&command))?;
                    self.message = Some("!done  (press RETURN)".to_string());
                }
            }
            Key::Char(':') => return self.colon(tty),
            _ => {
                tty.put("\x07");
                tty.flush()?;
            }
        }
        Ok(Step::Continue)
    }

    fn forward(&mut self, tty: &Tty, rows: usize) -> io::Result<Step> {
        for moved in 0..rows {
            if self.is_at_end(tty)? {
                if moved == 0 && self.setup.quits_at_end {
                    return Ok(Step::Quit(0));
                }
                break;
            }
            let count = self.rows_of(tty, self.top.line)?.map_or(1, |rows| rows.len());
            if self.top.row + 1 < count {
                self.top.row += 1;
            } else if let Some(next) = self.neighbour(self.top.line, true)? {
                self.top = Place { line: next, row: 0 };
            }
        }
        Ok(Step::Continue)
    }

    fn backward(&mut self, tty: &Tty, rows: usize) -> io::Result<()> {
        for _ in 0..rows {
            if self.top.row > 0 {
                self.top.row -= 1;
            } else if let Some(before) = self.neighbour(self.top.line, false)? {
                let count = self.rows_of(tty, before)?.map_or(1, |rows| rows.len());
                self.top = Place { line: before, row: count - 1 };
            } else {
                break;
            }
        }
        Ok(())
    }

    fn go_to_line(&mut self, line: usize) -> io::Result<()> {
        if self.document.line(line)?.is_none() {
            let count = self.document.count()?;
            if line > count {
                self.message = Some(format!("Cannot seek to line number {}", line + 1));
                return Ok(());
            }
        }
        self.top = Place { line, row: 0 };
        Ok(())
    }

    fn go_to_end(&mut self, tty: &Tty) -> io::Result<()> {
        let count = self.document.count()?;
        self.top = Place { line: count, row: 0 };
        self.backward(tty, Self::page(tty))
    }

    fn search_for(&mut self, text: &str, is_backward: bool, times: usize) -> io::Result<()> {
        let (is_negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let text = match (text.is_empty(), &self.search) {
            (true, Some(search)) => search.pattern.text.clone(),
            (true, None) => {
                self.message = Some("No previous regular expression".to_string());
                return Ok(());
            }
            _ => text.to_string(),
        };
        match Pattern::new(&text, self.setup.ignores_case, self.setup.always_ignores_case) {
            Ok(pattern) => {
                self.search = Some(Search { pattern, is_backward, is_negated });
                self.find(is_backward, times)
            }
            Err(message) => {
                self.message = Some(message);
                Ok(())
            }
        }
    }

    fn search_again(&mut self, is_reverse: bool, times: usize) -> io::Result<()> {
        match &self.search {
            Some(search) => {
                let is_backward = search.is_backward != is_reverse;
                self.find(is_backward, times)
            }
            None => {
                self.message = Some("No previous regular expression".to_string());
                Ok(())
            }
        }
    }

    fn find(&mut self, is_backward: bool, times: usize) -> io::Result<()> {
        let Some(search) = &self.search else { return Ok(()) };
        let mut from = if is_backward { self.top.line } else { self.top.line + 1 };
        let mut found = None;
        for _ in 0..times.max(1) {
            found = search.find(&mut self.document, from, is_backward)?;
            match found {
                Some(line) => from = if is_backward { line } else { line + 1 },
                None => break,
            }
        }
        match found {
            Some(line) => self.top = Place { line, row: 0 },
            None => self.message = Some("Pattern not found  (press RETURN)".to_string()),
        }
        Ok(())
    }

    fn set_filter(&mut self, text: &str) -> io::Result<()> {
        self.filter = None;
        let (is_negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if text.is_empty() {
            return Ok(());
        }
        match Pattern::new(text, self.setup.ignores_case, self.setup.always_ignores_case) {
            Ok(pattern) => {
                let filter = Search { pattern, is_backward: false, is_negated };
                let first = filter.find(&mut self.document, self.top.line, false)?;
                let first = match first {
                    Some(first) => Some(first),
                    None => filter.find(&mut self.document, 0, false)?,
                };
                match first {
                    Some(line) => {
                        self.top = Place { line, row: 0 };
                        self.filter = Some(filter);
                    }
                    None => self.message = Some("Nothing to filter".to_string()),
                }
            }
            Err(message) => self.message = Some(message),
        }
        Ok(())
    }

    /// F: shows the end as it grows, until ^C.
    fn follow(&mut self, tty: &mut Tty) -> io::Result<Step> {
        loop {
            self.document.read_on()?;
            self.go_to_end(tty)?;
            self.message = Some("Waiting for data... (interrupt to abort)".to_string());
            self.draw(tty)?;
            // The kernel has no events for files that grow: look again each half second.
            match tty.keys.has_key(0.5) {
                Ok(false) => {}
                Ok(true) => {
                    let key = tty.keys.next();
                    match key {
                        Ok(Some(Key::Control('X')) | None) => return Ok(Step::Continue),
                        Ok(Some(Key::Char('q'))) => return Ok(Step::Quit(0)),
                        Ok(Some(_)) => {}
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                            if tty.take_signals() {
                                return Ok(Step::Continue);
                            }
                        }
                        Err(error) => return Err(error),
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    if tty.take_signals() {
                        return Ok(Step::Continue);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn position(&mut self, tty: &Tty) -> io::Result<String> {
        let count = self.document.count()?;
        let last = (self.top.line + Self::page(tty)).min(count);
        let (place, length) = self.document.place(last);
        let name = if self.document.name == "-" { "(pipe)" } else { &self.document.name };
        let of = if self.files.len() > 1 { format!(" (file {} of {})", self.file + 1, self.files.len()) } else { String::new() };
        let end = if last >= count { " (END)".to_string() } else { format!(" {}%", place * 100 / length.max(1)) };
        Ok(format!("{name}{of} lines {}-{last}/{count} byte {place}/{length}{end}", self.top.line + 1))
    }

    fn help(&mut self, tty: &mut Tty) -> io::Result<()> {
        let help = Document::of_text("HELP", HELP);
        let own = std::mem::replace(&mut self.document, help);
        let (top, filter) = (std::mem::take(&mut self.top), self.filter.take());
        self.message = Some("HELP -- Press RETURN for more, or q when done".to_string());
        self.draw(tty)?;
        while let Step::Continue = self.step(tty)? {
            self.draw(tty)?;
        }
        self.document = own;
        self.top = top;
        self.filter = filter;
        Ok(())
    }

    fn toggle(&mut self, letter: char) {
        let (option, on, off) = match letter {
            'N' => (&mut self.setup.numbers, "Constantly display line numbers", "Don't use line numbers"),
            'S' => (&mut self.setup.chops, "Chop long lines", "Fold long lines"),
            'R' | 'r' => (&mut self.setup.raw, "Display ANSI sequences directly", "Display control characters as ^X"),
            'i' | 'I' => (&mut self.setup.ignores_case, "Ignore case in searches", "Case is significant in searches"),
            'e' | 'E' => (&mut self.setup.quits_at_end, "Quit at end-of-file", "Don't quit at end-of-file"),
            'M' | 'm' => (&mut self.setup.names_position, "Long prompt", "Short prompt"),
            _ => {
                self.message = Some(format!("There is no {letter} option"));
                return;
            }
        };
        *option = !*option;
        self.message = Some(format!("{}  (press RETURN)", if *option { on } else { off }));
    }

    fn colon(&mut self, tty: &mut Tty) -> io::Result<Step> {
        let last = self.files.len() - 1;
        let target = match self.ask_key(tty, ":")? {
            Some(Key::Char('q' | 'Q')) => return Ok(Step::Quit(0)),
            Some(Key::Char('n')) if self.file == last => {
                self.message = Some("No next file  (press RETURN)".to_string());
                return Ok(Step::Continue);
            }
            Some(Key::Char('n')) => self.file + 1,
            Some(Key::Char('p')) if self.file == 0 => {
                self.message = Some("No previous file  (press RETURN)".to_string());
                return Ok(Step::Continue);
            }
            Some(Key::Char('p')) => self.file - 1,
            Some(Key::Char('x')) => 0,
            Some(Key::Char('f')) => {
                self.message = Some(self.position(tty)?);
                return Ok(Step::Continue);
            }
            Some(Key::Char('d')) if last > 0 => {
                self.files.remove(self.file);
                self.file.min(last - 1)
            }
            Some(Key::Char('e')) => {
                let Some(name) = self.ask(tty, "Examine: ")? else { return Ok(Step::Continue) };
                self.files.insert(self.file + 1, name.trim().to_string());
                self.file + 1
            }
            _ => return Ok(Step::Continue),
        };
        let before = self.file;
        if let Err(message) = self.open(target) {
            self.message = Some(message);
            self.files.remove(target);
            self.file = before.min(self.files.len() - 1);
        }
        Ok(Step::Continue)
    }

    fn ask_key(&mut self, tty: &mut Tty, prompt: &str) -> io::Result<Option<Key>> {
        let last = tty.size.rows - 1;
        tty.go(last, 0);
        tty.put(&format!("\x1b[K{prompt}"));
        tty.flush()?;
        self.key(tty)
    }

    /// Takes a line on the last row; `None` if it was given up.
    fn ask(&mut self, tty: &mut Tty, prompt: &str) -> io::Result<Option<String>> {
        let mut text = String::new();
        loop {
            let last = tty.size.rows - 1;
            tty.go(last, 0);
            tty.put(&format!("\x1b[K{prompt}{text}"));
            tty.flush()?;
            match self.key(tty)? {
                None | Some(Key::Escape | Key::Control('C' | 'G')) => return Ok(None),
                Some(Key::Control('M' | 'J')) => return Ok(Some(text)),
                Some(Key::Backspace | Key::Control('H')) => {
                    if text.pop().is_none() {
                        return Ok(None);
                    }
                }
                Some(Key::Control('U')) => text.clear(),
                Some(Key::Char(character)) => text.push(character),
                Some(_) => {}
            }
        }
    }
}
