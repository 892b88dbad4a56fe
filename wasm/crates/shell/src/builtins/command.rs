//! `command [-pvV] name [arguments]`, `builtin name [arguments]`

use super::{find, options, r#type};
use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, operands) = match options::parse(arguments, b"pvV", b"") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"command", format!("-{}: invalid option", char::from(letter))),
    };
    if operands.is_empty() {
        return Ok(0);
    }
    let asks = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    if asks(b'p') && find(&operands[0]).is_none() {
        // The command is looked for where the system's own are.
        let path = shell.variables.scalar("PATH").map(<[u8]>::to_vec);
        shell.assign("PATH", b"/bin:/usr/bin".to_vec())?;
        let result = match asks(b'v') || asks(b'V') {
            true => r#type::describe(shell, b"command", operands, asks(b'V')),
            false => shell.run_without_functions(operands),
        };
        match path {
            Some(path) => shell.assign("PATH", path)?,
            // It was not there a moment ago.
            None => drop(shell.variables.unset("PATH")),
        }
        return result;
    }
    if asks(b'v') || asks(b'V') {
        return r#type::describe(shell, b"command", operands, asks(b'V'));
    }
    shell.run_without_functions(operands)
}

pub fn run_builtin(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let arguments = if arguments.get(1).is_some_and(|word| word == b"--") { &arguments[1..] } else { arguments };
    let Some(name) = arguments.get(1) else { return Ok(0) };
    if find(name).is_none() {
        shell.complain([b"builtin: ", name.as_slice(), b": not a shell builtin"].concat());
        return Ok(1);
    }
    shell.run_without_functions(&arguments[1..])
}
