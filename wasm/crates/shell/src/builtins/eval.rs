//! `eval words`, and `exec` where it is called by `command` or `builtin`

use crate::state::{Interrupt, Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut words = &arguments[1..];
    if words.first().is_some_and(|word| word == b"--") {
        words = &words[1..];
    } else if let Some([b'-', letter, ..]) = words.first().map(Vec::as_slice) {
        return shell.usage(b"eval", format!("-{}: invalid option", char::from(*letter)));
    }
    let line = shell.line;
    shell.run_script_text(&words.join(b" ".as_slice()), line, "eval: ")
}

pub fn run_exec(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if arguments.len() < 2 {
        return Ok(0);
    }
    let status = shell.run_external(&arguments[1..])?;
    Err(Interrupt::Exit(status))
}
