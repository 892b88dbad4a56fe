//! Scripts to commands.

use super::replacement;
use super::script::{Action, Address, Command, End, Pattern, Range, RangeState, Script, Substitution};
use posix_regex::{Dialect, Options, Regex, character_length};
use std::collections::HashMap;
use std::rc::Rc;

/// A piece of the script and how messages name it.
pub struct Chunk {
    pub text: Vec<u8>,
    /// A file's name; of the command line's expressions the number.
    pub source: Source,
}

pub enum Source {
    Expression(usize),
    File(String),
}

#[derive(Clone, Copy)]
pub struct Settings {
    pub is_extended: bool,
    pub is_posix: bool,
    pub is_utf8: bool,
    pub is_sandboxed: bool,
}

struct Parser<'a> {
    chunks: &'a [Chunk],
    chunk: usize,
    position: usize,
    settings: Settings,
    script: Script,
    labels: HashMap<Vec<u8>, usize>,
    /// Branches and where they want to go.
    branches: Vec<(usize, Vec<u8>)>,
    /// Blocks not yet closed.
    blocks: Vec<usize>,
}

type Parse<T> = Result<T, String>;

/// Blocks within blocks.
const DEEPEST: usize = 10_000;

/// The error is the complete message and the exit code.
pub fn parse(chunks: &[Chunk], settings: Settings) -> Result<Script, (String, i32)> {
    let mut parser = Parser {
        chunks,
        chunk: 0,
        position: 0,
        settings,
        script: Script::default(),
        labels: HashMap::new(),
        branches: Vec::new(),
        blocks: Vec::new(),
    };
    parser.script.is_silent = chunks.first().is_some_and(|chunk| chunk.text == b"#n" || chunk.text.starts_with(b"#n\n"));
    while parser.chunk < chunks.len() {
        parser.commands().map_err(|text| (parser.located(&text), 1))?;
        parser.chunk += 1;
        parser.position = 0;
    }
    if !parser.blocks.is_empty() {
        parser.chunk = chunks.len().saturating_sub(1);
        return Err((parser.located_at("unmatched `{'", 0), 1));
    }
    for (index, label) in std::mem::take(&mut parser.branches) {
        let target = if label.is_empty() { Some(parser.script.commands.len()) } else { parser.labels.get(&label).copied() };
        let Some(target) = target else {
            return Err((format!("sed: can't find label for jump to `{}'", String::from_utf8_lossy(&label)), 4));
        };
        match &mut parser.script.commands[index].action {
            Action::Branch(to) | Action::BranchIfSubstituted(to) | Action::BranchUnlessSubstituted(to) => *to = target,
            _ => {}
        }
    }
    Ok(parser.script)
}

fn failure<T>(text: impl Into<String>) -> Parse<T> {
    Err(text.into())
}

