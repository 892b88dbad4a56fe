//! Patterns to search for: regular expressions over lines of text.

use regex_lite::{Regex, RegexBuilder};

pub struct Pattern {
    regex: Regex,
    /// As it was typed.
    pub text: String,
}

impl Pattern {
    /// `ignores_case`: where the text has no capitals, unless `always`.
    pub fn new(text: &str, ignores_case: bool, always: bool) -> Result<Pattern, String> {
        let ignores = ignores_case && (always || !text.chars().any(char::is_uppercase));
        let regex = RegexBuilder::new(text).case_insensitive(ignores).build();
        match regex {
            Ok(regex) => Ok(Pattern { regex, text: text.to_string() }),
            Err(_) => Err("Invalid pattern".to_string()),
        }
    }

    pub fn is_match(&self, line: &str) -> bool {
        self.regex.is_match(line)
    }

    /// Where it is found, in bytes, without empty places.
    pub fn places(&self, line: &str) -> Vec<(usize, usize)> {
        self.regex.find_iter(line).map(|found| (found.start(), found.end())).filter(|(start, end)| start < end).collect()
    }

    pub fn regex(&self) -> &Regex {
        &self.regex
    }
}

/// A basic regular expression in the notation of extended ones, as vi has them: `\(`, `\|`, `\<`.
pub fn of_basic(text: &str) -> String {
    let mut output = String::new();
    let mut characters = text.chars().peekable();
    let mut is_start = true;
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(next @ ('(' | ')' | '{' | '}' | '|' | '+' | '?')) => {
                    output.push(next);
                    is_start = matches!(next, '(' | '|');
                    continue;
                }
                Some('<' | '>') => output.push_str("\\b"),
                Some(next) => {
                    output.push('\\');
                    output.push(next);
                }
                None => output.push_str("\\\\"),
            },
            '(' | ')' | '{' | '}' | '|' | '+' | '?' => {
                output.push('\\');
                output.push(character);
            }
            '*' if is_start => output.push_str("\\*"),
            '[' => {
                output.push('[');
                let mut is_first = true;
                while let Some(next) = characters.next() {
                    match next {
                        '\\' => output.push_str("\\\\"),
                        '[' if characters.peek() != Some(&':') => output.push_str("\\["),
                        _ => output.push(next),
                    }
                    if next == ']' && !is_first {
                        break;
                    }
                    is_first = is_first && next == '^';
                }
            }
            _ => output.push(character),
        }
        is_start = character == '^' && is_start;
    }
    output
}
