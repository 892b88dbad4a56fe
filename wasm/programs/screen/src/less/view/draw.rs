//! What is on the screen: the rows, and the prompt beneath them.

use super::View;
use crate::tty::Tty;
use std::io;

impl View {
    pub(super) fn fits_screen(&mut self, tty: &Tty) -> io::Result<bool> {
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

    pub(super) fn print_all(&mut self, tty: &mut Tty) -> io::Result<i32> {
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
    pub(super) fn draw(&mut self, tty: &mut Tty) -> io::Result<()> {
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
    pub(super) fn is_at_end(&mut self, tty: &Tty) -> io::Result<bool> {
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

    pub(super) fn prompt(&mut self, tty: &Tty) -> io::Result<String> {
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

    pub(super) fn position(&mut self, tty: &Tty) -> io::Result<String> {
        let count = self.document.count()?;
        let last = (self.top.line + Self::page(tty)).min(count);
        let (place, length) = self.document.place(last);
        let name = if self.document.name == "-" { "(pipe)" } else { &self.document.name };
        let of = if self.files.len() > 1 { format!(" (file {} of {})", self.file + 1, self.files.len()) } else { String::new() };
        let end = if last >= count { " (END)".to_string() } else { format!(" {}%", place * 100 / length.max(1)) };
        Ok(format!("{name}{of} lines {}-{last}/{count} byte {place}/{length}{end}", self.top.line + 1))
    }
}
