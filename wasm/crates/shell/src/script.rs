//! Running a script: from text, from a file, from standard input as it comes.

use crate::expand::pathname::os_str;
use crate::invocation::Program;
use crate::parse::{Aliases, ParseError, Parser};
use crate::state::frames::FrameKind;
use crate::state::{Interrupt, Outcome, Shell};

const HELP: &str = "\
Usage:  bash [GNU long option] [option] ...
        bash [GNU long option] [option] script-file ...
GNU long options:
        --help
        --init-file
        --login
        --noediting
        --noprofile
        --norc
        --posix
        --rcfile
        --verbose
        --version
Shell options:
        -ilsD or -c command or -O shopt_option          (invocation only)
        -abefhkmnptuvxBCEHPT or -o option
Type `bash -c \"help set\"' for more information about shell options.
Type `bash -c help' for more information about shell builtin commands.
";

impl Shell {
    pub fn run_program(&mut self, program: Program) -> Outcome {
        self.source_letter = match program {
            Program::Text(_) => Some(b'c'),
            Program::StandardInput => Some(b's'),
            Program::File(_) | Program::Carried(_) | Program::Version | Program::Help => None,
        };
        match program {
            Program::Text(text) => {
                self.execution_string = Some(text.as_slice().into());
                self.run_text(&text, "-c: ")
            }
            Program::File(path) => self.run_file(&path),
            Program::Version => {
                let version = self.variable_scalar("BASH_VERSION").unwrap_or_default();
                let text = [b"GNU bash, version ".as_slice(), &version, b" (x86_64-pc-linux-gnu) compatible shell of secure-exec\n"];
                self.print(b"bash", &text.concat())
            }
            Program::Help => self.print(b"bash", HELP.as_bytes()),
            Program::StandardInput | Program::Carried(_) => self.run_standard_input(),
        }
    }

    /// Runs text as `eval` does: an error ends the text, not the shell.
    pub fn run_script_text(&mut self, text: &[u8], first_line: u32, prefix: &str) -> Outcome {
        let mut parser = Parser::new(text, first_line, 0);
        let mut status = 0;
        loop {
            parser.use_aliases(self.aliases_in_use());
            parser.use_extglob(self.shell_options.is_on("extglob"));
            match parser.next_list() {
                Ok(Some(list)) => {
                    status = match self.run_list(&list) {
                        // A subshell's error is its end.
                        Err(Interrupt::Discard(status)) if self.subshell_depth == 0 => {
                            self.status = status;
                            status
                        }
                        result => result?,
                    }
                }
                Ok(None) => return Ok(status),
                Err(error) => {
                    self.tell_syntax_error(&error, text, first_line, prefix);
                    self.status = 2;
                    return Ok(2);
                }
            }
        }
    }

    /// Aliases, if commands are looked up in them.
    fn aliases_in_use(&self) -> Option<std::rc::Rc<Aliases>> {
        (!self.aliases.is_empty() && (self.shell_options.is_on("expand_aliases") || self.options.posix())).then(|| self.aliases.clone())
    }

    fn run_text(&mut self, text: &[u8], prefix: &str) -> Outcome {
        let mut parser = Parser::new(text, 1, 0);
        loop {
            parser.use_aliases(self.aliases_in_use());
            parser.use_extglob(self.shell_options.is_on("extglob"));
            let before = parser.position();
            let parsed = parser.next_list();
            if self.options.verbose() {
                self.tell_verbose(&whole_lines(&text[before.min(text.len())..parser.position().min(text.len())]));
            }
            match parsed {
                Ok(Some(_)) if self.options.noexec() => 0,
                Ok(Some(list)) => self.run_or_discard(&list)?,
                Ok(None) => return Ok(self.status),
                Err(error) => {
                    self.tell_syntax_error(&error, text, 1, prefix);
                    return Ok(2);
                }
            };
        }
    }

    /// Like `run_text`, but an error within a command goes on with the next line.
    fn run_file(&mut self, path: &[u8]) -> Outcome {
        let text = match std::fs::read(os_str(path)) {
            Ok(text) => text,
            Err(error) => {
                let reason = sys::errno::message(&error);
                let is_missing = error.kind() == std::io::ErrorKind::NotFound;
                self.name = std::env::args_os().next().unwrap_or_default().into_encoded_bytes().as_slice().into();
                let message = [self.name.as_ref(), b": ", path, b": ", reason.as_bytes(), b"\n"].concat();
                // Nothing can be told about a closed stderr.
                let _ = self.write(2, &message);
                return Ok(if is_missing { 127 } else { 126 });
            }
        };
        if is_binary(&text) {
            let message = [path, b": ", path, b": cannot execute binary file\n"].concat();
            // Nothing can be told about a closed stderr.
            let _ = self.write(2, &message);
            return Ok(126);
        }
        let frame_name = self.name.clone();
        self.frames.push(FrameKind::Script, "main".into(), frame_name, 0);
        let mut parser = Parser::new(&text, 1, 0);
        loop {
            parser.use_aliases(self.aliases_in_use());
            parser.use_extglob(self.shell_options.is_on("extglob"));
            let before = parser.position();
            let parsed = parser.next_list();
            if self.options.verbose() {
                self.tell_verbose(&whole_lines(&text[before.min(text.len())..parser.position().min(text.len())]));
            }
            match parsed {
                Ok(Some(list)) => {
                    self.commands_read += 1;
                    let status = self.run_top_level(&list)?;
                    if self.options.onecmd() {
                        return Ok(status);
                    }
                    status
                }
                Ok(None) => return Ok(self.status),
                Err(error) => {
                    self.tell_syntax_error(&error, &text, 1, "");
                    return Ok(2);
                }
            };
        }
    }

