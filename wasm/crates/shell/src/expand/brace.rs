//! Brace expansion: `{a,b}`, `{1..9..2}`, `{a..e}`. It works on the parts of a word, before anything else;
//! only unquoted text counts.

use crate::syntax::{ParameterExpansion, ParameterName, ParameterOperation, Part};
use std::rc::Rc;

/// Words one brace expansion may make; more leaves the word as it is.
const MAXIMUM_WORDS: usize = 1_000_000;

/// Braces within braces that are expanded.
const MAXIMUM_DEPTH: usize = 100;

/// An unquoted byte, or anything else, which stays whole.
#[derive(Clone)]
enum Unit {
    Byte(u8),
    Whole(Part),
}

impl Unit {
    fn is(&self, byte: u8) -> bool {
        matches!(self, Unit::Byte(own) if *own == byte)
    }
}

/// Tells whether a word could have braces to expand.
pub fn is_candidate(parts: &[Part]) -> bool {
    parts.iter().any(|part| matches!(part, Part::Literal(text) if text.contains(&b'{')))
}

/// Expands a word's parts to those of several words; most words expand to themselves.
pub fn expand(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut units = Vec::new();
    for part in parts {
        match part {
            Part::Literal(text) => units.extend(text.iter().map(|byte| Unit::Byte(*byte))),
            part => units.push(Unit::Whole(part.clone())),
        }
    }
    expand_units(&units, 0).into_iter().map(join).collect()
}

fn join(units: Vec<Unit>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = Vec::new();
    for unit in units {
        match unit {
            Unit::Byte(byte) => match parts.last_mut() {
                Some(Part::Parameter(before))
                    if literal.is_empty()
                        && before.is_bare
                        && matches!(before.name, ParameterName::Variable(_))
                        && is_name_byte(byte) =>
                {
                    *before = lengthened(before, byte);
                }
                _ => literal.push(byte),
            },
            Unit::Whole(part) => {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(part);
            }
        }
    }
    if let (true, Some(b'~')) = (parts.is_empty(), literal.first()) {
        // A tilde counts at the start of each word that braces make.
        let end = literal.iter().position(|byte| *byte == b'/').unwrap_or(literal.len());
        let rest = literal.split_off(end);
        parts.push(Part::Tilde(literal.split_off(1)));
        literal = rest;
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    parts
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// `$a` before a `b` that braces put there is `$ab`.
fn lengthened(before: &ParameterExpansion, byte: u8) -> Rc<ParameterExpansion> {
    let (name, is_bare) = match &before.name {
        ParameterName::Variable(name) => (ParameterName::Variable(format!("{name}{}", char::from(byte))), true),
        other => (other.clone(), false),
    };
    Rc::new(ParameterExpansion { name, is_indirect: false, is_bare, operation: ParameterOperation::Plain })
}

fn expand_units(word: &[Unit], depth: usize) -> Vec<Vec<Unit>> {
    if depth > MAXIMUM_DEPTH {
        return vec![word.to_vec()];
    }
    let mut opening = 0;
    while opening < word.len() {
        if !word[opening].is(b'{') || (opening > 0 && word[opening - 1].is(b'$')) {
            opening += 1;
            continue;
        }
        let Some((alternatives, end)) = parse_braces(word, opening, depth) else {
            opening += 1;
            continue;
        };
        let suffixes = expand_units(&word[end..], depth + 1);
        if alternatives.len().saturating_mul(suffixes.len()) > MAXIMUM_WORDS {
            return vec![word.to_vec()];
        }
        let mut words = Vec::with_capacity(alternatives.len() * suffixes.len());
        for alternative in &alternatives {
            for suffix in &suffixes {
                words.push([&word[..opening], alternative, suffix].concat());
            }
        }
        return words;
    }
    vec![word.to_vec()]
}

/// Parses the braces at `opening`; returns what they stand for and the position after them.
fn parse_braces(word: &[Unit], opening: usize, depth: usize) -> Option<(Vec<Vec<Unit>>, usize)> {
    let mut open = 0;
    let mut commas = Vec::new();
    let mut closing = None;
    for (position, unit) in word.iter().enumerate().skip(opening) {
        match unit {
            Unit::Byte(b'{') => open += 1,
            Unit::Byte(b'}') => {
                open -= 1;
                if open == 0 {
                    closing = Some(position);
                    break;
                }
            }
            Unit::Byte(b',') if open == 1 => commas.push(position),
            _ => {}
        }
    }
    let closing = closing?;
    if commas.is_empty() {
        let bytes: Option<Vec<u8>> = word[opening + 1..closing]
            .iter()
            .map(|unit| match unit {
                Unit::Byte(byte) => Some(*byte),
                Unit::Whole(_) => None,
            })
            .collect();
        let items = sequence(&bytes?)?;
        let units = |text: Vec<u8>| text.into_iter().map(Unit::Byte).collect();
        return Some((items.into_iter().map(units).collect(), closing + 1));
    }
    let mut alternatives = Vec::new();
    let mut start = opening + 1;
    for end in commas.into_iter().chain([closing]) {
        alternatives.extend(expand_units(&word[start..end], depth + 1));
        start = end + 1;
    }
    Some((alternatives, closing + 1))
}

/// `1..5`, `a..e`, with an optional step.
fn sequence(text: &[u8]) -> Option<Vec<Vec<u8>>> {
    let text = std::str::from_utf8(text).ok()?;
    let fields: Vec<&str> = text.split("..").collect();
    let (first, last, step) = match fields[..] {
        [first, last] => (first, last, 1),
        [first, last, step] => (first, last, step.parse::<i64>().ok()?),
        _ => return None,
    };
    if let (&[first], &[last]) = (first.as_bytes(), last.as_bytes())
        && first.is_ascii_alphabetic()
        && last.is_ascii_alphabetic()
    {
        let letters = numbers(i64::from(first), i64::from(last), step)?;
        return Some(letters.into_iter().map(|letter| vec![letter as u8]).collect());
    }
    let is_padded = |field: &str| {
        let digits = field.trim_start_matches('-');
        digits.len() > 1 && digits.starts_with('0')
    };
    let width = match is_padded(first) || is_padded(last) {
        true => first.len().max(last.len()),
        false => 0,
    };
    let numbers = numbers(first.parse().ok()?, last.parse().ok()?, step)?;
    Some(numbers.into_iter().map(|number| format!("{number:0width$}").into_bytes()).collect())
}

fn numbers(first: i64, last: i64, step: i64) -> Option<Vec<i64>> {
    let step = step.checked_abs()?.max(1);
    let count = usize::try_from(first.abs_diff(last) / step as u64).ok()?;
    if count >= MAXIMUM_WORDS {
        return None;
    }
    let signed_step = if first <= last { step } else { -step };
    Some((0..=count as i64).map(|index| first + index * signed_step).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        expand(&[Part::Literal(text.as_bytes().to_vec())])
            .iter()
            .map(|parts| match parts.as_slice() {
                [Part::Literal(text)] => String::from_utf8_lossy(text).into_owned(),
                _ => String::new(),
            })
            .collect()
    }

    #[test]
    fn braces_make_words() {
        assert_eq!(words("a{b,c}d"), ["abd", "acd"]);
        assert_eq!(words("{1..3}"), ["1", "2", "3"]);
        assert_eq!(words("{05..1..2}"), ["05", "03", "01"]);
        assert_eq!(words("{a}"), ["{a}"]);
        assert_eq!(words("{a,{b,c}}"), ["a", "b", "c"]);
    }
}
