//! printf's formatting.

use super::printf_number::float_text;
use crate::expand::ansi_c::{Dialect, decode_escape};
use crate::expand::quote;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Default)]
pub struct Formatted {
    pub output: Vec<u8>,
    /// What was wrong with the arguments.
    pub messages: Vec<Vec<u8>>,
    /// Messages that do not make the status 1.
    pub warnings: Vec<Vec<u8>>,
}

/// Flags, width and precision of one conversion.
#[derive(Default)]
struct Specification {
    is_left: bool,
    has_plus: bool,
    has_space: bool,
    is_alternate: bool,
    is_zero_padded: bool,
    width: usize,
    precision: Option<usize>,
}

pub(super) struct Formatter<'a> {
    format: &'a [u8],
    position: usize,
    values: std::slice::Iter<'a, Vec<u8>>,
    date: &'a mut dyn FnMut(&[u8], i64) -> Vec<u8>,
    result: Formatted,
    /// `\c` was seen.
    has_ended: bool,
}

/// Formats, using the format again as long as there are arguments left.
/// `date` words a time in seconds since 1970.
pub fn format(format: &[u8], values: &[Vec<u8>], date: &mut dyn FnMut(&[u8], i64) -> Vec<u8>) -> Formatted {
    let result = Formatted::default();
    let mut formatter = Formatter { format, position: 0, values: values.iter(), date, result, has_ended: false };
    loop {
        let before = formatter.values.len();
        formatter.position = 0;
        formatter.run_once();
        let left = formatter.values.len();
        if formatter.has_ended || left == 0 || left == before {
            return formatter.result;
        }
    }
}

