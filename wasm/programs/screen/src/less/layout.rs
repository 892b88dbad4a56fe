//! A line as rows of the screen: wrapped or cut off, with tabs as blanks, and what was found shown in reverse.

use super::Setup;
use terminal::text;

/// How a line is laid out.
pub struct Layout<'a> {
    pub setup: &'a Setup,
    pub columns: usize,
    /// Columns at the left that are not shown (-S).
    pub shift: usize,
}

/// Columns that line numbers take.
pub const NUMBER_WIDTH: usize = 8;

impl Layout<'_> {
    /// The rows of a line; `places` (in bytes of it) are shown in reverse.
    pub fn rows(&self, line: &[u8], number: usize, places: &[(usize, usize)]) -> Vec<String> {
        let margin = if self.setup.numbers { NUMBER_WIDTH } else { 0 };
        let width = self.columns.saturating_sub(margin).max(1);
        let mut rows = Vec::new();
        let mut row = if margin > 0 { format!("\x1b[1m{number:>7}\x1b[0m ") } else { String::new() };
        let mut column = 0;
        let mut total = 0;
        let mut offset = 0;
        let mut is_reverse = false;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let characters = text::decode(line);
        let mut index = 0;
        while index < characters.len() {
            let character = characters[index];
            if self.setup.raw && character == '\x1b' {
                // Colours and other modes take no columns.
                let length = characters[index..].iter().skip(2).position(|next| next.is_ascii_alphabetic()).map_or(1, |end| end + 3);
                if characters.get(index + 1) == Some(&'[') && characters.get(index + length - 1) == Some(&'m') {
                    row.extend(&characters[index..index + length]);
                    offset += length;
                    index += length;
                    continue;
                }
            }
            let is_found = places.iter().any(|(start, end)| (*start..*end).contains(&offset));
            let (shown, taken) = match character {
                '\t' => {
                    let blanks = self.setup.tab - total % self.setup.tab;
                    (" ".repeat(blanks), blanks)
                }
                _ => (text::shown(character), text::width(character)),
            };
            let is_special = character != '\t' && shown.chars().count() > 1;
            offset += text::encode(&[character]).len();
            index += 1;
            total += taken;
            if self.setup.chops && total <= self.shift {
                continue;
            }
            if column + taken > width {
                if self.setup.chops {
                    // Something is cut off here.
                    row.truncate(row.char_indices().next_back().map_or(0, |(place, _)| place));
                    row.push_str("\x1b[7m>\x1b[0m");
                    break;
                }
                if is_reverse {
                    row.push_str("\x1b[27m");
                }
                rows.push(std::mem::take(&mut row));
                row = " ".repeat(margin);
                if is_reverse {
                    row.push_str("\x1b[7m");
                }
                column = 0;
            }
            if (is_found || is_special) != is_reverse {
                is_reverse = !is_reverse;
                row.push_str(if is_reverse { "\x1b[7m" } else { "\x1b[27m" });
            }
            row.push_str(&shown);
            column += taken;
        }
        if is_reverse {
            row.push_str("\x1b[27m");
        }
        if self.setup.raw && line.contains(&27) {
            row.push_str("\x1b[0m");
        }
        rows.push(row);
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_cuts_and_marks() {
        let setup = Setup { tab: 8, ..Setup::default() };
        let layout = Layout { setup: &setup, columns: 4, shift: 0 };
        assert_eq!(layout.rows(b"abcdef", 1, &[]), ["abcd", "ef"]);
        assert_eq!(layout.rows(b"abc", 1, &[(1, 2)]), ["a\x1b[7mb\x1b[27mc"]);
        let chops = Setup { chops: true, ..setup.clone() };
        let layout = Layout { setup: &chops, columns: 4, shift: 0 };
        assert_eq!(layout.rows(b"abcdef", 1, &[]), ["abc\x1b[7m>\x1b[0m"]);
    }
}
