//! JSON values as jq hands them back, their members in order.

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    String(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The type, as yq calls it.
    pub fn tag(&self) -> &'static str {
        match self {
            Value::Null => "!!null",
            Value::Bool(_) => "!!bool",
            Value::Number(text) if text.contains(['.', 'e', 'E']) => "!!float",
            Value::Number(_) => "!!int",
            Value::String(_) => "!!str",
            Value::Array(_) => "!!seq",
            Value::Object(_) => "!!map",
        }
    }

    /// A scalar without quotes.
    pub fn plain_text(&self) -> String {
        let mut text = String::new();
        match self {
            Value::String(text) => return text.clone(),
            value => value.write(&mut text, 0, 0),
        }
        text
    }

    /// Reads a JSON text; what jq wrote is always one.
    pub fn parse(text: &str) -> Option<Value> {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let value = reader.value()?;
        reader.skip_blanks();
        (reader.at == reader.bytes.len()).then_some(value)
    }

    /// Writes it as JSON, indented by so many blanks; 0 is all in one line.
    pub fn write(&self, output: &mut String, indent: usize, depth: usize) {
        let new_line = |output: &mut String, depth: usize| {
            if indent > 0 {
                output.push('\n');
                output.extend(std::iter::repeat_n(' ', indent * depth));
            }
        };
        match self {
            Value::Null => output.push_str("null"),
            Value::Bool(value) => output.push_str(if *value { "true" } else { "false" }),
            Value::Number(text) => output.push_str(text),
            Value::String(text) => push_quoted(output, text),
            Value::Array(items) if items.is_empty() => output.push_str("[]"),
            Value::Object(members) if members.is_empty() => output.push_str("{}"),
            Value::Array(items) => {
                output.push('[');
                for (index, item) in items.iter().enumerate() {
                    output.push_str(if index > 0 { "," } else { "" });
                    new_line(output, depth + 1);
                    item.write(output, indent, depth + 1);
                }
                new_line(output, depth);
                output.push(']');
            }
            Value::Object(members) => {
                output.push('{');
                for (index, (name, member)) in members.iter().enumerate() {
                    output.push_str(if index > 0 { "," } else { "" });
                    new_line(output, depth + 1);
                    push_quoted(output, name);
                    output.push_str(if indent > 0 { ": " } else { ":" });
                    member.write(output, indent, depth + 1);
                }
                new_line(output, depth);
                output.push('}');
            }
        }
    }
}

pub fn push_quoted(output: &mut String, text: &str) {
    output.push('"');
    for letter in text.chars() {
        match letter {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            letter if u32::from(letter) < 0x20 || letter == '\u{7f}' => output.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => output.push(letter),
        }
    }
    output.push('"');
}

struct Reader<'text> {
    bytes: &'text [u8],
    at: usize,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn takes(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let is_there = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self) -> Option<Value> {
        self.skip_blanks();
        match *self.bytes.get(self.at)? {
            b'"' => self.string().map(Value::String),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                if self.takes(b']') {
                    return Some(Value::Array(items));
                }
                loop {
                    items.push(self.value()?);
                    if !self.takes(b',') {
                        return self.takes(b']').then_some(Value::Array(items));
                    }
                }
            }
            b'{' => {
                self.at += 1;
                let mut members = Vec::new();
                if self.takes(b'}') {
                    return Some(Value::Object(members));
                }
                loop {
                    self.skip_blanks();
                    let name = self.string()?;
                    if !self.takes(b':') {
                        return None;
                    }
                    members.push((name, self.value()?));
                    if !self.takes(b',') {
                        return self.takes(b'}').then_some(Value::Object(members));
                    }
                }
            }
            _ => {
                let length = self.bytes[self.at..].iter().take_while(|byte| !b",]} \t\r\n".contains(byte)).count();
                let word = std::str::from_utf8(&self.bytes[self.at..self.at + length]).ok()?;
                self.at += length;
                Some(match word {
                    "null" => Value::Null,
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    number => Value::Number(number.to_owned()),
                })
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        self.at += 1;
        let mut output = Vec::new();
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(output).ok(),
                b'\\' => {
                    let escaped = *self.bytes.get(self.at)?;
                    self.at += 1;
                    let letter = match escaped {
                        b'n' => '\n',
                        b't' => '\t',
                        b'r' => '\r',
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'u' => self.unicode()?,
                        other => char::from(other),
                    };
                    output.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                }
                byte => output.push(byte),
            }
        }
    }

    /// The four digits after `\u`, with the second half of a pair.
    fn unicode(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        if !(0xd800..0xdc00).contains(&first) || self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
            return Some(char::from_u32(first).unwrap_or('\u{fffd}'));
        }
        self.at += 2;
        let second = self.four_digits()?;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff))
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = std::str::from_utf8(self.bytes.get(self.at..self.at + 4)?).ok()?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}
