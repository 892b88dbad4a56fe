//! `shopt [-suq] names`: the optional behaviours this shell has are always on, the others stay off

use super::options;
use crate::state::{Outcome, Shell};

const ALWAYS_ON: [&str; 5] = ["expand_aliases", "extglob", "extquote", "patsub_replacement", "sourcepath"];
const ALWAYS_OFF: [&str; 10] = [
    "dotglob",
    "failglob",
    "globstar",
    "huponexit",
    "inherit_errexit",
    "lastpipe",
    "nocaseglob",
    "nocasematch",
    "nullglob",
    "xpg_echo",
];

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, names) = match options::parse(arguments, b"suqpo", b"") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"shopt", format!("-{}: invalid option", char::from(letter))),
    };
    let asks = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    let mut status = 0;
    for name in names {
        let name = String::from_utf8_lossy(name).into_owned();
        let is_on = ALWAYS_ON.contains(&name.as_str());
        if !is_on && !ALWAYS_OFF.contains(&name.as_str()) {
            shell.complain(format!("shopt: {name}: invalid shell option name"));
            status = 1;
        } else if asks(b's') && !is_on {
            shell.complain(format!("shopt: {name}: not supported"));
            status = 1;
        } else if !asks(b's') && !asks(b'u') {
            status |= i32::from(!is_on);
            if !asks(b'q') {
                let state = if is_on { "on" } else { "off" };
                shell.print(b"shopt", format!("{name:<15}\t{state}\n").as_bytes())?;
            }
        }
    }
    Ok(status)
}
