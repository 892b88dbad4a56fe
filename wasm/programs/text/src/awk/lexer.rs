//! Tokens of an awk program. A slash is division or begins a regular expression: the parser knows, and asks.

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(f64),
    String(Vec<u8>),
    /// A name that is not a keyword; `is_call` when `(` follows at once.
    Name { name: String, is_call: bool },
    Keyword(Keyword),
    Builtin(&'static str),
    Operator(&'static str),
    Newline,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    Begin,
    End,
    BeginFile,
    EndFile,
    Function,
    If,
    Else,
    While,
    For,
    Do,
    Break,
    Continue,
    Next,
    NextFile,
    Exit,
    Return,
    Delete,
    In,
    Getline,
    Print,
    Printf,
    Switch,
    Case,
    Default,
}

const KEYWORDS: [(&str, Keyword); 25] = [
    ("BEGIN", Keyword::Begin),
    ("END", Keyword::End),
    ("BEGINFILE", Keyword::BeginFile),
    ("ENDFILE", Keyword::EndFile),
    ("function", Keyword::Function),
    ("func", Keyword::Function),
    ("if", Keyword::If),
    ("else", Keyword::Else),
    ("while", Keyword::While),
    ("for", Keyword::For),
    ("do", Keyword::Do),
    ("break", Keyword::Break),
    ("continue", Keyword::Continue),
    ("next", Keyword::Next),
    ("nextfile", Keyword::NextFile),
    ("exit", Keyword::Exit),
    ("return", Keyword::Return),
    ("delete", Keyword::Delete),
    ("in", Keyword::In),
    ("getline", Keyword::Getline),
    ("print", Keyword::Print),
    ("printf", Keyword::Printf),
    ("switch", Keyword::Switch),
    ("case", Keyword::Case),
    ("default", Keyword::Default),
];

const BUILTINS: [&str; 39] = [
    "and", "asort", "asorti", "atan2", "close", "compl", "cos", "exp", "fflush", "gensub", "gsub", "index", "int", "isarray",
    "length", "log", "lshift", "match", "mkbool", "mktime", "or", "patsplit", "rand", "rshift", "sin", "split", "sprintf",
    "sqrt", "srand", "strftime", "strtonum", "sub", "substr", "system", "systime", "tolower", "toupper", "typeof", "xor",
];

/// Longest first.
const OPERATORS: [&str; 48] = [
    "**=", "**", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", ">>", "!~", "|&", "{", "}",
    "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "=", "@", "&", ".", "#",
    "\\", "'",
];

#[derive(Clone)]
pub struct Lexer<'a> {
    source: &'a [u8],
    position: usize,
    pub line: u32,
}

/// What is wrong, and in which line.
#[derive(Debug)]
pub struct SyntaxError {
    pub line: u32,
    pub text: String,
}

impl<'a> Lexer<'a> {
    pub fn new(source: &'a [u8]) -> Self {
        Lexer { source, position: 0, line: 1 }
    }

    fn error(&self, text: impl Into<String>) -> SyntaxError {
        SyntaxError { line: self.line, text: text.into() }
    }

