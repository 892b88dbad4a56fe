//! Patterns to nodes. Where POSIX leaves the meaning open, it is GNU's.

use crate::bracket;
use crate::class;
use crate::syntax::{Dialect, Error, Look, Node, Options, decode};

/// As RE_DUP_MAX.
const MOST_REPETITIONS: u32 = 32767;
/// Groups within groups; each level takes stack in what follows.
const DEEPEST: usize = 100;

pub struct Parsed {
    pub node: Node,
    pub groups: usize,
    pub has_back_references: bool,
}

pub fn parse(pattern: &[u8], options: Options) -> Result<Parsed, Error> {
    let mut parser = Parser { pattern, position: 0, options, groups: 0, closed: Vec::new(), depth: 0, has_back_references: false };
    let node = parser.alternation()?;
    if parser.position < pattern.len() {
        return Err(Error("Unmatched ) or \\)"));
    }
    Ok(Parsed { node, groups: parser.groups, has_back_references: parser.has_back_references })
}

struct Parser<'a> {
    pattern: &'a [u8],
    position: usize,
    options: Options,
    groups: usize,
    /// Groups whose end has been seen, to which a back-reference may point.
    closed: Vec<usize>,
    depth: usize,
    has_back_references: bool,
}

impl Parser<'_> {
    fn rest(&self) -> &[u8] {
        &self.pattern[self.position..]
    }

    fn is_basic(&self) -> bool {
        self.options.dialect == Dialect::Basic
    }

    fn eat(&mut self, token: &[u8]) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.position += token.len();
        }
        found
    }

    /// An operator that basic expressions write with a backslash.
    fn sees_operator(&self, operator: u8) -> bool {
        match self.rest() {
            [b'\\', next, ..] => self.is_basic() && *next == operator,
            [next, ..] => !self.is_basic() && *next == operator,
            [] => false,
        }
    }

    fn eat_operator(&mut self, operator: u8) -> bool {
        let found = self.sees_operator(operator);
        if found {
            self.position += if self.is_basic() { 2 } else { 1 };
        }
        found
    }

    fn alternation(&mut self) -> Result<Node, Error> {
        let mut branches = vec![self.branch()?];
        while self.eat_operator(b'|') {
            branches.push(self.branch()?);
        }
        Ok(if branches.len() == 1 { branches.remove(0) } else { Node::Alternate(branches) })
    }

    fn branch(&mut self) -> Result<Node, Error> {
        let mut items: Vec<Node> = Vec::new();
        // In basic expressions a star is itself where nothing can be repeated.
        let mut is_start = true;
        loop {
            if self.rest().is_empty() || self.sees_operator(b'|') {
                break;
            }
            if self.sees_operator(b')') && (self.depth > 0 || self.options.dialect != Dialect::Extended) {
                break;
            }
            let atom = self.atom(is_start)?;
            is_start = is_start && self.is_basic() && matches!(atom, Node::Look(Look::TextStart | Look::LineStart));
            let atom = if is_start { atom } else { self.repetitions(atom)? };
            items.push(atom);
        }
        Ok(match items.len() {
            0 => Node::Empty,
            1 => items.remove(0),
            _ => Node::Concat(items),
        })
    }

    fn repetitions(&mut self, mut atom: Node) -> Result<Node, Error> {
        let mut repeats = 0;
        loop {
            let (minimum, maximum) = if self.eat(b"*") {
                (0, None)
            } else if self.eat_operator(b'+') {
                (1, None)
            } else if self.eat_operator(b'?') {
                (0, Some(1))
            } else if self.sees_operator(b'{') {
                let before = self.position;
                self.position += if self.is_basic() { 2 } else { 1 };
                match self.interval() {
                    Ok(bounds) => bounds,
                    Err(_) if !self.is_basic() && self.options.dialect == Dialect::Awk => {
                        self.position = before;
                        return Ok(atom);
                    }
                    Err(error) => return Err(error),
                }
            } else {
                return Ok(atom);
            };
            atom = match atom {
                // `a**` is `a*`: without this a run of stars would nest without bound.
                Node::Repeat { node, minimum: 0, maximum: None } => Node::Repeat { node, minimum: 0, maximum: None },
                Node::Look(_) | Node::Empty if minimum == 0 => Node::Empty,
                Node::Look(_) | Node::Empty => atom,
                _ => Node::Repeat { node: Box::new(atom), minimum, maximum },
            };
            repeats += 1;
            if repeats > DEEPEST {
                return Err(Error("Regular expression too big"));
            }
        }
    }

    fn interval(&mut self) -> Result<(u32, Option<u32>), Error> {
        let minimum = self.number()?;
        let has_comma = self.eat(b",");
        let maximum = if has_comma { self.number()? } else { minimum };
        if !self.eat(if self.is_basic() { b"\\}" } else { b"}" }) {
            return Err(Error(if self.rest().is_empty() { "Unmatched { or \\{" } else { "Invalid content of \\{\\}" }));
        }
        if minimum.is_none() && (maximum.is_none() || !has_comma) {
            return Err(Error("Invalid content of \\{\\}"));
        }
        let least = minimum.unwrap_or(0);
        if maximum.is_some_and(|most| most < least) {
            return Err(Error("Invalid content of \\{\\}"));
        }
        if least > MOST_REPETITIONS || maximum.is_some_and(|most| most > MOST_REPETITIONS) {
            return Err(Error("Regular expression too big"));
        }
        Ok((least, maximum))
    }

    fn number(&mut self) -> Result<Option<u32>, Error> {
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut number = 0u32;
        for digit in &self.rest()[..digits] {
            number = number.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
        }
        self.position += digits;
        Ok((digits > 0).then_some(number))
    }

    fn atom(&mut self, is_start: bool) -> Result<Node, Error> {
        let byte = self.rest()[0];
        if self.eat_operator(b'(') {
            return self.group();
        }
        match byte {
            b'\\' => self.escape(),
            b'[' => {
                self.position += 1;
                let ranges = bracket::parse(self.pattern, &mut self.position, self.options)?;
                Ok(Node::Class(ranges))
            }
            b'.' => {
                self.position += 1;
                Ok(Node::Class(class::negated(Vec::new(), self.options.is_utf8)))
            }
            b'^' if !self.is_basic() || is_start => {
                self.position += 1;
                Ok(Node::Look(if self.options.is_multiline { Look::LineStart } else { Look::TextStart }))
            }
            b'$' if !self.is_basic() || self.is_end_after_dollar() => {
                self.position += 1;
                Ok(Node::Look(if self.options.is_multiline { Look::LineEnd } else { Look::TextEnd }))
            }
            b'{' if self.options.dialect == Dialect::Extended && is_start => Err(Error("Invalid preceding regular expression")),
            _ => {
                let (character, length) = decode(self.rest(), self.options.is_utf8);
                let bytes = self.rest()[..length].to_vec();
                self.position += length;
                Ok(self.literal(character, bytes))
            }
        }
    }

    fn is_end_after_dollar(&self) -> bool {
        let after = &self.rest()[1..];
        after.is_empty() || after.starts_with(b"\\)") || after.starts_with(b"\\|")
    }

    fn literal(&self, character: Option<char>, bytes: Vec<u8>) -> Node {
        let Some(character) = character.filter(|_| self.options.ignores_case) else { return Node::Literal(bytes) };
        let cases = class::cases(character, self.options.is_utf8);
        if cases.len() == 1 {
            return Node::Literal(bytes);
        }
        Node::Class(cases.into_iter().map(|other| (other as u32, other as u32)).collect())
    }

    fn group(&mut self) -> Result<Node, Error> {
        self.groups += 1;
        let index = self.groups;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error("Regular expression too big"));
        }
        let node = self.alternation()?;
        self.depth -= 1;
        if !self.eat_operator(b')') {
            return Err(Error("Unmatched ( or \\("));
        }
        self.closed.push(index);
        Ok(Node::Group(index, Box::new(node)))
    }

    fn escape(&mut self) -> Result<Node, Error> {
        let Some(&next) = self.rest().get(1) else { return Err(Error("Trailing backslash")) };
        let is_awk = self.options.dialect == Dialect::Awk;
        self.position += 2;
        let is_utf8 = self.options.is_utf8;
        Ok(match next {
            b'w' => Node::Class(class::word(is_utf8)),
            b'W' => Node::Class(class::negated(class::word(is_utf8), is_utf8)),
            b's' => Node::Class(class::named(b"space", is_utf8).unwrap_or_default()),
            b'S' => Node::Class(class::negated(class::named(b"space", is_utf8).unwrap_or_default(), is_utf8)),
            b'<' => Node::Look(Look::WordStart),
            b'>' => Node::Look(Look::WordEnd),
            b'y' if is_awk => Node::Look(Look::WordEdge),
            b'b' if !is_awk => Node::Look(Look::WordEdge),
            b'B' => Node::Look(Look::NotWordEdge),
            b'`' => Node::Look(Look::TextStart),
            b'\'' => Node::Look(Look::TextEnd),
            b'1'..=b'9' if !is_awk => {
                let index = usize::from(next - b'0');
                if !self.closed.contains(&index) {
                    return Err(Error("Invalid back reference"));
                }
                self.has_back_references = true;
                Node::BackReference(index)
            }
            b'{' if self.is_basic() => return Err(Error("Invalid preceding regular expression")),
            _ => {
                self.position -= 1;
                if let Some(byte) = c_escape(self.pattern, &mut self.position, self.options) {
                    let bytes = vec![byte];
                    return Ok(self.literal(byte.is_ascii().then(|| char::from(byte)), bytes));
                }
                let (character, length) = decode(self.rest(), is_utf8);
                let bytes = self.rest()[..length].to_vec();
                self.position += length;
                self.literal(character, bytes)
            }
        })
    }
}

