//! Parameter expansion: the operations of `${…}`.

use super::field::Fields;
use super::parameter_value::ParameterValue;
use super::text::{bounds, change_case, character_count, character_starts, remove, replace};
use super::{add_value, ansi_c, quote};
use crate::parse;
use crate::builtins::{declaration, letters_of};
use crate::state::{Attributes, Interrupt, Outcome, Shell, Value, Variable};
use crate::syntax::word::CaseChange;
use crate::syntax::{ParameterExpansion, ParameterName, ParameterOperation, Part, Word};

impl Shell {
    pub(super) fn expand_parameter(
        &mut self,
        expansion: &ParameterExpansion,
        in_quotes: bool,
        fields: &mut Fields,
    ) -> Outcome<()> {
        use ParameterOperation as Op;
        match &expansion.operation {
            Op::NamesWithPrefix { joined } => {
                let ParameterName::Variable(prefix) = &expansion.name else { return Ok(()) };
                let visible = self.variables.visible();
                let special = Shell::SPECIAL_NAMES.iter().copied();
                let set = visible.iter().filter(|(_, variable)| variable.value != Value::Unset).map(|(name, _)| *name);
                let names: std::collections::BTreeSet<&str> =
                    set.chain(special).filter(|name| name.starts_with(prefix.as_str())).collect();
                let values = names.iter().map(|name| name.as_bytes().to_vec()).collect();
                let values = self.joined_names(values, *joined && !in_quotes);
                return self.add_values(ParameterValue::Many { values, joined: *joined }, in_quotes, fields);
            }
            Op::Keys { joined } => {
                let ParameterName::Variable(name) = &expansion.name else { return Ok(()) };
                let values = self.element_keys(name);
                let values = self.joined_names(values, *joined && !in_quotes);
                return self.add_values(ParameterValue::Many { values, joined: *joined }, in_quotes, fields);
            }
            _ => {}
        }
        if expansion.is_indirect
            && let ParameterName::Variable(name) = &expansion.name
            && matches!(expansion.operation, Op::Plain)
            && let Some(variable) = self.variables.get_raw(name)
            && variable.attributes.nameref
        {
            // Of a nameref it is the name it stands for.
            let target = variable.as_scalar().unwrap_or(b"").to_vec();
            return self.add_values(ParameterValue::Single(target), in_quotes, fields);
        }
        let resolved = match expansion.is_indirect {
            true => Some(self.resolve_indirection(&expansion.name)?),
            false => None,
        };
        let name = resolved.as_ref().unwrap_or(&expansion.name);
        let value = self.parameter_value(name)?;
        // Outside of quotes even empty elements without anything between them are something.
        let joins_closely = in_quotes && self.field_joiner().is_empty();
        let is_something = !in_quotes
            && self.field_joiner().is_empty()
            && matches!(&value, ParameterValue::Many { values, joined: true } if values.len() > 1);
        let lacks = |null_counts: bool| if null_counts { !is_something && value.is_null(joins_closely) } else { value.is_unset() };
        match &expansion.operation {
            Op::Default { word, null_counts } if lacks(*null_counts) => {
                return self.expand_operand(word, in_quotes, fields);
            }
            Op::Alternative { word, null_counts } => {
                let makes_no_field = matches!(&value, ParameterValue::Many { values, joined: false } if values.is_empty());
                return match lacks(*null_counts) {
                    true if makes_no_field => Ok(()),
                    true if in_quotes => {
                        fields.quoted(b"");
                        Ok(())
                    }
                    true => Ok(()),
                    false => self.expand_operand(word, in_quotes, fields),
                };
            }
            Op::AssignDefault { word, null_counts } if lacks(*null_counts) => {
                let text = self.expand_to_string(word)?;
                self.assign_parameter(name, text.clone())?;
                add_value(&text, in_quotes, fields);
                return Ok(());
            }
            Op::Require { word, null_counts } if lacks(*null_counts) => {
                return self.require(name, word, *null_counts);
            }
            Op::Default { .. } | Op::AssignDefault { .. } | Op::Require { .. } => {
                return self.add_values(value, in_quotes, fields);
            }
            _ => {}
        }
        if value == ParameterValue::Unset && self.options.nounset() {
            let is_positional = matches!(name, ParameterName::Positional(_) | ParameterName::Special(_));
            let dollar = if expansion.is_bare && is_positional { "$" } else { "" };
            self.complain(format!("{dollar}{}: unbound variable", name_text(name)));
            return Err(self.expansion_failure());
        }
        let value = self.apply(&expansion.operation, name, value)?;
        self.add_values(value, in_quotes, fields)
    }

