//! Runs a command of the uutils coreutils.

use crate::arguments;
use clap::Command;
use std::ffi::OsString;
use std::fs::File;
use std::os::fd::AsRawFd;

/// Loads the messages of `name`, then runs its `uumain`.
pub fn run(name: &str, app: fn() -> Command, uumain: fn(std::vec::IntoIter<OsString>) -> i32, args: Vec<OsString>) -> i32 {
    // Only fails when the messages are not embedded; the command then words errors by message names.
    let _ = uucore::locale::setup_localization(name);
    match arguments::check(&app(), args) {
        Ok(args) => {
            refuse_closed_output();
            uumain(args.into_iter())
        }
        Err(error) => {
            eprintln!("{name}: {error}\nTry '{name} --help' for more information.");
            1
        }
    }
}

/// Puts /dev/full where standard output is closed: uutils writes with std, which takes a closed descriptor for one that
/// takes everything, and a file opened later would get the descriptor. The reason in the message is then that device's.
fn refuse_closed_output() {
    let file = match sys::fd_stat(1) {
        Err(error) if error.raw_os_error() == Some(sys::errno::BADF) => File::options().write(true).open("/dev/full"),
        _ => return,
    };
    if let Ok(file) = file {
        // Standard input may be closed too, and its descriptor the lowest.
        if file.as_raw_fd() != 1 && sys::dup2(file.as_raw_fd(), 1, false).is_ok() {
            return;
        }
        std::mem::forget(file);
    }
}
