//! `break [n]`, `continue [n]`

use crate::state::{Interrupt, Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let name = arguments[0].as_slice();
    let levels = match arguments.get(1) {
        None => 1,
        Some(text) => match std::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok()) {
            Some(levels) if levels > 0 => levels,
            Some(_) => {
                shell.complain([name, b": ", text.as_slice(), b": loop count out of range"].concat());
                return Ok(1);
            }
            None => {
                shell.complain([name, b": ", text.as_slice(), b": numeric argument required"].concat());
                return Err(Interrupt::Exit(128));
            }
        },
    };
    if arguments.len() > 2 {
        shell.complain([name, b": too many arguments"].concat());
        return Err(Interrupt::TopLevel(1));
    }
    if shell.loop_depth == 0 {
        shell.complain([name, b": only meaningful in a `for', `while', or `until' loop".as_slice()].concat());
        return Ok(0);
    }
    let levels = u32::try_from(levels).unwrap_or(u32::MAX).min(shell.loop_depth);
    Err(match name {
        b"break" => Interrupt::Break(levels),
        _ => Interrupt::Continue(levels),
    })
}
