//! `type [-tpPa] name …`, and what `command -v` says

use super::{find, options};
use crate::state::{Outcome, Shell};

pub const KEYWORDS: [&[u8]; 22] = [
    b"!",
    b"[[",
    b"]]",
    b"case",
    b"coproc",
    b"do",
    b"done",
    b"elif",
    b"else",
    b"esac",
    b"fi",
    b"for",
    b"function",
    b"if",
    b"in",
    b"select",
    b"then",
    b"time",
    b"until",
    b"while",
    b"{",
    b"}",
];

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, operands) = match options::parse(arguments, b"tpPaf", b"") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"type", format!("-{}: invalid option", char::from(letter))),
    };
    let asks = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    if asks(b'f') {
        // Without functions: in a copy of the shell that has none.
        let rest: Vec<Vec<u8>> = arguments.iter().filter(|word| *word != b"-f").cloned().collect();
        return shell.in_subshell(|shell| {
            shell.functions = Default::default();
            run(shell, &rest)
        });
    }
    if asks(b'a') && !asks(b'p') && !asks(b'P') {
        return describe_all(shell, operands, asks(b't'));
    }
    if asks(b't') {
        return print_kinds(shell, operands);
    }
    if asks(b'p') || asks(b'P') {
        return print_paths(shell, operands, asks(b'P'));
    }
    describe(shell, b"type", operands, true)
}

fn is_keyword(name: &[u8]) -> bool {
    KEYWORDS.contains(&name)
}

fn alias_of(shell: &Shell, name: &[u8]) -> Option<Vec<u8>> {
    let counts = shell.shell_options.is_on("expand_aliases") || shell.options.posix();
    shell.aliases.get(name).filter(|_| counts).cloned()
}

fn is_builtin(shell: &Shell, name: &[u8]) -> bool {
    find(name).is_some()
        && !std::str::from_utf8(name).is_ok_and(|name| shell.disabled_builtins.contains(name))
}

fn is_function(shell: &Shell, name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| shell.functions.contains(name))
}

/// Describes what names mean, in full (`type`, `command -V`) or in short (`command -v`).
pub fn describe(shell: &mut Shell, builtin: &[u8], names: &[Vec<u8>], in_full: bool) -> Outcome {
    let mut output = Vec::new();
    let mut missing = 0;
    for name in names {
        let text: Vec<u8> = if let Some(value) = alias_of(shell, name) {
            match in_full {
                true => [name, b" is aliased to `".as_slice(), &value, b"'"].concat(),
                false => [b"alias ", name.as_slice(), b"=", &crate::expand::quote::single_quoted(&value)].concat(),
            }
        } else if is_keyword(name) {
            if in_full { [name, b" is a shell keyword".as_slice()].concat() } else { name.clone() }
        } else if is_function(shell, name) {
            match in_full {
                true => {
                    let source = shell.functions.source(&String::from_utf8_lossy(name)).unwrap_or(b"");
                    [name, b" is a function\n".as_slice(), source].concat()
                }
                false => name.clone(),
            }
        } else if is_builtin(shell, name) {
            if in_full { [name, b" is a shell builtin".as_slice()].concat() } else { name.clone() }
        } else if let Some(path) = shell.find_command(name) {
            if in_full { [name, b" is ".as_slice(), &path].concat() } else { path }
        } else {
            missing += 1;
            if in_full {
                // Keeps what was found before the message in order.
                shell.print(builtin, &std::mem::take(&mut output))?;
                shell.complain([builtin, b": ", name, b": not found"].concat());
            }
            continue;
        };
        output.extend(text);
        output.push(b'\n');
    }
    let printed = shell.print(builtin, &output)?;
    // `command -v` is content with one name it knows, `type` wants all.
    let fails = if builtin == b"type" { missing > 0 } else { missing == names.len() };
    Ok(if printed != 0 { printed } else { i32::from(fails) })
}

fn print_kinds(shell: &mut Shell, names: &[Vec<u8>]) -> Outcome {
    let mut output = Vec::new();
    let mut status = 0;
    for name in names {
        let kind: &[u8] = if alias_of(shell, name).is_some() {
            b"alias\n"
        } else if is_keyword(name) {
            b"keyword\n"
        } else if is_function(shell, name) {
            b"function\n"
        } else if is_builtin(shell, name) {
            b"builtin\n"
        } else if shell.find_command(name).is_some() {
            b"file\n"
        } else {
            status = 1;
            continue;
        };
        output.extend_from_slice(kind);
    }
    shell.print(b"type", &output)?;
    Ok(status)
}

fn print_paths(shell: &mut Shell, names: &[Vec<u8>], even_builtins: bool) -> Outcome {
    let mut output = Vec::new();
    let mut status = 0;
    for name in names {
        if !even_builtins && (is_keyword(name) || is_function(shell, name) || find(name).is_some()) {
            continue;
        }
        match shell.find_command(name) {
            Some(path) => {
                output.extend(path);
                output.push(b'\n');
            }
            None => status = 1,
        }
    }
    shell.print(b"type", &output)?;
    Ok(status)
}

/// `type -a`: every meaning of a name, in the order they are looked up.
fn describe_all(shell: &mut Shell, names: &[Vec<u8>], only_kinds: bool) -> Outcome {
    let mut output = Vec::new();
    let mut status = 0;
    for name in names {
        let before = output.len();
        let mut add = |kind: &[u8], text: Vec<u8>| {
            output.extend(if only_kinds { kind.to_vec() } else { text });
            output.push(b'\n');
        };
        if let Some(value) = alias_of(shell, name) {
            add(b"alias", [name, b" is aliased to `".as_slice(), &value, b"'"].concat());
        }
        if is_keyword(name) {
            add(b"keyword", [name, b" is a shell keyword".as_slice()].concat());
        }
        if is_function(shell, name) {
            let source = shell.functions.source(&String::from_utf8_lossy(name)).unwrap_or(b"");
            add(b"function", [name, b" is a function\n".as_slice(), source].concat());
        }
        if is_builtin(shell, name) {
            add(b"builtin", [name, b" is a shell builtin".as_slice()].concat());
        }
        for path in shell.find_commands(name) {
            add(b"file", [name, b" is ".as_slice(), &path].concat());
        }
        if output.len() == before {
            shell.complain([b"type: ", name.as_slice(), b": not found"].concat());
            status = 1;
        }
    }
    shell.print(b"type", &output)?;
    Ok(status)
}
