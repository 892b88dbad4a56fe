//! How text is cut into fields: by FS, FPAT, FIELDWIDTHS or as CSV.

use super::format::end_of_characters;
use posix_regex::{Regex, character_length};
use std::rc::Rc;

pub enum Splitter {
    /// Runs of blanks and newlines.
    Blanks,
    Byte(u8),
    Regex(Rc<Regex>),
    /// Each character is a field.
    Characters,
    /// Skipped and taken characters; the last may take the rest.
    Widths(Vec<(usize, usize)>),
    /// What a field looks like.
    Content(Rc<Regex>),
    Csv,
}

pub type Span = (usize, usize);

impl Splitter {
    /// Calls `field` with each field's place and `separator` with what is between two fields. With `has_lines` a newline
    /// separates too, as in records that are paragraphs.
    pub fn split(&self, text: &[u8], is_utf8: bool, has_lines: bool, mut field: impl FnMut(Span), mut separator: impl FnMut(Span)) {
        match self {
            Splitter::Blanks => {
                let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
                let mut at = 0;
                let mut end_of_last = None;
                loop {
                    at += text[at..].iter().take_while(|byte| is_blank(byte)).count();
                    if at >= text.len() {
                        return;
                    }
                    if let Some(end) = end_of_last {
                        separator((end, at));
                    }
                    let start = at;
                    at += text[at..].iter().take_while(|byte| !is_blank(byte)).count();
                    field((start, at));
                    end_of_last = Some(at);
                }
            }
            Splitter::Byte(byte) => {
                if text.is_empty() {
                    return;
                }
                let mut start = 0;
                for (at, found) in text.iter().enumerate() {
                    if found == byte || (has_lines && *found == b'\n') {
                        field((start, at));
                        separator((at, at + 1));
                        start = at + 1;
                    }
                }
                field((start, text.len()));
            }
            Splitter::Regex(regex) => {
                if text.is_empty() {
                    return;
                }
                let (mut start, mut from) = (0, 0);
                while from <= text.len() {
                    let line = if has_lines { text[from..].iter().position(|byte| *byte == b'\n').map(|at| (from + at, from + at + 1)) } else { None };
                    let found = regex.find_at(text, from);
                    let next = match (found, line) {
                        (Some(found), Some(line)) => Some(if line.0 < found.0 { line } else { found }),
                        (found, line) => found.or(line),
                    };
                    let Some((begin, end)) = next else { break };
                    if end == begin {
                        // What matches nothing separates nothing.
                        if begin >= text.len() {
                            break;
                        }
                        from = begin + character_length(&text[begin..], is_utf8);
                        continue;
                    }
                    field((start, begin));
                    separator((begin, end));
                    (start, from) = (end, end);
                }
                field((start, text.len()));
            }
            Splitter::Characters => {
                let mut at = 0;
                while at < text.len() {
                    let end = at + character_length(&text[at..], is_utf8);
                    field((at, end));
                    if end < text.len() {
                        separator((end, end));
                    }
                    at = end;
                }
            }
            Splitter::Widths(widths) => {
                let mut at = 0;
                for (skipped, taken) in widths {
                    at += end_of_characters(&text[at..], *skipped, is_utf8);
                    if at >= text.len() {
                        return;
                    }
                    let end = at + end_of_characters(&text[at..], *taken, is_utf8);
                    field((at, end));
                    at = end;
                }
            }
            Splitter::Content(regex) => {
                let (mut from, mut end_of_last) = (0, 0);
                let mut is_first = true;
                while from <= text.len() {
                    let Some((begin, end)) = regex.find_at(text, from) else { break };
                    if begin == end && !is_first && begin == end_of_last && begin < text.len() {
                        // An empty field right behind one is none.
                        from = begin + character_length(&text[begin..], is_utf8);
                        continue;
                    }
                    if !is_first || begin > 0 {
                        separator((end_of_last, begin));
                    }
                    field((begin, end));
                    is_first = false;
                    end_of_last = end;
                    if end >= text.len() {
                        break;
                    }
                    from = end.max(begin + usize::from(begin == end));
                }
            }
            Splitter::Csv => {}
        }
    }
}

/// Cuts a CSV record: quotes around a field go, two of them inside one are one.
pub fn split_csv(text: &[u8]) -> Vec<Vec<u8>> {
    let mut fields = Vec::new();
    if text.is_empty() {
        return fields;
    }
    let mut at = 0;
    loop {
        let mut field = Vec::new();
        if text.get(at) == Some(&b'"') {
            at += 1;
            while at < text.len() {
                if text[at] == b'"' {
                    if text.get(at + 1) != Some(&b'"') {
                        break;
                    }
                    at += 1;
                }
                field.push(text[at]);
                at += 1;
            }
            at += 1;
        }
        while at < text.len() && text[at] != b',' {
            field.push(text[at]);
            at += 1;
        }
        fields.push(field);
        if at >= text.len() {
            return fields;
        }
        at += 1;
    }
}
