//! Running the commands of traps.

use crate::state::traps::Event;
use crate::state::{Interrupt, Outcome, Shell};
use sys::signal::{self, Disposition};

/// Signals that people end a script by.
const ENDING_SIGNALS: [i32; 3] = [signal::SIGHUP, signal::SIGINT, signal::SIGTERM];

impl Shell {
    /// Runs an event's commands, if there are some; `$?` is as before afterwards.
    pub fn run_trap(&mut self, event: Event) -> Outcome<()> {
        let Some(commands) = self.traps.get(event).filter(|commands| !commands.is_empty()) else { return Ok(()) };
        if self.traps.running.contains(&event) {
            return Ok(());
        }
        let (status, line) = (self.status, self.line);
        let pipe_status = self.pipe_status.clone();
        self.traps.running.push(event);
        // The commands of a signal's trap are a text of their own, with a first line.
        let first_line = if matches!(event, Event::Signal(_)) { 1 } else { line };
        let base = self.line_base.replace(first_line);
        let result = self.run_script_text(&commands, first_line, "");
        self.line_base = base;
        self.traps.running.pop();
        self.line = line;
        let trap_status = self.status;
        self.status = status;
        self.pipe_status = pipe_status;
        match result {
            Ok(_) if event == Event::Debug && trap_status != 0 && self.shell_options.is_on("extdebug") => Ok(()),
            Ok(_) => Ok(()),
            Err(interrupt) => Err(interrupt),
        }
    }

    /// Runs the traps of signals that have come.
    pub fn run_signal_traps(&mut self) -> Outcome<()> {
        if let Some(interrupt) = self.interrupt.take() {
            return Err(interrupt);
        }
        if let Some(number) = self.ending_signal.filter(|_| self.exit_trap_status.is_none()) {
            return Err(Interrupt::Exit(128 + number));
        }
        self.collect_signals();
        while let Some(number) = self.next_signal(true) {
            match self.traps.get(Event::Signal(number)) {
                Some(_) => self.run_trap(Event::Signal(number))?,
                None => self.meet_signal(number)?,
            }
        }
        Ok(())
    }

    /// Asks the kernel for signals that have come: when it has said so, and now and then where commands
    /// could run long without any call.
    fn collect_signals(&mut self) {
        const LOOKS: u32 = 256;
        if !signal::has_come() {
            if self.traps.is_empty() && !self.is_interactive {
                return;
            }
            let looks = self.traps.looks.get() + 1;
            self.traps.looks.set(looks % LOOKS);
            if looks < LOOKS {
                return;
            }
        }
        while let Some(number) = signal::take() {
            self.traps.pending.borrow_mut().push(number);
        }
    }

    /// The first signal that has come and means something here; the others are the parent shell's.
    fn next_signal(&mut self, takes: bool) -> Option<i32> {
        let mut pending = self.traps.pending.borrow_mut();
        let is_met = |number: i32| {
            self.job_control.is_some() && matches!(number, signal::SIGINT | signal::SIGHUP) || self.ends_by_exit_trap(number)
        };
        let place = pending.iter().position(|number| self.traps.get(Event::Signal(*number)).is_some() || is_met(*number))?;
        Some(if takes { pending.remove(place) } else { pending[place] })
    }

    /// After a call that waits was broken off: the signal that did it, if it means something.
    pub fn signal_that_came(&mut self) -> Option<i32> {
        self.collect_signals();
        self.next_signal(false)
    }

    /// Lets the process do with a signal what the shell's traps say. What was ignored when the shell was
    /// started (`is_ours` false) stays so.
    pub fn apply_trap(&mut self, number: i32, is_ours: bool) {
        let is_met = self.job_control.is_some();
        let disposition = match self.traps.get(Event::Signal(number)) {
            Some(commands) if commands.is_empty() => Disposition::Ignored,
            Some(_) => Disposition::Caught,
            None if is_met && matches!(number, signal::SIGINT | signal::SIGHUP) => Disposition::Caught,
            None if self.ends_by_exit_trap(number) => Disposition::Caught,
            None if is_met && signal::IGNORED_BY_INTERACTIVE_SHELLS.contains(&number) => Disposition::Ignored,
            None => Disposition::Default,
        };
        // SIGKILL and SIGSTOP can be named, and do what they do.
        let was_ignored = signal::set_action(number, disposition).unwrap_or(false);
        if was_ignored && disposition != Disposition::Ignored && !is_ours && !self.is_interactive {
            let _ = signal::set_action(number, Disposition::Ignored);
        }
    }

    /// The signal ends the shell, and its EXIT trap is run first.
    fn ends_by_exit_trap(&self, number: i32) -> bool {
        self.job_control.is_none()
            && ENDING_SIGNALS.contains(&number)
            && self.traps.get(Event::EXIT).is_some_and(|commands| !commands.is_empty())
    }

    /// Has the signals that end a shell reach it if they have to run its EXIT trap.
    pub fn apply_exit_trap(&mut self) {
        for number in ENDING_SIGNALS {
            if self.traps.get(Event::Signal(number)).is_none() {
                self.apply_trap(number, false);
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
        if self.traps.is_empty() {
            return Ok(());
        }
        if self.frames.is_in_function() && !self.options.functrace() && !self.error_trap_is_local {
            return Ok(());
        }
        self.run_trap(Event::Debug)
    }

    /// The same for a part of a command on a line before.
    pub(super) fn run_debug_trap_at(&mut self, line: u32) -> Outcome<()> {
        if self.traps.is_empty() {
            return Ok(());
        }
        self.line = line;
        self.run_debug_trap()
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
        let before = self.exit_trap_status.replace(status);
        let result = self.run_script_text(&commands, self.line, "");
        self.exit_trap_status = before;
        match result {
            Err(Interrupt::Exit(status)) => status,
            _ => status,
        }
    }
}
