//! A number as it is read, and as it is written without a unit. It keeps all its digits: a float has fewer than 18.

use super::scale::{Rounding, Units};

const MOST_DIGITS: usize = 33;
const SUFFIXES: &[u8] = b"KMGTPEZYRQ";

#[derive(Clone, Copy)]
pub enum Value {
    /// `units` divided by ten to the power of `places`.
    Decimal { units: i128, places: u32 },
    Float(f64),
}

pub struct Parsed {
    pub value: Value,
    /// Digits after the point.
    pub precision: usize,
    /// There were more digits than are kept.
    pub is_rounded: bool,
}

pub fn quoted(text: &[u8]) -> String {
    format!("'{}'", String::from_utf8_lossy(text))
}

/// Reads a number that ends with the text. An error is its message.
pub fn parse(text: &[u8], from: Option<Units>) -> Result<Parsed, String> {
    let invalid = || format!("invalid number: {}", quoted(text));
    let digits_at = |start: usize| text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let start = usize::from(text.first() == Some(&b'-'));
    let whole = digits_at(start);
    let mut at = start + whole;
    let has_point = text.get(at) == Some(&b'.');
    let places = if has_point { digits_at(at + 1) } else { 0 };
    if (whole == 0 && !has_point) || (has_point && places == 0) {
        return Err(invalid());
    }
    let mut digits = text[start..at].to_vec();
    if has_point {
        digits.extend(&text[at + 1..at + 1 + places]);
        at += 1 + places;
    }
    let significant = digits.iter().skip_while(|digit| **digit == b'0').count();
    let whole_significant = significant.saturating_sub(places);
    if whole_significant > super::LARGEST_SCALED_DIGITS as usize || significant > MOST_DIGITS {
        return Err(format!("value too large to be converted: {}", quoted(text)));
    }
    let units = digits.iter().fold(0i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    let units = if start == 1 { -units } else { units };
    let (mut value, mut precision) = (Value::Decimal { units, places: places as u32 }, places);
    let mut rest = &text[at..];
    let mut base = from.map_or(1, Units::base);
    let mut power = 0;
    if !rest.is_empty() {
        rest = rest.trim_ascii_start();
        let letter = rest.first().map(|letter| if *letter == b'k' && !from.is_some_and(|units| units == Units::Auto) { b'K' } else { *letter });
        let Some(place) = letter.and_then(|letter| SUFFIXES.iter().position(|suffix| *suffix == letter)) else {
            return Err(format!("invalid suffix in input: {}", quoted(text)));
        };
        let Some(units) = from else {
            return Err(format!("rejecting suffix in input: {} (consider using --from)", quoted(text)));
        };
        rest = &rest[1..];
        power = place as u32 + 1;
        if units == Units::Auto && rest.first() == Some(&b'i') {
            base = 1024;
            rest = &rest[1..];
        }
        precision = 0;
    }
    if from == Some(Units::IecI) {
        rest = rest.strip_prefix(b"i").ok_or_else(|| format!("missing 'i' suffix in input: {} (e.g Ki/Mi/Gi)", quoted(text)))?;
    }
    if !rest.is_empty() {
        return Err(format!("invalid suffix in input {}: {}", quoted(text), quoted(rest)));
    }
    if power > 0 {
        value = match (value, base.checked_pow(power)) {
            (Value::Decimal { units, places }, Some(factor)) => match units.checked_mul(factor) {
                Some(units) => Value::Decimal { units, places },
                None => Value::Float(value.as_float() * factor as f64),
            },
            _ => Value::Float(value.as_float() * (base as f64).powi(power as i32)),
        };
    }
    Ok(Parsed { value, precision, is_rounded: whole_significant > super::LARGEST_DIGITS as usize })
}

impl Value {
    pub fn as_float(self) -> f64 {
        match self {
            // Through text, for the nearest float.
            Value::Decimal { units, places } => format!("{units}e-{places}").parse().unwrap_or(f64::MAX),
            Value::Float(float) => float,
        }
    }

    pub fn scaled(self, from_unit: u64, to_unit: u64) -> Self {
        let product = match self {
            Value::Decimal { units, places } => units.checked_mul(i128::from(from_unit)).map(|units| (units, places)),
            Value::Float(_) => None,
        };
        match product {
            Some((units, places)) if units % i128::from(to_unit) == 0 => Value::Decimal { units: units / i128::from(to_unit), places },
            _ => Value::Float(self.as_float() * from_unit as f64 / to_unit as f64),
        }
    }

    /// How many digits the whole part has, less one.
    pub fn digits(self) -> i32 {
        let (mut float, mut digits) = (self.as_float().abs(), 0);
        while float >= 10.0 {
            float /= 10.0;
            digits += 1;
        }
        digits
    }

    /// With so many digits after the point.
    pub fn rounded(self, precision: usize, rounding: Rounding) -> String {
        if let Value::Decimal { units, places } = self {
            let missing = precision as i64 - i64::from(places);
            if missing >= 0 {
                return with_point(units, places as usize, missing as usize);
            }
            let divisor = 10i128.pow((-missing) as u32);
            return with_point(rounding.quotient(units, divisor), precision, 0);
        }
        let factor = 10f64.powi(precision as i32);
        format!("{:.precision$}", rounding.applied(self.as_float() * factor) / factor)
    }
}

fn with_point(units: i128, places: usize, zeros: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", units.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = format!("{fraction}{}", "0".repeat(zeros));
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// As printf's `%g` has it.
pub fn general(value: f64) -> String {
    let scientific = format!("{value:.5e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trimmed = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..6).contains(&exponent) {
        return trimmed(&format!("{value:.*}", (5 - exponent).max(0) as usize));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs())
}
