//! What a parameter is before an operation is applied to it.

use crate::state::{Interrupt, Outcome, Shell, Value, Variable};
use crate::syntax::ParameterName;

#[derive(Clone, Debug, PartialEq)]
pub enum ParameterValue {
    Unset,
    Single(Vec<u8>),
    /// `$@`, `${a[*]}`; joined ones become one word within quotes.
    Many {
        values: Vec<Vec<u8>>,
        joined: bool,
    },
}

impl ParameterValue {
    pub fn is_unset(&self) -> bool {
        match self {
            ParameterValue::Unset => true,
            ParameterValue::Single(_) => false,
            ParameterValue::Many { values, .. } => values.is_empty(),
        }
    }

    /// `joins_closely`: nothing stands between joined values, as IFS is empty.
    pub fn is_null(&self, joins_closely: bool) -> bool {
        match self {
            ParameterValue::Unset => true,
            ParameterValue::Single(value) => value.is_empty(),
            ParameterValue::Many { values, joined } => {
                values.iter().all(Vec::is_empty) && (values.len() < 2 || *joined && joins_closely)
            }
        }
    }

    /// Applies a function to each value.
    pub fn map(self, mut change: impl FnMut(Vec<u8>) -> Vec<u8>) -> Self {
        match self {
            ParameterValue::Unset => ParameterValue::Unset,
            ParameterValue::Single(value) => ParameterValue::Single(change(value)),
            ParameterValue::Many { values, joined } => {
                ParameterValue::Many { values: values.into_iter().map(change).collect(), joined }
            }
        }
    }
}

/// An element's place in an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Subscript {
    Index(i64),
    Key(Vec<u8>),
}

impl Shell {
    pub(super) fn parameter_value(&mut self, name: &ParameterName) -> Outcome<ParameterValue> {
        Ok(match name {
            ParameterName::Variable(name) if self.variables.has_namerefs() => self.referenced_value(name)?,
            ParameterName::Variable(name) => single(self.variable_scalar(name)),
            ParameterName::Element(name, subscript) => {
                let text = self.expand_to_string(subscript)?;
                let index = if self.variables.has_namerefs() { self.variables.resolve(name).into_owned() } else { name.clone() };
                let is_negative = text.first() == Some(&b'-')
                    && !self.variables.get(&index).is_some_and(|variable| matches!(variable.value, Value::Associative(_)));
                match self.element(name, &text) {
                    Ok(value) => single(value),
                    // Reading before the first element is told and gives nothing.
                    Err(Interrupt::Discard(_)) if is_negative => ParameterValue::Unset,
                    Err(interrupt) => return Err(interrupt),
                }
            }
            ParameterName::AllElements(name) => ParameterValue::Many { values: self.elements(name), joined: false },
            ParameterName::JoinedElements(name) => ParameterValue::Many { values: self.elements(name), joined: true },
            ParameterName::Positional(number) => single(self.positional.get(number - 1).cloned()),
            ParameterName::AllPositional => ParameterValue::Many { values: self.positional.to_vec(), joined: false },
            ParameterName::JoinedPositional => ParameterValue::Many { values: self.positional.to_vec(), joined: true },
            ParameterName::Special(byte) => single(self.special_parameter(*byte)),
        })
    }

    /// The value of what a nameref, if the variable is one, stands for: also an element, or all of them.
    fn referenced_value(&mut self, name: &str) -> Outcome<ParameterValue> {
        let meant = self.variables.resolve(name).into_owned();
        Ok(match meant.split_once('[') {
            Some((array, "@]")) => ParameterValue::Many { values: self.elements(array), joined: true },
            Some((array, "*]")) => ParameterValue::Many { values: self.elements(array), joined: true },
            Some(_) => single(self.value_by_name(&meant)?),
            None => single(self.variable_scalar(name)),
        })
    }

    fn special_parameter(&self, name: u8) -> Option<Vec<u8>> {
        match name {
            b'#' => Some(self.positional.len().to_string().into_bytes()),
            b'?' => Some(self.status.to_string().into_bytes()),
            b'$' => Some(self.pid().to_string().into_bytes()),
            b'!' => self.last_background.map(|pid| pid.to_string().into_bytes()),
            b'0' => Some(self.name.to_vec()),
            b'-' => {
                let mut letters = self.options.letters();
                if self.is_interactive {
                    letters.push(b'i');
                }
                letters.extend(self.source_letter);
                Some(letters)
            }
            _ => None,
        }
    }

    /// All elements of an array; a scalar counts as an array of one.
    pub fn elements(&self, name: &str) -> Vec<Vec<u8>> {
        match self.variable(name).as_deref().map(|variable| &variable.value) {
            None | Some(Value::Unset) => Vec::new(),
            Some(Value::Scalar(value)) => vec![value.clone()],
            Some(Value::Indexed(elements)) => elements.values().cloned().collect(),
            Some(Value::Associative(elements)) => elements.values().cloned().collect(),
        }
    }

