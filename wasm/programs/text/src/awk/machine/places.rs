//! Where values live: globals, locals, fields, elements of arrays; their reading, storing and changing in place.

use crate::awk::array::{Array, Key};
use crate::awk::code::{ArrayPlace, ON_STACK, Place};
use crate::awk::value::{ArrayRef, Value};
use super::{Machine, Step, fatal};
use std::cell::RefCell;
use std::rc::Rc;

impl Machine {
    pub(super) fn name_of(&self, place: ArrayPlace) -> String {
        let index = usize::try_from(place).ok();
        index.and_then(|index| self.code.globals.get(index).cloned()).unwrap_or_else(|| "parameter".to_owned())
    }

    pub(super) fn array(&mut self, place: ArrayPlace) -> Step<ArrayRef> {
        let name = |machine: &Self| machine.name_of(place);
        if place == ON_STACK {
            return match self.pop() {
                Value::Array(array) => Ok(array),
                _ => fatal("attempt to use a scalar value as array"),
            };
        }
        let slot = match usize::try_from(place) {
            Ok(global) => &mut self.globals[global],
            Err(_) => &mut self.stack[self.base + (-1 - place) as usize],
        };
        match slot {
            Value::Array(array) => Ok(Rc::clone(array)),
            Value::Uninitialized => {
                let array: ArrayRef = Rc::new(RefCell::new(Array::default()));
                *slot = Value::Array(Rc::clone(&array));
                Ok(array)
            }
            _ => fatal(format!("attempt to use scalar `{}' as an array", name(self))),
        }
    }

    /// The key on the stack. The array, if it is on the stack too, is below it.
    pub(super) fn element(&mut self, place: ArrayPlace) -> Step<(ArrayRef, Key)> {
        let key = self.pop();
        let key = self.key(&key);
        Ok((self.array(place)?, key))
    }

    pub(super) fn field_index(&mut self) -> Step<usize> {
        let index = self.pop().number();
        if index < 0.0 || index.is_nan() {
            return fatal(format!("attempt to access field {}", index as i64));
        }
        Ok(index as usize)
    }

    pub fn field(&mut self, index: usize) -> Value {
        if index == 0 { Value::input(self.record_text()) } else { self.record.field(index) }
    }

    pub fn store(&mut self, place: Place, value: Value) -> Step<()> {
        if matches!(value, Value::Array(_)) {
            return fatal("attempt to use an array in a scalar context");
        }
        match place {
            Place::Global(slot) => {
                if matches!(self.globals[slot as usize], Value::Array(_)) {
                    return fatal(format!("attempt to use array `{}' in a scalar context", self.name_of(slot as i32)));
                }
                self.globals[slot as usize] = value;
            }
            Place::Local(slot) => {
                let slot = self.base + slot as usize;
                if matches!(self.stack[slot], Value::Array(_)) {
                    return fatal("attempt to use an array in a scalar context");
                }
                self.stack[slot] = value;
            }
            Place::Special(slot) => self.set_special(slot, value)?,
            Place::Field => {
                let index = self.field_index()?;
                self.set_field(index, value)?;
            }
            Place::Element(place) => {
                let (array, key) = self.element(place)?;
                let mut array = array.borrow_mut();
                let slot = array.entry(key).or_insert(Value::Uninitialized);
                if matches!(slot, Value::Array(_)) {
                    return fatal("attempt to use an array in a scalar context");
                }
                *slot = value;
            }
        }
        Ok(())
    }

    /// Stores the value that is below what the place has on the stack, and leaves it there.
    pub(super) fn store_under_key(&mut self, place: Place) -> Step<()> {
        let below = match place {
            Place::Field => 1,
            Place::Element(ON_STACK) => 2,
            Place::Element(_) => 1,
            _ => 0,
        };
        let value = self.stack[self.stack.len() - 1 - below].clone();
        self.store(place, value)
    }

    pub(super) fn set_field(&mut self, index: usize, value: Value) -> Step<()> {
        if index == 0 {
            let text = self.text(&value);
            self.set_record(&text);
            return Ok(());
        }
        self.record.set_field(index, value).or_else(|_| fatal(format!("attempt to access field {index}")))
    }

    /// Reads a place and gives the stack what it needs for the store that follows.
    pub fn load_for_update(&mut self, place: Place) -> Step<Value> {
        Ok(match place {
            Place::Global(slot) => self.globals[slot as usize].clone(),
            Place::Local(slot) => self.stack[self.base + slot as usize].clone(),
            Place::Special(slot) => self.load_special(slot),
            Place::Field => {
                let index = self.field_index()?;
                self.push_number(index as f64);
                self.field(index)
            }
            Place::Element(place) => {
                let (array, key) = self.element(place)?;
                let value = array.borrow().get(&key).cloned().unwrap_or(Value::Uninitialized);
                if place == ON_STACK {
                    self.stack.push(Value::Array(array));
                }
                self.stack.push(key.value());
                value
            }
        })
    }

    /// Changes a number in place; returns what it was and what it is.
    pub(super) fn update(&mut self, place: Place, change: impl FnOnce(f64) -> Step<f64>) -> Step<(f64, f64)> {
        match place {
            Place::Global(slot) => {
                let value = &mut self.globals[slot as usize];
                if !matches!(value, Value::Array(_)) {
                    let before = value.number();
                    let after = change(before)?;
                    *value = Value::Number(after);
                    return Ok((before, after));
                }
            }
            Place::Local(slot) => {
                let value = &mut self.stack[self.base + slot as usize];
                if !matches!(value, Value::Array(_)) {
                    let before = value.number();
                    let after = change(before)?;
                    *value = Value::Number(after);
                    return Ok((before, after));
                }
            }
            Place::Element(array_place) => {
                let (array, key) = self.element(array_place)?;
                let mut array = array.borrow_mut();
                let value = array.entry(key).or_insert(Value::Uninitialized);
                if !matches!(value, Value::Array(_)) {
                    let before = value.number();
                    let after = change(before)?;
                    *value = Value::Number(after);
                    return Ok((before, after));
                }
                return fatal("attempt to use an array in a scalar context");
            }
            _ => {}
        }
        let before = self.load_for_update(place)?.number();
        let after = change(before)?;
        self.store(place, Value::Number(after))?;
        Ok((before, after))
    }
}
