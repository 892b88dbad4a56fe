//! `coproc`: a command in the background with pipes to and from it.

use super::external::CapturePipe;
use crate::descriptors::{OpenDescriptor, Target};
use crate::state::{Outcome, Shell, Value};
use crate::syntax::Command;
use crate::syntax::print::print_command;

impl Shell {
    pub(super) fn run_coproc(&mut self, name: &str, command: &Command) -> Outcome {
        let (to, from) = match (sys::pipe(true), sys::pipe(true)) {
            (Ok(to), Ok(from)) => (to, from),
            (Err(error), _) | (_, Err(error)) => {
                self.complain(format!("coproc: cannot make pipe: {}", sys::errno::message(&error)));
                return Ok(1);
            }
        };
        let [its_input, our_output] = [to.0, to.1].map(OpenDescriptor::new);
        let [our_input, its_output] = [from.0, from.1].map(OpenDescriptor::new);
        let before = self.descriptors.clone();
        self.descriptors.replace(0, Some(Target::Open(its_input)));
        self.descriptors.replace(1, Some(Target::Open(its_output)));
        let pipe = self.capture_pipe();
        let pid = self.starting_in_background(|shell| {
            shell.carry(&print_command(command), pipe.as_ref().map(CapturePipe::write_fd))
        });
        if let Some(pipe) = pipe {
            pipe.drain_later();
        }
        self.descriptors = before;
        let Some(pid) = pid else { return Ok(1) };
        let read_fd = self.free_high_descriptor();
        self.descriptors.replace_private(read_fd, our_input);
        let write_fd = self.free_high_descriptor();
        self.descriptors.replace_private(write_fd, our_output);
        self.last_background = Some(pid);
        let mut text = print_command(command);
        text.pop();
        self.jobs.add(pid, [b"coproc ", name.as_bytes(), b" ", &text].concat());
        let numbers = [read_fd, write_fd].map(|fd| fd.to_string().into_bytes());
        if let Ok(variable) = self.variables.entry(name) {
            variable.value = Value::Indexed((0..).zip(numbers).collect());
        }
        self.assign(&format!("{name}_PID"), pid.to_string().into_bytes())?;
        Ok(0)
    }
}
