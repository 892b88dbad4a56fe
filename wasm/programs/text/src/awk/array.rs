//! Associative arrays, in the order in which elements came. Keys that read as integers are kept as such, so that
//! `a[1]` and `a["1"]` meet without text.

use super::number;
use super::value::Value;
use indexmap::IndexMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::rc::Rc;

const SHORT: usize = 14;

#[derive(Clone, PartialEq, Eq)]
pub enum Key {
    Integer(i64),
    Short(u8, [u8; SHORT]),
    Long(Rc<[u8]>),
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match self {
            Key::Integer(number) => hasher.write_u64(*number as u64),
            Key::Short(length, bytes) => {
                let [low, high] = [&bytes[..8], &bytes[6..]].map(|half| u64::from_le_bytes(half.try_into().unwrap_or_default()));
                hasher.write_u64(low);
                hasher.write_u64(high ^ u64::from(*length) << 56);
            }
            Key::Long(bytes) => hasher.write(bytes),
        }
    }
}

/// Multiplies and turns: fast for short keys. Keys come from the program's own input, so a flood of chosen ones only
/// slows the program that reads them.
#[derive(Default)]
pub struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn finish(&self) -> u64 {
        let mixed = self.0.wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ mixed >> 29
    }
}

pub type Array = IndexMap<Key, Value, BuildHasherDefault<KeyHasher>>;

impl Key {
    pub fn of_text(text: &[u8]) -> Self {
        if let Some(integer) = canonical_integer(text) {
            return Key::Integer(integer);
        }
        if text.len() > SHORT {
            return Key::Long(Rc::from(text));
        }
        let mut bytes = [0; SHORT];
        bytes[..text.len()].copy_from_slice(text);
        Key::Short(text.len() as u8, bytes)
    }

    pub fn push_text(&self, out: &mut Vec<u8>) {
        match self {
            Key::Integer(integer) => number::push_integer(out, *integer),
            Key::Short(length, bytes) => out.extend_from_slice(&bytes[..usize::from(*length)]),
            Key::Long(bytes) => out.extend_from_slice(bytes),
        }
    }

    pub fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.push_text(&mut text);
        text
    }

    /// As a value of the program: a string that may count as a number.
    pub fn value(&self) -> Value {
        match self {
            Key::Short(length, bytes) => Value::input(&bytes[..usize::from(*length)]),
            Key::Long(bytes) => Value::input(bytes),
            Key::Integer(_) => Value::input(&self.text()),
        }
    }
}

/// The integer whose decimal form `text` is, up to 15 digits.
fn canonical_integer(text: &[u8]) -> Option<i64> {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 15 || (digits[0] == b'0' && (digits.len() > 1 || is_negative)) {
        return None;
    }
    let mut integer = 0i64;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        integer = integer * 10 + i64::from(digit);
    }
    Some(if is_negative { -integer } else { integer })
}
