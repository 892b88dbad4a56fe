//! `trap commands EXIT`; the kernel delivers no signals to handlers, so others are only accepted

use crate::expand::quote;
use crate::state::{Outcome, Shell};
use sys::signal;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut operands = &arguments[1..];
    if operands.first().is_some_and(|operand| operand == b"--" || operand == b"-p") {
        operands = &operands[1..];
    }
    if operands.is_empty() {
        let Some(commands) = shell.exit_trap.clone() else { return Ok(0) };
        return shell.print(b"trap", &[b"trap -- ", quote::single_quoted(&commands).as_slice(), b" EXIT\n"].concat());
    }
    // A lone signal, or a number first, resets.
    let is_number = !operands[0].is_empty() && operands[0].iter().all(u8::is_ascii_digit);
    let (commands, names) = match operands.len() == 1 || is_number {
        true => (None, operands),
        false => (Some(operands[0].as_slice()).filter(|commands| *commands != b"-"), &operands[1..]),
    };
    let mut status = 0;
    for name in names {
        match signal::parse(&String::from_utf8_lossy(name)) {
            Some(0) => shell.exit_trap = commands.filter(|commands| !commands.is_empty()).map(Into::into),
            Some(signal::SIGPIPE) => {
                let is_ignored = commands.is_some_and(<[u8]>::is_empty);
                if let Err(error) = signal::set_ignored(signal::SIGPIPE, is_ignored) {
                    shell.complain(format!("trap: SIGPIPE: {}", sys::errno::message(&error)));
                    status = 1;
                }
            }
            Some(_) => {}
            None if matches!(name.as_slice(), b"ERR" | b"DEBUG" | b"RETURN") => {}
            None => {
                shell.complain([b"trap: ", name.as_slice(), b": invalid signal specification"].concat());
                status = 1;
            }
        }
    }
    Ok(status)
}