    /// Under an empty IFS bash joins the names of `${!a[*]}` by blanks, though nothing else.
    fn joined_names(&self, names: Vec<Vec<u8>>, joined: bool) -> Vec<Vec<u8>> {
        match joined && self.field_joiner().is_empty() && !names.is_empty() {
            true => vec![names.join(b" ".as_slice())],
            false => names,
        }
    }

    /// The end of a command whose expansion failed: of the whole shell, unless it is interactive.
    pub(super) fn expansion_failure(&self) -> Interrupt {
        match (self.is_interactive, self.subshell_level) {
            (true, _) => Interrupt::Discard(1),
            (false, 0) if self.source_letter == Some(b'c') => Interrupt::Exit(127),
            (false, _) => Interrupt::Exit(1),
        }
    }

    /// `${!x}`: the parameter whose name is the value of x.
    fn resolve_indirection(&mut self, name: &ParameterName) -> Outcome<ParameterName> {
        let value = self.parameter_value(name)?;
        if let (ParameterValue::Unset, ParameterName::Variable(array)) = (&value, name)
            && self.variables.get(array).is_some_and(Variable::is_array)
        {
            // The element that is missing names nothing.
            return Ok(ParameterName::Variable(String::new()));
        }
        let text = match value {
            ParameterValue::Single(text) => text,
            ParameterValue::Many { values, .. } => values.join(b" ".as_slice()),
            _ => Vec::new(),
        };
        let braced = [b"${", text.as_slice(), b"}"].concat();
        if let Ok(word) = parse::parse_word(&braced, self.line)
            && let [Part::Parameter(inner)] = &*word.parts
            && matches!(inner.operation, ParameterOperation::Plain)
            && !inner.is_indirect
        {
            return Ok(inner.name.clone());
        }
        match text.is_empty() {
            true => self.complain(format!("{}: invalid indirect expansion", name_text(name))),
            false => self.complain([text.as_slice(), b": invalid variable name"].concat()),
        }
        Err(Interrupt::Discard(1))
    }

    /// Expands the word after `:-` or `:+`; outside of quotes its plain text is split too.
    pub(super) fn expand_operand(&mut self, word: &Word, in_quotes: bool, fields: &mut Fields) -> Outcome<()> {
        if in_quotes {
            fields.quoted(b"");
        }
        for part in word.parts.iter() {
            match part {
                Part::Literal(text) if !in_quotes => fields.expansion(text),
                part => self.expand_parts(std::slice::from_ref(part), in_quotes, fields)?,
            }
        }
        Ok(())
    }

    fn assign_parameter(&mut self, name: &ParameterName, value: Vec<u8>) -> Outcome<()> {
        match name {
            ParameterName::Variable(name) => self.assign(name, value),
            ParameterName::Element(name, subscript) => {
                let subscript = self.expand_to_string(subscript)?;
                self.assign_element(name, &subscript, value)
            }
            other => {
                self.complain(format!("${}: cannot assign in this way", name_text(other)));
                Err(Interrupt::Discard(1))
            }
        }
    }

