//! `enable [-n] [-a] [names]`: builtins switched off and on.

use super::options;
use crate::state::{Outcome, Shell};
use std::rc::Rc;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, operands) = match options::parse(arguments, b"anps", b"") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"enable", format!("-{}: invalid option", char::from(letter))),
    };
    let asks = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    let disables = asks(b'n');
    if operands.is_empty() {
        let mut output = String::new();
        for name in super::names() {
            let is_off = shell.disabled_builtins.contains(name);
            if asks(b'a') || is_off == disables {
                output.push_str(if is_off { "enable -n " } else { "enable " });
                output.push_str(name);
                output.push('\n');
            }
        }
        return shell.print(b"enable", output.as_bytes());
    }
    let mut status = 0;
    for operand in operands {
        let name = String::from_utf8_lossy(operand).into_owned();
        let Some(known) = super::names().find(|known| **known == name) else {
            shell.complain(format!("enable: {name}: not a shell builtin"));
            status = 1;
            continue;
        };
        let disabled = Rc::make_mut(&mut shell.disabled_builtins);
        match disables {
            true => disabled.insert(known),
            false => disabled.remove(known),
        };
    }
    Ok(status)
}
