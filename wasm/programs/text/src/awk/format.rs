//! printf: C's conversions over awk's values.

use super::number;
use super::value::Value;
use posix_regex::{character_length, decode};

/// One conversion's flags, width and precision.
#[derive(Clone, Copy, Default)]
struct Conversion {
    is_left: bool,
    has_plus: bool,
    has_space: bool,
    is_alternate: bool,
    is_zero_padded: bool,
    width: usize,
    precision: Option<usize>,
}

/// Why a format can't be carried out.
pub struct BadFormat(pub String);

/// No field is wider: a width is taken from the program's input at times.
const WIDEST: usize = 1 << 24;

/// Appends the formatted arguments. `text_of` gives a value's text.
pub fn format(
    out: &mut Vec<u8>,
    format: &[u8],
    arguments: &[Value],
    is_utf8: bool,
    text_of: impl Fn(&Value) -> Vec<u8>,
) -> Result<(), BadFormat> {
    let (mut at, mut next) = (0, 0);
    while at < format.len() {
        if format[at] != b'%' {
            let end = format[at..].iter().position(|byte| *byte == b'%').map_or(format.len(), |offset| at + offset);
            out.extend_from_slice(&format[at..end]);
            at = end;
            continue;
        }
        let start = at;
        at += 1;
        if format.get(at) == Some(&b'%') {
            out.push(b'%');
            at += 1;
            continue;
        }
        let mut take = || {
            next += 1;
            arguments.get(next - 1)
        };
        let mut conversion = Conversion::default();
        loop {
            match format.get(at) {
                Some(b'-') => conversion.is_left = true,
                Some(b'+') => conversion.has_plus = true,
                Some(b' ') => conversion.has_space = true,
                Some(b'#') => conversion.is_alternate = true,
                Some(b'0') => conversion.is_zero_padded = true,
                Some(b'\'') => {}
                _ => break,
            }
            at += 1;
        }
        let width = read_count(format, &mut at, &mut take);
        conversion.is_left |= width < 0;
        conversion.width = (width.unsigned_abs() as usize).min(WIDEST);
        if format.get(at) == Some(&b'.') {
            at += 1;
            conversion.precision = usize::try_from(read_count(format, &mut at, &mut take)).ok().map(|count| count.min(WIDEST));
        }
        while matches!(format.get(at), Some(b'h' | b'l' | b'L' | b'q' | b'j' | b'z' | b't')) {
            at += 1;
        }
        let Some(&letter) = format.get(at) else {
            out.extend_from_slice(&format[start..]);
            return Ok(());
        };
        at += 1;
        if !matches!(letter, b'c' | b's' | b'd' | b'i' | b'o' | b'x' | b'X' | b'u' | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'a' | b'A') {
            out.extend_from_slice(&format[start..at]);
            continue;
        }
        let Some(value) = take() else {
            let shown = String::from_utf8_lossy(format).into_owned();
            return Err(BadFormat(format!("not enough arguments to satisfy format string\n\t`{shown}'")));
        };
        match letter {
            b'c' => conversion.push_padded(out, &character(value, is_utf8, &text_of), is_utf8),
            b's' => {
                let text = text_of(value);
                let end = conversion.precision.map_or(text.len(), |most| end_of_characters(&text, most, is_utf8));
                conversion.push_padded(out, &text[..end], is_utf8);
            }
            b'd' | b'i' => conversion.push_signed(out, value.number()),
            b'o' | b'x' | b'X' | b'u' => conversion.push_unsigned(out, value.number(), letter),
            _ => conversion.push_float(out, value.number(), letter),
        }
    }
    Ok(())
}

/// Appends one number by a format like CONVFMT.
pub fn push_number(out: &mut Vec<u8>, number: f64, convfmt: &[u8]) {
    if let Some(integer) = number::as_integer(number) {
        return number::push_integer(out, integer);
    }
    if convfmt == b"%.6g" {
        let conversion = Conversion { precision: Some(6), ..Conversion::default() };
        if number.is_finite() && number.fract() == 0.0 {
            out.extend_from_slice(format!("{number:.0}").as_bytes());
            return;
        }
        return conversion.push_float(out, number, b'g');
    }
    if number.is_finite() && number.fract() == 0.0 {
        out.extend_from_slice(format!("{number:.0}").as_bytes());
        return;
    }
    // A wrong CONVFMT gives what it gives.
    let _ = format(out, convfmt, &[Value::Number(number)], true, |_| Vec::new());
}

