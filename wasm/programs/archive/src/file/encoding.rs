//! How a text is encoded, and what its lines are like.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Ascii,
    Utf8,
    Utf8WithMark,
    Utf16Little,
    Utf16Big,
    Latin1,
    Extended,
    Binary,
}

/// Longer lines are told of.
const LONG_LINE: usize = 300;

pub fn of(bytes: &[u8]) -> Encoding {
    if bytes.is_empty() {
        return Encoding::Binary;
    }
    let is_plain = |byte: &u8| matches!(byte, 7..=13 | 27 | 32..=126);
    if bytes.iter().all(is_plain) {
        return Encoding::Ascii;
    }
    let is_text = |bytes: &[u8]| bytes.iter().all(|byte| is_plain(byte) || *byte >= 0x80);
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        if is_text(rest) && is_utf8(rest) {
            return Encoding::Utf8WithMark;
        }
    }
    if is_text(bytes) && is_utf8(bytes) {
        return Encoding::Utf8;
    }
    for (mark, encoding) in [([0xff, 0xfe], Encoding::Utf16Little), ([0xfe, 0xff], Encoding::Utf16Big)] {
        if bytes.starts_with(&mark) && bytes.len() >= 4 && encoding.decode(bytes).chars().all(|letter| !letter.is_control() || matches!(letter, '\x07'..='\r' | '\x1b')) {
            return encoding;
        }
    }
    match () {
        () if !is_text(bytes) => Encoding::Binary,
        () if bytes.iter().all(|byte| !(0x80..0xa0).contains(byte)) => Encoding::Latin1,
        () => Encoding::Extended,
    }
}

/// A character that is cut off at the end does not count.
fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    }
}

impl Encoding {
    pub fn charset(self) -> &'static str {
        match self {
            Encoding::Ascii => "us-ascii",
            Encoding::Utf8 | Encoding::Utf8WithMark => "utf-8",
            Encoding::Utf16Little => "utf-16le",
            Encoding::Utf16Big => "utf-16be",
            Encoding::Latin1 => "iso-8859-1",
            Encoding::Extended => "unknown-8bit",
            Encoding::Binary => "binary",
        }
    }

    /// `ASCII`, as it stands before `text`.
    pub fn words(self) -> &'static str {
        match self {
            Encoding::Ascii => "ASCII",
            Encoding::Utf8 => "Unicode text, UTF-8",
            Encoding::Utf8WithMark => "Unicode text, UTF-8 (with BOM)",
            Encoding::Utf16Little => "Unicode text, UTF-16, little-endian",
            Encoding::Utf16Big => "Unicode text, UTF-16, big-endian",
            Encoding::Latin1 => "ISO-8859",
            Encoding::Extended => "Non-ISO extended-ASCII",
            Encoding::Binary => "binary",
        }
    }

    pub fn decode(self, bytes: &[u8]) -> String {
        let wide = |join: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| join([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        };
        match self {
            Encoding::Utf16Little => wide(u16::from_le_bytes),
            Encoding::Utf16Big => wide(u16::from_be_bytes),
            Encoding::Utf8WithMark => String::from_utf8_lossy(&bytes[3..]).into_owned(),
            Encoding::Latin1 | Encoding::Extended => bytes.iter().map(|byte| *byte as char).collect(),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// `, with CRLF line terminators` and the like.
pub fn features(text: &str) -> String {
    let (mut crlf, mut cr, mut lf) = (0, 0, 0);
    let (mut longest, mut length) = (0, 0);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => {
                letters.next();
                crlf += 1;
                length = 0;
            }
            '\r' => (cr, length) = (cr + 1, 0),
            '\n' => (lf, length) = (lf + 1, 0),
            _ => {
                length += 1;
                longest = longest.max(length);
            }
        }
    }
    let mut words = String::new();
    if longest > LONG_LINE {
        words.push_str(&format!(", with very long lines ({longest})"));
    }
    let kinds: Vec<&str> = [(crlf, "CRLF"), (cr, "CR"), (lf, "LF")].into_iter().filter(|(count, _)| *count > 0).map(|(_, name)| name).collect();
    match kinds[..] {
        [] => words.push_str(", with no line terminators"),
        ["LF"] => {}
        _ => words.push_str(&format!(", with {} line terminators", kinds.join(", "))),
    }
    if text.contains('\x1b') {
        words.push_str(", with escape sequences");
    }
    if text.contains('\x08') {
        words.push_str(", with overstriking");
    }
    words
}
