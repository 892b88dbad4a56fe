//! The lines a command is for.

use super::substitute::delimited;
use crate::pattern::{Pattern, of_basic};
use crate::vi::editor::Editor;

#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) is_given: bool,
}

impl Editor {
    /// Takes `%`, `n,m`, `.`, `$`, `'a`, `/text/` with `+n` and `-n` off a command.
    pub(super) fn range<'a>(&mut self, line: &'a str) -> Result<(Range, &'a str), String> {
        if let Some(rest) = line.strip_prefix('%') {
            return Ok((Range { first: 0, last: self.text.len() - 1, is_given: true }, rest));
        }
        let (first, rest) = self.address(line)?;
        let mut range = Range { first: first.unwrap_or(self.at.line), last: first.unwrap_or(self.at.line), is_given: first.is_some() };
        let mut rest = rest;
        if let Some(after) = rest.strip_prefix([',', ';']) {
            let (last, after) = self.address(after)?;
            range.last = last.unwrap_or(self.at.line);
            range.is_given = true;
            rest = after;
        }
        if range.first > range.last {
            std::mem::swap(&mut range.first, &mut range.last);
        }
        if range.last >= self.text.len() {
            return Err("Invalid range".to_string());
        }
        Ok((range, rest))
    }

    pub(super) fn address<'a>(&mut self, text: &'a str) -> Result<(Option<usize>, &'a str), String> {
        let text = text.trim_start();
        let digits = text.len() - text.trim_start_matches(|next: char| next.is_ascii_digit()).len();
        let (mut line, mut rest) = match text.chars().next() {
            Some('.') => (Some(self.at.line as i64), &text[1..]),
            Some('$') => (Some(self.text.len() as i64 - 1), &text[1..]),
            Some('\'') => {
                let name = text[1..].chars().next().unwrap_or(' ');
                let place = self.marks.get(&name).ok_or("Mark not set")?;
                (Some(place.line as i64), &text[1 + name.len_utf8()..])
            }
            Some(delimiter @ ('/' | '?')) => {
                let (wanted, after) = delimited(&text[1..], delimiter);
                let pattern = Pattern::new(&of_basic(&wanted), self.options.ignores_case, true)?;
                let count = self.text.len();
                let found = (1..=count).map(|step| match delimiter {
                    '/' => (self.at.line + step) % count,
                    _ => (self.at.line + count - step) % count,
                }).find(|line| pattern.is_match(&self.text.line(*line).iter().collect::<String>()));
                (Some(found.ok_or(format!("Pattern not found: {wanted}"))? as i64), after)
            }
            _ if digits > 0 => {
                let number = text[..digits].parse::<i64>().unwrap_or(i64::MAX);
                (Some((number - 1).max(0)), &text[digits..])
            }
            Some('+' | '-') => (Some(self.at.line as i64), text),
            _ => (None, text),
        };
        while let Some(sign) = rest.chars().next().filter(|sign| matches!(sign, '+' | '-')) {
            rest = &rest[1..];
            let digits = rest.len() - rest.trim_start_matches(|next: char| next.is_ascii_digit()).len();
            let step = rest[..digits].parse::<i64>().unwrap_or(1);
            rest = &rest[digits..];
            line = line.map(|line| line.saturating_add(if sign == '+' { step } else { -step }).max(0));
        }
        Ok((line.map(|line| usize::try_from(line).unwrap_or(usize::MAX)), rest))
    }
}

pub(super) fn range_or_all(range: Range, count: usize) -> (usize, usize) {
    if range.is_given { (range.first, range.last) } else { (0, count - 1) }
}