    /// The indices or keys of an array.
    pub(super) fn element_keys(&self, name: &str) -> Vec<Vec<u8>> {
        match self.variable(name).as_deref().map(|variable| &variable.value) {
            None | Some(Value::Unset) => Vec::new(),
            Some(Value::Scalar(_)) => vec![b"0".to_vec()],
            Some(Value::Indexed(elements)) => elements.keys().map(|index| index.to_string().into_bytes()).collect(),
            Some(Value::Associative(elements)) => elements.keys().cloned().collect(),
        }
    }

    /// Makes the expanded text of a subscript an index or a key, as the array wants it.
    pub fn subscript(&mut self, name: &str, text: &[u8]) -> Outcome<Subscript> {
        let is_array = self.variables.get(name).is_some_and(Variable::is_array);
        let shown = |name: &str, text: &str| if is_array { name.to_string() } else { format!("{name}[{text}]") };
        self.subscript_for(name, text, &shown)
    }

    /// The same; `shown` words what a message begins with.
    pub fn subscript_for(&mut self, name: &str, text: &[u8], shown: &dyn Fn(&str, &str) -> String) -> Outcome<Subscript> {
        let is_associative =
            self.variables.get(name).is_some_and(|variable| matches!(variable.value, Value::Associative(_)));
        if is_associative {
            return Ok(Subscript::Key(text.to_vec()));
        }
        let index = match text.iter().any(|byte| matches!(byte, b'$' | b'`')) {
            // A subscript that came out of a variable is expanded where it is used.
            true => {
                let word = crate::parse::parse_quoted(text, self.line).map_err(|_| Interrupt::Discard(1))?;
                let text = self.expand_to_string(&word)?;
                self.evaluate(&text)?
            }
            false => self.evaluate(text)?,
        };
        if index >= 0 {
            return Ok(Subscript::Index(index));
        }
        let last = match self.variable(name).as_deref().map(|variable| &variable.value) {
            Some(Value::Indexed(elements)) => elements.last_key_value().map_or(-1, |(last, _)| *last),
            Some(Value::Scalar(_)) => 0,
            _ => -1,
        };
        let index = last + 1 + index;
        if index < 0 {
            let shown = shown(name, &String::from_utf8_lossy(text));
            return Err(self.report(format!("{shown}: bad array subscript")));
        }
        Ok(Subscript::Index(index))
    }

    /// A subscript as a builtin's argument has it (`unset 'a[$k]'`): of an associative array it is expanded.
    pub fn expand_argument_subscript(&mut self, name: &str, text: &[u8]) -> Outcome<Vec<u8>> {
        let is_associative =
            self.variables.get(name).is_some_and(|variable| matches!(variable.value, Value::Associative(_)));
        if !is_associative || !text.iter().any(|byte| b"$`\"'\\".contains(byte)) {
            return Ok(text.to_vec());
        }
        match crate::parse::parse_word(text, self.line) {
            Ok(word) => self.expand_to_string(&word),
            Err(_) => Ok(text.to_vec()),
        }
    }

    pub fn element(&mut self, name: &str, subscript: &[u8]) -> Outcome<Option<Vec<u8>>> {
        let subscript = self.subscript(name, subscript)?;
        let Some(variable) = self.variable(name) else { return Ok(None) };
        Ok(element_of(&variable, &subscript))
    }

    /// Assigns to an element, making the variable an array.
    pub fn assign_element(&mut self, name: &str, subscript: &[u8], value: Vec<u8>) -> Outcome<()> {
        let subscript = self.subscript_for(name, subscript, &|name, text| format!("{name}[{text}]"))?;
        let Ok(variable) = self.variables.entry(name) else {
            return Err(self.report(format!("{name}: readonly variable")));
        };
        if let Value::Scalar(first) = &variable.value {
            variable.value = Value::Indexed([(0, first.clone())].into());
        } else if variable.value == Value::Unset {
            variable.value = Value::Indexed(Default::default());
        }
        match (&mut variable.value, subscript) {
            (Value::Indexed(elements), Subscript::Index(index)) => {
                elements.insert(index, value);
            }
            (Value::Associative(elements), Subscript::Key(key)) => {
                elements.insert(key, value);
            }
            _ => {}
        }
        Ok(())
    }
}

fn single(value: Option<Vec<u8>>) -> ParameterValue {
    value.map_or(ParameterValue::Unset, ParameterValue::Single)
}

fn element_of(variable: &Variable, subscript: &Subscript) -> Option<Vec<u8>> {
    match (&variable.value, subscript) {
        (Value::Scalar(value), Subscript::Index(0)) => Some(value.clone()),
        (Value::Indexed(elements), Subscript::Index(index)) => elements.get(index).cloned(),
        (Value::Associative(elements), Subscript::Key(key)) => elements.get(key).cloned(),
        _ => None,
    }
}
