//! Function calls.

use crate::state::frames::FrameKind;
use crate::state::{Interrupt, Outcome, Shell};
use std::rc::Rc;

/// Calls within calls; each takes stack.
const MAXIMUM_CALLS: usize = 500;

impl Shell {
    pub fn call_function(&mut self, name: &[u8], arguments: Vec<Vec<u8>>) -> Outcome {
        self.variables.push_function_scope();
        let result = self.call_in_scope(name, arguments);
        self.variables.pop_scope();
        result
    }

    /// The same in the innermost scope, which is the function's already.
    pub(super) fn call_in_scope(&mut self, name: &[u8], mut arguments: Vec<Vec<u8>>) -> Outcome {
        let name = String::from_utf8_lossy(name).into_owned();
        let body = match self.functions.body(&name) {
            Some(Ok(body)) => body,
            Some(Err(error)) => {
                self.complain(format!("{name}: {}", error.message));
                return Ok(1);
            }
            None => return Ok(127),
        };
        let limit = self.variables.scalar("FUNCNEST").and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(MAXIMUM_CALLS).min(MAXIMUM_CALLS);
        if self.frames.functions() >= limit {
            self.complain(format!("{name}: maximum function nesting level exceeded ({limit})"));
            return Err(Interrupt::Discard(1));
        }
        arguments.remove(0);
        let positional = std::mem::replace(&mut self.positional, Rc::new(arguments));
        let loop_depth = std::mem::take(&mut self.loop_depth);
        let (file, line) = (self.functions.file(&name), self.line);
        self.frames.push(FrameKind::Function, name.as_str().into(), file, line);
        let options = self.saved_options.take();
        let trap_is_local = std::mem::replace(&mut self.error_trap_is_local, false);
        let mut result = self.run_command(&body);
        if let Some(options) = std::mem::replace(&mut self.saved_options, options) {
            self.options = options;
        }
        if let Ok(status) | Err(Interrupt::Return(status)) = result {
            self.status = status;
            if let Err(interrupt) = self.run_return_trap(true) {
                result = Err(interrupt);
            }
        }
        self.error_trap_is_local = trap_is_local;
        self.frames.pop();
        self.line = line;
        self.loop_depth = loop_depth;
        self.positional = positional;
        match result {
            Err(Interrupt::Return(status)) => Ok(status),
            result => result,
        }
    }
}