fn read_count<'a>(format: &[u8], at: &mut usize, take: &mut impl FnMut() -> Option<&'a Value>) -> i64 {
    if format.get(*at) == Some(&b'*') {
        *at += 1;
        return take().map_or(0, |value| value.number() as i64);
    }
    let mut count = 0i64;
    while let Some(digit) = format.get(*at).filter(|byte| byte.is_ascii_digit()) {
        count = count.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
        *at += 1;
    }
    count
}

fn character(value: &Value, is_utf8: bool, text_of: impl Fn(&Value) -> Vec<u8>) -> Vec<u8> {
    if let Some(number) = value.as_compared_number() {
        let code = number as i64;
        if !is_utf8 || (0..0x80).contains(&code) {
            return vec![code as u8];
        }
        return match u32::try_from(code).ok().and_then(char::from_u32) {
            Some(character) => character.to_string().into_bytes(),
            None => vec![code as u8],
        };
    }
    let text = text_of(value);
    if text.is_empty() { text } else { text[..decode(&text, is_utf8).1].to_vec() }
}

/// Where the first `count` characters end.
pub fn end_of_characters(text: &[u8], count: usize, is_utf8: bool) -> usize {
    if !is_utf8 {
        return count.min(text.len());
    }
    let mut at = 0;
    for _ in 0..count {
        if at >= text.len() {
            break;
        }
        at += character_length(&text[at..], true);
    }
    at
}

pub fn count_characters(text: &[u8], is_utf8: bool) -> usize {
    if !is_utf8 || text.is_ascii() {
        return text.len();
    }
    let (mut at, mut count) = (0, 0);
    while at < text.len() {
        at += character_length(&text[at..], true);
        count += 1;
    }
    count
}

impl Conversion {
    fn push_padded(&self, out: &mut Vec<u8>, text: &[u8], is_utf8: bool) {
        let padding = self.width.saturating_sub(count_characters(text, is_utf8));
        if !self.is_left {
            out.resize(out.len() + padding, b' ');
        }
        out.extend_from_slice(text);
        if self.is_left {
            out.resize(out.len() + padding, b' ');
        }
    }

    /// A sign or prefix, then digits, zeros between them if so asked.
    fn push_number(&self, out: &mut Vec<u8>, prefix: &str, digits: &str, may_pad_with_zeros: bool) {
        let padding = self.width.saturating_sub(prefix.len() + digits.len());
        let has_zeros = self.is_zero_padded && !self.is_left && may_pad_with_zeros;
        if !self.is_left && !has_zeros {
            out.resize(out.len() + padding, b' ');
        }
        out.extend_from_slice(prefix.as_bytes());
        if has_zeros {
            out.resize(out.len() + padding, b'0');
        }
        out.extend_from_slice(digits.as_bytes());
        if self.is_left {
            out.resize(out.len() + padding, b' ');
        }
    }

