//! `declare`, `typeset`, `local`, `export`, `readonly`

use crate::execute::Argument;
use crate::expand::{attribute_letters, quote};
use crate::parse;
use crate::state::{Interrupt, Outcome, Shell, Value, Variable};
use crate::syntax::{Assignment, AssignmentTarget, AssignmentValue};
use std::collections::BTreeMap;

pub type Run = fn(&mut Shell, &[Argument]) -> Outcome;

pub fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What the options ask for: letters switched on (`-x`) and off (`+x`).
#[derive(Default)]
struct Request {
    on: Vec<u8>,
    off: Vec<u8>,
}

impl Request {
    fn asks(&self, letter: u8) -> bool {
        self.on.contains(&letter)
    }
}

/// Runs with arguments that are text already (`command export x=1`).
pub fn run_declaring(shell: &mut Shell, run: Run, arguments: &[Vec<u8>]) -> Outcome {
    let arguments: Vec<Argument> = arguments.iter().cloned().map(Argument::Text).collect();
    run(shell, &arguments)
}

pub fn run(shell: &mut Shell, arguments: &[Argument]) -> Outcome {
    let Some(Argument::Text(name)) = arguments.first() else { return Ok(1) };
    if name == b"local" && shell.calls.is_empty() {
        shell.complain("local: can only be used in a function");
        return Ok(1);
    }
    let mut request = Request::default();
    match name.as_slice() {
        b"export" => request.on.push(b'x'),
        b"readonly" => request.on.push(b'r'),
        _ => {}
    }
    let mut index = 1;
    while let Some(Argument::Text(text)) = arguments.get(index) {
        let letters = match text.as_slice() {
            b"--" => {
                index += 1;
                break;
            }
            [b'-', letters @ ..] if !letters.is_empty() => {
                request.on.extend_from_slice(letters);
                letters
            }
            [b'+', letters @ ..] if !letters.is_empty() => {
                request.off.extend_from_slice(letters);
                letters
            }
            _ => break,
        };
        if let Some(bad) = letters.iter().find(|letter| !b"aAfFgilnprtuxI".contains(letter)) {
            return shell.usage(name, format!("-{}: invalid option", char::from(*bad)));
        }
        index += 1;
    }
    if name == b"export" && request.asks(b'n') {
        request.on.retain(|letter| *letter != b'x' && *letter != b'n');
        request.off.push(b'x');
    }
    let operands = &arguments[index..];
    if request.asks(b'f') || request.asks(b'F') {
        return functions(shell, name, &request, operands);
    }
    if request.asks(b'p') || operands.is_empty() {
        return print(shell, name, &request, operands);
    }
    let mut status = 0;
    for operand in operands {
        status |= match operand {
            Argument::Assignment(assignment) => declare(shell, name, &request, assignment)?,
            Argument::Text(text) => declare_text(shell, name, &request, text)?,
        };
    }
    Ok(status)
}

/// An argument that was expanded: a name, or an assignment that came out of an expansion.
fn declare_text(shell: &mut Shell, name: &[u8], request: &Request, text: &[u8]) -> Outcome {
    let (target, value) = match text.iter().position(|byte| *byte == b'=') {
        Some(equals) => (&text[..equals], Some(text[equals + 1..].to_vec())),
        None => (text, None),
    };
    let (target, append) = match target.strip_suffix(b"+") {
        Some(target) if value.is_some() => (target, true),
        _ => (target, false),
    };
    let target = String::from_utf8_lossy(target).into_owned();
    let base = target.split('[').next().unwrap_or("");
    if !is_name(base) {
        shell.complain([name, b": `", text, b"': not a valid identifier"].concat());
        return Ok(1);
    }
    let Some(value) = value else {
        prepare(shell, name, request, base)?;
        make_readonly(shell, name, request, base);
        return Ok(0);
    };
    let quoted = [target.as_bytes(), if append { b"+=" } else { b"=" }, &quote::single_quoted(&value)].concat();
    match parse::parse_assignment(&quoted, shell.line) {
        Ok(Some(assignment)) => declare(shell, name, request, &assignment),
        _ => Ok(1),
    }
}

