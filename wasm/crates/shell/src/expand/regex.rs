//! POSIX extended regular expressions, leftmost-longest, for `[[ … =~ … ]]`.
//!
//! A pattern becomes a small program that all possible threads run at once, one character at a time, so
//! that no pattern takes more than text times program. Of all matches the longest wins; where two threads
//! meet, the one whose choices come first goes on, which gives the groups that glibc gives.

use super::pattern::{PatternByte, character_length, code_point, in_named_class};

/// Instructions a pattern may become, counted repetitions included.
const MAXIMUM_PROGRAM: usize = 20_000;

/// Groups within groups.
const MAXIMUM_DEPTH: usize = 200;

#[derive(Clone, Debug)]
enum Set {
    Any,
    Character(u32),
    Class { is_negated: bool, ranges: Vec<(u32, u32)>, names: Vec<String> },
}

#[derive(Clone, Debug)]
enum Node {
    Empty,
    Set(Set),
    Start,
    End,
    WordBoundary,
    WordStart,
    WordEnd,
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    Group(usize, Box<Node>),
    Repeat(Box<Node>, u32, Option<u32>),
}

#[derive(Clone, Debug)]
enum Step {
    Set(Set),
    Start,
    End,
    WordBoundary,
    WordStart,
    WordEnd,
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Match,
}

pub struct Regex {
    program: Vec<Step>,
    groups: usize,
    ignores_case: bool,
}

/// The pattern makes no sense.
#[derive(Debug)]
pub struct BadPattern;

type Slots = Vec<Option<usize>>;

impl Regex {
    pub fn new(pattern: &[PatternByte], ignores_case: bool) -> Result<Self, BadPattern> {
        let mut parser = RegexParser { text: pattern, position: 0, groups: 0, depth: 0 };
        let node = parser.either()?;
        if parser.position < pattern.len() {
            return Err(BadPattern);
        }
        let mut program = Vec::new();
        compile(&node, &mut program)?;
        program.push(Step::Match);
        Ok(Regex { program, groups: parser.groups + 1, ignores_case })
    }

    /// The leftmost-longest match: where each group starts and ends, the whole first.
    pub fn find(&self, text: &[u8]) -> Option<Vec<Option<(usize, usize)>>> {
        let mut start = 0;
        loop {
            if let Some(slots) = self.match_at(text, start) {
                let pairs = slots.chunks(2).map(|pair| Some((pair[0]?, pair[1]?)));
                return Some(pairs.collect());
            }
            if start >= text.len() {
                return None;
            }
            start += character_length(text, start);
        }
    }

    fn match_at(&self, text: &[u8], start: usize) -> Option<Slots> {
        let mut threads: Vec<(usize, Slots)> = Vec::new();
        let mut places = vec![usize::MAX; self.program.len()];
        let mut slots = vec![None; self.groups * 2];
        slots[0] = Some(start);
        self.add(0, slots, text, start, &mut threads, &mut places);
        let mut best: Option<Slots> = None;
        let mut position = start;
        loop {
            let ended = threads.iter().find(|(step, _)| matches!(self.program[*step], Step::Match));
            if let Some((_, slots)) = ended {
                let mut slots = slots.clone();
                slots[1] = Some(position);
                best = Some(slots);
            }
            if threads.is_empty() || position >= text.len() {
                return best;
            }
            let length = character_length(text, position);
            let code = code_point(&text[position..position + length]);
            let mut next: Vec<(usize, Slots)> = Vec::new();
            places.fill(usize::MAX);
            for (step, slots) in threads {
                if let Step::Set(set) = &self.program[step]
                    && self.contains(set, code)
                {
                    self.add(step + 1, slots, text, position + length, &mut next, &mut places);
                }
            }
            threads = next;
            position += length;
        }
    }

