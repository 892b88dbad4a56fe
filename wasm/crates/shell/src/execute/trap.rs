//! Running the commands of traps.

use crate::state::traps::Event;
use crate::state::{Interrupt, Outcome, Shell};

impl Shell {
    /// Runs an event's commands, if there are some; `$?` is as before afterwards.
    pub fn run_trap(&mut self, event: Event) -> Outcome<()> {
        let Some(commands) = self.traps.get(event).filter(|commands| !commands.is_empty()) else { return Ok(()) };
        if self.traps.running == Some(event) {
            return Ok(());
        }
        let (status, line) = (self.status, self.line);
        let pipe_status = self.pipe_status.clone();
        let before = self.traps.running.replace(event);
        let base = self.line_base.replace(line);
        let result = self.run_script_text(&commands, line, "");
        self.line_base = base;
        self.traps.running = before;
        self.line = line;
        let trap_status = self.status;
        self.status = status;
        self.pipe_status = pipe_status;
        match result {
            Ok(_) if event == Event::Debug && trap_status != 0 && self.shell_options.is_on("extdebug") => Ok(()),
            Ok(_) => Ok(()),
            Err(Interrupt::Discard(_)) => Ok(()),
            Err(interrupt) => Err(interrupt),
        }
    }

    /// Runs the traps of signals that have come.
    pub fn run_signal_traps(&mut self) -> Outcome<()> {
        if self.traps.pending.borrow().is_empty() {
            return Ok(());
        }
        loop {
            let next = {
                let mut pending = self.traps.pending.borrow_mut();
                let place = pending.iter().position(|number| self.traps.get(Event::Signal(*number)).is_some());
                place.map(|place| pending.remove(place))
            };
            match next {
                Some(number) => self.run_trap(Event::Signal(number))?,
                None => return Ok(()),
            }
        }
    }

    /// The ERR trap: in functions and subshells only with `set -E`.
    pub(super) fn run_error_trap(&mut self) -> Outcome<()> {
        if self.traps.is_empty() || (self.frames.is_in_function() && !self.options.errtrace() && !self.error_trap_is_local) {
            return Ok(());
        }
        self.run_trap(Event::Error)
    }

    /// The DEBUG trap before a command: in functions only with `set -T`.
    pub(super) fn run_debug_trap(&mut self) -> Outcome<()> {
        if self.traps.is_empty() || self.traps.running.is_some() {
            return Ok(());
        }
        if self.frames.is_in_function() && !self.options.functrace() && !self.error_trap_is_local {
            return Ok(());
        }
        self.run_trap(Event::Debug)
    }

    /// The RETURN trap after a function or a sourced file.
    pub fn run_return_trap(&mut self, is_function: bool) -> Outcome<()> {
        if self.traps.is_empty() || (is_function && !self.options.functrace() && !self.error_trap_is_local) {
            return Ok(());
        }
        self.run_trap(Event::Return)
    }

    /// Runs the commands of `trap … EXIT`; returns the status to end with.
    pub fn run_exit_trap(&mut self, status: i32) -> i32 {
        let Some(commands) = self.traps.take(Event::EXIT) else { return status };
        self.status = status;
        self.conditions = 0;
        match self.run_script_text(&commands, self.line, "") {
            Err(Interrupt::Exit(status)) => status,
            _ => status,
        }
    }
}
