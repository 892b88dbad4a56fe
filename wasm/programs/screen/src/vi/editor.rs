//! The editor: what it knows, and the commands of command mode.

use super::motion;
use super::text::{Place, Register, Text};
use crate::pattern::Pattern;
use crate::tty::Tty;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use terminal::Key;

/// A selection that motions stretch: where it began, and whether it is of whole lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visual {
    pub start: Place,
    pub is_lines: bool,
}

/// `:set`
#[derive(Clone, Copy)]
pub struct Options {
    pub numbers: bool,
    pub ignores_case: bool,
    pub indents: bool,
    pub expands_tabs: bool,
    pub tab: usize,
    pub shift: usize,
    pub marks_matches: bool,
}

pub struct Editor {
    pub text: Text,
    pub path: Option<String>,
    pub files: Vec<String>,
    pub file: usize,
    pub at: Place,
    /// The column that j and k try to keep.
    wanted: usize,
    /// The first line that is seen.
    pub top: usize,
    pub mode: &'static str,
    pub visual: Option<Visual>,
    pub registers: BTreeMap<char, Register>,
    pub register: Option<char>,
    pub marks: BTreeMap<char, Place>,
    pub message: String,
    pub search: Option<(Pattern, bool)>,
    /// What f, t and their like looked for.
    pub find: Option<(char, char)>,
    pub options: Options,
    pub is_read_only: bool,
    /// The keys of the last change, for `.`, and those of the present command.
    repeat: Vec<Key>,
    pub typed: Vec<Key>,
    /// Keys to take before those from the terminal.
    queue: VecDeque<Key>,
    /// A key that came in one with Escape.
    after_escape: Option<Key>,
    /// The command changes something, so that `.` does it again.
    pub is_change: bool,
    pub exit: Option<i32>,
    /// The last `:s`: pattern, replacement and flags.
    pub substitution: Option<(String, String, String)>,
}

impl Editor {
    pub fn new(files: Vec<String>, is_read_only: bool) -> Editor {
        let options = Options {
            numbers: false,
            ignores_case: false,
            indents: false,
            expands_tabs: false,
            tab: 8,
            shift: 8,
            marks_matches: false,
        };
        let mut editor = Editor {
            text: Text::empty(),
            path: None,
            files,
            file: 0,
            at: Place::default(),
            wanted: 0,
            top: 0,
            mode: "",
            visual: None,
            registers: BTreeMap::new(),
            register: None,
            marks: BTreeMap::new(),
            message: String::new(),
            search: None,
            find: None,
            options,
            is_read_only,
            repeat: Vec::new(),
            typed: Vec::new(),
            queue: VecDeque::new(),
            after_escape: None,
            is_change: false,
            exit: None,
            substitution: None,
        };
        if let Some(first) = editor.files.first().cloned() {
            editor.open(&first);
        }
        editor
    }

    /// Takes a file in place of the text.
    pub fn open(&mut self, path: &str) {
        match Text::read(path) {
            Ok(text) => {
                let end = if text.ends_in_newline { "" } else { " [noeol]" };
                self.message = match text.is_empty() {
                    true => format!("\"{path}\" 0L, 0B"),
                    false => format!("\"{path}\"{end} {}L, {}B", text.len(), text.bytes(0, text.len()).len()),
                };
                self.text = text;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.text = Text::empty();
                self.message = format!("\"{path}\" [New]");
            }
            Err(error) => {
                self.text = Text::empty();
                self.message = format!("\"{path}\" {}", sys::errno::message(&error));
            }
        }
        self.path = Some(path.to_string());
        self.at = Place::default();
        self.top = 0;
        self.marks.clear();
    }

    pub fn run(&mut self, tty: &mut Tty, commands: Vec<String>) -> io::Result<i32> {
        for command in commands {
            self.ex(tty, &command)?;
        }
        loop {
            if let Some(status) = self.exit {
                let last = tty.size.rows - 1;
                tty.go(last, 0);
                tty.put("\x1b[K");
                return Ok(status);
            }
            self.clamp();
            if self.queue.is_empty() {
                self.draw(tty)?;
                self.message.clear();
            }
            self.typed.clear();
            self.is_change = false;
            let Some(key) = self.key(tty)? else { return Ok(1) };
            self.command(tty, key)?;
            if self.is_change && self.queue.is_empty() {
                self.repeat = self.typed.clone();
            }
            self.register = None;
        }
    }

