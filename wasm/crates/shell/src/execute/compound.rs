//! Compound commands: groups, loops, conditions, `case`.

use crate::builtins::is_name;
use crate::state::{Interrupt, Outcome, Shell};
use crate::syntax::{Arithmetic, CaseEnd, CaseItem, CommandKind, List, Word};

/// What a loop does after its body.
pub(super) enum Next {
    Go(i32),
    Leave(i32),
}

impl Shell {
    pub(super) fn run_compound(&mut self, kind: &CommandKind) -> Outcome {
        match kind {
            CommandKind::Simple(simple) => self.run_simple(simple),
            CommandKind::Group(list) => self.run_list(list),
            CommandKind::Subshell(list) => self.in_subshell(|shell| shell.run_list(list)),
            CommandKind::If { branches, otherwise } => self.run_if(branches, otherwise.as_ref()),
            CommandKind::Loop { is_until, condition, body } => self.run_loop(*is_until, condition, body),
            CommandKind::For { variable, words, body } => self.run_for(variable, words.as_deref(), body),
            CommandKind::Select { variable, words, body } => self.run_select(variable, words.as_deref(), body),
            CommandKind::Coproc { name, command } => self.run_coproc(name, command),
            CommandKind::ArithmeticFor { start, condition, step, body } => {
                self.run_arithmetic_for(start.as_ref(), condition.as_ref(), step.as_ref(), body)
            }
            CommandKind::Case { subject, items } => self.run_case(subject, items),
            CommandKind::Arithmetic(expression) => match self.trace_arithmetic(expression).and_then(|()| self.expand_arithmetic_command(expression)) {
                Ok(value) => Ok(i32::from(value == 0)),
                Err(Interrupt::Discard(status)) => Ok(status),
                Err(interrupt) => Err(interrupt),
            },
            CommandKind::Test(test) => self.run_test_command(test),
            CommandKind::Function { name, body } => {
                if self.options.posix() && crate::builtins::is_special(name.as_bytes()) && !self.is_interactive {
                    self.complain(format!("`{name}': is a special builtin"));
                    return Err(Interrupt::Exit(2));
                }
                if self.functions.is_readonly(name) {
                    self.complain(format!("{name}: readonly function"));
                    return Ok(1);
                }
                if self.functions.is_exported(name) {
                    self.environment = None;
                }
                let file = match self.frames.0.is_empty() && self.source_letter != Some(b'c') {
                    true => b"main".as_slice().into(),
                    false => self.frames.source(),
                };
                self.functions.define(name, body.clone(), file);
                Ok(0)
            }
        }
    }

    fn run_if(&mut self, branches: &[(List, List)], otherwise: Option<&List>) -> Outcome {
        for (condition, body) in branches {
            if self.run_condition(condition)? {
                return self.run_list(body);
            }
        }
        match otherwise {
            Some(body) => self.run_list(body),
            None => Ok(0),
        }
    }

    /// Runs a loop's body and takes `break` and `continue` that mean this loop.
    pub(super) fn run_body(&mut self, body: &List) -> Outcome<Next> {
        match self.run_list(body) {
            Ok(status) => Ok(Next::Go(status)),
            Err(Interrupt::Break(1)) => Ok(Next::Leave(0)),
            Err(Interrupt::Break(levels)) => Err(Interrupt::Break(levels - 1)),
            Err(Interrupt::Continue(1)) => Ok(Next::Go(0)),
            Err(Interrupt::Continue(levels)) => Err(Interrupt::Continue(levels - 1)),
            Err(interrupt) => Err(interrupt),
        }
    }

    /// Counts the loop while `run` runs.
    pub(super) fn in_loop(&mut self, run: impl FnOnce(&mut Shell) -> Outcome) -> Outcome {
        self.loop_depth += 1;
        let result = run(self);
        self.loop_depth -= 1;
        result
    }

