//! Arithmetic and comparison.

use crate::awk::ast::{BinaryOperator, Comparison};
use crate::awk::value::Value;
use super::{Machine, Step, fatal};

impl Machine {
    pub(super) fn compare(&self, left: &Value, right: &Value, comparison: Comparison) -> bool {
        use std::cmp::Ordering;
        if let (Some(left), Some(right)) = (left.as_compared_number(), right.as_compared_number()) {
            return match comparison {
                Comparison::Less => left < right,
                Comparison::LessOrEqual => left <= right,
                Comparison::Equal => left == right,
                Comparison::NotEqual => left != right,
                Comparison::Greater => left > right,
                Comparison::GreaterOrEqual => left >= right,
            };
        }
        let order = self.with_text(left, |left| self.with_text(right, |right| left.cmp(right)));
        match comparison {
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Equal => order == Ordering::Equal,
            Comparison::NotEqual => order != Ordering::Equal,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::GreaterOrEqual => order != Ordering::Less,
        }
    }
}

pub(super) fn calculate(operator: BinaryOperator, left: f64, right: f64) -> Step<f64> {
    Ok(match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Subtract => left - right,
        BinaryOperator::Multiply => left * right,
        BinaryOperator::Divide if right == 0.0 => return fatal("division by zero attempted"),
        BinaryOperator::Divide => left / right,
        BinaryOperator::Modulo if right == 0.0 => return fatal("division by zero attempted in `%'"),
        BinaryOperator::Modulo => left % right,
        BinaryOperator::Power => power(left, right),
    })
}

/// Whole exponents by multiplication, which is exact where pow is not.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    if exponent.fract() != 0.0 || exponent.abs() > 1024.0 {
        return base.powf(exponent);
    }
    base.powi(exponent as i32)
}
