//! Statements to instructions, in one pass.

mod expressions;
mod statements;

use super::lexer::{Lexer, Token};
use super::machine::{Function, Op};

/// Parentheses and blocks within each other.
const DEEPEST: usize = 200;

pub struct Compiler {
    pub lexer: Lexer,
    pub token: Token,
    ops: Vec<Op>,
    breaks: Vec<Vec<usize>>,
    continues: Vec<Vec<usize>>,
    depth: usize,
    is_in_function: bool,
    /// The token before was the end of a line.
    is_after_newline: bool,
    /// The expression read last is an assignment, whose value is not printed.
    is_assignment: bool,
}

pub struct SyntaxError;

type Parse<T> = Result<T, SyntaxError>;

/// What a line of the program is.
pub enum Item {
    Code(Vec<Op>),
    Function(String, Function),
    End,
}

impl Compiler {
    pub fn new(source: Vec<u8>) -> Self {
        let lexer = Lexer { source, position: 0, line: 1 };
        Compiler {
            lexer,
            token: Token::Newline,
            ops: Vec::new(),
            breaks: Vec::new(),
            continues: Vec::new(),
            depth: 0,
            is_in_function: false,
            is_after_newline: false,
            is_assignment: false,
        }
    }

    fn advance(&mut self) -> Parse<Token> {
        let Some(next) = self.lexer.next() else {
            self.lexer.position += 1;
            return Err(SyntaxError);
        };
        let token = std::mem::replace(&mut self.token, next);
        self.is_after_newline = token == Token::Newline;
        Ok(token)
    }

    fn is(&self, operator: &str) -> bool {
        matches!(self.token, Token::Operator(found) if found == operator)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Name(name) if name == word)
    }

    fn eat(&mut self, operator: &str) -> Parse<bool> {
        let found = self.is(operator);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, operator: &str) -> Parse<()> {
        if self.eat(operator)? { Ok(()) } else { Err(SyntaxError) }
    }

    fn skip_newlines(&mut self) -> Parse<()> {
        while self.token == Token::Newline {
            self.advance()?;
        }
        Ok(())
    }

    /// Skips what is left of a line with an error in it.
    pub fn recover(&mut self) {
        // The error may be that the line ended: then the next one is read already.
        if !self.is_after_newline && self.token != Token::Newline {
            let rest = &self.lexer.source[self.lexer.position.min(self.lexer.source.len())..];
            match rest.iter().position(|byte| *byte == b'\n') {
                Some(offset) => self.lexer.position += offset + 1,
                None => self.lexer.position = self.lexer.source.len(),
            }
            self.lexer.line += 1;
            self.token = Token::Newline;
        }
        (self.depth, self.is_in_function) = (0, false);
        self.breaks.clear();
        self.continues.clear();
    }

    /// The next line of the program, or function.
    pub fn item(&mut self) -> Parse<Item> {
        self.ops.clear();
        while self.token == Token::Newline || self.is(";") {
            self.advance()?;
        }
        if self.token == Token::End {
            return Ok(Item::End);
        }
        if self.is_word("define") {
            return self.function();
        }
        loop {
            self.statement()?;
            if self.eat(";")? {
                if matches!(self.token, Token::Newline | Token::End) {
                    break;
                }
                continue;
            }
            if matches!(self.token, Token::Newline | Token::End) {
                break;
            }
            return Err(SyntaxError);
        }
        Ok(Item::Code(std::mem::take(&mut self.ops)))
    }

    fn function(&mut self) -> Parse<Item> {
        self.advance()?;
        if self.is_word("void") {
            self.advance()?;
        }
        let Token::Name(name) = self.advance()? else { return Err(SyntaxError) };
        self.expect("(")?;
        let parameters = self.names(")")?;
        self.expect(")")?;
        self.skip_newlines()?;
        self.expect("{")?;
        self.is_in_function = true;
        let mut autos = Vec::new();
        loop {
            while self.token == Token::Newline || self.is(";") {
                self.advance()?;
            }
            if self.is_word("auto") {
                self.advance()?;
                autos.extend(self.names(";")?);
                continue;
            }
            if self.is("}") {
                break;
            }
            self.statement()?;
        }
        // The brace's successor is read after the function is there.
        self.token = Token::Newline;
        self.is_in_function = false;
        self.ops.push(Op::Number(Vec::new()));
        self.ops.push(Op::Return);
        let ops = std::rc::Rc::new(std::mem::take(&mut self.ops));
        Ok(Item::Function(name, Function { parameters, autos, ops }))
    }

    fn names(&mut self, end: &str) -> Parse<Vec<(String, bool)>> {
        let mut names = Vec::new();
        while !self.is(end) && self.token != Token::Newline {
            let _ = self.eat("*")?;
            let Token::Name(name) = self.advance()? else { return Err(SyntaxError) };
            let is_array = self.eat("[")?;
            if is_array {
                self.expect("]")?;
            }
            names.push((name, is_array));
            if !self.eat(",")? {
                break;
            }
        }
        Ok(names)
    }

    fn emit(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    fn land(&mut self, index: usize) {
        let here = self.ops.len();
        self.aim(index, here);
    }

    fn aim(&mut self, index: usize, to: usize) {
        if let Op::Jump(target) | Op::JumpIfZero(target) | Op::JumpIfNotZero(target) = &mut self.ops[index] {
            *target = to;
        }
    }

    fn enter(&mut self) -> Parse<()> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(SyntaxError) } else { Ok(()) }
    }
}
