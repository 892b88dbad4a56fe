//! A prompt as the screen shows it: what stands between `\[` and `\]`, and terminal sequences, take no columns.

use super::screen::Cell;
use terminal::text;

/// What `\[` and `\]` become.
pub const START_IGNORE: u8 = 1;
pub const END_IGNORE: u8 = 2;

/// The lines before the last one, which are shown once, and the last one, which is shown with the text.
pub fn split(prompt: &[u8]) -> (&[u8], &[u8]) {
    match prompt.iter().rposition(|byte| *byte == b'\n') {
        Some(place) => prompt.split_at(place + 1),
        None => (b"", prompt),
    }
}

pub fn without_marks(prompt: &[u8]) -> Vec<u8> {
    prompt.iter().copied().filter(|byte| !matches!(*byte, START_IGNORE | END_IGNORE)).collect()
}

pub fn cells(prompt: &[u8]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut unseen = Vec::new();
    let mut rest = prompt;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == START_IGNORE {
            let length = after.iter().position(|byte| *byte == END_IGNORE).unwrap_or(after.len());
            unseen.extend_from_slice(&after[..length]);
            rest = &after[(length + 1).min(after.len())..];
            continue;
        }
        let length = sequence_length(rest);
        if length > 0 {
            unseen.extend_from_slice(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let length = crate::expand::pattern::character_length(rest, 0).max(1);
        for character in text::decode(&rest[..length]) {
            let mut bytes = std::mem::take(&mut unseen);
            bytes.extend(text::shown(character).bytes());
            cells.push(Cell { bytes, width: text::width(character) });
        }
        rest = &rest[length..];
    }
    if !unseen.is_empty() {
        match cells.last_mut() {
            Some(cell) => cell.bytes.extend(unseen),
            None => cells.push(Cell { bytes: unseen, width: 0 }),
        }
    }
    cells
}

/// The length of a terminal sequence at the start; 0 if there is none.
fn sequence_length(text: &[u8]) -> usize {
    match text {
        [27, b'[', rest @ ..] => rest.iter().position(|byte| matches!(byte, 0x40..=0x7e)).map_or(text.len(), |end| end + 3),
        [27, b']', rest @ ..] => rest.iter().position(|byte| *byte == 7).map_or(text.len(), |end| end + 3),
        [7, ..] => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_take_no_columns() {
        let cells = cells(b"\x01\x1b[1m\x02ab\x1b[0m$ ");
        assert_eq!(cells.iter().map(|cell| cell.width).collect::<Vec<_>>(), [1, 1, 1, 1]);
        assert_eq!(cells[2].bytes, b"\x1b[0m$");
        assert_eq!(split(b"a\nb\n$ "), (b"a\nb\n".as_slice(), b"$ ".as_slice()));
    }
}
