//! `history [-c] [-d offset] [n]`, `history -anrw [file]`, `history -ps argument …`

use super::options;
use crate::interactive::history::History;
use crate::interactive::history_expansion::{self, Context, Expanded};
use crate::state::{Interrupt, Outcome, Shell};
use std::ops::RangeInclusive;
use std::rc::Rc;

const USAGE: &str =
    "usage: history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]";

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, operands) = match options::parse(arguments, b"canrwps", b"d") {
        Ok(parsed) => parsed,
        Err(b'd') => {
            shell.complain("history: -d: option requires an argument");
            return shell.usage(b"history", USAGE);
        }
        Err(letter) => {
            shell.complain(format!("history: -{}: invalid option", char::from(letter)));
            return shell.usage(b"history", USAGE);
        }
    };
    let is_on = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    if options.iter().filter(|(letter, _)| b"anrw".contains(letter)).count() > 1 {
        shell.complain("history: cannot use more than one of -anrw");
        return Ok(1);
    }
    if is_on(b'c') {
        history(shell).clear();
        if !options.iter().any(|(letter, _)| b"anrwd".contains(letter)) {
            return Ok(0);
        }
    }
    if is_on(b's') {
        if !operands.is_empty() {
            let current = forget_current(shell);
            let line = operands.join(b" ".as_slice());
            shell.note_line(&line, b"", b"");
            history(shell).has_current = current;
        }
        return Ok(0);
    }
    if is_on(b'p') {
        return print_expanded(shell, operands);
    }
    if let Some((_, offset)) = options.iter().find(|(letter, _)| *letter == b'd') {
        return delete(shell, offset);
    }
    if let Some((letter, _)) = options.iter().find(|(letter, _)| b"anrw".contains(letter)) {
        return with_file(shell, *letter, operands.first().map(Vec::as_slice));
    }
    let count = match operands {
        [] => usize::MAX,
        [_, _, ..] => {
            shell.complain("history: too many arguments");
            return Err(Interrupt::TopLevel(1));
        }
        [operand] => match std::str::from_utf8(operand).ok().and_then(|text| text.trim().parse::<i64>().ok()) {
            Some(number) => number.unsigned_abs() as usize,
            None => {
                shell.complain([b"history: ", operand.as_slice(), b": numeric argument required"].concat());
                return Ok(1);
            }
        },
    };
    list(shell, count)
}

fn history(shell: &mut Shell) -> &mut History {
    &mut Rc::make_mut(&mut shell.interactive).history
}

/// Takes the line that runs out of the history, as what it puts there stands for it; true if it was there.
fn forget_current(shell: &mut Shell) -> bool {
    let history = history(shell);
    if !std::mem::take(&mut history.has_current) {
        return false;
    }
    history.pop();
    false
}

fn list(shell: &mut Shell, count: usize) -> Outcome {
    let format = shell.variables.scalar("HISTTIMEFORMAT").filter(|format| !format.is_empty()).map(<[u8]>::to_vec);
    let interactive = Rc::clone(&shell.interactive);
    let history = &interactive.history;
    let first = history.len().saturating_sub(count);
    let mut output = Vec::new();
    for (index, entry) in history.entries().iter().enumerate().skip(first) {
        let mark = if entry.is_changed { '*' } else { ' ' };
        output.extend(format!("{:5}{mark} ", index + history.base()).bytes());
        if let Some(format) = &format {
            match entry.time {
                Some(time) => output.extend(shell.date_text(format, time)),
                None => output.extend(b"??"),
            }
        }
        output.extend_from_slice(&entry.text);
        output.push(b'\n');
    }
    shell.print(b"history", &output)
}

fn print_expanded(shell: &mut Shell, operands: &[Vec<u8>]) -> Outcome {
    forget_current(shell);
    let context = Context { quote: None, extglob: shell.shell_options.is_on("extglob") };
    let mut output = Vec::new();
    let mut status = 0;
    for operand in operands {
        let mut substitution = shell.interactive.substitution.clone();
        match history_expansion::expand(operand, &shell.interactive.history, &mut substitution, context) {
            Ok(Expanded::Same) => output.extend_from_slice(operand),
            Ok(Expanded::Changed { line, .. }) => output.extend(line),
            Err(_) => {
                shell.complain([b"history: ", operand.as_slice(), b": history expansion failed"].concat());
                status = 1;
                continue;
            }
        }
        output.push(b'\n');
    }
    shell.print(b"history", &output)?;
    Ok(status)
}

fn delete(shell: &mut Shell, offset: &[u8]) -> Outcome {
    match range(&shell.interactive.history, &String::from_utf8_lossy(offset)) {
        Some(indices) => {
            history(shell).remove(indices);
            Ok(0)
        }
        None => {
            shell.complain([b"history: ", offset, b": history position out of range"].concat());
            Ok(1)
        }
    }
}

/// `n`, `-n`, `first-last`.
fn range(history: &History, text: &str) -> Option<RangeInclusive<usize>> {
    let index = |text: &str| history.index(text.parse().ok()?);
    if let Some(index) = index(text) {
        return Some(index..=index);
    }
    let place = text[1.min(text.len())..].find('-')? + 1;
    let (first, last) = (index(&text[..place])?, index(&text[place + 1..])?);
    (first <= last).then_some(first..=last)
}

/// -a appends the new entries, -n reads lines that are not read yet, -r reads all, -w writes all.
fn with_file(shell: &mut Shell, letter: u8, file: Option<&[u8]>) -> Outcome {
    let Some(path) = file.map(<[u8]>::to_vec).or_else(|| shell.history_file()) else { return Ok(1) };
    let with_times = shell.variables.scalar("HISTTIMEFORMAT").is_some();
    let history = history(shell);
    let result = match letter {
        b'a' => history.write(&path, true, with_times).map(|lines| history.lines_read += lines),
        b'w' => history.write(&path, false, with_times).map(|lines| history.lines_read = lines),
        b'n' => {
            let first = history.lines_read;
            history.read(&path, first).map(|lines| history.lines_read = lines)
        }
        _ => history.read(&path, 0).map(|lines| history.lines_read = lines),
    };
    match result {
        Ok(()) => Ok(0),
        Err(error) => {
            shell.complain([b"history: ", path.as_slice(), b": cannot use file: ", sys::errno::message(&error).as_bytes()].concat());
            Ok(1)
        }
    }
}
