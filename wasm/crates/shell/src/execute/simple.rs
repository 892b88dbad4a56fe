//! Simple commands: assignments, functions, builtins, external commands.

use super::arguments::{Argument, texts};
use crate::builtins::{self, Builtin};
use crate::redirect::Redirected;
use crate::state::traps::Event;
use crate::state::{Interrupt, Outcome, Shell};
use crate::syntax::{Assignment, AssignmentValue, CommandWord, SimpleCommand};

/// What a command's name stands for.
pub enum Meaning {
    Function,
    Builtin(Builtin),
    External,
}

impl Shell {
    /// Looks a name up: special builtins hide functions only in POSIX mode.
    pub fn meaning(&self, name: &[u8]) -> Meaning {
        if self.options.posix()
            && builtins::is_special(name)
            && let Some(builtin) = builtins::find(name)
        {
            return Meaning::Builtin(builtin);
        }
        if std::str::from_utf8(name).is_ok_and(|name| self.functions.contains(name)) {
            return Meaning::Function;
        }
        match builtins::find(name) {
            Some(builtin) if !self.is_disabled(name) => Meaning::Builtin(builtin),
            _ => Meaning::External,
        }
    }

    fn is_disabled(&self, name: &[u8]) -> bool {
        !self.disabled_builtins.is_empty()
            && std::str::from_utf8(name).is_ok_and(|name| self.disabled_builtins.contains(name))
    }

    pub(super) fn run_simple(&mut self, simple: &SimpleCommand) -> Outcome {
        self.substitution_status = 0;
        if self.options.keyword() && simple.words.iter().any(|word| matches!(word, CommandWord::Assignment(..))) {
            let words = simple.words.iter().cloned();
            let (later, words) = words.partition::<Vec<_>, _>(|word| matches!(word, CommandWord::Assignment(..)));
            let later = later.into_iter().filter_map(CommandWord::into_assignment);
            let assignments = simple.assignments.iter().cloned().chain(later).collect();
            let redirections = simple.redirections.clone();
            return self.run_simple(&SimpleCommand { assignments, words, redirections });
        }
        let arguments = self.expand_arguments(&simple.words)?;
        if arguments.is_empty() {
            return self.run_assignments_only(simple);
        }
        if simple.assignments.is_empty() {
            // Where the trace goes to is not yet redirected.
            self.trace_arguments(&arguments);
        }
        let redirected = self.redirect(&simple.redirections)?;
        if !redirected.is_done() {
            self.undo_redirections(redirected);
            let is_special = matches!(&arguments[0], Argument::Text(name) if builtins::is_special(name));
            return match self.options.posix() && !self.is_interactive && is_special {
                true => Err(Interrupt::Exit(1)),
                false => Ok(1),
            };
        }
        self.next_last_argument = match arguments.last() {
            Some(Argument::Text(last)) => Some(last.as_slice().into()),
            Some(Argument::Assignment(assignment)) => Some(match assignment.value {
                AssignmentValue::Scalar(_) => assignment.source.clone(),
                AssignmentValue::Array(_) => assignment.target.name().as_bytes().into(),
            }),
            None => None,
        };
        let name = match &arguments[0] {
            Argument::Text(name) => name.clone(),
            Argument::Assignment(_) => Vec::new(),
        };
        if name == b"exec" {
            return self.run_exec(arguments, &simple.assignments, redirected);
        }
        let last = self.next_last_argument.take();
        let result = self.run_named(&name, arguments, &simple.assignments);
        if let Some(last) = last {
            self.last_argument = last;
        }
        self.undo_redirections(redirected);
        result
    }

    fn run_assignments_only(&mut self, simple: &SimpleCommand) -> Outcome {
        for assignment in &simple.assignments {
            self.run_assignment(assignment).map_err(|interrupt| self.fatal_in_posix_mode(interrupt))?;
        }
        self.last_argument = b"".as_slice().into();
        let status = self.substitution_status;
        if !simple.redirections.is_empty() {
            let redirected = self.redirect(&simple.redirections)?;
            let is_done = redirected.is_done();
            self.undo_redirections(redirected);
            if !is_done {
                return Ok(1);
            }
        }
        Ok(status)
    }

    /// An error that ends a script in POSIX mode.
    pub fn fatal_in_posix_mode(&self, interrupt: Interrupt) -> Interrupt {
        match interrupt {
            Interrupt::Discard(status) if self.options.posix() && !self.is_interactive => {
                Interrupt::Exit(if self.source_letter == Some(b'c') { 127 } else { status })
            }
            other => other,
        }
    }

