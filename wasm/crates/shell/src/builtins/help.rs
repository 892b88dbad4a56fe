//! `help [-dms] [pattern …]`: what builtins are for.

use super::{names, options};
use crate::expand::pattern::{Pattern, PatternByte};
use crate::state::{Outcome, Shell};

/// Names, how they are used, what they do.
const TOPICS: [(&str, &str, &str); 20] = [
    (".", ". filename [arguments]", "Run commands from a file in this shell."),
    (":", ":", "Do nothing, successfully."),
    ("alias", "alias [-p] [name[=value] ... ]", "Define or display aliases."),
    ("cd", "cd [-L|[-P [-e]] [-@]] [dir]", "Change the working directory."),
    ("declare", "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]", "Set variables' values and attributes."),
    ("echo", "echo [-neE] [arg ...]", "Write arguments to the standard output."),
    ("eval", "eval [arg ...]", "Run arguments as a command."),
    ("exec", "exec [-cl] [-a name] [command [argument ...]] [redirection ...]", "Replace the shell with a command."),
    ("exit", "exit [n]", "Exit the shell."),
    ("export", "export [-fn] [name[=value] ...] or export -p", "Hand variables to commands."),
    ("getopts", "getopts optstring name [arg ...]", "Parse option arguments."),
    ("help", "help [-dms] [pattern ...]", "Display information about builtin commands."),
    ("kill", "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]", "Send a signal to a job."),
    ("local", "local [option] name[=value] ...", "Define variables of a function."),
    ("printf", "printf [-v var] format [arguments]", "Format and print arguments."),
    ("read", "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]", "Read a line and split it into fields."),
    ("set", "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]", "Set shell options and positional parameters."),
    ("test", "test [expr]", "Evaluate a conditional expression."),
    ("trap", "trap [-lp] [[arg] signal_spec ...]", "Run commands when signals come."),
    ("unset", "unset [-f] [-v] [-n] [name ...]", "Unset variables and functions."),
];

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, patterns) = match options::parse(arguments, b"dms", b"") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"help", format!("-{}: invalid option", char::from(letter))),
    };
    let asks = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    let mut output = String::new();
    if patterns.is_empty() {
        output.push_str("These shell commands are defined internally.  Type `help name' to find out more about one.\n\n");
        for name in names() {
            output.push_str(&format!(" {}\n", usage(name)));
        }
        return shell.print(b"help", output.as_bytes());
    }
    let mut status = 0;
    for pattern in patterns {
        let active: Vec<PatternByte> = pattern.iter().map(|byte| PatternByte { byte: *byte, is_quoted: false }).collect();
        let compiled = Pattern::new(&active, shell.pattern_rules());
        let exact: Vec<&str> = names().filter(|name| compiled.matches(name.as_bytes())).collect();
        let found = match exact.is_empty() {
            true => names().filter(|name| name.as_bytes().starts_with(pattern)).collect(),
            false => exact,
        };
        if found.is_empty() {
            let shown = String::from_utf8_lossy(pattern).into_owned();
            shell.complain(format!(
                "help: no help topics match `{shown}'.  Try `help help' or `man -k {shown}' or `info {shown}'."
            ));
            status = 1;
        }
        for name in found {
            output.push_str(&match (asks(b's'), asks(b'd')) {
                (true, _) => format!("{name}: {}\n", usage(name)),
                (_, true) => format!("{name} - {}\n", purpose(name)),
                _ => format!("{name}: {}\n    {}\n", usage(name), purpose(name)),
            });
        }
    }
    shell.print(b"help", output.as_bytes())?;
    Ok(status)
}

fn usage(name: &str) -> String {
    topic(name).map_or_else(|| format!("{name} [arguments]"), |(_, usage, _)| usage.to_string())
}

fn purpose(name: &str) -> &'static str {
    topic(name).map_or("A builtin command.", |(.., purpose)| purpose)
}

fn topic(name: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    TOPICS.iter().find(|(known, ..)| *known == name)
}
