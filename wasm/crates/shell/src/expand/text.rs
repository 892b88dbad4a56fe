//! What `${…}` does to text: cutting, replacing, changing case, by characters.

use super::pattern::{Pattern, character_length};
use crate::syntax::word::{CaseChange, ReplacePlace};

/// Positions of the characters' first bytes, and the text's end.
pub fn character_starts(text: &[u8]) -> Vec<usize> {
    let mut starts = vec![0];
    let mut position = 0;
    while position < text.len() {
        position += character_length(text, position);
        starts.push(position);
    }
    starts
}

pub fn character_count(text: &[u8]) -> usize {
    character_starts(text).len() - 1
}

/// Turns offset and length into a range; a negative length counts from the end, which lists do not allow.
pub fn bounds(count: usize, offset: i64, length: Option<i64>, from_end: bool) -> Result<(usize, usize), i64> {
    let count = count as i64;
    let start = if offset < 0 { count + offset } else { offset };
    if start < 0 || start > count {
        return Ok((0, 0));
    }
    let end = match length {
        None => count,
        Some(length) if length < 0 && from_end => {
            if count + length < start {
                return Err(length);
            }
            count + length
        }
        Some(length) if length < 0 => return Err(length),
        Some(length) => start.saturating_add(length).min(count),
    };
    Ok((start as usize, end as usize))
}

pub fn remove(text: Vec<u8>, pattern: &Pattern, at_end: bool, longest: bool) -> Vec<u8> {
    if !at_end {
        return match pattern.match_at(&text, 0, longest) {
            Some(end) => text[end..].to_vec(),
            None => text,
        };
    }
    let starts = character_starts(&text);
    let cut = match longest {
        true => starts.iter().find(|start| pattern.matches(&text[**start..])),
        false => starts.iter().rev().find(|start| pattern.matches(&text[**start..])),
    };
    match cut {
        Some(start) => text[..*start].to_vec(),
        None => text,
    }
}

pub fn replace(text: &[u8], pattern: &Pattern, place: ReplacePlace, write: impl Fn(&[u8], &mut Vec<u8>)) -> Vec<u8> {
    let mut output = Vec::with_capacity(text.len());
    if place == ReplacePlace::End {
        let start = character_starts(text).into_iter().find(|start| pattern.matches(&text[*start..]));
        let cut = start.unwrap_or(text.len());
        output.extend_from_slice(&text[..cut]);
        if start.is_some() {
            write(&text[cut..], &mut output);
        }
        return output;
    }
    let mut position = 0;
    while position <= text.len() {
        let found =
            pattern.match_at(text, position, true).filter(|end| *end > position || place == ReplacePlace::Start);
        if let Some(end) = found {
            write(&text[position..end], &mut output);
            position = end;
            if place != ReplacePlace::All {
                break;
            }
            continue;
        }
        if place == ReplacePlace::Start || position == text.len() {
            break;
        }
        let length = character_length(text, position);
        output.extend_from_slice(&text[position..position + length]);
        position += length;
    }
    output.extend_from_slice(&text[position.min(text.len())..]);
    output
}

pub fn change_case(text: &[u8], change: CaseChange, all: bool, pattern: Option<&Pattern>) -> Vec<u8> {
    let mut output = Vec::with_capacity(text.len());
    for (index, pair) in character_starts(text).windows(2).enumerate() {
        let bytes = &text[pair[0]..pair[1]];
        let applies = (all || index == 0) && pattern.is_none_or(|pattern| pattern.matches(bytes));
        match std::str::from_utf8(bytes) {
            Ok(character) if applies => {
                let becomes_upper = match change {
                    CaseChange::Upper => true,
                    CaseChange::Lower => false,
                    CaseChange::Toggle => character.chars().any(char::is_lowercase),
                };
                let changed = if becomes_upper { character.to_uppercase() } else { character.to_lowercase() };
                output.extend_from_slice(changed.as_bytes());
            }
            _ => output.extend_from_slice(bytes),
        }
    }
    output
}

/// Makes text upper or lower case, for variables that ask for it.
pub fn in_case(text: &[u8], upper: bool) -> Vec<u8> {
    change_case(text, if upper { CaseChange::Upper } else { CaseChange::Lower }, true, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expand::pattern::tests::{RULES, unquoted};

    #[test]
    fn ranges_follow_bash() {
        assert_eq!(bounds(5, 1, Some(2), true), Ok((1, 3)));
        assert_eq!(bounds(5, -2, None, true), Ok((3, 5)));
        assert_eq!(bounds(5, 0, Some(-1), true), Ok((0, 4)));
        assert_eq!(bounds(5, 9, None, true), Ok((0, 0)));
        assert_eq!(bounds(5, 3, Some(-3), true), Err(-3));
    }

    #[test]
    fn removing_and_replacing() {
        let pattern = |text: &str| Pattern::new(&unquoted(text.as_bytes()), RULES);
        assert_eq!(remove(b"a/b/c".to_vec(), &pattern("*/"), false, true), b"c");
        assert_eq!(remove(b"a.tar.gz".to_vec(), &pattern(".*"), true, false), b"a.tar");
        assert_eq!(remove(b"a.tar.gz".to_vec(), &pattern(".*"), true, true), b"a");
        let dash = |_: &[u8], output: &mut Vec<u8>| output.push(b'-');
        assert_eq!(replace(b"aXbX", &pattern("X"), ReplacePlace::All, dash), b"a-b-");
        assert_eq!(replace(b"aXbX", &pattern("X"), ReplacePlace::First, dash), b"a-bX");
        assert_eq!(replace(b"aXbX", &pattern("X"), ReplacePlace::End, dash), b"aXb-");
        assert_eq!(replace(b"ab", &pattern(""), ReplacePlace::Start, dash), b"-ab");
    }
}
