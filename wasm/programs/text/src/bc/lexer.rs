//! Tokens of bc.

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(Vec<u8>),
    String(Vec<u8>),
    Name(String),
    Operator(&'static str),
    Newline,
    End,
}

const OPERATORS: [&str; 35] = [
    "&&", "||", "==", "!=", "<=", ">=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "+", "-", "*", "/", "%", "^", "=", "<", ">",
    "!", "(", ")", "[", "]", "{", "}", ",", ";", ".", "?", ":",
];

pub struct Lexer {
    pub source: Vec<u8>,
    pub position: usize,
    pub line: usize,
}

impl Lexer {
    /// `None` for a character that bc does not know.
    pub fn next(&mut self) -> Option<Token> {
        loop {
            match &self.source[self.position..] {
                [b' ' | b'\t' | b'\r', ..] => self.position += 1,
                [b'\\', b'\n', ..] => {
                    self.position += 2;
                    self.line += 1;
                }
                [b'#', ..] => {
                    while self.position < self.source.len() && self.source[self.position] != b'\n' {
                        self.position += 1;
                    }
                }
                [b'/', b'*', ..] => {
                    let rest = &self.source[self.position + 2..];
                    let length = rest.windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |at| at + 2);
                    self.line += rest[..length].iter().filter(|byte| **byte == b'\n').count();
                    self.position += 2 + length;
                }
                _ => break,
            }
        }
        let rest = &self.source[self.position..];
        let Some(&first) = rest.first() else { return Some(Token::End) };
        let token = match first {
            b'\n' => {
                self.position += 1;
                self.line += 1;
                return Some(Token::Newline);
            }
            b'"' => {
                let length = rest[1..].iter().position(|byte| *byte == b'"').unwrap_or(rest.len() - 1);
                let text = rest[1..1 + length].to_vec();
                self.line += text.iter().filter(|byte| **byte == b'\n').count();
                self.position += (length + 2).min(rest.len());
                return Some(Token::String(text));
            }
            b'0'..=b'9' | b'A'..=b'F' | b'.' => {
                let (mut digits, mut at, mut has_point) = (Vec::new(), 0, false);
                while let Some(byte) = rest.get(at) {
                    match byte {
                        b'0'..=b'9' | b'A'..=b'F' => digits.push(*byte),
                        b'.' if !has_point => {
                            has_point = true;
                            digits.push(b'.');
                        }
                        b'\\' if rest.get(at + 1) == Some(&b'\n') => at += 1,
                        _ => break,
                    }
                    at += 1;
                }
                if digits == b"." {
                    self.position += 1;
                    return Some(Token::Operator("."));
                }
                self.position += at;
                Token::Number(digits)
            }
            b'a'..=b'z' => {
                let length = rest.iter().take_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || **byte == b'_').count();
                let name = String::from_utf8_lossy(&rest[..length]).into_owned();
                self.position += length;
                Token::Name(name)
            }
            _ => {
                let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator.as_bytes()))?;
                self.position += operator.len();
                Token::Operator(operator)
            }
        };
        Some(token)
    }
}