    fn sign(&self, is_negative: bool) -> &'static str {
        match (is_negative, self.has_plus, self.has_space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (.., true) => " ",
            _ => "",
        }
    }

    fn with_precision(&self, digits: String) -> String {
        let Some(least) = self.precision else { return digits };
        if least == 0 && digits == "0" {
            return String::new();
        }
        "0".repeat(least.saturating_sub(digits.len())) + &digits
    }

    fn push_signed(&self, out: &mut Vec<u8>, number: f64) {
        if !number.is_finite() {
            return self.push_float(out, number, b'g');
        }
        let whole = number.trunc();
        let digits = self.with_precision(format!("{:.0}", whole.abs()));
        self.push_number(out, self.sign(whole < 0.0), &digits, self.precision.is_none());
    }

    fn push_unsigned(&self, out: &mut Vec<u8>, number: f64, letter: u8) {
        if !number.is_finite() {
            return self.push_float(out, number, b'g');
        }
        let whole = number.trunc();
        // What has no unsigned form is written as a number, as gawk does.
        if whole < 0.0 || whole >= 18_446_744_073_709_551_616.0 {
            let g = Conversion { precision: Some(self.precision.unwrap_or(6)), ..*self };
            if whole < 0.0 && letter != b'u' && whole >= -9.3e18 {
                return self.push_digits(out, whole as i64 as u64, letter);
            }
            return if whole < 0.0 { self.push_signed(out, whole) } else { g.push_float(out, whole, b'g') };
        }
        self.push_digits(out, whole as u64, letter);
    }

    fn push_digits(&self, out: &mut Vec<u8>, number: u64, letter: u8) {
        let (prefix, digits) = match letter {
            b'o' => (if self.is_alternate { "0" } else { "" }, format!("{number:o}")),
            b'x' => (if self.is_alternate && number != 0 { "0x" } else { "" }, format!("{number:x}")),
            b'X' => (if self.is_alternate && number != 0 { "0X" } else { "" }, format!("{number:X}")),
            _ => ("", number.to_string()),
        };
        self.push_number(out, prefix, &self.with_precision(digits), self.precision.is_none());
    }

    fn push_float(&self, out: &mut Vec<u8>, number: f64, letter: u8) {
        let sign = self.sign(number.is_sign_negative());
        if !number.is_finite() {
            let word = if number.is_nan() { "nan" } else { "inf" };
            // gawk gives the sign always.
            let sign = if sign.is_empty() { "+" } else { sign };
            let shown = if letter.is_ascii_uppercase() { word.to_ascii_uppercase() } else { word.to_owned() };
            return self.push_number(out, sign, &shown, false);
        }
        let (magnitude, precision) = (number.abs(), self.precision.unwrap_or(6));
        let mut digits = match letter.to_ascii_lowercase() {
            b'e' => exponential(magnitude, precision, self.is_alternate),
            b'f' => format!("{magnitude:.precision$}") + if self.is_alternate && precision == 0 { "." } else { "" },
            b'a' => hexadecimal(magnitude),
            _ => shortest(magnitude, precision.max(1), self.is_alternate),
        };
        if letter.is_ascii_uppercase() {
            digits.make_ascii_uppercase();
        }
        self.push_number(out, sign, &digits, true);
    }
}

/// `%e`: at least two digits of exponent, with a sign.
fn exponential(magnitude: f64, precision: usize, keeps_point: bool) -> String {
    let text = format!("{magnitude:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    let point = if keeps_point && precision == 0 { "." } else { "" };
    format!("{mantissa}{point}e{sign}{digits:0>2}")
}

/// `%g`: the shorter of `%e` and `%f`, without zeros at the end.
fn shortest(magnitude: f64, precision: usize, keeps_zeros: bool) -> String {
    let scientific = format!("{magnitude:.*e}", precision - 1);
    let exponent: i32 = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let is_scientific = exponent < -4 || exponent >= precision as i32;
    let text = if is_scientific {
        exponential(magnitude, precision - 1, keeps_zeros)
    } else {
        format!("{magnitude:.*}", (precision as i32 - 1 - exponent).max(0) as usize)
    };
    if keeps_zeros {
        return text;
    }
    let (mantissa, tail) = match text.find('e') {
        Some(end) => text.split_at(end),
        None => (&text[..], ""),
    };
    if !mantissa.contains('.') {
        return text;
    }
    format!("{}{tail}", mantissa.trim_end_matches('0').trim_end_matches('.'))
}

/// `%a`, as C libraries write normal numbers.
fn hexadecimal(magnitude: f64) -> String {
    if magnitude == 0.0 {
        return "0x0p+0".to_owned();
    }
    let bits = magnitude.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i64 - 1023;
    let fraction = format!("{:013x}", bits & 0xf_ffff_ffff_ffff);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("0x1{point}{fraction}p{exponent:+}")
}
