//! Numbers as find's tests take them: `n`, `+n` for more, `-n` for less.

use std::cmp::Ordering;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    pub number: i64,
    /// What a value compared with the number has to be.
    pub wanted: Ordering,
}

impl Compared {
    pub fn parse(text: &[u8]) -> Option<Compared> {
        let (wanted, digits) = match text.first()? {
            b'+' => (Ordering::Greater, &text[1..]),
            b'-' => (Ordering::Less, &text[1..]),
            _ => (Ordering::Equal, text),
        };
        let number = std::str::from_utf8(digits).ok()?.parse().ok().filter(|number| *number >= 0)?;
        Some(Compared { number, wanted })
    }

    pub fn holds(self, value: i64) -> bool {
        value.cmp(&self.number) == self.wanted
    }
}
