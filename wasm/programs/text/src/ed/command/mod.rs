//! The commands.

mod files;
mod global;
mod style;
mod substitute;

use super::address::{Addresses, digits, skip_blanks};
use super::{Editor, Failure};
use style::{Style, suffix};
pub use substitute::Flags;

pub enum Outcome {
    Done,
    Quit,
}

type Step<T> = Result<T, Failure>;

const INVALID: Failure = "Invalid address";

impl Editor {
    pub fn command(&mut self, line: &[u8]) -> Step<Outcome> {
        let before = self.buffer.current;
        let result = self.command_inside(line);
        if result.is_err() && self.buffer.current > self.buffer.len() {
            self.buffer.current = before.min(self.buffer.len());
        }
        result
    }

    fn command_inside(&mut self, line: &[u8]) -> Step<Outcome> {
        let mut at = 0;
        let addresses = self.addresses(line, &mut at)?;
        skip_blanks(line, &mut at);
        let letter = line.get(at).copied();
        at += 1;
        let rest = line.get(at..).unwrap_or_default();
        let Addresses { first, last, count } = addresses;
        let in_text = |first: usize| if first == 0 { Err(INVALID) } else { Ok(()) };
        let is_warned = std::mem::replace(&mut self.is_warned, false);
        let Some(letter) = letter else {
            // An empty line prints the next one.
            let number = if count == 0 { self.buffer.current + 1 } else { last };
            if number == 0 || number > self.buffer.len() {
                return Err(INVALID);
            }
            self.print(number, number, Style { prints: true, ..Style::default() });
            return Ok(Outcome::Done);
        };
        match letter {
            b'a' | b'i' | b'c' => {
                let style = suffix(rest)?;
                if letter == b'c' {
                    in_text(first)?;
                }
                self.remember();
                let texts = self.text_lines();
                match letter {
                    b'a' => self.buffer.insert(last, texts),
                    b'i' => self.buffer.insert(last.max(1) - 1, texts),
                    _ => {
                        let after = first - 1;
                        self.buffer.delete(first, last);
                        let is_empty = texts.is_empty();
                        let current = self.buffer.current;
                        self.buffer.insert(after, texts);
                        if is_empty {
                            self.buffer.current = current;
                        }
                    }
                }
                self.print_current(style);
            }
            b'd' => {
                let style = suffix(rest)?;
                in_text(first)?;
                self.remember();
                self.buffer.delete(first, last);
                self.print_current(style);
            }
            b'p' | b'n' | b'l' => {
                let mut style = suffix(rest)?;
                in_text(first)?;
                (style.prints, style.has_numbers, style.is_listed) = (true, style.has_numbers || letter == b'n', style.is_listed || letter == b'l');
                self.print(first, last, style);
            }
            b'=' => {
                let number = if count == 0 { self.buffer.len() } else { last };
                self.put(format!("{number}\n").as_bytes());
            }
            b'q' | b'Q' => {
                if count > 0 {
                    return Err("Unexpected address");
                }
                if letter == b'q' && self.buffer.is_modified && !is_warned && !self.is_silent {
                    self.is_warned = true;
                    return Err("Warning: buffer modified");
                }
                return Ok(Outcome::Quit);
            }
            b'w' | b'W' => {
                let (quits, rest) = match rest.strip_prefix(b"q") {
                    Some(rest) => (true, rest),
                    None => (false, rest),
                };
                let (first, last) = if count == 0 { (1.min(self.buffer.len()), self.buffer.len()) } else { (first, last) };
                self.write_file(rest.trim_ascii(), first, last, letter == b'W')?;
                if quits {
                    return Ok(Outcome::Quit);
                }
            }
            b'r' => {
                let after = if count == 0 { self.buffer.len() } else { last };
                let name = rest.trim_ascii().to_vec();
                let name = if name.is_empty() { self.file.clone() } else { name };
                if name.is_empty() {
                    return Err("No current filename");
                }
                if self.file.is_empty() && !name.starts_with(b"!") {
                    self.file.clone_from(&name);
                }
                self.remember();
                self.read_file(&name, after)?;
            }
            b'e' | b'E' => {
                if letter == b'e' && self.buffer.is_modified && !is_warned {
                    self.is_warned = true;
                    return Err("Warning: buffer modified");
                }
                let name = rest.trim_ascii().to_vec();
                let name = if name.is_empty() { self.file.clone() } else { name };
                if name.is_empty() {
                    return Err("No current filename");
                }
                if self.buffer.len() > 0 {
                    self.buffer.delete(1, self.buffer.len());
                }
                let result = self.read_file(&name, 0);
                if !name.starts_with(b"!") {
                    self.file = name;
                }
                self.buffer.is_modified = false;
                result?;
            }
            b'f' => {
                if rest.first().is_some_and(|byte| !matches!(byte, b' ' | b'\t')) {
                    return Err("Unexpected command suffix");
                }
                let name = rest.trim_ascii().to_vec();
                if !name.is_empty() {
                    self.file = name;
                }
                if self.file.is_empty() {
                    return Err("No current filename");
                }
                let text = [&self.file[..], b"\n"].concat();
                self.put(&text);
            }
            b'k' => {
                in_text(last)?;
                let [mark @ b'a'..=b'z'] = rest else { return Err("Invalid mark character") };
                let id = self.buffer.lines[last - 1].id;
                self.buffer.marks.insert(*mark, id);
            }
            b'm' | b't' => {
                in_text(first)?;
                let mut after = 0;
                let target = self.addresses(rest, &mut after)?;
                let style = suffix(&rest[after.min(rest.len())..])?;
                if letter == b't' {
                    self.remember();
                    let texts = (first..=last).map(|number| self.buffer.text(number).to_vec()).collect();
                    self.buffer.insert(target.last, texts);
                } else {
                    if target.last >= first && target.last < last {
                        return Err("Invalid destination");
                    }
                    self.remember();
                    let lines = self.buffer.delete(first, last);
                    let after = if target.last >= last { target.last - lines.len() } else { target.last };
                    self.buffer.place(after, lines);
                }
                self.print_current(style);
            }
            b'j' => {
                let style = suffix(rest)?;
                let (first, last) = if count < 2 { (last, last + 1) } else { (first, last) };
                in_text(first)?;
                if last > self.buffer.len() {
                    return Err(INVALID);
                }
                if first < last {
                    self.remember();
                    let text = (first..=last).flat_map(|number| self.buffer.text(number).to_vec()).collect();
                    self.buffer.delete(first, last);
                    self.buffer.insert(first - 1, vec![text]);
                }
                self.print_current(style);
            }
            b's' => self.substitute(first, last, rest)?,
            b'g' | b'v' | b'G' | b'V' => {
                let (first, last) = if count == 0 { (1.min(self.buffer.len()), self.buffer.len()) } else { (first, last) };
                self.global(first, last, rest, letter.is_ascii_lowercase() && letter == b'g')?;
            }
            b'u' => {
                let style = suffix(rest)?;
                if !self.buffer.undo() {
                    return Err("Nothing to undo");
                }
                self.print_current(style);
            }
            b'h' => {
                if !self.last_error.is_empty() {
                    self.put(format!("{}\n", self.last_error).as_bytes());
                }
            }
            b'H' => {
                self.is_verbose = !self.is_verbose;
                if self.is_verbose && !self.last_error.is_empty() {
                    self.put(format!("{}\n", self.last_error).as_bytes());
                }
            }
            b'P' => self.has_prompt = !self.has_prompt,
            b'z' => {
                let mut position = 0;
                let lines = digits(rest, &mut position);
                if lines > 0 {
                    self.window = lines;
                }
                let first = if count == 0 { self.buffer.current + 1 } else { last };
                if first == 0 || first > self.buffer.len() {
                    return Err(INVALID);
                }
                self.print(first, (first + self.window - 1).min(self.buffer.len()), Style { prints: true, ..Style::default() });
            }
            b'!' => {
                let _ = self.out.flush();
                if let Ok(pid) = crate::shell::spawn(rest, &[]) {
                    let _ = sys::waitpid(pid, sys::WaitOptions::default());
                }
                if !self.is_silent {
                    self.put(b"!\n");
                }
            }
            b'#' => {}
            _ => return Err("Unknown command"),
        }
        Ok(Outcome::Done)
    }

    /// Keeps a state for undo; within a global command the state before all of it.
    fn remember(&mut self) {
        if !self.is_in_global {
            self.buffer.remember();
        }
    }

    /// Lines up to one with a lone dot.
    fn text_lines(&mut self) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        while let Some(line) = self.line() {
            if line == b"." {
                break;
            }
            lines.push(line);
        }
        lines
    }
}
