//! Statements to instructions, in one pass.

use super::lexer::{Lexer, Token};
use super::machine::{Function, Op, Variable};

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

    fn statement(&mut self) -> Parse<()> {
        self.enter()?;
        let result = self.statement_inside();
        self.depth = self.depth.saturating_sub(1);
        result
    }

    fn statement_inside(&mut self) -> Parse<()> {
        if self.eat("{")? {
            loop {
                while self.token == Token::Newline || self.is(";") {
                    self.advance()?;
                }
                if self.eat("}")? {
                    return Ok(());
                }
                if self.token == Token::End {
                    return Err(SyntaxError);
                }
                self.statement()?;
            }
        }
        if let Token::String(text) = &self.token {
            let text = text.clone();
            self.advance()?;
            self.emit(Op::PrintString(text));
            return Ok(());
        }
        let Token::Name(name) = &self.token else { return self.expression_statement() };
        match &name.clone()[..] {
            "if" => {
                self.advance()?;
                self.expect("(")?;
                self.expression()?;
                self.expect(")")?;
                self.skip_newlines()?;
                let skip = self.emit(Op::JumpIfZero(0));
                self.statement()?;
                // An else may come behind a newline only within braces, as everything else there.
                let (position, line, token) = (self.lexer.position, self.lexer.line, self.token.clone());
                while (self.token == Token::Newline && self.depth > 1) || (self.is(";") && self.depth > 1) {
                    self.advance()?;
                }
                if !self.is_word("else") {
                    (self.lexer.position, self.lexer.line, self.token) = (position, line, token);
                    self.land(skip);
                    return Ok(());
                }
                self.advance()?;
                self.skip_newlines()?;
                let end = self.emit(Op::Jump(0));
                self.land(skip);
                self.statement()?;
                self.land(end);
            }
            "while" => {
                self.advance()?;
                let start = self.ops.len();
                self.expect("(")?;
                self.expression()?;
                self.expect(")")?;
                self.skip_newlines()?;
                let exit = self.emit(Op::JumpIfZero(0));
                self.begin_loop();
                self.statement()?;
                self.emit(Op::Jump(start));
                self.land(exit);
                self.end_loop(start);
            }
            "for" => {
                self.advance()?;
                self.expect("(")?;
                if !self.is(";") {
                    self.expression()?;
                    self.emit(Op::Pop);
                }
                self.expect(";")?;
                let start = self.ops.len();
                let mut exit = None;
                if !self.is(";") {
                    self.expression()?;
                    exit = Some(self.emit(Op::JumpIfZero(0)));
                }
                self.expect(";")?;
                // The step comes before the body in the text and after it in the run.
                let body = self.emit(Op::Jump(0));
                let step = self.ops.len();
                if !self.is(")") {
                    self.expression()?;
                    self.emit(Op::Pop);
                }
                self.expect(")")?;
                self.skip_newlines()?;
                self.emit(Op::Jump(start));
                self.land(body);
                self.begin_loop();
                self.statement()?;
                self.emit(Op::Jump(step));
                if let Some(exit) = exit {
                    self.land(exit);
                }
                self.end_loop(step);
            }
            "break" | "continue" => {
                let is_break = name == "break";
                self.advance()?;
                let jump = self.emit(Op::Jump(0));
                let loops = if is_break { &mut self.breaks } else { &mut self.continues };
                loops.last_mut().ok_or(SyntaxError)?.push(jump);
            }
            "return" => {
                if !self.is_in_function {
                    return Err(SyntaxError);
                }
                self.advance()?;
                if matches!(self.token, Token::Newline | Token::End) || self.is(";") || self.is("}") {
                    self.emit(Op::Number(Vec::new()));
                } else {
                    self.expression()?;
                }
                self.emit(Op::Return);
            }
            "print" => {
                self.advance()?;
                loop {
                    if let Token::String(text) = &self.token {
                        let text = escaped(text);
                        self.advance()?;
                        self.emit(Op::PrintString(text));
                    } else {
                        self.expression()?;
                        self.emit(Op::Print { has_newline: false });
                    }
                    if !self.eat(",")? {
                        break;
                    }
                }
            }
            // Ends bc where it is read, not where it would be carried out.
            "quit" | "halt" => {
                self.advance()?;
                self.emit(Op::Quit);
            }
            "limits" | "warranty" => {
                self.advance()?;
            }
            _ => return self.expression_statement(),
        }
        Ok(())
    }

    fn begin_loop(&mut self) {
        self.breaks.push(Vec::new());
        self.continues.push(Vec::new());
    }

    fn end_loop(&mut self, again: usize) {
        self.breaks.pop().into_iter().flatten().for_each(|jump| self.land(jump));
        self.continues.pop().into_iter().flatten().for_each(|jump| self.aim(jump, again));
    }

    fn expression_statement(&mut self) -> Parse<()> {
        self.expression()?;
        self.emit(if self.is_assignment { Op::Pop } else { Op::Print { has_newline: true } });
        Ok(())
    }

    fn expression(&mut self) -> Parse<()> {
        self.enter()?;
        self.and()?;
        while self.eat("||")? {
            let yes = self.emit(Op::JumpIfNotZero(0));
            self.and()?;
            self.short_circuit(yes, 1);
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn short_circuit(&mut self, jump: usize, value: u8) {
        self.emit(Op::ToBoolean);
        let end = self.emit(Op::Jump(0));
        self.land(jump);
        self.emit(Op::Number(vec![b'0' + value]));
        self.land(end);
        self.is_assignment = false;
    }

    fn and(&mut self) -> Parse<()> {
        self.not()?;
        while self.eat("&&")? {
            let no = self.emit(Op::JumpIfZero(0));
            self.not()?;
            self.short_circuit(no, 0);
        }
        Ok(())
    }

    fn not(&mut self) -> Parse<()> {
        if self.eat("!")? {
            self.enter()?;
            self.not()?;
            self.depth = self.depth.saturating_sub(1);
            self.emit(Op::Not);
            self.is_assignment = false;
            return Ok(());
        }
        self.relation()
    }

    fn relation(&mut self) -> Parse<()> {
        self.sum()?;
        while let Token::Operator(operator @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) = self.token {
            self.advance()?;
            self.sum()?;
            self.emit(Op::Compare(operator));
            self.is_assignment = false;
        }
        Ok(())
    }

    fn sum(&mut self) -> Parse<()> {
        self.product()?;
        while let Token::Operator(operator @ ("+" | "-")) = self.token {
            self.advance()?;
            self.product()?;
            self.emit(Op::Binary(operator));
            self.is_assignment = false;
        }
        Ok(())
    }

    fn product(&mut self) -> Parse<()> {
        self.power()?;
        while let Token::Operator(operator @ ("*" | "/" | "%")) = self.token {
            self.advance()?;
            self.power()?;
            self.emit(Op::Binary(operator));
            self.is_assignment = false;
        }
        Ok(())
    }

    fn power(&mut self) -> Parse<()> {
        self.unary()?;
        if self.eat("^")? {
            self.enter()?;
            self.power()?;
            self.depth = self.depth.saturating_sub(1);
            self.emit(Op::Binary("^"));
            self.is_assignment = false;
        }
        Ok(())
    }

    fn unary(&mut self) -> Parse<()> {
        if self.eat("-")? {
            self.enter()?;
            self.unary()?;
            self.depth = self.depth.saturating_sub(1);
            self.emit(Op::Negate);
            self.is_assignment = false;
            return Ok(());
        }
        if let Token::Operator(operator @ ("++" | "--")) = self.token {
            self.advance()?;
            let Token::Name(name) = self.advance()? else { return Err(SyntaxError) };
            let variable = self.variable(name)?;
            self.emit(Op::Increment { variable, is_up: operator == "++", is_post: false });
            self.is_assignment = false;
            return Ok(());
        }
        self.primary()
    }

    /// A variable whose name has been read; an element's index is put on the stack.
    fn variable(&mut self, name: String) -> Parse<Variable> {
        Ok(match &name[..] {
            "scale" => Variable::Scale,
            "ibase" => Variable::InputBase,
            "obase" => Variable::OutputBase,
            "last" => Variable::Last,
            _ if self.eat("[")? => {
                self.expression()?;
                self.expect("]")?;
                Variable::Element(name)
            }
            _ => Variable::Simple(name),
        })
    }

    fn primary(&mut self) -> Parse<()> {
        self.is_assignment = false;
        match self.advance()? {
            Token::Number(digits) => {
                self.emit(Op::Number(digits));
                Ok(())
            }
            Token::Operator("(") => {
                self.expression()?;
                self.expect(")")?;
                self.is_assignment = false;
                Ok(())
            }
            Token::Operator(".") => self.lvalue("last".to_owned()),
            Token::Name(name) if self.is("(") => self.call(name),
            Token::Name(name) => self.lvalue(name),
            _ => Err(SyntaxError),
        }
    }

    fn lvalue(&mut self, name: String) -> Parse<()> {
        if matches!(&name[..], "if" | "while" | "for" | "define" | "return" | "auto" | "else") {
            return Err(SyntaxError);
        }
        let variable = self.variable(name)?;
        match self.token {
            Token::Operator("=") => {
                self.advance()?;
                self.enter()?;
                self.sum()?;
                self.depth = self.depth.saturating_sub(1);
                self.emit(Op::Store(variable));
                self.is_assignment = true;
            }
            Token::Operator(operator @ ("+=" | "-=" | "*=" | "/=" | "%=" | "^=")) => {
                self.advance()?;
                self.enter()?;
                self.sum()?;
                self.depth = self.depth.saturating_sub(1);
                self.emit(Op::Augment(variable, &operator[..1]));
                self.is_assignment = true;
            }
            Token::Operator(operator @ ("++" | "--")) => {
                self.advance()?;
                self.emit(Op::Increment { variable, is_up: operator == "++", is_post: true });
            }
            _ => {
                self.emit(Op::Load(variable));
            }
        }
        Ok(())
    }

    fn call(&mut self, name: String) -> Parse<()> {
        self.advance()?;
        let mut arguments = 0;
        while !self.is(")") {
            // An array is given by its name and empty brackets.
            if let Token::Name(array) = &self.token {
                let array = array.clone();
                let rest = self.lexer.source[self.lexer.position..].trim_ascii_start();
                if rest.first() == Some(&b'[') && rest[1..].trim_ascii_start().first() == Some(&b']') {
                    self.advance()?;
                    self.expect("[")?;
                    self.expect("]")?;
                    self.emit(Op::Array(array));
                    arguments += 1;
                    if !self.eat(",")? {
                        break;
                    }
                    continue;
                }
            }
            self.expression()?;
            arguments += 1;
            if !self.eat(",")? {
                break;
            }
        }
        self.expect(")")?;
        self.is_assignment = false;
        self.emit(Op::Call(name, arguments));
        Ok(())
    }
}

/// The escapes of print's strings.
fn escaped(text: &[u8]) -> Vec<u8> {
    let (mut out, mut bytes) = (Vec::new(), text.iter().copied());
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'n') => out.push(b'\n'),
            Some(b'q') => out.push(b'"'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'\\') => out.push(b'\\'),
            Some(other) => out.extend([b'\\', other]),
            None => out.push(b'\\'),
        }
    }
    out
}
