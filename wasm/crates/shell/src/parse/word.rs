//! Takes words apart into quoting and expansions.

use super::error::ParseError;
use super::lexer::Lexer;
use super::parameter;
use super::skip::{Source, line_at};
use super::{MAXIMUM_DEPTH, parse_all};
use crate::syntax::{Arithmetic, Assignment, AssignmentTarget, AssignmentValue, List, Part, Word};
use std::rc::Rc;

/// How quotes and backslashes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Plain,
    /// The value of an assignment: tildes also after colons.
    AssignmentValue,
    /// Within double quotes.
    DoubleQuotes,
    /// An arithmetic expression, or the operand of `${…}` within double quotes: as in double quotes, but
    /// double quotes themselves are dropped.
    Operand,
    /// The body of a here-document: as in double quotes, but `"` is plain text.
    HereDocument,
}

/// Where a piece of text stands.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub line: u32,
    /// Nesting of substitutions so far.
    pub depth: usize,
}

pub fn parse_word(text: &[u8], context: Context) -> Result<Word, ParseError> {
    parse_in_mode(text, context, Mode::Plain)
}

/// The text of `$((…))`, `((…))` and `${x:offset}`.
pub fn parse_arithmetic_text(text: &[u8], context: Context) -> Result<Arithmetic, ParseError> {
    Ok(Arithmetic { text: parse_in_mode(text, context, Mode::Operand)? })
}

pub fn parse_here_document(text: &[u8], context: Context) -> Result<Word, ParseError> {
    parse_in_mode(text, context, Mode::HereDocument)
}

pub fn parse_in_mode(text: &[u8], context: Context, mode: Mode) -> Result<Word, ParseError> {
    if context.depth > MAXIMUM_DEPTH {
        return Err(ParseError::too_deep(context.line));
    }
    let mut parser = WordParser {
        source: Source { text, first_line: context.line, depth: context.depth },
        position: 0,
        parts: Vec::new(),
        literal: Vec::new(),
    };
    parser.parse(mode)?;
    let parts = match mode {
        Mode::Operand | Mode::DoubleQuotes => vec![Part::DoubleQuoted(parser.parts)],
        _ => parser.parts,
    };
    Ok(Word { parts: parts.into(), source: text.into() })
}

/// Parses `name=value`, `name+=value`, `name[index]=value`, `name=(…)`; `None` for any other word.
pub fn parse_assignment(text: &[u8], context: Context) -> Result<Option<Assignment>, ParseError> {
    let name_length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if name_length == 0 || text[0].is_ascii_digit() {
        return Ok(None);
    }
    let name = String::from_utf8_lossy(&text[..name_length]).into_owned();
    let source = Source { text, first_line: context.line, depth: context.depth };
    let mut position = name_length;
    let mut target = AssignmentTarget::Variable(name.clone());
    if text.get(position) == Some(&b'[') {
        let Ok(end) = source.brackets(position) else { return Ok(None) };
        target = AssignmentTarget::Element(name, parse_word(&text[position + 1..end - 1], context)?);
        position = end;
    }
    let append = text.get(position) == Some(&b'+');
    position += usize::from(append);
    if text.get(position) != Some(&b'=') {
        return Ok(None);
    }
    let value = &text[position + 1..];
    let value = match value.strip_prefix(b"(").and_then(|inner| inner.strip_suffix(b")")) {
        Some(_) => AssignmentValue::Array(parse_array(&value[1..], context)?),
        None => AssignmentValue::Scalar(parse_in_mode(value, context, Mode::AssignmentValue)?),
    };
    Ok(Some(Assignment { target, value, append, source: text.into() }))
}

/// Parses an argument that looks like an assignment (`dd of=~/x`): a word with the tildes of one.
pub fn parse_assignment_like(text: &[u8], context: Context) -> Result<Word, ParseError> {
    let Some(equals) = text.iter().position(|byte| *byte == b'=') else { return parse_word(text, context) };
    let name = parse_word(&text[..equals], context)?;
    let mut parser = WordParser {
        source: Source { text: &text[equals + 1..], first_line: context.line, depth: context.depth },
        position: 0,
        parts: vec![Part::Literal([&name.source, b"=".as_slice()].concat())],
        literal: Vec::new(),
    };
    parser.parse(Mode::AssignmentValue)?;
    Ok(Word { parts: parser.parts.into(), source: text.into() })
}