    fn require(&mut self, name: &ParameterName, word: &Word, null_counts: bool) -> Outcome<()> {
        let mut message = self.expand_to_string(word)?;
        if message.is_empty() {
            message = match null_counts {
                true => b"parameter null or not set".to_vec(),
                false => b"parameter not set".to_vec(),
            };
        }
        self.complain([name_text(name).as_bytes(), b": ", &message].concat());
        Err(self.expansion_failure())
    }

    fn apply(
        &mut self,
        operation: &ParameterOperation,
        name: &ParameterName,
        value: ParameterValue,
    ) -> Outcome<ParameterValue> {
        use ParameterOperation as Op;
        Ok(match operation {
            Op::Length => {
                let length = match &value {
                    ParameterValue::Unset => 0,
                    ParameterValue::Single(text) => character_count(text),
                    ParameterValue::Many { values, .. } => values.len(),
                };
                ParameterValue::Single(length.to_string().into_bytes())
            }
            Op::Remove { pattern, at_end, longest } => {
                let pattern = self.expand_to_exact_pattern(pattern)?;
                value.map(|text| remove(text, &pattern, *at_end, *longest))
            }
            Op::Replace { pattern, replacement, place } => {
                let pattern = self.expand_to_pattern(pattern)?;
                let replacement = self.expand_to_field(&replacement.parts)?;
                value.map(|text| {
                    replace(&text, &pattern, *place, |matched, output| {
                        for (index, byte) in replacement.text.iter().enumerate() {
                            match byte {
                                b'&' if !replacement.is_quoted(index) => output.extend_from_slice(matched),
                                _ => output.push(*byte),
                            }
                        }
                    })
                })
            }
            Op::Slice { offset, length } => {
                let offset = self.expand_arithmetic(offset)?;
                let length = match length {
                    Some(length) => Some(self.expand_arithmetic(length)?),
                    None => None,
                };
                self.slice(name, value, offset, length)?
            }
            Op::ChangeCase { change, all, pattern } => {
                let pattern = match pattern {
                    Some(pattern) => Some(self.expand_to_pattern(pattern)?),
                    None => None,
                };
                value.map(|text| change_case(&text, *change, *all, pattern.as_ref()))
            }
            Op::Transform(letter) => self.transform(*letter, name, value),
            _ => value,
        })
    }

    fn slice(
        &mut self,
        name: &ParameterName,
        value: ParameterValue,
        offset: i64,
        length: Option<i64>,
    ) -> Outcome<ParameterValue> {
        let mut negative_length = None;
        let sliced = match value {
            ParameterValue::Unset => ParameterValue::Unset,
            ParameterValue::Single(text) => {
                let starts = character_starts(&text);
                match bounds(starts.len() - 1, offset, length, true) {
                    Ok((from, to)) => ParameterValue::Single(text[starts[from]..starts[to]].to_vec()),
                    Err(bad) => {
                        negative_length = Some(bad);
                        ParameterValue::Unset
                    }
                }
            }
            ParameterValue::Many { mut values, joined } => {
                if matches!(name, ParameterName::AllPositional | ParameterName::JoinedPositional) {
                    // `$0` is element 0 of the positional parameters.
                    values.insert(0, self.name.to_vec());
                }
                if let Some((from, to)) = self.sparse_bounds(name, offset, length) {
                    return Ok(ParameterValue::Many { values: values[from..to].to_vec(), joined });
                }
                match bounds(values.len(), offset, length, false) {
                    Ok((from, to)) => ParameterValue::Many { values: values[from..to].to_vec(), joined },
                    Err(bad) => {
                        negative_length = Some(bad);
                        ParameterValue::Unset
                    }
                }
            }
        };
        match negative_length {
            None => Ok(sliced),
            Some(length) => {
                self.complain(format!("{length}: substring expression < 0"));
                Err(Interrupt::Discard(1))
            }
        }
    }

