//! What the multi-call programs share: one WASM module that is many commands, told apart by `argv[0]`.

#[cfg(feature = "uutils")]
mod arguments;
mod table;
#[cfg(feature = "uutils")]
pub mod uutils;

pub use table::Command;

use getopt::standard_output;
use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

/// Runs the command that `argv[0]` names and exits with its code.
pub fn run(find: fn(&str) -> Option<Command>) -> ! {
    // wasi-libc starts in `/`. Without this step every relative path would be wrong.
    if let Err(error) = sys::enter_working_directory() {
        eprintln!("cannot enter the working directory: {}", sys::errno::message(&error));
    }
    let args: Vec<OsString> = std::env::args_os().collect();
    let name = command_name(&args).to_owned();
    let Some(command) = find(&name) else {
        eprintln!("{name}: command not found");
        std::process::exit(127);
    };
    report_failed_prints();
    let code = command(args);
    // A command has reported its own write errors; what remains here is its last buffered output.
    match std::io::stdout().flush() {
        Err(error) if code == 0 => standard_output::fail(&error),
        _ => std::process::exit(code),
    }
}

/// `println!` panics where it can't write, on a full disk: no fault of the program, which says so and fails.
fn report_failed_prints() {
    let otherwise = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        let number = text.strip_prefix("failed printing to stdout: ").and_then(|text| {
            let (_, number) = text.rsplit_once("(os error ")?;
            number.strip_suffix(')')?.parse().ok()
        });
        match number {
            Some(number) => standard_output::fail(&Error::from_raw_os_error(number)),
            None => otherwise(panic),
        }
    }));
}

/// The basename of `argv[0]`, without the dash of a login shell.
fn command_name(args: &[OsString]) -> &str {
    let basename = args.first().and_then(|name| Path::new(name).file_name());
    let name = basename.and_then(|name| name.to_str()).unwrap_or("");
    name.strip_prefix('-').unwrap_or(name)
}
