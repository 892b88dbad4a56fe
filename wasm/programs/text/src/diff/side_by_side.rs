//! `diff -y`: two columns, `|` between lines that differ, `<` and `>` beside what only one file has.

use super::format::Compared;
use super::myers::Change;

/// How the columns are laid out.
#[derive(Clone, Copy)]
pub struct Style {
    pub width: usize,
    pub hides_common: bool,
    /// Of lines that both have, only the left one is shown.
    pub left_column: bool,
    pub expands_tabs: bool,
    pub tab_size: usize,
}

/// Columns at least between the two.
const GUTTER: usize = 3;

/// Where the columns lie.
struct Columns {
    style: Style,
    /// What fits of a line.
    half: usize,
    /// Where the right column begins.
    right: usize,
}

pub fn side_by_side(out: &mut Vec<u8>, compared: &Compared, style: Style) {
    let columns = Columns::new(style);
    let mut at = (0, 0);
    let (old_end, new_end) = (compared.old.len(), compared.new.len());
    let end = Change { old_start: old_end, old_end, new_start: new_end, new_end };
    for change in compared.changes.iter().chain([&end]) {
        columns.common(out, &compared.old[at.0..change.old_start], &compared.new[at.1..change.new_start]);
        columns.change(out, compared, change);
        at = (change.old_end, change.new_end);
    }
}

/// The rows of one change; what comes before it, where it is the first.
pub fn common_rows(out: &mut Vec<u8>, old: &[&[u8]], new: &[&[u8]], style: Style) {
    Columns::new(style).common(out, old, new);
}

pub fn change_rows(out: &mut Vec<u8>, compared: &Compared, change: &Change, style: Style) {
    Columns::new(style).change(out, compared, change);
}

impl Columns {
    /// As GNU reckons: the right column begins at a tab stop.
    fn new(style: Style) -> Columns {
        let (width, stop) = (style.width, if style.expands_tabs { 1 } else { style.tab_size });
        let offset = (width + stop + GUTTER) / 2 / stop * stop;
        let half = offset.saturating_sub(GUTTER).min(width.saturating_sub(offset));
        Columns { style, half, right: if half > 0 { offset } else { width } }
    }

    fn common(&self, out: &mut Vec<u8>, old: &[&[u8]], new: &[&[u8]]) {
        if self.style.hides_common {
            return;
        }
        for (old, new) in old.iter().zip(new) {
            if self.style.left_column { self.row(out, Some(old), b'(', None) } else { self.row(out, Some(old), b' ', Some(new)) }
        }
    }

    fn change(&self, out: &mut Vec<u8>, compared: &Compared, change: &Change) {
        let (old, new) = (&compared.old[change.old_start..change.old_end], &compared.new[change.new_start..change.new_end]);
        let both = old.len().min(new.len());
        (0..both).for_each(|index| self.row(out, Some(old[index]), b'|', Some(new[index])));
        old[both..].iter().for_each(|line| self.row(out, Some(line), b'<', None));
        new[both..].iter().for_each(|line| self.row(out, None, b'>', Some(line)));
    }

    fn row(&self, out: &mut Vec<u8>, old: Option<&[u8]>, mark: u8, new: Option<&[u8]>) {
        let ends = |line: Option<&[u8]>| line.is_some_and(|line| line.ends_with(b"\n"));
        let mut column = old.map_or(0, |line| self.push_text(out, 0, line));
        if mark != b' ' {
            self.pad(out, &mut column, (self.half + self.right - 1) / 2);
            out.push(match mark {
                b'|' if ends(old) && !ends(new) => b'/',
                b'|' if !ends(old) && ends(new) => b'\\',
                mark => mark,
            });
            column += 1;
        }
        if let Some(line) = new.filter(|line| !line.starts_with(b"\n")) {
            self.pad(out, &mut column, self.right);
            self.push_text(out, self.right, line);
        }
        if ends(old) || ends(new) {
            out.push(b'\n');
        }
    }

    fn pad(&self, out: &mut Vec<u8>, column: &mut usize, to: usize) {
        let stop = self.style.tab_size;
        while !self.style.expands_tabs && *column / stop * stop + stop <= to {
            out.push(b'\t');
            *column = *column / stop * stop + stop;
        }
        out.resize(out.len() + to.saturating_sub(*column), b' ');
        *column = (*column).max(to);
    }

    /// Appends as much of a line as fits, and returns the column after it.
    fn push_text(&self, out: &mut Vec<u8>, start: usize, line: &[u8]) -> usize {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let (mut column, mut at) = (0, 0);
        while at < line.len() {
            let length = posix_regex::character_length(&line[at..], true);
            let is_tab = line[at] == b'\t';
            let next = if is_tab { (column / self.style.tab_size + 1) * self.style.tab_size } else { column + 1 };
            if is_tab && self.style.expands_tabs && next > self.half {
                out.resize(out.len() + self.half - column, b' ');
                column = self.half;
                break;
            }
            if next > self.half || is_tab && !self.style.expands_tabs && next >= self.half {
                break;
            }
            if is_tab && self.style.expands_tabs {
                out.resize(out.len() + next - column, b' ');
            } else {
                out.extend_from_slice(&line[at..at + length]);
            }
            (column, at) = (next, at + length);
        }
        start + column
    }
}
