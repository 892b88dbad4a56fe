//! ripgrep: its own main program, copied by build.rs.

#![allow(clippy::all, dead_code, unused)]

include!(concat!(env!("OUT_DIR"), "/core/main.rs"));

/// Whether standard input is something to search when no path is given.
fn stdin_is_readable() -> bool {
    sys::fd_stat(0).is_ok_and(|stat| stat.is_regular() || stat.is_fifo() || stat.is_socket())
}

/// In place of std's, which does not tell its number.
pub struct ExitCode(pub i32);

impl From<i32> for ExitCode {
    fn from(code: i32) -> Self {
        ExitCode(code)
    }
}