    fn contains(&self, set: &Set, code: u32) -> bool {
        let folded = |code: u32| char::from_u32(code).map_or(code, |character| u32::from(character.to_ascii_lowercase()));
        match set {
            Set::Any => true,
            Set::Character(own) => *own == code || self.ignores_case && folded(*own) == folded(code),
            Set::Class { is_negated, ranges, names } => {
                let holds = |code: u32| {
                    ranges.iter().any(|(low, high)| (*low..=*high).contains(&code))
                        || char::from_u32(code)
                            .is_some_and(|character| names.iter().any(|name| in_named_class(name, character)))
                };
                let mut is_member = holds(code);
                if self.ignores_case && let Some(character) = char::from_u32(code) {
                    is_member |= holds(u32::from(character.to_ascii_lowercase()))
                        || holds(u32::from(character.to_ascii_uppercase()));
                }
                is_member != *is_negated
            }
        }
    }

    /// Adds a thread at a step, followed through everything that takes no character.
    fn add(
        &self,
        step: usize,
        slots: Slots,
        text: &[u8],
        position: usize,
        threads: &mut Vec<(usize, Slots)>,
        places: &mut [usize],
    ) {
        let mut pending = vec![(step, slots)];
        while let Some((step, mut slots)) = pending.pop() {
            if places[step] != usize::MAX {
                continue;
            }
            places[step] = threads.len();
            threads.push((step, slots.clone()));
            let is_word = |at: usize| text.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
            let (before, after) = (position > 0 && is_word(position - 1), is_word(position));
            let passes = match &self.program[step] {
                Step::Start => position == 0,
                Step::End => position == text.len(),
                Step::WordBoundary => before != after,
                Step::WordStart => !before && after,
                Step::WordEnd => before && !after,
                Step::Split(first, second) => {
                    pending.push((*second, slots.clone()));
                    pending.push((*first, slots));
                    continue;
                }
                Step::Jump(target) => {
                    pending.push((*target, slots));
                    continue;
                }
                Step::Save(slot) => {
                    slots[*slot] = Some(position);
                    true
                }
                Step::Set(_) | Step::Match => false,
            };
            if passes {
                pending.push((step + 1, slots));
            }
        }
    }
}

fn compile(node: &Node, program: &mut Vec<Step>) -> Result<(), BadPattern> {
    if program.len() > MAXIMUM_PROGRAM {
        return Err(BadPattern);
    }
    match node {
        Node::Empty => {}
        Node::Set(set) => program.push(Step::Set(set.clone())),
        Node::Start => program.push(Step::Start),
        Node::End => program.push(Step::End),
        Node::WordBoundary => program.push(Step::WordBoundary),
        Node::WordStart => program.push(Step::WordStart),
        Node::WordEnd => program.push(Step::WordEnd),
        Node::Sequence(nodes) => nodes.iter().try_for_each(|node| compile(node, program))?,
        Node::Either(nodes) => {
            let mut jumps = Vec::new();
            for (index, node) in nodes.iter().enumerate() {
                if index + 1 == nodes.len() {
                    compile(node, program)?;
                    continue;
                }
                let split = program.len();
                program.push(Step::Split(split + 1, 0));
                compile(node, program)?;
                jumps.push(program.len());
                program.push(Step::Jump(0));
                program[split] = Step::Split(split + 1, program.len());
            }
            let end = program.len();
            for jump in jumps {
                program[jump] = Step::Jump(end);
            }
        }
        Node::Group(number, inner) => {
            program.push(Step::Save(number * 2));
            compile(inner, program)?;
            program.push(Step::Save(number * 2 + 1));
        }
        Node::Repeat(inner, least, most) => {
            for _ in 0..*least {
                compile(inner, program)?;
            }
            match most {
                None => {
                    let split = program.len();
                    program.push(Step::Split(split + 1, 0));
                    compile(inner, program)?;
                    program.push(Step::Jump(split));
                    program[split] = Step::Split(split + 1, program.len());
                }
                Some(most) => {
                    let mut splits = Vec::new();
                    for _ in *least..*most {
                        splits.push(program.len());
                        program.push(Step::Split(program.len() + 1, 0));
                        compile(inner, program)?;
                    }
                    let end = program.len();
                    for split in splits {
                        program[split] = Step::Split(split + 1, end);
                    }
                }
            }
        }
    }
    Ok(())
}

struct RegexParser<'a> {
    text: &'a [PatternByte],
    position: usize,
    groups: usize,
    depth: usize,
}

