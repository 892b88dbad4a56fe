//! The prompt and the line on the terminal: rows as they are shown, of which only what differs is written anew.
//!
//! A row that is full goes on in the next one by the terminal's own wrapping, so that the terminal knows the
//! rows as one line when its size changes or text is copied from it.

use terminal::{Size, text};

/// What stands in one place (or two, or none): bytes, and the columns they take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub bytes: Vec<u8>,
    pub width: usize,
}

#[derive(Clone, Debug, Default)]
struct Row {
    cells: Vec<Cell>,
    width: usize,
    /// The next row belongs to the same line.
    wraps: bool,
}

pub struct Screen {
    size: Size,
    /// What is on the terminal, from the prompt's first row on.
    rows: Vec<Row>,
    /// Where the terminal's cursor is; a column equal to the width is the state before wrapping.
    row: usize,
    column: usize,
    output: Vec<u8>,
}

impl Screen {
    pub fn new(size: Size) -> Screen {
        Screen { size, rows: Vec::new(), row: 0, column: 0, output: Vec::new() }
    }

    pub fn size(&self) -> Size {
        self.size
    }

    /// What is to be written to the terminal.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Bytes as they are, which move nothing.
    pub fn send(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    /// Shows the prompt and the text with the cursor before the character `cursor`.
    pub fn show(&mut self, prompt: &[Cell], characters: &[char], cursor: usize) {
        let (mut rows, mut row, column) = self.lay_out(prompt, characters, cursor);
        // Of a text higher than the screen the part around the cursor is shown.
        if rows.len() > self.size.rows {
            let first = (row + 1).saturating_sub(self.size.rows);
            rows.drain(..first);
            rows.truncate(self.size.rows);
            row -= first;
        }
        let old = std::mem::take(&mut self.rows);
        for (index, new) in rows.iter().enumerate() {
            let before = old.get(index).map_or(&[][..], |row| &row.cells);
            let same = before.iter().zip(&new.cells).take_while(|(before, now)| before == now).count();
            if same == new.cells.len() && same == before.len() && index < old.len() {
                continue;
            }
            let from: usize = new.cells[..same].iter().map(|cell| cell.width).sum();
            let wraps = index > 0 && rows[index - 1].wraps;
            self.go(index, from, wraps && same < new.cells.len());
            for cell in &new.cells[same..] {
                self.output.extend_from_slice(&cell.bytes);
            }
            self.column = new.width;
            let old_width = old.get(index).map_or(0, |row| row.width);
            if new.width < old_width && new.width < self.size.columns {
                self.output.extend(b"\x1b[K");
            }
        }
        if old.len() > rows.len() {
            self.go(rows.len(), 0, false);
            self.output.extend(b"\x1b[J");
        }
        self.rows = rows;
        self.go(row, column, false);
    }

    fn lay_out(&self, prompt: &[Cell], characters: &[char], cursor: usize) -> (Vec<Row>, usize, usize) {
        let columns = self.size.columns;
        let mut rows = vec![Row::default()];
        let mut place = (0, 0);
        let add = |rows: &mut Vec<Row>, cell: Cell| {
            let mut last = rows.len() - 1;
            if rows[last].width + cell.width > columns {
                rows[last].wraps = true;
                rows.push(Row::default());
                last += 1;
            }
            rows[last].width += cell.width;
            rows[last].cells.push(cell);
        };
        for cell in prompt {
            add(&mut rows, cell.clone());
        }
        for (index, character) in characters.iter().enumerate() {
            let last = rows.len() - 1;
            let width = rows[last].width;
            let cell = match character {
                '\t' => {
                    let blanks = (8 - width % 8).min(columns.saturating_sub(width)).max(1);
                    Cell { bytes: vec![b' '; blanks], width: blanks }
                }
                _ => Cell { bytes: text::shown(*character).into_bytes(), width: text::width(*character) },
            };
            if index == cursor {
                let is_next = *character != '\n' && width + cell.width > columns;
                place = if is_next { (last + 1, 0) } else { (last, width) };
            }
            match character {
                '\n' => rows.push(Row::default()),
                // What joins the character before is in its cell.
                _ if cell.width == 0 && !rows[last].cells.is_empty() => {
                    if let Some(before) = rows[last].cells.last_mut() {
                        before.bytes.extend(cell.bytes);
                    }
                }
                _ => add(&mut rows, cell),
            }
        }
        let last = rows.len() - 1;
        if rows[last].width >= columns {
            rows[last].wraps = true;
            rows.push(Row::default());
        }
        if cursor >= characters.len() {
            let last = rows.len() - 1;
            place = (last, rows[last].width);
        } else if place.1 >= columns {
            place = (place.0 + 1, 0);
        }
        (rows, place.0, place.1)
    }

    /// Moves the terminal's cursor. `wraps`: what is written next goes on from the full row before.
    fn go(&mut self, row: usize, column: usize, wraps: bool) {
        if self.column >= self.size.columns {
            if wraps && row == self.row + 1 && column == 0 {
                self.row = row;
                self.column = 0;
                return;
            }
            self.output.push(b'\r');
            self.column = 0;
        }
        if row < self.row {
            self.output.extend(format!("\x1b[{}A", self.row - row).bytes());
        } else if row > self.row {
            self.output.extend(std::iter::repeat_n(b'\n', row - self.row));
            // The terminal's driver makes CR NL of it.
            self.column = 0;
        }
        self.row = row;
        if column < self.column {
            match self.column - column {
                _ if column == 0 => self.output.push(b'\r'),
                distance @ 1..=3 => self.output.extend(std::iter::repeat_n(8, distance)),
                distance => self.output.extend(format!("\x1b[{distance}D").bytes()),
            }
        } else if column > self.column {
            self.output.extend(format!("\x1b[{}C", column - self.column).bytes());
        }
        self.column = column;
    }

    /// Goes to the line below everything that is shown; nothing is shown any more.
    pub fn leave(&mut self) {
        let last = self.rows.len().saturating_sub(1);
        let width = self.rows.last().map_or(0, |row| row.width);
        let is_fresh_row = last > 0 && width == 0 && self.rows[last - 1].wraps;
        self.go(last, width, false);
        if !is_fresh_row {
            self.output.push(b'\n');
        }
        self.forget();
    }

    /// Goes behind the last character.
    pub fn go_to_end(&mut self) {
        let last = self.rows.len().saturating_sub(1);
        self.go(last, self.rows.last().map_or(0, |row| row.width), false);
    }

    /// What was shown is no longer there: the next `show` writes everything at the place of the cursor.
    pub fn forget(&mut self) {
        self.rows.clear();
        self.row = 0;
        self.column = 0;
    }

    pub fn clear(&mut self) {
        self.output.extend(b"\x1b[H\x1b[2J");
        self.forget();
    }

    /// The terminal has another size: it has laid out its lines anew, and what is shown is removed.
    pub fn resize(&mut self, size: Size) {
        let columns = size.columns;
        let mut above = 0;
        let mut line = 0;
        for (index, row) in self.rows.iter().enumerate() {
            if index == self.row {
                above += (line + self.column.min(self.size.columns - 1)) / columns;
                break;
            }
            line += row.width;
            if !row.wraps {
                above += line.div_ceil(columns).max(1);
                line = 0;
            }
        }
        self.output.push(b'\r');
        if above > 0 {
            self.output.extend(format!("\x1b[{above}A").bytes());
        }
        self.output.extend(b"\x1b[J");
        self.size = size;
        self.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(screen: &mut Screen, line: &str, cursor: usize) -> String {
        let characters: Vec<char> = line.chars().collect();
        screen.show(&super::super::prompt::cells(b"$ "), &characters, cursor);
        String::from_utf8(screen.take_output()).unwrap()
    }

    #[test]
    fn only_what_differs_is_written() {
        let mut screen = Screen::new(Size { rows: 4, columns: 8 });
        assert_eq!(shown(&mut screen, "ab", 2), "$ ab");
        assert_eq!(shown(&mut screen, "abc", 3), "c");
        assert_eq!(shown(&mut screen, "abc", 0), "\x08\x08\x08");
        assert_eq!(shown(&mut screen, "bc", 0), "bc\x1b[K\x08\x08");
        assert_eq!(shown(&mut screen, "bcdefgh", 7), "\x1b[2Cdefgh");
    }
}
