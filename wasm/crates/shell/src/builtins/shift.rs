//! `shift [n]`

use crate::state::{Interrupt, Outcome, Shell};
use std::rc::Rc;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if arguments.len() > 2 {
        shell.complain("shift: too many arguments");
        return Err(Interrupt::TopLevel(1));
    }
    let count = match arguments.get(1) {
        None => 1,
        Some(text) => match std::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok()) {
            Some(count) => count,
            None => {
                shell.complain([b"shift: ", text.as_slice(), b": numeric argument required"].concat());
                return Ok(1);
            }
        },
    };
    match usize::try_from(count) {
        Ok(count) if count <= shell.positional.len() => {
            Rc::make_mut(&mut shell.positional).drain(..count);
            Ok(0)
        }
        Ok(_) => Ok(1),
        Err(_) => {
            shell.complain(format!("shift: {count}: shift count out of range"));
            Ok(1)
        }
    }
}
