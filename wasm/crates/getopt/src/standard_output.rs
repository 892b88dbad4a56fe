//! Lines on standard output. std takes a closed descriptor for one that takes everything and ends the program with a panic
//! where another error comes; GNU's programs say `write error` and fail.

use std::fmt::Arguments;
use std::fs::File;
use std::io::{Error, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;

/// Writes a line, formatted as `println!` does.
#[macro_export]
macro_rules! say {
    ($($part:tt)*) => {
        $crate::standard_output::write_line(format_args!($($part)*))
    };
}

/// Writes the line in one call. A failure ends the program.
pub fn write_line(line: Arguments) {
    // SAFETY: descriptor 1 is this process's standard output, and `ManuallyDrop` keeps it open.
    let mut file = ManuallyDrop::new(unsafe { File::from_raw_fd(1) });
    if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
        fail(&error)
    }
}

/// Says that standard output failed, in the name of this program, and ends it.
pub fn fail(error: &Error) -> ! {
    let path = std::env::args().next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    eprintln!("{name}: write error: {}", sys::errno::message(error));
    std::process::exit(failure_code(name))
}

/// The exit code of a program whose output can't be written.
pub fn failure_code(name: &str) -> i32 {
    match name {
        "cmp" | "diff" | "diff3" | "dir" | "egrep" | "fgrep" | "grep" | "ls" | "patch" | "printenv" | "sort" | "test" | "[" | "vdir" => 2,
        "expr" | "tty" => 3,
        "env" | "nice" | "nohup" | "stdbuf" | "timeout" => 125,
        _ => 1,
    }
}
