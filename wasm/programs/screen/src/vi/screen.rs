//! The text on the terminal.

use super::editor::Editor;
use crate::tty::Tty;
use std::io;
use terminal::text;

/// Columns of line numbers.
const NUMBER_WIDTH: usize = 8;

impl Editor {
    fn margin(&self) -> usize {
        if self.options.numbers { NUMBER_WIDTH } else { 0 }
    }

    /// Rows a line takes.
    fn height(&self, line: usize, columns: usize) -> usize {
        let width = columns.saturating_sub(self.margin()).max(1);
        let cells: usize = self.text.line(line).iter().scan(0, |at, next| Some(self.cell_width(*next, at))).sum();
        cells.div_ceil(width).max(1)
    }

    /// Columns that a character takes at a column, which it moves on.
    fn cell_width(&self, character: char, at: &mut usize) -> usize {
        let width = match character {
            '\t' => self.options.tab - *at % self.options.tab,
            _ => text::width(character),
        };
        *at += width;
        width
    }

    /// Lets the line with the place be seen.
    fn scroll(&mut self, rows: usize, columns: usize) {
        self.top = self.top.min(self.text.len() - 1);
        if self.at.line < self.top {
            // A place far away comes to the middle.
            self.top = if self.top - self.at.line > rows { self.at.line.saturating_sub(rows / 2) } else { self.at.line };
        }
        if self.at.line > self.top + 2 * rows {
            self.top = self.at.line - rows / 2;
        }
        let mut height: usize = (self.top..=self.at.line).map(|line| self.height(line, columns)).sum();
        while height > rows && self.top < self.at.line {
            height -= self.height(self.top, columns);
            self.top += 1;
        }
    }

    pub fn draw(&mut self, tty: &mut Tty) -> io::Result<()> {
        let columns = tty.size.columns;
        let rows = Self::page(tty);
        self.scroll(rows, columns);
        let margin = self.margin();
        let width = columns.saturating_sub(margin).max(1);
        let mut cursor = (0, margin);
        let mut row = 0;
        let mut index = self.top;
        tty.put("\x1b[?25l");
        while row < rows {
            tty.go(row, 0);
            tty.put("\x1b[K");
            if index >= self.text.len() {
                tty.put("~");
                row += 1;
                continue;
            }
            if row > 0 && row + self.height(index, columns) > rows {
                // A line that does not fit is not shown at all.
                while row < rows {
                    tty.go(row, 0);
                    tty.put("\x1b[K@");
                    row += 1;
                }
                break;
            }
            if margin > 0 {
                tty.put(&format!("{:>7} ", index + 1));
            }
            let line = self.text.line(index).to_vec();
            let places = self.match_places(&line);
            let (mut at, mut column, mut is_reverse) = (0, 0, false);
            for place in 0..=line.len() {
                let character = line.get(place).copied();
                if index == self.at.line && place == self.at.column {
                    cursor = match column >= width {
                        true => (row + 1, margin),
                        false => (row, margin + column),
                    };
                }
                let wants_reverse = self.is_selected(index, place) || places.iter().any(|(from, to)| (*from..*to).contains(&place));
                if wants_reverse != is_reverse {
                    is_reverse = wants_reverse;
                    tty.put(if is_reverse { "\x1b[7m" } else { "\x1b[27m" });
                }
                let Some(character) = character else {
                    if is_reverse && line.is_empty() {
                        tty.put(" ");
                    }
                    break;
                };
                let cells = self.cell_width(character, &mut at);
                if column + cells > width && column > 0 {
                    row += 1;
                    column = 0;
                    if row >= rows {
                        break;
                    }
                    tty.go(row, 0);
                    tty.put("\x1b[K");
                    tty.put(&" ".repeat(margin));
                    if index == self.at.line && place == self.at.column {
                        cursor = (row, margin);
                    }
                }
                match character {
                    '\t' => tty.put(&" ".repeat(cells.min(width - column))),
                    _ => tty.put(&text::shown(character)),
                }
                column += cells;
            }
            if is_reverse {
                tty.put("\x1b[27m");
            }
            row += 1;
            index += 1;
        }
        tty.go(rows, 0);
        tty.put("\x1b[K");
        let status = match (self.message.is_empty(), self.visual) {
            (true, Some(visual)) if visual.is_lines => "-- VISUAL LINE --".to_string(),
            (true, Some(_)) => "-- VISUAL --".to_string(),
            (true, None) => self.mode.to_string(),
            (false, _) => self.message.chars().take(columns.saturating_sub(1)).collect(),
        };
        tty.put(&status);
        tty.go(cursor.0.min(rows - 1), cursor.1.min(columns - 1));
        tty.put("\x1b[?25h");
        tty.flush()
    }

    fn is_selected(&self, line: usize, column: usize) -> bool {
        let Some(visual) = self.visual else { return false };
        let (from, to) = (visual.start.min(self.at), visual.start.max(self.at));
        match visual.is_lines {
            true => (from.line..=to.line).contains(&line),
            false => (line, column) >= (from.line, from.column) && (line, column) <= (to.line, to.column),
        }
    }

    /// What `:set hlsearch` shows: characters from, to.
    fn match_places(&self, line: &[char]) -> Vec<(usize, usize)> {
        let Some((pattern, _)) = self.search.as_ref().filter(|_| self.options.marks_matches) else { return Vec::new() };
        let text: String = line.iter().collect();
        let characters = |bytes: usize| text[..bytes].chars().count();
        pattern.places(&text).into_iter().map(|(from, to)| (characters(from), characters(to))).collect()
    }
}
