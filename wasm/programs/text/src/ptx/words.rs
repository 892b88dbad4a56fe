//! What separates contexts and what a word is.

use posix_regex::{Dialect, Options as RegexOptions, Regex};
use std::collections::HashSet;

/// A pattern as the option had it, for messages, and compiled.
pub struct Pattern {
    pub text: Vec<u8>,
    pub regex: Regex,
}

impl Pattern {
    /// Compiles a pattern in the syntax of Emacs, which is ptx's.
    pub fn new(text: Vec<u8>, ignores_case: bool) -> Result<Self, String> {
        let options = RegexOptions { ignores_case, is_multiline: true, ..RegexOptions::new(Dialect::Extended) };
        match Regex::new(&extended(&text), options) {
            Ok(regex) => Ok(Pattern { text, regex }),
            Err(problem) => Err(format!("{problem} (for regexp '{}')", String::from_utf8_lossy(&text))),
        }
    }
}

/// Groups and alternatives have a backslash in Emacs' syntax and none in the extended one, and there are no intervals.
fn extended(pattern: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(pattern.len() + 8);
    let mut at = 0;
    while at < pattern.len() {
        match pattern[at] {
            b'\\' if matches!(pattern.get(at + 1), Some(b'(' | b')' | b'|')) => {
                result.push(pattern[at + 1]);
                at += 2;
            }
            b'\\' if at + 1 < pattern.len() => {
                result.extend(&pattern[at..at + 2]);
                at += 2;
            }
            byte @ (b'(' | b')' | b'|' | b'{' | b'}') => {
                result.extend([b'\\', byte]);
                at += 1;
            }
            b'[' => {
                let end = bracket_end(pattern, at);
                result.extend(&pattern[at..end]);
                at = end;
            }
            byte => {
                result.push(byte);
                at += 1;
            }
        }
    }
    result
}

/// The place after a bracket expression; `]` is no end right after its beginning.
fn bracket_end(pattern: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    at += usize::from(pattern.get(at) == Some(&b'^'));
    at += usize::from(pattern.get(at) == Some(&b']'));
    while at < pattern.len() && pattern[at] != b']' {
        let class_end = pattern[at..].starts_with(b"[:").then(|| pattern[at..].windows(2).position(|pair| pair == b":]"));
        at += class_end.flatten().map_or(1, |end| end + 2);
    }
    (at + 1).min(pattern.len())
}

/// What a word is made of.
pub enum Words {
    Pattern(Pattern),
    /// Which bytes belong to words.
    Bytes(Box<[bool; 256]>),
}

impl Words {
    pub fn of_letters() -> Self {
        Words::Bytes(Box::new(std::array::from_fn(|byte| (byte as u8).is_ascii_alphabetic())))
    }

    /// Everything but `breaks`.
    pub fn between(breaks: &[u8]) -> Self {
        Words::Bytes(Box::new(std::array::from_fn(|byte| !breaks.contains(&(byte as u8)))))
    }

    /// The first word at `from` or later, which may be empty.
    pub fn next(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        match self {
            Words::Pattern(pattern) => {
                let (start, end) = pattern.regex.find_at(&text[from..], 0)?;
                Some((from + start, from + end))
            }
            Words::Bytes(is_part) => {
                let start = from + text[from..].iter().position(|byte| is_part[usize::from(*byte)])?;
                let length = text[start..].iter().position(|byte| !is_part[usize::from(*byte)]);
                Some((start, length.map_or(text.len(), |length| start + length)))
            }
        }
    }

    /// The place after the word that begins at `at`, or else after one byte. `at` is within the text.
    pub fn step(&self, text: &[u8], at: usize) -> usize {
        match self {
            Words::Pattern(pattern) => match pattern.regex.find_at(&text[at..], 0) {
                Some((0, end)) if end > 0 => at + end,
                _ => at + 1,
            },
            Words::Bytes(is_part) => {
                let length = text[at..].iter().take_while(|byte| is_part[usize::from(**byte)]).count();
                at + length.max(1)
            }
        }
    }
}

/// Words of a file with one on each line.
pub struct WordList(HashSet<Vec<u8>>);

impl WordList {
    pub fn new(text: &[u8], folds: bool) -> Self {
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        WordList(lines.map(|line| if folds { line.to_ascii_uppercase() } else { line.to_vec() }).collect())
    }

    pub fn holds(&self, word: &[u8], folds: bool) -> bool {
        if folds { self.0.contains(&word.to_ascii_uppercase()) } else { self.0.contains(word) }
    }
}