/// Reads what follows a backslash as a C-like escape; `None`, nothing eaten, if it is none.
pub fn c_escape(pattern: &[u8], position: &mut usize, options: Options) -> Option<u8> {
    if !options.has_c_escapes {
        return None;
    }
    let is_awk = options.dialect == Dialect::Awk;
    let first = *pattern.get(*position)?;
    let (radix, most) = match first {
        b'a' => return eaten(position, 7),
        b'f' => return eaten(position, 12),
        b'n' => return eaten(position, b'\n'),
        b'r' => return eaten(position, b'\r'),
        b't' => return eaten(position, b'\t'),
        b'v' => return eaten(position, 11),
        b'b' if is_awk => return eaten(position, 8),
        b'0'..=b'7' if is_awk => {
            *position -= 1;
            (8, 3)
        }
        b'x' => (16, 2),
        b'd' if !is_awk => (10, 3),
        b'o' if !is_awk => (8, 3),
        b'c' if !is_awk => {
            let byte = pattern.get(*position + 1)?.to_ascii_uppercase() ^ 0x40;
            *position += 2;
            return Some(byte);
        }
        _ => return None,
    };
    let digits = &pattern[*position + 1..];
    let count = digits.iter().take(most).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let number = digits[..count].iter().fold(0, |number, digit| number * radix + char::from(*digit).to_digit(radix).unwrap_or(0));
    *position += 1 + count;
    Some(number as u8)
}

fn eaten(position: &mut usize, byte: u8) -> Option<u8> {
    *position += 1;
    Some(byte)
}
