//! Insert mode, and the commands that begin it.

use super::editor::Editor;
use super::text::{Place, lines_of};
use crate::tty::Tty;
use std::io;
use terminal::Key;

impl Editor {
    /// Insert mode as a change of its own; the text goes in `times` times.
    pub fn insert(&mut self, tty: &mut Tty, times: usize) -> io::Result<()> {
        self.save();
        let start = self.at;
        self.take_text(tty)?;
        if times > 1 && start.line == self.at.line {
            let end = Place { column: self.at.column + 1, ..self.at };
            let typed = self.text.copy(start, end);
            for _ in 1..times {
                let end = self.text.insert(Place { column: self.at.column + 1, ..self.at }, &typed.lines);
                self.at = Place { column: end.column.saturating_sub(1), ..end };
            }
        }
        self.text.forget_unchanged();
        Ok(())
    }

    /// Insert mode as part of a change that is saved already.
    pub fn insert_within(&mut self, tty: &mut Tty) -> io::Result<()> {
        self.is_change = true;
        self.take_text(tty)
    }

    pub fn open_line(&mut self, tty: &mut Tty, below: bool) -> io::Result<()> {
        self.save();
        let indent = self.indent_of(self.at.line);
        let line = self.at.line + usize::from(below);
        self.at = Place { line, column: indent.len() };
        self.text.insert_lines(line, [indent]);
        self.insert_within(tty)
    }

    fn indent_of(&self, line: usize) -> Vec<char> {
        match self.options.indents {
            true => self.text.line(line).iter().copied().take_while(|next| matches!(next, ' ' | '\t')).collect(),
            false => Vec::new(),
        }
    }

    /// Takes keys into the text until Escape.
    fn take_text(&mut self, tty: &mut Tty) -> io::Result<()> {
        self.mode = "-- INSERT --";
        let start = self.at;
        loop {
            if !self.is_replaying() {
                self.draw(tty)?;
            }
            let length = self.text.line(self.at.line).len();
            let Some(key) = self.key(tty)? else { break };
            match key {
                Key::Escape | Key::Control('C' | '[') => break,
                Key::Control('M' | 'J') => {
                    let indent = self.indent_of(self.at.line);
                    self.at = self.text.insert(self.at, &[Vec::new(), indent]);
                }
                Key::Control('I') if self.options.expands_tabs => {
                    let blanks = self.options.tab - self.at.column % self.options.tab;
                    self.type_text(&vec![' '; blanks]);
                }
                Key::Control('I') => self.type_text(&['\t']),
                Key::Backspace | Key::Control('H') => self.rub_out(1),
                Key::Control('W') => {
                    let line = self.text.line(self.at.line);
                    let mut column = self.at.column;
                    while column > 0 && line[column - 1].is_whitespace() {
                        column -= 1;
                    }
                    while column > 0 && !line[column - 1].is_whitespace() {
                        column -= 1;
                    }
                    self.rub_out((self.at.column - column).max(1));
                }
                Key::Control('U') => {
                    let first = if start.line == self.at.line { start.column.min(self.at.column) } else { 0 };
                    self.rub_out(self.at.column - first);
                }
                Key::Control('V') => {
                    if let Some(Key::Control(letter)) = self.key(tty)? {
                        self.type_text(&[char::from(letter as u8 & 0x1f)]);
                    }
                }
                Key::Control('T') => {
                    let shift = self.options.shift;
                    let line = self.at.line;
                    self.text.line_mut(line).splice(0..0, std::iter::repeat_n(' ', shift));
                    self.at.column += shift;
                }
                Key::Delete if self.at.column < length => drop(self.text.line_mut(self.at.line).remove(self.at.column)),
                Key::Left => self.at.column = self.at.column.saturating_sub(1),
                Key::Right => self.at.column = (self.at.column + 1).min(length),
                Key::Home => self.at.column = 0,
                Key::End => self.at.column = length,
                Key::Up | Key::Down => {
                    let line = if key == Key::Up { self.at.line.saturating_sub(1) } else { (self.at.line + 1).min(self.text.len() - 1) };
                    self.at = Place { line, column: self.at.column.min(self.text.line(line).len()) };
                }
                Key::Paste => {
                    let bytes: Vec<u8> = tty.keys.take_paste()?.into_iter().map(|byte| if byte == b'\r' { b'\n' } else { byte }).collect();
                    let ends = bytes.ends_with(b"\n");
                    let mut lines: Vec<Vec<char>> = lines_of(&bytes).iter().map(|line| line.to_vec()).collect();
                    if ends {
                        lines.push(Vec::new());
                    }
                    self.at = self.text.insert(self.at, &lines);
                }
                Key::Char(character) => self.type_text(&[character]),
                _ => self.bell(tty),
            }
        }
        self.mode = "";
        self.at.column = self.at.column.saturating_sub(1);
        Ok(())
    }

    fn type_text(&mut self, characters: &[char]) {
        self.at = self.text.insert(self.at, &[characters.to_vec()]);
    }

    /// Takes characters before the place out; at the line's start the line joins the one before.
    fn rub_out(&mut self, count: usize) {
        if self.at.column >= count && count > 0 {
            let (line, column) = (self.at.line, self.at.column);
            self.text.line_mut(line).drain(column - count..column);
            self.at.column -= count;
        } else if self.at.column == 0 && self.at.line > 0 {
            let before = Place { line: self.at.line - 1, column: self.text.line(self.at.line - 1).len() };
            self.text.cut(before, self.at);
            self.at = before;
        }
    }

    /// R
    pub fn overwrite(&mut self, tty: &mut Tty) -> io::Result<()> {
        self.save();
        self.mode = "-- REPLACE --";
        loop {
            if !self.is_replaying() {
                self.draw(tty)?;
            }
            match self.key(tty)? {
                None | Some(Key::Escape | Key::Control('C')) => break,
                Some(Key::Backspace) => self.at.column = self.at.column.saturating_sub(1),
                Some(Key::Control('M')) => self.at = self.text.insert(self.at, &[Vec::new(), Vec::new()]),
                Some(Key::Char(character)) => {
                    let (line, column) = (self.at.line, self.at.column);
                    let line = self.text.line_mut(line);
                    match line.get_mut(column) {
                        Some(place) => *place = character,
                        None => line.push(character),
                    }
                    self.at.column += 1;
                }
                Some(_) => self.bell(tty),
            }
        }
        self.mode = "";
        self.at.column = self.at.column.saturating_sub(1);
        self.text.forget_unchanged();
        Ok(())
    }
}