    fn run_or_discard(&mut self, list: &crate::syntax::List) -> Outcome {
        if self.options.noexec() && !self.is_interactive {
            return Ok(0);
        }
        match self.run_list(list) {
            Err(Interrupt::Discard(status)) => {
                self.status = status;
                Ok(status)
            }
            result => result,
        }
    }

    /// The same where a text has its own end: a file, standard input.
    fn run_top_level(&mut self, list: &crate::syntax::List) -> Outcome {
        match self.run_or_discard(list) {
            Err(Interrupt::TopLevel(status)) => {
                self.status = status;
                Ok(status)
            }
            result => result,
        }
    }

    /// Reads commands line by line, so that commands may read what follows them.
    fn run_standard_input(&mut self) -> Outcome {
        let mut text = Vec::new();
        let mut first_line = 1;
        if self.is_interactive {
            self.load_history();
        }
        loop {
            if text.is_empty() && self.is_interactive {
                self.tell_changed_jobs();
                self.run_prompt_commands()?;
            }
            let (line, has_ended) = match self.read_command_line(&text) {
                Ok(line) => (line.text, !line.is_terminated),
                Err(_) if self.interrupt.is_some() => match self.interrupt.take() {
                    Some(Interrupt::Discard(status) | Interrupt::TopLevel(status)) => {
                        self.status = status;
                        text.clear();
                        continue;
                    }
                    Some(interrupt) => return Err(interrupt),
                    None => continue,
                },
                Err(_) => (Vec::new(), true),
            };
            if self.options.verbose() && !line.is_empty() {
                self.tell_verbose(&[line.as_slice(), b"\n"].concat());
            }
            if has_ended && self.is_interactive && line.is_empty() && text.is_empty() {
                // The prompt's line is still open.
                let _ = self.write(2, b"exit\n");
                if !self.may_exit() {
                    continue;
                }
            }
            let was_told_of_jobs = self.has_told_of_jobs;
            text.extend(line);
            if !has_ended {
                text.push(b'\n');
                // A backslash at the end joins the next line.
                if text.ends_with(b"\\\n") {
                    continue;
                }
            }
            match self.run_lines(&text, first_line, has_ended)? {
                true if self.options.onecmd() => return Ok(self.status),
                true => {
                    first_line += text.iter().filter(|byte| **byte == b'\n').count() as u32;
                    text.clear();
                }
                false if has_ended => return Ok(2),
                false => {}
            }
            if has_ended {
                return Ok(self.status);
            }
            if was_told_of_jobs {
                self.has_told_of_jobs = false;
            }
        }
    }

    /// Runs the commands in `text`; false if they are not complete yet.
    fn run_lines(&mut self, text: &[u8], first_line: u32, is_last: bool) -> Outcome<bool> {
        let mut parser = Parser::new(text, first_line, 0);
        parser.use_aliases(self.aliases_in_use());
        parser.use_extglob(self.shell_options.is_on("extglob"));
        let mut lists = Vec::new();
        loop {
            match parser.next_list() {
                Ok(Some(list)) => lists.push(list),
                Ok(None) if parser.awaits_here_document() && !is_last => return Ok(false),
                Ok(None) => break,
                Err(error) if error.is_incomplete && !is_last => return Ok(false),
                Err(error) => {
                    self.tell_syntax_error(&error, text, first_line, "");
                    self.status = 2;
                    return match self.is_interactive {
                        true => Ok(true),
                        false => Err(Interrupt::Exit(2)),
                    };
                }
            }
        }
        for list in lists {
            self.commands_read += 1;
            self.run_top_level(&list)?;
        }
        Ok(true)
    }

    /// `set -v`: shows the text of commands as it is read.
    fn tell_verbose(&mut self, text: &[u8]) {
        // Nothing can be told about a closed stderr.
        let _ = self.write(2, text);
    }

    /// Runs PROMPT_COMMAND, each element of it if it is an array.
    fn run_prompt_commands(&mut self) -> Outcome<()> {
        let status = self.status;
        for command in self.elements("PROMPT_COMMAND") {
            let line = self.line;
            match self.run_script_text(&command, line, "") {
                Ok(_) | Err(Interrupt::Discard(_) | Interrupt::TopLevel(_)) => {}
                Err(interrupt) => return Err(interrupt),
            }
        }
        self.status = status;
        Ok(())
    }

    fn tell_syntax_error(&mut self, error: &ParseError, text: &[u8], first_line: u32, prefix: &str) {
        self.line = error.line;
        let prefix = format!("{}: {prefix}line {}: ", String::from_utf8_lossy(&self.name), error.line);
        let mut message = Vec::new();
        for line in error.message.split('\0') {
            message.extend(format!("{prefix}{line}\n").bytes());
        }
        if error.shows_line
            && let Some(line) = text.split(|byte| *byte == b'\n').nth((error.line - first_line) as usize)
        {
            message.extend([prefix.as_bytes(), b"`", line, b"'\n"].concat());
        }
        // Nothing can be told about a closed stderr.
        let _ = self.write(2, &message);
    }
}

/// Binary data: a NUL in the first line of what bash looks at, and no `#!`.
fn is_binary(text: &[u8]) -> bool {
    const LOOKED_AT: usize = 80;
    let start = &text[..text.len().min(LOOKED_AT)];
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or(b"");
    line.contains(&0) && !text.starts_with(b"#!")
}

/// Text that ends in a newline.
fn whole_lines(text: &[u8]) -> Vec<u8> {
    match text.last() {
        None | Some(b'\n') => text.to_vec(),
        Some(_) => [text, b"\n"].concat(),
    }
}
