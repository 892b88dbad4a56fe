//! `fc [-e editor] [-lnr] [first] [last]`, `fc -s [old=new] [command]`

use crate::interactive::history_expansion::find;
use crate::state::{Outcome, Shell};
use std::rc::Rc;

const USAGE: &str = "usage: fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]";

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (mut lists, mut without_numbers, mut reverses, mut runs) = (false, false, false, false);
    let mut editor: Option<&[u8]> = None;
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        let is_number = argument.len() > 1 && argument[1..].iter().all(u8::is_ascii_digit);
        if argument.len() < 2 || argument[0] != b'-' || is_number {
            break;
        }
        index += 1;
        if argument == b"--" {
            break;
        }
        for (place, letter) in argument.iter().enumerate().skip(1) {
            match letter {
                b'l' => lists = true,
                b'n' => without_numbers = true,
                b'r' => reverses = true,
                b's' => runs = true,
                b'e' if place + 1 < argument.len() => {
                    editor = Some(&argument[place + 1..]);
                    break;
                }
                b'e' => match arguments.get(index) {
                    Some(name) => {
                        editor = Some(name);
                        index += 1;
                    }
                    None => {
                        shell.complain("fc: -e: option requires an argument");
                        return shell.usage(b"fc", USAGE);
                    }
                },
                other => {
                    shell.complain(format!("fc: -{}: invalid option", char::from(*other)));
                    return shell.usage(b"fc", USAGE);
                }
            }
        }
    }
    let operands = &arguments[index.min(arguments.len())..];
    if runs || editor == Some(b"-".as_slice()) {
        return run_again(shell, operands);
    }
    // The line with `fc` is not one of those it means.
    let end = shell.interactive.history.len() - usize::from(shell.interactive.history.has_current);
    if end == 0 {
        return Ok(0);
    }
    let default_first = if lists { end.saturating_sub(16) } else { end - 1 };
    let first = operands.first().map_or(Some(default_first), |operand| entry(shell, operand, end));
    let default_last = if lists && operands.len() < 2 { Some(end - 1) } else { first };
    let last = operands.get(1).map_or(default_last, |operand| entry(shell, operand, end));
    let (Some(first), Some(last)) = (first, last) else {
        shell.complain("fc: history specification out of range");
        return Ok(1);
    };
    let reverses = reverses || first > last;
    let indices = first.min(last)..=first.max(last);
    let indices: Vec<usize> = if reverses { indices.rev().collect() } else { indices.collect() };
    match lists {
        true => list(shell, &indices, without_numbers),
        false => edit(shell, &indices, editor),
    }
}

/// The index that a number or the start of a command means.
fn entry(shell: &Shell, operand: &[u8], end: usize) -> Option<usize> {
    let history = &shell.interactive.history;
    if let Some(number) = std::str::from_utf8(operand).ok().and_then(|text| text.parse::<i64>().ok()) {
        let index = match number {
            0 => end as i64 - 1,
            _ if number < 0 => (end as i64 + number).max(0),
            _ => (number - history.base() as i64).clamp(0, end as i64 - 1),
        };
        return Some(index as usize);
    }
    (0..end).rev().find(|index| history.text(*index).is_some_and(|text| text.starts_with(operand)))
}

fn list(shell: &mut Shell, indices: &[usize], without_numbers: bool) -> Outcome {
    let history = &shell.interactive.history;
    let mut output = Vec::new();
    for index in indices {
        let Some(entry) = history.entries().get(*index) else { continue };
        if !without_numbers {
            output.extend((index + history.base()).to_string().bytes());
        }
        output.extend([b'\t', if entry.is_changed { b'*' } else { b' ' }]);
        output.extend_from_slice(&entry.text);
        output.push(b'\n');
    }
    shell.print(b"fc", &output)
}

/// `fc -s`: runs a command again, with replacements.
fn run_again(shell: &mut Shell, operands: &[Vec<u8>]) -> Outcome {
    let is_replacement = |operand: &&Vec<u8>| operand.contains(&b'=');
    let replacements: Vec<&Vec<u8>> = operands.iter().take_while(is_replacement).collect();
    let end = shell.interactive.history.len() - usize::from(shell.interactive.history.has_current);
    let index = match operands.get(replacements.len()) {
        Some(operand) if end > 0 => entry(shell, operand, end),
        Some(_) => None,
        None => end.checked_sub(1),
    };
    let Some(mut command) = index.and_then(|index| shell.interactive.history.text(index)).map(|text| text.to_vec()) else {
        shell.complain("fc: no command found");
        return Ok(1);
    };
    for replacement in replacements {
        let place = replacement.iter().position(|byte| *byte == b'=').unwrap_or(0);
        let (old, new) = (&replacement[..place], &replacement[place + 1..]);
        let mut output = Vec::new();
        let mut rest = command.as_slice();
        while let Some(place) = find(rest, old).filter(|_| !old.is_empty()) {
            output.extend_from_slice(&rest[..place]);
            output.extend_from_slice(new);
            rest = &rest[place + old.len()..];
        }
        output.extend_from_slice(rest);
        command = output;
    }
    // Nothing can be told about a closed stderr.
    let _ = shell.write(2, &[command.as_slice(), b"\n"].concat());
    remember(shell, &command);
    let line = shell.line;
    shell.run_script_text(&command, line, "")
}

/// Puts what runs into the history in place of the line with `fc`.
fn remember(shell: &mut Shell, command: &[u8]) {
    let history = &mut Rc::make_mut(&mut shell.interactive).history;
    if std::mem::take(&mut history.has_current) {
        history.pop();
    }
    let time = crate::state::special_variables::seconds_since_epoch() as i64;
    history.push(command, Some(time));
}

fn edit(shell: &mut Shell, indices: &[usize], editor: Option<&[u8]>) -> Outcome {
    let mut text = Vec::new();
    for index in indices {
        if let Some(entry) = shell.interactive.history.text(*index) {
            text.extend_from_slice(entry);
            text.push(b'\n');
        }
    }
    let Some(edited) = shell.edit_in_editor(&text, editor)? else { return Ok(1) };
    // Nothing can be told about a closed stderr.
    let _ = shell.write(2, &edited);
    remember(shell, edited.trim_ascii_end());
    let line = shell.line;
    shell.run_script_text(&edited, line, "")
}
