//! Runs a command of the uutils coreutils.

use std::ffi::OsString;

/// Loads the messages of `name`, then runs its `uumain`.
pub fn run(name: &str, uumain: fn(std::vec::IntoIter<OsString>) -> i32, args: Vec<OsString>) -> i32 {
    // Only fails when the messages are not embedded; the command then words errors by message names.
    let _ = uucore::locale::setup_localization(name);
    uumain(args.into_iter())
}
