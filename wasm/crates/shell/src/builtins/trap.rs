//! `trap [-lp] [commands] events`

use crate::expand::quote;
use crate::state::traps::Event;
use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut operands = &arguments[1..];
    let mut prints = false;
    while let Some(first) = operands.first() {
        match first.as_slice() {
            b"-l" => return super::kill::list(shell, &[]),
            b"-p" => prints = true,
            b"--" => {
                operands = &operands[1..];
                break;
            }
            [b'-', letter, ..] => return shell.usage(b"trap", format!("-{}: invalid option", char::from(*letter))),
            _ => break,
        }
        operands = &operands[1..];
    }
    if prints || operands.is_empty() {
        return print(shell, operands);
    }
    // A lone signal, or a number first, resets.
    let is_number = !operands[0].is_empty() && operands[0].iter().all(u8::is_ascii_digit);
    let (commands, names) = match operands.len() == 1 || is_number {
        true => (None, operands),
        false => (Some(operands[0].as_slice()).filter(|commands| *commands != b"-"), &operands[1..]),
    };
    let mut status = 0;
    for name in names {
        let Some(event) = Event::parse(&String::from_utf8_lossy(name)) else {
            shell.complain([b"trap: ", name.as_slice(), b": invalid signal specification"].concat());
            status = 1;
            continue;
        };
        if matches!(event, Event::Error | Event::Debug | Event::Return) {
            shell.error_trap_is_local = shell.frames.is_in_function();
        }
        let was_ignored_here = shell.traps.get(event).is_some_and(|commands| commands.is_empty());
        shell.traps.set(event, commands.map(Into::into));
        if let Event::Signal(number) = event
            && number == 0
        {
            shell.apply_exit_trap();
        } else if let Event::Signal(number) = event {
            shell.apply_trap(number, was_ignored_here);
            if shell.subshell_depth > 0 {
                shell.traps.changed.push(number);
            }
        }
    }
    Ok(status)
}

fn print(shell: &mut Shell, names: &[Vec<u8>]) -> Outcome {
    let mut wanted = Vec::new();
    let mut status = 0;
    for name in names {
        match Event::parse(&String::from_utf8_lossy(name)) {
            Some(event) => wanted.push(event),
            None => {
                shell.complain([b"trap: ", name.as_slice(), b": invalid signal specification"].concat());
                status = 1;
            }
        }
    }
    let mut output = Vec::new();
    for (event, commands) in shell.traps.listed() {
        if names.is_empty() || wanted.contains(&event) {
            output.extend(b"trap -- ");
            output.extend(quote::plainly_quoted(&commands));
            let name = event.name();
            let name = if shell.options.posix() { name.trim_start_matches("SIG") } else { &name };
            output.extend(format!(" {name}\n").bytes());
        }
    }
    shell.print(b"trap", &output)?;
    Ok(status)
}
