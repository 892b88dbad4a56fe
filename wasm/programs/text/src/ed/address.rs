//! Addresses: numbers, `.`, `$`, marks, searches, and what is added to them.

use super::{Editor, Failure};
use posix_regex::{Dialect, Options, Regex};
use std::rc::Rc;

/// The addresses before a command.
pub struct Addresses {
    pub first: usize,
    pub last: usize,
    pub count: usize,
}

const INVALID: Failure = "Invalid address";

pub fn skip_blanks(line: &[u8], at: &mut usize) {
    while matches!(line.get(*at), Some(b' ' | b'\t')) {
        *at += 1;
    }
}

impl Editor {
    pub fn addresses(&mut self, line: &[u8], at: &mut usize) -> Result<Addresses, Failure> {
        let current = self.buffer.current;
        let (mut first, mut last, mut count) = (current, current, 0);
        loop {
            let found = self.address(line, at)?;
            skip_blanks(line, at);
            let separator = line.get(*at).copied().filter(|byte| matches!(byte, b',' | b';' | b'%'));
            match (found, separator) {
                (Some(number), _) => {
                    first = if count == 0 { number } else { last };
                    (last, count) = (number, (count + 1).min(2));
                }
                // `,` alone is the whole file, `;` from here to its end.
                (None, Some(byte)) if count == 0 => {
                    *at += 1;
                    first = if byte == b';' { self.buffer.current } else { 1.min(self.buffer.len()) };
                    let second = self.address(line, at)?;
                    last = second.unwrap_or(self.buffer.len());
                    count = 2;
                    skip_blanks(line, at);
                    if !matches!(line.get(*at), Some(b',' | b';')) {
                        break;
                    }
                    continue;
                }
                (None, _) => break,
            }
            match separator {
                Some(b',') => *at += 1,
                Some(b';') => {
                    *at += 1;
                    self.buffer.current = last;
                }
                _ => break,
            }
        }
        if count == 2 && first > last {
            return Err(INVALID);
        }
        if count < 2 {
            first = last;
        }
        Ok(Addresses { first, last, count })
    }

    /// One address with its offsets; `None` if none is there.
    fn address(&mut self, line: &[u8], at: &mut usize) -> Result<Option<usize>, Failure> {
        skip_blanks(line, at);
        let mut number = match line.get(*at) {
            Some(b'.') => {
                *at += 1;
                Some(self.buffer.current)
            }
            Some(b'$') => {
                *at += 1;
                Some(self.buffer.len())
            }
            Some(b'0'..=b'9') => Some(digits(line, at)),
            Some(b'\'') => {
                let mark = line.get(*at + 1).copied().ok_or("Invalid mark character")?;
                *at += 2;
                let id = self.buffer.marks.get(&mark).copied().ok_or(INVALID)?;
                Some(self.buffer.find(id).ok_or(INVALID)?)
            }
            Some(delimiter @ (b'/' | b'?')) => {
                let (delimiter, mut pattern) = (*delimiter, Vec::new());
                *at += 1;
                while let Some(byte) = line.get(*at).copied() {
                    *at += 1;
                    if byte == delimiter {
                        break;
                    }
                    pattern.push(byte);
                    if byte == b'\\' {
                        if line.get(*at) == Some(&delimiter) {
                            pattern.pop();
                        }
                        pattern.extend(line.get(*at));
                        *at += 1;
                    }
                }
                let regex = self.pattern(&pattern)?;
                Some(self.search(&regex, delimiter == b'/')?)
            }
            _ => None,
        };
        loop {
            skip_blanks(line, at);
            let sign = match line.get(*at) {
                Some(b'+') => 1,
                Some(b'-' | b'^') => -1,
                Some(b'0'..=b'9') if number.is_some() => 0,
                _ => break,
            };
            if sign != 0 {
                *at += 1;
            }
            let has_digits = line.get(*at).is_some_and(u8::is_ascii_digit);
            let offset = if has_digits { digits(line, at) as isize } else { 1 };
            let base = number.unwrap_or(self.buffer.current) as isize;
            let moved = base.saturating_add(if sign < 0 { -offset } else { offset });
            number = Some(usize::try_from(moved).map_err(|_| INVALID)?);
        }
        if number.is_some_and(|number| number > self.buffer.len()) {
            return Err(INVALID);
        }
        Ok(number)
    }

    /// A pattern; an empty one is the last.
    pub fn pattern(&mut self, source: &[u8]) -> Result<Rc<Regex>, Failure> {
        if source.is_empty() {
            return self.pattern.clone().ok_or("No previous pattern");
        }
        let dialect = if self.is_extended { Dialect::Extended } else { Dialect::Basic };
        let options = Options { is_utf8: crate::locale::is_utf8(), ..Options::new(dialect) };
        let regex = Rc::new(Regex::new(source, options).map_err(|error| error.0)?);
        self.pattern = Some(Rc::clone(&regex));
        Ok(regex)
    }

    /// The next line that matches, around the file's end.
    fn search(&self, regex: &Regex, is_forward: bool) -> Result<usize, Failure> {
        let count = self.buffer.len();
        let place = |step: usize| {
            let moved = if is_forward { self.buffer.current + step } else { self.buffer.current + 2 * count - step };
            (moved + count - 1) % count + 1
        };
        (1..=count).map(place).find(|number| regex.is_match(self.buffer.text(*number))).ok_or("No match")
    }
}

pub fn digits(line: &[u8], at: &mut usize) -> usize {
    let mut number = 0usize;
    while let Some(digit) = line.get(*at).filter(|byte| byte.is_ascii_digit()) {
        number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        *at += 1;
    }
    number
}
