//! Signal numbers and names, Linux's.

use crate::{check, imports};
use std::io;

pub const SIGINT: i32 = 2;
pub const SIGKILL: i32 = 9;
pub const SIGPIPE: i32 = 13;
pub const SIGTERM: i32 = 15;
pub const SIGCONT: i32 = 18;

/// Names without `SIG`, indexed by number; 0 is the shell's EXIT pseudo-signal.
pub const NAMES: [&str; 32] = [
    "EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
    "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH",
    "IO", "PWR", "SYS",
];

/// The name of a signal, without `SIG`.
pub fn name(signal: i32) -> Option<&'static str> {
    NAMES.get(usize::try_from(signal).ok()?).copied()
}

/// Finds a signal by number or by name, with or without `SIG`, in any case.
pub fn parse(text: &str) -> Option<i32> {
    if let Ok(number) = text.parse::<i32>() {
        return name(number).map(|_| number);
    }
    let upper = text.to_ascii_uppercase();
    let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
    NAMES.iter().position(|name| *name == bare).map(|index| index as i32)
}

/// What a shell prints for a process that a signal ended ("Terminated").
pub fn description(signal: i32) -> &'static str {
    match signal {
        1 => "Hangup",
        2 => "Interrupt",
        3 => "Quit",
        4 => "Illegal instruction",
        5 => "Trace/breakpoint trap",
        6 => "Aborted",
        7 => "Bus error",
        8 => "Floating point exception",
        9 => "Killed",
        10 => "User defined signal 1",
        11 => "Segmentation fault",
        12 => "User defined signal 2",
        13 => "Broken pipe",
        14 => "Alarm clock",
        15 => "Terminated",
        24 => "CPU time limit exceeded",
        25 => "File size limit exceeded",
        31 => "Bad system call",
        _ => "Unknown signal",
    }
}

/// Ignores a signal or gives it back its default action. Only SIGPIPE is supported; ignored, a
/// write to a pipe without readers fails with EPIPE.
pub fn set_ignored(signal: i32, ignored: bool) -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { imports::set_signal_ignored(signal, i32::from(ignored)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_agree() {
        assert_eq!(parse("SIGTERM"), Some(SIGTERM));
        assert_eq!(parse("kill"), Some(SIGKILL));
        assert_eq!(parse("13"), Some(SIGPIPE));
        assert_eq!(parse("nope"), None);
        assert_eq!(name(18), Some("CONT"));
    }
}
