//! The kernel's calls that WASI preview 1 lacks: processes, pipes, descriptors, file modes.
//!
//! One file per topic; each function is one row of `docs/wasm-abi.md`. Only `imports.rs` is
//! unsafe territory shared by all. Errors are `std::io::Error` made from WASI errno numbers.
//! On other targets than WASI every import answers `NOSYS`, so that pure code which depends on
//! this crate can be unit-tested on the host.

pub mod credentials;
pub mod descriptor;
pub mod directory;
pub mod errno;
pub mod file;
mod imports;
mod inspect;
pub mod poll;
pub mod process;
mod read_ahead;
pub mod signal;
pub mod string_block;
pub mod terminal;
pub mod wait_status;
pub mod working_directory;

pub use descriptor::{close, dup, dup_at_least, dup2, is_close_on_exec, pipe, read, read_until, set_close_on_exec};
pub use file::{Lock, Stat, fd_chmod, fd_stat, flock, lstat, path_chmod, stat, umask};
pub use inspect::{Inspected, inspect, lstat_all};
pub use poll::wait_readable;
pub use process::{FdAction, JobPlace, SpawnOptions, WaitOptions, getpgid, getpid, getppid, kill, setpgid, setsid, spawn, waitpid};
pub use read_ahead::read_ahead;
pub use wait_status::WaitStatus;
pub use working_directory::{change_directory, current_directory, enter_working_directory};

/// Turns an errno answer into a result.
fn check(errno: i32) -> std::io::Result<()> {
    if errno == 0 {
        return Ok(());
    }
    Err(std::io::Error::from_raw_os_error(errno))
}