impl Parser<'_> {
    fn located(&self, text: &str) -> String {
        self.located_at(text, self.position)
    }

    fn located_at(&self, text: &str, position: usize) -> String {
        let Some(chunk) = self.chunks.get(self.chunk) else { return format!("sed: {text}") };
        match &chunk.source {
            Source::Expression(number) => format!("sed: -e expression #{number}, char {position}: {text}"),
            Source::File(name) => {
                let line = chunk.text[..position.min(chunk.text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
                format!("sed: file {name} line {line}: {text}")
            }
        }
    }

    fn text(&self) -> &[u8] {
        &self.chunks[self.chunk].text
    }

    fn peek(&self) -> Option<u8> {
        self.text().get(self.position).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.position += usize::from(byte.is_some());
        byte
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | 11 | 12)) {
            self.position += 1;
        }
    }

    fn commands(&mut self) -> Parse<()> {
        loop {
            while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || byte == b';') {
                self.position += 1;
            }
            if self.peek().is_none() {
                return Ok(());
            }
            self.command()?;
        }
    }

    fn number(&mut self) -> usize {
        let mut number = 0usize;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
            self.position += 1;
        }
        number
    }

    fn address(&mut self) -> Parse<Option<Address>> {
        let Some(byte) = self.peek() else { return Ok(None) };
        match byte {
            b'0'..=b'9' => {
                let line = self.number();
                self.skip_blanks();
                if self.peek() == Some(b'~') {
                    self.position += 1;
                    return Ok(Some(Address::Step(line, self.number())));
                }
                Ok(Some(Address::Line(line)))
            }
            b'$' => {
                self.position += 1;
                Ok(Some(Address::Last))
            }
            b'/' | b'\\' => {
                self.position += 1;
                let delimiter = if byte == b'/' {
                    b'/'
                } else {
                    match self.next() {
                        None | Some(b'\n' | b'\\') => return failure("unexpected end of address"),
                        Some(delimiter) => delimiter,
                    }
                };
                let Some(source) = self.delimited(delimiter, true) else { return failure("unterminated address regex") };
                let (mut ignores_case, mut is_multiline) = (false, false);
                loop {
                    match self.peek() {
                        Some(b'I') => ignores_case = true,
                        Some(b'M') => is_multiline = true,
                        _ => break,
                    }
                    self.position += 1;
                }
                Ok(Some(Address::Pattern(self.pattern(&source, ignores_case, is_multiline)?)))
            }
            _ => Ok(None),
        }
    }

    fn pattern(&self, source: &[u8], ignores_case: bool, is_multiline: bool) -> Parse<Pattern> {
        if source.is_empty() {
            return Ok(None);
        }
        let options = Options {
            dialect: if self.settings.is_extended { Dialect::Extended } else { Dialect::Basic },
            ignores_case,
            is_multiline,
            has_c_escapes: true,
            is_utf8: self.settings.is_utf8,
        };
        Regex::new(source, options).map(|regex| Some(Rc::new(regex))).map_err(|error| error.to_string())
    }

    /// Reads up to the delimiter. In a pattern a bracket hides it; an escaped delimiter is itself.
    fn delimited(&mut self, delimiter: u8, is_pattern: bool) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        while let Some(byte) = self.next() {
            if byte == delimiter {
                return Some(text);
            }
            if byte == b'\\' {
                match self.next()? {
                    escaped if escaped == delimiter => {
                        // `s|a\|b||`: the delimiter means itself, which for some needs the backslash.
                        if !is_pattern && delimiter == b'&' {
                            text.push(b'\\');
                        }
                        text.push(delimiter);
                    }
                    b'n' if is_pattern && delimiter != b'n' => text.extend(b"\\n"),
                    escaped => text.extend([b'\\', escaped]),
                }
                continue;
            }
            if byte == b'\n' && is_pattern && delimiter != b'\n' {
                text.push(byte);
                continue;
            }
            text.push(byte);
            if is_pattern && byte == b'[' {
                self.bracket(&mut text);
            }
        }
        None
    }

    /// Copies a bracket expression whose `[` has been copied, if it has an end.
    fn bracket(&mut self, text: &mut Vec<u8>) {
        let rest = &self.text()[self.position..];
        let mut end = usize::from(rest.first() == Some(&b'^'));
        end += usize::from(rest.get(end) == Some(&b']'));
        loop {
            match rest.get(end) {
                None | Some(b'\n') => return,
                Some(b']') => break,
                Some(b'[') if matches!(rest.get(end + 1), Some(b':' | b'.' | b'=')) => {
                    let close = [rest[end + 1], b']'];
                    let Some(length) = rest[end + 2..].windows(2).position(|window| window == close) else { return };
                    end += 2 + length + 2;
                }
                Some(_) => end += 1,
            }
        }
        let copied = rest[..=end].to_vec();
        self.position += copied.len();
        text.extend(copied);
    }

    fn command(&mut self) -> Parse<()> {
        let start = self.address()?;
        self.skip_blanks();
        let mut range = None;
        if self.peek() == Some(b',') {
            if start.is_none() {
                self.position += 1;
                return failure("unexpected `,'");
            }
            self.position += 1;
            self.skip_blanks();
            range = Some(self.range_end(&start)?);
        }
        if matches!(start, Some(Address::Line(0))) && !range.as_ref().is_some_and(|range| range.begins_before) {
            self.position = (self.position + 1).min(self.text().len());
            return failure("invalid usage of line address 0");
        }
        self.skip_blanks();
        let mut is_negated = false;
        while self.peek() == Some(b'!') {
            self.position += 1;
            if is_negated {
                return failure("multiple `!'s");
            }
            is_negated = true;
            self.skip_blanks();
        }
        let Some(letter) = self.next() else { return failure("missing command") };
        if range.is_some() && matches!(letter, b'q' | b'Q') {
            return failure("command only uses one address");
        }
        let index = self.script.commands.len();
        let has_address = start.is_some();
        let action = self.action(letter, index, has_address)?;
        if let Some(action) = action {
            self.script.commands.push(Command { start, range, is_negated, action });
        }
        Ok(())
    }

    fn range_end(&mut self, start: &Option<Address>) -> Parse<Range> {
        let end = match self.peek() {
            Some(b'+') => {
                self.position += 1;
                End::After(self.number())
            }
            Some(b'~') => {
                self.position += 1;
                End::Multiple(self.number())
            }
            _ => match self.address()? {
                Some(Address::Line(line)) => End::Line(line),
                Some(Address::Last) => End::Last,
                Some(Address::Pattern(pattern)) => End::Pattern(pattern),
                Some(Address::Step(first, _)) => End::Line(first),
                None => {
                    self.position += 1;
                    return failure("unexpected `,'");
                }
            },
        };
        let begins_before = matches!((start, &end), (Some(Address::Line(0)), End::Pattern(_)));
        let state = if begins_before { RangeState::Inside(None) } else { RangeState::Outside };
        Ok(Range { end, begins_before, state })
    }

    /// Reads what follows the command's letter; `None` for a comment.
    fn action(&mut self, letter: u8, index: usize, has_address: bool) -> Parse<Option<Action>> {
        let action = match letter {
            b'#' => {
                if has_address {
                    return failure("comments don't accept any addresses");
                }
                while self.peek().is_some_and(|byte| byte != b'\n') {
                    self.position += 1;
                }
                return Ok(None);
            }
            b'{' => {
                if self.blocks.len() >= DEEPEST {
                    return failure("blocks are nested too deeply");
                }
                self.blocks.push(index);
                return Ok(Some(Action::Block(0)));
            }
            b'}' => {
                let Some(open) = self.blocks.pop() else { return failure("unexpected `}'") };
                if has_address {
                    return failure("} doesn't want any addresses");
                }
                self.script.commands[open].action = Action::Block(index);
                self.end_of_command()?;
                return Ok(Some(Action::BlockEnd));
            }
            b':' => {
                if has_address {
                    return failure(": doesn't want any addresses");
                }
                self.skip_blanks();
                let label = self.word(|byte| byte == b';');
                if label.is_empty() {
                    return failure("\":\" lacks a label");
                }
                self.labels.insert(label, index);
                return Ok(Some(Action::Label));
            }
            b'b' | b't' | b'T' => {
                self.skip_blanks();
                let label = self.word(|byte| byte == b';' || byte == b'}');
                self.branches.push((index, label));
                self.skip_blanks();
                return Ok(Some(match letter {
                    b'b' => Action::Branch(0),
                    b't' => Action::BranchIfSubstituted(0),
                    _ => Action::BranchUnlessSubstituted(0),
                }));
            }
            b'a' | b'i' | b'c' => {
                let text = self.text_argument()?;
                return Ok(Some(match letter {
                    b'a' => Action::Append(text),
                    b'i' => Action::Insert(text),
                    _ => Action::Change(text),
                }));
            }
            b's' => return self.substitution().map(Some),
            b'y' => self.transliteration()?,
            b'r' | b'R' | b'w' | b'W' => {
                if self.settings.is_sandboxed {
                    return failure("e/r/w commands disabled in sandbox mode");
                }
                let name = self.file_name()?;
                return Ok(Some(match letter {
                    b'r' => Action::ReadFile(name),
                    b'R' => Action::ReadLine(number_of(&mut self.script.line_inputs, name)),
                    b'w' => Action::WriteFile(number_of(&mut self.script.outputs, name)),
                    _ => Action::WriteFirstLine(number_of(&mut self.script.outputs, name)),
                }));
            }
            b'e' => {
                if self.settings.is_sandboxed {
                    return failure("e/r/w commands disabled in sandbox mode");
                }
                self.skip_blanks();
                return Ok(Some(Action::Execute(self.rest_of_line())));
            }
            b'v' => {
                self.word(|byte| byte == b';');
                return Ok(Some(Action::Label));
            }
            b'q' | b'Q' | b'l' | b'L' => {
                self.skip_blanks();
                let number = if self.peek().is_some_and(|byte| byte.is_ascii_digit()) { Some(self.number()) } else { None };
                match letter {
                    b'q' => Action::Quit(number.unwrap_or(0) as i32),
                    b'Q' => Action::QuitSilently(number.unwrap_or(0) as i32),
                    _ => Action::List(number),
                }
            }
            b'd' => Action::Delete,
            b'D' => Action::DeleteFirstLine,
            b'n' => Action::Next,
            b'N' => Action::AppendNext,
            b'p' => Action::Print,
            b'P' => Action::PrintFirstLine,
            b'h' => Action::Hold,
            b'H' => Action::HoldAppend,
            b'g' => Action::Get,
            b'G' => Action::GetAppend,
            b'x' => Action::Exchange,
            b'=' => Action::LineNumber,
            b'F' => Action::FileName,
            b'z' => Action::Zap,
            b'\n' | b';' => return failure("missing command"),
            _ => {
                let length = character_length(&self.text()[self.position - 1..], self.settings.is_utf8);
                let shown = String::from_utf8_lossy(&self.text()[self.position - 1..self.position - 1 + length]).into_owned();
                return failure(format!("unknown command: `{shown}'"));
            }
        };
        self.end_of_command()?;
        Ok(Some(action))
    }

    fn end_of_command(&mut self) -> Parse<()> {
        self.skip_blanks();
        match self.peek() {
            None | Some(b'#' | b'}') => Ok(()),
            Some(b'\n' | b';') => {
                self.position += 1;
                Ok(())
            }
            Some(_) => {
                self.position += 1;
                failure("extra characters after command")
            }
        }
    }

    /// A label, up to a blank or what `ends` it.
    fn word(&mut self, ends: impl Fn(u8) -> bool) -> Vec<u8> {
        let start = self.position;
        while self.peek().is_some_and(|byte| !byte.is_ascii_whitespace() && !ends(byte)) {
            self.position += 1;
        }
        self.text()[start..self.position].to_vec()
    }

    fn rest_of_line(&mut self) -> Vec<u8> {
        let start = self.position;
        while self.peek().is_some_and(|byte| byte != b'\n') {
            self.position += 1;
        }
        self.text()[start..self.position].to_vec()
    }

    fn file_name(&mut self) -> Parse<Vec<u8>> {
        self.skip_blanks();
        let name = self.rest_of_line();
        if name.is_empty() { failure("missing filename in r/R/w/W commands") } else { Ok(name) }
    }

    /// The text of a, i and c: in the same line, or after a backslash and a newline. A text that ends with a backslash
    /// goes on in the next expression of the command line.
    fn text_argument(&mut self) -> Parse<Vec<u8>> {
        self.skip_blanks();
        if self.peek().is_none() {
            return failure("expected \\ after `a', `c' or `i'");
        }
        let mut keeps_blanks = false;
        if self.peek() == Some(b'\\') {
            self.position += 1;
            let before = self.position;
            self.skip_blanks();
            if self.peek() == Some(b'\n') {
                self.position += 1;
                // Blanks at the start of a text in lines of its own stay.
                keeps_blanks = true;
            } else if self.peek().is_none() && self.chunk + 1 < self.chunks.len() {
                self.chunk += 1;
                self.position = 0;
                keeps_blanks = true;
            } else {
                self.position = before;
                keeps_blanks = self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
            }
        }
        if !keeps_blanks {
            self.skip_blanks();
        }
        let mut text = Vec::new();
        loop {
            let Some(byte) = self.next() else { break };
            match byte {
                b'\n' => break,
                b'\\' => match self.peek() {
                    None if self.chunk + 1 < self.chunks.len() => {
                        self.chunk += 1;
                        self.position = 0;
                        text.push(b'\n');
                    }
                    None => {}
                    Some(b'\n') => {
                        self.position += 1;
                        text.push(b'\n');
                    }
                    Some(_) => {
                        let mut position = self.position;
                        match replacement::escape(self.text(), &mut position) {
                            Some(byte) => {
                                text.push(byte);
                                self.position = position;
                            }
                            None => text.extend(self.next()),
                        }
                    }
                },
                other => text.push(other),
            }
        }
        text.push(b'\n');
        Ok(text)
    }

    fn substitution(&mut self) -> Parse<Action> {
        let unterminated = "unterminated `s' command";
        let Some(delimiter) = self.next().filter(|byte| !matches!(byte, b'\n' | b'\\')) else { return failure(unterminated) };
        let Some(source) = self.delimited(delimiter, true) else { return failure(unterminated) };
        let Some(text) = self.delimited(delimiter, false) else { return failure(unterminated) };
        let (mut ignores_case, mut is_multiline) = (false, false);
        let mut substitution = Substitution {
            pattern: None,
            replacement: replacement::parse(&text),
            is_global: false,
            number: 0,
            prints: 0,
            executes: false,
            file: None,
        };
        loop {
            match self.next() {
                Some(b'g') if substitution.is_global => return failure("multiple `g' options to `s' command"),
                Some(b'g') => substitution.is_global = true,
                Some(b'p') if substitution.prints > 0 => return failure("multiple `p' options to `s' command"),
                Some(b'p') => substitution.prints = if substitution.executes { 2 } else { 1 },
                Some(b'i' | b'I') => ignores_case = true,
                Some(b'm' | b'M') => is_multiline = true,
                Some(b'e') => substitution.executes = true,
                Some(b'0'..=b'9') => {
                    if substitution.number > 0 {
                        return failure("multiple number options to `s' command");
                    }
                    self.position -= 1;
                    substitution.number = self.number();
                    if substitution.number == 0 {
                        return failure("number option to `s' command may not be zero");
                    }
                }
                Some(b'w') => {
                    let name = self.file_name()?;
                    substitution.file = Some(number_of(&mut self.script.outputs, name));
                    break;
                }
                Some(b' ' | b'\t' | b'\r') => {}
                Some(b'}' | b'#') => {
                    self.position -= 1;
                    break;
                }
                None | Some(b'\n' | b';') => break,
                Some(_) => return failure("unknown option to `s'"),
            }
        }
        substitution.number = substitution.number.max(1);
        substitution.pattern = self.pattern(&source, ignores_case, is_multiline)?;
        if let Some(pattern) = &substitution.pattern {
            if let Some(group) = replacement::highest_group(&substitution.replacement).filter(|group| *group > pattern.groups()) {
                return failure(format!("invalid reference \\{group} on `s' command's RHS"));
            }
        }
        Ok(Action::Substitute(Box::new(substitution)))
    }

    fn transliteration(&mut self) -> Parse<Action> {
        let unterminated = "unterminated `y' command";
        let Some(delimiter) = self.next().filter(|byte| !matches!(byte, b'\n' | b'\\')) else { return failure(unterminated) };
        let Some(from) = self.delimited(delimiter, false) else { return failure(unterminated) };
        let Some(to) = self.delimited(delimiter, false) else { return failure(unterminated) };
        let (from, to) = (self.characters(&from)?, self.characters(&to)?);
        if from.len() != to.len() {
            return failure("strings for `y' command are different lengths");
        }
        let mut table: [u8; 256] = std::array::from_fn(|byte| byte as u8);
        let mut seen = [false; 256];
        let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        for (from, to) in from.into_iter().zip(to) {
            if from.len() == 1 && to.len() == 1 {
                // The first of several counts.
                if !std::mem::replace(&mut seen[usize::from(from[0])], true) {
                    table[usize::from(from[0])] = to[0];
                }
            } else {
                pairs.push((from, to));
            }
        }
        Ok(Action::Transliterate(Box::new(table), pairs))
    }

    fn characters(&self, text: &[u8]) -> Parse<Vec<Vec<u8>>> {
        let (mut characters, mut at) = (Vec::new(), 0);
        while at < text.len() {
            if text[at] == b'\\' {
                let mut after = at + 1;
                if text.get(after) == Some(&b'\\') {
                    characters.push(vec![b'\\']);
                    at += 2;
                    continue;
                }
                if let Some(byte) = replacement::escape(text, &mut after) {
                    characters.push(vec![byte]);
                    at = after;
                    continue;
                }
                return failure("y command strings have different lengths");
            }
            let length = character_length(&text[at..], self.settings.is_utf8);
            characters.push(text[at..at + length].to_vec());
            at += length;
        }
        Ok(characters)
    }
}

fn number_of(names: &mut Vec<Vec<u8>>, name: Vec<u8>) -> usize {
    if let Some(index) = names.iter().position(|known| *known == name) {
        return index;
    }
    names.push(name);
    names.len() - 1
}
