//! Fields: the words an expansion makes, with the memory of which bytes were quoted.

use super::pattern::PatternByte;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub text: Vec<u8>,
    /// Of each byte of `text`: quotes protect it. Empty while all bytes have the protection `fill`.
    quoted: Vec<bool>,
    fill: bool,
    /// Quotes stood somewhere, so that the field exists even if it is empty.
    pub has_quotes: bool,
}

impl Field {
    pub fn push(&mut self, bytes: &[u8], is_quoted: bool) {
        if self.text.is_empty() {
            self.fill = is_quoted;
            self.quoted.clear();
        } else if self.quoted.is_empty() && self.fill != is_quoted && !bytes.is_empty() {
            self.quoted = vec![self.fill; self.text.len()];
        }
        self.text.extend_from_slice(bytes);
        if !self.quoted.is_empty() {
            self.quoted.resize(self.text.len(), is_quoted);
        }
    }

    pub fn is_quoted(&self, index: usize) -> bool {
        self.quoted.get(index).copied().unwrap_or(self.fill)
    }

    /// Pattern characters are active somewhere.
    pub fn is_pattern(&self) -> bool {
        self.text.iter().enumerate().any(|(index, byte)| {
            let is_active = match byte {
                b'*' | b'?' => true,
                b'[' => self.text[index..].contains(&b']'),
                b'(' => index > 0 && matches!(self.text[index - 1], b'+' | b'@' | b'!'),
                _ => false,
            };
            is_active && !self.is_quoted(index)
        })
    }

    pub fn pattern_bytes(&self) -> Vec<PatternByte> {
        let byte = |(index, byte): (usize, &u8)| PatternByte { byte: *byte, is_quoted: self.is_quoted(index) };
        let plain: Vec<PatternByte> = self.text.iter().enumerate().map(byte).collect();
        // A backslash that came from a variable protects the next character of a pattern.
        let mut result = Vec::with_capacity(plain.len());
        let mut bytes = plain.into_iter();
        while let Some(next) = bytes.next() {
            if next.byte == b'\\' && !next.is_quoted && !bytes.as_slice().is_empty() {
                result.extend(bytes.next().map(|next| PatternByte { is_quoted: true, ..next }));
                continue;
            }
            result.push(next);
        }
        result
    }
}

/// Collects fields; unquoted expansions are split at IFS.
pub struct Fields {
    done: Vec<Field>,
    current: Field,
    /// There is a current field, be it empty.
    is_started: bool,
    ifs: Vec<u8>,
    /// Off: everything becomes one field (assignments, `case` words).
    splits: bool,
}

impl Fields {
    pub fn new(ifs: Vec<u8>, splits: bool) -> Self {
        Fields { done: Vec::new(), current: Field::default(), is_started: false, ifs, splits }
    }

    pub fn splits(&self) -> bool {
        self.splits
    }

    pub fn literal(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.is_started = true;
            self.current.push(bytes, false);
        }
    }

    pub fn quoted(&mut self, bytes: &[u8]) {
        self.is_started = true;
        self.current.has_quotes = true;
        self.current.push(bytes, true);
    }

    /// Ends the current field even if it is empty.
    pub fn end_field(&mut self) {
        self.done.push(std::mem::take(&mut self.current));
        self.is_started = false;
    }

    /// Ends the current field if there is one.
    pub fn break_field(&mut self) {
        if self.is_started {
            self.end_field();
        }
    }

    /// Adds the result of an unquoted expansion.
    pub fn expansion(&mut self, bytes: &[u8]) {
        if !self.splits || self.ifs.is_empty() {
            return self.literal(bytes);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = rest.iter().position(|byte| self.ifs.contains(byte)).unwrap_or(rest.len());
            self.literal(&rest[..length]);
            rest = &rest[length..];
            if rest.is_empty() {
                return;
            }
            // A separator: white space around at most one other separator character.
            let blanks = self.leading_blanks(rest);
            rest = &rest[blanks..];
            match rest.first() {
                Some(byte) if self.ifs.contains(byte) => {
                    self.end_field();
                    rest = &rest[1..];
                    rest = &rest[self.leading_blanks(rest)..];
                }
                _ => self.break_field(),
            }
        }
    }

    fn leading_blanks(&self, bytes: &[u8]) -> usize {
        bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n') && self.ifs.contains(byte)).count()
    }

    pub fn finish(mut self) -> Vec<Field> {
        self.break_field();
        self.done
    }

    /// Everything as one field.
    pub fn finish_joined(mut self) -> Field {
        if self.done.is_empty() {
            return self.current;
        }
        self.break_field();
        let mut all = Field::default();
        for (index, field) in self.done.iter().enumerate() {
            if index > 0 {
                all.push(b" ", true);
            }
            for (position, byte) in field.text.iter().enumerate() {
                all.push(&[*byte], field.is_quoted(position));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(ifs: &str, text: &str) -> Vec<String> {
        let mut fields = Fields::new(ifs.as_bytes().to_vec(), true);
        fields.expansion(text.as_bytes());
        fields.finish().into_iter().map(|field| String::from_utf8(field.text).unwrap()).collect()
    }

    #[test]
    fn splitting_follows_posix() {
        assert_eq!(split(" \t\n", "  a  b "), ["a", "b"]);
        assert_eq!(split(":", "a::b"), ["a", "", "b"]);
        assert_eq!(split(":", ":a:"), ["", "a"]);
        assert_eq!(split(": ", "a : b"), ["a", "b"]);
        assert_eq!(split("", "a b"), ["a b"]);
        assert!(split(" ", "   ").is_empty());
    }

    #[test]
    fn text_around_an_expansion_sticks_to_its_ends() {
        let mut fields = Fields::new(b" ".to_vec(), true);
        fields.literal(b"x");
        fields.expansion(b"a b");
        fields.quoted(b"y");
        let texts: Vec<_> = fields.finish().into_iter().map(|field| field.text).collect();
        assert_eq!(texts, [b"xa".to_vec(), b"by".to_vec()]);
    }
}
