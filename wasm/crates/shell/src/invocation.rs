//! The shell's own command line.

use crate::state::{Options, ShellOptions};

/// Where the commands come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// `-c`
    Text(Vec<u8>),
    File(Vec<u8>),
    StandardInput,
    /// From another shell, with its state, through this descriptor.
    Carried(i32),
    /// `--version`
    Version,
    /// `--help`
    Help,
}

/// Which start-up files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Startup {
    pub is_login: bool,
    /// `--noprofile`
    pub skips_profile: bool,
    /// `--norc`
    pub skips_rc: bool,
    /// `--rcfile`
    pub rc_file: Option<Vec<u8>>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Invocation {
    pub program: Program,
    pub options: Options,
    pub is_interactive: bool,
    pub startup: Startup,
    /// `--noediting`
    pub no_editing: bool,
    /// `-O name`, `+O name`
    pub shell_options: Vec<(String, bool)>,
    /// `$0`, if it is not the shell's own name.
    pub name: Option<Vec<u8>>,
    pub positional: Vec<Vec<u8>>,
}

impl Invocation {
    /// Parses `[options] [script | -c commands name] [arguments]`; an error is a message.
    pub fn parse(arguments: &[Vec<u8>]) -> Result<Invocation, String> {
        let mut invocation = Invocation {
            program: Program::StandardInput,
            options: Options::default(),
            is_interactive: false,
            startup: Startup::default(),
            no_editing: false,
            shell_options: Vec::new(),
            name: None,
            positional: Vec::new(),
        };
        let called = arguments.first().map_or(b"".as_slice(), Vec::as_slice);
        invocation.startup.is_login = called.starts_with(b"-");
        let base = called.rsplit(|byte| *byte == b'/').next().unwrap_or(b"");
        if matches!(base, b"sh" | b"-sh") {
            invocation.options.set("posix", true);
        }
        let (mut takes_text, mut takes_input) = (false, false);
        let mut index = 1;
        while let Some(argument) = arguments.get(index) {
            let on = match argument.as_slice() {
                b"-" | b"--" => {
                    index += 1;
                    break;
                }
                [b'-', ..] => true,
                [b'+', _, ..] => false,
                _ => break,
            };
            index += 1;
            if let Some(fd) = argument.strip_prefix(b"--state-fd=") {
                let fd = String::from_utf8_lossy(fd).parse().map_err(|_| "--state-fd: bad descriptor".to_string())?;
                invocation.program = Program::Carried(fd);
                return Ok(invocation);
            }
            match argument.as_slice() {
                b"--noediting" => {
                    invocation.no_editing = true;
                    continue;
                }
                b"--norc" => {
                    invocation.startup.skips_rc = true;
                    continue;
                }
                b"--noprofile" => {
                    invocation.startup.skips_profile = true;
                    continue;
                }
                b"--login" => {
                    invocation.startup.is_login = true;
                    continue;
                }
                b"--rcfile" | b"--init-file" => {
                    let file = arguments.get(index).cloned();
                    index += 1;
                    let option = String::from_utf8_lossy(argument).into_owned();
                    invocation.startup.rc_file = Some(file.ok_or(format!("{option}: option requires an argument"))?);
                    continue;
                }
                b"--restricted" | b"--debugger" => continue,
                b"--verbose" => {
                    invocation.options.set("verbose", true);
                    continue;
                }
                b"--version" => {
                    invocation.program = Program::Version;
                    return Ok(invocation);
                }
                b"--help" => {
                    invocation.program = Program::Help;
                    return Ok(invocation);
                }
                b"--posix" => {
                    invocation.options.set("posix", true);
                    continue;
                }
                [b'-', b'-', ..] => return Err(format!("{}: invalid option", String::from_utf8_lossy(argument))),
                _ => {}
            }
            for letter in &argument[1..] {
                match letter {
                    b'c' => takes_text = true,
                    b's' => takes_input = true,
                    b'i' => invocation.is_interactive = true,
                    b'l' => invocation.startup.is_login = on,
                    b'O' => {
                        let name = arguments.get(index).map(|name| String::from_utf8_lossy(name).into_owned());
                        index += 1;
                        let name = name.ok_or("-O: option requires an argument")?;
                        if !ShellOptions::knows(&name) {
                            return Err(format!("{name}: invalid shell option name"));
                        }
                        invocation.shell_options.push((name, on));
                    }
                    b'o' => {
                        let name = arguments.get(index).map(|name| String::from_utf8_lossy(name).into_owned());
                        index += 1;
                        let name = name.ok_or("-o: option requires an argument")?;
                        if !invocation.options.set(&name, on) {
                            return Err(format!("{name}: invalid option name"));
                        }
                    }
                    letter if invocation.options.set_letter(*letter, on) => {}
                    letter => {
                        let sign = char::from(argument[0]);
                        return Err(format!("{sign}{}: invalid option", char::from(*letter)));
                    }
                }
            }
        }
        let mut operands = arguments[index.min(arguments.len())..].iter().cloned();
        if takes_text {
            let text = operands.next().ok_or("-c: option requires an argument")?;
            invocation.program = Program::Text(text);
            invocation.name = operands.next();
        } else if !takes_input && let Some(file) = operands.next() {
            invocation.name = Some(file.clone());
            invocation.program = Program::File(file);
        }
        invocation.positional = operands.collect();
        Ok(invocation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Invocation, String> {
        let arguments: Vec<Vec<u8>> = arguments.iter().map(|argument| argument.as_bytes().to_vec()).collect();
        Invocation::parse(&arguments)
    }

    #[test]
    fn command_lines_of_every_form() {
        let text = parse(&["sh", "-ec", "echo", "name", "a", "b"]).unwrap();
        assert_eq!(text.program, Program::Text(b"echo".to_vec()));
        assert_eq!(text.name, Some(b"name".to_vec()));
        assert_eq!(text.positional, [b"a".to_vec(), b"b".to_vec()]);
        assert!(text.options.errexit());

        let file = parse(&["bash", "-o", "pipefail", "script", "-x"]).unwrap();
        assert_eq!(file.program, Program::File(b"script".to_vec()));
        assert_eq!(file.positional, [b"-x".to_vec()]);
        assert!(file.options.pipefail());

        assert_eq!(parse(&["sh", "-s", "a"]).unwrap().program, Program::StandardInput);
        assert_eq!(parse(&["sh", "--state-fd=12"]).unwrap().program, Program::Carried(12));
        assert!(parse(&["sh", "-c"]).is_err() && parse(&["sh", "-Z"]).is_err());
    }
}
