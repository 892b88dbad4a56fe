//! History expansion: `!!`, `!n`, `!-n`, `!str`, `!?str?`, `^a^b^`, words (`!$`, `!:2-3`, `!*`) and modifiers
//! (`:h :t :r :e :p :q :x :s/a/b/ :g& :a`).

use super::history::History;

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Expanded {
    Same,
    Changed { line: Vec<u8>, only_prints: bool },
}

/// How a line is read.
#[derive(Clone, Copy, Default)]
pub struct Context {
    /// The line begins within quotes of this kind that an earlier one has opened.
    pub quote: Option<u8>,
    /// `!(` is a pattern.
    pub extglob: bool,
}

type Substitution = Option<(Vec<u8>, Vec<u8>)>;

struct Expansion<'a> {
    line: &'a [u8],
    position: usize,
    history: &'a History,
    /// The last `:s`, for `:&`.
    substitution: &'a mut Substitution,
    only_prints: bool,
}

/// Expands a line; an error is a message.
pub fn expand(line: &[u8], history: &History, substitution: &mut Substitution, context: Context) -> Result<Expanded, String> {
    let quick = line.first() == Some(&b'^') && context.quote.is_none();
    if !quick && !line.contains(&b'!') {
        return Ok(Expanded::Same);
    }
    let quick_line;
    let line = match quick {
        true => {
            quick_line = [b"!!:s", line].concat();
            &quick_line
        }
        false => line,
    };
    let mut expansion = Expansion { line, position: 0, history, substitution, only_prints: false };
    let mut output = Vec::with_capacity(line.len());
    let mut quote = context.quote;
    let mut changed = false;
    while let Some(byte) = expansion.peek(0) {
        match byte {
            b'\\' if quote != Some(b'\'') => {
                output.push(byte);
                expansion.position += 1;
                output.extend(expansion.peek(0));
            }
            b'\'' if quote != Some(b'"') => {
                quote = if quote.is_some() { None } else { Some(byte) };
                output.push(byte);
            }
            b'"' if quote != Some(b'\'') => {
                quote = if quote.is_some() { None } else { Some(byte) };
                output.push(byte);
            }
            b'!' if quote != Some(b'\'') && expansion.is_reference(&output, quote, context.extglob) => {
                output.extend(expansion.reference(&output)?);
                changed = true;
                continue;
            }
            _ => output.push(byte),
        }
        expansion.position += 1;
    }
    Ok(match changed {
        true => Expanded::Changed { line: output, only_prints: expansion.only_prints },
        false => Expanded::Same,
    })
}

