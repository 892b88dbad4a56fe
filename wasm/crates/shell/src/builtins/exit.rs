//! `exit [n]`, `return [n]`

use crate::state::{Interrupt, Outcome, Shell};

fn status_argument(shell: &mut Shell, arguments: &[Vec<u8>]) -> Result<i32, i32> {
    let Some(text) = arguments.get(1) else { return Ok(shell.status) };
    match std::str::from_utf8(text).ok().and_then(|text| text.trim().parse::<i64>().ok()) {
        Some(status) => Ok((status & 0xff) as i32),
        None => {
            shell.complain([arguments[0].as_slice(), b": ", text.as_slice(), b": numeric argument required"].concat());
            Err(2)
        }
    }
}

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if arguments.len() > 2 && status_argument(shell, arguments).is_ok() {
        shell.complain("exit: too many arguments");
        return Err(Interrupt::TopLevel(1));
    }
    let status = match (shell.exit_trap_status, arguments.len()) {
        (Some(status), 1) => Ok(status),
        _ => status_argument(shell, arguments),
    };
    if shell.is_interactive && shell.subshell_depth == 0 {
        // Nothing can be told about a closed stderr.
        let _ = shell.write(2, b"exit\n");
    }
    if !shell.may_exit() {
        return Ok(1);
    }
    Err(Interrupt::Exit(status.unwrap_or_else(|status| status)))
}

pub fn run_return(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if !shell.frames.is_in_function() && !shell.frames.is_in_source() {
        shell.complain("return: can only `return' from a function or sourced script");
        return Ok(2);
    }
    let status = status_argument(shell, arguments);
    if arguments.len() > 2 && status.is_ok() {
        shell.complain("return: too many arguments");
        return Err(Interrupt::TopLevel(1));
    }
    Err(Interrupt::Return(status.unwrap_or_else(|status| status)))
}
