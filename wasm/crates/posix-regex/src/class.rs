//! Named classes and case, by the standard library's knowledge of characters, up to the end of Cyrillic: what lies
//! beyond has no case, or is too large a table for a module that is copied at each start.

use crate::syntax::Ranges;

/// Characters above are in no named class.
const LAST_NAMED: u32 = 0x52f;

/// The ranges of `[:name:]`.
pub fn named(name: &[u8], is_utf8: bool) -> Option<Ranges> {
    let test: fn(char) -> bool = match name {
        b"alpha" => char::is_alphabetic,
        b"digit" => |character| character.is_ascii_digit(),
        b"alnum" => |character| character.is_alphabetic() || character.is_ascii_digit(),
        b"upper" => char::is_uppercase,
        b"lower" => char::is_lowercase,
        b"space" => |character| matches!(character, '\t'..='\r' | ' '),
        b"blank" => |character| matches!(character, '\t' | ' '),
        b"punct" => |character| character.is_ascii_punctuation() || (character > '\u{a0}' && !character.is_alphanumeric()),
        b"print" => |character| !character.is_control(),
        b"graph" => |character| !character.is_control() && !character.is_whitespace(),
        b"cntrl" => char::is_control,
        b"xdigit" => |character| character.is_ascii_hexdigit(),
        _ => return None,
    };
    let last = if is_utf8 { LAST_NAMED } else { 0x7f };
    let mut ranges = ranges_where(last, test);
    if is_utf8 && matches!(name, b"print" | b"graph") {
        ranges.push((LAST_NAMED + 1, 0x10ffff));
    }
    Some(ranges)
}

pub fn word(is_utf8: bool) -> Ranges {
    let last = if is_utf8 { LAST_NAMED } else { 0x7f };
    ranges_where(last, |character| character == '_' || character.is_alphanumeric())
}

fn ranges_where(last: u32, test: impl Fn(char) -> bool) -> Ranges {
    let mut ranges: Ranges = Vec::new();
    for code in 0..=last {
        if !char::from_u32(code).is_some_and(&test) {
            continue;
        }
        match ranges.last_mut() {
            Some(range) if range.1 + 1 == code => range.1 = code,
            _ => ranges.push((code, code)),
        }
    }
    ranges
}

/// What is not in `ranges`.
pub fn negated(mut ranges: Ranges, is_utf8: bool) -> Ranges {
    ranges.sort_unstable();
    let last = if is_utf8 { 0x10ffff } else { 0xff };
    let (mut next, mut result) = (0, Vec::new());
    for (low, high) in ranges {
        if low > next {
            result.push((next, low - 1));
        }
        next = next.max(high + 1);
    }
    if next <= last {
        result.push((next, last));
    }
    result
}

/// The characters that are the same as `character` but for case, itself included.
pub fn cases(character: char, is_utf8: bool) -> Vec<char> {
    let mut cases = vec![character];
    if character.is_ascii() || !is_utf8 {
        cases.extend([character.to_ascii_lowercase(), character.to_ascii_uppercase()]);
    } else {
        let (mut lower, mut upper) = (character.to_lowercase(), character.to_uppercase());
        cases.extend(lower.next().filter(|_| lower.len() == 0));
        cases.extend(upper.next().filter(|_| upper.len() == 0));
    }
    cases.sort_unstable();
    cases.dedup();
    cases
}

/// Adds the other cases of all characters in `ranges`.
pub fn fold(ranges: &mut Ranges, is_utf8: bool) {
    let mut more = Vec::new();
    for (low, high) in ranges.iter() {
        for code in *low..=(*high).min(LAST_NAMED) {
            let others = char::from_u32(code).map(|character| cases(character, is_utf8)).unwrap_or_default();
            more.extend(others.into_iter().map(|other| (other as u32, other as u32)));
        }
    }
    ranges.extend(more);
}

/// The character in upper or lower case, where that is one character.
pub fn other_case(character: char, to_upper: bool) -> char {
    let single = |mut mapped: Box<dyn Iterator<Item = char>>| match (mapped.next(), mapped.next()) {
        (Some(changed), None) => changed,
        _ => character,
    };
    if to_upper { single(Box::new(character.to_uppercase())) } else { single(Box::new(character.to_lowercase())) }
}
