//! Function calls.

use crate::state::{Interrupt, Outcome, Shell};
use std::rc::Rc;

/// Calls within calls; each takes stack.
const MAXIMUM_CALLS: usize = 500;

impl Shell {
    pub(super) fn call_function(&mut self, name: &[u8], mut arguments: Vec<Vec<u8>>) -> Outcome {
        let name = String::from_utf8_lossy(name).into_owned();
        let body = match self.functions.body(&name) {
            Some(Ok(body)) => body,
            Some(Err(error)) => {
                self.complain(format!("{name}: {}", error.message));
                return Ok(1);
            }
            None => return Ok(127),
        };
        if self.calls.len() >= MAXIMUM_CALLS {
            self.complain(format!("{name}: maximum function nesting level exceeded ({MAXIMUM_CALLS})"));
            return Err(Interrupt::Discard(1));
        }
        arguments.remove(0);
        let positional = std::mem::replace(&mut self.positional, Rc::new(arguments));
        let loop_depth = std::mem::take(&mut self.loop_depth);
        self.calls.push(name.into());
        self.variables.push_scope();
        let result = self.run_command(&body);
        self.variables.pop_scope();
        self.calls.pop();
        self.loop_depth = loop_depth;
        self.positional = positional;
        match result {
            Err(Interrupt::Return(status)) => Ok(status),
            result => result,
        }
    }
}