fn declare(shell: &mut Shell, name: &[u8], request: &Request, assignment: &Assignment) -> Outcome {
    let target = assignment.target.name().to_string();
    let makes_array = matches!(assignment.value, AssignmentValue::Array(_))
        || matches!(assignment.target, AssignmentTarget::Element(..));
    if shell.variables.get(&target).is_some_and(|variable| variable.attributes.readonly) {
        shell.complain(format!("{target}: readonly variable"));
        return Ok(1);
    }
    // The value is expanded before a local variable of the same name hides the outer one.
    let result = match (&assignment.target, &assignment.value) {
        (AssignmentTarget::Variable(_), AssignmentValue::Scalar(word)) => {
            let value = shell.expand_to_string(word)?;
            let operator: &[u8] = if assignment.append { b"+=" } else { b"=" };
            let expanded = [target.as_bytes(), operator, &quote::single_quoted(&value)].concat();
            prepare(shell, name, request, &target)?;
            match parse::parse_assignment(&expanded, shell.line) {
                Ok(Some(assignment)) => shell.run_assignment(&assignment),
                _ => Ok(()),
            }
        }
        _ => {
            prepare(shell, name, request, &target)?;
            if makes_array && !shell.variables.get(&target).is_some_and(Variable::is_array) {
                let _ = shell.variables.entry(&target).map(|variable| {
                    if variable.value == Value::Unset {
                        variable.value = Value::Indexed(BTreeMap::new());
                    }
                });
            }
            shell.run_assignment(assignment)
        }
    };
    make_readonly(shell, name, request, &target);
    match result {
        Err(Interrupt::Discard(status)) => Ok(status),
        result => result.map(|()| 0),
    }
}

fn make_readonly(shell: &mut Shell, name: &[u8], request: &Request, target: &str) {
    if request.asks(b'r') {
        let is_local = makes_local(shell, name, request);
        shell.variables.change_attributes(target, is_local, |attributes| attributes.readonly = true);
    }
}

fn makes_local(shell: &Shell, name: &[u8], request: &Request) -> bool {
    match name {
        b"local" => true,
        b"declare" | b"typeset" => !shell.calls.is_empty() && !request.asks(b'g'),
        _ => false,
    }
}

/// Makes the variable where it belongs and gives it its attributes, except read-only, which comes after
/// the value.
fn prepare(shell: &mut Shell, name: &[u8], request: &Request, target: &str) -> Outcome<()> {
    let is_local = makes_local(shell, name, request);
    if is_local && shell.variables.local_entry(target).is_err() {
        shell.complain([name, format!(": {target}: readonly variable").as_bytes()].concat());
        return Ok(());
    }
    let wants_indexed = request.asks(b'a');
    let wants_associative = request.asks(b'A');
    if (wants_indexed || wants_associative)
        && let Ok(variable) = shell.variables.entry(target)
    {
        let old = variable.as_scalar().map(<[u8]>::to_vec);
        match (&variable.value, wants_associative) {
            (Value::Indexed(_), false) | (Value::Associative(_), true) => {}
            (_, true) => {
                variable.value = Value::Associative(old.into_iter().map(|value| (b"0".to_vec(), value)).collect());
            }
            (_, false) => variable.value = Value::Indexed(old.into_iter().map(|value| (0, value)).collect()),
        }
    }
    let needs_variable = request.on.iter().chain(&request.off).any(|letter| b"xilu".contains(letter));
    let sets_readonly = request.asks(b'r');
    if needs_variable || sets_readonly || shell.variables.get(target).is_none() {
        shell.variables.change_attributes(target, is_local, |attributes| {
            for (letters, on) in [(&request.on, true), (&request.off, false)] {
                for letter in letters {
                    match letter {
                        b'x' => attributes.exported = on,
                        b'i' => attributes.integer = on,
                        b'l' => (attributes.lowercase, attributes.uppercase) = (on, attributes.uppercase && !on),
                        b'u' => (attributes.uppercase, attributes.lowercase) = (on, attributes.lowercase && !on),
                        _ => {}
                    }
                }
            }
        });
    }
    Ok(())
}