    /// The next key; a signal draws anew and comes as ^C.
    pub fn key(&mut self, tty: &mut Tty) -> io::Result<Option<Key>> {
        let key = match self.queue.pop_front() {
            Some(key) => Some(key),
            None if self.after_escape.is_some() => self.after_escape.take(),
            None => loop {
                match tty.keys.next() {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                        if tty.take_signals() {
                            break Some(Key::Control('C'));
                        }
                        self.draw(tty)?;
                    }
                    // Who types fast means Escape and a key.
                    Ok(Some(Key::Meta(character))) => {
                        self.after_escape = Some(Key::Char(character));
                        break Some(Key::Escape);
                    }
                    key => break key?,
                }
            },
        };
        self.typed.extend(key);
        Ok(key)
    }

    pub fn is_replaying(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Keeps the place within the text.
    fn clamp(&mut self) {
        self.at.line = self.at.line.min(self.text.len() - 1);
        let length = self.text.line(self.at.line).len();
        let last = if self.visual.is_some() { length } else { length.saturating_sub(1) };
        self.at.column = self.at.column.min(last);
    }

    pub fn bell(&mut self, tty: &mut Tty) {
        tty.put("\x07");
    }

    pub fn save(&mut self) {
        self.text.save(self.at);
        self.is_change = true;
    }

    /// Takes a number and the key after it.
    fn count(&mut self, tty: &mut Tty, first: Key) -> io::Result<(Option<usize>, Key)> {
        let mut digits = String::new();
        let mut key = first;
        loop {
            match key {
                Key::Char(digit @ '0'..='9') if digit != '0' || !digits.is_empty() => digits.push(digit),
                _ => return Ok((digits.parse::<usize>().ok().map(|count| count.min(1_000_000)), key)),
            }
            key = self.key(tty)?.unwrap_or(Key::Escape);
        }
    }

    fn command(&mut self, tty: &mut Tty, first: Key) -> io::Result<()> {
        let (mut count, mut key) = self.count(tty, first)?;
        while key == Key::Char('"') {
            if let Some(Key::Char(name)) = self.key(tty)? {
                self.register = Some(name);
            }
            let next = self.key(tty)?.unwrap_or(Key::Escape);
            let (more, after) = self.count(tty, next)?;
            count = more.or(count);
            key = after;
        }
        if self.visual.is_some() && self.visual_command(tty, count, key)? {
            return Ok(());
        }
        let times = count.unwrap_or(1);
        let line = self.at.line;
        let length = self.text.line(line).len();
        match key {
            Key::Escape | Key::Control('C') => self.visual = None,
            Key::Char(':') => {
                let range = if self.visual.is_some() { "'<,'>" } else { "" };
                self.visual = None;
                if let Some(command) = self.ask(tty, ":", range)? {
                    self.ex(tty, &command)?;
                }
            }
            Key::Char('i') | Key::Insert => self.insert(tty, times)?,
            Key::Char('I') => {
                self.at.column = motion::first_character(&self.text, line);
                self.insert(tty, times)?;
            }
            Key::Char('a') => {
                self.at.column = (self.at.column + 1).min(length);
                self.insert(tty, times)?;
            }
            Key::Char('A') => {
                self.at.column = length;
                self.insert(tty, times)?;
            }
            Key::Char('o' | 'O') => self.open_line(tty, key == Key::Char('o'))?,
            Key::Char('R') => self.overwrite(tty)?,
            Key::Char(operator @ ('d' | 'c' | 'y' | '<' | '>')) => self.operator(tty, operator, times)?,
            Key::Char('x') | Key::Delete => self.delete_characters(self.at.column, (self.at.column + times).min(length)),
            Key::Char('X') => self.delete_characters(self.at.column.saturating_sub(times), self.at.column),
            Key::Char('D') => {
                self.delete_characters(self.at.column, length);
                self.at.column = self.at.column.saturating_sub(1);
            }
            Key::Char('C') => {
                self.delete_characters(self.at.column, length);
                self.insert_within(tty)?;
            }
            Key::Char('s') => {
                self.delete_characters(self.at.column, (self.at.column + times).min(length));
                self.insert_within(tty)?;
            }
            Key::Char('S') => self.change_lines(tty, line, line + times - 1)?,
            Key::Char('Y') => {
                let register = self.text.copy_lines(line, line + times - 1);
                self.keep(register);
            }
            Key::Char('p' | 'P') => self.put(key == Key::Char('p'), times),
            Key::Char('r') => self.replace_characters(tty, times)?,
            Key::Char('~') => self.swap_case(times),
            Key::Char('J') => self.join(line, times.max(2) - 1),
            Key::Char('u') => match self.text.undo(self.at) {
                Some(place) => self.at = place,
                None => self.message = "Already at oldest change".to_string(),
            },
            Key::Control('R') => match self.text.redo(self.at) {
                Some(place) => self.at = place,
                None => self.message = "Already at newest change".to_string(),
            },
            Key::Char('.') => {
                let mut keys = self.repeat.clone();
                if let Some(count) = count {
                    // A new count takes the place of the old one.
                    let digits = keys.iter().take_while(|key| matches!(key, Key::Char('0'..='9'))).count();
                    keys.splice(..digits, count.to_string().chars().map(Key::Char));
                }
                self.queue.extend(keys);
            }
            Key::Char(kind @ ('v' | 'V')) => self.visual = Some(Visual { start: self.at, is_lines: kind == 'V' }),
            Key::Char('m') => {
                if let Some(Key::Char(name)) = self.key(tty)? {
                    self.marks.insert(name, self.at);
                }
            }
            Key::Char('Z') => match self.key(tty)? {
                Some(Key::Char('Z')) => self.ex(tty, "x")?,
                Some(Key::Char('Q')) => self.ex(tty, "q!")?,
                _ => self.bell(tty),
            },
            Key::Char('z') => {
                let page = Self::page(tty);
                match self.key(tty)? {
                    Some(Key::Control('M') | Key::Char('t')) => self.top = line,
                    Some(Key::Char('.' | 'z')) => self.top = line.saturating_sub(page / 2),
                    Some(Key::Char('-' | 'b')) => self.top = (line + 1).saturating_sub(page),
                    _ => self.bell(tty),
                }
            }
            Key::Control('G') => {
                let name = self.path.clone().unwrap_or_else(|| "[No Name]".to_string());
                let changed = if self.text.is_changed() { " [Modified]" } else { "" };
                let (line, count) = (line + 1, self.text.len());
                self.message = format!("\"{name}\"{changed} line {line} of {count} --{}%--", line * 100 / count);
            }
            Key::Control('L') => tty.put("\x1b[2J"),
            Key::Control('E') => self.top = (self.top + times).min(self.text.len() - 1),
            Key::Control('Y') => self.top = self.top.saturating_sub(times),
            Key::Control('A' | 'X') => self.add(if key == Key::Control('A') { times as i64 } else { -(times as i64) }),
            Key::Char('&') => self.ex(tty, "&")?,
            _ => {
                let before = self.at;
                match self.motion(tty, key, count)? {
                    Some(target) => {
                        self.at = target.place;
                        self.keep_column(key, before);
                    }
                    None => self.bell(tty),
                }
            }
        }
        Ok(())
    }

    /// j and k go to the column they came from, where the line is long enough.
    pub fn keep_column(&mut self, key: Key, before: Place) {
        let is_vertical = matches!(key, Key::Char('j' | 'k') | Key::Up | Key::Down | Key::Control('N' | 'P' | 'J'));
        match (is_vertical, key) {
            (true, _) => {
                self.wanted = self.wanted.max(before.column);
                self.at.column = self.wanted;
            }
            (false, Key::Char('$') | Key::End) => self.wanted = usize::MAX,
            _ => self.wanted = self.at.column,
        }
    }

    pub fn page(tty: &Tty) -> usize {
        tty.size.rows.saturating_sub(1).max(1)
    }

    /// Takes a line on the last row; `None` if it was given up.
    pub fn ask(&mut self, tty: &mut Tty, prompt: &str, first: &str) -> io::Result<Option<String>> {
        let mut text = first.to_string();
        loop {
            if !self.is_replaying() {
                let last = tty.size.rows - 1;
                tty.go(last, 0);
                tty.put(&format!("\x1b[K{prompt}{text}"));
                tty.flush()?;
            }
            match self.key(tty)? {
                None | Some(Key::Escape | Key::Control('C')) => return Ok(None),
                Some(Key::Control('M' | 'J')) => return Ok(Some(text)),
                Some(Key::Backspace | Key::Control('H')) => {
                    if text.pop().is_none() {
                        return Ok(None);
                    }
                }
                Some(Key::Control('U')) => text.clear(),
                Some(Key::Control('I')) => text.push('\t'),
                Some(Key::Char(character)) => text.push(character),
                Some(_) => {}
            }
        }
    }

    /// ^A and ^X: the number at or after the place.
    fn add(&mut self, amount: i64) {
        let line = self.text.line(self.at.line);
        let Some(digit) = (self.at.column..line.len()).find(|column| line[*column].is_ascii_digit()) else { return };
        let mut start = digit;
        while start > 0 && line[start - 1].is_ascii_digit() {
            start -= 1;
        }
        let end = (digit..line.len()).find(|column| !line[*column].is_ascii_digit()).unwrap_or(line.len());
        let start = if start > 0 && line[start - 1] == '-' { start - 1 } else { start };
        let Ok(number) = line[start..end].iter().collect::<String>().parse::<i64>() else { return };
        let new: Vec<char> = number.wrapping_add(amount).to_string().chars().collect();
        self.save();
        let line = self.at.line;
        self.at.column = start + new.len() - 1;
        self.text.line_mut(line).splice(start..end, new);
    }
}
