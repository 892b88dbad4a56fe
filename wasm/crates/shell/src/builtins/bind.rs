//! `bind [-lpPsSvVX] [-r keys] [-u function] [-q function] [-x keys:command] [keys:function]`: keys of the line editor

use super::options;
use crate::interactive::commands::{self, COMMANDS};
use crate::interactive::keymap::{self, Action};
use crate::state::{Outcome, Shell};
use std::rc::Rc;

const USAGE: &str = "usage: bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]";

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, operands) = match options::parse(arguments, b"lpPsSvVX", b"mfqurx") {
        Ok(parsed) => parsed,
        Err(letter) => {
            shell.complain(format!("bind: -{}: invalid option", char::from(letter)));
            return shell.usage(b"bind", USAGE);
        }
    };
    if !shell.is_interactive {
        shell.complain("bind: warning: line editing not enabled");
    }
    let mut output = String::new();
    for (letter, value) in &options {
        match letter {
            b'l' => COMMANDS.iter().for_each(|(name, _)| output.push_str(&format!("{name}\n"))),
            b'p' | b'P' | b's' | b'S' | b'X' => list(shell, *letter, &mut output),
            b'r' => {
                let keys = keymap::parse_keys(value);
                Rc::make_mut(&mut shell.interactive).keys.insert(keys, Action::Nothing);
            }
            b'x' => {
                let Some((keys, command)) = split(value) else { return Ok(tell_bad(shell, value)) };
                let command = unquoted(command);
                Rc::make_mut(&mut shell.interactive).keys.insert(keys, Action::Shell(command.into()));
            }
            b'q' | b'u' => {
                let Some(command) = std::str::from_utf8(value).ok().and_then(commands::by_name) else {
                    shell.complain([b"bind: `", *value, b"': unknown function name"].concat());
                    return Ok(1);
                };
                let bound = keymap::all(&shell.interactive.keys);
                let keys: Vec<Vec<u8>> =
                    bound.into_iter().filter(|(_, action)| *action == Action::Command(command)).map(|(keys, _)| keys).collect();
                if *letter == b'u' {
                    for keys in keys {
                        Rc::make_mut(&mut shell.interactive).keys.insert(keys, Action::Nothing);
                    }
                } else if keys.is_empty() {
                    output.push_str(&format!("{} is not bound to any keys.\n", commands::name_of(command)));
                } else {
                    let shown: Vec<String> = keys.iter().map(|keys| format!("\"{}\"", keymap::shown(keys))).collect();
                    output.push_str(&format!("{} can be invoked via {}.\n", commands::name_of(command), shown.join(", ")));
                }
            }
            b'v' | b'V' => {
                for (name, value) in shell.interactive.settings.all() {
                    output.push_str(&match letter {
                        b'v' => format!("set {name} {value}\n"),
                        _ => format!("{name} is set to `{value}'\n"),
                    });
                }
            }
            b'f' => {
                let file = *value;
                if !shell.read_input_file(file, 0) {
                    shell.complain([b"bind: ", file, b": cannot read: No such file or directory"].concat());
                    return Ok(1);
                }
            }
            // There is no other keymap than the one in use.
            _ => {}
        }
    }
    for operand in operands {
        if bind_line(shell, operand).is_none() {
            return Ok(tell_bad(shell, operand));
        }
    }
    shell.print(b"bind", output.as_bytes())
}

/// Carries out one line, as of a file: `"keys": target` or `set name value`. `None`: it is neither.
pub fn bind_line(shell: &mut Shell, line: &[u8]) -> Option<()> {
    if let Some(setting) = line.strip_prefix(b"set ") {
        shell.set_input_variable(&String::from_utf8_lossy(setting));
    } else {
        let (keys, target) = split(line)?;
        let action = match target.first() {
            Some(b'"' | b'\'') => Action::Keys(keymap::parse_keys(&unquoted(target)).into()),
            _ => match std::str::from_utf8(target).ok().and_then(commands::by_name) {
                Some(command) => Action::Command(command),
                // A function of Readline that is not here leaves the key without one.
                None => Action::Nothing,
            },
        };
        Rc::make_mut(&mut shell.interactive).keys.insert(keys, action);
    }
    Some(())
}

fn list(shell: &Shell, letter: u8, output: &mut String) {
    for (keys, action) in keymap::all(&shell.interactive.keys) {
        let is_wanted = match action {
            Action::Command(_) => matches!(letter, b'p' | b'P'),
            Action::Keys(_) => matches!(letter, b's' | b'S'),
            Action::Shell(_) => letter == b'X',
            Action::Nothing => false,
        };
        if is_wanted {
            let (keys, action) = (keymap::shown(&keys), keymap::shown_action(&action));
            output.push_str(&match letter {
                b'P' => format!("{action} can be found on \"{keys}\".\n"),
                b'S' => format!("{keys} outputs {action}\n"),
                _ => format!("\"{keys}\": {action}\n"),
            });
        }
    }
}

fn tell_bad(shell: &mut Shell, text: &[u8]) -> i32 {
    shell.complain([b"bind: ", text, b": first non-whitespace character is not `\"'"].concat());
    1
}

/// `"keys": target` or `Control-x: target`.
fn split(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let text = text.trim_ascii();
    if let Some(rest) = text.strip_prefix(b"\"") {
        let mut end = 0;
        while rest.get(end).is_some_and(|byte| *byte != b'"') {
            end += if rest[end] == b'\\' { 2 } else { 1 };
        }
        let after = rest.get(end + 1..)?.trim_ascii_start().strip_prefix(b":")?;
        return Some((keymap::parse_keys(&rest[..end]), after.trim_ascii()));
    }
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (name, target) = (text[..colon].trim_ascii().to_ascii_lowercase(), text[colon + 1..].trim_ascii());
    let (mut control, mut meta) = (false, false);
    let mut rest = name.as_slice();
    loop {
        if let Some(after) = rest.strip_prefix(b"control-").or_else(|| rest.strip_prefix(b"c-")) {
            control = true;
            rest = after;
        } else if let Some(after) = rest.strip_prefix(b"meta-").or_else(|| rest.strip_prefix(b"m-")) {
            meta = true;
            rest = after;
        } else {
            break;
        }
    }
    let key = match rest {
        b"tab" => 9,
        b"return" | b"ret" => 13,
        b"escape" | b"esc" => 27,
        b"space" | b"spc" => 32,
        b"rubout" | b"del" => 127,
        [key] => *key,
        _ => return None,
    };
    let mut keys = if meta { vec![27] } else { Vec::new() };
    keys.push(if control { key.to_ascii_uppercase() & 0x1f } else { key });
    Some((keys, target))
}

/// Text without the quotes around it.
fn unquoted(text: &[u8]) -> Vec<u8> {
    match text {
        [open @ (b'"' | b'\''), inner @ .., close] if open == close => inner.to_vec(),
        _ => text.to_vec(),
    }
}
