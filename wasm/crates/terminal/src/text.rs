//! Text as characters, and how many columns they take. Bytes that are no UTF-8 become characters of a
//! private range, so that they come out again as they were.

use unicode_width::UnicodeWidthChar;

/// The first of 256 private characters that stand for bytes.
const BYTES: u32 = 0x10_FF00;

pub fn decode(bytes: &[u8]) -> Vec<char> {
    let mut characters = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        characters.extend(chunk.valid().chars());
        characters.extend(chunk.invalid().iter().map(|byte| of_byte(*byte)));
    }
    characters
}

/// The character that stands for a byte that is no UTF-8.
pub fn of_byte(byte: u8) -> char {
    char::from_u32(BYTES + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn as_byte(character: char) -> Option<u8> {
    u8::try_from(u32::from(character).checked_sub(BYTES)?).ok()
}

pub fn push(bytes: &mut Vec<u8>, character: char) {
    match as_byte(character) {
        Some(byte) => bytes.push(byte),
        None => bytes.extend(character.encode_utf8(&mut [0; 4]).bytes()),
    }
}

pub fn encode(characters: &[char]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(characters.len());
    for character in characters {
        push(&mut bytes, *character);
    }
    bytes
}

/// Columns a character takes when it is shown as `shown` has it.
pub fn width(character: char) -> usize {
    match character {
        ' '..='~' => 1,
        '\0'..='\x1f' | '\x7f' => 2,
        '\u{80}'..='\u{9f}' => 4,
        _ if as_byte(character).is_some() => 4,
        _ => character.width().unwrap_or(0),
    }
}

pub fn width_of(characters: &[char]) -> usize {
    characters.iter().map(|character| width(*character)).sum()
}

/// A character as it can be shown: control characters as `^A`, bytes that are no text as `<F0>`.
pub fn shown(character: char) -> String {
    match character {
        '\0'..='\x1f' | '\x7f' => format!("^{}", char::from(character as u8 ^ 0x40)),
        '\u{80}'..='\u{9f}' => format!("<{:02X}>", u32::from(character)),
        _ => match as_byte(character) {
            Some(byte) => format!("<{byte:02X}>"),
            None => character.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_have_widths() {
        let bytes = b"a\xe9\xc3\xa9\xe6\xbc\xa2\x01";
        let characters = decode(bytes);
        assert_eq!(encode(&characters), bytes);
        assert_eq!(characters.iter().map(|next| width(*next)).collect::<Vec<_>>(), [1, 4, 1, 2, 2]);
        assert_eq!(shown(characters[1]), "<E9>");
        assert_eq!(shown('\x01'), "^A");
    }
}
