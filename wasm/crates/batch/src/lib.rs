//! Calls of the kernel that stand for many: the status of a list of paths (`inspect`), and input that is shown before it
//! is taken (`read_ahead`). On other targets than WASI every import answers `NOSYS`, as in `sys`.

mod inspect;
mod read_ahead;

pub use inspect::{Inspected, inspect, lstat_all};
pub use read_ahead::read_ahead;

/// Turns an errno answer into a result.
fn check(errno: i32) -> std::io::Result<()> {
    if errno == 0 { Ok(()) } else { Err(std::io::Error::from_raw_os_error(errno)) }
}
