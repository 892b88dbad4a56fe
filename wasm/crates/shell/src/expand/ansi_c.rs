//! Backslash escapes: `$'…'`, `echo -e` and printf's `%b`.

/// Decodes the inside of `$'…'`. A NUL ends the string, as in bash.
pub fn unescape(text: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut position = 0;
    while position < text.len() {
        if text[position] != b'\\' {
            result.push(text[position]);
            position += 1;
            continue;
        }
        let before = result.len();
        position += decode_escape(&text[position..], Dialect::Quotes, &mut result);
        if result.len() == before + 1 && result[before] == 0 {
            result.pop();
            break;
        }
    }
    result
}

/// Which escapes exist: the dialects differ in octal numbers and in what ends output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `$'…'`: `\nnn`, `\'`, `\"`, `\?`, `\cX`
    Quotes,
    /// `echo -e`: octal numbers are `\0nnn`
    Echo,
    /// printf's format: octal numbers are `\nnn`
    Format,
    /// printf's `%b`: both octal forms
    Argument,
}

/// Decodes the escape at the start of `text`, which begins with a backslash, and returns its length.
/// An unknown escape stands for itself. `\c` of echo and `%b` is the caller's.
pub fn decode_escape(text: &[u8], dialect: Dialect, result: &mut Vec<u8>) -> usize {
    let Some(&letter) = text.get(1) else {
        result.push(b'\\');
        return 1;
    };
    let single = match letter {
        b'a' => Some(7),
        b'b' => Some(8),
        b'e' | b'E' => Some(27),
        b'f' => Some(12),
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b'v' => Some(11),
        b'\\' => Some(b'\\'),
        b'"' if dialect != Dialect::Echo => Some(letter),
        b'\'' | b'?' if matches!(dialect, Dialect::Quotes | Dialect::Argument) => Some(letter),
        b'\'' if dialect == Dialect::Format => Some(letter),
        _ => None,
    };
    if let Some(byte) = single {
        result.push(byte);
        return 2;
    }
    match letter {
        b'0' if matches!(dialect, Dialect::Echo | Dialect::Argument) => {
            let (value, length) = number(&text[2..], 8, 3);
            result.push(value as u8);
            2 + length
        }
        b'0'..=b'7' if dialect != Dialect::Echo => {
            let (value, length) = number(&text[1..], 8, 3);
            result.push(value as u8);
            1 + length
        }
        b'x' => {
            let (value, length) = number(&text[2..], 16, 2);
            if length == 0 {
                result.extend(b"\\x");
                return 2;
            }
            result.push(value as u8);
            2 + length
        }
        b'u' | b'U' => {
            let (value, length) = number(&text[2..], 16, if letter == b'u' { 4 } else { 8 });
            if length == 0 {
                result.extend([b'\\', letter]);
                return 2;
            }
            if let Some(character) = char::from_u32(value) {
                let mut buffer = [0; 4];
                result.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            }
            2 + length
        }
        b'c' if dialect == Dialect::Quotes && text.len() > 2 => {
            result.push(if text[2] == b'?' { 0x7f } else { text[2].to_ascii_uppercase() & 0x1f });
            3
        }
        _ => {
            result.extend([b'\\', letter]);
            2
        }
    }
}

/// Reads up to `maximum` digits.
fn number(text: &[u8], base: u32, maximum: usize) -> (u32, usize) {
    let mut value: u32 = 0;
    let mut length = 0;
    while length < maximum
        && let Some(digit) = text.get(length).and_then(|byte| char::from(*byte).to_digit(base))
    {
        value = value.wrapping_mul(base).wrapping_add(digit);
        length += 1;
    }
    (value, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(unescape(br"a\tb\n\x41\101\u00e9\'\q"), "a\tb\nAA\u{e9}'\\q".as_bytes());
        assert_eq!(unescape(br"a\0b"), b"a");
        assert_eq!(unescape(br"\cA\e"), b"\x01\x1b");
    }
}
