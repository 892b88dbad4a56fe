//! Tokens of the shell language, one complete command at a time.

use super::MAXIMUM_DEPTH;
use super::error::ParseError;
use super::nesting::Nesting;
use super::skip::Source;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    Operator,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub kind: TokenKind,
    pub text: Vec<u8>,
    pub start: usize,
    pub end: usize,
    pub line: u32,
    /// On the delimiter of a here-document: what the document says.
    pub here_document: Option<Vec<u8>>,
    /// A parenthesis that opens a subshell.
    pub opens_subshell: bool,
}

/// Stands for the missing words of `for x in; do`, which the grammar takes for `for x; do`.
pub const NO_WORDS: &[u8] = "\u{10fdff}".as_bytes();

/// A here-document whose body comes after the line.
struct PendingHereDocument {
    /// Index of the delimiter's token.
    token: usize,
    delimiter: Vec<u8>,
    strips_tabs: bool,
}

/// Operators, the longer before their prefixes.
const OPERATORS: [&[u8]; 24] = [
    b";;&", b"<<<", b"<<-", b"&>>", b"&&", b"||", b";;", b";&", b"|&", b"<<", b">>", b"<&", b">&", b"<>", b">|", b"&>",
    b";", b"&", b"|", b"<", b">", b"(", b")", b"\n",
];

