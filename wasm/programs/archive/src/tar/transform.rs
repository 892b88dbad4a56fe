//! `--transform`: sed's replacement expressions on names.

use regex_lite::{Regex, RegexBuilder};

pub struct Transform {
    regex: Regex,
    replacement: Vec<Piece>,
    global: bool,
    /// The first match that is replaced, from 1.
    first: usize,
    members: bool,
    symbolic_links: bool,
    hard_links: bool,
}

enum Piece {
    Text(String),
    Group(usize),
    Case(Case),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Upper,
    Lower,
    UpperOne,
    LowerOne,
    Unchanged,
}

impl Transform {
    /// Reads `s/REGEX/REPLACEMENT/FLAGS`, several between semicolons.
    pub fn parse_all(text: &str) -> Option<Vec<Transform>> {
        let mut transforms = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (transform, after) = Transform::parse(rest)?;
            transforms.push(transform);
            rest = after.strip_prefix(';').unwrap_or(after);
        }
        Some(transforms)
    }

    fn parse(text: &str) -> Option<(Transform, &str)> {
        let body = text.strip_prefix('s')?;
        let delimiter = body.chars().next()?;
        let (pattern, rest) = until(&body[delimiter.len_utf8()..], delimiter)?;
        let (replacement, rest) = until(rest, delimiter)?;
        let end = rest.find(';').unwrap_or(rest.len());
        let (flags, after) = rest.split_at(end);
        let is_extended = flags.contains('x');
        let pattern = if is_extended { pattern.clone() } else { extended_of(&pattern) };
        let regex = RegexBuilder::new(&pattern).case_insensitive(flags.contains('i')).build().ok()?;
        let digits: String = flags.chars().filter(char::is_ascii_digit).collect();
        let transform = Transform {
            regex,
            replacement: pieces_of(&replacement),
            global: flags.contains('g'),
            first: digits.parse().unwrap_or(1),
            members: !flags.contains('R'),
            symbolic_links: !flags.contains('S'),
            hard_links: !flags.contains('H'),
        };
        Some((transform, after))
    }

    /// Applies it to a member's name (`is_link` none), a symbolic link's target (true) or a hard link's (false).
    pub fn apply(&self, name: Vec<u8>, is_link: Option<bool>) -> Vec<u8> {
        let is_meant = match is_link {
            None => self.members,
            Some(true) => self.symbolic_links,
            Some(false) => self.hard_links,
        };
        let Ok(text) = std::str::from_utf8(&name) else { return name };
        if !is_meant {
            return name;
        }
        let (mut output, mut end) = (String::new(), 0);
        for (index, captures) in self.regex.captures_iter(text).enumerate() {
            if index + 1 < self.first {
                continue;
            }
            let Some(whole) = captures.get(0) else { continue };
            output.push_str(&text[end..whole.start()]);
            self.replace(&captures, &mut output);
            end = whole.end();
            if !self.global {
                break;
            }
        }
        output.push_str(&text[end..]);
        output.into_bytes()
    }

    fn replace(&self, captures: &regex_lite::Captures, output: &mut String) {
        let (mut case, mut once) = (Case::Unchanged, None);
        for piece in &self.replacement {
            let text = match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Group(number) => captures.get(*number).map_or("", |group| group.as_str()),
                Piece::Case(one @ (Case::UpperOne | Case::LowerOne)) => {
                    once = Some(*one);
                    continue;
                }
                Piece::Case(new) => {
                    case = *new;
                    continue;
                }
            };
            for character in text.chars() {
                match once.take().unwrap_or(case) {
                    Case::Upper | Case::UpperOne => output.extend(character.to_uppercase()),
                    Case::Lower | Case::LowerOne => output.extend(character.to_lowercase()),
                    Case::Unchanged => output.push(character),
                }
            }
        }
    }
}

/// The text before an unescaped delimiter, the delimiter's own escapes taken off, and what comes after it.
fn until(text: &str, delimiter: char) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == delimiter {
            return Some((part, &text[at + letter.len_utf8()..]));
        }
        if letter == '\\' {
            let (_, next) = letters.next()?;
            if next != delimiter {
                part.push('\\');
            }
            part.push(next);
            continue;
        }
        part.push(letter);
    }
    None
}

/// Turns a basic regular expression into an extended one: the special characters change sides.
fn extended_of(basic: &str) -> String {
    let mut extended = String::new();
    let mut letters = basic.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(special @ ('(' | ')' | '{' | '}' | '|' | '+' | '?')) => extended.push(special),
                Some(other) => extended.extend(['\\', other]),
                None => extended.push_str("\\\\"),
            },
            '(' | ')' | '{' | '}' | '|' | '+' | '?' => extended.extend(['\\', letter]),
            '*' if extended.is_empty() || extended.ends_with('(') || extended == "^" => extended.push_str("\\*"),
            '[' => {
                extended.push('[');
                let mut is_first = true;
                for inner in letters.by_ref() {
                    if inner == '\\' {
                        extended.push('\\');
                    }
                    extended.push(inner);
                    if inner == ']' && !is_first {
                        break;
                    }
                    is_first = inner == '^' && is_first;
                }
            }
            other => extended.push(other),
        }
    }
    extended
}

fn pieces_of(replacement: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut letters = replacement.chars();
    while let Some(letter) = letters.next() {
        let piece = match letter {
            '&' => Piece::Group(0),
            '\\' => match letters.next() {
                Some(digit @ '0'..='9') => Piece::Group(digit as usize - '0' as usize),
                Some('U') => Piece::Case(Case::Upper),
                Some('L') => Piece::Case(Case::Lower),
                Some('u') => Piece::Case(Case::UpperOne),
                Some('l') => Piece::Case(Case::LowerOne),
                Some('E') => Piece::Case(Case::Unchanged),
                Some('n') => Piece::Text("\n".into()),
                Some('t') => Piece::Text("\t".into()),
                Some(other) => Piece::Text(other.into()),
                None => Piece::Text("\\".into()),
            },
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
    pieces.push(Piece::Text(text));
    pieces
}
