//! Orders: of the keys in `for (k in a)` by PROCINFO["sorted_in"], and of asort and asorti.

use super::array::Key;
use super::machine::{Fatal, Machine, fatal};
use super::special;
use super::substitute::fill;
use super::value::{ArrayRef, Value};
use std::cmp::Ordering;

type Step<T> = Result<T, Fatal>;

impl Machine {
    pub fn ordered_keys(&mut self, array: &ArrayRef) -> Step<Vec<Value>> {
        let order = match &self.globals[special::PROCINFO as usize] {
            Value::Array(info) => info.borrow().get(&Key::of_text(b"sorted_in")).map(|value| self.text(value)),
            _ => None,
        };
        let Some(order) = order.filter(|order| !order.is_empty() && order != b"@unsorted") else {
            return Ok(array.borrow().keys().map(Key::value).collect());
        };
        let pairs = self.sorted_pairs(array, &order)?;
        Ok(pairs.into_iter().map(|(key, _)| key).collect())
    }

    fn sorted_pairs(&mut self, array: &ArrayRef, order: &[u8]) -> Step<Vec<(Value, Value)>> {
        let mut pairs: Vec<(Value, Value)> = array.borrow().iter().map(|(key, value)| (key.value(), value.clone())).collect();
        let Some(name) = order.strip_prefix(b"@") else {
            let function = self.code.functions.iter().position(|function| function.name.as_bytes() == order);
            let Some(function) = function else {
                return fatal(format!("sort comparison function `{}' is not defined", String::from_utf8_lossy(order)));
            };
            let mut problem = None;
            self.merge_sort(&mut pairs, &mut |machine, left, right| {
                let arguments = [left.0.clone(), left.1.clone(), right.0.clone(), right.1.clone()];
                match machine.call(function as u32, &arguments) {
                    Ok(value) => value.number().partial_cmp(&0.0).unwrap_or(Ordering::Equal),
                    Err(error) => {
                        problem.get_or_insert(error);
                        Ordering::Equal
                    }
                }
            });
            return match problem {
                Some(problem) => Err(problem),
                None => Ok(pairs),
            };
        };
        let (name, is_descending) = match (name.strip_suffix(b"_asc"), name.strip_suffix(b"_desc")) {
            (Some(name), _) => (name, false),
            (_, Some(name)) => (name, true),
            _ => (name, false),
        };
        let this: &Self = self;
        let by_index = |left: &(Value, Value), right: &(Value, Value)| this.compare_texts(&left.0, &right.0);
        let compare: Box<dyn Fn(&(Value, Value), &(Value, Value)) -> Ordering + '_> = match name {
            b"ind_str" => Box::new(by_index),
            b"ind_num" => Box::new(move |left, right| compare_numbers(&left.0, &right.0).then_with(|| by_index(left, right))),
            b"val_str" => Box::new(move |left, right| this.compare_texts(&left.1, &right.1).then_with(|| by_index(left, right))),
            b"val_num" => Box::new(move |left, right| {
                compare_numbers(&left.1, &right.1).then_with(|| this.compare_texts(&left.1, &right.1)).then_with(|| by_index(left, right))
            }),
            b"val_type" => Box::new(move |left, right| this.compare_types(&left.1, &right.1).then_with(|| by_index(left, right))),
            b"unsorted" => return Ok(pairs),
            _ => return fatal(format!("sort comparison function `@{}' is not defined", String::from_utf8_lossy(name))),
        };
        pairs.sort_by(|left, right| {
            let order = compare(left, right);
            if is_descending { order.reverse() } else { order }
        });
        drop(compare);
        Ok(pairs)
    }

    fn compare_texts(&self, left: &Value, right: &Value) -> Ordering {
        self.with_text(left, |left| self.with_text(right, |right| left.cmp(right)))
    }

    /// Numbers before strings before arrays.
    fn compare_types(&self, left: &Value, right: &Value) -> Ordering {
        match (left, right) {
            (Value::Array(_), Value::Array(_)) => return Ordering::Equal,
            (Value::Array(_), _) => return Ordering::Greater,
            (_, Value::Array(_)) => return Ordering::Less,
            _ => {}
        }
        match (left.as_compared_number(), right.as_compared_number()) {
            (Some(left), Some(right)) => left.partial_cmp(&right).unwrap_or(Ordering::Equal),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => self.compare_texts(left, right),
        }
    }

    /// Stable, and safe with a comparison that contradicts itself, as a program's own may.
    fn merge_sort(&mut self, pairs: &mut Vec<(Value, Value)>, compare: &mut dyn FnMut(&mut Self, &(Value, Value), &(Value, Value)) -> Ordering) {
        if pairs.len() < 2 {
            return;
        }
        let mut right = pairs.split_off(pairs.len() / 2);
        self.merge_sort(pairs, compare);
        self.merge_sort(&mut right, compare);
        let mut merged = Vec::with_capacity(pairs.len() + right.len());
        let (mut left, mut right) = (std::mem::take(pairs).into_iter().peekable(), right.into_iter().peekable());
        while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
            let takes_right = compare(self, first, second) == Ordering::Greater;
            merged.extend(if takes_right { right.next() } else { left.next() });
        }
        merged.extend(left);
        merged.extend(right);
        *pairs = merged;
    }

    /// asort, and asorti with `by_index`.
    pub fn sort_array(&mut self, arguments: &[Value], by_index: bool) -> Step<Value> {
        let Some(Value::Array(source)) = arguments.first() else { return fatal("asort: first argument is not an array") };
        let default: &[u8] = if by_index { b"@ind_str_asc" } else { b"@val_type_asc" };
        let order = arguments.get(2).map_or_else(|| default.to_vec(), |order| self.text(order));
        let pairs = self.sorted_pairs(source, &order)?;
        let target = match arguments.get(1) {
            Some(Value::Array(target)) => target,
            _ => source,
        };
        let count = pairs.len();
        fill(target, pairs.into_iter().map(|(key, value)| if by_index { key } else { value }).collect());
        Ok(Value::Number(count as f64))
    }
}

fn compare_numbers(left: &Value, right: &Value) -> Ordering {
    left.number().partial_cmp(&right.number()).unwrap_or(Ordering::Equal)
}
