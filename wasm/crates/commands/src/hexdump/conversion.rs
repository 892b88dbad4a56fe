//! Conversions: printf's of numbers, and hexdump's own `%_a`, `%_c`, `%_p`, `%_u`.

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Address,
    EndAddress,
    /// `%c`
    Byte,
    /// `%_c`: C's escapes, else octal.
    Escaped,
    /// `%_p`: a dot for what can't be printed.
    Printable,
    /// `%_u`: names of control characters.
    Named,
    Signed,
    Unsigned,
    Octal,
    Hexadecimal,
    UpperHexadecimal,
    Float(u8),
    String,
}

pub struct Conversion {
    pub kind: Kind,
    pub bytes: usize,
    /// Of an address.
    radix: Kind,
    left: bool,
    zeros: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
}

const NAMES: [&str; 33] = [
    "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "lf", "vt", "ff", "cr", "so", "si", "dle", "dc1",
    "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "fs", "gs", "rs", "us", " ",
];

impl Conversion {
    /// Reads what follows a `%`; returns what comes after it.
    pub fn parse(text: &[u8], bytes: Option<usize>) -> Result<(Conversion, &[u8]), String> {
        let flags_end = text.iter().position(|byte| !b" -0+#".contains(byte)).unwrap_or(text.len());
        let (flags, rest) = text.split_at(flags_end);
        let (width, rest) = number(rest);
        let (precision, rest) = match rest.strip_prefix(b".") {
            Some(rest) => {
                let (precision, rest) = number(rest);
                (Some(precision.unwrap_or(0)), rest)
            }
            None => (None, rest),
        };
        let bad = |letter: &[u8]| format!("bad conversion character %{}", String::from_utf8_lossy(letter));
        let (letter, rest) = rest.split_first().ok_or_else(|| bad(b""))?;
        let mut radix = Kind::Hexadecimal;
        let (kind, natural, rest) = match letter {
            b'c' => (Kind::Byte, 1, rest),
            b'd' | b'i' => (Kind::Signed, 4, rest),
            b'u' => (Kind::Unsigned, 4, rest),
            b'o' => (Kind::Octal, 4, rest),
            b'x' => (Kind::Hexadecimal, 4, rest),
            b'X' => (Kind::UpperHexadecimal, 4, rest),
            b'e' | b'E' | b'f' | b'g' | b'G' => (Kind::Float(*letter), 8, rest),
            b's' => (Kind::String, precision.unwrap_or(0), rest),
            b'_' => {
                let (second, rest) = rest.split_first().ok_or_else(|| bad(b"_"))?;
                match second {
                    b'a' | b'A' => {
                        let (third, rest) = rest.split_first().ok_or_else(|| bad(&[b'_', *second]))?;
                        radix = match third {
                            b'd' => Kind::Unsigned,
                            b'o' => Kind::Octal,
                            b'x' => Kind::Hexadecimal,
                            _ => return Err(bad(&[b'_', *second, *third])),
                        };
                        (if *second == b'a' { Kind::Address } else { Kind::EndAddress }, 0, rest)
                    }
                    b'c' => (Kind::Escaped, 1, rest),
                    b'p' => (Kind::Printable, 1, rest),
                    b'u' => (Kind::Named, 1, rest),
                    _ => return Err(bad(&[b'_', *second])),
                }
            }
            _ => return Err(bad(&[*letter])),
        };
        let sizes: &[usize] = match kind {
            Kind::Address | Kind::EndAddress => &[0],
            Kind::Byte | Kind::Escaped | Kind::Printable | Kind::Named => &[1],
            Kind::Float(_) => &[4, 8],
            Kind::String => &[],
            _ => &[1, 2, 4, 8],
        };
        let bytes = match (kind, bytes) {
            (Kind::Address | Kind::EndAddress, _) => 0,
            (Kind::String, Some(bytes)) => bytes,
            (_, Some(bytes)) if !sizes.contains(&bytes) => {
                return Err(format!("bad byte count for conversion character {}", char::from(*letter)));
            }
            (_, bytes) => bytes.unwrap_or(natural),
        };
        let has = |flag: u8| flags.contains(&flag);
        let conversion = Conversion {
            kind,
            bytes,
            radix,
            left: has(b'-'),
            zeros: has(b'0'),
            plus: has(b'+'),
            blank: has(b' '),
            alternate: has(b'#'),
            width: width.unwrap_or(0),
            precision,
        };
        Ok((conversion, rest))
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn print(&self, data: &[u8], address: u64) -> Vec<u8> {
        let unsigned = data.iter().rev().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let byte = data.first().copied().unwrap_or(0);
        match self.kind {
            Kind::Address | Kind::EndAddress => self.number(self.radix, address, false),
            Kind::Byte => self.padded(vec![byte]),
            Kind::Printable => self.padded(vec![if (b' '..127).contains(&byte) { byte } else { b'.' }]),
            Kind::Escaped => self.padded(escaped(byte).into_bytes()),
            Kind::Named => self.padded(match byte {
                0..32 => NAMES[usize::from(byte)].to_owned().into_bytes(),
                127 => b"del".to_vec(),
                32..127 => vec![byte],
                _ => format!("{byte:02x}").into_bytes(),
            }),
            Kind::Signed => {
                let shift = 64 - 8 * self.bytes.clamp(1, 8) as u32;
                let signed = ((unsigned << shift) as i64) >> shift;
                self.number(Kind::Signed, signed.unsigned_abs(), signed < 0)
            }
            Kind::Float(letter) => {
                let value = match self.bytes {
                    4 => f64::from(f32::from_bits(unsigned as u32)),
                    _ => f64::from_bits(unsigned),
                };
                self.padded(float(letter, value, self.precision.unwrap_or(6)).into_bytes())
            }
            Kind::String => {
                let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
                self.padded(data[..end.min(self.precision.unwrap_or(end))].to_vec())
            }
            kind => self.number(kind, unsigned, false),
        }
    }

    fn number(&self, kind: Kind, magnitude: u64, is_negative: bool) -> Vec<u8> {
        let (prefix, digits) = match kind {
            Kind::Octal => (if self.alternate { "0" } else { "" }, format!("{magnitude:o}")),
            Kind::Hexadecimal => (if self.alternate && magnitude != 0 { "0x" } else { "" }, format!("{magnitude:x}")),
            Kind::UpperHexadecimal => (if self.alternate && magnitude != 0 { "0X" } else { "" }, format!("{magnitude:X}")),
            _ => ("", magnitude.to_string()),
        };
        let sign = match (is_negative, kind == Kind::Signed) {
            (true, _) => "-",
            (false, true) if self.plus => "+",
            (false, true) if self.blank => " ",
            _ => "",
        };
        let least = self.precision.unwrap_or(if self.zeros && !self.left { self.width.saturating_sub(sign.len() + prefix.len()) } else { 0 });
        self.padded(format!("{sign}{prefix}{digits:0>least$}").into_bytes())
    }

    fn padded(&self, mut text: Vec<u8>) -> Vec<u8> {
        let missing = self.width.saturating_sub(text.len());
        let at = if self.left { text.len() } else { 0 };
        text.splice(at..at, std::iter::repeat_n(b' ', missing));
        text
    }
}

fn number(text: &[u8]) -> (Option<usize>, &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let digits = std::str::from_utf8(&text[..end]).unwrap_or("");
    // Nobody reads wider columns.
    (digits.parse::<usize>().ok().map(|number| number.min(4096)), &text[end..])
}

fn escaped(byte: u8) -> String {
    match byte {
        0 => "\\0".to_owned(),
        7 => "\\a".to_owned(),
        8 => "\\b".to_owned(),
        9 => "\\t".to_owned(),
        10 => "\\n".to_owned(),
        11 => "\\v".to_owned(),
        12 => "\\f".to_owned(),
        13 => "\\r".to_owned(),
        32..127 => char::from(byte).to_string(),
        _ => format!("{byte:03o}"),
    }
}

fn float(letter: u8, value: f64, precision: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() { "nan".to_owned() } else if value > 0.0 { "inf".to_owned() } else { "-inf".to_owned() };
    }
    let scientific = |precision: usize| {
        let text = format!("{value:.precision$e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
        format!("{mantissa}e{sign}{digits:0>2}")
    };
    match letter.to_ascii_lowercase() {
        b'e' => scientific(precision),
        b'f' => format!("{value:.precision$}"),
        _ => {
            let significant = precision.max(1);
            let exponent = if value == 0.0 { 0 } else { value.abs().log10().floor() as i64 };
            let trimmed = |text: String| if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
            if exponent < -4 || exponent >= significant as i64 {
                let text = scientific(significant - 1);
                let (mantissa, rest) = text.split_once('e').unwrap_or((&text, "+00"));
                format!("{}e{rest}", trimmed(mantissa.to_owned()))
            } else {
                let digits = (significant as i64 - 1 - exponent).max(0) as usize;
                trimmed(format!("{value:.digits$}"))
            }
        }
    }
}
