//! What a key does.

use super::{Place, Step, View};
use crate::commands;
use crate::tty::Tty;
use std::io;
use terminal::Key;

impl View {
    /// The next key; a resize draws again, ^C is a key.
    pub(super) fn key(&mut self, tty: &mut Tty) -> io::Result<Option<Key>> {
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

    pub(super) fn step(&mut self, tty: &mut Tty) -> io::Result<Step> {
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

    pub(super) fn toggle(&mut self, letter: char) {
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

    pub(super) fn colon(&mut self, tty: &mut Tty) -> io::Result<Step> {
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

    pub(super) fn ask_key(&mut self, tty: &mut Tty, prompt: &str) -> io::Result<Option<Key>> {
        let last = tty.size.rows - 1;
        tty.go(last, 0);
        tty.put(&format!("\x1b[K{prompt}"));
        tty.flush()?;
        self.key(tty)
    }

    /// Takes a line on the last row; `None` if it was given up.
    pub(super) fn ask(&mut self, tty: &mut Tty, prompt: &str) -> io::Result<Option<String>> {
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
