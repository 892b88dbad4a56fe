//! `complete`, `compgen`, `compopt`: completion specifications and the candidates they make.

use crate::completion::CompletionContext;
use crate::expand::quote;
use crate::state::completions::{ACTIONS, Completion, OPTIONS};
use crate::state::{Interrupt, Outcome, Shell};
use std::rc::Rc;

/// What the arguments of `complete` and `compgen` say.
#[derive(Default)]
struct Request {
    completion: Completion,
    prints: bool,
    removes: bool,
    /// `-D`, `-E`, `-I`
    special: Vec<Vec<u8>>,
    operands: Vec<Vec<u8>>,
}

fn parse(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome<Result<Request, i32>> {
    let builtin = arguments[0].clone();
    let mut request = Request::default();
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        index += 1;
        if argument == b"--" {
            break;
        }
        let Some(letters) = argument.strip_prefix(b"-").filter(|letters| !letters.is_empty()) else {
            index -= 1;
            break;
        };
        for (place, letter) in letters.iter().enumerate() {
            let completion = &mut request.completion;
            match letter {
                b'p' if builtin == b"complete" => request.prints = true,
                b'r' if builtin == b"complete" => request.removes = true,
                b'D' | b'E' | b'I' if builtin == b"complete" => request.special.push(vec![b'-', *letter]),
                b'o' | b'A' | b'G' | b'W' | b'F' | b'C' | b'X' | b'P' | b'S' => {
                    let mut value = letters[place + 1..].to_vec();
                    if value.is_empty() {
                        let Some(next) = arguments.get(index) else {
                            let message = format!("-{}: option requires an argument", char::from(*letter));
                            return shell.usage(&builtin, message).map(Err);
                        };
                        value = next.clone();
                        index += 1;
                    }
                    if let Err(what) = take(completion, *letter, value.clone()) {
                        shell.complain([&builtin, b": ".as_slice(), &value, b": ", what.as_bytes()].concat());
                        return Ok(Err(2));
                    }
                    break;
                }
                letter => match ACTIONS.iter().position(|(_, known)| *known == Some(*letter)) {
                    Some(action) => completion.actions.push(action),
                    None => return shell.usage(&builtin, format!("-{}: invalid option", char::from(*letter))).map(Err),
                },
            }
        }
    }
    request.operands = arguments[index.min(arguments.len())..].to_vec();
    Ok(Ok(request))
}

fn take(completion: &mut Completion, letter: u8, value: Vec<u8>) -> Result<(), &'static str> {
    let text = String::from_utf8_lossy(&value).into_owned();
    match letter {
        b'o' if !OPTIONS.contains(&text.as_str()) => return Err("invalid option name"),
        b'o' => completion.options.push(text),
        b'A' => {
            let action = ACTIONS.iter().position(|(name, _)| *name == text).ok_or("invalid action name")?;
            completion.actions.push(action);
        }
        b'G' => completion.pattern = Some(value),
        b'W' => completion.words = Some(value),
        b'F' => completion.function = Some(value),
        b'C' => completion.command = Some(value),
        b'X' => completion.filter = Some(value),
        b'P' => completion.prefix = Some(value),
        _ => completion.suffix = Some(value),
    }
    Ok(())
}

pub fn run_compgen(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let request = match parse(shell, arguments)? {
        Ok(request) => request,
        Err(status) => return Ok(status),
    };
    for (letter, is_given) in [("F", request.completion.function.is_some()), ("C", request.completion.command.is_some())] {
        if is_given {
            shell.complain(format!("compgen: warning: -{letter} option may not work as you expect"));
        }
    }
    let word = request.operands.first().cloned().unwrap_or_default();
    let context = CompletionContext { command: b"compgen".to_vec(), word_index: -1, ..CompletionContext::default() };
    let found = match shell.candidates(&request.completion, &word, &context) {
        Ok(found) => found,
        Err(Interrupt::Discard(_)) => return Ok(1),
        Err(interrupt) => return Err(interrupt),
    };
    let status = i32::from(found.is_empty());
    let output: Vec<u8> = found.into_iter().flat_map(|candidate| [candidate, b"\n".to_vec()].concat()).collect();
    shell.print(b"compgen", &output)?;
    Ok(status)
}