impl Formatter<'_> {
    fn run_once(&mut self) {
        while !self.has_ended
            && let Some(&byte) = self.format.get(self.position)
        {
            match byte {
                b'%' => self.conversion(),
                b'\\' => {
                    self.position +=
                        decode_escape(&self.format[self.position..], Dialect::Format, &mut self.result.output);
                }
                _ => {
                    self.result.output.push(byte);
                    self.position += 1;
                }
            }
        }
    }

    fn next_value(&mut self) -> Vec<u8> {
        self.values.next().cloned().unwrap_or_default()
    }

    pub(super) fn warn(&mut self, parts: &[&[u8]]) {
        self.result.warnings.push(parts.concat());
    }

    pub(super) fn complain(&mut self, parts: &[&[u8]]) {
        self.result.messages.push(parts.concat());
    }

    /// A number of the format itself, or `*` for one of the arguments.
    fn format_number(&mut self) -> Option<i64> {
        if self.format.get(self.position) == Some(&b'*') {
            self.position += 1;
            let value = self.next_value();
            return Some(self.integer(&value, true));
        }
        let digits = self.format[self.position..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let text = &self.format[self.position..self.position + digits];
        self.position += digits;
        // Widths are bounded, so that a format cannot ask for all memory.
        Some(text.iter().fold(0, |value: i64, digit| (value * 10 + i64::from(digit - b'0')).min(1 << 24)))
    }

    fn conversion(&mut self) {
        let start = self.position;
        self.position += 1;
        if self.format.get(self.position) == Some(&b'%') {
            self.position += 1;
            return self.result.output.push(b'%');
        }
        let mut specification = Specification::default();
        while let Some(flag) = self.format.get(self.position) {
            match flag {
                b'-' => specification.is_left = true,
                b'+' => specification.has_plus = true,
                b' ' => specification.has_space = true,
                b'#' => specification.is_alternate = true,
                b'0' => specification.is_zero_padded = true,
                // Groups of thousands, of which the C locale has none.
                b'\'' => {}
                _ => break,
            }
            self.position += 1;
        }
        if let Some(width) = self.format_number() {
            specification.is_left |= width < 0;
            specification.width = width.unsigned_abs().min(1 << 24) as usize;
        }
        if self.format.get(self.position) == Some(&b'.') {
            self.position += 1;
            let precision = self.format_number().unwrap_or(0);
            specification.precision = usize::try_from(precision.min(1 << 24)).ok();
        }
        while matches!(self.format.get(self.position), Some(b'l' | b'h' | b'j' | b'z' | b't' | b'L')) {
            self.position += 1;
        }
        let Some(&letter) = self.format.get(self.position) else {
            let format = self.format;
            self.complain(&[b"`", &format[start..], b"': missing format character"]);
            self.has_ended = true;
            return;
        };
        self.position += 1;
        match letter {
            b's' => {
                let text = self.next_value();
                self.pad_text(&text, &specification);
            }
            b'b' => {
                let text = self.next_value();
                let text = self.decode_argument(&text);
                self.pad_text(&text, &specification);
            }
            b'q' => {
                let text = quote::backslashed(&self.next_value());
                self.pad_text(&text, &specification);
            }
            b'c' => {
                let value = self.next_value();
                self.pad_text(&value[..value.len().min(1)], &specification);
            }
            b'd' | b'i' => {
                let value = self.next_value();
                let number = self.integer(&value, true);
                self.pad_number(&number.unsigned_abs().to_string(), number < 0, true, &specification);
            }
            b'u' | b'o' | b'x' | b'X' => {
                let value = self.next_value();
                let number = self.integer(&value, false) as u64;
                let (digits, prefix) = match letter {
                    b'u' => (number.to_string(), ""),
                    b'o' => (format!("{number:o}"), "0"),
                    b'x' => (format!("{number:x}"), "0x"),
                    _ => (format!("{number:X}"), "0X"),
                };
                let digits = match specification.is_alternate && number != 0 {
                    true => format!("{prefix}{digits}"),
                    false => digits,
                };
                self.pad_number(&digits, false, false, &specification);
            }
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'a' | b'A' => {
                let value = self.next_value();
                let number = self.float(&value);
                let text = float_text(number.abs(), letter, specification.precision, specification.is_alternate);
                let specification = Specification { precision: None, ..specification };
                self.pad_number(&text, number.is_sign_negative() && !number.is_nan(), true, &specification);
            }
            b'(' => self.date(&specification),
            _ => {
                let shown = char::from(letter).to_string();
                self.complain(&[b"`", shown.as_bytes(), b"': invalid format character"]);
                self.has_ended = true;
            }
        }
    }

    /// `%b`: escapes, of which `\c` ends everything.
    fn decode_argument(&mut self, text: &[u8]) -> Vec<u8> {
        let mut decoded = Vec::with_capacity(text.len());
        let mut position = 0;
        while position < text.len() {
            if text[position] != b'\\' {
                decoded.push(text[position]);
                position += 1;
                continue;
            }
            if text.get(position + 1) == Some(&b'c') {
                self.has_ended = true;
                break;
            }
            position += decode_escape(&text[position..], Dialect::Argument, &mut decoded);
        }
        decoded
    }

    fn pad(&mut self, text: &[u8], specification: &Specification) {
        let padding = specification.width.saturating_sub(text.len());
        let output = &mut self.result.output;
        if !specification.is_left {
            output.resize(output.len() + padding, b' ');
        }
        output.extend_from_slice(text);
        if specification.is_left {
            output.resize(output.len() + padding, b' ');
        }
    }

    fn pad_text(&mut self, text: &[u8], specification: &Specification) {
        let length = specification.precision.unwrap_or(text.len()).min(text.len());
        self.pad(&text[..length], specification);
    }

    fn pad_number(&mut self, digits: &str, is_negative: bool, is_signed: bool, specification: &Specification) {
        let sign = match (is_negative, is_signed) {
            (true, _) => "-",
            (false, true) if specification.has_plus => "+",
            (false, true) if specification.has_space => " ",
            _ => "",
        };
        let mut width = specification.precision.unwrap_or(0);
        // Neither inf nor nan; hexadecimal digits begin with letters, too.
        let is_finite = digits.starts_with(|first: char| first.is_ascii_hexdigit());
        if specification.is_zero_padded && !specification.is_left && specification.precision.is_none() && is_finite {
            width = specification.width.saturating_sub(sign.len());
        }
        let text = match digits.strip_prefix("0x").filter(|_| width > digits.len()) {
            Some(bare) => format!("{sign}0x{bare:0>0$}", width - 2),
            None => format!("{sign}{digits:0>width$}"),
        };
        self.pad(text.as_bytes(), specification);
    }

    /// `%(format)T`: a time, by default now.
    fn date(&mut self, specification: &Specification) {
        let rest = &self.format[self.position..];
        let Some(length) = rest.windows(2).position(|pair| pair == b")T") else {
            self.complain(&[b"`(': invalid format character"]);
            self.has_ended = true;
            return;
        };
        self.position += length + 2;
        let value = self.next_value();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64);
        let seconds = match value.as_slice() {
            b"" | b"-1" | b"-2" => now,
            _ => self.integer(&value, true),
        };
        let mut text = (self.date)(&rest[..length], seconds);
        // What does not fit bash's buffer is lost as a whole.
        if text.len() >= 128 {
            text.clear();
        }
        self.pad_text(&text, specification);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, values: &[&str], expected: &str) {
        let values: Vec<Vec<u8>> = values.iter().map(|value| value.as_bytes().to_vec()).collect();
        assert_eq!(String::from_utf8_lossy(&format(text.as_bytes(), &values, &mut |_, _| Vec::new()).output), expected, "{text}");
    }

    #[test]
    fn conversions() {
        check("%5d|%-5d|%05d|%+d|% d", &["42", "42", "42", "42", "42"], "   42|42   |00042|+42| 42");
        check("%x %X %#x %o %#o", &["255", "255", "255", "8", "8"], "ff FF 0xff 10 010");
        check("%s-%.2s-%5s-%-5s|", &["ab", "abc", "ab", "ab"], "ab-ab-   ab-ab   |");
        check("%.3d %5.3d", &["5", "5"], "005   005");
        check("%c%c", &["abc", "d"], "ad");
        check("%d %d %d", &["0x1f", "010", "'A"], "31 8 65");
        check("%*d", &["5", "42"], "   42");
        check("%u", &["-1"], "18446744073709551615");
    }

    #[test]
    fn floats() {
        check(
            "%.2f %e %g %g %g",
            &["3.14159", "12345.678", "100000", "1000000", "0.0001"],
            "3.14 1.234568e+04 100000 1e+06 0.0001",
        );
        check("%5.1f|%-8.2f|%08.3f", &["2.25", "2.5", "-3.14159"], "  2.2|2.50    |-003.142");
    }

    #[test]
    fn formats_are_reused_and_escapes_decoded() {
        check("%s\\n", &["a", "b"], "a\nb\n");
        check("%s %s\\n", &["a", "b", "c"], "a b\nc \n");
        check("\\101\\x41\\t", &[], "AA\t");
        check("%b", &["a\\tb\\0101"], "a\tbA");
        check("%b%s", &["a\\c", "b"], "a");
        check("%q %q", &["a b", ""], "a\\ b ''");
        check("%%%s", &["x"], "%x");
        check("%d", &[], "0");
    }
}
