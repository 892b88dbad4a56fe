//! What the multi-call programs share: one WASM module that is many commands, told apart by `argv[0]`.

#[cfg(feature = "uutils")]
mod arguments;
mod table;
#[cfg(feature = "uutils")]
pub mod uutils;

pub use table::Command;

use std::ffi::OsString;
use std::io::Write;
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
    let code = command(args);
    // A command has reported its own write errors; what remains here is its last buffered output.
    let code = if std::io::stdout().flush().is_err() && code == 0 { 1 } else { code };
    std::process::exit(code)
}

/// The basename of `argv[0]`, without the dash of a login shell.
fn command_name(args: &[OsString]) -> &str {
    let basename = args.first().and_then(|name| Path::new(name).file_name());
    let name = basename.and_then(|name| name.to_str()).unwrap_or("");
    name.strip_prefix('-').unwrap_or(name)
}