    fn run_loop(&mut self, is_until: bool, condition: &List, body: &List) -> Outcome {
        self.in_loop(|shell| {
            let mut status = 0;
            loop {
                let holds = match shell.run_condition(condition) {
                    Err(Interrupt::Break(1)) => return Ok(status),
                    Err(Interrupt::Break(levels)) => return Err(Interrupt::Break(levels - 1)),
                    Err(Interrupt::Continue(1)) => continue,
                    Err(Interrupt::Continue(levels)) => return Err(Interrupt::Continue(levels - 1)),
                    other => other?,
                };
                if holds == is_until {
                    return Ok(status);
                }
                match shell.run_body(body)? {
                    Next::Go(done) => status = done,
                    Next::Leave(done) => return Ok(done),
                }
            }
        })
    }

    fn run_for(&mut self, variable: &str, words: Option<&[Word]>, body: &List) -> Outcome {
        if !is_name(variable) {
            self.complain(format!("`{variable}': not a valid identifier"));
            return Ok(1);
        }
        let values = match words {
            Some(words) => self.expand_words(words)?,
            None => self.positional.to_vec(),
        };
        let line = self.line;
        let mut is_first = true;
        self.in_loop(|shell| {
            let mut status = 0;
            for value in values {
                if shell.options.xtrace()
                    && let Some(words) = words
                {
                    let sources: Vec<&[u8]> = words.iter().map(|word| &*word.source).collect();
                    shell.trace([b"for ", variable.as_bytes(), b" in ", &sources.join(b" ".as_slice())].concat());
                }
                if !is_first {
                    shell.run_debug_trap_at(line)?;
                }
                is_first = false;
                shell.assign(variable, value)?;
                match shell.run_body(body)? {
                    Next::Go(done) => status = done,
                    Next::Leave(done) => return Ok(done),
                }
            }
            Ok(status)
        })
    }

    fn run_arithmetic_for(
        &mut self,
        start: Option<&Arithmetic>,
        condition: Option<&Arithmetic>,
        step: Option<&Arithmetic>,
        body: &List,
    ) -> Outcome {
        let line = self.line;
        let evaluate = |shell: &mut Shell, expression: Option<&Arithmetic>| match expression {
            Some(expression) => {
                shell.run_debug_trap_at(line)?;
                shell.expand_arithmetic_command(expression)
            }
            None => Ok(1),
        };
        evaluate(self, start)?;
        self.in_loop(|shell| {
            let mut status = 0;
            while evaluate(shell, condition)? != 0 {
                match shell.run_body(body)? {
                    Next::Go(done) => status = done,
                    Next::Leave(done) => return Ok(done),
                }
                evaluate(shell, step)?;
            }
            Ok(status)
        })
    }

    fn trace_arithmetic(&mut self, expression: &Arithmetic) -> Outcome<()> {
        if self.options.xtrace() {
            let text = self.expand_to_string(&expression.text)?;
            self.trace([b"(( ", text.as_slice(), b" ))"].concat());
        }
        Ok(())
    }

    fn run_case(&mut self, subject: &Word, items: &[CaseItem]) -> Outcome {
        if self.options.xtrace() {
            self.trace([b"case ", &*subject.source, b" in"].concat());
        }
        let subject = self.expand_to_string(subject)?;
        let mut status = 0;
        let mut runs_next = false;
        for item in items {
            if !runs_next && !self.matches_any(&subject, &item.patterns)? {
                continue;
            }
            status = match item.body.items.is_empty() {
                true => 0,
                false => self.run_list(&item.body)?,
            };
            match item.end {
                CaseEnd::Leave => return Ok(status),
                CaseEnd::RunNext => runs_next = true,
                CaseEnd::TestNext => runs_next = false,
            }
        }
        Ok(status)
    }

    fn matches_any(&mut self, subject: &[u8], patterns: &[Word]) -> Outcome<bool> {
        for pattern in patterns {
            if self.expand_to_pattern(pattern)?.matches(subject) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
