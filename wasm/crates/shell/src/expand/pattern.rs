//! Shell patterns: `*`, `?`, `[…]`, and the extended `@(a|b)` kind. A character is a UTF-8 character, or
//! a byte where the text is no UTF-8.

#[derive(Clone, Debug, PartialEq)]
enum Item {
    Byte(u8),
    AnyCharacter,
    AnyString,
    Class { is_negated: bool, members: Vec<Member> },
    Group { kind: u8, alternatives: Vec<Vec<Item>> },
}

#[derive(Clone, Debug, PartialEq)]
enum Member {
    Range(u32, u32),
    Named(String),
}

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    items: Vec<Item>,
    ignores_case: bool,
}

/// How patterns are read and compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// `@(a|b)` and its like count.
    pub extglob: bool,
    pub ignores_case: bool,
}

/// A byte of a pattern's text; quoted ones stand for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternByte {
    pub byte: u8,
    pub is_quoted: bool,
}

impl Pattern {
    pub fn new(text: &[PatternByte], rules: Rules) -> Self {
        Pattern { items: compile(text, rules.extglob), ignores_case: rules.ignores_case }
    }

    /// The pattern matches only itself.
    pub fn is_literal(&self) -> bool {
        self.items.iter().all(|item| matches!(item, Item::Byte(_)))
    }

    /// Matches the whole text.
    pub fn matches(&self, text: &[u8]) -> bool {
        if !self.items.iter().any(|item| matches!(item, Item::Group { .. })) {
            return self.matches_flat(text);
        }
        let mut found = false;
        walk(&self.items, self.ignores_case, text, 0, &mut |end| {
            found = end == text.len();
            found
        });
        found
    }

    /// Without groups the last `*` alone has to be tried again, which keeps this from being exponential.
    fn matches_flat(&self, text: &[u8]) -> bool {
        let (mut item, mut position) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            if item == self.items.len() && position == text.len() {
                return true;
            }
            match self.items.get(item) {
                Some(Item::AnyString) => {
                    item += 1;
                    retry = Some((item, position));
                    continue;
                }
                Some(next) => {
                    if let Some(length) = match_one(next, self.ignores_case, text, position) {
                        item += 1;
                        position += length;
                        continue;
                    }
                }
                None => {}
            }
            match retry {
                Some((after, start)) if start < text.len() => {
                    let start = start + character_length(text, start);
                    retry = Some((after, start));
                    (item, position) = (after, start);
                }
                _ => return false,
            }
        }
    }

    /// The ends of the shortest and of the longest match that starts at `start`.
    pub fn match_at(&self, text: &[u8], start: usize, longest: bool) -> Option<usize> {
        let mut best = None;
        walk(&self.items, self.ignores_case, text, start, &mut |end| {
            best = match best {
                None => Some(end),
                Some(known) if longest => Some(end.max(known)),
                Some(known) => Some(end.min(known)),
            };
            best == Some(if longest { text.len() } else { start })
        });
        best
    }
}

/// Length of the character at `position`.
pub fn character_length(text: &[u8], position: usize) -> usize {
    let expected = match text[position] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return 1,
    };
    match text.get(position..position + expected) {
        Some(bytes) if std::str::from_utf8(bytes).is_ok() => expected,
        _ => 1,
    }
}

pub fn code_point(bytes: &[u8]) -> u32 {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().next().map_or(0, u32::from),
        Err(_) => u32::from(bytes[0]),
    }
}

fn compile(text: &[PatternByte], extglob: bool) -> Vec<Item> {
    let mut items = Vec::with_capacity(text.len());
    let mut position = 0;
    while position < text.len() {
        let PatternByte { byte, is_quoted } = text[position];
        if is_quoted {
            items.push(Item::Byte(byte));
            position += 1;
            continue;
        }
        if extglob
            && matches!(byte, b'?' | b'*' | b'+' | b'@' | b'!')
            && let Some((alternatives, end)) = group(text, position + 1)
        {
            items.push(Item::Group { kind: byte, alternatives });
            position = end;
            continue;
        }
        match byte {
            b'*' => {
                if items.last() != Some(&Item::AnyString) {
                    items.push(Item::AnyString);
                }
            }
            b'?' => items.push(Item::AnyCharacter),
            b'[' => match class(text, position) {
                Some((item, end)) => {
                    items.push(item);
                    position = end;
                    continue;
                }
                None => items.push(Item::Byte(b'[')),
            },
            _ => items.push(Item::Byte(byte)),
        }
        position += 1;
    }
    items
}

