//! Statements, and the jumps of loops.

use super::{Compiler, Loop};
use crate::awk::ast::{Comparison, Expr, Redirect, Statement, StatementKind};
use crate::awk::code::Op;

impl Compiler {
    pub(super) fn statements(&mut self, statements: &[Statement]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    pub(super) fn statement(&mut self, statement: &Statement) {
        self.line = statement.line;
        match &statement.kind {
            StatementKind::Expr(expr) => {
                self.expr(expr);
                self.emit(Op::Pop);
            }
            StatementKind::Print { arguments, redirect } => self.print(arguments, redirect.as_ref(), false),
            StatementKind::Printf { arguments, redirect } => self.print(arguments, redirect.as_ref(), true),
            StatementKind::If(condition, then, otherwise) => {
                let skip = self.jump_unless(condition);
                self.statement(then);
                let Some(otherwise) = otherwise else { return self.land(skip) };
                let end = self.emit(Op::Jump(0));
                self.land(skip);
                self.statement(otherwise);
                self.land(end);
            }
            StatementKind::While(condition, body) => self.loop_statement(None, Some(condition), None, body),
            StatementKind::For { first, condition, step, body } => {
                self.loop_statement(first.as_deref(), condition.as_ref(), step.as_deref(), body);
            }
            StatementKind::Do(body, condition) => {
                let start = self.here();
                self.loops.push(Loop::default());
                self.statement(body);
                let again = self.here();
                let exit = self.jump_unless(condition);
                self.emit(Op::Jump(start as u32));
                self.land(exit);
                self.end_loop(again);
            }
            StatementKind::ForIn { variable, array, body } => {
                let place = self.array_place(array);
                self.emit(Op::Keys(place));
                let start = self.emit(Op::NextKey(0));
                let place = self.place(variable);
                self.emit(Op::StoreUnderKey(place));
                self.emit(Op::Pop);
                self.loops.push(Loop::default());
                self.statement(body);
                self.emit(Op::Jump(start as u32));
                self.land(start);
                self.end_loop(start);
                self.emit(Op::EndKeys);
            }
            StatementKind::Switch(subject, cases) => self.switch(subject, cases),
            StatementKind::Block(statements) => self.statements(statements),
            StatementKind::Next => {
                self.emit(Op::Next);
            }
            StatementKind::NextFile => {
                self.emit(Op::NextFile);
            }
            StatementKind::Exit(value) => {
                value.iter().for_each(|value| self.expr(value));
                self.emit(Op::Exit { has_value: value.is_some() });
            }
            StatementKind::Return(value) => {
                match value {
                    Some(value) => self.expr(value),
                    None => {
                        self.emit(Op::Uninitialized);
                    }
                }
                self.emit(Op::Return);
            }
            StatementKind::Break => {
                let jump = self.emit(Op::Jump(0));
                if let Some(innermost) = self.loops.last_mut() {
                    innermost.breaks.push(jump);
                }
            }
            StatementKind::Continue => {
                let jump = self.emit(Op::Jump(0));
                if let Some(innermost) = self.loops.iter_mut().rev().find(|enclosing| !enclosing.is_switch) {
                    innermost.continues.push(jump);
                }
            }
            StatementKind::Delete(element) => {
                if let Expr::Index(base, subscripts) = element {
                    let place = self.array_place(base);
                    self.key(subscripts);
                    self.emit(Op::Delete(place));
                }
            }
            StatementKind::Clear(array) => {
                let place = self.array_place(array);
                self.emit(Op::Clear(place));
            }
        }
    }

    pub(super) fn loop_statement(&mut self, first: Option<&Statement>, condition: Option<&Expr>, step: Option<&Statement>, body: &Statement) {
        if let Some(first) = first {
            self.statement(first);
        }
        let start = self.here();
        let exit = condition.map(|condition| self.jump_unless(condition));
        self.loops.push(Loop::default());
        self.statement(body);
        let again = self.here();
        if let Some(step) = step {
            self.statement(step);
        }
        self.emit(Op::Jump(start as u32));
        if let Some(exit) = exit {
            self.land(exit);
        }
        self.end_loop(again);
    }

    /// Ends the innermost loop here; `continue` goes to `again`.
    pub(super) fn end_loop(&mut self, again: usize) {
        let Some(ended) = self.loops.pop() else { return };
        ended.breaks.into_iter().for_each(|jump| self.land(jump));
        ended.continues.into_iter().for_each(|jump| self.aim(jump, again));
    }

    pub(super) fn switch(&mut self, subject: &Expr, cases: &[(Option<Expr>, Vec<Statement>)]) {
        self.expr(subject);
        let mut entries = Vec::new();
        for (label, _) in cases {
            let Some(label) = label else {
                entries.push(None);
                continue;
            };
            self.emit(Op::Copy);
            if let Expr::Regex(pattern) = label {
                let pattern = self.pattern(pattern);
                self.emit(Op::MatchConstant { pattern, is_negated: false });
            } else {
                self.expr(label);
                self.emit(Op::Compare(Comparison::Equal));
            }
            entries.push(Some(self.emit(Op::JumpIfTrue(0))));
        }
        let otherwise = self.emit(Op::Jump(0));
        // The subject stays on the stack through the comparisons, and goes first thing in each entry's path.
        let mut has_default = false;
        let mut ends = Vec::new();
        let mut starts = Vec::new();
        for (entry, (label, _)) in entries.iter().zip(cases) {
            match entry {
                Some(jump) => self.land(*jump),
                None => self.land(otherwise),
            }
            has_default |= label.is_none();
            self.emit(Op::Pop);
            starts.push(self.emit(Op::Jump(0)));
        }
        if !has_default {
            self.land(otherwise);
            self.emit(Op::Pop);
            ends.push(self.emit(Op::Jump(0)));
        }
        self.loops.push(Loop { is_switch: true, ..Loop::default() });
        for (start, (_, body)) in starts.into_iter().zip(cases) {
            self.land(start);
            self.statements(body);
        }
        ends.into_iter().for_each(|jump| self.land(jump));
        self.end_loop(0);
    }

    pub(super) fn print(&mut self, arguments: &[Expr], redirect: Option<&Redirect>, is_printf: bool) {
        arguments.iter().for_each(|argument| self.expr(argument));
        if let Some(redirect) = redirect {
            self.expr(&redirect.target);
        }
        let (arguments, redirect) = (arguments.len() as u32, redirect.map(|redirect| redirect.kind));
        self.emit(if is_printf { Op::Printf { arguments, redirect } } else { Op::Print { arguments, redirect } });
    }

    pub(super) fn jump_unless(&mut self, condition: &Expr) -> usize {
        match condition {
            Expr::Group(inner) => return self.jump_unless(inner),
            Expr::Not(inner) => {
                self.expr(inner);
                return self.emit(Op::JumpIfTrue(0));
            }
            _ => {}
        }
        self.expr(condition);
        self.emit(Op::JumpIfFalse(0))
    }
}
