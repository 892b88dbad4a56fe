//! Moving the top of what is seen.

use super::{Place, Step, View};
use crate::tty::Tty;
use std::io;
use terminal::Key;

impl View {
    pub(super) fn forward(&mut self, tty: &Tty, rows: usize) -> io::Result<Step> {
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

    pub(super) fn backward(&mut self, tty: &Tty, rows: usize) -> io::Result<()> {
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

    pub(super) fn go_to_line(&mut self, line: usize) -> io::Result<()> {
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

    pub(super) fn go_to_end(&mut self, tty: &Tty) -> io::Result<()> {
        let count = self.document.count()?;
        self.top = Place { line: count, row: 0 };
        self.backward(tty, Self::page(tty))
    }

    /// F: shows the end as it grows, until ^C.
    pub(super) fn follow(&mut self, tty: &mut Tty) -> io::Result<Step> {
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
}
