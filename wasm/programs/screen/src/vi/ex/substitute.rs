//! `:s` and `:g`.

use super::range::{Range, range_or_all};
use crate::pattern::{Pattern, of_basic};
use crate::tty::Tty;
use crate::vi::editor::Editor;
use crate::vi::text::Place;
use std::io;
use terminal::Key;

impl Editor {
    /// `:s/old/new/flags`; without them the last one again.
    pub(super) fn substitute(&mut self, tty: &mut Tty, range: Range, arguments: &str, flags: &str) -> io::Result<()> {
        if let Some(delimiter) = arguments.chars().next().filter(|next| !next.is_alphanumeric() && !next.is_whitespace()) {
            let (old, rest) = delimited(&arguments[delimiter.len_utf8()..], delimiter);
            let (new, flags) = delimited(rest, delimiter);
            let old = match (old.is_empty(), &self.search) {
                (true, Some((pattern, _))) => pattern.text.clone(),
                _ => of_basic(&old),
            };
            self.substitution = Some((old, new, flags.trim().to_string()));
        } else if let Some((_, _, kept)) = &mut self.substitution {
            *kept = flags.trim().to_string();
        }
        let Some((old, new, flags)) = self.substitution.clone() else {
            self.message = "No previous substitute regular expression".to_string();
            return Ok(());
        };
        let ignores = flags.contains('i') || self.options.ignores_case;
        let pattern = match Pattern::new(&old, ignores, true) {
            Ok(pattern) => pattern,
            Err(message) => {
                self.message = message;
                return Ok(());
            }
        };
        let (everywhere, asks) = (flags.contains('g'), flags.contains('c'));
        self.save();
        let (mut count, mut changed) = (0, 0);
        let mut line = range.first;
        let mut last = range.last;
        let mut does_all = !asks;
        'lines: while line <= last && line < self.text.len() {
            let source: String = self.text.line(line).iter().collect();
            let mut output = String::new();
            let mut end = 0;
            let before = count;
            for found in pattern.regex().captures_iter(&source) {
                let Some(whole) = found.get(0) else { continue };
                if !does_all {
                    self.at = Place { line, column: source[..whole.start()].chars().count() };
                    self.message = format!("replace with {new} (y/n/a/q/l)?");
                    self.draw(tty)?;
                    match self.key(tty)? {
                        Some(Key::Char('y')) => {}
                        Some(Key::Char('a')) => does_all = true,
                        Some(Key::Char('l')) => {
                            last = line;
                        }
                        Some(Key::Char('q') | Key::Escape | Key::Control('C')) | None => {
                            last = 0;
                            break;
                        }
                        Some(_) => continue,
                    }
                }
                output.push_str(&source[end..whole.start()]);
                output.push_str(&replacement(&new, &found));
                end = whole.end();
                count += 1;
                if !everywhere {
                    break;
                }
            }
            if count > before {
                changed += 1;
                output.push_str(&source[end..]);
                let lines: Vec<Vec<char>> = output.split('\n').map(|line| line.chars().collect()).collect();
                let added = lines.len() - 1;
                self.text.lines.remove(line);
                self.text.insert_lines(line, lines);
                self.at = Place { line: line + added, column: 0 };
                line += added;
                last = if last == 0 { 0 } else { last + added };
            }
            if last == 0 && range.last > 0 {
                break 'lines;
            }
            line += 1;
        }
        self.text.forget_unchanged();
        self.message = match count {
            0 => format!("Pattern not found: {}", pattern.text),
            _ if changed > 2 => format!("{count} substitutions on {changed} lines"),
            _ => String::new(),
        };
        self.search = Some((pattern, true));
        Ok(())
    }

    /// `:g/text/command`: for each line that fits (or does not).
    pub(super) fn global(&mut self, tty: &mut Tty, range: Range, arguments: &str, is_negated: bool) -> io::Result<()> {
        let Some(delimiter) = arguments.chars().next() else {
            self.message = "Regular expression missing from global".to_string();
            return Ok(());
        };
        let (wanted, command) = delimited(&arguments[delimiter.len_utf8()..], delimiter);
        let pattern = match Pattern::new(&of_basic(&wanted), self.options.ignores_case, true) {
            Ok(pattern) => pattern,
            Err(message) => {
                self.message = message;
                return Ok(());
            }
        };
        let (first, last) = range_or_all(range, self.text.len());
        let fits = |line: &Vec<char>| pattern.is_match(&line.iter().collect::<String>()) != is_negated;
        let marked: Vec<_> = self.text.lines[first..=last].iter().filter(|line| fits(line)).cloned().collect();
        if marked.is_empty() {
            self.message = format!("Pattern not found: {wanted}");
            return Ok(());
        }
        let is_delete = matches!(command, "d" | "delete");
        self.save();
        if is_delete {
            let kept = self.text.lines.iter().enumerate().filter(|(index, line)| !(first..=last).contains(index) || !fits(line));
            self.text.lines = kept.map(|(_, line)| line.clone()).collect();
            if self.text.lines.is_empty() {
                self.text.lines.push(Default::default());
            }
            self.message = format!("{} fewer lines", marked.len());
            return Ok(());
        }
        let mut from = first;
        for line in marked {
            // Lines move: a marked one is the same text, not the same number.
            let Some(place) = (from..self.text.len()).find(|index| std::rc::Rc::ptr_eq(&self.text.lines[*index], &line)) else { continue };
            self.at = Place { line: place, column: 0 };
            let before = self.text.len();
            self.ex(tty, command)?;
            from = (place + 1 + self.text.len()).saturating_sub(before).min(self.text.len());
        }
        Ok(())
    }
}

/// Text up to a delimiter that no backslash protects, and what comes after it.
pub(super) fn delimited(source: &str, delimiter: char) -> (String, &str) {
    let mut part = String::new();
    let mut characters = source.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            _ if character == delimiter => return (part, &source[place + character.len_utf8()..]),
            '\\' => match characters.next() {
                Some((_, next)) if next == delimiter => part.push(next),
                Some((_, next)) => part.extend(['\\', next]),
                None => part.push('\\'),
            },
            _ => part.push(character),
        }
    }
    (part, "")
}

/// `&`, `\1`, `\n`, `\u` and their like in a replacement.
pub(super) fn replacement(new: &str, found: &regex_lite::Captures) -> String {
    let group = |index: usize| found.get(index).map_or("", |group| group.as_str());
    let mut output = String::new();
    let mut case = None;
    let mut characters = new.chars();
    while let Some(character) = characters.next() {
        let piece = match character {
            '&' => group(0).to_string(),
            '\r' => "\n".to_string(),
            '\\' => match characters.next() {
                Some(digit @ '0'..='9') => group(digit as usize - '0' as usize).to_string(),
                Some('n' | 'r') => "\n".to_string(),
                Some('t') => "\t".to_string(),
                Some(letter @ ('u' | 'l' | 'U' | 'L' | 'E' | 'e')) => {
                    case = Some(letter);
                    continue;
                }
                Some(other) => other.to_string(),
                None => "\\".to_string(),
            },
            other => other.to_string(),
        };
        match case {
            Some('U') => output.push_str(&piece.to_uppercase()),
            Some('L') => output.push_str(&piece.to_lowercase()),
            Some(letter @ ('u' | 'l')) => {
                let mut rest = piece.chars();
                if let Some(first) = rest.next() {
                    match letter {
                        'u' => output.extend(first.to_uppercase()),
                        _ => output.extend(first.to_lowercase()),
                    }
                    case = None;
                }
                output.extend(rest);
            }
            _ => output.push_str(&piece),
        }
    }
    output
}
