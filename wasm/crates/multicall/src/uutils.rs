//! Runs a command of the uutils coreutils.

use crate::arguments;
use clap::Command;
use std::ffi::OsString;

/// Loads the messages of `name`, then runs its `uumain`.
pub fn run(name: &str, app: fn() -> Command, uumain: fn(std::vec::IntoIter<OsString>) -> i32, args: Vec<OsString>) -> i32 {
    // Only fails when the messages are not embedded; the command then words errors by message names.
    let _ = uucore::locale::setup_localization(name);
    if let Err(error) = arguments::check(&app(), &args) {
        eprintln!("{name}: {error}\nTry '{name} --help' for more information.");
        return 1;
    }
    uumain(args.into_iter())
}
