//! The shell, `sh` and `bash`: an interpreter of bash's language for a kernel without fork.
//!
//! `parse` makes `syntax` from text, `execute` walks it, `expand` turns words into arguments, `builtins`
//! are the commands the shell runs itself, `state` is everything it remembers. The two ideas that differ
//! from other shells: redirections live in a table, not in the process (`descriptors`), and what other
//! shells fork for runs either in place on a copy of the state or in a new `sh` that gets the state
//! through a pipe (`execute::carry`).

mod builtins;
mod completion;
mod descriptors;
mod execute;
mod expand;
mod input;
mod interactive;
mod invocation;
mod job_control;
mod jobs;
mod parse;
mod process_facts;
mod read_ahead;
mod redirect;
mod script;
mod spawn_actions;
mod start;
mod startup_files;
mod state;
mod syntax;

use invocation::{Invocation, Program};
use state::{Interrupt, Shell};
use std::ffi::OsString;

/// Runs the shell; `arguments` include its name. Returns the exit code.
pub fn main(arguments: Vec<OsString>) -> i32 {
    let arguments: Vec<Vec<u8>> = arguments.into_iter().map(OsString::into_encoded_bytes).collect();
    let mut arguments = arguments;
    // The first argument tells the program apart from others in the module; what the shell was called as is asked for.
    if let (Ok(name), Some(first)) = (process_facts::argument_zero(), arguments.first_mut()) {
        *first = name;
    }
    let name = arguments.first().cloned().unwrap_or_else(|| b"sh".to_vec());
    let mut shell = Shell::new(&name);
    let invocation = match Invocation::parse(&arguments) {
        Ok(invocation) => invocation,
        Err(message) => {
            shell.complain(message);
            return 2;
        }
    };
    let result = match invocation.program {
        Program::Carried(state_fd) => shell.run_carried(state_fd),
        program => {
            let inherited = shell.start(std::env::vars_os());
            shell.options = invocation.options;
            shell.no_editing = invocation.no_editing;
            shell.is_interactive = invocation.is_interactive
                || program == Program::StandardInput && shell.is_terminal(b"0") && shell.is_terminal(b"2");
            shell.shell_options.set("expand_aliases", shell.is_interactive);
            shell.inherit_options(&inherited);
            for (name, on) in invocation.shell_options {
                shell.shell_options.set(&name, on);
            }
            shell.positional = std::rc::Rc::new(invocation.positional);
            if let Some(name) = invocation.name {
                shell.name = name.into();
            }
            if shell.options.posix() {
                shell.enter_posix_mode();
            }
            if shell.is_interactive {
                shell.begin_interaction();
                shell.begin_job_control();
            }
            shell.begin_script_job_control();
            shell.run_startup_files(&invocation.startup).and_then(|()| shell.run_program(program))
        }
    };
    let status = match result {
        Ok(status) => status,
        Err(Interrupt::Exit(status) | Interrupt::Return(status) | Interrupt::Discard(status) | Interrupt::TopLevel(status)) => status,
        Err(Interrupt::Break(_) | Interrupt::Continue(_)) => shell.status,
    };
    let status = shell.run_exit_trap(status);
    shell.wait_for_substituted_readers();
    shell.save_history();
    shell.end_job_control();
    if let Some(number) = shell.ending_signal {
        // The parent is to see what ended the shell.
        let _ = sys::signal::set_action(number, sys::signal::Disposition::Default);
        let _ = sys::kill(sys::getpid(), number);
    }
    status
}
