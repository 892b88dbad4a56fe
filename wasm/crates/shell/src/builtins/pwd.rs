//! `pwd [-L|-P]`

use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let is_physical = arguments.get(1).is_some_and(|argument| argument == b"-P");
    let mut directory = match is_physical {
        true => sys::current_directory().unwrap_or_else(|_| shell.directory.to_vec()),
        false => shell.directory.to_vec(),
    };
    directory.push(b'\n');
    shell.print(b"pwd", &directory)
}
