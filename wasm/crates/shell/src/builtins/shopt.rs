//! `shopt [-suqpo] names`

use super::options;
use crate::state::{Options, Outcome, Shell, ShellOptions};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, names) = match options::parse(arguments, b"suqpo", b"") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"shopt", format!("-{}: invalid option", char::from(letter))),
    };
    let asks = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    let (sets, unsets, is_long) = (asks(b's'), asks(b'u'), asks(b'o'));
    if sets && unsets {
        shell.complain("shopt: cannot set and unset shell options simultaneously");
        return Ok(1);
    }
    let line = |name: &str, on: bool| match (asks(b'p'), is_long) {
        (true, true) => format!("set {}o {name}\n", if on { '-' } else { '+' }),
        (true, false) => format!("shopt -{} {name}\n", if on { 's' } else { 'u' }),
        _ => format!("{name:<15}\t{}\n", if on { "on" } else { "off" }),
    };
    let mut output = String::new();
    let mut status = 0;
    if names.is_empty() {
        let all: Vec<(&str, bool)> = match is_long {
            true => shell.options.all().collect(),
            false => shell.shell_options.all().collect(),
        };
        let wanted = all.into_iter().filter(|(_, on)| (!sets || *on) && (!unsets || !*on));
        output.extend(wanted.map(|(name, on)| line(name, on)));
        return shell.print(b"shopt", output.as_bytes());
    }
    for name in names {
        let name = String::from_utf8_lossy(name).into_owned();
        let is_known = if is_long { Options::knows(&name) } else { ShellOptions::knows(&name) };
        if !is_known {
            let kind = if is_long { "invalid option name" } else { "invalid shell option name" };
            shell.complain(format!("shopt: {name}: {kind}"));
            status = 1;
        } else if sets || unsets {
            match is_long {
                true => shell.options.set(&name, sets),
                false => shell.shell_options.set(&name, sets),
            };
        } else {
            let on = if is_long { shell.options.named(&name) } else { shell.shell_options.is_on(&name) };
            status |= i32::from(!on);
            if !asks(b'q') {
                output.push_str(&line(&name, on));
            }
        }
    }
    shell.print(b"shopt", output.as_bytes())?;
    Ok(status)
}