    fn run_named(&mut self, name: &[u8], arguments: Vec<Argument>, assignments: &[Assignment]) -> Outcome {
        let meaning = self.meaning(name);
        if assignments.is_empty() {
            return self.run_meaning(meaning, name, arguments);
        }
        if self.options.posix() && builtins::is_special(name) && !matches!(meaning, Meaning::Function) {
            // They outlive a special builtin.
            for assignment in assignments {
                self.run_assignment(assignment).map_err(|interrupt| self.fatal_in_posix_mode(interrupt))?;
                let target = assignment.target.name();
                self.variables.change_attributes(target, false, |attributes| attributes.exported = true);
            }
            self.trace_arguments(&arguments);
            return self.run_meaning(meaning, name, arguments);
        }
        self.variables.push_scope();
        let result = self.make_temporary(assignments).and_then(|()| {
            self.trace_arguments(&arguments);
            match meaning {
                Meaning::Function => {
                    self.variables.make_function_scope();
                    self.call_in_scope(name, texts(arguments))
                }
                meaning => self.run_meaning(meaning, name, arguments),
            }
        });
        self.variables.pop_scope();
        result
    }

    /// Makes the assignments before a command, exported, in the scope just pushed.
    fn make_temporary(&mut self, assignments: &[Assignment]) -> Outcome<()> {
        for assignment in assignments {
            let name = assignment.target.name();
            let outer = self.variables.get(name).cloned();
            if outer.as_ref().is_some_and(|variable| variable.attributes.readonly) {
                if self.options.posix() {
                    return Err(self.report(format!("{name}: readonly variable")));
                }
                // The command runs without it.
                self.complain(format!("{name}: readonly variable"));
                continue;
            }
            if let Ok(local) = self.variables.local_entry(name)
                && let Some(outer) = outer
            {
                // `x+=1 command` starts from the outer value.
                *local = outer;
                local.attributes.local = false;
            }
            match &assignment.value {
                AssignmentValue::Scalar(_) => self.run_assignment(assignment)?,
                // An array cannot be exported; its text is.
                AssignmentValue::Array(_) => {
                    let start = name.len() + 1 + usize::from(assignment.append);
                    self.assign(name, assignment.source[start..].to_vec())?;
                }
            }
            self.variables.export_here(name);
        }
        Ok(())
    }

    pub(super) fn run_meaning(&mut self, meaning: Meaning, name: &[u8], arguments: Vec<Argument>) -> Outcome {
        match meaning {
            Meaning::Function => self.call_function(name, texts(arguments)),
            Meaning::Builtin(builtin) => self.run_builtin(builtin, arguments),
            Meaning::External => self.run_external(&texts(arguments)),
        }
    }

    fn run_builtin(&mut self, builtin: Builtin, arguments: Vec<Argument>) -> Outcome {
        match builtin {
            Builtin::Plain(run) => run(self, &texts(arguments)),
            Builtin::Declaring(run) => run(self, &arguments),
        }
    }

    /// Runs a command by name from a builtin (`command`, `builtin`), without looking at functions.
    pub fn run_without_functions(&mut self, arguments: &[Vec<u8>]) -> Outcome {
        match builtins::find(&arguments[0]) {
            Some(Builtin::Plain(run)) => run(self, arguments),
            Some(Builtin::Declaring(run)) => builtins::run_declaring(self, run, arguments),
            None => self.run_external(arguments),
        }
    }

    /// `exec`: without a command its redirections stay; with one the command's end is the shell's.
    fn run_exec(&mut self, arguments: Vec<Argument>, assignments: &[Assignment], redirected: Redirected) -> Outcome {
        if !assignments.is_empty() {
            self.trace_arguments(&arguments);
        }
        let mut command = texts(arguments);
        command.remove(0);
        let (mut name, mut clears, mut is_login) = (None, false, false);
        while let Some(option) = command.first().filter(|word| word.starts_with(b"-") && word.len() > 1).cloned() {
            command.remove(0);
            match option.as_slice() {
                b"--" => break,
                b"-c" => clears = true,
                b"-l" => is_login = true,
                b"-a" if !command.is_empty() => name = Some(command.remove(0)),
                _ => {
                    self.undo_redirections(redirected);
                    return self.usage(b"exec", [option.as_slice(), b": invalid option"].concat());
                }
            }
        }
        if !command.is_empty() {
            self.variables.push_scope();
            self.is_exec = true;
            if is_login {
                let plain = name.as_deref().unwrap_or(&command[0]);
                name = Some([b"-", plain].concat());
            }
            self.argument_zero = name;
            if clears {
                self.environment = Some((self.variables.generation(), Default::default()));
            }
            let result = self.make_temporary(assignments).and_then(|()| self.run_external(&command));
            (self.is_exec, self.argument_zero) = (false, None);
            self.variables.pop_scope();
            self.undo_redirections(redirected);
            self.traps.set(Event::EXIT, None);
            return Err(Interrupt::Exit(result?));
        }
        redirected.keep();
        self.settle_input();
        if self.subshell_depth == 0
            && let Err(error) = self.descriptors.commit_standard()
        {
            self.complain(format!("exec: {}", sys::errno::message(&error)));
            return Ok(1);
        }
        Ok(0)
    }
}
