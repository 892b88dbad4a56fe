//! Values: numbers, strings, strings from input that may count as numbers, and arrays.

use super::array::Array;
use super::number;
use std::cell::RefCell;
use std::rc::Rc;

/// Strings up to this length are kept inside the value.
const SHORT: usize = 13;

pub type ArrayRef = Rc<RefCell<Array>>;

#[derive(Clone)]
pub enum Value {
    /// Both "" and 0.
    Uninitialized,
    Number(f64),
    Short { is_input: bool, length: u8, bytes: [u8; SHORT] },
    Long { is_input: bool, bytes: Rc<Vec<u8>> },
    Array(ArrayRef),
    /// A regular expression given to a builtin: its number among the program's.
    Pattern(u32),
}

impl Value {
    pub fn string(bytes: &[u8]) -> Self {
        Self::of(bytes, false)
    }

    /// A string from outside: it compares as a number if it looks like one.
    pub fn input(bytes: &[u8]) -> Self {
        Self::of(bytes, true)
    }

    fn of(text: &[u8], is_input: bool) -> Self {
        if text.len() > SHORT {
            return Value::Long { is_input, bytes: Rc::new(text.to_vec()) };
        }
        let mut bytes = [0; SHORT];
        bytes[..text.len()].copy_from_slice(text);
        Value::Short { is_input, length: text.len() as u8, bytes }
    }

    pub fn from_vec(bytes: Vec<u8>) -> Self {
        if bytes.len() > SHORT {
            return Value::Long { is_input: false, bytes: Rc::new(bytes) };
        }
        Self::string(&bytes)
    }

    pub fn boolean(is_true: bool) -> Self {
        Value::Number(if is_true { 1.0 } else { 0.0 })
    }

    /// The text, if it is a string.
    pub fn text(&self) -> Option<&[u8]> {
        match self {
            Value::Short { length, bytes, .. } => Some(&bytes[..usize::from(*length)]),
            Value::Long { bytes, .. } => Some(bytes),
            _ => None,
        }
    }

    fn is_input(&self) -> bool {
        matches!(self, Value::Short { is_input: true, .. } | Value::Long { is_input: true, .. })
    }

    pub fn number(&self) -> f64 {
        match self {
            Value::Number(number) => *number,
            Value::Uninitialized | Value::Array(_) | Value::Pattern(_) => 0.0,
            _ => number::leading_number(self.text().unwrap_or_default()),
        }
    }

    /// The number this counts as in a comparison, if it counts as one.
    pub fn as_compared_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Uninitialized => Some(0.0),
            Value::Array(_) | Value::Pattern(_) => None,
            _ if self.is_input() => number::whole_number(self.text()?),
            _ => None,
        }
    }

    pub fn is_true(&self) -> bool {
        match self {
            Value::Number(number) => *number != 0.0,
            Value::Uninitialized => false,
            Value::Array(_) | Value::Pattern(_) => true,
            _ => match self.as_compared_number() {
                Some(number) => number != 0.0,
                None => self.text().is_some_and(|text| !text.is_empty()),
            },
        }
    }

    /// What `typeof` says.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Uninitialized => "untyped",
            Value::Number(_) => "number",
            Value::Array(_) => "array",
            _ if self.is_input() && self.as_compared_number().is_some() => "strnum",
            _ => "string",
        }
    }
}
