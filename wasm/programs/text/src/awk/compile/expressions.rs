//! Expressions: their values are left on the stack.

use super::Compiler;
use crate::awk::ast::{Expr, InputKind, Variable};
use crate::awk::builtin;
use crate::awk::code::{ON_STACK, Op, Place};
use crate::awk::infer;
use crate::awk::special;

impl Compiler {
    /// An operand of arithmetic.
    pub(super) fn number(&mut self, expr: &Expr) {
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

    pub(super) fn expr(&mut self, expr: &Expr) {
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

    pub(super) fn short_circuit(&mut self, left: &Expr, right: &Expr, is_and: bool) {
        self.expr(left);
        let short = self.emit(if is_and { Op::JumpIfFalse(0) } else { Op::JumpIfTrue(0) });
        self.expr(right);
        self.emit(Op::ToBoolean);
        let end = self.emit(Op::Jump(0));
        self.land(short);
        self.emit(Op::Number(if is_and { 0.0 } else { 1.0 }));
        self.land(end);
    }

    pub(super) fn argument(&mut self, argument: &Expr, is_array: bool) {
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

    pub(super) fn builtin(&mut self, name: &'static str, arguments: &[Expr]) {
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

    pub(super) fn substitute(&mut self, is_global: bool, arguments: &[Expr]) {
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

    pub(super) fn getline(&mut self, kind: InputKind, source: Option<&Expr>, target: Option<&Expr>) {
        let place = target.map(|target| self.place(target));
        source.iter().for_each(|source| self.expr(source));
        self.emit(Op::Getline { kind, place });
    }
}

/// What `x = x a b` appends to the variable: done in place, it takes time in proportion to what is new.
pub(super) fn appended<'a>(target: &Expr, value: &'a Expr) -> Option<&'a [Expr]> {
    let (Expr::Variable(target), Expr::Concat(parts)) = (target, value) else { return None };
    let is_plain = matches!(target, Variable::Local(_)) || matches!(target, Variable::Global(slot) if !special::is_live(*slot));
    let (Expr::Variable(first), rest) = parts.split_first()? else { return None };
    (is_plain && first == target).then_some(rest)
}
