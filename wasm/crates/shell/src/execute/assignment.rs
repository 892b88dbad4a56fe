//! Assignments.

use crate::expand::in_case;
use crate::state::{Associative, Attributes, Interrupt, Outcome, Shell, Value};
use crate::syntax::word::{Element, Part, Word};
use crate::syntax::{Assignment, AssignmentTarget, AssignmentValue};
use std::collections::BTreeMap;

/// An element of an array's value, expanded.
pub struct ElementValue {
    subscript: Option<Vec<u8>>,
    appends: bool,
    value: Vec<u8>,
}

impl Shell {
    /// Makes an assignment in the scope where the variable is.
    pub fn run_assignment(&mut self, assignment: &Assignment) -> Outcome<()> {
        let name = assignment.target.name();
        let attributes = self.variables.get(name).map(|variable| variable.attributes).unwrap_or_default();
        match (&assignment.target, &assignment.value) {
            (AssignmentTarget::Variable(name), AssignmentValue::Scalar(word)) => {
                let value = self.expand_to_string(word)?;
                let old = if assignment.append { self.variable_scalar(name) } else { None };
                let value = self.convert(value, old, attributes)?;
                self.trace_assignment(assignment, &value);
                self.assign(name, value)
            }
            (AssignmentTarget::Element(name, subscript), AssignmentValue::Scalar(word)) => {
                if subscript.source.is_empty() {
                    return Err(self.report(format!("{name}[]: bad array subscript")));
                }
                let subscript = self.expand_to_string(subscript)?;
                let value = self.expand_to_string(word)?;
                let old = if assignment.append { self.element(name, &subscript)? } else { None };
                let value = self.convert(value, old, attributes)?;
                self.assign_element(name, &subscript, value)
            }
            (AssignmentTarget::Variable(name), AssignmentValue::Array(elements)) => {
                if self.options.xtrace() {
                    self.trace(assignment.source.to_vec());
                }
                self.assign_array(name, elements, assignment.append)
            }
            (AssignmentTarget::Element(name, subscript), AssignmentValue::Array(_)) => {
                let subscript = String::from_utf8_lossy(&subscript.source).into_owned();
                self.complain(format!("{name}[{subscript}]: cannot assign list to array member"));
                Err(Interrupt::Discard(1))
            }
        }
    }

    /// Applies `+=` and the variable's attributes to a new value.
    fn convert(&mut self, value: Vec<u8>, old: Option<Vec<u8>>, attributes: Attributes) -> Outcome<Vec<u8>> {
        if attributes.integer {
            let base = match old {
                Some(old) => self.evaluate(&old)?,
                None => 0,
            };
            return Ok(base.wrapping_add(self.evaluate(&value)?).to_string().into_bytes());
        }
        let mut value = match old {
            Some(mut old) => {
                old.extend_from_slice(&value);
                old
            }
            None => value,
        };
        if attributes.uppercase || attributes.lowercase {
            value = in_case(&value, attributes.uppercase);
        }
        Ok(value)
    }

    fn assign_array(&mut self, name: &str, elements: &[Element], append: bool) -> Outcome<()> {
        // The elements may mention the array itself, so they are expanded first.
        let is_associative =
            self.variables.get(name).is_some_and(|variable| matches!(variable.value, Value::Associative(_)));
        let values = self.expand_elements(elements, is_associative)?;
        self.assign_elements(name, values, append)
    }

    /// Expands the elements of an array's value. Those of an associative array without subscripts are keys
    /// and values in turn.
    pub fn expand_elements(
        &mut self,
        elements: &[Element],
        is_associative: bool,
    ) -> Outcome<Vec<ElementValue>> {
        let mut values = Vec::with_capacity(elements.len());
        let plain = |value| ElementValue { subscript: None, appends: false, value };
        for element in elements {
            match &element.subscript {
                // As bash has it: braces come before all else, and what they make are words.
                Some(_) if !is_associative && self.options.braceexpand() && element.as_word.is_some() => {
                    let mut fields = Vec::new();
                    if let Some(word) = &element.as_word {
                        self.expand_word_into(word, &mut fields)?;
                    }
                    values.extend(fields.into_iter().map(plain));
                }
                Some(subscript) => {
                    let subscript = Some(self.expand_to_string(subscript)?);
                    let value = match is_associative {
                        true => self.expand_to_string(&without_tildes(&element.value))?,
                        false => self.expand_to_string(&element.value)?,
                    };
                    values.push(ElementValue { subscript, appends: element.appends, value });
                }
                None => {
                    let mut fields = Vec::new();
                    self.expand_word_into(&element.value, &mut fields)?;
                    values.extend(fields.into_iter().map(plain));
                }
            }
        }
        if is_associative && elements.first().is_some_and(|element| element.subscript.is_none()) {
            let mut pairs = Vec::new();
            let mut rest = values.into_iter().map(|element| element.value);
            while let Some(key) = rest.next() {
                pairs.push(ElementValue { subscript: Some(key), ..plain(rest.next().unwrap_or_default()) });
            }
            return Ok(pairs);
        }
        Ok(values)
    }

