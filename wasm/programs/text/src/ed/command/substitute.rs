//! `s`.

use super::{INVALID, Step, Style, suffix};
use crate::ed::Editor;
use crate::ed::address::digits;
use posix_regex::character_length;

/// Of a substitution.
#[derive(Clone, Copy, Default)]
pub struct Flags {
    is_global: bool,
    number: usize,
}

impl Editor {
    pub(super) fn substitute(&mut self, first: usize, last: usize, rest: &[u8]) -> Step<()> {
        if first == 0 {
            return Err(INVALID);
        }
        let mut style = Style::default();
        let (regex, replacement, flags) = if rest.is_empty() || rest.iter().all(|byte| b"gpnlr0123456789".contains(byte)) {
            let Some((replacement, flags)) = self.replacement.clone() else { return Err("No previous substitution") };
            style = suffix(&rest.iter().copied().filter(|byte| b"pnl".contains(byte)).collect::<Vec<_>>())?;
            (self.pattern(b"")?, replacement, Flags { is_global: flags.is_global != rest.contains(&b'g'), ..flags })
        } else {
            let delimiter = rest[0];
            let (mut parts, mut at) = ([Vec::new(), Vec::new()], 1);
            let mut is_ended = false;
            let mut text = rest.to_vec();
            for (index, part) in parts.iter_mut().enumerate() {
                is_ended = false;
                loop {
                    let Some(byte) = text.get(at).copied() else { break };
                    at += 1;
                    if byte == delimiter {
                        is_ended = true;
                        break;
                    }
                    if byte == b'\\' {
                        match text.get(at).copied() {
                            Some(next) if next == delimiter => part.push(next),
                            Some(next) => part.extend([b'\\', next]),
                            // The replacement goes on in the next line.
                            None if index == 1 => {
                                part.push(b'\n');
                                text = self.line().unwrap_or_default();
                                at = 0;
                                continue;
                            }
                            None => return Err("Trailing backslash (\\)"),
                        }
                        at += 1;
                        continue;
                    }
                    part.push(byte);
                }
            }
            let mut flags = Flags { is_global: false, number: 1 };
            if is_ended {
                let mut letters = Vec::new();
                while let Some(byte) = text.get(at).copied() {
                    match byte {
                        b'g' => flags.is_global = true,
                        b'0'..=b'9' => {
                            flags.number = digits(&text, &mut at).max(1);
                            continue;
                        }
                        other => letters.push(other),
                    }
                    at += 1;
                }
                style = suffix(&letters)?;
            } else {
                style.prints = true;
            }
            let [pattern, replacement] = parts;
            // A lone `%` is the replacement of before.
            let replacement = if replacement == b"%" { self.replacement.clone().map(|(text, _)| text).ok_or("No previous substitution")? } else { replacement };
            (self.pattern(&pattern)?, replacement, flags)
        };
        self.replacement = Some((replacement.clone(), flags));
        self.remember();
        let (mut number, mut end, mut is_changed) = (first, last, false);
        while number <= end {
            let text = self.buffer.text(number).to_vec();
            let Some(changed) = replace(&regex, &text, &replacement, flags) else {
                number += 1;
                continue;
            };
            is_changed = true;
            let lines: Vec<Vec<u8>> = changed.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let count = lines.len();
            if count == 1 {
                self.buffer.replace(number, changed);
                self.buffer.current = number;
            } else {
                self.buffer.delete(number, number);
                self.buffer.insert(number - 1, lines);
            }
            number += count;
            end += count - 1;
        }
        if !is_changed && !self.is_in_global {
            return Err("No match");
        }
        if is_changed {
            self.print_current(style);
        }
        Ok(())
    }
}

/// The text with its matches replaced; `None` if there is none.
pub(super) fn replace(regex: &posix_regex::Regex, text: &[u8], replacement: &[u8], flags: Flags) -> Option<Vec<u8>> {
    let (mut out, mut copied, mut from, mut count, mut is_changed) = (Vec::new(), 0, 0, 0, false);
    while from <= text.len() {
        let Some(groups) = regex.groups_at(text, from) else { break };
        let (start, end) = groups[0]?;
        count += 1;
        if count >= flags.number {
            is_changed = true;
            out.extend_from_slice(&text[copied..start]);
            let mut bytes = replacement.iter().copied();
            while let Some(byte) = bytes.next() {
                let group = match byte {
                    b'&' => 0,
                    b'\\' => match bytes.next() {
                        Some(digit @ b'1'..=b'9') => usize::from(digit - b'0'),
                        other => {
                            out.extend(other);
                            continue;
                        }
                    },
                    other => {
                        out.push(other);
                        continue;
                    }
                };
                if let Some((start, end)) = groups.get(group).copied().flatten() {
                    out.extend_from_slice(&text[start..end]);
                }
            }
            copied = end;
            if !flags.is_global {
                break;
            }
        }
        from = if start == end { end + text.get(end..).filter(|rest| !rest.is_empty()).map_or(1, |rest| character_length(rest, true)) } else { end };
    }
    if !is_changed {
        return None;
    }
    out.extend_from_slice(&text[copied..]);
    Some(out)
}
