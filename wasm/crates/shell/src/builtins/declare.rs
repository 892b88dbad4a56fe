//! `declare`, `typeset`, `local`, `export`, `readonly`

use crate::execute::Argument;
use crate::expand::{attribute_letters, quote};
use crate::parse;
use crate::state::{Interrupt, Outcome, Shell, Value, Variable};
use crate::syntax::{Assignment, AssignmentTarget, AssignmentValue, Word};
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

    fn drops(&self, letter: u8) -> bool {
        self.off.contains(&letter)
    }
}

/// Runs with arguments that are text already (`command export x=1`).
pub fn run_declaring(shell: &mut Shell, run: Run, arguments: &[Vec<u8>]) -> Outcome {
    let arguments: Vec<Argument> = arguments.iter().cloned().map(Argument::Text).collect();
    run(shell, &arguments)
}

pub fn run(shell: &mut Shell, arguments: &[Argument]) -> Outcome {
    let Some(Argument::Text(name)) = arguments.first() else { return Ok(1) };
    if name == b"local" && !shell.frames.is_in_function() {
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
        if let Some(bad) = letters.iter().find(|letter| !b"aAfFgilnprtuxIc".contains(letter)) {
            let sign = char::from(text[0]);
            return shell.usage(name, format!("{sign}{}: invalid option", char::from(*bad)));
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
    if name == b"local" && text == b"-" {
        shell.saved_options = Some(shell.options);
        return Ok(0);
    }
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
        if target.contains('[') && prepare(shell, name, request, base)? {
            make_array(shell, base);
        } else if !target.contains('[') {
            if !prepare(shell, name, request, base)? {
                return Ok(1);
            }
            finish(shell, name, request, base);
        }
        return Ok(0);
    };
    let is_array_text = value.starts_with(b"(") && value.ends_with(b")");
    let is_array =
        request.asks(b'a') || request.asks(b'A') || shell.variables.get(base).is_some_and(Variable::is_array);
    let source = match is_array_text && is_array && !target.contains('[') {
        true => text.to_vec(),
        false => [target.as_bytes(), if append { b"+=" } else { b"=" }, &quote::single_quoted(&value)].concat(),
    };
    match parse::parse_assignment(&source, shell.line) {
        Ok(Some(assignment)) => declare(shell, name, request, &assignment),
        _ => Ok(1),
    }
}

fn declare(shell: &mut Shell, name: &[u8], request: &Request, assignment: &Assignment) -> Outcome {
    let target = assignment.target.name().to_string();
    if matches!(name, b"export" | b"readonly") && matches!(assignment.target, AssignmentTarget::Element(..)) {
        shell.complain([name, b": `", &*assignment.source, b"': not a valid identifier"].concat());
        return Ok(1);
    }
    let makes_array = matches!(assignment.value, AssignmentValue::Array(_))
        || matches!(assignment.target, AssignmentTarget::Element(..));
    if shell.variables.get(&target).is_some_and(|variable| variable.attributes.readonly)
        && !(makes_local(shell, name, request) && !shell.variables.is_local(&target))
    {
        shell.complain([name, format!(": {target}: readonly variable").as_bytes()].concat());
        return Ok(1);
    }
    // The value is expanded before a local variable of the same name hides the outer one.
    let result = match (&assignment.target, &assignment.value) {
        (AssignmentTarget::Variable(_), AssignmentValue::Scalar(word)) => {
            let value = shell.expand_to_string(word)?;
            if request.asks(b'n') {
                return declare_nameref(shell, name, request, &target, value);
            }
            if !prepare(shell, name, request, &target)? {
                return Ok(1);
            }
            let expanded = Assignment {
                target: AssignmentTarget::Variable(target.clone()),
                value: AssignmentValue::Scalar(Word::quoted(&value)),
                append: assignment.append,
                source: assignment.source.clone(),
            };
            // The command's trace has shown it; of these two bash shows the assignment too.
            let is_shown = matches!(name, b"export" | b"readonly") || assignment.append;
            let traces = shell.options.xtrace() && !is_shown;
            shell.options.set("xtrace", shell.options.xtrace() && !traces);
            let result = shell.run_assignment(&expanded);
            shell.options.set("xtrace", shell.options.xtrace() || traces);
            result
        }
        (AssignmentTarget::Variable(_), AssignmentValue::Array(elements)) => {
            // The elements too may mention the outer variable.
            let wants_associative = request.asks(b'A')
                || shell.variables.get(&target).is_some_and(|variable| matches!(variable.value, Value::Associative(_)));
            let values = shell.expand_elements(elements, wants_associative)?;
            if !prepare(shell, name, request, &target)? {
                return Ok(1);
            }
            make_array(shell, &target);
            shell.assign_elements(&target, values, assignment.append)
        }
        _ => {
            if !prepare(shell, name, request, &target)? {
                return Ok(1);
            }
            if makes_array {
                make_array(shell, &target);
            }
            shell.run_assignment(assignment)
        }
    };
    finish(shell, name, request, &target);
    match result {
        Err(Interrupt::Discard(status)) => Ok(status),
        result => result.map(|()| 0),
    }
}

fn make_array(shell: &mut Shell, target: &str) {
    if let Ok(variable) = shell.variables.entry(target)
        && variable.value == Value::Unset
    {
        variable.value = Value::Indexed(BTreeMap::new());
    }
}

/// `declare -n name=target`
fn declare_nameref(shell: &mut Shell, name: &[u8], request: &Request, target: &str, value: Vec<u8>) -> Outcome {
    let text = String::from_utf8_lossy(&value).into_owned();
    if !is_name(text.split('[').next().unwrap_or("")) {
        shell.complain([name, format!(": `{text}': invalid variable name for name reference").as_bytes()].concat());
        return Ok(1);
    }
    if text == target {
        if !makes_local(shell, name, request) {
            shell.complain(
                [name, format!(": {target}: nameref variable self references not allowed").as_bytes()].concat(),
            );
            return Ok(1);
        }
        shell.complain(format!("warning: {target}: circular name reference"));
    }
    let is_local = makes_local(shell, name, request);
    let entry = match is_local {
        true => shell.variables.function_entry(target),
        false => shell.variables.entry_raw(target),
    };
    match entry {
        Ok(variable) => variable.value = Value::Scalar(value),
        Err(_) => {
            shell.complain(format!("{target}: readonly variable"));
            return Ok(1);
        }
    }
    shell.variables.change_attributes_raw(target, is_local, |attributes| {
        attributes.nameref = true;
        attributes.exported |= request.asks(b'x');
        attributes.readonly |= request.asks(b'r');
    });
    Ok(0)
}

/// The value of the variable of that very name.
fn outer_text(shell: &Shell, target: &str) -> String {
    let value = shell.variables.get_raw(target).and_then(Variable::as_scalar).unwrap_or(b"");
    String::from_utf8_lossy(value).into_owned()
}

/// Makes it read-only, now that it has its value.
fn finish(shell: &mut Shell, name: &[u8], request: &Request, target: &str) {
    if request.asks(b'r') {
        let is_local = makes_local(shell, name, request);
        shell.variables.change_attributes(target, is_local, |attributes| attributes.readonly = true);
    }
}

fn makes_local(shell: &Shell, name: &[u8], request: &Request) -> bool {
    match name {
        b"local" => true,
        b"declare" | b"typeset" => shell.frames.is_in_function() && !request.asks(b'g'),
        _ => false,
    }
}

/// Makes the variable where it belongs and gives it its attributes, except read-only, which comes after
/// the value. False: it could not be done, which has been told.
fn prepare(shell: &mut Shell, name: &[u8], request: &Request, target: &str) -> Outcome<bool> {
    let is_local = makes_local(shell, name, request);
    let outer = shell.variables.get_raw(target).cloned();
    if is_local && shell.variables.function_entry(target).is_err() {
        shell.complain([name, format!(": {target}: readonly variable").as_bytes()].concat());
        return Ok(false);
    }
    if is_local && shell.shell_options.is_on("localvar_inherit") | request.asks(b'I') {
        if let (Some(outer), Ok(variable)) = (outer, shell.variables.function_entry(target))
            && variable.value == Value::Unset
        {
            *variable = outer;
        }
    }
    let is_readonly = shell.variables.get(target).is_some_and(|variable| variable.attributes.readonly);
    if is_readonly && (request.drops(b'r') || request.on.iter().chain(&request.off).any(|letter| b"iluaA".contains(letter))) {
        shell.complain([name, format!(": {target}: readonly variable").as_bytes()].concat());
        return Ok(false);
    }
    if request.asks(b'n') || request.drops(b'n') {
        let on = request.asks(b'n');
        let text = outer_text(shell, target);
        if on && !text.is_empty() && !is_name(text.split('[').next().unwrap_or("")) {
            shell.complain([name, format!(": `{text}': invalid variable name for name reference").as_bytes()].concat());
            return Ok(false);
        }
        shell.variables.change_attributes_raw(target, is_local, |attributes| attributes.nameref = on);
        return Ok(true);
    }
    let wants_indexed = request.asks(b'a');
    let wants_associative = request.asks(b'A');
    if wants_indexed || wants_associative {
        let value = shell.variables.get(target).map(|variable| variable.value.clone());
        let clash = match value {
            Some(Value::Indexed(_)) if wants_associative => Some("cannot convert indexed to associative array"),
            Some(Value::Associative(_)) if wants_indexed => Some("cannot convert associative to indexed array"),
            _ => None,
        };
        if let Some(clash) = clash {
            shell.complain([name, format!(": {target}: {clash}").as_bytes()].concat());
            return Ok(false);
        }
        if let Ok(variable) = shell.variables.entry(target) {
            let old = variable.as_scalar().map(<[u8]>::to_vec);
            variable.attributes.unassigned |= variable.value == Value::Unset;
            match (&variable.value, wants_associative) {
                (Value::Indexed(_) | Value::Associative(_), _) => {}
                _ if name == b"readonly" && old.is_none() => {}
                (_, true) => {
                    variable.value = Value::Associative(old.into_iter().map(|value| (b"0".to_vec(), value)).collect());
                }
                (_, false) => variable.value = Value::Indexed(old.into_iter().map(|value| (0, value)).collect()),
            }
        }
    }
    let needs_variable = request.on.iter().chain(&request.off).any(|letter| b"xilut".contains(letter));
    if needs_variable || request.asks(b'r') || shell.variables.get(target).is_none() {
        let both_cases = request.asks(b'l') && request.asks(b'u');
        shell.variables.change_attributes(target, is_local, |attributes| {
            for (letters, on) in [(&request.on, true), (&request.off, false)] {
                for letter in letters {
                    match letter {
                        b'x' => attributes.exported = on,
                        b'i' => attributes.integer = on,
                        b't' => attributes.traced = on,
                        b'l' | b'u' if both_cases => {}
                        b'l' => (attributes.lowercase, attributes.uppercase) = (on, attributes.uppercase && !on),
                        b'u' => (attributes.uppercase, attributes.lowercase) = (on, attributes.lowercase && !on),
                        _ => {}
                    }
                }
            }
        });
    }
    Ok(true)
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
            if name == b"export" || name == b"readonly" {
                shell.complain([name, format!(": {function}: not a function").as_bytes()].concat());
            }
            status = 1;
            continue;
        }
        if operands.is_empty() && (name == b"export" && !shell.functions.is_exported(&function) || name == b"readonly" && !shell.functions.is_readonly(&function)) {
            continue;
        }
        if !operands.is_empty() && (name == b"export" || name == b"readonly" || request.asks(b'x') || request.asks(b'r')) && !request.asks(b'p') {
            if request.asks(b'x') || request.drops(b'x') {
                shell.functions.export(&function, request.asks(b'x'));
                shell.environment = None;
            }
            if request.asks(b'r') {
                shell.functions.make_readonly(&function);
            }
            continue;
        }
        if request.asks(b'F') {
            let prefix = if operands.is_empty() { function_prefix(shell, &function) } else { String::new() };
            output.extend(format!("{prefix}{function}").bytes());
            if !operands.is_empty() && shell.shell_options.is_on("extdebug") {
                let line = shell.functions.line(&function);
                output.extend(format!(" {line} ").bytes());
                output.extend_from_slice(&shell.functions.file(&function));
            }
            output.push(b'\n');
            continue;
        }
        output.extend_from_slice(shell.functions.source(&function).unwrap_or(b""));
        output.push(b'\n');
        if shell.functions.is_exported(&function) || shell.functions.is_readonly(&function) {
            output.extend(format!("{}{function}\n", function_prefix(shell, &function)).bytes());
        }
    }
    shell.print(name, &output)?;
    Ok(status)
}