    pub fn assign_elements(
        &mut self,
        name: &str,
        values: Vec<ElementValue>,
        append: bool,
    ) -> Outcome<()> {
        let raw = self.variables.get_raw(name);
        if raw.is_some_and(|variable| variable.attributes.nameref && variable.as_scalar().is_none()) {
            self.complain(format!("warning: {name}: removing nameref attribute"));
            self.variables.change_attributes_raw(name, false, |attributes| attributes.nameref = false);
        }
        let attributes = self.variables.get(name).map(|variable| variable.attributes).unwrap_or_default();
        let is_associative =
            self.variables.get(name).is_some_and(|variable| matches!(variable.value, Value::Associative(_)));
        let mut before = None;
        let Ok(variable) = self.variables.entry(name) else {
            return Err(self.report(format!("{name}: readonly variable")));
        };
        variable.attributes.unassigned = false;
        if is_associative {
            if !append {
                // `[key]+=` goes on from what the key had.
                before = Some(std::mem::replace(&mut variable.value, Value::Associative(Associative::default())));
            }
        } else {
            let kept = match (&variable.value, append) {
                (Value::Indexed(elements), true) => elements.clone(),
                (Value::Scalar(value), true) => BTreeMap::from([(0, value.clone())]),
                _ => BTreeMap::new(),
            };
            variable.value = Value::Indexed(kept);
        }
        let mut next = match &variable.value {
            Value::Indexed(elements) => elements.last_key_value().map_or(0, |(last, _)| last + 1),
            _ => 0,
        };
        for ElementValue { subscript, appends, value } in values {
            if is_associative && subscript.is_none() {
                let shown = String::from_utf8_lossy(&value).into_owned();
                self.complain(format!("{name}: {shown}: must use subscript when assigning associative array"));
                continue;
            }
            let subscript = match subscript {
                Some(subscript) if !is_associative => {
                    next = self.evaluate(&subscript)?;
                    next.to_string().into_bytes()
                }
                Some(subscript) => subscript,
                None => next.to_string().into_bytes(),
            };
            let old = match &before {
                _ if !appends => None,
                Some(Value::Associative(elements)) => elements.get(subscript.as_slice()).cloned(),
                _ => self.element(name, &subscript)?,
            };
            let value = self.convert(value, old, attributes)?;
            self.assign_element(name, &subscript, value)?;
            next += 1;
        }
        Ok(())
    }

    fn trace_assignment(&mut self, assignment: &Assignment, value: &[u8]) {
        if self.options.xtrace() {
            let operator: &[u8] = if assignment.append { b"+=" } else { b"=" };
            let value = crate::expand::quote::traced(value);
            let value = if value == b"''" { Vec::new() } else { value };
            self.trace([assignment.target.name().as_bytes(), operator, &value].concat());
        }
    }

    /// Prints a line of `set -x`.
    pub fn trace(&mut self, text: Vec<u8>) {
        let mut prompt = self.variables.scalar("PS4").unwrap_or(b"").to_vec();
        if prompt.iter().any(|byte| matches!(byte, b'$' | b'`' | b'\\')) {
            self.options.set("xtrace", false);
            prompt = self.expand_prompt(&prompt);
            self.options.set("xtrace", true);
        }
        if let Some(first) = prompt.first().copied() {
            // The first character tells how deep the command stands.
            prompt.splice(0..0, std::iter::repeat_n(first, self.trace_depth));
        }
        let line = [prompt, text, b"\n".to_vec()].concat();
        // Nothing can be told about a closed stderr.
        let _ = self.write(2, &line);
    }
}

/// Tildes stand for themselves in the elements of an associative array.
fn without_tildes(word: &Word) -> Word {
    let plain = |part: &Part| match part {
        Part::Tilde(name) => Part::Literal([b"~", name.as_slice()].concat()),
        part => part.clone(),
    };
    Word { parts: word.parts.iter().map(plain).collect(), source: word.source.clone() }
}
