//! tr's strings: escapes, ranges, `[:class:]`, `[=c=]`, `[c*n]`, as GNU's `build_spec_list` reads them.

/// One part of a string.
enum Part {
    Bytes(Vec<u8>),
    Class { members: Vec<u8>, is_case: bool },
    Equivalence(u8),
    /// `[c*n]`; without a number as often as the other string asks.
    Repeat(u8, Option<usize>),
}

/// A string taken apart.
pub struct Set {
    parts: Vec<Part>,
}

/// The bytes of a string, in order.
pub struct Expanded {
    pub bytes: Vec<u8>,
    /// Where `[:upper:]` and `[:lower:]` begin.
    pub cases: Vec<usize>,
}

impl Set {
    /// Reads a string. `warnings` are told in any case, and before what is refused.
    pub fn parse(text: &[u8], warnings: &mut Vec<String>) -> Result<Set, String> {
        let mut set = Set { parts: Vec::new() };
        let symbols = unescaped(text, warnings);
        let mut at = 0;
        while at + 2 < symbols.len() {
            at = match set.construct(&symbols, at)? {
                Some(next) => next,
                None if is(&symbols, at + 1, b'-') => {
                    let (first, last) = (symbols[at].0, symbols[at + 2].0);
                    if first > last {
                        let (first, last) = (octal(first), octal(last));
                        return Err(format!("range-endpoints of '{first}-{last}' are in reverse collating sequence order"));
                    }
                    set.parts.push(Part::Bytes((first..=last).collect()));
                    at + 3
                }
                None => {
                    set.parts.push(Part::Bytes(vec![symbols[at].0]));
                    at + 1
                }
            };
        }
        set.parts.push(Part::Bytes(symbols[at..].iter().map(|(byte, _)| *byte).collect()));
        Ok(set)
    }

    /// A bracketed construct at `at`: where what follows it begins.
    fn construct(&mut self, symbols: &[Symbol], at: usize) -> Result<Option<usize>, String> {
        if !is(symbols, at, b'[') {
            return Ok(None);
        }
        let kind = symbols[at + 1].0;
        if (is(symbols, at + 1, b':') || is(symbols, at + 1, b'='))
            && let Some(end) = (at + 2..symbols.len() - 1).find(|end| is(symbols, *end, kind) && is(symbols, end + 1, b']'))
        {
            let name: Vec<u8> = symbols[at + 2..end].iter().map(|(byte, _)| *byte).collect();
            match (kind, name.as_slice()) {
                (b':', []) => return Err("missing character class name '[::]'".to_owned()),
                (_, []) => return Err("missing equivalence class character '[==]'".to_owned()),
                (b':', name) => {
                    if let Some(members) = class(name) {
                        let is_case = name == b"upper" || name == b"lower";
                        self.parts.push(Part::Class { members, is_case });
                        return Ok(Some(end + 2));
                    }
                    if !is_repeat(symbols, at + 2) {
                        return Err(format!("invalid character class '{}'", shown(name)));
                    }
                }
                (_, [byte]) => {
                    self.parts.push(Part::Equivalence(*byte));
                    return Ok(Some(end + 2));
                }
                (_, name) => {
                    if !is_repeat(symbols, at + 2) {
                        return Err(format!("{}: equivalence class operand must be a single character", shown(name)));
                    }
                }
            }
        }
        let Some((count, next)) = repeat(symbols, at + 1)? else { return Ok(None) };
        self.parts.push(Part::Repeat(symbols[at + 1].0, count));
        Ok(Some(next))
    }

    /// The bytes, where `wanted` are asked for by the other string.
    pub fn expand(&self, wanted: usize) -> Expanded {
        let fixed: usize = self.parts.iter().map(Part::length).sum();
        let mut expanded = Expanded { bytes: Vec::new(), cases: Vec::new() };
        for part in &self.parts {
            match part {
                Part::Bytes(bytes) => expanded.bytes.extend_from_slice(bytes),
                Part::Class { members, is_case } => {
                    if *is_case {
                        expanded.cases.push(expanded.bytes.len());
                    }
                    expanded.bytes.extend_from_slice(members);
                }
                Part::Equivalence(byte) => expanded.bytes.push(*byte),
                Part::Repeat(byte, count) => {
                    let count = count.unwrap_or(wanted.saturating_sub(fixed));
                    expanded.bytes.resize(expanded.bytes.len() + count, *byte);
                }
            }
        }
        expanded
    }

    /// How many `[c*]` there are.
    pub fn open_repeats(&self) -> usize {
        self.parts.iter().filter(|part| matches!(part, Part::Repeat(_, None))).count()
    }

