//! The loop that carries out the instructions.

use crate::awk::array::Array;
use crate::awk::code::{ON_STACK, Op, Place};
use crate::awk::number;
use crate::awk::value::Value;
use super::operators::calculate;
use super::{Fatal, Flow, Machine, Step, fatal};
use std::cell::RefCell;
use std::rc::Rc;

impl Machine {
    pub(super) fn execute(&mut self, start: usize, outermost: usize) -> Step<Flow> {
        let code = Rc::clone(&self.code);
        let mut pc = start;
        loop {
            self.pc = pc;
            let op = code.ops[pc];
            pc += 1;
            match op {
                Op::Uninitialized => self.stack.push(Value::Uninitialized),
                Op::Number(number) => self.stack.push(Value::Number(number)),
                Op::String(index) => self.stack.push(Value::string(&code.strings[index as usize])),
                Op::LoadGlobal(slot) => {
                    let value = self.globals[slot as usize].clone();
                    self.stack.push(value);
                }
                Op::LoadLocal(slot) => {
                    let value = self.stack[self.base + slot as usize].clone();
                    self.stack.push(value);
                }
                Op::Load(place) => {
                    let value = match place {
                        Place::Element(place) => {
                            let (array, key) = self.element(place)?;
                            let mut array = array.borrow_mut();
                            array.entry(key).or_insert(Value::Uninitialized).clone()
                        }
                        Place::Field => {
                            let index = self.field_index()?;
                            self.field(index)
                        }
                        Place::Special(slot) => self.load_special(slot),
                        Place::Global(slot) => self.globals[slot as usize].clone(),
                        Place::Local(slot) => self.stack[self.base + slot as usize].clone(),
                    };
                    self.stack.push(value);
                }
                Op::StoreGlobal(slot) => {
                    let value = self.stack[self.stack.len() - 1].clone();
                    self.store(Place::Global(slot), value)?;
                }
                Op::StoreLocal(slot) => {
                    let value = self.stack[self.stack.len() - 1].clone();
                    self.store(Place::Local(slot), value)?;
                }
                Op::Store(place) => {
                    let value = self.pop();
                    self.store(place, value.clone())?;
                    self.stack.push(value);
                }
                Op::StoreUnderKey(place) => self.store_under_key(place)?,
                Op::Append(place) => self.append(place)?,
                Op::Augment(place, operator) => {
                    let operand = self.pop().number();
                    let (_, after) = self.update(place, |before| calculate(operator, before, operand))?;
                    self.push_number(after);
                }
                Op::IncrementBefore(place, delta) => {
                    let (_, after) = self.update(place, |before| Ok(before + f64::from(delta)))?;
                    self.push_number(after);
                }
                Op::IncrementAfter(place, delta) => {
                    let (before, _) = self.update(place, |before| Ok(before + f64::from(delta)))?;
                    self.push_number(before);
                }
                Op::Field(index) => {
                    let value = self.field(index as usize);
                    self.stack.push(value);
                }
                Op::FieldNumber(0) => {
                    let number = number::leading_number(self.record_text());
                    self.push_number(number);
                }
                Op::FieldNumber(index) => {
                    let number = self.record.field_number(index as usize);
                    self.push_number(number);
                }
                Op::MatchRecord(pattern) => {
                    let regex = self.patterns.constant(pattern).map_err(Fatal::here)?;
                    let is_match = regex.is_match(self.record.text(&self.ofs, &self.convfmt));
                    self.stack.push(Value::boolean(is_match));
                }
                Op::MatchConstant { pattern, is_negated } => {
                    let text = self.pop();
                    let regex = self.patterns.constant(pattern).map_err(Fatal::here)?;
                    let is_match = self.with_text(&text, |text| regex.is_match(text));
                    self.stack.push(Value::boolean(is_match != is_negated));
                }
                Op::MatchDynamic { is_negated } => {
                    let pattern = self.pop();
                    let regex = self.regex(&pattern)?;
                    let text = self.pop();
                    let is_match = self.with_text(&text, |text| regex.is_match(text));
                    self.stack.push(Value::boolean(is_match != is_negated));
                }
                Op::Pattern(pattern) => self.stack.push(Value::Pattern(pattern)),
                Op::Binary(operator) => {
                    let right = self.pop().number();
                    let left = self.pop().number();
                    self.push_number(calculate(operator, left, right)?);
                }
                Op::Compare(comparison) => {
                    let right = self.pop();
                    let left = self.pop();
                    let holds = self.compare(&left, &right, comparison);
                    self.stack.push(Value::boolean(holds));
                }
                Op::Concat(count) => {
                    let text = self.join(count as usize, None)?;
                    self.stack.push(Value::from_vec(text));
                }
                Op::Negate => {
                    let number = self.pop().number();
                    self.push_number(-number);
                }
                Op::ToNumber => {
                    let number = self.pop().number();
                    self.push_number(number);
                }
                Op::Not => {
                    let is_true = self.pop().is_true();
                    self.stack.push(Value::boolean(!is_true));
                }
                Op::ToBoolean => {
                    let is_true = self.pop().is_true();
                    self.stack.push(Value::boolean(is_true));
                }
                Op::Jump(target) => pc = target as usize,
                Op::JumpIfFalse(target) => {
                    if !self.pop().is_true() {
                        pc = target as usize;
                    }
                }
                Op::JumpIfTrue(target) => {
                    if self.pop().is_true() {
                        pc = target as usize;
                    }
                }
                Op::Copy => {
                    let value = self.stack[self.stack.len() - 1].clone();
                    self.stack.push(value);
                }
                Op::Pop => {
                    self.stack.pop();
                }
                Op::JoinKeys(count) => {
                    let separator = std::mem::take(&mut self.subsep);
                    let text = self.join(count as usize, Some(&separator));
                    self.subsep = separator;
                    self.stack.push(Value::from_vec(text?));
                }
                Op::In(place) => {
                    let (array, key) = match place {
                        // The key was put on the stack after the array.
                        ON_STACK => self.element(ON_STACK)?,
                        _ => {
                            let key = self.pop();
                            (self.array(place)?, self.key(&key))
                        }
                    };
                    let is_in = array.borrow().contains_key(&key);
                    self.stack.push(Value::boolean(is_in));
                }
                Op::Delete(place) => {
                    let (array, key) = self.element(place)?;
                    array.borrow_mut().swap_remove(&key);
                }
                Op::Clear(place) => {
                    let array = self.array(place)?;
                    array.borrow_mut().clear();
                }
                Op::Array(place) => {
                    let is_scalar = place != ON_STACK && {
                        let slot = match usize::try_from(place) {
                            Ok(global) => &self.globals[global],
                            Err(_) => &self.stack[self.base + (-1 - place) as usize],
                        };
                        !matches!(slot, Value::Array(_) | Value::Uninitialized)
                    };
                    if is_scalar {
                        return fatal(format!("attempt to use scalar `{}' as an array", self.name_of(place)));
                    }
                    let array = self.array(place)?;
                    self.stack.push(Value::Array(array));
                }
                Op::SubArray(place) => {
                    let (array, key) = self.element(place)?;
                    let mut array = array.borrow_mut();
                    let element = array.entry(key).or_insert(Value::Uninitialized);
                    if matches!(element, Value::Uninitialized) {
                        *element = Value::Array(Rc::new(RefCell::new(Array::default())));
                    }
                    if !matches!(element, Value::Array(_)) {
                        return fatal("attempt to use a scalar value as array");
                    }
                    self.stack.push(element.clone());
                }
                Op::ElementArgument(place) => {
                    let (array, key) = self.element(place)?;
                    let mut array = array.borrow_mut();
                    let fresh = || Value::Array(Rc::new(RefCell::new(Array::default())));
                    self.stack.push(array.entry(key).or_insert_with(fresh).clone());
                }
                Op::Keys(place) => {
                    let array = self.array(place)?;
                    let keys = self.ordered_keys(&array)?;
                    self.loops.push(keys.into_iter());
                }
                Op::NextKey(exit) => match self.loops.last_mut().and_then(Iterator::next) {
                    Some(key) => self.stack.push(key),
                    None => pc = exit as usize,
                },
                Op::EndKeys => {
                    self.loops.pop();
                }
                Op::Call { function, arguments } => pc = self.enter(function, arguments as usize, pc)?,
                Op::CallIndirect { arguments } => {
                    let at = self.stack.len() - 1 - arguments as usize;
                    let name = self.text(&self.stack[at].clone());
                    self.stack.remove(at);
                    let Some(function) = code.functions.iter().position(|function| function.name.as_bytes() == name) else {
                        return fatal(format!("function `{}' not defined", String::from_utf8_lossy(&name)));
                    };
                    pc = self.enter(function as u32, arguments as usize, pc)?;
                }
                Op::Return => {
                    let value = self.pop();
                    let Some(frame) = self.frames.pop() else { return Ok(Flow::Done) };
                    self.stack.truncate(self.base);
                    self.loops.truncate(frame.loops);
                    self.base = frame.base;
                    self.stack.push(value);
                    if self.frames.len() == outermost && frame.return_to == usize::MAX {
                        return Ok(Flow::Done);
                    }
                    pc = frame.return_to;
                }
                Op::Builtin { index, arguments } => {
                    let value = self.builtin(index, usize::from(arguments))?;
                    self.stack.push(value);
                }
                Op::Substitute { is_global, place } => self.substitute(is_global, Some(place))?,
                Op::SubstituteValue { is_global } => self.substitute(is_global, None)?,
                Op::Getline { kind, place } => self.getline(kind, place)?,
                Op::Print { arguments, redirect } => self.print(arguments as usize, redirect)?,
                Op::Printf { arguments, redirect } => self.printf(arguments as usize, redirect)?,
                Op::JumpIfInRange { range, target } => {
                    if self.ranges[range as usize] {
                        pc = target as usize;
                    }
                }
                Op::SetRange { range, is_on } => self.ranges[range as usize] = is_on,
                Op::Next => return Ok(Flow::Next),
                Op::NextFile => return Ok(Flow::NextFile),
                Op::Exit { has_value } => {
                    if has_value {
                        self.exit_code = self.pop().number() as i64 as i32;
                    }
                    return Ok(Flow::Exit);
                }
                Op::End => return Ok(Flow::Done),
            }
        }
    }
}
