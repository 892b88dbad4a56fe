//! `alias [-p] [name[=value] …]`, `unalias [-a] name …`

use crate::expand::quote;
use crate::state::{Outcome, Shell};
use std::rc::Rc;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let operands = match arguments.get(1).map(Vec::as_slice) {
        Some(b"-p" | b"--") => &arguments[2..],
        _ => &arguments[1..],
    };
    let mut output = Vec::new();
    let mut status = 0;
    if operands.is_empty() {
        for (name, value) in shell.aliases.iter() {
            output.extend(definition(shell, name, value));
        }
    }
    for operand in operands {
        match operand.iter().skip(1).position(|byte| *byte == b'=') {
            Some(place) => {
                let (name, value) = (operand[..place + 1].to_vec(), operand[place + 2..].to_vec());
                if name.iter().any(|byte| b"/$`=\\\"' \t\n|&;()<>".contains(byte)) {
                    shell.complain([b"alias: `", name.as_slice(), b"': invalid alias name"].concat());
                    status = 1;
                    continue;
                }
                Rc::make_mut(&mut shell.aliases).insert(name, value);
            }
            None => match shell.aliases.get(operand) {
                Some(value) => output.extend(definition(shell, operand, value)),
                None => {
                    shell.print(b"alias", &std::mem::take(&mut output))?;
                    shell.complain([b"alias: ", operand.as_slice(), b": not found"].concat());
                    status = 1;
                }
            },
        }
    }
    shell.print(b"alias", &output)?;
    Ok(status)
}

fn definition(shell: &Shell, name: &[u8], value: &[u8]) -> Vec<u8> {
    let command: &[u8] = if shell.options.posix() { b"" } else { b"alias " };
    [command, name, b"=", &quote::plainly_quoted(value), b"\n"].concat()
}

pub fn run_unalias(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if arguments.len() < 2 {
        return shell.usage(b"unalias", "usage: unalias [-a] name [name ...]");
    }
    let mut status = 0;
    for name in &arguments[1..] {
        if name == b"-a" {
            shell.aliases = Rc::default();
        } else if Rc::make_mut(&mut shell.aliases).remove(name).is_none() {
            shell.complain([b"unalias: ", name.as_slice(), b": not found"].concat());
            status = 1;
        }
    }
    Ok(status)
}
