//! Background commands.

use super::external::CapturePipe;
use super::simple::Meaning;
use crate::descriptors::{OpenDescriptor, Target};
use crate::state::{Outcome, Shell};
use crate::syntax::print::print_and_or;
use crate::syntax::{AndOr, CommandKind, SimpleCommand, Timing};
use std::os::fd::{IntoRawFd, RawFd};
use sys::signal::{self, Disposition};

const SIGQUIT: i32 = 3;

impl Shell {
    pub(super) fn run_in_background(&mut self, chain: &AndOr) -> Outcome {
        let pipe = self.capture_pipe();
        let capture_fd = pipe.as_ref().map(CapturePipe::write_fd);
        let pid = self.starting_in_background(|shell| {
            shell.in_background_context(|shell| match simple_of(chain) {
                Some(simple) => shell.spawn_simple_or_carry(simple, chain, capture_fd),
                None => Ok(shell.carry(&print_and_or(chain), capture_fd)),
            })
        })?;
        if let Some(pipe) = pipe {
            pipe.drain_later();
        }
        if let Some(pid) = pid {
            self.last_background = Some(pid);
            let mut command = print_and_or(chain);
            command.pop();
            let number = self.jobs.add(pid, command);
            if self.is_interactive {
                // Nothing can be told about a closed stderr.
                let _ = self.write(2, format!("[{number}] {pid}\n").as_bytes());
            }
            self.status = 0;
        }
        Ok(self.status)
    }

    /// Runs `spawn`, without job control with standard input from /dev/null.
    fn in_background_context(
        &mut self,
        spawn: impl FnOnce(&mut Shell) -> Outcome<Option<i32>>,
    ) -> Outcome<Option<i32>> {
        let keeps_input = self.has_job_control() || self.descriptors.entry(0).is_some();
        if !keeps_input && let Ok(null) = std::fs::File::open("/dev/null") {
            self.descriptors.replace(0, Some(Target::Open(OpenDescriptor::new(null.into_raw_fd()))));
        }
        let ignores_keyboard = !self.has_job_control();
        if ignores_keyboard {
            for number in [signal::SIGINT, SIGQUIT] {
                // Where it cannot be ignored, the signal does what it does.
                let _ = signal::set_action(number, Disposition::Ignored);
            }
        }
        let result = spawn(self);
        if ignores_keyboard {
            self.apply_trap(signal::SIGINT, true);
            self.apply_trap(SIGQUIT, true);
        }
        if !keeps_input {
            self.descriptors.replace(0, None);
        }
        result
    }

    /// Starts an external command directly; anything else gets a shell of its own.
    fn spawn_simple_or_carry(
        &mut self,
        simple: &SimpleCommand,
        chain: &AndOr,
        capture_fd: Option<RawFd>,
    ) -> Outcome<Option<i32>> {
        let mut pid = None;
        let mut needs_shell = false;
        let line = self.line;
        // The expansions are the background command's, so their effects must not reach this shell.
        let status = self.in_subshell(|shell| {
            shell.line = line;
            let arguments = super::arguments::texts(shell.expand_arguments(&simple.words)?);
            match arguments.first() {
                Some(name) if matches!(shell.meaning(name), Meaning::External) => {
                    let redirected = shell.redirect(&simple.redirections)?;
                    if !redirected.is_done() {
                        return Ok(1);
                    }
                    match shell.spawn_external(&arguments, capture_fd) {
                        Ok(started) => pid = Some(started),
                        Err(status) => return Ok(status),
                    }
                }
                _ => needs_shell = true,
            }
            Ok(0)
        })?;
        if needs_shell {
            return Ok(self.carry(&print_and_or(chain), capture_fd));
        }
        self.status = status;
        Ok(pid)
    }
}

/// The chain's only simple command, if it is one without assignments.
fn simple_of(chain: &AndOr) -> Option<&SimpleCommand> {
    if !chain.rest.is_empty() || chain.first.is_negated || chain.first.timing != Timing::None {
        return None;
    }
    match chain.first.stages.as_slice() {
        [only] => match &only.kind {
            CommandKind::Simple(simple) if simple.assignments.is_empty() => Some(simple),
            _ => None,
        },
        _ => None,
    }
}