/// Parses `(a|b)` of an extended pattern; returns the position after it.
fn group(text: &[PatternByte], start: usize) -> Option<(Vec<Vec<Item>>, usize)> {
    let is = |position: usize, byte: u8| text.get(position).is_some_and(|next| !next.is_quoted && next.byte == byte);
    if !is(start, b'(') {
        return None;
    }
    let mut depth = 0;
    let mut alternatives = Vec::new();
    let mut from = start + 1;
    for position in start..text.len() {
        if is(position, b'(') {
            depth += 1;
        } else if is(position, b'|') && depth == 1 {
            alternatives.push(compile(&text[from..position], true));
            from = position + 1;
        } else if is(position, b')') {
            depth -= 1;
            if depth == 0 {
                alternatives.push(compile(&text[from..position], true));
                return Some((alternatives, position + 1));
            }
        }
    }
    None
}

/// Parses `[…]`; returns the position after it.
fn class(text: &[PatternByte], start: usize) -> Option<(Item, usize)> {
    let plain = |position: usize| text.get(position).filter(|next| !next.is_quoted).map(|next| next.byte);
    let mut position = start + 1;
    let is_negated = matches!(plain(position), Some(b'!' | b'^'));
    position += usize::from(is_negated);
    let first = position;
    let mut members = Vec::new();
    loop {
        let next = text.get(position)?;
        if !next.is_quoted && next.byte == b']' && position > first {
            return Some((Item::Class { is_negated, members }, position + 1));
        }
        if plain(position) == Some(b'[') && plain(position + 1) == Some(b':') {
            let rest: Vec<u8> = text[position + 2..].iter().map(|next| next.byte).collect();
            if let Some(length) = rest.windows(2).position(|pair| pair == b":]") {
                members.push(Member::Named(String::from_utf8_lossy(&rest[..length]).into_owned()));
                position += length + 4;
                continue;
            }
        }
        let (low, end) = class_character(text, position);
        position = end;
        let is_range =
            plain(position) == Some(b'-') && text.get(position + 1).is_some() && plain(position + 1) != Some(b']');
        if !is_range {
            members.push(Member::Range(low, low));
            continue;
        }
        let (high, end) = class_character(text, position + 1);
        members.push(Member::Range(low, high));
        position = end;
    }
}

/// The character at `position` of a bracket expression, and the position after it.
fn class_character(text: &[PatternByte], position: usize) -> (u32, usize) {
    let end = text.len().min(position + 4);
    let bytes: Vec<u8> = text[position..end].iter().map(|next| next.byte).collect();
    let length = character_length(&bytes, 0);
    (code_point(&bytes[..length]), position + length)
}

fn in_class(members: &[Member], code: u32) -> bool {
    members.iter().any(|member| match member {
        Member::Range(low, high) => (*low..=*high).contains(&code),
        Member::Named(name) => char::from_u32(code).is_some_and(|character| in_named_class(name, character)),
    })
}

pub fn in_named_class(name: &str, character: char) -> bool {
    match name {
        "alpha" => character.is_alphabetic(),
        "digit" => character.is_ascii_digit(),
        "alnum" => character.is_alphanumeric(),
        "upper" => character.is_uppercase(),
        "lower" => character.is_lowercase(),
        "space" => character.is_whitespace(),
        "blank" => matches!(character, ' ' | '\t'),
        "punct" => character.is_ascii_punctuation(),
        "print" => !character.is_control(),
        "graph" => !character.is_control() && !character.is_whitespace(),
        "cntrl" => character.is_control(),
        "xdigit" => character.is_ascii_hexdigit(),
        "word" => character.is_alphanumeric() || character == '_',
        "ascii" => character.is_ascii(),
        _ => false,
    }
}

/// The length of the character at `position` if `item`, which stands for one character, matches it.
fn match_one(item: &Item, ignores_case: bool, text: &[u8], position: usize) -> Option<usize> {
    let byte = *text.get(position)?;
    match item {
        Item::Byte(own) => (*own == byte || ignores_case && own.eq_ignore_ascii_case(&byte)).then_some(1),
        Item::AnyCharacter => Some(character_length(text, position)),
        Item::Class { is_negated, members } => {
            let length = character_length(text, position);
            let code = code_point(&text[position..position + length]);
            let mut is_member = in_class(members, code);
            if ignores_case && let Some(character) = char::from_u32(code) {
                is_member |= in_class(members, u32::from(character.to_ascii_lowercase()))
                    || in_class(members, u32::from(character.to_ascii_uppercase()));
            }
            (is_member != *is_negated).then_some(length)
        }
        Item::AnyString | Item::Group { .. } => None,
    }
}

