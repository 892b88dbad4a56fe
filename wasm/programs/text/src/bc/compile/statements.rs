//! Statements, and the jumps of loops.

use super::{Compiler, Parse, SyntaxError};
use crate::bc::lexer::Token;
use crate::bc::machine::Op;

impl Compiler {
    pub(super) fn statement(&mut self) -> Parse<()> {
        self.enter()?;
        let result = self.statement_inside();
        self.depth = self.depth.saturating_sub(1);
        result
    }

    pub(super) fn statement_inside(&mut self) -> Parse<()> {
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

    pub(super) fn begin_loop(&mut self) {
        self.breaks.push(Vec::new());
        self.continues.push(Vec::new());
    }

    pub(super) fn end_loop(&mut self, again: usize) {
        self.breaks.pop().into_iter().flatten().for_each(|jump| self.land(jump));
        self.continues.pop().into_iter().flatten().for_each(|jump| self.aim(jump, again));
    }

    pub(super) fn expression_statement(&mut self) -> Parse<()> {
        self.expression()?;
        self.emit(if self.is_assignment { Op::Pop } else { Op::Print { has_newline: true } });
        Ok(())
    }
}

/// The escapes of print's strings.
pub(super) fn escaped(text: &[u8]) -> Vec<u8> {
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
