//! Where values are stored.

use super::Compiler;
use crate::awk::ast::{Expr, Variable};
use crate::awk::code::{ArrayPlace, ON_STACK, Op, Place};
use crate::awk::special;

impl Compiler {
    pub(super) fn key(&mut self, subscripts: &[Expr]) {
        subscripts.iter().for_each(|subscript| self.expr(subscript));
        if subscripts.len() > 1 {
            self.emit(Op::JoinKeys(subscripts.len() as u32));
        }
    }

    /// Where the array is; an array within an array is put on the stack.
    pub(super) fn array_place(&mut self, array: &Expr) -> ArrayPlace {
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
    pub(super) fn place(&mut self, target: &Expr) -> Place {
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

    pub(super) fn store(&mut self, place: Place) {
        self.emit(match place {
            Place::Global(slot) => Op::StoreGlobal(slot),
            Place::Local(slot) => Op::StoreLocal(slot),
            other => Op::Store(other),
        });
    }
}
