//! The tree to instructions.

use super::ast::{Expr, InputKind, Pattern, Program, Redirect, Rule, Statement, StatementKind, Variable};
use super::builtin;
use super::code::{ArrayPlace, Code, CompiledFunction, ON_STACK, Op, Place};
use super::infer;
use super::special;

#[derive(Default)]
struct Loop {
    breaks: Vec<usize>,
    continues: Vec<usize>,
    /// A switch: `continue` belongs to the loop around it.
    is_switch: bool,
}

struct Compiler {
    code: Code,
    line: u32,
    loops: Vec<Loop>,
    is_array: Vec<Vec<bool>>,
}

pub fn compile(program: Program) -> Code {
    let is_array = infer::array_parameters(&program.functions);
    let mut compiler = Compiler { code: Code::default(), line: 0, loops: Vec::new(), is_array };
    compiler.code.globals = program.globals;
    for function in &program.functions {
        let start = compiler.here();
        compiler.statements(&function.body);
        compiler.emit(Op::Uninitialized);
        compiler.emit(Op::Return);
        compiler.code.functions.push(CompiledFunction {
            name: function.name.clone(),
            start,
            parameters: function.parameters.len() as u32,
        });
    }
    compiler.code.begin = compiler.section(&program.begin).unwrap_or_else(|| compiler.nothing());
    compiler.code.begin_file = compiler.section(&program.begin_file);
    compiler.code.end_file = compiler.section(&program.end_file);
    compiler.code.end = compiler.section(&program.end);
    if !program.rules.is_empty() {
        compiler.code.main = Some(compiler.here());
        program.rules.iter().for_each(|rule| compiler.rule(rule));
        compiler.emit(Op::End);
    }
    compiler.code
}

impl Compiler {
    fn here(&self) -> usize {
        self.code.ops.len()
    }

    fn emit(&mut self, op: Op) -> usize {
        self.code.ops.push(op);
        self.code.lines.push(self.line);
        self.here() - 1
    }

    /// Makes the jump at `index` lead to here.
    fn land(&mut self, index: usize) {
        let target = self.here();
        self.aim(index, target);
    }

    fn aim(&mut self, index: usize, to: usize) {
        let to = to as u32;
        match &mut self.code.ops[index] {
            Op::Jump(target) | Op::JumpIfFalse(target) | Op::JumpIfTrue(target) | Op::NextKey(target) => *target = to,
            Op::JumpIfInRange { target, .. } => *target = to,
            _ => {}
        }
    }

    fn nothing(&mut self) -> usize {
        self.emit(Op::End)
    }

    fn section(&mut self, bodies: &[Vec<Statement>]) -> Option<usize> {
        if bodies.is_empty() {
            return None;
        }
        let start = self.here();
        bodies.iter().for_each(|body| self.statements(body));
        self.emit(Op::End);
        Some(start)
    }

    fn rule(&mut self, rule: &Rule) {
        self.line = rule.line;
        let mut skip = None;
        match &rule.pattern {
            Pattern::Always => {}
            Pattern::Expr(expr) => skip = Some(self.jump_unless(expr)),
            Pattern::Range(from, to) => {
                let range = self.code.ranges as u32;
                self.code.ranges += 1;
                let in_range = self.emit(Op::JumpIfInRange { range, target: 0 });
                skip = Some(self.jump_unless(from));
                self.emit(Op::SetRange { range, is_on: true });
                self.land(in_range);
                let goes_on = self.jump_unless(to);
                self.emit(Op::SetRange { range, is_on: false });
                self.land(goes_on);
            }
        }
        match &rule.body {
            Some(body) => self.statements(body),
            None => {
                self.emit(Op::Print { arguments: 0, redirect: None });
            }
        }
        if let Some(skip) = skip {
            self.land(skip);
        }
    }

