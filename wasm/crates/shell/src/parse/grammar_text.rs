//! Bytes in the grammar crate's `String`s.
//!
//! Scripts are bytes, the grammar wants UTF-8. Bytes that are not UTF-8 travel as characters of the
//! last private-use plane and are turned back afterwards.

/// The character that stands for byte 0x00; bytes 0x80..=0xFF are used.
const BYTE_BASE: u32 = 0x10_FE00;

pub fn encode(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_string();
    }
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.extend(char::from_u32(BYTE_BASE + u32::from(*byte)));
        }
    }
    text
}

pub fn decode(text: &str) -> Vec<u8> {
    // The plane's characters start with 0xF4 in UTF-8, so most texts need no look at each character.
    if !text.as_bytes().contains(&0xf4) {
        return text.as_bytes().to_vec();
    }
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character).checked_sub(BYTE_BASE) {
            Some(byte @ 0x80..=0xff) => bytes.push(byte as u8),
            _ => {
                let mut buffer = [0; 4];
                bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_survive() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&all)), all);
        assert_eq!(encode("é".as_bytes()), "é");
    }
}