impl RegexParser<'_> {
    /// The byte here, if quotes do not protect it.
    fn active(&self) -> Option<u8> {
        self.text.get(self.position).filter(|next| !next.is_quoted).map(|next| next.byte)
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.active() == Some(byte);
        self.position += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Node, BadPattern> {
        let mut nodes = vec![self.sequence()?];
        while self.accept(b'|') {
            nodes.push(self.sequence()?);
        }
        match nodes.len() {
            1 => nodes.pop().ok_or(BadPattern),
            _ => Ok(Node::Either(nodes)),
        }
    }

    fn sequence(&mut self) -> Result<Node, BadPattern> {
        let mut nodes = Vec::new();
        loop {
            match self.active() {
                Some(b'|') => break,
                Some(b')') if self.depth > 0 => break,
                None if self.position >= self.text.len() => break,
                _ => {}
            }
            let mut node = self.atom()?;
            loop {
                let (least, most) = match self.active() {
                    Some(b'*') => (0, None),
                    Some(b'+') => (1, None),
                    Some(b'?') => (0, Some(1)),
                    Some(b'{') => match self.bounds()? {
                        Some(bounds) => {
                            node = Node::Repeat(Box::new(node), bounds.0, bounds.1);
                            continue;
                        }
                        None => break,
                    },
                    _ => break,
                };
                self.position += 1;
                node = Node::Repeat(Box::new(node), least, most);
            }
            nodes.push(node);
        }
        Ok(match nodes.len() {
            0 => Node::Empty,
            _ => Node::Sequence(nodes),
        })
    }

    /// `{m}`, `{m,}`, `{m,n}`; `None` where the brace is plain text.
    fn bounds(&mut self) -> Result<Option<(u32, Option<u32>)>, BadPattern> {
        let rest: Vec<u8> = self.text[self.position + 1..].iter().map(|next| next.byte).collect();
        let Some(length) = rest.iter().position(|byte| *byte == b'}') else { return Ok(None) };
        let inner = String::from_utf8_lossy(&rest[..length]).into_owned();
        let (least, most) = match inner.split_once(',') {
            None => (inner.parse().ok(), inner.parse().ok().map(Some)),
            Some((least, "")) => (if least.is_empty() { Some(0) } else { least.parse().ok() }, Some(None)),
            Some((least, most)) => (if least.is_empty() { Some(0) } else { least.parse().ok() }, most.parse().ok().map(Some)),
        };
        let (Some(least), Some(most)) = (least, most) else { return Ok(None) };
        if least > 255 || most.is_some_and(|most: u32| most > 255 || most < least) {
            return Err(BadPattern);
        }
        self.position += length + 2;
        Ok(Some((least, most)))
    }

    fn character(&mut self) -> u32 {
        let end = self.text.len().min(self.position + 4);
        let bytes: Vec<u8> = self.text[self.position..end].iter().map(|next| next.byte).collect();
        let length = character_length(&bytes, 0);
        self.position += length;
        code_point(&bytes[..length])
    }

    fn atom(&mut self) -> Result<Node, BadPattern> {
        let Some(byte) = self.active() else { return Ok(Node::Set(Set::Character(self.character()))) };
        match byte {
            b'(' => {
                self.position += 1;
                self.depth += 1;
                if self.depth > MAXIMUM_DEPTH {
                    return Err(BadPattern);
                }
                self.groups += 1;
                let number = self.groups;
                let inner = self.either()?;
                self.depth -= 1;
                if !self.accept(b')') {
                    return Err(BadPattern);
                }
                Ok(Node::Group(number, Box::new(inner)))
            }
            b'.' => {
                self.position += 1;
                Ok(Node::Set(Set::Any))
            }
            b'^' => {
                self.position += 1;
                Ok(Node::Start)
            }
            b'$' => {
                self.position += 1;
                Ok(Node::End)
            }
            b'[' => self.class(),
            b'*' | b'+' | b'?' => Err(BadPattern),
            b'{' if self.bounds()?.is_some() => Err(BadPattern),
            b'\\' => self.escape(),
            _ => Ok(Node::Set(Set::Character(self.character()))),
        }
    }

    fn escape(&mut self) -> Result<Node, BadPattern> {
        self.position += 1;
        let named = |is_negated: bool, name: &str| {
            Node::Set(Set::Class { is_negated, ranges: Vec::new(), names: vec![name.to_string()] })
        };
        let node = match self.text.get(self.position).map(|next| next.byte) {
            None => return Err(BadPattern),
            Some(b'w') => named(false, "word"),
            Some(b'W') => named(true, "word"),
            Some(b's') => named(false, "space"),
            Some(b'S') => named(true, "space"),
            Some(b'b') => Node::WordBoundary,
            Some(b'<') => Node::WordStart,
            Some(b'>') => Node::WordEnd,
            Some(_) => return Ok(Node::Set(Set::Character(self.character()))),
        };
        self.position += 1;
        Ok(node)
    }

    fn class(&mut self) -> Result<Node, BadPattern> {
        self.position += 1;
        let is_negated = self.accept(b'^');
        let first = self.position;
        let (mut ranges, mut names) = (Vec::new(), Vec::new());
        loop {
            if self.position >= self.text.len() {
                return Err(BadPattern);
            }
            if self.position > first && self.accept(b']') {
                return Ok(Node::Set(Set::Class { is_negated, ranges, names }));
            }
            let low = match self.bracketed()? {
                Bracketed::Name(name) => {
                    names.push(name);
                    continue;
                }
                Bracketed::Character(low) => low,
            };
            let next = self.text.get(self.position + 1);
            let is_range = self.active() == Some(b'-') && next.is_some_and(|next| next.is_quoted || next.byte != b']');
            if !is_range {
                ranges.push((low, low));
                continue;
            }
            self.position += 1;
            match self.bracketed()? {
                Bracketed::Character(high) if high >= low => ranges.push((low, high)),
                _ => return Err(BadPattern),
            }
        }
    }

    /// A character, `[:name:]`, `[=x=]` or `[.x.]` within brackets.
    fn bracketed(&mut self) -> Result<Bracketed, BadPattern> {
        let mark = self.text.get(self.position + 1).map(|next| next.byte);
        if self.active() == Some(b'[')
            && let Some(mark @ (b':' | b'=' | b'.')) = mark
        {
            let rest: Vec<u8> = self.text[self.position + 2..].iter().map(|next| next.byte).collect();
            let length = rest.windows(2).position(|pair| pair == [mark, b']']).ok_or(BadPattern)?;
            self.position += length + 4;
            if mark == b':' {
                let name = String::from_utf8_lossy(&rest[..length]).into_owned();
                let known = ["alpha", "digit", "alnum", "upper", "lower", "space", "blank", "punct", "print", "graph", "cntrl", "xdigit"];
                return match known.contains(&name.as_str()) {
                    true => Ok(Bracketed::Name(name)),
                    false => Err(BadPattern),
                };
            }
            return Ok(Bracketed::Character(code_point(&rest[..length.max(1)])));
        }
        Ok(Bracketed::Character(self.character()))
    }
}

enum Bracketed {
    Character(u32),
    Name(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> Option<Vec<String>> {
        let bytes: Vec<PatternByte> =
            pattern.bytes().map(|byte| PatternByte { byte, is_quoted: false }).collect();
        let groups = Regex::new(&bytes, false).unwrap().find(text.as_bytes())?;
        Some(groups.iter().map(|group| group.map_or(String::new(), |(from, to)| text[from..to].to_string())).collect())
    }

    #[test]
    fn the_longest_match_wins() {
        assert_eq!(found("a|ab|abc", "xabcd").unwrap(), ["abc"]);
        assert_eq!(found("(a|ab)(c|bcd)(d*)", "abcd").unwrap(), ["abcd", "a", "bcd", ""]);
        assert_eq!(found("(a*)*", "aa").unwrap()[0], "aa");
        assert_eq!(found("^([0-9]+)-([[:alpha:]]{2,3})$", "12-ab").unwrap(), ["12-ab", "12", "ab"]);
        assert!(found("^b", "ab").is_none());
    }
}