impl Expansion<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.line.get(self.position + ahead).copied()
    }

    fn is_reference(&self, before: &[u8], quote: Option<u8>, extglob: bool) -> bool {
        match self.peek(1) {
            None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'=') => false,
            Some(b'(') => !extglob,
            Some(b'"') => quote != Some(b'"'),
            // `[!a]` and `${!name}` are the shell's.
            _ => !before.ends_with(b"[") && !before.ends_with(b"${") && !before.ends_with(b"$"),
        }
    }

    fn not_found(&self, event: &[u8]) -> String {
        format!("{}: event not found", String::from_utf8_lossy(event))
    }

    /// Expands the reference at the position, and goes behind it. `before` is what the line has become so far.
    fn reference(&mut self, before: &[u8]) -> Result<Vec<u8>, String> {
        let start = self.position;
        self.position += 1;
        let (event, searched) = self.event(start, before)?;
        let words = words(&event);
        let mut text = self.designated(&event, &words, searched.as_deref())?;
        while self.peek(0) == Some(b':') {
            self.position += 1;
            text = self.modified(text)?;
        }
        Ok(text)
    }

    /// The event's line, and for `!?str?` the word with `str`.
    fn event(&mut self, start: usize, before: &[u8]) -> Result<(Vec<u8>, Option<Vec<u8>>), String> {
        let count = self.history.len() as i64;
        let found = |this: &Self, number: i64| {
            let text = this.history.index(number).and_then(|index| this.history.text(index));
            text.map(|text| text.to_vec()).ok_or_else(|| this.not_found(&this.line[start..this.position]))
        };
        match self.peek(0) {
            Some(b'!') => {
                self.position += 1;
                found(self, -1).map(|text| (text, None))
            }
            Some(b'#') => {
                self.position += 1;
                Ok((before.to_vec(), None))
            }
            Some(b'^' | b'$' | b'*' | b':') => found(self, -1).map(|text| (text, None)),
            Some(b'-') if self.peek(1).is_some_and(|digit| digit.is_ascii_digit()) => {
                self.position += 1;
                let number = self.number().unwrap_or(0) as i64;
                if number > count {
                    return Err(self.not_found(&self.line[start..self.position]));
                }
                found(self, -number).map(|text| (text, None))
            }
            Some(digit) if digit.is_ascii_digit() => {
                let number = self.number().unwrap_or(0) as i64;
                found(self, number).map(|text| (text, None))
            }
            Some(b'?') => {
                self.position += 1;
                let rest = &self.line[self.position..];
                let length = rest.iter().position(|byte| *byte == b'?' || *byte == b'\n').unwrap_or(rest.len());
                let wanted = rest[..length].to_vec();
                self.position += length + usize::from(rest.get(length) == Some(&b'?'));
                let entry = self.history.entries().iter().rev().find(|entry| contains(&entry.text, &wanted));
                let entry = entry.ok_or_else(|| self.not_found(&self.line[start..self.position]))?;
                Ok((entry.text.to_vec(), Some(wanted)))
            }
            _ => {
                let rest = &self.line[self.position..];
                let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b':' | b';' | b'&' | b'(' | b')' | b'|' | b'<' | b'>' | b'"' | b'^' | b'$' | b'*');
                let length = rest.iter().position(is_end).unwrap_or(rest.len());
                let wanted = rest[..length].to_vec();
                self.position += length;
                let entry = self.history.entries().iter().rev().find(|entry| entry.text.starts_with(&wanted));
                let entry = entry.ok_or_else(|| self.not_found(&self.line[start..self.position]))?;
                Ok((entry.text.to_vec(), None))
            }
        }
    }

    fn number(&mut self) -> Option<usize> {
        let digits = self.line[self.position..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = std::str::from_utf8(&self.line[self.position..self.position + digits]).ok()?;
        self.position += digits;
        text.parse().ok()
    }

    /// The words that `:n`, `$`, `^`, `*`, `x-y` after the event stand for; all of the event without them.
    fn designated(&mut self, event: &[u8], words: &[Vec<u8>], searched: Option<&[u8]>) -> Result<Vec<u8>, String> {
        let start = self.position;
        let next = match self.peek(0) {
            Some(b':') => self.peek(1),
            Some(byte @ (b'^' | b'$' | b'*' | b'-' | b'%')) => Some(byte),
            _ => None,
        };
        let Some(next) = next.filter(|next| next.is_ascii_digit() || b"^$*-%".contains(next)) else {
            return Ok(event.to_vec());
        };
        self.position += usize::from(self.peek(0) == Some(b':'));
        let last = words.len().saturating_sub(1);
        let bad = |this: &Self| format!("{}: bad word specifier", String::from_utf8_lossy(&this.line[start..this.position]));
        let first = match next {
            b'*' => {
                self.position += 1;
                return Ok(words.get(1..).map(|words| words.join(b" ".as_slice())).unwrap_or_default());
            }
            b'%' => {
                self.position += 1;
                let word = words.iter().find(|word| searched.is_some_and(|searched| contains(word, searched)));
                return Ok(word.cloned().unwrap_or_default());
            }
            b'^' => {
                self.position += 1;
                1
            }
            b'$' => {
                self.position += 1;
                last
            }
            b'-' => 0,
            _ => self.number().unwrap_or(0),
        };
        let end = match self.peek(0) {
            Some(b'*') => {
                self.position += 1;
                last
            }
            Some(b'-') => {
                self.position += 1;
                match self.peek(0) {
                    Some(digit) if digit.is_ascii_digit() => self.number().unwrap_or(0),
                    Some(b'$') => {
                        self.position += 1;
                        last
                    }
                    Some(b'^') => {
                        self.position += 1;
                        1
                    }
                    // `x-` leaves out the last word.
                    _ => last.saturating_sub(1),
                }
            }
            _ => first,
        };
        match words.get(first..=end) {
            Some(words) => Ok(words.join(b" ".as_slice())),
            None if first == end + 1 => Ok(Vec::new()),
            None => Err(bad(self)),
        }
    }

    /// Applies the modifier at the position.
    fn modified(&mut self, text: Vec<u8>) -> Result<Vec<u8>, String> {
        let mut everywhere = false;
        let mut by_word = false;
        loop {
            let Some(letter) = self.peek(0) else { return Ok(text) };
            self.position += 1;
            let slash = text.iter().rposition(|byte| *byte == b'/');
            let dot = text.iter().rposition(|byte| *byte == b'.').filter(|dot| slash.is_none_or(|slash| *dot > slash));
            return Ok(match letter {
                b'g' | b'a' => {
                    everywhere = true;
                    continue;
                }
                b'G' => {
                    by_word = true;
                    continue;
                }
                b'h' => slash.map_or(text.clone(), |slash| text[..slash.max(usize::from(slash == 0))].to_vec()),
                b't' => slash.map_or(text.clone(), |slash| text[slash + 1..].to_vec()),
                b'r' => dot.map_or(text.clone(), |dot| text[..dot].to_vec()),
                b'e' => dot.map_or(Vec::new(), |dot| text[dot..].to_vec()),
                b'p' => {
                    self.only_prints = true;
                    text
                }
                b'q' => crate::expand::quote::single_quoted(&text),
                b'x' => {
                    let quoted: Vec<Vec<u8>> = words(&text).iter().map(|word| crate::expand::quote::single_quoted(word)).collect();
                    quoted.join(b" ".as_slice())
                }
                b's' => {
                    self.read_substitution();
                    self.substituted(text, everywhere, by_word)?
                }
                b'&' => self.substituted(text, everywhere, by_word)?,
                other => return Err(format!(":{}: unrecognized history modifier", char::from(other))),
            });
        }
    }

    fn read_substitution(&mut self) {
        let Some(delimiter) = self.peek(0) else { return };
        self.position += 1;
        let mut part = || {
            let mut part = Vec::new();
            while let Some(byte) = self.line.get(self.position).copied() {
                self.position += 1;
                match byte {
                    b'\\' if self.line.get(self.position) == Some(&delimiter) => {
                        part.push(delimiter);
                        self.position += 1;
                    }
                    byte if byte == delimiter => break,
                    _ => part.push(byte),
                }
            }
            part
        };
        let (old, new) = (part(), part());
        // No text stands for the last one.
        let old = match (old.is_empty(), &self.substitution) {
            (true, Some((last, _))) => last.clone(),
            _ => old,
        };
        *self.substitution = Some((old, new));
    }

    fn substituted(&mut self, text: Vec<u8>, everywhere: bool, by_word: bool) -> Result<Vec<u8>, String> {
        let Some((old, new)) = self.substitution.clone().filter(|(old, _)| !old.is_empty()) else {
            return Err(":s: no previous substitution".to_string());
        };
        if by_word {
            let parts: Vec<Vec<u8>> = words(&text).iter().map(|word| replaced(word, &old, &new, false)).collect();
            return Ok(parts.join(b" ".as_slice()));
        }
        if !contains(&text, &old) {
            let tried = String::from_utf8_lossy(&self.line[..self.position]).into_owned();
            let tried = tried.strip_prefix("!!").filter(|rest| rest.starts_with(":s^")).unwrap_or(&tried);
            return Err(format!("{tried}: substitution failed"));
        }
        Ok(replaced(&text, &old, &new, everywhere))
    }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    find(text, wanted).is_some()
}

