//! Values as text, and long strings put together of them.

use crate::awk::array::Key;
use crate::awk::code::Place;
use crate::awk::format;
use crate::awk::number;
use crate::awk::value::Value;
use super::{Machine, Step, fatal};
use std::rc::Rc;

/// No string is longer: beyond it memory would end without a message.
const LONGEST_STRING: usize = 64 << 20;

impl Machine {
    pub fn push_text(&self, out: &mut Vec<u8>, value: &Value) {
        match value {
            Value::Number(number) => format::push_number(out, *number, &self.convfmt),
            other => out.extend_from_slice(other.text().unwrap_or_default()),
        }
    }

    pub fn text(&self, value: &Value) -> Vec<u8> {
        let mut text = Vec::new();
        self.push_text(&mut text, value);
        text
    }

    /// The value's text without a copy where it is a string.
    pub fn with_text<T>(&self, value: &Value, use_text: impl FnOnce(&[u8]) -> T) -> T {
        match value.text() {
            Some(text) => use_text(text),
            None => use_text(&self.text(value)),
        }
    }

    pub fn key(&self, value: &Value) -> Key {
        if let Value::Number(number) = value {
            if let Some(integer) = number::as_integer(*number).filter(|integer| integer.unsigned_abs() < 1_000_000_000_000_000) {
                return Key::Integer(integer);
            }
        }
        self.with_text(value, Key::of_text)
    }

    pub(super) fn join(&mut self, count: usize, separator: Option<&[u8]>) -> Step<Vec<u8>> {
        let first = self.stack.len() - count;
        let mut text = Vec::with_capacity(32);
        for (index, value) in self.stack[first..].iter().enumerate() {
            if let Some(separator) = separator.filter(|_| index > 0) {
                text.extend_from_slice(separator);
            }
            match value {
                Value::Number(number) => format::push_number(&mut text, *number, &self.convfmt),
                other => text.extend_from_slice(other.text().unwrap_or_default()),
            }
            if text.len() > LONGEST_STRING {
                return fatal("memory exhausted: a string is too long");
            }
        }
        self.stack.truncate(first);
        Ok(text)
    }

    pub(super) fn append(&mut self, place: Place) -> Step<()> {
        let added = self.pop();
        let slot = match place {
            Place::Global(slot) => &mut self.globals[slot as usize],
            Place::Local(slot) => &mut self.stack[self.base + slot as usize],
            _ => return Ok(()),
        };
        if let Value::Long { is_input, bytes } = slot {
            if let Some(text) = Rc::get_mut(bytes) {
                *is_input = false;
                match &added {
                    Value::Number(number) => format::push_number(text, *number, &self.convfmt),
                    other => text.extend_from_slice(other.text().unwrap_or_default()),
                }
                if text.len() > LONGEST_STRING {
                    return fatal("memory exhausted: a string is too long");
                }
                let value = slot.clone();
                self.stack.push(value);
                return Ok(());
            }
        }
        let before = slot.clone();
        self.stack.push(before);
        self.stack.push(added);
        let text = self.join(2, None)?;
        let value = Value::from_vec(text);
        self.store(place, value.clone())?;
        self.stack.push(value);
        Ok(())
    }
}
