//! The replacement of `s`: its text, groups and changes of case.

use super::script::{Case, Piece};
use posix_regex::{character_length, other_case};

/// Reads what follows a backslash as an escape for one byte; nothing is eaten if it is none.
pub fn escape(text: &[u8], position: &mut usize) -> Option<u8> {
    let (radix, most) = match *text.get(*position)? {
        b'a' => return single(position, 7),
        b'f' => return single(position, 12),
        b'n' => return single(position, b'\n'),
        b'r' => return single(position, b'\r'),
        b't' => return single(position, b'\t'),
        b'v' => return single(position, 11),
        b'c' => {
            let byte = text.get(*position + 1)?.to_ascii_uppercase() ^ 0x40;
            *position += 2;
            return Some(byte);
        }
        b'd' => (10, 3),
        b'o' => (8, 3),
        b'x' => (16, 2),
        _ => return None,
    };
    let digits = &text[*position + 1..];
    let count = digits.iter().take(most).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let number = digits[..count].iter().fold(0, |number, digit| number * radix + char::from(*digit).to_digit(radix).unwrap_or(0));
    *position += 1 + count;
    Some(number as u8)
}

fn single(position: &mut usize, byte: u8) -> Option<u8> {
    *position += 1;
    Some(byte)
}

pub fn parse(source: &[u8]) -> Vec<Piece> {
    let (mut pieces, mut text, mut at) = (Vec::new(), Vec::new(), 0);
    while at < source.len() {
        let byte = source[at];
        at += 1;
        let piece = match byte {
            b'&' => Piece::Group(0),
            b'\\' => {
                if let Some(byte) = escape(source, &mut at) {
                    text.push(byte);
                    continue;
                }
                let Some(&escaped) = source.get(at) else {
                    text.push(b'\\');
                    continue;
                };
                at += 1;
                match escaped {
                    b'0'..=b'9' => Piece::Group(usize::from(escaped - b'0')),
                    b'U' => Piece::Case(Case::Upper),
                    b'L' => Piece::Case(Case::Lower),
                    b'u' => Piece::Case(Case::NextUpper),
                    b'l' => Piece::Case(Case::NextLower),
                    b'E' => Piece::Case(Case::End),
                    other => {
                        text.push(other);
                        continue;
                    }
                }
            }
            other => {
                text.push(other);
                continue;
            }
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(piece);
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

pub fn highest_group(pieces: &[Piece]) -> Option<usize> {
    pieces.iter().filter_map(|piece| if let Piece::Group(group) = piece { Some(*group) } else { None }).max()
}

/// Appends the replacement of one match.
pub fn push(out: &mut Vec<u8>, pieces: &[Piece], text: &[u8], groups: &[Option<(usize, usize)>], is_utf8: bool) {
    let (mut run, mut next) = (Case::End, None);
    for piece in pieces {
        let part = match piece {
            Piece::Text(text) => &text[..],
            Piece::Group(group) => match groups.get(*group).copied().flatten() {
                Some((start, end)) => &text[start..end],
                None => &[],
            },
            Piece::Case(case @ (Case::NextUpper | Case::NextLower)) => {
                next = Some(*case);
                continue;
            }
            Piece::Case(case) => {
                (run, next) = (*case, None);
                continue;
            }
        };
        if run == Case::End && next.is_none() {
            out.extend_from_slice(part);
            continue;
        }
        let mut part = part;
        if let Some(case) = next.filter(|_| !part.is_empty()) {
            let length = character_length(part, is_utf8);
            push_case(out, &part[..length], case == Case::NextUpper);
            part = &part[length..];
            next = None;
        }
        match run {
            Case::Upper => push_case(out, part, true),
            Case::Lower => push_case(out, part, false),
            _ => out.extend_from_slice(part),
        }
    }
}

fn push_case(out: &mut Vec<u8>, text: &[u8], to_upper: bool) {
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            out.extend_from_slice(other_case(character, to_upper).encode_utf8(&mut [0; 4]).as_bytes());
        }
        out.extend_from_slice(chunk.invalid());
    }
}