pub struct Lexer<'a> {
    source: Source<'a>,
    position: usize,
    line: u32,
    nesting: Nesting,
    tokens: Vec<Token>,
    pending: Vec<PendingHereDocument>,
    /// A here-document ended with the text instead of its delimiter.
    has_open_here_document: bool,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a [u8], first_line: u32, depth: usize) -> Self {
        Lexer {
            source: Source { text, first_line, depth },
            position: 0,
            line: first_line,
            nesting: Nesting::new(),
            tokens: Vec::new(),
            pending: Vec::new(),
            has_open_here_document: false,
        }
    }

    pub fn line(&self) -> u32 {
        self.line
    }

    pub fn has_open_here_document(&self) -> bool {
        self.has_open_here_document
    }

    fn peek(&self) -> Option<u8> {
        self.source.text.get(self.position).copied()
    }

    /// Moves on and counts the lines passed.
    fn advance_to(&mut self, position: usize) {
        let end = position.min(self.source.text.len());
        let passed = &self.source.text[self.position..end];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u32;
        self.position = end;
    }

    /// The tokens up to the newline that ends the next command; none at the end of the text.
    pub fn next_complete_command(&mut self) -> Result<Vec<Token>, ParseError> {
        self.nesting = Nesting::new();
        self.tokens.clear();
        loop {
            match self.next_token()? {
                None => {
                    self.read_here_documents();
                    if !self.nesting.is_complete() {
                        return Err(ParseError::unexpected_end(self.end_line()));
                    }
                    return Ok(std::mem::take(&mut self.tokens));
                }
                Some(token) if token.text == b"\n" && token.kind == TokenKind::Operator => {
                    if self.tokens.is_empty() {
                        continue;
                    }
                    if self.nesting.is_complete() {
                        return Ok(std::mem::take(&mut self.tokens));
                    }
                    self.mark_missing_words(&token);
                    self.nesting.newline();
                    self.tokens.push(token);
                }
                Some(token) => self.take(token)?,
            }
        }
    }

    /// Bash counts the line after the last newline as the one where the file ends.
    fn end_line(&self) -> u32 {
        let ends_in_newline = self.source.text.last() == Some(&b'\n');
        self.line + u32::from(!ends_in_newline && self.line == self.source.first_line)
    }

    /// Moves to after the `)` that closes what was opened before the text; returns its position.
    pub fn skip_to_closing_parenthesis(&mut self) -> Result<usize, ParseError> {
        loop {
            let Some(token) = self.next_token()? else {
                return Err(ParseError::unexpected_end(self.line));
            };
            if token.kind == TokenKind::Operator {
                if token.text == b"\n" {
                    self.nesting.newline();
                    self.tokens.clear();
                    continue;
                }
                if token.text == b")" && !self.nesting.has_open_frames() {
                    return Ok(token.end);
                }
            }
            self.take(token)?;
        }
    }

    /// Accepts a token into the present command.
    fn take(&mut self, token: Token) -> Result<(), ParseError> {
        if token.text == b";" {
            self.mark_missing_words(&token);
        }
        if token.text == b"esac" && self.nesting.is_in_case_body() && self.nesting.accepts_closing_word() {
            // With its `;;` the last item is like the others; without, the grammar would try it twice.
            let end = Token { kind: TokenKind::Operator, text: b";;".to_vec(), ..token.clone() };
            self.tokens.push(end);
        }
        let answer = match token.kind {
            TokenKind::Word if self.is_descriptor_number(&token) => Ok(()),
            TokenKind::Word => self.nesting.word(&token.text),
            TokenKind::Operator => self.nesting.operator(&token.text),
        };
        if self.source.depth + self.nesting.depth() > MAXIMUM_DEPTH {
            return Err(ParseError::too_deep(token.line));
        }
        if answer.is_err() {
            return Err(ParseError::unexpected_token(token.line, &String::from_utf8_lossy(&token.text)));
        }
        self.note_here_document(&token);
        let opens_subshell = token.text == b"(" && token.kind == TokenKind::Operator && self.nesting.is_subshell_open();
        self.tokens.push(Token { opens_subshell, ..token });
        Ok(())
    }

    /// The `2` of `2>file`, which stands outside of the command's grammar.
    fn is_descriptor_number(&self, token: &Token) -> bool {
        token.text.iter().all(u8::is_ascii_digit)
            && matches!(self.source.text.get(token.end), Some(b'<' | b'>'))
            && self.source.text.get(token.end + 1) != Some(&b'(')
    }

    /// Marks `for x in` without words, before the separator that ends it is taken.
    fn mark_missing_words(&mut self, separator: &Token) {
        if self.nesting.is_in_for_words() && self.tokens.last().is_some_and(|token| token.text == b"in") {
            let text = NO_WORDS.to_vec();
            self.tokens.push(Token { kind: TokenKind::Word, text, ..separator.clone() });
        }
    }

    fn next_token(&mut self) -> Result<Option<Token>, ParseError> {
        self.skip_blanks();
        let Some(byte) = self.peek() else { return Ok(None) };
        let start = self.position;
        if byte == b'\n' {
            let token = self.token_to(TokenKind::Operator, start + 1);
            self.read_here_documents();
            return Ok(Some(token));
        }
        let next = self.source.text.get(start + 1).copied();
        if byte == b'('
            && next == Some(b'(')
            && (self.nesting.is_at_start() || self.nesting.is_after_for())
            && let Some(end) = self.source.arithmetic_parentheses(start)
        {
            self.take_arithmetic(end);
            return self.next_token();
        }
        let is_process_substitution = matches!(byte, b'<' | b'>') && next == Some(b'(');
        if !is_process_substitution
            && let Some(operator) = OPERATORS.iter().find(|operator| self.source.text[start..].starts_with(operator))
            && !(self.follows_regex_operator() && byte == b'(')
        {
            return Ok(Some(self.token_to(TokenKind::Operator, start + operator.len())));
        }
        let end = self.word_end()?;
        Ok(Some(self.token_to(TokenKind::Word, end)))
    }

    fn token_to(&mut self, kind: TokenKind, end: usize) -> Token {
        let (start, line) = (self.position, self.line);
        self.advance_to(end);
        let text = self.source.text[start..self.position].to_vec();
        Token { kind, text, start, end: self.position, line, here_document: None, opens_subshell: false }
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.position += 1,
                Some(b'\\') if self.source.text.get(self.position + 1) == Some(&b'\n') => {
                    self.advance_to(self.position + 2);
                }
                Some(b'#') => {
                    let rest = &self.source.text[self.position..];
                    self.position += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// Takes `((…))` as the five or more tokens the grammar wants: the expression's inside becomes one
    /// word, or one each side of the semicolons of `for ((;;))`.
    fn take_arithmetic(&mut self, end: usize) {
        let (start, line) = (self.position, self.line);
        let splits = self.nesting.is_after_for();
        let single = |kind: TokenKind, from: usize, to: usize, text: &[u8]| Token {
            kind,
            text: text[from..to].to_vec(),
            start: from,
            end: to,
            line,
            here_document: None,
            opens_subshell: false,
        };
        let text = self.source.text;
        self.tokens.push(single(TokenKind::Operator, start, start + 1, text));
        self.tokens.push(single(TokenKind::Operator, start + 1, start + 2, text));
        let mut from = start + 2;
        for position in start + 2..end - 2 {
            if splits && text[position] == b';' {
                if position > from {
                    self.tokens.push(single(TokenKind::Word, from, position, text));
                }
                self.tokens.push(single(TokenKind::Operator, position, position + 1, text));
                from = position + 1;
            }
        }
        if end - 2 > from {
            self.tokens.push(single(TokenKind::Word, from, end - 2, text));
        }
        self.tokens.push(single(TokenKind::Operator, end - 2, end - 1, text));
        self.tokens.push(single(TokenKind::Operator, end - 1, end, text));
        self.advance_to(end);
        self.nesting.arithmetic();
    }

    fn follows_regex_operator(&self) -> bool {
        self.nesting.is_in_test() && self.tokens.last().is_some_and(|token| token.text == b"=~")
    }

    fn word_end(&self) -> Result<usize, ParseError> {
        let text = self.source.text;
        let start = self.position;
        let is_regex = self.follows_regex_operator();
        let mut position = start;
        while let Some(&byte) = text.get(position) {
            position = match byte {
                b' ' | b'\t' | b'\n' => break,
                b'<' | b'>' if text.get(position + 1) == Some(&b'(') && position == start => {
                    self.source.command_parentheses(position + 1)?
                }
                b'|' if is_regex => position + 1,
                b'(' if is_regex || self.opens_pattern(start, position) => self.source.pattern_parentheses(position)?,
                b'(' if opens_array(&text[start..position]) => self.array_end(position)?,
                b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                b'\\' => position + 2,
                b'\'' => self.source.single_quotes(position)?,
                b'"' => self.source.double_quotes(position)?,
                b'`' => self.source.backquotes(position)?,
                b'$' => self.source.dollar(position)?,
                b'[' if is_name(&text[start..position]) => self.subscript_end(position),
                _ => position + 1,
            };
        }
        Ok(position.min(text.len()))
    }

    /// `@(a|b)` and its like. `!(` where a command starts is a negated subshell.
    fn opens_pattern(&self, start: usize, position: usize) -> bool {
        position > start
            && matches!(self.source.text[position - 1], b'?' | b'*' | b'+' | b'@' | b'!')
            && !(self.nesting.is_at_start() && position == start + 1 && self.source.text[start] == b'!')
    }

    /// The end of `[…]` if an assignment follows, so that `a[1 + 2]=x` is one word.
    fn subscript_end(&self, position: usize) -> usize {
        let text = self.source.text;
        match self.source.brackets(position) {
            Ok(end) if text[end..].starts_with(b"=") || text[end..].starts_with(b"+=") => end,
            _ => position + 1,
        }
    }

    /// The end of the `(…)` of an array assignment; comments may stand inside.
    fn array_end(&self, position: usize) -> Result<usize, ParseError> {
        let line = super::skip::line_at(self.source.text, self.source.first_line, position);
        let mut lexer = Lexer::new(&self.source.text[position + 1..], line, self.source.depth);
        lexer.array_elements().map(|_| position + 1 + lexer.position)
    }

    /// Reads the words of an array value up to its `)`.
    pub fn array_elements(&mut self) -> Result<Vec<Token>, ParseError> {
        let mut words = Vec::new();
        loop {
            let Some(token) = self.next_token()? else {
                return Err(ParseError::unterminated(self.source.first_line, ")"));
            };
            match (token.kind, token.text.as_slice()) {
                (TokenKind::Operator, b")") => return Ok(words),
                (TokenKind::Operator, b"\n") => {}
                (TokenKind::Operator, text) => {
                    return Err(ParseError::unexpected_token(token.line, &String::from_utf8_lossy(text)));
                }
                (TokenKind::Word, _) => words.push(token),
            }
        }
    }

    fn note_here_document(&mut self, token: &Token) {
        let Some(operator) = self.tokens.last() else { return };
        if token.kind != TokenKind::Word || operator.kind != TokenKind::Operator {
            return;
        }
        let strips_tabs = operator.text == b"<<-";
        if strips_tabs || operator.text == b"<<" {
            self.pending.push(PendingHereDocument {
                token: self.tokens.len(),
                delimiter: remove_quotes(&token.text),
                strips_tabs,
            });
        }
    }

    /// Reads the bodies announced on the line that just ended.
    fn read_here_documents(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let mut body = Vec::new();
            let mut is_open = true;
            while self.position < self.source.text.len() {
                let rest = &self.source.text[self.position..];
                let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                let mut line = &rest[..length];
                self.advance_to(self.position + length + 1);
                if pending.strips_tabs {
                    line = &line[line.iter().take_while(|byte| **byte == b'\t').count()..];
                }
                if line == pending.delimiter {
                    is_open = false;
                    break;
                }
                body.extend_from_slice(line);
                body.push(b'\n');
            }
            self.has_open_here_document |= is_open;
            if let Some(token) = self.tokens.get_mut(pending.token) {
                token.here_document = Some(body);
            }
        }
    }
}

fn is_name(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Tells whether the text before a parenthesis is `name=`, `name+=` or `name[…]=`.
fn opens_array(text: &[u8]) -> bool {
    let Some(target) = text.strip_suffix(b"=") else { return false };
    let target = target.strip_suffix(b"+").unwrap_or(target);
    match target.iter().position(|byte| *byte == b'[') {
        Some(bracket) => is_name(&target[..bracket]) && target.ends_with(b"]"),
        None => is_name(target),
    }
}

/// What a here-document's delimiter is compared as.
pub fn remove_quotes(word: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(word.len());
    let mut quote = None;
    let mut bytes = word.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (None, b'\'' | b'"') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            (None | Some(b'"'), b'\\') => plain.extend(bytes.next()),
            (None, b'$') if matches!(bytes.peek(), Some(b'\'' | b'"')) => {}
            _ => plain.push(byte),
        }
    }
    plain
}