pub fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    match wanted.is_empty() {
        true => Some(0),
        false => text.windows(wanted.len()).position(|window| window == wanted),
    }
}

/// `new` in place of the first `old`, or of each; `&` in it is `old`.
fn replaced(text: &[u8], old: &[u8], new: &[u8], everywhere: bool) -> Vec<u8> {
    let mut inserted = Vec::new();
    let mut bytes = new.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if bytes.clone().next() == Some(b'&') => inserted.extend(bytes.next()),
            b'&' => inserted.extend_from_slice(old),
            _ => inserted.push(byte),
        }
    }
    let mut output = Vec::new();
    let mut rest = text;
    while let Some(place) = find(rest, old) {
        output.extend_from_slice(&rest[..place]);
        output.extend_from_slice(&inserted);
        rest = &rest[place + old.len()..];
        if !everywhere {
            break;
        }
    }
    output.extend_from_slice(rest);
    output
}

/// Takes a line apart as the shell's grammar would, quotes left in.
pub fn words(line: &[u8]) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    let mut word = Vec::new();
    let mut quote = None;
    let mut index = 0;
    while let Some(byte) = line.get(index).copied() {
        index += 1;
        match (quote, byte) {
            (Some(open), byte) => {
                word.push(byte);
                match byte {
                    b'\\' if open == b'"' => {
                        word.extend(line.get(index));
                        index += 1;
                    }
                    _ if byte == open => quote = None,
                    _ => {}
                }
            }
            (None, b'\\') => {
                word.push(byte);
                word.extend(line.get(index));
                index += 1;
            }
            (None, b'\'' | b'"' | b'`') => {
                word.push(byte);
                quote = Some(byte);
            }
            (None, b' ' | b'\t' | b'\n') => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            (None, b'$') if line.get(index) == Some(&b'(') => {
                let length = 1 + closing(&line[index..]);
                word.extend_from_slice(&line[index - 1..index - 1 + length]);
                index += length - 1;
            }
            (None, b'<' | b'>' | b'|' | b'&' | b';' | b'(' | b')') => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                let mut operator = vec![byte];
                while let Some(next) = line.get(index).filter(|next| b"<>|&;".contains(next) && byte != b'(' && byte != b')') {
                    operator.push(*next);
                    index += 1;
                }
                words.push(operator);
            }
            (None, byte) => word.push(byte),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The length of `(…)` at the start, up to the end if it is open.
fn closing(text: &[u8]) -> usize {
    let mut depth = 0;
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return index + 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn try_expand(line: &str) -> Result<String, String> {
        let mut history = History::default();
        history.push(b"echo one two/three.txt", None);
        history.push(b"ls -l \"a b\" c", None);
        match expand(line.as_bytes(), &history, &mut None, Context::default())? {
            Expanded::Same => Ok(line.to_string()),
            Expanded::Changed { line, .. } => Ok(String::from_utf8_lossy(&line).into_owned()),
        }
    }

    #[test]
    fn events_words_and_modifiers() {
        let expanded = |line: &str| try_expand(line).unwrap();
        assert_eq!(expanded("!!"), "ls -l \"a b\" c");
        assert_eq!(expanded("x !$ y"), "x c y");
        assert_eq!(expanded("!e"), "echo one two/three.txt");
        assert_eq!(expanded("!1:2:t:r"), "three");
        assert_eq!(expanded("!-2:1-2"), "one two/three.txt");
        assert_eq!(expanded("!ls:*"), "-l \"a b\" c");
        assert_eq!(expanded("!?one?:0"), "echo");
        assert_eq!(expanded("^-l^-a^"), "ls -a \"a b\" c");
        assert_eq!(expanded("!!:gs/ /_/"), "ls_-l_\"a_b\"_c");
        assert_eq!(expanded("echo '!!' \\! a! != [!a]"), "echo '!!' \\! a! != [!a]");
        assert_eq!(try_expand("!nope").unwrap_err(), "!nope: event not found");
    }
}
