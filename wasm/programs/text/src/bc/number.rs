//! Decimal numbers of any length: an integer and how many of its digits are behind the point.

use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, ToPrimitive, Zero};

#[derive(Clone, Debug)]
pub struct Number {
    pub value: BigInt,
    pub scale: usize,
}

/// 10 to the power.
pub fn power_of_ten(exponent: usize) -> BigInt {
    BigInt::from(10u32).pow(exponent as u32)
}

impl Number {
    pub fn integer(value: impl Into<BigInt>) -> Self {
        Number { value: value.into(), scale: 0 }
    }

    pub fn is_zero(&self) -> bool {
        self.value.is_zero()
    }

    pub fn is_negative(&self) -> bool {
        self.value.is_negative()
    }

    /// The same with this many digits behind the point; what is more is cut off.
    pub fn with_scale(&self, scale: usize) -> Self {
        let value = if scale >= self.scale { &self.value * power_of_ten(scale - self.scale) } else { &self.value / power_of_ten(self.scale - scale) };
        Number { value, scale }
    }

    fn cut_to(self, scale: usize) -> Self {
        if self.scale > scale { self.with_scale(scale) } else { self }
    }

    pub fn add(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        Number { value: self.with_scale(scale).value + other.with_scale(scale).value, scale }
    }

    pub fn negated(&self) -> Self {
        Number { value: -&self.value, scale: self.scale }
    }

    pub fn subtract(&self, other: &Self) -> Self {
        self.add(&other.negated())
    }

    pub fn multiply(&self, other: &Self, scale: usize) -> Self {
        let full = self.scale + other.scale;
        Number { value: &self.value * &other.value, scale: full }.cut_to(full.min(scale.max(self.scale).max(other.scale)))
    }

    /// `None` for a division by zero.
    pub fn divide(&self, other: &Self, scale: usize) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let (up, down) = (scale + other.scale, self.scale);
        let value = if up >= down { &self.value * power_of_ten(up - down) / &other.value } else { &self.value / (&other.value * power_of_ten(down - up)) };
        Some(Number { value, scale })
    }

    pub fn remainder(&self, other: &Self, scale: usize) -> Option<Self> {
        let quotient = self.divide(other, scale)?;
        let scale = self.scale.max(scale + other.scale);
        let product = Number { value: quotient.value * &other.value, scale: quotient.scale + other.scale };
        Some(self.subtract(&product).with_scale(scale))
    }

    /// `None` for a negative power of zero.
    pub fn power(&self, exponent: i64, scale: usize) -> Option<Self> {
        if exponent == 0 {
            return Some(Self::integer(1));
        }
        let count = exponent.unsigned_abs();
        let full = Number { value: self.value.pow(count as u32), scale: self.scale * count as usize };
        if exponent < 0 {
            return Self::integer(1).divide(&full, scale);
        }
        let most = full.scale.min(scale.max(self.scale));
        Some(full.cut_to(most))
    }

    /// `None` for a negative number.
    pub fn square_root(&self, scale: usize) -> Option<Self> {
        if self.is_negative() {
            return None;
        }
        let scale = scale.max(self.scale);
        let value = self.with_scale(2 * scale).value.sqrt();
        Some(Number { value, scale })
    }

    pub fn compare(&self, other: &Self) -> std::cmp::Ordering {
        let scale = self.scale.max(other.scale);
        self.with_scale(scale).value.cmp(&other.with_scale(scale).value)
    }

    pub fn to_i64(&self) -> Option<i64> {
        self.with_scale(0).value.to_i64()
    }

    /// How many digits it has.
    pub fn length(&self) -> usize {
        if self.is_zero() { self.scale.max(1) } else { self.value.abs().to_string().len().max(self.scale) }
    }

    /// Reads digits in a base; A to F are 10 to 15, whatever the base. A single digit is itself in every base.
    pub fn parse(text: &[u8], base: u32) -> Self {
        let (whole, fraction) = match text.iter().position(|byte| *byte == b'.') {
            Some(point) => (&text[..point], &text[point + 1..]),
            None => (text, &[][..]),
        };
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            letter => u32::from(letter - b'A') + 10,
        };
        let limited = |byte: u8| if whole.len() + fraction.len() == 1 { digit(byte) } else { digit(byte).min(base - 1) };
        if base == 10 && text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
            let digits = [whole, fraction].concat();
            let value = BigInt::parse_bytes(&digits, 10).unwrap_or_default();
            return Number { value, scale: fraction.len() };
        }
        let read = |digits: &[u8]| digits.iter().fold(BigInt::zero(), |value, byte| value * base + limited(*byte));
        let mut number = Self::integer(read(whole));
        if !fraction.is_empty() {
            let part = Self::integer(read(fraction));
            let unit = Self::integer(BigInt::from(base).pow(fraction.len() as u32));
            if let Some(part) = part.divide(&unit, fraction.len()) {
                number = number.add(&part);
            }
        }
        number
    }

    /// As bc writes it: no zero before the point, unless `has_zero` asks for it.
    pub fn text(&self, base: u32) -> String {
        let sign = if self.value.sign() == Sign::Minus { "-" } else { "" };
        let magnitude = self.value.abs();
        if base == 10 {
            let digits = magnitude.to_string();
            if self.scale == 0 {
                return format!("{sign}{digits}");
            }
            if magnitude.is_zero() {
                return "0".to_owned();
            }
            let padded = format!("{digits:0>width$}", width = self.scale);
            let (whole, fraction) = padded.split_at(padded.len() - self.scale);
            return format!("{sign}{whole}.{fraction}");
        }
        let unit = power_of_ten(self.scale);
        let (mut whole, mut fraction) = (&magnitude / &unit, &magnitude % &unit);
        let shown = |digit: usize| {
            if base <= 16 {
                return char::from(b"0123456789ABCDEF"[digit]).to_string();
            }
            let width = (base - 1).to_string().len();
            format!(" {digit:0width$}")
        };
        let mut digits = Vec::new();
        while !whole.is_zero() {
            digits.push(shown((&whole % base).to_usize().unwrap_or(0)));
            whole /= base;
        }
        if digits.is_empty() && (self.scale == 0 || fraction.is_zero()) {
            digits.push(shown(0));
        }
        digits.reverse();
        let mut text = format!("{sign}{}", digits.concat());
        if self.scale > 0 && !(fraction.is_zero() && magnitude.is_zero()) {
            text.push('.');
            // As many digits as the decimal ones are worth.
            let mut reached = BigInt::one();
            while reached < unit {
                fraction *= base;
                text.push_str(&shown((&fraction / &unit).to_usize().unwrap_or(0)));
                fraction %= &unit;
                reached *= base;
            }
        }
        text
    }
}
