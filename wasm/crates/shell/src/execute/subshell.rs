//! Subshells within this process: a copy of the state, thrown away afterwards.

use crate::state::{Interrupt, Outcome, Shell};

impl Shell {
    /// Runs `run` in a subshell and returns its exit status. What the process itself keeps (working
    /// directory, umask) is put back as well.
    pub fn in_subshell(&mut self, run: impl FnOnce(&mut Shell) -> Outcome) -> Outcome {
        let parent = self.clone();
        self.subshell_depth += 1;
        self.subshell_level += 1;
        self.jobs.clear();
        self.loop_depth = 0;
        self.traps.enter_subshell(self.options.errtrace(), self.options.functrace());
        let result = run(self);
        let result = match result {
            Ok(status) => Ok(status),
            Err(Interrupt::Exit(status) | Interrupt::Return(status) | Interrupt::Discard(status) | Interrupt::TopLevel(status)) => Ok(status),
            Err(Interrupt::Break(_) | Interrupt::Continue(_)) => Ok(0),
        };
        let status = self.run_exit_trap(result?);
        if self.directory != parent.directory
            && let Err(error) = sys::change_directory(&parent.directory)
        {
            self.complain(format!("cannot return to the working directory: {}", sys::errno::message(&error)));
        }
        if let Some(mask) = self.changed_umask.take()
            && parent.changed_umask.is_none()
        {
            // The mask was this process's a moment ago, so setting it cannot fail.
            let _ = sys::umask(mask);
        }
        let (random, pid, ending_signal) = (self.random.get(), self.pid.get(), self.ending_signal);
        // What was found out about commands and the environment knows itself what it holds for.
        let command_paths = std::mem::take(&mut self.command_paths);
        let environment = parent.environment.clone().or(self.environment.take());
        let changed = std::mem::take(&mut self.traps.changed);
        *self = parent;
        self.command_paths = command_paths;
        self.environment = environment;
        self.ending_signal = ending_signal;
        self.random.set(random);
        self.pid.set(pid);
        self.status = status;
        for number in changed {
            self.apply_trap(number, true);
        }
        Ok(status)
    }
}