    fn rest(&self) -> &'a [u8] {
        &self.source[self.position..]
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.rest() {
                [b' ' | b'\t' | b'\r', ..] => self.position += 1,
                [b'\\', b'\n', ..] => {
                    self.position += 2;
                    self.line += 1;
                }
                [b'\\', b'\r', b'\n', ..] => {
                    self.position += 3;
                    self.line += 1;
                }
                [b'#', ..] => {
                    let end = self.rest().iter().position(|byte| *byte == b'\n').unwrap_or(self.rest().len());
                    self.position += end;
                }
                _ => return,
            }
        }
    }

    pub fn next(&mut self) -> Result<Token, SyntaxError> {
        self.skip_blanks();
        let Some(&first) = self.rest().first() else { return Ok(Token::End) };
        match first {
            b'\n' => {
                self.position += 1;
                self.line += 1;
                Ok(Token::Newline)
            }
            b'"' => self.string(),
            b'0'..=b'9' => Ok(self.number()),
            b'.' if self.rest().get(1).is_some_and(u8::is_ascii_digit) => Ok(self.number()),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Ok(self.word()),
            _ => {
                let found = OPERATORS.into_iter().find(|operator| self.rest().starts_with(operator.as_bytes()));
                let Some(operator) = found else {
                    return Err(self.error(format!("invalid char '{}' in expression", String::from_utf8_lossy(&self.rest()[..1]))));
                };
                self.position += operator.len();
                // `**` is `^` by another name.
                Ok(Token::Operator(match operator {
                    "**" => "^",
                    "**=" => "^=",
                    other => other,
                }))
            }
        }
    }

    fn number(&mut self) -> Token {
        let rest = self.rest();
        if let [b'0', b'x' | b'X', digits @ ..] = rest {
            let count = digits.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            if count > 0 {
                self.position += 2 + count;
                return Token::Number(super::number::number_with_radix(&rest[..2 + count]));
            }
        }
        let digits = |from: usize| rest[from.min(rest.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = digits(0);
        if rest.get(end) == Some(&b'.') {
            end += 1 + digits(end + 1);
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let count = digits(end + 1 + sign);
            if count > 0 {
                end += 1 + sign + count;
            }
        }
        self.position += end;
        // As gawk has it: an octal constant, in the program's text only.
        if end > 1 && rest[0] == b'0' && rest[..end].iter().all(|digit| (b'0'..=b'7').contains(digit)) {
            let octal = rest[..end].iter().fold(0.0, |sum, digit| sum * 8.0 + f64::from(digit - b'0'));
            return Token::Number(octal);
        }
        Token::Number(super::number::leading_number(&rest[..end]))
    }

    fn word(&mut self) -> Token {
        let length = self.rest().iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let name = String::from_utf8_lossy(&self.rest()[..length]).into_owned();
        self.position += length;
        if let Some((_, keyword)) = KEYWORDS.iter().find(|(word, _)| *word == name) {
            return Token::Keyword(*keyword);
        }
        if let Some(builtin) = BUILTINS.iter().find(|builtin| **builtin == name) {
            return Token::Builtin(builtin);
        }
        let is_call = self.rest().first() == Some(&b'(');
        Token::Name { name, is_call }
    }

    fn string(&mut self) -> Result<Token, SyntaxError> {
        self.position += 1;
        let mut text = Vec::new();
        loop {
            match self.rest() {
                [] | [b'\n', ..] => return Err(self.error("unterminated string")),
                [b'"', ..] => {
                    self.position += 1;
                    return Ok(Token::String(text));
                }
                [b'\\', b'\n', ..] => {
                    self.position += 2;
                    self.line += 1;
                }
                [b'\\', ..] => {
                    self.position += 1;
                    push_escape(self.source, &mut self.position, &mut text);
                }
                [byte, ..] => {
                    text.push(*byte);
                    self.position += 1;
                }
            }
        }
    }

    /// Reads a regular expression whose first slash has been read; `=` when the token was `/=`.
    pub fn regex(&mut self, begins_with_equals: bool) -> Result<Vec<u8>, SyntaxError> {
        let mut pattern = if begins_with_equals { vec![b'='] } else { Vec::new() };
        let mut bracket_start = None;
        loop {
            match self.rest() {
                [] | [b'\n', ..] => return Err(self.error("unterminated regexp")),
                [b'/', ..] if bracket_start.is_none() => {
                    self.position += 1;
                    return Ok(pattern);
                }
                [b'\\', b'/', ..] => {
                    pattern.push(b'/');
                    self.position += 2;
                }
                [b'\\', b'\n', ..] => {
                    self.position += 2;
                    self.line += 1;
                }
                [b'\\', next, ..] => {
                    pattern.extend([b'\\', *next]);
                    self.position += 2;
                }
                [b'[', ..] if bracket_start.is_none() => {
                    pattern.push(b'[');
                    self.position += 1;
                    if self.rest().first() == Some(&b'^') {
                        pattern.push(b'^');
                        self.position += 1;
                    }
                    // Without its end a bracket is not one for the search for the slash.
                    if self.rest().first() == Some(&b']') || self.closes_bracket() {
                        bracket_start = Some(pattern.len());
                    }
                }
                [b'[', b':', ..] if bracket_start.is_some() => {
                    pattern.extend(b"[:");
                    self.position += 2;
                    while let [byte, ..] = self.rest() {
                        if matches!(byte, b'\n' | b'/') {
                            break;
                        }
                        pattern.push(*byte);
                        self.position += 1;
                        if pattern.ends_with(b":]") {
                            break;
                        }
                    }
                }
                [b']', ..] if bracket_start.is_some_and(|start| pattern.len() > start) => {
                    pattern.push(b']');
                    self.position += 1;
                    bracket_start = None;
                }
                [byte, ..] => {
                    pattern.push(*byte);
                    self.position += 1;
                }
            }
        }
    }

    /// Whether a `]` comes in this line.
    fn closes_bracket(&self) -> bool {
        self.rest().iter().take_while(|byte| **byte != b'\n').any(|byte| *byte == b']')
    }
}

/// Reads what follows a backslash in a string, and appends what it stands for.
pub fn push_escape(source: &[u8], position: &mut usize, text: &mut Vec<u8>) {
    let Some(&letter) = source.get(*position) else {
        text.push(b'\\');
        return;
    };
    *position += 1;
    let byte = match letter {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'\\' => b'\\',
        b'"' => b'"',
        b'/' => b'/',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        b'0'..=b'7' => {
            let mut number = u32::from(letter - b'0');
            for _ in 0..2 {
                let Some(digit) = source.get(*position).filter(|byte| (b'0'..=b'7').contains(*byte)) else { break };
                number = number * 8 + u32::from(digit - b'0');
                *position += 1;
            }
            number as u8
        }
        b'x' => {
            let digits = source[*position..].iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
            if digits == 0 {
                text.push(b'x');
                return;
            }
            let shown = std::str::from_utf8(&source[*position..*position + digits]).unwrap_or("0");
            *position += digits;
            u8::from_str_radix(shown, 16).unwrap_or(0)
        }
        // Any other character is itself, as in gawk.
        other => other,
    };
    text.push(byte);
}