    /// Of an array with gaps, the offset is an index, and the length counts elements.
    fn sparse_bounds(&self, name: &ParameterName, offset: i64, length: Option<i64>) -> Option<(usize, usize)> {
        let (ParameterName::AllElements(array) | ParameterName::JoinedElements(array)) = name else { return None };
        let variable = self.variable(array)?;
        let Value::Indexed(elements) = &variable.value else { return None };
        let last = *elements.last_key_value()?.0;
        if last + 1 == elements.len() as i64 || length.is_some_and(|length| length < 0) {
            return None;
        }
        let first = if offset < 0 { offset + last + 1 } else { offset };
        if first < 0 {
            return Some((0, 0));
        }
        let from = elements.range(..first).count();
        let count = length.map_or(usize::MAX, |length| length as usize);
        Some((from, from.saturating_add(count).min(elements.len())))
    }

    fn transform(&mut self, letter: u8, name: &ParameterName, value: ParameterValue) -> ParameterValue {
        match letter {
            b'Q' => value.map(|text| quote::single_quoted(&text)),
            b'E' => value.map(|text| ansi_c::unescape(&text)),
            b'U' => value.map(|text| change_case(&text, CaseChange::Upper, true, None)),
            b'u' => value.map(|text| change_case(&text, CaseChange::Upper, false, None)),
            b'L' => value.map(|text| change_case(&text, CaseChange::Lower, true, None)),
            b'P' => value.map(|text| self.expand_prompt(&text)),
            b'a' => {
                let letters = self.named_variable(name).map(|variable| letters_of(&variable));
                match (letters, value) {
                    (None, ParameterValue::Many { joined, .. }) => ParameterValue::Many { values: Vec::new(), joined },
                    (None, _) => ParameterValue::Unset,
                    (Some(letters), ParameterValue::Many { values, joined }) => ParameterValue::Many {
                        values: values.iter().map(|_| letters.clone().into_bytes()).collect(),
                        joined,
                    },
                    (Some(letters), _) => ParameterValue::Single(letters.into_bytes()),
                }
            }
            b'A' => match (self.named_variable(name), name) {
                (
                    Some(variable),
                    ParameterName::Variable(name)
                    | ParameterName::AllElements(name)
                    | ParameterName::JoinedElements(name),
                ) => {
                    let letters = letters_of(&variable);
                    match (&variable.value, letters.is_empty()) {
                        (Value::Unset, true) => ParameterValue::Unset,
                        (Value::Unset, false) => {
                            ParameterValue::Single(format!("declare -{letters} {name}").into_bytes())
                        }
                        (Value::Scalar(text), true) => {
                            ParameterValue::Single([name.as_bytes(), b"=", &quote::single_quoted(text)].concat())
                        }
                        (Value::Scalar(text), false) => {
                            let start = format!("declare -{letters} {name}=");
                            ParameterValue::Single([start.as_bytes(), &quote::single_quoted(text)].concat())
                        }
                        _ => {
                            let mut text = declaration(name, &variable);
                            text.pop();
                            ParameterValue::Single(text)
                        }
                    }
                }
                (
                    _,
                    ParameterName::AllPositional | ParameterName::JoinedPositional,
                ) => {
                    let words: Vec<Vec<u8>> = self.positional.iter().map(|word| quote::single_quoted(word)).collect();
                    ParameterValue::Single([b"set -- ".as_slice(), &words.join(b" ".as_slice())].concat())
                }
                _ => value,
            },
            b'K' | b'k' => match (self.named_variable(name), &value) {
                (Some(variable), ParameterValue::Many { joined, .. }) => {
                    let joined = *joined;
                    let pairs: Vec<(Vec<u8>, Vec<u8>)> = match &variable.value {
                        Value::Indexed(elements) => {
                            elements.iter().map(|(key, text)| (key.to_string().into_bytes(), text.clone())).collect()
                        }
                        Value::Associative(elements) => {
                            elements.iter().map(|(key, text)| (key.clone(), text.clone())).collect()
                        }
                        _ => return value.map(|text| quote::single_quoted(&text)),
                    };
                    if letter == b'k' {
                        let values = pairs.into_iter().flat_map(|(key, text)| [key, text]).collect();
                        return ParameterValue::Many { values, joined };
                    }
                    let is_associative = matches!(variable.value, Value::Associative(_));
                    let words: Vec<Vec<u8>> = pairs
                        .iter()
                        .map(|(key, text)| [&quote::key(key), b" ".as_slice(), &quote::double_quoted(text)].concat())
                        .collect();
                    let mut text = words.join(b" ".as_slice());
                    if is_associative {
                        text.push(b' ');
                    }
                    ParameterValue::Single(text)
                }
                _ => value.map(|text| quote::single_quoted(&text)),
            },
            _ => value,
        }
    }

