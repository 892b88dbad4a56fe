//! A line as it stands in its column: numbered, its tabs and unprintable bytes shown, cut to the column's width.

use super::layout::Layout;
use super::options::{Arrangement, Unprintable};
use super::writer::next_stop;

pub struct Cell {
    pub text: Vec<u8>,
    /// How much of the text is the line's number.
    pub number_bytes: usize,
    /// How far the text reaches in its column.
    pub width: usize,
}

/// Makes the cell of a line; nothing where not even its first character has room.
pub fn of(layout: &Layout, line: &[u8], number: Option<i64>) -> Option<Cell> {
    let mut cell = Cell { text: Vec::new(), number_bytes: 0, width: 0 };
    let mut first = Vec::new();
    let mut bytes = line.iter();
    if let Some(byte) = bytes.next() {
        cell.width = show(layout, *byte, 0, &mut first);
        if layout.truncates && cell.width > layout.column_width {
            return None;
        }
    }
    if let Some(number) = number {
        push_number(layout, number, &mut cell);
    }
    cell.text.extend(first);
    for byte in bytes {
        let before = cell.text.len();
        let width = show(layout, *byte, cell.width, &mut cell.text);
        if layout.truncates && width > layout.column_width {
            cell.text.truncate(before);
            break;
        }
        cell.width = width;
    }
    Some(cell)
}

/// Appends the number and what separates it from the text.
fn push_number(layout: &Layout, number: i64, cell: &mut Cell) {
    let Some(style) = layout.number else { return };
    let digits = format!("{number:>width$}", width = style.width);
    // Of a number that is too long its end is shown.
    cell.text.extend_from_slice(&digits.as_bytes()[digits.len() - style.width..]);
    if layout.columns > 1 && style.byte == b'\t' {
        cell.text.resize(layout.number_width, b' ');
    } else {
        cell.text.push(style.byte);
    }
    cell.number_bytes = cell.text.len();
    if layout.truncates && layout.arrangement != Arrangement::Merged {
        cell.width += layout.number_width;
    }
}

/// Appends what a byte looks like at a position; returns the position after it.
fn show(layout: &Layout, byte: u8, position: usize, text: &mut Vec<u8>) -> usize {
    let tab = layout.input_tab;
    if byte == tab.byte || byte == b'\t' {
        let stop = next_stop(if byte == tab.byte { tab.width } else { 8 }, position);
        if layout.expands_tabs {
            text.resize(text.len() + stop - position, b' ');
        } else {
            text.push(byte);
        }
        return stop;
    }
    if (b' '..=b'~').contains(&byte) {
        text.push(byte);
        return position + 1;
    }
    match layout.unprintable {
        Unprintable::Caret if byte < 0x80 => {
            text.extend([b'^', byte ^ 0x40]);
            position + 2
        }
        Unprintable::Caret | Unprintable::Octal => {
            text.extend(format!("\\{byte:03o}").bytes());
            position + 4
        }
        Unprintable::AsTheyAre if byte == b'\x08' => {
            // At the line's start there is nothing to go back over.
            if position > 0 {
                text.push(byte);
            }
            position.saturating_sub(1)
        }
        Unprintable::AsTheyAre => {
            text.push(byte);
            position
        }
    }
}
