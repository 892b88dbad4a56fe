//! `let expressions`

use crate::state::{Interrupt, Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if arguments.len() < 2 {
        shell.complain("let: expression expected");
        return Ok(1);
    }
    let mut value = 0;
    for expression in &arguments[1..] {
        value = match shell.evaluate_for("let: ", expression) {
            Err(Interrupt::Discard(status)) => return Ok(status),
            other => other?,
        };
    }
    Ok(i32::from(value == 0))
}