fn functions(shell: &mut Shell, name: &[u8], request: &Request, operands: &[Argument]) -> Outcome {
    let mut output = Vec::new();
    let mut status = 0;
    let names: Vec<String> = match operands.is_empty() {
        true => shell.functions.names().cloned().collect(),
        false => operands
            .iter()
            .filter_map(|operand| match operand {
                Argument::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
                Argument::Assignment(_) => None,
            })
            .collect(),
    };
    for function in names {
        if !shell.functions.contains(&function) {
            status = 1;
            continue;
        }
        if name == b"export" || name == b"readonly" {
            continue;
        }
        if request.asks(b'F') {
            let prefix = if operands.is_empty() { "declare -f " } else { "" };
            output.extend(format!("{prefix}{function}\n").bytes());
            continue;
        }
        output.extend_from_slice(shell.functions.source(&function).unwrap_or(b""));
        output.push(b'\n');
    }
    shell.print(name, &output)?;
    Ok(status)
}

fn print(shell: &mut Shell, name: &[u8], request: &Request, operands: &[Argument]) -> Outcome {
    let mut output = Vec::new();
    let mut status = 0;
    if operands.is_empty() {
        for (variable_name, variable) in shell.variables.visible() {
            let attributes = variable.attributes;
            let wanted = match name {
                b"export" => attributes.exported,
                b"readonly" => attributes.readonly,
                b"local" => shell.variables.is_local(variable_name),
                _ => {
                    (!request.asks(b'x') || attributes.exported)
                        && (!request.asks(b'r') || attributes.readonly)
                        && (!request.asks(b'i') || attributes.integer)
                        && (!request.asks(b'a') || matches!(variable.value, Value::Indexed(_)))
                        && (!request.asks(b'A') || matches!(variable.value, Value::Associative(_)))
                }
            };
            if wanted {
                output.extend(declaration(variable_name, variable));
            }
        }
    }
    for operand in operands {
        let Argument::Text(text) = operand else { continue };
        let variable_name = String::from_utf8_lossy(text).into_owned();
        match shell.variable(&variable_name) {
            Some(variable) => output.extend(declaration(&variable_name, &variable)),
            None => {
                shell.complain([name, format!(": {variable_name}: not found").as_bytes()].concat());
                status = 1;
            }
        }
    }
    shell.print(name, &output)?;
    Ok(status)
}

/// `declare -x name="value"`
fn declaration(name: &str, variable: &Variable) -> Vec<u8> {
    let mut letters = match variable.value {
        Value::Indexed(_) => "a".to_string(),
        Value::Associative(_) => "A".to_string(),
        _ => String::new(),
    };
    letters.push_str(&attribute_letters(variable.attributes));
    if letters.is_empty() {
        letters.push('-');
    }
    let mut text = format!("declare -{letters} {name}").into_bytes();
    match &variable.value {
        Value::Unset => {}
        Value::Scalar(value) => {
            text.push(b'=');
            text.extend(quote::double_quoted(value));
        }
        _ => {
            text.push(b'=');
            text.extend(array_text(variable));
        }
    }
    text.push(b'\n');
    text
}

/// `([0]="a" [1]="b")`
pub fn array_text(variable: &Variable) -> Vec<u8> {
    let elements: Vec<Vec<u8>> = match &variable.value {
        Value::Indexed(elements) => elements
            .iter()
            .map(|(index, value)| [format!("[{index}]=").as_bytes(), &quote::double_quoted(value)].concat())
            .collect(),
        Value::Associative(elements) => elements
            .iter()
            .map(|(key, value)| {
                [b"[", quote::if_needed(key).as_slice(), b"]=", &quote::double_quoted(value), b" "].concat()
            })
            .collect(),
        _ => Vec::new(),
    };
    let is_associative = matches!(variable.value, Value::Associative(_));
    let joiner: &[u8] = if is_associative { b"" } else { b" " };
    [b"(".as_slice(), &elements.join(joiner), b")"].concat()
}
