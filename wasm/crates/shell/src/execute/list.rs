//! Lists, and-or chains and single commands.

use crate::state::shell::MAXIMUM_NESTING;
use crate::state::{Interrupt, Outcome, Shell};
use crate::syntax::{AndOr, Command, CommandKind, Connector, List, Pipeline};

impl Shell {
    pub fn run_list(&mut self, list: &List) -> Outcome {
        for item in &list.items {
            match item.in_background {
                true => self.run_in_background(&item.chain)?,
                false => self.run_and_or(&item.chain)?,
            };
            self.run_signal_traps()?;
        }
        Ok(self.status)
    }

    pub fn run_and_or(&mut self, chain: &AndOr) -> Outcome {
        let last = chain.rest.len();
        self.run_link(&chain.first, last == 0)?;
        for (index, (connector, pipeline)) in chain.rest.iter().enumerate() {
            if (*connector == Connector::And) == (self.status == 0) {
                self.run_link(pipeline, index + 1 == last)?;
            }
        }
        Ok(self.status)
    }

    /// Runs a pipeline of a chain. Only the last one's failure counts for `set -e`.
    fn run_link(&mut self, pipeline: &Pipeline, is_last: bool) -> Outcome {
        let counts = is_last && !pipeline.is_negated;
        self.conditions += u32::from(!counts);
        let result = self.run_pipeline(pipeline);
        self.conditions -= u32::from(!counts);
        let status = result?;
        self.status = match pipeline.is_negated {
            true => i32::from(status == 0),
            false => status,
        };
        if counts && self.status != 0 && self.conditions == 0 && is_checked(pipeline) {
            if let [_, .., last] = pipeline.stages.as_slice() {
                self.line = last.line;
            }
            self.run_error_trap()?;
            if self.options.errexit() {
                return Err(Interrupt::Exit(self.status));
            }
        }
        Ok(self.status)
    }

    /// Runs a condition, whose failure is no failure.
    pub fn run_condition(&mut self, list: &List) -> Outcome<bool> {
        self.conditions += 1;
        let result = self.run_list(list);
        self.conditions -= 1;
        result.map(|status| status == 0)
    }

    pub fn run_command(&mut self, command: &Command) -> Outcome {
        if self.nesting >= MAXIMUM_NESTING {
            self.complain("commands are nested too deeply");
            return Err(Interrupt::Exit(2));
        }
        self.nesting += 1;
        let substitutions = self.substituted_descriptors.len();
        let result = self.run_command_nested(command);
        self.end_process_substitutions(substitutions);
        self.nesting -= 1;
        if let Ok(status) = result {
            self.status = status;
        }
        result
    }

    fn run_command_nested(&mut self, command: &Command) -> Outcome {
        self.line = command.line;
        if !self.traps.is_empty() {
            self.prepare_traps(command)?;
        }
        if let CommandKind::Simple(simple) = &command.kind {
            let result = self.run_simple(simple);
            self.tell_untold_death(command);
            return result;
        }
        if matches!(command.kind, CommandKind::Subshell(_)) && self.has_job_control() {
            return self.run_as_job(&crate::syntax::print::print_command(command));
        }
        if command.redirections.is_empty() {
            return self.run_compound(&command.kind);
        }
        let redirected = self.redirect(&command.redirections)?;
        let is_done = redirected.is_done();
        let result = match is_done {
            true => self.run_compound(&command.kind),
            false => Ok(1),
        };
        self.undo_redirections(redirected);
        if !is_done && self.conditions == 0 {
            // No command within has been checked.
            self.status = 1;
            self.run_error_trap()?;
            if self.options.errexit() {
                return Err(Interrupt::Exit(1));
            }
        }
        result
    }
}

impl Shell {
    /// Keeps the command's text for BASH_COMMAND and runs the DEBUG trap where it belongs.
    fn prepare_traps(&mut self, command: &Command) -> Outcome<()> {
        let is_simple = matches!(
            command.kind,
            CommandKind::Simple(_)
                | CommandKind::Arithmetic(_)
                | CommandKind::Test(_)
                | CommandKind::Case { .. }
                | CommandKind::For { .. }
                | CommandKind::Select { .. }
        );
        if !is_simple {
            return Ok(());
        }
        if self.traps.running.is_empty() {
            let mut text = crate::syntax::print::print_command(command);
            text.truncate(text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len()));
            self.command_text = Some(text.into());
        }
        self.run_debug_trap()
    }
}

/// Compound commands were checked by `set -e` command by command within.
fn is_checked(pipeline: &Pipeline) -> bool {
    match pipeline.stages.as_slice() {
        [only] => matches!(
            only.kind,
            CommandKind::Simple(_) | CommandKind::Subshell(_) | CommandKind::Arithmetic(_) | CommandKind::Test(_)
        ),
        _ => true,
    }
}
