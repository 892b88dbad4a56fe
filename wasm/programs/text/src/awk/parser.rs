//! Rules, functions and statements; expressions are in `expression.rs`.

use super::ast::{Expr, Function, OutputKind, Pattern, Program, Redirect, Rule, Statement, StatementKind, Variable};
use super::lexer::{Keyword, Lexer, SyntaxError, Token};
use super::special;
use std::collections::HashMap;

pub type Parse<T> = Result<T, SyntaxError>;

/// Blocks and parentheses within each other, and operators in a row: each takes stack here and in the compiler.
const DEEPEST: usize = 150;

pub struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) token: Token,
    /// Where the token began.
    pub(super) line: u32,
    pub(super) program: Program,
    globals: HashMap<String, u32>,
    functions: HashMap<String, u32>,
    locals: HashMap<String, u32>,
    depth: usize,
    loops: usize,
    is_in_function: bool,
}

pub fn parse(source: &[u8]) -> Parse<Program> {
    let mut parser = Parser {
        lexer: Lexer::new(source),
        token: Token::Newline,
        line: 1,
        program: Program::default(),
        globals: HashMap::new(),
        functions: HashMap::new(),
        locals: HashMap::new(),
        depth: 0,
        loops: 0,
        is_in_function: false,
    };
    for name in special::NAMES {
        parser.global(name);
    }
    parser.advance()?;
    parser.items()?;
    if let Some(function) = parser.program.functions.iter().find(|function| !function.is_defined) {
        return Err(SyntaxError { line: function.line, text: format!("function `{}' called but never defined", function.name) });
    }
    Ok(parser.program)
}

