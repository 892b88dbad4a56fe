//! Numbers as text: what awk reads as a number, and how it writes one.

/// The number that `text` begins with, 0 if none: blanks, a sign, decimal digits, an exponent.
pub fn leading_number(text: &[u8]) -> f64 {
    scan(text).map_or(0.0, |(number, _)| number)
}

/// The number that `text` is as a whole, blanks around it aside.
pub fn whole_number(text: &[u8]) -> Option<f64> {
    let (number, length) = scan(text)?;
    text[length..].iter().all(|byte| is_blank(*byte)).then_some(number)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// A number at the start of `text`, and where it ends.
fn scan(text: &[u8]) -> Option<(f64, usize)> {
    let mut at = text.iter().position(|byte| !is_blank(*byte))?;
    let start = at;
    let is_negative = text[at] == b'-';
    if matches!(text[at], b'-' | b'+') {
        at += 1;
    }
    let (mut mantissa, mut digits, mut fraction_digits) = (0u64, 0usize, 0usize);
    while let Some(digit) = text.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        (digits, at) = (digits + 1, at + 1);
    }
    if text.get(at) == Some(&b'.') {
        let mut after = at + 1;
        while let Some(digit) = text.get(after).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            (digits, fraction_digits, after) = (digits + 1, fraction_digits + 1, after + 1);
        }
        if digits > 0 {
            at = after;
        }
    }
    if digits == 0 {
        return special(&text[start..]).map(|(number, length)| (number, start + length));
    }
    let end_of_mantissa = at;
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let mut after = at + 1;
        if matches!(text.get(after), Some(b'-' | b'+')) {
            after += 1;
        }
        let count = text[after.min(text.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count > 0 {
            at = after + count;
        }
    }
    // Exact: the mantissa has at most 53 bits and the power of ten is one too.
    if at == end_of_mantissa && digits <= 15 {
        let number = if fraction_digits == 0 { mantissa as f64 } else { mantissa as f64 / POWERS[fraction_digits] };
        return Some((if is_negative { -number } else { number }, at));
    }
    let number = std::str::from_utf8(&text[start..at]).ok()?.parse().ok()?;
    Some((number, at))
}

const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// `+inf`, `-nan` and so on: only with a sign, so that words are not numbers.
fn special(text: &[u8]) -> Option<(f64, usize)> {
    let is_negative = match text.first()? {
        b'-' => true,
        b'+' => false,
        _ => return None,
    };
    let word = text.get(1..4)?.to_ascii_lowercase();
    if text.get(4).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let number = match &word[..] {
        b"inf" => f64::INFINITY,
        b"nan" => f64::NAN,
        _ => return None,
    };
    Some((if is_negative { -number } else { number }, 4))
}

/// A number of the program's text or of strtonum: also 0x11 and 011.
pub fn number_with_radix(text: &[u8]) -> f64 {
    let trimmed = text.trim_ascii_start();
    let (is_negative, digits) = match trimmed.first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let (radix, digits): (u32, &[u8]) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) && !rest.iter().any(|byte| matches!(byte, b'8' | b'9' | b'.' | b'e')) => (8, rest),
        _ => return leading_number(text),
    };
    let mut number = 0.0;
    for digit in digits.iter().map_while(|byte| char::from(*byte).to_digit(radix)) {
        number = number * f64::from(radix) + f64::from(digit);
    }
    if is_negative { -number } else { number }
}

/// Appends a whole number.
pub fn push_integer(out: &mut Vec<u8>, number: i64) {
    let mut digits = [0u8; 20];
    let (mut at, mut rest) = (digits.len(), number.unsigned_abs());
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// The number as an integer that is written in full, if it is one.
pub fn as_integer(number: f64) -> Option<i64> {
    let integer = number as i64;
    (integer as f64 == number && number.abs() < 9.2e18).then_some(integer)
}