pub fn run_complete(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let request = match parse(shell, arguments)? {
        Ok(request) => request,
        Err(status) => return Ok(status),
    };
    let names = [request.special, request.operands].concat();
    let has_specification = request.completion != Completion::default();
    if request.removes {
        let kept = Rc::make_mut(&mut shell.completions.of);
        if names.is_empty() {
            kept.clear();
        }
        let mut missing = Vec::new();
        for name in names {
            if kept.remove(&name).is_none() {
                missing.push(name);
            }
        }
        for name in &missing {
            shell.complain([b"complete: ", name.as_slice(), b": no completion specification"].concat());
        }
        return Ok(i32::from(!missing.is_empty()));
    }
    if names.is_empty() && has_specification {
        return shell.usage(
            b"complete",
            "usage: complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]",
        );
    }
    if request.prints || names.is_empty() {
        return print(shell, &names);
    }
    let kept = Rc::make_mut(&mut shell.completions.of);
    for name in names {
        kept.insert(name, request.completion.clone());
    }
    Ok(0)
}

fn print(shell: &mut Shell, names: &[Vec<u8>]) -> Outcome {
    let mut output = Vec::new();
    let mut status = 0;
    if names.is_empty() {
        for (name, completion) in shell.completions.of.iter() {
            output.extend(definition(name, completion));
        }
    }
    for name in names {
        match shell.completions.of.get(name) {
            Some(completion) => output.extend(definition(name, completion)),
            None => {
                shell.complain([b"complete: ", name.as_slice(), b": no completion specification"].concat());
                status = 1;
            }
        }
    }
    shell.print(b"complete", &output)?;
    Ok(status)
}

/// The command that makes a specification.
fn definition(name: &[u8], completion: &Completion) -> Vec<u8> {
    let mut text = b"complete".to_vec();
    for option in &completion.options {
        text.extend(format!(" -o {option}").bytes());
    }
    // Letters first, in their order; then names in theirs.
    let mut actions: Vec<_> = completion.actions.iter().map(|action| ACTIONS[*action]).collect();
    actions.sort_by_key(|(name, letter)| (letter.is_none(), *letter, *name));
    actions.dedup();
    for action in actions {
        match action {
            (_, Some(letter)) => text.extend([b' ', b'-', letter]),
            (name, None) => text.extend(format!(" -A {name}").bytes()),
        }
    }
    let quoted = [
        ("-G", &completion.pattern),
        ("-W", &completion.words),
        ("-P", &completion.prefix),
        ("-S", &completion.suffix),
        ("-X", &completion.filter),
        ("-C", &completion.command),
    ];
    for (letter, value) in quoted {
        if let Some(value) = value {
            text.extend([b" ", letter.as_bytes(), b" ", &quote::single_quoted(value)].concat());
        }
    }
    if let Some(function) = &completion.function {
        text.extend([b" -F ", function.as_slice()].concat());
    }
    [text.as_slice(), b" ", name, b"\n"].concat()
}

pub fn run_compopt(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut index = 1;
    let mut changes = Vec::new();
    let mut names = Vec::new();
    while let Some(argument) = arguments.get(index) {
        index += 1;
        match argument.as_slice() {
            b"-o" | b"+o" => {
                let option = arguments.get(index).map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default();
                index += 1;
                if !OPTIONS.contains(&option.as_str()) {
                    shell.complain(format!("compopt: {option}: invalid option name"));
                    return Ok(2);
                }
                changes.push((option, argument[0] == b'-'));
            }
            b"-D" | b"-E" | b"-I" => names.push(argument.clone()),
            [b'-', letter, ..] => return shell.usage(b"compopt", format!("-{}: invalid option", char::from(*letter))),
            _ => names.push(argument.clone()),
        }
    }
    if names.is_empty() {
        match shell.completions.current.clone() {
            Some(current) => names.push(current),
            None => {
                shell.complain("compopt: not currently executing completion function");
                return Ok(1);
            }
        }
    }
    let mut status = 0;
    for name in names {
        let Some(completion) = Rc::make_mut(&mut shell.completions.of).get_mut(&name) else {
            shell.complain([b"compopt: ", name.as_slice(), b": no completion specification"].concat());
            status = 1;
            continue;
        };
        for (option, on) in &changes {
            completion.options.retain(|known| known != option);
            if *on {
                completion.options.push(option.clone());
            }
        }
    }
    Ok(status)
}
