//! `set [options] [positional parameters]`

use crate::expand::quote;
use crate::state::{Options, Outcome, Shell, Value, Variable};
use std::rc::Rc;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if arguments.len() == 1 {
        return print_variables(shell);
    }
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        let on = match argument.first() {
            Some(b'-') => true,
            Some(b'+') => false,
            _ => break,
        };
        index += 1;
        match argument.as_slice() {
            b"--" => {
                shell.begin_script_job_control();
                shell.positional = Rc::new(arguments[index..].to_vec());
                return Ok(0);
            }
            b"-" => {
                shell.options.set("xtrace", false);
                shell.options.set("verbose", false);
                if index < arguments.len() {
                    shell.positional = Rc::new(arguments[index..].to_vec());
                }
                return Ok(0);
            }
            _ => {}
        }
        for letter in &argument[1..] {
            if *letter == b'o' {
                let Some(name) = arguments.get(index) else { return print_options(shell, on) };
                index += 1;
                let name = String::from_utf8_lossy(name).into_owned();
                if !Options::knows(&name) {
                    return shell.usage(b"set", format!("{name}: invalid option name"));
                }
                shell.options.set(&name, on);
                if on && matches!(name.as_str(), "vi" | "emacs") {
                    shell.options.set(if name == "vi" { "emacs" } else { "vi" }, false);
                }
            } else if !shell.options.set_letter(*letter, on) {
                let sign = char::from(argument[0]);
                return shell.usage(b"set", format!("{sign}{}: invalid option", char::from(*letter)));
            }
        }
    }
    shell.begin_script_job_control();
    if index < arguments.len() {
        shell.positional = Rc::new(arguments[index..].to_vec());
    }
    Ok(0)
}

fn print_options(shell: &mut Shell, in_columns: bool) -> Outcome {
    let mut output = String::new();
    for (name, on) in shell.options.all() {
        match in_columns {
            true => output.push_str(&format!("{name:<15}\t{}\n", if on { "on" } else { "off" })),
            false => output.push_str(&format!("set {}o {name}\n", if on { '-' } else { '+' })),
        }
    }
    shell.print(b"set", output.as_bytes())
}

/// `name=value` as `set` shows it.
pub fn assignment_line(name: &str, variable: &Variable) -> Vec<u8> {
    let value = match &variable.value {
        Value::Scalar(value) if value.is_empty() => Vec::new(),
        Value::Scalar(value) => quote::if_needed(value),
        _ => super::declare::array_text(variable),
    };
    [name.as_bytes(), b"=", &value, b"\n"].concat()
}

fn print_variables(shell: &mut Shell) -> Outcome {
    let mut output = Vec::new();
    for (name, variable) in shell.variables.visible() {
        if variable.value == Value::Unset {
            continue;
        }
        output.extend(assignment_line(name, variable));
    }
    shell.print(b"set", &output)
}
