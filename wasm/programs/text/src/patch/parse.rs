//! Patches as text to hunks: unified, context and normal form.

pub struct Hunk {
    /// From 0; of an empty run the line after which it stands.
    pub old_start: usize,
    pub new_start: usize,
    pub lines: Vec<Line>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Context,
    Old,
    New,
}

#[derive(Clone)]
pub struct Line {
    pub kind: Kind,
    /// With its newline, unless it has none.
    pub text: Vec<u8>,
}

pub struct FilePatch {
    pub old_name: Option<Vec<u8>>,
    pub new_name: Option<Vec<u8>>,
    pub index_name: Option<Vec<u8>>,
    pub hunks: Vec<Hunk>,
}

/// A patch that can't be read: the line's number from 1, and the file's patch that it is in.
pub struct Malformed(pub usize, pub Option<FilePatch>);

struct Reader<'a> {
    lines: Vec<&'a [u8]>,
    at: usize,
}

pub fn parse(text: &[u8]) -> Result<Vec<FilePatch>, Malformed> {
    let mut patches = Vec::new();
    match parse_into(text, &mut patches) {
        Ok(()) => Ok(patches),
        Err(Malformed(line, _)) => Err(Malformed(line, patches.pop())),
    }
}

fn parse_into(text: &[u8], patches: &mut Vec<FilePatch>) -> Result<(), Malformed> {
    let mut reader = Reader { lines: text.split_inclusive(|byte| *byte == b'\n').collect(), at: 0 };
    let mut index_name = None;
    while let Some(line) = reader.peek() {
        let next = reader.lines.get(reader.at + 1).copied().unwrap_or_default();
        let after = reader.lines.get(reader.at + 2).copied().unwrap_or_default();
        let (old_mark, new_mark): (&[u8], &[u8]) = if line.starts_with(b"--- ") { (b"--- ", b"+++ ") } else { (b"*** ", b"--- ") };
        let is_header = line.starts_with(old_mark) && next.starts_with(new_mark) && (after.starts_with(b"@@ -") || after.starts_with(b"***************"));
        if is_header {
            patches.push(FilePatch { old_name: name(&line[4..]), new_name: name(&next[4..]), index_name: index_name.take(), hunks: Vec::new() });
            reader.at += 2;
        } else if let Some(rest) = line.strip_prefix(b"Index:") {
            index_name = name(rest.trim_ascii_start());
            reader.at += 1;
        } else if line.starts_with(b"@@ -") {
            let hunk = reader.unified()?;
            target(patches, &mut index_name).hunks.push(hunk);
        } else if line.starts_with(b"***************") && next.starts_with(b"*** ") {
            let hunk = reader.context()?;
            target(patches, &mut index_name).hunks.push(hunk);
        } else if normal_header(line).is_some() {
            let hunk = reader.normal()?;
            target(patches, &mut index_name).hunks.push(hunk);
        } else {
            reader.at += 1;
        }
    }
    Ok(())
}

/// The patch that a hunk belongs to; one without names if none has begun.
fn target<'a>(patches: &'a mut Vec<FilePatch>, index_name: &mut Option<Vec<u8>>) -> &'a mut FilePatch {
    if patches.is_empty() || index_name.is_some() {
        patches.push(FilePatch { old_name: None, new_name: None, index_name: index_name.take(), hunks: Vec::new() });
    }
    let last = patches.len() - 1;
    &mut patches[last]
}

/// The name in a header: up to a tab, or a blank and a date; in quotes with C's escapes.
fn name(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii_end();
    if let Some(name) = text.strip_prefix(b"\"").and_then(quoted_name) {
        return Some(name);
    }
    let end = text.iter().position(|byte| *byte == b'\t').unwrap_or(text.len());
    let name = text[..end].trim_ascii_end();
    (!name.is_empty()).then(|| name.to_vec())
}

/// Up to the quote that ends it; None if there is none.
fn quoted_name(text: &[u8]) -> Option<Vec<u8>> {
    let (mut name, mut rest) = (Vec::new(), text);
    loop {
        match rest {
            [b'"', ..] => return Some(name),
            [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..] => {
                name.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                rest = after;
            }
            [b'\\', letter, after @ ..] => {
                let escapes = [(b'a', 7), (b'b', 8), (b'f', 12), (b'n', b'\n'), (b'r', b'\r'), (b't', b'\t'), (b'v', 11)];
                name.push(escapes.iter().find(|(from, _)| from == letter).map_or(*letter, |(_, to)| *to));
                rest = after;
            }
            [byte, after @ ..] => {
                name.push(*byte);
                rest = after;
            }
            [] => return None,
        }
    }
}

/// `3` or `3,5`.
fn range(text: &str) -> Option<(usize, usize)> {
    let (first, second) = match text.split_once(',') {
        Some((first, second)) => (first, Some(second)),
        None => (text, None),
    };
    let first = first.parse().ok()?;
    Some((first, second.map_or(Some(first), |second| second.parse().ok())?))
}

