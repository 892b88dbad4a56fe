//! Numbers in printf: what arguments mean, and how floating-point numbers are written.

use super::printf_format::Formatter;

impl Formatter<'_> {
    /// An integer argument: decimal, octal, hexadecimal, or a quote and a character.
    pub(super) fn integer(&mut self, value: &[u8], is_signed: bool) -> i64 {
        if let [b'"' | b'\'', rest @ ..] = value {
            return match rest.utf8_chunks().next() {
                Some(chunk) if !chunk.valid().is_empty() => {
                    chunk.valid().chars().next().map_or(0, |first| i64::from(u32::from(first)))
                }
                _ => rest.first().map_or(0, |byte| i64::from(*byte)),
            };
        }
        let text = value.trim_ascii_start();
        let (is_negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (base, digits) = match digits {
            [b'0', b'x' | b'X', rest @ ..] => (16, rest),
            [b'0', ..] => (8, digits),
            _ => (10, digits),
        };
        let mut number: i128 = 0;
        let mut length = 0;
        for byte in digits {
            let Some(digit) = char::from(*byte).to_digit(base) else { break };
            number = (number * i128::from(base) + i128::from(digit)).min(1 << 70);
            length += 1;
        }
        if length < digits.len() || (length == 0 && !value.is_empty()) {
            self.complain(&[value, b": invalid number"]);
        }
        let number = if is_negative { -number } else { number };
        match (i64::try_from(number), u64::try_from(number.abs())) {
            (Ok(number), _) => number,
            // Unsigned conversions take the upper half too, and a minus in front of it.
            (Err(_), Ok(magnitude)) if !is_signed => {
                if is_negative { (magnitude as i64).wrapping_neg() } else { magnitude as i64 }
            }
            _ => {
                self.warn(&[b"warning: ", value, b": Numerical result out of range"]);
                match (is_signed, is_negative) {
                    (false, _) => -1,
                    (true, true) => i64::MIN,
                    (true, false) => i64::MAX,
                }
            }
        }
    }

    pub(super) fn float(&mut self, value: &[u8]) -> f64 {
        if matches!(value, [b'"' | b'\'', ..]) {
            return self.integer(value, true) as f64;
        }
        let text = String::from_utf8_lossy(value);
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return 0.0;
        }
        if trimmed.trim_start_matches(['-', '+']).to_ascii_lowercase().starts_with("0x") {
            return self.integer(value, true) as f64;
        }
        // The longest start that is a number counts, the rest is an error.
        let end =
            (1..=trimmed.len()).rev().find(|end| trimmed.get(..*end).is_some_and(|start| start.parse::<f64>().is_ok()));
        if end != Some(trimmed.len()) {
            self.complain(&[value, b": invalid number"]);
        }
        end.and_then(|end| trimmed[..end].parse().ok()).unwrap_or(0.0)
    }
}

/// Formats a number that is not negative.
pub(super) fn float_text(number: f64, letter: u8, precision: Option<usize>, keeps_zeros: bool) -> String {
    if number.is_nan() || number.is_infinite() {
        let text = if number.is_nan() { "nan" } else { "inf" };
        return if letter.is_ascii_uppercase() { text.to_uppercase() } else { text.to_string() };
    }
    let text = match letter.to_ascii_lowercase() {
        b'f' => {
            let point = if keeps_zeros && precision == Some(0) { "." } else { "" };
            format!("{number:.*}{point}", precision.unwrap_or(6))
        }
        b'e' => exponent_text(number, precision.unwrap_or(6)),
        b'a' => format!("{number:?}"),
        _ => {
            let significant = precision.unwrap_or(6).max(1);
            let scientific = exponent_text(number, significant - 1);
            let exponent: i32 = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
            let text = match exponent < -4 || exponent >= significant as i32 {
                true => scientific,
                false => format!("{number:.*}", (significant as i32 - 1 - exponent).max(0) as usize),
            };
            if keeps_zeros { text } else { strip_zeros(&text) }
        }
    };
    if letter.is_ascii_uppercase() { text.to_uppercase() } else { text }
}

/// `1.5e+00`: C has at least two digits of exponent and always its sign.
fn exponent_text(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

fn strip_zeros(text: &str) -> String {
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, format!("e{exponent}")),
        None => (text, String::new()),
    };
    let mantissa = match mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    format!("{mantissa}{exponent}")
}