/// Parses the elements of an array value; the text starts after the opening parenthesis.
fn parse_array(text: &[u8], context: Context) -> Result<Vec<(Option<Word>, Word)>, ParseError> {
    let mut elements = Vec::new();
    for token in Lexer::new(text, context.line, context.depth).array_elements()? {
        let source = Source { text: &token.text, first_line: token.line, depth: context.depth };
        if token.text.first() == Some(&b'[')
            && let Ok(end) = source.brackets(0)
            && token.text.get(end) == Some(&b'=')
        {
            let index = parse_word(&token.text[1..end - 1], context)?;
            elements.push((Some(index), parse_word(&token.text[end + 1..], context)?));
            continue;
        }
        for alternative in super::brace::expand(&token.text) {
            elements.push((None, parse_word(&alternative, context)?));
        }
    }
    Ok(elements)
}

pub struct WordParser<'a> {
    source: Source<'a>,
    position: usize,
    parts: Vec<Part>,
    /// Unquoted text not yet in `parts`.
    literal: Vec<u8>,
}

impl WordParser<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.text.get(self.position + ahead).copied()
    }

    fn context(&self) -> Context {
        Context { line: line_at(self.source.text, self.source.first_line, self.position), depth: self.source.depth + 1 }
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.parts.push(Part::Literal(std::mem::take(&mut self.literal)));
        }
    }

    fn push(&mut self, part: Part) {
        self.flush();
        self.parts.push(part);
    }

    fn parse(&mut self, mode: Mode) -> Result<(), ParseError> {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.backslash(mode),
                b'$' => self.dollar(mode)?,
                b'`' => self.backquotes(mode)?,
                b'"' if mode != Mode::HereDocument => self.double_quotes(mode)?,
                b'\'' if matches!(mode, Mode::Plain | Mode::AssignmentValue) => {
                    let end = self.source.single_quotes(self.position)?;
                    let text = self.source.text[self.position + 1..end - 1].to_vec();
                    self.push(Part::Quoted(text));
                    self.position = end;
                }
                b'~' if self.tilde_counts(mode) => self.tilde(mode),
                b'<' | b'>' if mode == Mode::Plain && self.peek(1) == Some(b'(') && self.position == 0 => {
                    self.position = self.source.command_parentheses(1)?;
                    self.push(Part::ProcessSubstitution);
                }
                _ => {
                    self.literal.push(byte);
                    self.position += 1;
                }
            }
        }
        self.flush();
        Ok(())
    }

    fn backslash(&mut self, mode: Mode) {
        let Some(next) = self.peek(1) else {
            self.position += 1;
            match mode {
                Mode::Plain | Mode::AssignmentValue => self.push(Part::Quoted(vec![b'\\'])),
                _ => self.literal.push(b'\\'),
            }
            return;
        };
        self.position += 2;
        if next == b'\n' {
            return;
        }
        let protects = match mode {
            Mode::Plain | Mode::AssignmentValue => true,
            Mode::HereDocument => matches!(next, b'$' | b'`' | b'\\'),
            Mode::DoubleQuotes => matches!(next, b'$' | b'`' | b'\\' | b'"'),
            Mode::Operand => matches!(next, b'$' | b'`' | b'\\' | b'"' | b'}'),
        };
        if protects {
            self.push(Part::Quoted(vec![next]));
        } else {
            self.literal.extend([b'\\', next]);
        }
    }

    fn double_quotes(&mut self, mode: Mode) -> Result<(), ParseError> {
        if mode == Mode::Operand {
            self.position += 1;
            return Ok(());
        }
        let end = self.source.double_quotes(self.position)?;
        let mut inner = WordParser {
            source: Source {
                text: &self.source.text[self.position + 1..end - 1],
                first_line: self.context().line,
                depth: self.source.depth,
            },
            position: 0,
            parts: Vec::new(),
            literal: Vec::new(),
        };
        inner.parse(Mode::DoubleQuotes)?;
        let parts = inner.parts;
        self.push(Part::DoubleQuoted(parts));
        self.position = end;
        Ok(())
    }

    fn tilde_counts(&self, mode: Mode) -> bool {
        match mode {
            Mode::Plain => self.position == 0,
            Mode::AssignmentValue => {
                self.position == 0
                    || (self.literal.last() == Some(&b':') && self.source.text[self.position - 1] == b':')
            }
            _ => false,
        }
    }

    fn tilde(&mut self, mode: Mode) {
        let rest = &self.source.text[self.position + 1..];
        let ends = |byte: &u8| *byte == b'/' || (mode == Mode::AssignmentValue && *byte == b':');
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let name = &rest[..length];
        if name.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'\\' | b'$' | b'`')) {
            self.literal.push(b'~');
            self.position += 1;
            return;
        }
        let name = name.to_vec();
        self.position += 1 + length;
        self.push(Part::Tilde(name));
    }

    fn backquotes(&mut self, mode: Mode) -> Result<(), ParseError> {
        let end = self.source.backquotes(self.position)?;
        let mut script = Vec::new();
        let mut bytes = self.source.text[self.position + 1..end - 1].iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            let drops_backslash = byte == b'\\'
                && match bytes.peek() {
                    Some(b'$' | b'`' | b'\\') => true,
                    Some(b'"') => mode == Mode::DoubleQuotes,
                    _ => false,
                };
            if drops_backslash {
                script.extend(bytes.next());
            } else {
                script.push(byte);
            }
        }
        let list = self.script(&script)?;
        self.push(Part::Command(list));
        self.position = end;
        Ok(())
    }

    fn script(&self, text: &[u8]) -> Result<Rc<List>, ParseError> {
        let context = self.context();
        parse_all(text, context.line, context.depth).map(Rc::new)
    }

    fn dollar(&mut self, mode: Mode) -> Result<(), ParseError> {
        let text = self.source.text;
        let start = self.position;
        let in_quotes = !matches!(mode, Mode::Plain | Mode::AssignmentValue);
        match self.peek(1) {
            Some(b'\'') if !in_quotes => {
                let end = self.source.ansi_c_quotes(start + 1)?;
                self.push(Part::Quoted(crate::expand::ansi_c::unescape(&text[start + 2..end - 1])));
                self.position = end;
            }
            // `$"…"` is a message to translate; there are no translations.
            Some(b'"') if !in_quotes => self.position += 1,
            Some(b'(') => {
                let arithmetic_end = match self.peek(2) {
                    Some(b'(') => self.source.arithmetic_parentheses(start + 1),
                    _ => None,
                };
                if let Some(end) = arithmetic_end {
                    let arithmetic = parse_arithmetic_text(&text[start + 3..end - 2], self.context())?;
                    self.push(Part::Arithmetic(Box::new(arithmetic)));
                    self.position = end;
                    return Ok(());
                }
                let end = self.source.command_parentheses(start + 1)?;
                let list = self.script(&text[start + 2..end - 1])?;
                self.push(Part::Command(list));
                self.position = end;
            }
            Some(b'[') => {
                let end = self.source.brackets(start + 1)?;
                let arithmetic = parse_arithmetic_text(&text[start + 2..end - 1], self.context())?;
                self.push(Part::Arithmetic(Box::new(arithmetic)));
                self.position = end;
            }
            Some(b'{') => {
                let end = self.source.braces(start + 1, in_quotes)?;
                let part = parameter::parse_braced(&text[start + 2..end - 1], self.context(), in_quotes)?;
                self.push(part.unwrap_or_else(|| Part::BadSubstitution(text[start..end].to_vec())));
                self.position = end;
            }
            _ => match parameter::parse_unbraced(&text[start + 1..]) {
                Some((part, length)) => {
                    self.push(part);
                    self.position += 1 + length;
                }
                None => {
                    self.literal.push(b'$');
                    self.position += 1;
                }
            },
        }
        Ok(())
    }
}