    fn statements(&mut self, statements: &[Statement]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
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

    fn loop_statement(&mut self, first: Option<&Statement>, condition: Option<&Expr>, step: Option<&Statement>, body: &Statement) {
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
    fn end_loop(&mut self, again: usize) {
        let Some(ended) = self.loops.pop() else { return };
        ended.breaks.into_iter().for_each(|jump| self.land(jump));
        ended.continues.into_iter().for_each(|jump| self.aim(jump, again));
    }

    fn switch(&mut self, subject: &Expr, cases: &[(Option<Expr>, Vec<Statement>)]) {
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
                self.emit(Op::Compare(super::ast::Comparison::Equal));
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

    fn print(&mut self, arguments: &[Expr], redirect: Option<&Redirect>, is_printf: bool) {
        arguments.iter().for_each(|argument| self.expr(argument));
        if let Some(redirect) = redirect {
            self.expr(&redirect.target);
        }
        let (arguments, redirect) = (arguments.len() as u32, redirect.map(|redirect| redirect.kind));
        self.emit(if is_printf { Op::Printf { arguments, redirect } } else { Op::Print { arguments, redirect } });
    }

    fn jump_unless(&mut self, condition: &Expr) -> usize {
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

    fn string(&mut self, text: &[u8]) -> u32 {
        self.code.strings.push(text.to_vec());
        self.code.strings.len() as u32 - 1
    }

    fn pattern(&mut self, pattern: &[u8]) -> u32 {
        if let Some(index) = self.code.patterns.iter().position(|known| known == pattern) {
            return index as u32;
        }
        self.code.patterns.push(pattern.to_vec());
        self.code.patterns.len() as u32 - 1
    }

    fn key(&mut self, subscripts: &[Expr]) {
        subscripts.iter().for_each(|subscript| self.expr(subscript));
        if subscripts.len() > 1 {
            self.emit(Op::JoinKeys(subscripts.len() as u32));
        }
    }

    /// Where the array is; an array within an array is put on the stack.
    fn array_place(&mut self, array: &Expr) -> ArrayPlace {
        match array {
            Expr::Variable(Variable::Global(slot)) => *slot as i32,
            Expr::Variable(Variable::Local(slot)) => -1 - *slot as i32,
            Expr::Index(base, subscripts) => {
                let place = self.array_place(base);
                self.key(subscripts);
                self.emit(Op::SubArray(place));
                ON_STACK
            }
            other => {
                self.expr(other);
                ON_STACK
            }
        }
    }

    /// Puts what the place needs on the stack.
    fn place(&mut self, target: &Expr) -> Place {
        match target {
            Expr::Variable(Variable::Global(slot)) if special::is_live(*slot) => Place::Special(*slot),
            Expr::Variable(Variable::Global(slot)) => Place::Global(*slot),
            Expr::Variable(Variable::Local(slot)) => Place::Local(*slot),
            Expr::Index(base, subscripts) => {
                let place = self.array_place(base);
                self.key(subscripts);
                Place::Element(place)
            }
            Expr::Field(index) => {
                self.expr(index);
                Place::Field
            }
            // The parser gives nothing else.
            other => {
                self.expr(other);
                Place::Field
            }
        }
    }

    fn store(&mut self, place: Place) {
        self.emit(match place {
            Place::Global(slot) => Op::StoreGlobal(slot),
            Place::Local(slot) => Op::StoreLocal(slot),
            other => Op::Store(other),
        });
    }

    /// An operand of arithmetic.
    fn number(&mut self, expr: &Expr) {
        match expr {
            Expr::Group(inner) => self.number(inner),
            Expr::Field(index) => match **index {
                Expr::Number(number) if number >= 0.0 && number < 1e6 => {
                    self.emit(Op::FieldNumber(number as u32));
                }
                _ => self.expr(expr),
            },
            _ => self.expr(expr),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Number(number) => {
                self.emit(Op::Number(*number));
            }
            Expr::String(text) => {
                let index = self.string(text);
                self.emit(Op::String(index));
            }
            Expr::Regex(pattern) => {
                let pattern = self.pattern(pattern);
                self.emit(Op::MatchRecord(pattern));
            }
            Expr::Variable(_) => match self.place(expr) {
                Place::Global(slot) => {
                    self.emit(Op::LoadGlobal(slot));
                }
                Place::Local(slot) => {
                    self.emit(Op::LoadLocal(slot));
                }
                place => {
                    self.emit(Op::Load(place));
                }
            },
            Expr::Field(index) => {
                if let Expr::Number(number) = **index {
                    if number >= 0.0 && number < 1e6 {
                        self.emit(Op::Field(number as u32));
                        return;
                    }
                }
                self.expr(index);
                self.emit(Op::Load(Place::Field));
            }
            Expr::Index(..) => {
                let place = self.place(expr);
                self.emit(Op::Load(place));
            }
            Expr::Assign(target, value) => {
                if let Some(rest) = appended(target, value) {
                    rest.iter().for_each(|part| self.expr(part));
                    if rest.len() > 1 {
                        self.emit(Op::Concat(rest.len() as u32));
                    }
                    let place = self.place(target);
                    self.emit(Op::Append(place));
                    return;
                }
                let place = self.place(target);
                self.expr(value);
                self.store(place);
            }
            Expr::Augment(operator, target, value) => {
                let place = self.place(target);
                self.number(value);
                self.emit(Op::Augment(place, *operator));
            }
            Expr::Increment { target, delta, is_post } => {
                let place = self.place(target);
                self.emit(if *is_post { Op::IncrementAfter(place, *delta) } else { Op::IncrementBefore(place, *delta) });
            }
            Expr::Conditional(condition, yes, no) => {
                let otherwise = self.jump_unless(condition);
                self.expr(yes);
                let end = self.emit(Op::Jump(0));
                self.land(otherwise);
                self.expr(no);
                self.land(end);
            }
            Expr::And(left, right) => self.short_circuit(left, right, true),
            Expr::Or(left, right) => self.short_circuit(left, right, false),
            Expr::Not(inner) => {
                self.expr(inner);
                self.emit(Op::Not);
            }
            Expr::Negate(inner) => {
                self.number(inner);
                self.emit(Op::Negate);
            }
            Expr::Plus(inner) => {
                self.number(inner);
                self.emit(Op::ToNumber);
            }
            Expr::In(subscripts, array) => {
                let place = self.array_place(array);
                self.key(subscripts);
                self.emit(Op::In(place));
            }
            Expr::Match { is_negated, text, pattern } => {
                self.expr(text);
                if let Expr::Regex(pattern) = &**pattern {
                    let pattern = self.pattern(pattern);
                    self.emit(Op::MatchConstant { pattern, is_negated: *is_negated });
                } else {
                    self.expr(pattern);
                    self.emit(Op::MatchDynamic { is_negated: *is_negated });
                }
            }
            Expr::Binary(operator, left, right) => {
                self.number(left);
                self.number(right);
                self.emit(Op::Binary(*operator));
            }
            Expr::Compare(comparison, left, right) => {
                self.expr(left);
                self.expr(right);
                self.emit(Op::Compare(*comparison));
            }
            Expr::Concat(parts) => {
                parts.iter().for_each(|part| self.expr(part));
                self.emit(Op::Concat(parts.len() as u32));
            }
            // Only `in` and `print` take a list; elsewhere it is a key of several parts.
            Expr::List(list) => self.key(list),
            Expr::Group(inner) => self.expr(inner),
            Expr::Call(function, arguments) => {
                let is_array = self.is_array[*function as usize].clone();
                for (index, argument) in arguments.iter().enumerate() {
                    self.argument(argument, is_array.get(index).copied().unwrap_or(false));
                }
                self.emit(Op::Call { function: *function, arguments: arguments.len() as u32 });
            }
            Expr::CallIndirect(variable, arguments) => {
                self.expr(&Expr::Variable(*variable));
                arguments.iter().for_each(|argument| self.argument(argument, false));
                self.emit(Op::CallIndirect { arguments: arguments.len() as u32 });
            }
            Expr::Builtin(name, arguments) => self.builtin(name, arguments),
            Expr::Getline { kind, source, target } => self.getline(*kind, source.as_deref(), target.as_deref()),
        }
    }

    fn short_circuit(&mut self, left: &Expr, right: &Expr, is_and: bool) {
        self.expr(left);
        let short = self.emit(if is_and { Op::JumpIfFalse(0) } else { Op::JumpIfTrue(0) });
        self.expr(right);
        self.emit(Op::ToBoolean);
        let end = self.emit(Op::Jump(0));
        self.land(short);
        self.emit(Op::Number(if is_and { 0.0 } else { 1.0 }));
        self.land(end);
    }

    fn argument(&mut self, argument: &Expr, is_array: bool) {
        match argument {
            Expr::Variable(_) if is_array => {
                let place = self.array_place(argument);
                self.emit(Op::Array(place));
            }
            Expr::Index(base, subscripts) if is_array => {
                let place = self.array_place(base);
                self.key(subscripts);
                self.emit(Op::ElementArgument(place));
            }
            _ => self.expr(argument),
        }
    }

    fn builtin(&mut self, name: &'static str, arguments: &[Expr]) {
        if matches!(name, "sub" | "gsub") {
            return self.substitute(name == "gsub", arguments);
        }
        for (index, argument) in arguments.iter().enumerate() {
            match argument {
                _ if infer::takes_array(name, index) => {
                    let place = self.array_place(argument);
                    if place != ON_STACK {
                        self.emit(Op::Array(place));
                    }
                }
                Expr::Regex(pattern) if builtin::takes_pattern(name, index) => {
                    let pattern = self.pattern(pattern);
                    self.emit(Op::Pattern(pattern));
                }
                _ => self.expr(argument),
            }
        }
        self.emit(Op::Builtin { index: builtin::index_of(name), arguments: arguments.len() as u8 });
    }

    fn substitute(&mut self, is_global: bool, arguments: &[Expr]) {
        let record = Expr::Field(Box::new(Expr::Number(0.0)));
        let target = arguments.get(2).unwrap_or(&record);
        let target = if let Expr::Group(inner) = target { inner } else { target };
        let is_place = matches!(target, Expr::Variable(_) | Expr::Index(..) | Expr::Field(_));
        let place = if is_place {
            Some(self.place(target))
        } else {
            self.expr(target);
            None
        };
        for argument in &arguments[..2] {
            if let Expr::Regex(pattern) = argument {
                let pattern = self.pattern(pattern);
                self.emit(Op::Pattern(pattern));
            } else {
                self.expr(argument);
            }
        }
        self.emit(match place {
            Some(place) => Op::Substitute { is_global, place },
            None => Op::SubstituteValue { is_global },
        });
    }

    fn getline(&mut self, kind: InputKind, source: Option<&Expr>, target: Option<&Expr>) {
        let place = target.map(|target| self.place(target));
        source.iter().for_each(|source| self.expr(source));
        self.emit(Op::Getline { kind, place });
    }
}

/// What `x = x a b` appends to the variable: done in place, it takes time in proportion to what is new.
fn appended<'a>(target: &Expr, value: &'a Expr) -> Option<&'a [Expr]> {
    let (Expr::Variable(target), Expr::Concat(parts)) = (target, value) else { return None };
    let is_plain = matches!(target, Variable::Local(_)) || matches!(target, Variable::Global(slot) if !special::is_live(*slot));
    let (Expr::Variable(first), rest) = parts.split_first()? else { return None };
    (is_plain && first == target).then_some(rest)
}