impl Parser<'_> {
    pub(super) fn advance(&mut self) -> Parse<Token> {
        let next = self.lexer.next()?;
        self.line = self.lexer.line - u32::from(next == Token::Newline);
        Ok(std::mem::replace(&mut self.token, next))
    }

    pub(super) fn error<T>(&self, text: impl Into<String>) -> Parse<T> {
        Err(SyntaxError { line: self.line, text: text.into() })
    }

    pub(super) fn unexpected<T>(&self) -> Parse<T> {
        if self.token == Token::End {
            return self.error("unexpected end of program");
        }
        if self.token == Token::Newline {
            return self.error("unexpected newline or end of string");
        }
        self.error("syntax error")
    }

    pub(super) fn is_operator(&self, operator: &str) -> bool {
        matches!(self.token, Token::Operator(found) if found == operator)
    }

    pub(super) fn eat(&mut self, operator: &str) -> Parse<bool> {
        let found = self.is_operator(operator);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(super) fn expect(&mut self, operator: &str) -> Parse<()> {
        if self.eat(operator)? { Ok(()) } else { self.unexpected() }
    }

    pub(super) fn is_keyword(&self, keyword: Keyword) -> bool {
        self.token == Token::Keyword(keyword)
    }

    pub(super) fn skip_newlines(&mut self) -> Parse<()> {
        while self.token == Token::Newline {
            self.advance()?;
        }
        Ok(())
    }

    fn skip_terminators(&mut self) -> Parse<()> {
        while self.token == Token::Newline || self.is_operator(";") {
            self.advance()?;
        }
        Ok(())
    }

    /// One level deeper, until `leave`.
    pub(super) fn enter(&mut self) -> Parse<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error("program is nested too deeply");
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    fn global(&mut self, name: &str) -> u32 {
        if let Some(slot) = self.globals.get(name) {
            return *slot;
        }
        let slot = self.program.globals.len() as u32;
        self.program.globals.push(name.to_owned());
        self.globals.insert(name.to_owned(), slot);
        slot
    }

    pub(super) fn variable(&mut self, name: &str) -> Parse<Variable> {
        if let Some(slot) = self.locals.get(name) {
            return Ok(Variable::Local(*slot));
        }
        if self.functions.get(name).is_some_and(|index| self.program.functions[*index as usize].is_defined) {
            return self.error(format!("function name `{name}' used as variable"));
        }
        Ok(Variable::Global(self.global(name)))
    }

    pub(super) fn function(&mut self, name: &str) -> u32 {
        if let Some(index) = self.functions.get(name) {
            return *index;
        }
        let index = self.program.functions.len() as u32;
        self.program.functions.push(Function { name: name.to_owned(), line: self.line, ..Function::default() });
        self.functions.insert(name.to_owned(), index);
        index
    }

    fn items(&mut self) -> Parse<()> {
        loop {
            self.skip_terminators()?;
            match self.token {
                Token::End => return Ok(()),
                Token::Keyword(Keyword::Function) => self.function_definition()?,
                Token::Keyword(keyword @ (Keyword::Begin | Keyword::End | Keyword::BeginFile | Keyword::EndFile)) => {
                    self.advance()?;
                    if !self.is_operator("{") {
                        return self.error("each BEGIN or END rule must have an action");
                    }
                    let body = self.block()?;
                    match keyword {
                        Keyword::Begin => self.program.begin.push(body),
                        Keyword::End => self.program.end.push(body),
                        Keyword::BeginFile => self.program.begin_file.push(body),
                        _ => self.program.end_file.push(body),
                    }
                }
                _ => self.rule()?,
            }
        }
    }

    fn rule(&mut self) -> Parse<()> {
        let line = self.line;
        let mut pattern = Pattern::Always;
        if !self.is_operator("{") {
            let first = self.expression()?;
            pattern = if self.eat(",")? {
                self.skip_newlines()?;
                Pattern::Range(first, self.expression()?)
            } else {
                Pattern::Expr(first)
            };
            if !self.is_operator("{") && !matches!(self.token, Token::End | Token::Newline) && !self.is_operator(";") {
                return self.unexpected();
            }
        }
        let body = if self.is_operator("{") { Some(self.block()?) } else { None };
        self.program.rules.push(Rule { pattern, body, line });
        Ok(())
    }

    fn function_definition(&mut self) -> Parse<()> {
        self.advance()?;
        let line = self.line;
        let Token::Name { name, .. } = self.advance()? else { return self.unexpected() };
        let index = self.function(&name);
        if self.program.functions[index as usize].is_defined {
            return self.error(format!("function name `{name}' previously defined"));
        }
        self.expect("(")?;
        let mut parameters = Vec::new();
        self.skip_newlines()?;
        while !self.is_operator(")") {
            let Token::Name { name: parameter, .. } = self.advance()? else { return self.unexpected() };
            if parameters.contains(&parameter) {
                return self.error(format!("function `{name}': parameter `{parameter}' is there twice"));
            }
            parameters.push(parameter);
            self.skip_newlines()?;
            if !self.is_operator(")") {
                self.expect(",")?;
                self.skip_newlines()?;
            }
        }
        self.expect(")")?;
        self.skip_newlines()?;
        self.locals = parameters.iter().enumerate().map(|(slot, name)| (name.clone(), slot as u32)).collect();
        self.program.functions[index as usize].is_defined = true;
        self.is_in_function = true;
        let body = self.block()?;
        self.is_in_function = false;
        self.locals.clear();
        let function = &mut self.program.functions[index as usize];
        (function.parameters, function.body, function.line) = (parameters, body, line);
        Ok(())
    }

    fn block(&mut self) -> Parse<Vec<Statement>> {
        self.expect("{")?;
        self.enter()?;
        let mut statements = Vec::new();
        loop {
            self.skip_terminators()?;
            if self.eat("}")? {
                self.leave();
                return Ok(statements);
            }
            statements.push(self.statement()?);
        }
    }

    /// The end of a simple statement: what follows, or nothing before a closing brace.
    fn end_statement(&mut self) -> Parse<()> {
        if self.is_operator("}") || self.token == Token::End {
            return Ok(());
        }
        if self.token == Token::Newline || self.is_operator(";") {
            self.advance()?;
            return Ok(());
        }
        self.unexpected()
    }

    /// The body of a loop or condition; a lone `;` is an empty one.
    fn body(&mut self) -> Parse<Box<Statement>> {
        self.skip_newlines()?;
        if self.is_operator(";") {
            let line = self.line;
            self.advance()?;
            return Ok(Box::new(Statement { line, kind: StatementKind::Block(Vec::new()) }));
        }
        Ok(Box::new(self.statement()?))
    }

    fn loop_body(&mut self) -> Parse<Box<Statement>> {
        self.loops += 1;
        let body = self.body();
        self.loops -= 1;
        body
    }

    fn statement(&mut self) -> Parse<Statement> {
        self.enter()?;
        let line = self.line;
        let kind = self.statement_kind()?;
        self.leave();
        Ok(Statement { line, kind })
    }

    fn statement_kind(&mut self) -> Parse<StatementKind> {
        if self.is_operator("{") {
            return Ok(StatementKind::Block(self.block()?));
        }
        let Token::Keyword(keyword) = self.token else {
            let statement = self.simple_statement()?;
            self.end_statement()?;
            return Ok(statement);
        };
        match keyword {
            Keyword::If => {
                self.advance()?;
                let condition = self.parenthesized()?;
                let then = self.body()?;
                // `;` and newlines may stand before an else.
                self.skip_terminators()?;
                if !self.is_keyword(Keyword::Else) {
                    return Ok(StatementKind::If(condition, then, None));
                }
                self.advance()?;
                let otherwise = self.body()?;
                Ok(StatementKind::If(condition, then, Some(otherwise)))
            }
            Keyword::While => {
                self.advance()?;
                let condition = self.parenthesized()?;
                Ok(StatementKind::While(condition, self.loop_body()?))
            }
            Keyword::Do => {
                self.advance()?;
                let body = self.loop_body()?;
                self.skip_terminators()?;
                if !self.is_keyword(Keyword::While) {
                    return self.unexpected();
                }
                self.advance()?;
                let condition = self.parenthesized()?;
                self.end_statement()?;
                Ok(StatementKind::Do(body, condition))
            }
            Keyword::For => self.for_statement(),
            Keyword::Switch => self.switch_statement(),
            _ => {
                let statement = self.simple_statement()?;
                self.end_statement()?;
                Ok(statement)
            }
        }
    }

    fn parenthesized(&mut self) -> Parse<Expr> {
        self.expect("(")?;
        self.skip_newlines()?;
        let condition = self.expression()?;
        self.skip_newlines()?;
        self.expect(")")?;
        Ok(condition)
    }

    fn for_statement(&mut self) -> Parse<StatementKind> {
        self.advance()?;
        self.expect("(")?;
        self.skip_newlines()?;
        let mut first = None;
        if !self.is_operator(";") {
            let line = self.line;
            let kind = self.simple_statement()?;
            if self.is_operator(")") {
                let StatementKind::Expr(Expr::In(mut subscripts, array)) = kind else { return self.unexpected() };
                let Some(variable) = subscripts.pop().filter(|_| subscripts.is_empty()) else { return self.unexpected() };
                if !matches!(variable, Expr::Variable(_) | Expr::Index(..) | Expr::Field(_)) {
                    return self.unexpected();
                }
                self.advance()?;
                return Ok(StatementKind::ForIn { variable, array: *array, body: self.loop_body()? });
            }
            first = Some(Box::new(Statement { line, kind }));
        }
        self.expect(";")?;
        self.skip_newlines()?;
        let condition = if self.is_operator(";") { None } else { Some(self.expression()?) };
        self.expect(";")?;
        self.skip_newlines()?;
        let mut step = None;
        if !self.is_operator(")") {
            let line = self.line;
            step = Some(Box::new(Statement { line, kind: self.simple_statement()? }));
        }
        self.expect(")")?;
        Ok(StatementKind::For { first, condition, step, body: self.loop_body()? })
    }

    fn switch_statement(&mut self) -> Parse<StatementKind> {
        self.advance()?;
        let subject = self.parenthesized()?;
        self.skip_newlines()?;
        self.expect("{")?;
        let mut cases = Vec::new();
        self.loops += 1;
        loop {
            self.skip_terminators()?;
            if self.eat("}")? {
                self.loops -= 1;
                return Ok(StatementKind::Switch(subject, cases));
            }
            let label = if self.is_keyword(Keyword::Default) {
                self.advance()?;
                None
            } else if self.is_keyword(Keyword::Case) {
                self.advance()?;
                Some(self.case_label()?)
            } else {
                return self.unexpected();
            };
            self.expect(":")?;
            let mut body = Vec::new();
            loop {
                self.skip_terminators()?;
                if self.is_operator("}") || self.is_keyword(Keyword::Case) || self.is_keyword(Keyword::Default) {
                    break;
                }
                body.push(self.statement()?);
            }
            cases.push((label, body));
        }
    }

    fn simple_statement(&mut self) -> Parse<StatementKind> {
        let Token::Keyword(keyword) = self.token else { return Ok(StatementKind::Expr(self.expression()?)) };
        match keyword {
            Keyword::Print | Keyword::Printf => {
                self.advance()?;
                self.print(keyword == Keyword::Printf)
            }
            Keyword::Next | Keyword::NextFile => {
                self.advance()?;
                Ok(if keyword == Keyword::Next { StatementKind::Next } else { StatementKind::NextFile })
            }
            Keyword::Exit | Keyword::Return => {
                self.advance()?;
                let has_value = !matches!(self.token, Token::Newline | Token::End) && !self.is_operator(";") && !self.is_operator("}");
                let value = if has_value { Some(self.expression()?) } else { None };
                if keyword == Keyword::Exit {
                    return Ok(StatementKind::Exit(value));
                }
                if !self.is_in_function {
                    return self.error("`return' used outside function context");
                }
                Ok(StatementKind::Return(value))
            }
            Keyword::Break | Keyword::Continue => {
                self.advance()?;
                if self.loops == 0 {
                    let name = if keyword == Keyword::Break { "break" } else { "continue" };
                    return self.error(format!("`{name}' is not allowed outside a loop or switch"));
                }
                Ok(if keyword == Keyword::Break { StatementKind::Break } else { StatementKind::Continue })
            }
            Keyword::Delete => {
                self.advance()?;
                let target = self.primary_lvalue()?;
                match target {
                    Expr::Index(..) => Ok(StatementKind::Delete(target)),
                    Expr::Variable(_) => Ok(StatementKind::Clear(target)),
                    _ => self.unexpected(),
                }
            }
            Keyword::Getline => Ok(StatementKind::Expr(self.expression()?)),
            _ => self.unexpected(),
        }
    }

    fn print(&mut self, is_printf: bool) -> Parse<StatementKind> {
        let mut arguments = Vec::new();
        let ends = |parser: &Self| {
            matches!(parser.token, Token::Newline | Token::End) || [";", "}", ">", ">>", "|"].iter().any(|operator| parser.is_operator(operator))
        };
        if !ends(self) {
            arguments = self.print_list()?;
        }
        if let [Expr::List(_)] = &arguments[..] {
            if let Some(Expr::List(list)) = arguments.pop() {
                arguments = list;
            }
        }
        let kind = if self.is_operator(">") {
            Some(OutputKind::Truncate)
        } else if self.is_operator(">>") {
            Some(OutputKind::Append)
        } else if self.is_operator("|") {
            Some(OutputKind::Command)
        } else {
            None
        };
        let mut redirect = None;
        if let Some(kind) = kind {
            self.advance()?;
            redirect = Some(Redirect { kind, target: self.output_target()? });
        }
        if is_printf && arguments.is_empty() {
            return self.error("printf: no format");
        }
        Ok(if is_printf { StatementKind::Printf { arguments, redirect } } else { StatementKind::Print { arguments, redirect } })
    }
}
