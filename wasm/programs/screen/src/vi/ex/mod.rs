//! The commands after a colon.

mod files;
mod range;
mod shell;
mod substitute;

use range::{Range, range_or_all};
use super::editor::Editor;
use super::motion;
use super::text::{Place, lines_of};
use crate::tty::Tty;
use std::io;

impl Editor {
    /// Does what a line of commands says; a failure is a message.
    pub fn ex(&mut self, tty: &mut Tty, line: &str) -> io::Result<()> {
        let line = line.trim_start_matches([' ', ':']);
        let (range, rest) = match self.range(line) {
            Ok(parsed) => parsed,
            Err(message) => {
                self.message = message;
                return Ok(());
            }
        };
        let rest = rest.trim_start();
        let end = rest.find(|next: char| !next.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (name, arguments) = match rest.chars().next() {
            Some(first @ ('!' | '&' | '=' | '<' | '>')) => rest.split_at(first.len_utf8()),
            // `:s/a/b/` and `:g/a/d` need no blank; a letter after them belongs to the name.
            _ => rest.split_at(end),
        };
        let (is_forced, arguments) = match arguments.strip_prefix('!') {
            Some(arguments) if name != "!" => (true, arguments),
            _ => (false, arguments),
        };
        let argument = arguments.trim();
        match name {
            "" => {
                if range.is_given {
                    self.at = Place { line: range.last, column: motion::first_character(&self.text, range.last) };
                }
            }
            "q" | "quit" => self.quit(is_forced),
            "qa" | "qall" => self.quit(is_forced),
            "w" | "write" if argument.starts_with('!') => {
                let bytes = self.text.bytes(range_or_all(range, self.text.len()).0, range_or_all(range, self.text.len()).1);
                let output = self.through(tty, &argument[1..], &bytes)?;
                self.message = format!("{} lines written to the command", output.1);
            }
            "w" | "write" => {
                self.write(range, argument, is_forced);
            }
            "wq" | "wqa" => {
                if self.write(range, argument, is_forced) {
                    self.quit(false);
                }
            }
            "x" | "xit" | "wn" if !self.text.is_changed() && argument.is_empty() && name != "wn" => self.quit(is_forced),
            "x" | "xit" => {
                if self.write(range, argument, is_forced) {
                    self.quit(false);
                }
            }
            "wn" => {
                if self.write(range, argument, is_forced) {
                    self.next_file(1, false);
                }
            }
            "e" | "edit" => self.edit(argument, is_forced),
            "n" | "next" => self.next_file(1, is_forced),
            "N" | "prev" | "previous" => self.next_file(-1, is_forced),
            "r" | "read" => self.read(tty, range, argument)?,
            "f" | "file" => {
                if !argument.is_empty() {
                    self.path = Some(argument.to_string());
                }
                let name = self.path.clone().unwrap_or_else(|| "[No Name]".to_string());
                self.message = format!("\"{name}\" {} lines", self.text.len());
            }
            "d" | "delete" => {
                self.save();
                let register = self.text.cut_lines(range.first, range.last);
                self.keep(register);
                let line = range.first.min(self.text.len() - 1);
                self.at = Place { line, column: motion::first_character(&self.text, line) };
            }
            "y" | "yank" => {
                let register = self.text.copy_lines(range.first, range.last);
                self.keep(register);
            }
            "pu" | "put" => {
                self.at.line = range.last;
                if let Some(register) = self.registers.get_mut(&'"') {
                    register.is_lines = true;
                }
                self.put(!is_forced, 1);
            }
            "j" | "join" => {
                let count = if range.is_given { (range.last - range.first).max(1) } else { 1 };
                self.join(range.first, count);
            }
            "m" | "move" | "t" | "co" | "copy" => self.carry(range, argument, name.starts_with('m')),
            ">" | "<" => {
                let times = 1 + argument.chars().filter(|next| name.starts_with(*next)).count();
                self.shift(range.first, range.last, name == ">", times);
            }
            "k" | "mark" => {
                if let Some(name) = argument.chars().next() {
                    self.marks.insert(name, Place { line: range.last, column: 0 });
                }
            }
            "s" | "substitute" | "&" => self.substitute(tty, range, if name == "&" { "" } else { arguments }, arguments)?,
            "g" | "global" | "v" | "vglobal" => self.global(tty, range, arguments, is_forced || name.starts_with('v'))?,
            "u" | "undo" => {
                if let Some(place) = self.text.undo(self.at) {
                    self.at = place;
                }
            }
            "red" | "redo" => {
                if let Some(place) = self.text.redo(self.at) {
                    self.at = place;
                }
            }
            "set" | "se" => self.set(argument),
            "noh" | "nohlsearch" => self.options.marks_matches = false,
            "=" => self.message = (if range.is_given { range.last + 1 } else { self.text.len() }).to_string(),
            "norm" | "normal" => {
                // The keys come back through the terminal's.
                tty.keys.unread(arguments.strip_prefix(' ').unwrap_or(arguments).as_bytes());
            }
            "!" if range.is_given => {
                let bytes = self.text.bytes(range.first, range.last);
                let (output, _) = self.through(tty, argument, &bytes)?;
                self.save();
                self.text.cut_lines(range.first, range.last);
                let was_all = self.text.is_empty();
                self.text.insert_lines(range.first.min(self.text.len()), lines_of(&output).iter().map(|line| line.to_vec()));
                if was_all && self.text.len() > 1 {
                    let last = self.text.len() - 1;
                    self.text.lines.remove(last);
                }
                self.at = Place { line: range.first.min(self.text.len() - 1), column: 0 };
            }
            "!" => {
                self.run_shell(tty, argument)?;
            }
            "sh" | "shell" => self.run_shell(tty, "exec ${SHELL:-sh}")?,
            "cq" => self.exit = Some(1),
            "ve" | "version" => self.message = "vi of secure-exec".to_string(),
            _ => self.message = format!("Not an editor command: {line}"),
        }
        Ok(())
    }

    /// `:m` and `:t`
    fn carry(&mut self, range: Range, argument: &str, moves: bool) {
        let target = match argument {
            "0" => 0,
            _ => match self.range(argument) {
                Ok((target, _)) => target.last + 1,
                Err(message) => {
                    self.message = message;
                    return;
                }
            },
        };
        let lines = self.text.copy_lines(range.first, range.last).lines;
        let count = lines.len();
        if moves && (range.first + 1..=range.last).contains(&target) {
            self.message = "Cannot move a range of lines into itself".to_string();
            return;
        }
        self.save();
        self.text.insert_lines(target, lines);
        if moves {
            let first = if target <= range.first { range.first + count } else { range.first };
            self.text.lines.drain(first..first + count);
        }
        let end = if moves && target > range.last { target } else { target + count };
        self.at = Place { line: end - 1, column: 0 };
    }

    fn set(&mut self, argument: &str) {
        for word in argument.split_whitespace() {
            let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, value.parse::<usize>().ok()));
            let (name, on) = match name.strip_prefix("no") {
                Some(rest) if !rest.is_empty() => (rest, false),
                _ => (name.trim_end_matches('!'), true),
            };
            match (name, value) {
                ("nu" | "number", _) => self.options.numbers = on,
                ("ic" | "ignorecase", _) => self.options.ignores_case = on,
                ("ai" | "autoindent", _) => self.options.indents = on,
                ("et" | "expandtab", _) => self.options.expands_tabs = on,
                ("hls" | "hlsearch", _) => self.options.marks_matches = on,
                ("ro" | "readonly", _) => self.is_read_only = on,
                ("ts" | "tabstop", Some(value)) => self.options.tab = value.clamp(1, 64),
                ("sw" | "shiftwidth", Some(value)) => self.options.shift = value.clamp(1, 64),
                ("all", _) => {
                    let on = |on: bool, name: &str| if on { name.to_string() } else { format!("no{name}") };
                    self.message = [
                        on(self.options.indents, "autoindent"),
                        on(self.options.expands_tabs, "expandtab"),
                        on(self.options.ignores_case, "ignorecase"),
                        on(self.options.numbers, "number"),
                        format!("shiftwidth={}", self.options.shift),
                        format!("tabstop={}", self.options.tab),
                    ]
                    .join(" ");
                }
                _ => self.message = format!("Unknown option: {word}"),
            }
        }
    }
}