/// Calls `found` with the end of every match of `items` at `position` until it answers true.
fn walk(items: &[Item], ignores_case: bool, text: &[u8], position: usize, found: &mut dyn FnMut(usize) -> bool) -> bool {
    let mut position = position;
    for (index, item) in items.iter().enumerate() {
        match item {
            Item::AnyString => {
                let rest = &items[index + 1..];
                // A run of plain bytes at the end can only stand at the end or anywhere: try each start once.
                let mut start = position;
                loop {
                    if could_start(rest, ignores_case, text, start) && walk(rest, ignores_case, text, start, found) {
                        return true;
                    }
                    if start >= text.len() {
                        return false;
                    }
                    start += character_length(text, start);
                }
            }
            Item::Group { kind, alternatives } => {
                return walk_group(*kind, alternatives, &items[index + 1..], ignores_case, text, position, found);
            }
            one => match match_one(one, ignores_case, text, position) {
                Some(length) => position += length,
                None => return false,
            },
        }
    }
    found(position)
}

/// A quick look whether `items` could match at `position`.
fn could_start(items: &[Item], ignores_case: bool, text: &[u8], position: usize) -> bool {
    match items.first() {
        Some(item @ Item::Byte(_)) => match_one(item, ignores_case, text, position).is_some(),
        _ => true,
    }
}

fn walk_group(
    kind: u8,
    alternatives: &[Vec<Item>],
    rest: &[Item],
    ignores_case: bool,
    text: &[u8],
    position: usize,
    found: &mut dyn FnMut(usize) -> bool,
) -> bool {
    if kind == b'!' {
        let mut end = position;
        loop {
            let part = &text[..end];
            let excluded =
                alternatives.iter().any(|alternative| walk(alternative, ignores_case, part, position, &mut |matched| matched == end));
            if !excluded && walk(rest, ignores_case, text, end, found) {
                return true;
            }
            if end >= text.len() {
                return false;
            }
            end += character_length(text, end);
        }
    }
    if matches!(kind, b'?' | b'*') && walk(rest, ignores_case, text, position, found) {
        return true;
    }
    let repeats = matches!(kind, b'*' | b'+');
    alternatives.iter().any(|alternative| {
        let mut ends = Vec::new();
        walk(alternative, ignores_case, text, position, &mut |end| {
            ends.push(end);
            false
        });
        ends.into_iter().any(|end| {
            walk(rest, ignores_case, text, end, found)
                || (repeats && end > position && walk_group(b'+', alternatives, rest, ignores_case, text, end, found))
        })
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const RULES: Rules = Rules { extglob: true, ignores_case: false };

    /// Takes the text of a pattern without quotes; a backslash protects the next byte.
    pub fn unquoted(text: &[u8]) -> Vec<PatternByte> {
        let mut result = Vec::with_capacity(text.len());
        let mut bytes = text.iter();
        while let Some(&byte) = bytes.next() {
            match (byte, bytes.as_slice().first()) {
                (b'\\', Some(&next)) => {
                    bytes.next();
                    result.push(PatternByte { byte: next, is_quoted: true });
                }
                _ => result.push(PatternByte { byte, is_quoted: false }),
            }
        }
        result
    }

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(&unquoted(pattern.as_bytes()), RULES).matches(text.as_bytes())
    }

    #[test]
    fn wildcards_and_classes() {
        assert!(matches("*.txt", "a.txt") && !matches("*.txt", "a.txt.gz"));
        assert!(matches("a?c", "aéc") && !matches("a?c", "ac"));
        assert!(matches("[a-c]x", "bx") && !matches("[!a-c]x", "bx"));
        assert!(matches("[]]", "]") && matches("[[:digit:]]*", "1a"));
        assert!(matches(r"\*", "*") && !matches(r"\*", "a"));
        assert!(matches("[a", "[a") && matches("*", "") && matches("a*b*c", "aXbYc"));
        assert!(matches("[é-ü]", "ö"));
    }

    #[test]
    fn extended_groups() {
        assert!(matches("@(a|b)c", "bc") && !matches("@(a|b)c", "c"));
        assert!(matches("*(ab)", "abab") && matches("+(a|b)", "abba") && !matches("+(a)", ""));
        assert!(matches("!(a|b)", "c") && !matches("!(a|b)", "a") && matches("?(x)y", "y"));
    }

    #[test]
    fn shortest_and_longest_matches() {
        let pattern = Pattern::new(&unquoted(b"*/"), RULES);
        assert_eq!(pattern.match_at(b"a/b/c", 0, false), Some(2));
        assert_eq!(pattern.match_at(b"a/b/c", 0, true), Some(4));
    }
}
