//! Expressions, by precedence: assignment, ?:, ||, &&, in, ~, comparison, concatenation, sums, products, signs, powers,
//! increments, fields. `print` reads a list in which `>` is no comparison.

use super::ast::{BinaryOperator, Comparison, Expr, InputKind};
use super::lexer::{Keyword, Token};
use super::parser::{Parse, Parser};

/// Operators in a row at one level; the tree is as deep.
const LONGEST_CHAIN: usize = 400;

/// What an expression may contain at its top.
#[derive(Clone, Copy)]
struct Context {
    /// `>` compares.
    has_greater: bool,
}

const PLAIN: Context = Context { has_greater: true };
const PRINTED: Context = Context { has_greater: false };

fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        self.ternary_or_assignment(PLAIN)
    }

    /// What `print` prints: a list, or one in parentheses.
    pub(super) fn print_list(&mut self) -> Parse<Vec<Expr>> {
        let mut list = vec![self.ternary_or_assignment(PRINTED)?];
        while self.eat(",")? {
            self.skip_newlines()?;
            list.push(self.ternary_or_assignment(PRINTED)?);
        }
        Ok(list)
    }

    /// The file or command of a redirection: a concatenation.
    pub(super) fn output_target(&mut self) -> Parse<Expr> {
        self.concatenation()
    }

    fn ternary_or_assignment(&mut self, context: Context) -> Parse<Expr> {
        self.enter()?;
        let expr = self.ternary(context)?;
        let operator = match self.token {
            Token::Operator("=") => None,
            Token::Operator("+=") => Some(BinaryOperator::Add),
            Token::Operator("-=") => Some(BinaryOperator::Subtract),
            Token::Operator("*=") => Some(BinaryOperator::Multiply),
            Token::Operator("/=") => Some(BinaryOperator::Divide),
            Token::Operator("%=") => Some(BinaryOperator::Modulo),
            Token::Operator("^=") => Some(BinaryOperator::Power),
            _ => {
                self.leave();
                return Ok(expr);
            }
        };
        // `a && b = c` and `!x = y` assign to the last operand.
        let expr = self.assign_to_last(expr, operator, context)?;
        self.leave();
        Ok(expr)
    }

    fn assign_to_last(&mut self, expr: Expr, operator: Option<BinaryOperator>, context: Context) -> Parse<Expr> {
        Ok(match expr {
            target @ (Expr::Variable(_) | Expr::Field(_) | Expr::Index(..)) => {
                self.advance()?;
                self.skip_newlines()?;
                let value = self.ternary_or_assignment(context)?;
                match operator {
                    None => Expr::Assign(boxed(target), boxed(value)),
                    Some(operator) => Expr::Augment(operator, boxed(target), boxed(value)),
                }
            }
            Expr::And(left, right) => Expr::And(left, boxed(self.assign_to_last(*right, operator, context)?)),
            Expr::Or(left, right) => Expr::Or(left, boxed(self.assign_to_last(*right, operator, context)?)),
            Expr::Not(inner) => Expr::Not(boxed(self.assign_to_last(*inner, operator, context)?)),
            Expr::Compare(comparison, left, right) => {
                Expr::Compare(comparison, left, boxed(self.assign_to_last(*right, operator, context)?))
            }
            Expr::Match { is_negated, text, pattern } => {
                let pattern = boxed(self.assign_to_last(*pattern, operator, context)?);
                Expr::Match { is_negated, text, pattern }
            }
            Expr::Conditional(condition, yes, no) => {
                Expr::Conditional(condition, yes, boxed(self.assign_to_last(*no, operator, context)?))
            }
            _ => return self.unexpected(),
        })
    }

    fn ternary(&mut self, context: Context) -> Parse<Expr> {
        let condition = self.or(context)?;
        if !self.is_operator("?") {
            return Ok(condition);
        }
        self.advance()?;
        self.skip_newlines()?;
        let yes = self.ternary_or_assignment(context)?;
        self.skip_newlines()?;
        self.expect(":")?;
        self.skip_newlines()?;
        let no = self.ternary_or_assignment(context)?;
        Ok(Expr::Conditional(boxed(condition), boxed(yes), boxed(no)))
    }

    fn or(&mut self, context: Context) -> Parse<Expr> {
        let mut left = self.and(context)?;
        for _ in 0..LONGEST_CHAIN {
            if !self.eat("||")? {
                return Ok(left);
            }
            self.skip_newlines()?;
            left = Expr::Or(boxed(left), boxed(self.and(context)?));
        }
        self.error("expression is too long")
    }

    fn and(&mut self, context: Context) -> Parse<Expr> {
        let mut left = self.membership(context)?;
        for _ in 0..LONGEST_CHAIN {
            if !self.eat("&&")? {
                return Ok(left);
            }
            self.skip_newlines()?;
            left = Expr::And(boxed(left), boxed(self.membership(context)?));
        }
        self.error("expression is too long")
    }

    fn membership(&mut self, context: Context) -> Parse<Expr> {
        let mut left = self.matching(context)?;
        while self.is_keyword(Keyword::In) {
            self.advance()?;
            let array = self.primary_lvalue()?;
            let subscripts = match left {
                Expr::List(list) => list,
                other => vec![other],
            };
            left = Expr::In(subscripts, boxed(array));
        }
        Ok(left)
    }

    fn matching(&mut self, context: Context) -> Parse<Expr> {
        let mut left = self.comparison(context)?;
        for _ in 0..LONGEST_CHAIN {
            let is_negated = self.is_operator("!~");
            if !is_negated && !self.is_operator("~") {
                return Ok(left);
            }
            self.advance()?;
            let pattern = self.comparison(context)?;
            left = Expr::Match { is_negated, text: boxed(left), pattern: boxed(pattern) };
        }
        self.error("expression is too long")
    }

    fn comparison(&mut self, context: Context) -> Parse<Expr> {
        let left = self.piped_getline()?;
        let comparison = match self.token {
            Token::Operator("<") => Comparison::Less,
            Token::Operator("<=") => Comparison::LessOrEqual,
            Token::Operator("==") => Comparison::Equal,
            Token::Operator("!=") => Comparison::NotEqual,
            Token::Operator(">") if context.has_greater => Comparison::Greater,
            Token::Operator(">=") => Comparison::GreaterOrEqual,
            _ => return Ok(left),
        };
        self.advance()?;
        let right = self.piped_getline()?;
        Ok(Expr::Compare(comparison, boxed(left), boxed(right)))
    }

    /// `command | getline [variable]`, any number of times.
    fn piped_getline(&mut self) -> Parse<Expr> {
        let mut left = self.concatenation()?;
        while self.is_operator("|") || self.is_operator("|&") {
            if self.is_operator("|&") {
                return self.error("two-way pipes are not supported");
            }
            // `print x | "cmd"` is no getline; the lexer has only one token to look at.
            let mut ahead = self.lexer.clone();
            if ahead.next()? != Token::Keyword(Keyword::Getline) {
                return Ok(left);
            }
            self.advance()?;
            self.advance()?;
            let target = self.optional_target()?.map(boxed);
            left = Expr::Getline { kind: InputKind::Command, source: Some(boxed(left)), target };
        }
        Ok(left)
    }

    fn concatenation(&mut self) -> Parse<Expr> {
        let first = self.sum()?;
        if !self.begins_operand() {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.begins_operand() {
            parts.push(self.sum()?);
        }
        Ok(Expr::Concat(parts))
    }

    /// Whether the token can begin another operand of a concatenation.
    fn begins_operand(&self) -> bool {
        match &self.token {
            Token::Number(_) | Token::String(_) | Token::Name { .. } | Token::Builtin(_) => true,
            Token::Operator(operator) => matches!(*operator, "$" | "!" | "(" | "-" | "+" | "++" | "--" | "@"),
            Token::Keyword(_) | Token::Newline | Token::End => false,
        }
    }

    fn sum(&mut self) -> Parse<Expr> {
        let mut left = self.product()?;
        for _ in 0..LONGEST_CHAIN {
            let operator = match self.token {
                Token::Operator("+") => BinaryOperator::Add,
                Token::Operator("-") => BinaryOperator::Subtract,
                _ => return Ok(left),
            };
            self.advance()?;
            left = Expr::Binary(operator, boxed(left), boxed(self.product()?));
        }
        self.error("expression is too long")
    }

    fn product(&mut self) -> Parse<Expr> {
        let mut left = self.unary()?;
        for _ in 0..LONGEST_CHAIN {
            let operator = match self.token {
                Token::Operator("*") => BinaryOperator::Multiply,
                Token::Operator("/") => BinaryOperator::Divide,
                Token::Operator("%") => BinaryOperator::Modulo,
                _ => return Ok(left),
            };
            self.advance()?;
            left = Expr::Binary(operator, boxed(left), boxed(self.unary()?));
        }
        self.error("expression is too long")
    }

    fn unary(&mut self) -> Parse<Expr> {
        let make = match self.token {
            Token::Operator("!") => Expr::Not,
            Token::Operator("-") => Expr::Negate,
            Token::Operator("+") => Expr::Plus,
            _ => return self.power(),
        };
        self.enter()?;
        self.advance()?;
        let inner = self.unary()?;
        self.leave();
        Ok(make(boxed(inner)))
    }

    fn power(&mut self) -> Parse<Expr> {
        let base = self.increment()?;
        if !self.is_operator("^") {
            return Ok(base);
        }
        self.enter()?;
        self.advance()?;
        // The exponent may have a sign, and powers group to the right.
        let exponent = self.unary()?;
        self.leave();
        Ok(Expr::Binary(BinaryOperator::Power, boxed(base), boxed(exponent)))
    }

    fn increment(&mut self) -> Parse<Expr> {
        let delta = |token: &Token| match token {
            Token::Operator("++") => Some(1),
            Token::Operator("--") => Some(-1),
            _ => None,
        };
        if let Some(delta) = delta(&self.token) {
            self.advance()?;
            let target = self.primary_lvalue()?;
            return Ok(Expr::Increment { target: boxed(target), delta, is_post: false });
        }
        let operand = self.primary()?;
        if !matches!(operand, Expr::Variable(_) | Expr::Field(_) | Expr::Index(..)) {
            return Ok(operand);
        }
        let Some(delta) = delta(&self.token) else { return Ok(operand) };
        self.advance()?;
        Ok(Expr::Increment { target: boxed(operand), delta, is_post: true })
    }

    /// A variable, an element or a field.
    pub(super) fn primary_lvalue(&mut self) -> Parse<Expr> {
        let expr = if self.is_operator("(") {
            self.advance()?;
            let inner = self.primary_lvalue()?;
            self.expect(")")?;
            inner
        } else {
            self.primary()?
        };
        if matches!(expr, Expr::Variable(_) | Expr::Field(_) | Expr::Index(..)) { Ok(expr) } else { self.unexpected() }
    }

    fn optional_target(&mut self) -> Parse<Option<Expr>> {
        let begins = matches!(self.token, Token::Name { is_call: false, .. }) || self.is_operator("$");
        if begins { Ok(Some(self.primary_lvalue()?)) } else { Ok(None) }
    }

    fn primary(&mut self) -> Parse<Expr> {
        match &self.token {
            Token::Number(number) => {
                let number = *number;
                self.advance()?;
                Ok(Expr::Number(number))
            }
            Token::String(_) => {
                let Token::String(text) = self.advance()? else { return self.unexpected() };
                Ok(Expr::String(text))
            }
            Token::Operator("/" | "/=") => {
                let pattern = self.lexer.regex(self.is_operator("/="))?;
                self.advance()?;
                Ok(Expr::Regex(pattern))
            }
            Token::Operator("$") => {
                self.enter()?;
                self.advance()?;
                let index = if self.is_operator("-") || self.is_operator("+") || self.is_operator("!") {
                    self.unary_operand()?
                } else if self.is_operator("++") || self.is_operator("--") {
                    self.increment()?
                } else {
                    self.primary()?
                };
                self.leave();
                Ok(Expr::Field(boxed(index)))
            }
            Token::Operator("(") => self.group(),
            Token::Operator("@") => {
                self.advance()?;
                match self.advance()? {
                    Token::Name { name, is_call: true } => {
                        let variable = self.variable(&name)?;
                        let arguments = self.arguments()?;
                        Ok(Expr::CallIndirect(variable, arguments))
                    }
                    _ => self.unexpected(),
                }
            }
            Token::Name { .. } => {
                let Token::Name { name, is_call } = self.advance()? else { return self.unexpected() };
                if is_call {
                    let index = self.function(&name);
                    let arguments = self.arguments()?;
                    return Ok(Expr::Call(index, arguments));
                }
                let variable = Expr::Variable(self.variable(&name)?);
                self.subscripts(variable)
            }
            Token::Builtin(_) => self.builtin_call(),
            Token::Keyword(Keyword::Getline) => {
                self.advance()?;
                let target = self.optional_target()?.map(boxed);
                if !self.is_operator("<") {
                    return Ok(Expr::Getline { kind: InputKind::Main, source: None, target });
                }
                self.advance()?;
                let source = self.increment()?;
                Ok(Expr::Getline { kind: InputKind::File, source: Some(boxed(source)), target })
            }
            _ => self.unexpected(),
        }
    }

    /// After `$`: a sign and what it belongs to.
    fn unary_operand(&mut self) -> Parse<Expr> {
        let make = match self.token {
            Token::Operator("!") => Expr::Not,
            Token::Operator("-") => Expr::Negate,
            Token::Operator("+") => Expr::Plus,
            _ => return self.increment(),
        };
        self.enter()?;
        self.advance()?;
        let inner = self.unary_operand()?;
        self.leave();
        Ok(make(boxed(inner)))
    }

    fn subscripts(&mut self, mut base: Expr) -> Parse<Expr> {
        let mut levels = 0;
        while self.is_operator("[") {
            self.advance()?;
            levels += 1;
            if levels > LONGEST_CHAIN {
                return self.error("expression is too long");
            }
            let mut subscripts = vec![self.expression()?];
            while self.eat(",")? {
                self.skip_newlines()?;
                subscripts.push(self.expression()?);
            }
            self.expect("]")?;
            base = Expr::Index(boxed(base), subscripts);
        }
        Ok(base)
    }

    fn group(&mut self) -> Parse<Expr> {
        self.advance()?;
        self.skip_newlines()?;
        let first = self.expression()?;
        self.skip_newlines()?;
        if !self.is_operator(",") {
            self.expect(")")?;
            return Ok(Expr::Group(boxed(first)));
        }
        let mut list = vec![first];
        while self.eat(",")? {
            self.skip_newlines()?;
            list.push(self.expression()?);
            self.skip_newlines()?;
        }
        self.expect(")")?;
        Ok(Expr::List(list))
    }

    fn arguments(&mut self) -> Parse<Vec<Expr>> {
        self.expect("(")?;
        self.skip_newlines()?;
        let mut arguments = Vec::new();
        while !self.is_operator(")") {
            arguments.push(self.expression()?);
            self.skip_newlines()?;
            if !self.is_operator(")") {
                self.expect(",")?;
                self.skip_newlines()?;
            }
        }
        self.expect(")")?;
        Ok(arguments)
    }

    fn builtin_call(&mut self) -> Parse<Expr> {
        let Token::Builtin(name) = self.advance()? else { return self.unexpected() };
        if !self.is_operator("(") {
            if name == "length" {
                return Ok(Expr::Builtin(name, Vec::new()));
            }
            return self.unexpected();
        }
        let arguments = self.arguments()?;
        let (least, most) = super::builtin::argument_counts(name);
        if arguments.len() < least || arguments.len() > most {
            return self.error(format!("{} is invalid as number of arguments for {name}", arguments.len()));
        }
        Ok(Expr::Builtin(name, arguments))
    }

    /// The label of a case: a constant, with a sign perhaps, or a regular expression.
    pub(super) fn case_label(&mut self) -> Parse<Expr> {
        if self.is_operator("-") || self.is_operator("+") {
            return self.unary_operand();
        }
        self.primary()
    }
}
