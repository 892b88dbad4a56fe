//! Expressions, by how tightly they bind.

use super::{Compiler, Parse, SyntaxError};
use crate::bc::lexer::Token;
use crate::bc::machine::{Op, Variable};

impl Compiler {
    pub(super) fn expression(&mut self) -> Parse<()> {
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

    pub(super) fn short_circuit(&mut self, jump: usize, value: u8) {
        self.emit(Op::ToBoolean);
        let end = self.emit(Op::Jump(0));
        self.land(jump);
        self.emit(Op::Number(vec![b'0' + value]));
        self.land(end);
        self.is_assignment = false;
    }

    pub(super) fn and(&mut self) -> Parse<()> {
        self.not()?;
        while self.eat("&&")? {
            let no = self.emit(Op::JumpIfZero(0));
            self.not()?;
            self.short_circuit(no, 0);
        }
        Ok(())
    }

    pub(super) fn not(&mut self) -> Parse<()> {
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

    pub(super) fn relation(&mut self) -> Parse<()> {
        self.sum()?;
        while let Token::Operator(operator @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) = self.token {
            self.advance()?;
            self.sum()?;
            self.emit(Op::Compare(operator));
            self.is_assignment = false;
        }
        Ok(())
    }

    pub(super) fn sum(&mut self) -> Parse<()> {
        self.product()?;
        while let Token::Operator(operator @ ("+" | "-")) = self.token {
            self.advance()?;
            self.product()?;
            self.emit(Op::Binary(operator));
            self.is_assignment = false;
        }
        Ok(())
    }

    pub(super) fn product(&mut self) -> Parse<()> {
        self.power()?;
        while let Token::Operator(operator @ ("*" | "/" | "%")) = self.token {
            self.advance()?;
            self.power()?;
            self.emit(Op::Binary(operator));
            self.is_assignment = false;
        }
        Ok(())
    }

    pub(super) fn power(&mut self) -> Parse<()> {
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

    pub(super) fn unary(&mut self) -> Parse<()> {
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
    pub(super) fn variable(&mut self, name: String) -> Parse<Variable> {
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

    pub(super) fn primary(&mut self) -> Parse<()> {
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

    pub(super) fn lvalue(&mut self, name: String) -> Parse<()> {
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

    pub(super) fn call(&mut self, name: String) -> Parse<()> {
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