/// `declare -fx `
fn function_prefix(shell: &Shell, function: &str) -> String {
    let readonly = if shell.functions.is_readonly(function) { "r" } else { "" };
    let exported = if shell.functions.is_exported(function) { "x" } else { "" };
    format!("declare -f{readonly}{exported} ")
}

fn print(shell: &mut Shell, name: &[u8], request: &Request, operands: &[Argument]) -> Outcome {
    let mut output = Vec::new();
    let mut status = 0;
    if operands.is_empty() {
        let has_options = !request.on.is_empty();
        for (variable_name, variable) in shell.variables.visible() {
            let attributes = variable.attributes;
            let wanted = match name {
                b"export" => attributes.exported,
                b"readonly" => attributes.readonly && (!request.asks(b'a') || variable.is_array()),
                b"local" => shell.variables.is_local(variable_name),
                _ => {
                    (!request.asks(b'x') || attributes.exported)
                        && (!request.asks(b'r') || attributes.readonly)
                        && (!request.asks(b'i') || attributes.integer)
                        && (!request.asks(b'l') || attributes.lowercase)
                        && (!request.asks(b'u') || attributes.uppercase)
                        && (!request.asks(b'n') || attributes.nameref)
                        && (!request.asks(b'a') || matches!(variable.value, Value::Indexed(_)))
                        && (!request.asks(b'A') || matches!(variable.value, Value::Associative(_)))
                }
            };
            if !wanted {
                continue;
            }
            let is_plain = matches!(name, b"declare" | b"typeset") && !has_options || name == b"local";
            match is_plain {
                true if variable.value == Value::Unset => {}
                true => output.extend(super::set::assignment_line(variable_name, variable)),
                false if shell.options.posix() && matches!(name, b"export" | b"readonly") => {
                    let declared = declaration(variable_name, variable);
                    let start = declared.iter().skip(8).position(|byte| *byte == b' ').map_or(0, |blank| blank + 9);
                    output.extend([name, b" ", &declared[start..]].concat());
                }
                false => output.extend(declaration(variable_name, variable)),
            }
        }
    }
    for operand in operands {
        let text = match operand {
            Argument::Text(text) => text.as_slice(),
            Argument::Assignment(assignment) => &*assignment.source,
        };
        let variable_name = String::from_utf8_lossy(text).into_owned();
        let raw = shell.variables.get_raw(&variable_name).filter(|variable| variable.attributes.nameref).cloned();
        let variable = raw.or_else(|| shell.variable(&variable_name).map(std::borrow::Cow::into_owned));
        match variable {
            Some(variable) => output.extend(declaration(&variable_name, &variable)),
            None => {
                shell.print(name, &std::mem::take(&mut output))?;
                shell.complain([name, format!(": {variable_name}: not found").as_bytes()].concat());
                status = 1;
            }
        }
    }
    shell.print(name, &output)?;
    Ok(status)
}

/// The letters of `declare` for a variable, kind included.
pub fn letters_of(variable: &Variable) -> String {
    let mut letters = match variable.value {
        Value::Indexed(_) => "a".to_string(),
        Value::Associative(_) => "A".to_string(),
        _ => String::new(),
    };
    letters.push_str(&attribute_letters(variable.attributes));
    letters
}

/// `declare -x name="value"`
pub fn declaration(name: &str, variable: &Variable) -> Vec<u8> {
    let mut letters = letters_of(variable);
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
        _ if variable.attributes.unassigned && variable.is_empty_array() => {}
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
                [b"[", quote::key(key).as_slice(), b"]=", &quote::double_quoted(value), b" "].concat()
            })
            .collect(),
        _ => Vec::new(),
    };
    let is_associative = matches!(variable.value, Value::Associative(_));
    let joiner: &[u8] = if is_associative { b"" } else { b" " };
    [b"(".as_slice(), &elements.join(joiner), b")"].concat()
}