    pub fn has_equivalence(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Equivalence(_)))
    }

    pub fn has_class(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Class { .. }))
    }

    /// A class besides `[:upper:]` and `[:lower:]`.
    pub fn has_class_without_case(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Class { is_case: false, .. }))
    }

    pub fn ends_with_class(&self) -> bool {
        let last = self.parts.iter().rev().find(|part| !matches!(part, Part::Bytes(bytes) if bytes.is_empty()));
        matches!(last, Some(Part::Class { .. }))
    }
}

impl Part {
    fn length(&self) -> usize {
        match self {
            Part::Bytes(bytes) => bytes.len(),
            Part::Class { members, .. } => members.len(),
            Part::Equivalence(_) => 1,
            Part::Repeat(_, count) => count.unwrap_or(0),
        }
    }
}

/// A byte, and whether a backslash made it one that means nothing else.
type Symbol = (u8, bool);

fn is(symbols: &[Symbol], at: usize, byte: u8) -> bool {
    symbols.get(at) == Some(&(byte, false))
}

/// `*digits]` at `at`.
fn is_repeat(symbols: &[Symbol], at: usize) -> bool {
    let digits = symbols.get(at + 1..).unwrap_or(&[]).iter().take_while(|(byte, _)| byte.is_ascii_digit()).count();
    is(symbols, at, b'*') && is(symbols, at + 1 + digits, b']')
}

/// How often, if it is said, and where what follows begins.
type Count = (Option<usize>, usize);

/// The rest of `[c*n]` from `c` on.
fn repeat(symbols: &[Symbol], at: usize) -> Result<Option<Count>, String> {
    if !is(symbols, at + 1, b'*') {
        return Ok(None);
    }
    let rest = &symbols[at + 2..];
    let length = rest.iter().take_while(|(byte, is_escaped)| !is_escaped && *byte != b']').count();
    if !is(rest, length, b']') {
        return Ok(None);
    }
    let digits: Vec<u8> = rest[..length].iter().map(|(byte, _)| *byte).collect();
    let text = String::from_utf8_lossy(&digits);
    let radix = if text.starts_with('0') { 8 } else { 10 };
    let count = match usize::from_str_radix(&text, radix) {
        _ if text.is_empty() => 0,
        Ok(count) if digits[0].is_ascii_digit() => count,
        _ => return Err(format!("invalid repeat count '{}' in [c*n] construct", shown(&digits))),
    };
    Ok(Some((if count == 0 { None } else { Some(count) }, at + 2 + length + 1)))
}

/// Reads the escapes.
fn unescaped(text: &[u8], warnings: &mut Vec<String>) -> Vec<Symbol> {
    let mut symbols = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        at += 1;
        if byte != b'\\' {
            symbols.push((byte, false));
            continue;
        }
        let Some(&next) = text.get(at) else {
            warnings.push("an unescaped backslash at end of string is not portable".to_owned());
            symbols.push((b'\\', false));
            break;
        };
        at += 1;
        let meant = match next {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'0'..=b'7' => {
                let digits = text[at - 1..].iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
                let mut value = text[at - 1..at - 1 + digits].iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                at += digits - 1;
                if value > 255 {
                    // The third digit is a character of its own.
                    let [first, second, third] = [text[at - 3], text[at - 2], text[at - 1]].map(char::from);
                    warnings.push(format!(
                        "the ambiguous octal escape \\{first}{second}{third} is being\n\tinterpreted as the 2-byte sequence \\0{first}{second}, {third}"
                    ));
                    value /= 8;
                    at -= 1;
                }
                value as u8
            }
            other => other,
        };
        symbols.push((meant, true));
    }
    symbols
}

/// The members of a class of the C locale, in order.
fn class(name: &[u8]) -> Option<Vec<u8>> {
    let holds: fn(&u8) -> bool = match name {
        b"alnum" => u8::is_ascii_alphanumeric,
        b"alpha" => u8::is_ascii_alphabetic,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"digit" => u8::is_ascii_digit,
        b"graph" => u8::is_ascii_graphic,
        b"lower" => u8::is_ascii_lowercase,
        b"print" => |byte| matches!(byte, b' '..=b'~'),
        b"punct" => u8::is_ascii_punctuation,
        b"space" => |byte| matches!(byte, b' ' | b'\t'..=b'\r'),
        b"upper" => u8::is_ascii_uppercase,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    };
    Some((0..=255).filter(holds).collect())
}

fn shown(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| printable(*byte)).collect()
}

fn printable(byte: u8) -> String {
    match byte {
        b'\\' => "\\\\".to_owned(),
        7 => "\\a".to_owned(),
        8 => "\\b".to_owned(),
        12 => "\\f".to_owned(),
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\t' => "\\t".to_owned(),
        11 => "\\v".to_owned(),
        byte => octal(byte),
    }
}

fn octal(byte: u8) -> String {
    match byte {
        b' '..=b'~' => char::from(byte).to_string(),
        byte => format!("\\{byte:03o}"),
    }
}
