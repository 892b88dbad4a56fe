//! The names of split's pieces: a prefix, letters or digits that count, and what comes after.

use super::options::PROGRAM;
use std::ffi::OsString;
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    Letters,
    Digits,
    Hex,
}

impl Alphabet {
    fn letters(self) -> &'static [u8] {
        match self {
            Alphabet::Letters => b"abcdefghijklmnopqrstuvwxyz",
            Alphabet::Digits => b"0123456789",
            Alphabet::Hex => b"0123456789abcdef",
        }
    }
}

pub struct Names {
    prefix: OsString,
    additional: OsString,
    alphabet: Alphabet,
    /// Indexes into the alphabet, the most significant first.
    digits: Vec<usize>,
    /// How many of the first digits are the alphabet's last letter because the suffix has grown.
    grown: usize,
    /// The suffix grows when it would run out.
    grows: bool,
    is_first: bool,
}

const SHORTEST: usize = 2;

impl Names {
    /// Names for `count` pieces, or for as many as come. An error is the exit code.
    pub fn new(
        prefix: OsString,
        additional: OsString,
        alphabet: Alphabet,
        length: Option<usize>,
        start: Option<u64>,
        count: Option<u64>,
    ) -> Result<Names, i32> {
        let base = alphabet.letters().len() as u64;
        let length = length.filter(|length| *length > 0);
        let needed = count.map_or(0, |count| {
            // A start beyond the count may be there to continue other names: it does not lengthen these.
            let last = count - 1 + start.filter(|start| *start < count).unwrap_or(0);
            last.checked_ilog(base).unwrap_or(0) as usize + 1
        });
        if let Some(length) = length
            && length < needed
        {
            PROGRAM.complain(&format!("the suffix length needs to be at least {needed}"));
            return Err(PROGRAM.usage_error);
        }
        let digits_count = length.unwrap_or(needed.max(SHORTEST));
        let mut digits = vec![0; digits_count];
        let mut rest = start.unwrap_or(0);
        for digit in digits.iter_mut().rev() {
            *digit = (rest % base) as usize;
            rest /= base;
        }
        if rest > 0 {
            let kind = if alphabet == Alphabet::Hex { "hexadecimal" } else { "numerical" };
            let text = format!("{kind} suffix start value is too large for the suffix length");
            return Err(PROGRAM.usage_failure(&text));
        }
        let grows = length.is_none() && count.is_none() && start.is_none();
        Ok(Names { prefix, additional, alphabet, digits, grown: 0, grows, is_first: true })
    }

    /// The next name; nothing when they have run out.
    pub fn next(&mut self) -> Option<OsString> {
        if !std::mem::take(&mut self.is_first) && !self.advance() {
            return None;
        }
        let letters = self.alphabet.letters();
        let mut name = self.prefix.clone().into_vec();
        name.extend(self.digits.iter().map(|digit| letters[*digit]));
        name.extend_from_slice(self.additional.as_bytes());
        Some(OsString::from_vec(name))
    }

    fn advance(&mut self) -> bool {
        let last = self.alphabet.letters().len() - 1;
        for index in (self.grown..self.digits.len()).rev() {
            if self.digits[index] < last {
                self.digits[index] += 1;
                // The last letter in front says that longer names follow: after `xyz` comes `xzaaa`.
                if self.grows && index == self.grown && self.digits[index] == last {
                    self.grown += 1;
                    self.digits.push(0);
                }
                return true;
            }
            self.digits[index] = 0;
        }
        false
    }
}
