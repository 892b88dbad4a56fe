//! `hash [-r]`: forgets where commands were found

use crate::state::{Outcome, Shell};
use std::rc::Rc;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if arguments.get(1).is_some_and(|argument| argument == b"-r") {
        shell.command_paths = Rc::default();
        return Ok(0);
    }
    if arguments.get(1).is_some_and(|argument| argument == b"-t") {
        let mut output = Vec::new();
        for name in &arguments[2..] {
            match shell.find_command(name) {
                Some(path) => output.extend([path.as_slice(), b"\n"].concat()),
                None => {
                    shell.complain([b"hash: ", name.as_slice(), b": not found"].concat());
                    return Ok(1);
                }
            }
        }
        return shell.print(b"hash", &output);
    }
    let mut status = 0;
    for name in &arguments[1..] {
        if super::find(name).is_none() && shell.find_command(name).is_none() {
            shell.complain([b"hash: ", name.as_slice(), b": not found"].concat());
            status = 1;
        }
    }
    Ok(status)
}
