//! Command substitution.
//!
//! The commands run in this process, in a copy of the shell's state, with their standard output a
//! buffer; external commands among them get a pipe that is read into the buffer (`execute::external`).

use crate::descriptors::{Capture, Target};
use crate::state::{Interrupt, Outcome, Shell};
use crate::syntax::{CommandKind, List, RedirectedFd, RedirectionKind, SimpleCommand};
use std::rc::Rc;

impl Shell {
    /// Runs the commands and returns their output without trailing newlines and NULs.
    pub(super) fn substitute_command(&mut self, list: &Rc<List>) -> Outcome<Vec<u8>> {
        let mut output = match only_reads_a_file(list) {
            Some(simple) => self.read_file_substitution(simple)?,
            None => {
                let capture = Capture::default();
                let status = self.in_subshell(|shell| {
                    if !shell.shell_options.is_on("inherit_errexit") && !shell.options.posix() {
                        shell.options.set("errexit", false);
                    }
                    shell.trace_depth += 1;
                    shell.descriptors.replace(1, Some(Target::Capture(capture.clone())));
                    shell.run_list(list)
                })?;
                self.status = status;
                self.substitution_status = status;
                if let Err(error) = capture.finish() {
                    self.complain(format!("command substitution: {}", sys::errno::message(&error)));
                }
                capture.bytes.take()
            }
        };
        output.retain(|byte| *byte != 0);
        while output.last() == Some(&b'\n') {
            output.pop();
        }
        Ok(output)
    }

    /// The same for text.
    pub fn substitute_text(&mut self, text: &[u8]) -> Outcome<Vec<u8>> {
        match crate::parse::parse_all(text, self.line, 0) {
            Ok(list) => self.substitute_command(&Rc::new(list)),
            Err(error) => {
                self.complain(error.message);
                Err(Interrupt::Discard(1))
            }
        }
    }

    /// `$(< file)` reads the file without any command.
    fn read_file_substitution(&mut self, simple: &SimpleCommand) -> Outcome<Vec<u8>> {
        let mut output = Vec::new();
        let status = self.in_subshell(|shell| {
            if !shell.redirect(&simple.redirections)?.is_done() {
                return Ok(1);
            }
            if let Ok(fd) = shell.descriptors.real(0)
                && let Err(error) = crate::descriptors::read_to_end(fd, &mut output)
            {
                shell.complain(format!("read error: {}", sys::errno::message(&error)));
                return Ok(1);
            }
            Ok(0)
        })?;
        self.status = status;
        self.substitution_status = status;
        Ok(output)
    }
}

fn only_reads_a_file(list: &List) -> Option<&SimpleCommand> {
    let [item] = list.items.as_slice() else { return None };
    let [command] = item.chain.first.stages.as_slice() else { return None };
    let CommandKind::Simple(simple) = &command.kind else { return None };
    let is_it = item.chain.rest.is_empty()
        && !item.in_background
        && simple.assignments.is_empty()
        && simple.words.is_empty()
        && matches!(simple.redirections.as_slice(), [only] if only.fd == RedirectedFd::Default && matches!(only.kind, RedirectionKind::Read(_)));
    is_it.then_some(simple)
}
