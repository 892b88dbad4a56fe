//! Process substitution: `<(…)` and `>(…)` are pipes with names in /dev/fd.

use crate::descriptors::{OpenDescriptor, Target};
use crate::execute::CapturePipe;
use crate::jobs::wait_for;
use crate::state::{Interrupt, Outcome, Shell};
use crate::syntax::List;
use crate::syntax::print::print_list;
use std::rc::Rc;

/// The first number a substitution gets; further ones go down from it, as bash's do.
const HIGHEST_DESCRIPTOR: i32 = 63;

impl Shell {
    /// A descriptor number that nothing uses, high up.
    pub fn free_high_descriptor(&self) -> i32 {
        (10..=HIGHEST_DESCRIPTOR).rev().find(|fd| self.descriptors.target(*fd).is_err()).unwrap_or(HIGHEST_DESCRIPTOR)
    }

    /// Starts the commands with one end of a pipe and returns the name of the other.
    pub(super) fn substitute_process(&mut self, reads: bool, list: &Rc<List>) -> Outcome<Vec<u8>> {
        let (read_fd, write_fd) = match sys::pipe(true) {
            Ok(ends) => ends,
            Err(error) => {
                self.complain(format!("cannot make pipe for process substitution: {}", sys::errno::message(&error)));
                return Err(Interrupt::Discard(1));
            }
        };
        let (reader, writer) = (OpenDescriptor::new(read_fd), OpenDescriptor::new(write_fd));
        let (own, other, standard) = if reads { (reader, writer, 1) } else { (writer, reader, 0) };
        let before = self.descriptors.clone();
        self.descriptors.replace(standard, Some(Target::Open(other)));
        let pipe = self.capture_pipe();
        let pid = self.starting_in_background(|shell| {
            shell.carry(&print_list(list), pipe.as_ref().map(CapturePipe::write_fd))
        });
        if let Some(pipe) = pipe {
            pipe.drain_later();
        }
        self.descriptors = before;
        if let Some(pid) = pid {
            if !reads {
                self.substituted_readers.borrow_mut().push(pid);
            }
            self.last_background = Some(pid);
            self.jobs.add_hidden(pid);
        }
        let fd = self.free_high_descriptor();
        self.descriptors.replace(fd, Some(Target::Open(own)));
        self.substituted_descriptors.push(fd);
        Ok(format!("/dev/fd/{fd}").into_bytes())
    }

    /// Waits, as the shell ends, for what reads its output: whoever started the shell takes its end for the output's
    /// end. Where the output is a pipe they would wait for those readers too, as they hold its other end.
    pub fn wait_for_substituted_readers(&mut self) {
        let readers = self.substituted_readers.take();
        if readers.is_empty() || self.is_interactive {
            return;
        }
        // They end when nobody can write to them any more.
        self.descriptors = Default::default();
        for fd in [1, 2] {
            // It may be closed already.
            let _ = sys::close(fd);
        }
        for pid in readers {
            wait_for(pid);
        }
    }

    /// Closes the ends of substitutions made since there were `count`, as their command has ended.
    pub fn end_process_substitutions(&mut self, count: usize) {
        while self.substituted_descriptors.len() > count {
            if let Some(fd) = self.substituted_descriptors.pop() {
                self.descriptors.replace(fd, None);
            }
        }
    }
}