fn normal_header(line: &[u8]) -> Option<((usize, usize), u8, (usize, usize))> {
    let text = std::str::from_utf8(line).ok()?.trim_end();
    let at = text.find(['a', 'c', 'd'])?;
    Some((range(&text[..at])?, text.as_bytes()[at], range(&text[at + 1..])?))
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a [u8]> {
        self.lines.get(self.at).copied()
    }

    fn malformed<T>(&self) -> Result<T, Malformed> {
        Err(Malformed(self.at + 1, None))
    }

    /// Takes away the newline of the last line when the patch says it has none.
    fn end_without_newline(&mut self, lines: &mut [Line]) {
        if self.peek().is_some_and(|line| line.starts_with(b"\\")) {
            self.at += 1;
            if let Some(last) = lines.last_mut() {
                last.text.pop();
            }
        }
    }

    fn unified(&mut self) -> Result<Hunk, Malformed> {
        let header = self.lines[self.at];
        let text = String::from_utf8_lossy(header).into_owned();
        let mut words = text.split_whitespace().skip(1);
        let count = |word: Option<&str>, mark: char| {
            let word = word?.strip_prefix(mark)?;
            Some(if word.contains(',') { range(word)? } else { (word.parse().ok()?, 1) })
        };
        let (Some((old_start, mut old)), Some((new_start, mut new))) = (count(words.next(), '-'), count(words.next(), '+')) else { return self.malformed() };
        let (old_start, new_start) = (old_start - usize::from(old > 0 && old_start > 0), new_start - usize::from(new > 0 && new_start > 0));
        self.at += 1;
        let mut lines: Vec<Line> = Vec::new();
        while old > 0 || new > 0 {
            let Some(line) = self.peek() else { return self.malformed() };
            let (kind, text) = match line.first() {
                Some(b' ') => (Kind::Context, &line[1..]),
                // Mailers take away the blank of an empty line.
                Some(b'\n') => (Kind::Context, line),
                Some(b'\t') => (Kind::Context, line),
                Some(b'-') => (Kind::Old, &line[1..]),
                Some(b'+') => (Kind::New, &line[1..]),
                Some(b'\\') => {
                    self.end_without_newline(&mut lines);
                    continue;
                }
                _ => return self.malformed(),
            };
            let (is_old, is_new) = (usize::from(kind != Kind::New), usize::from(kind != Kind::Old));
            if is_old > old || is_new > new {
                return self.malformed();
            }
            (old, new) = (old - is_old, new - is_new);
            lines.push(Line { kind, text: text.to_vec() });
            self.at += 1;
        }
        self.end_without_newline(&mut lines);
        Ok(Hunk { old_start, new_start, lines })
    }

    /// One half of a context hunk, up to its end.
    fn half(&mut self, count: usize) -> Result<Vec<(u8, Line)>, Malformed> {
        let mut lines: Vec<(u8, Line)> = Vec::new();
        while lines.len() < count {
            let Some(line) = self.peek() else { break };
            if line.len() < 2 || !matches!(line[0], b' ' | b'-' | b'+' | b'!') || line[1] != b' ' {
                break;
            }
            lines.push((line[0], Line { kind: Kind::Context, text: line[2..].to_vec() }));
            self.at += 1;
        }
        if self.peek().is_some_and(|line| line.starts_with(b"\\")) {
            self.at += 1;
            if let Some((_, last)) = lines.last_mut() {
                last.text.pop();
            }
        }
        if lines.is_empty() || lines.len() == count { Ok(lines) } else { self.malformed() }
    }

    fn context(&mut self) -> Result<Hunk, Malformed> {
        let header = self.lines[self.at + 1];
        let bounds = |line: &[u8], mark: &str, end: &str| {
            let text = String::from_utf8_lossy(line).into_owned();
            let text = text.trim().strip_prefix(mark)?.strip_suffix(end)?.trim().to_owned();
            range(&text)
        };
        let Some((old_first, old_last)) = bounds(header, "*** ", "****") else { return self.malformed() };
        self.at += 2;
        let old = self.half(old_last + 1 - old_first)?;
        let Some((new_first, new_last)) = self.peek().and_then(|line| bounds(line, "--- ", "----")) else { return self.malformed() };
        self.at += 1;
        let new = self.half(new_last + 1 - new_first)?;
        // Context may stand in one half only.
        let mut lines = Vec::new();
        let (mut old_rest, mut new_rest) = (old.into_iter().peekable(), new.into_iter().peekable());
        let (has_old, has_new) = (old_rest.peek().is_some(), new_rest.peek().is_some());
        loop {
            while let Some((_, line)) = old_rest.next_if(|(mark, _)| *mark != b' ') {
                lines.push(Line { kind: Kind::Old, ..line });
            }
            while let Some((_, line)) = new_rest.next_if(|(mark, _)| *mark != b' ') {
                lines.push(Line { kind: Kind::New, ..line });
            }
            match (old_rest.next(), new_rest.next()) {
                (None, None) => break,
                (Some((_, line)), Some(_)) => lines.push(line),
                (Some((_, line)), None) if !has_new => lines.push(line),
                (None, Some((_, line))) if !has_old => lines.push(line),
                _ => return self.malformed(),
            }
        }
        let start = |first: usize, last: usize| if last == 0 { 0 } else { first.saturating_sub(1) };
        Ok(Hunk { old_start: start(old_first, old_last), new_start: start(new_first, new_last), lines })
    }

    fn normal(&mut self) -> Result<Hunk, Malformed> {
        let header = self.lines[self.at];
        let Some((old, letter, new)) = normal_header(header) else { return self.malformed() };
        self.at += 1;
        let mut lines: Vec<Line> = Vec::new();
        while let Some(line) = self.peek() {
            let kind = match line.get(..2) {
                Some(b"< ") => Kind::Old,
                Some(b"> ") => Kind::New,
                _ if line == b"---\n" => {
                    self.at += 1;
                    continue;
                }
                _ if line.starts_with(b"\\") => {
                    self.end_without_newline(&mut lines);
                    continue;
                }
                _ => break,
            };
            lines.push(Line { kind, text: line[2..].to_vec() });
            self.at += 1;
        }
        let start = |first: usize, is_empty: bool| if is_empty { first } else { first.saturating_sub(1) };
        Ok(Hunk { old_start: start(old.0, letter == b'a'), new_start: start(new.0, letter == b'd'), lines })
    }
}
