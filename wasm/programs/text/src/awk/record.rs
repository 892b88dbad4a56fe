//! The record and its fields. Fields are looked for when they are asked for, and no further than the one asked for
//! where separators allow it; they become values when one is assigned.

use super::format;
use super::number;
use super::splitter::{Span, Splitter, split_csv};
use super::value::Value;
use std::rc::Rc;

/// No record has more fields: a number from input may ask for any.
const MOST_FIELDS: usize = 1 << 24;

pub struct Record {
    text: Vec<u8>,
    /// The fields found so far, while none is assigned.
    spans: Vec<Span>,
    /// Where the search goes on.
    next: usize,
    is_split: bool,
    /// The fields, when one was assigned or they are no parts of the text.
    values: Option<Vec<Value>>,
    is_text_stale: bool,
    splitter: Rc<Splitter>,
    has_lines: bool,
    is_utf8: bool,
}

/// A field's number is out of bounds.
pub struct BadField;

impl Record {
    pub fn new(splitter: Rc<Splitter>, is_utf8: bool) -> Self {
        Record {
            text: Vec::new(),
            spans: Vec::new(),
            next: 0,
            is_split: false,
            values: None,
            is_text_stale: false,
            splitter,
            has_lines: false,
            is_utf8,
        }
    }

    /// Takes a new text, to be split by `splitter` when a field is asked for; gives the old one back, as room.
    pub fn replace(&mut self, splitter: &Rc<Splitter>, has_lines: bool, text: Vec<u8>) -> Vec<u8> {
        self.spans.clear();
        (self.next, self.is_split, self.values, self.is_text_stale) = (0, false, None, false);
        if !Rc::ptr_eq(&self.splitter, splitter) {
            self.splitter = Rc::clone(splitter);
        }
        self.has_lines = has_lines;
        std::mem::replace(&mut self.text, text)
    }

    /// The whole text, put together from the fields if one was assigned.
    pub fn text(&mut self, ofs: &[u8], convfmt: &[u8]) -> &[u8] {
        if self.is_text_stale {
            self.text.clear();
            for (index, value) in self.values.iter().flatten().enumerate() {
                if index > 0 {
                    self.text.extend_from_slice(ofs);
                }
                match value {
                    Value::Number(number) => format::push_number(&mut self.text, *number, convfmt),
                    other => self.text.extend_from_slice(other.text().unwrap_or_default()),
                }
            }
            self.is_text_stale = false;
        }
        &self.text
    }

    pub fn count(&mut self) -> usize {
        self.find(usize::MAX);
        match &self.values {
            Some(values) => values.len(),
            None => self.spans.len(),
        }
    }

    /// Finds fields up to the one numbered `wanted`, from 1.
    fn find(&mut self, wanted: usize) {
        if self.is_split || self.spans.len() >= wanted || self.values.is_some() {
            return;
        }
        match *self.splitter {
            Splitter::Blanks => self.find_between_blanks(wanted),
            Splitter::Byte(byte) if !self.has_lines => self.find_between(byte, wanted),
            Splitter::Csv => {
                self.values = Some(split_csv(&self.text).iter().map(|field| Value::input(field)).collect());
                self.is_split = true;
            }
            _ => {
                let (splitter, spans) = (Rc::clone(&self.splitter), &mut self.spans);
                splitter.split(&self.text, self.is_utf8, self.has_lines, |span| spans.push(span), |_| {});
                self.is_split = true;
            }
        }
    }

    fn find_between_blanks(&mut self, wanted: usize) {
        let is_blank = |byte: u8| byte <= b' ' && matches!(byte, b' ' | b'\t' | b'\n');
        let (text, mut at) = (&self.text[..], self.next);
        while self.spans.len() < wanted {
            while at < text.len() && is_blank(text[at]) {
                at += 1;
            }
            if at >= text.len() {
                self.is_split = true;
                break;
            }
            let start = at;
            while at < text.len() && !is_blank(text[at]) {
                at += 1;
            }
            self.spans.push((start, at));
        }
        self.next = at;
    }

    fn find_between(&mut self, byte: u8, wanted: usize) {
        if self.text.is_empty() {
            self.is_split = true;
            return;
        }
        while self.spans.len() < wanted {
            let rest = &self.text[self.next..];
            let Some(offset) = memchr::memchr(byte, rest) else {
                self.spans.push((self.next, self.text.len()));
                self.is_split = true;
                return;
            };
            self.spans.push((self.next, self.next + offset));
            self.next += offset + 1;
        }
    }

    /// A field from 1 up.
    pub fn field(&mut self, index: usize) -> Value {
        self.find(index);
        match &self.values {
            Some(values) => values.get(index - 1).cloned().unwrap_or_else(missing),
            None => match self.spans.get(index - 1) {
                Some((start, end)) => Value::input(&self.text[*start..*end]),
                None => missing(),
            },
        }
    }

    pub fn field_number(&mut self, index: usize) -> f64 {
        self.find(index);
        match &self.values {
            Some(values) => values.get(index - 1).map_or(0.0, Value::number),
            None => self.spans.get(index - 1).map_or(0.0, |(start, end)| number::leading_number(&self.text[*start..*end])),
        }
    }

    fn values(&mut self) -> &mut Vec<Value> {
        self.find(usize::MAX);
        let (spans, text) = (&self.spans, &self.text);
        self.values.get_or_insert_with(|| spans.iter().map(|(start, end)| Value::input(&text[*start..*end])).collect())
    }

    pub fn set_field(&mut self, index: usize, value: Value) -> Result<(), BadField> {
        if index > MOST_FIELDS {
            return Err(BadField);
        }
        let values = self.values();
        if values.len() < index {
            values.resize(index, Value::Uninitialized);
        }
        values[index - 1] = value;
        self.is_text_stale = true;
        Ok(())
    }

    pub fn set_count(&mut self, count: usize) -> Result<(), BadField> {
        if count > MOST_FIELDS {
            return Err(BadField);
        }
        self.values().resize(count, Value::Uninitialized);
        self.is_text_stale = true;
        Ok(())
    }
}

/// A field that is not there: an empty string, and no number.
fn missing() -> Value {
    Value::input(b"")
}
