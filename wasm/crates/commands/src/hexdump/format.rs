//! Format strings: `8/2 " %04x" "\n"`, that is iterations, bytes, text with conversions.

use super::conversion::{Conversion, Kind};

/// What an option stands for.
pub fn named(option: &str) -> impl Iterator<Item = &'static str> {
    let texts: &[&str] = match option {
        "b" => &["\"%07.7_Ax\n\"", "\"%07.7_ax \" 16/1 \"%03o \" \"\\n\""],
        "X" => &["\"%07.7_Ax\n\"", "\"%07.7_ax \" 16/1 \" %02x \" \"\\n\""],
        "c" => &["\"%07.7_Ax\n\"", "\"%07.7_ax \" 16/1 \"%3_c \" \"\\n\""],
        "C" => &["\"%08.8_Ax\n\"", "\"%08.8_ax  \" 8/1 \"%02x \" \"  \" 8/1 \"%02x \" ", "\"  |\" 16/1 \"%_p\" \"|\\n\""],
        "d" => &["\"%07.7_Ax\n\"", "\"%07.7_ax \" 8/2 \"  %05u \" \"\\n\""],
        "o" => &["\"%07.7_Ax\n\"", "\"%07.7_ax \" 8/2 \" %06o \" \"\\n\""],
        "x" => &["\"%07.7_Ax\n\"", "\"%07.7_ax \" 8/2 \"   %04x \" \"\\n\""],
        _ => &["\"%07.7_Ax\n\"", "\"%07.7_ax \" 8/2 \"%04x \" \"\\n\""],
    };
    texts.iter().copied()
}

/// Text, then perhaps a conversion; the text after a unit's last conversion is a part of its own.
pub struct Part {
    text: Vec<u8>,
    conversion: Option<Conversion>,
}

pub struct Unit {
    pub repetitions: usize,
    repetitions_given: bool,
    pub parts: Vec<Part>,
}

pub struct FormatString {
    units: Vec<Unit>,
}

impl Part {
    pub fn bytes(&self) -> usize {
        self.conversion.as_ref().map_or(0, |conversion| conversion.bytes)
    }

    /// The blank that the last of several repetitions leaves out.
    pub fn ends_in_blank(&self) -> bool {
        self.conversion.is_none() && self.text.last().is_some_and(u8::is_ascii_whitespace)
    }

    pub fn print(&self, data: &[u8], address: u64) -> Vec<u8> {
        let value = self.conversion.as_ref().map(|conversion| conversion.print(data, address));
        [&self.text[..], &value.unwrap_or_default()].concat()
    }

    /// In the place of data that is not there: as much room.
    pub fn print_nothing(&self) -> Vec<u8> {
        let room = self.conversion.as_ref().map_or(0, Conversion::width);
        [&self.text[..], &vec![b' '; room]].concat()
    }

    pub fn print_address(&self, address: u64) -> Vec<u8> {
        self.print(&[], address)
    }
}

impl Unit {
    fn bytes(&self) -> usize {
        self.parts.iter().map(Part::bytes).sum()
    }

    /// Printed once, after everything.
    fn is_at_end(&self) -> bool {
        self.parts.iter().any(|part| part.conversion.as_ref().is_some_and(|conversion| conversion.kind == Kind::EndAddress))
    }
}

impl FormatString {
    pub fn parse(text: &str) -> Result<FormatString, String> {
        let bad = || format!("bad format {{{text}}}");
        let mut units = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (iterations, after) = digits(rest);
            let after = after.trim_start();
            let (bytes, after) = match after.strip_prefix('/') {
                Some(after) => digits(after.trim_start()),
                None => (None, after),
            };
            let quoted = after.trim_start().strip_prefix('"').ok_or_else(bad)?;
            let end = closing_quote(quoted).ok_or_else(bad)?;
            let parts = parts(&unescaped(&quoted.as_bytes()[..end]), bytes)?;
            units.push(Unit { repetitions: iterations.unwrap_or(1), repetitions_given: iterations.is_some(), parts });
            rest = quoted[end + 1..].trim_start();
        }
        Ok(FormatString { units })
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.units.iter().map(|unit| unit.bytes() * unit.repetitions).sum()
    }

    /// The last unit takes the rest of a block that is longer, unless its iterations were given.
    pub fn fill(&mut self, block: usize) {
        let rest = block.saturating_sub(self.bytes());
        if let Some(last) = self.units.last_mut().filter(|unit| !unit.repetitions_given && unit.bytes() > 0) {
            last.repetitions += rest / last.bytes();
        }
    }

    /// What is printed for each block.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| !unit.is_at_end())
    }

    pub fn end_parts(&self) -> impl Iterator<Item = &Part> {
        self.units.iter().filter(|unit| unit.is_at_end()).flat_map(|unit| &unit.parts)
    }
}

fn digits(text: &str) -> (Option<usize>, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].parse().ok(), &text[end..])
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut output, mut bytes) = (Vec::new(), text.iter());
    while let Some(byte) = bytes.next() {
        if *byte != b'\\' {
            output.push(*byte);
            continue;
        }
        output.extend(match bytes.next() {
            Some(b'0') => Some(0),
            Some(b'a') => Some(7),
            Some(b'b') => Some(8),
            Some(b'f') => Some(12),
            Some(b'n') => Some(b'\n'),
            Some(b'r') => Some(b'\r'),
            Some(b't') => Some(b'\t'),
            Some(b'v') => Some(11),
            other => other.copied(),
        });
    }
    output
}

fn parts(format: &[u8], bytes: Option<usize>) -> Result<Vec<Part>, String> {
    let (mut parts, mut text, mut rest) = (Vec::new(), Vec::new(), format);
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            text.push(*first);
            rest = after;
            continue;
        }
        if let Some(after) = after.strip_prefix(b"%") {
            text.push(b'%');
            rest = after;
            continue;
        }
        let (conversion, after) = Conversion::parse(after, bytes)?;
        parts.push(Part { text: std::mem::take(&mut text), conversion: Some(conversion) });
        rest = after;
    }
    if !text.is_empty() {
        parts.push(Part { text, conversion: None });
    }
    Ok(parts)
}