    /// The variable a parameter belongs to.
    fn named_variable(&self, name: &ParameterName) -> Option<Variable> {
        match name {
            ParameterName::Variable(name)
            | ParameterName::Element(name, _)
            | ParameterName::AllElements(name)
            | ParameterName::JoinedElements(name) => self.variable(name).map(std::borrow::Cow::into_owned),
            _ => None,
        }
    }

    /// IFS begins with a blank, is empty or unset, so that null fields between others vanish.
    fn joins_by_blank(&self) -> bool {
        self.field_joiner().first().is_none_or(|first| matches!(first, b' ' | b'\t' | b'\n'))
    }

    fn add_values(&mut self, value: ParameterValue, in_quotes: bool, fields: &mut Fields) -> Outcome<()> {
        match value {
            ParameterValue::Unset => {
                if in_quotes {
                    fields.quoted(b"");
                }
            }
            ParameterValue::Single(text) => add_value(&text, in_quotes, fields),
            ParameterValue::Many { values, joined } if in_quotes && joined => {
                fields.quoted(&values.join(self.field_joiner().as_slice()));
            }
            ParameterValue::Many { values, joined } if !fields.splits() => {
                let joiner = if joined { self.field_joiner() } else { b" ".to_vec() };
                add_value(&values.join(joiner.as_slice()), in_quotes, fields);
            }
            ParameterValue::Many { values, .. } if !in_quotes && !self.joins_by_blank() => {
                // Joined and split again: what is null between two others stays a field.
                fields.expansion(&values.join(self.field_joiner().as_slice()));
            }
            ParameterValue::Many { values, .. } => {
                for (index, text) in values.iter().enumerate() {
                    if index > 0 {
                        match in_quotes {
                            true => fields.end_field(),
                            false => fields.break_field(),
                        }
                    }
                    add_value(text, in_quotes, fields);
                }
            }
        }
        Ok(())
    }
}

/// The letters `declare` shows.
pub fn attribute_letters(attributes: Attributes) -> String {
    let letters = [
        ('i', attributes.integer),
        ('l', attributes.lowercase),
        ('n', attributes.nameref),
        ('r', attributes.readonly),
        ('t', attributes.traced),
        ('u', attributes.uppercase),
        ('x', attributes.exported),
    ];
    letters.iter().filter(|(_, on)| *on).map(|(letter, _)| *letter).collect()
}

fn name_text(name: &ParameterName) -> String {
    match name {
        ParameterName::Variable(name) => name.clone(),
        ParameterName::Element(name, subscript) => {
            format!("{name}[{}]", String::from_utf8_lossy(&subscript.source))
        }
        ParameterName::AllElements(name) => format!("{name}[@]"),
        ParameterName::JoinedElements(name) => format!("{name}[*]"),
        ParameterName::Positional(number) => number.to_string(),
        ParameterName::AllPositional => "@".to_string(),
        ParameterName::JoinedPositional => "*".to_string(),
        ParameterName::Special(byte) => char::from(*byte).to_string(),
    }
}
