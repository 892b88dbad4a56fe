//! Signal numbers and names, Linux's.

use crate::{check, imports};
use std::io;

pub const SIGHUP: i32 = 1;
pub const SIGINT: i32 = 2;
pub const SIGKILL: i32 = 9;
pub const SIGPIPE: i32 = 13;
pub const SIGTERM: i32 = 15;
pub const SIGCONT: i32 = 18;
pub const SIGTSTP: i32 = 20;
pub const SIGTTIN: i32 = 21;
pub const SIGTTOU: i32 = 22;
pub const SIGWINCH: i32 = 28;

/// What a shell with job control must not be stopped or ended by.
pub const IGNORED_BY_INTERACTIVE_SHELLS: [i32; 4] = [SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU];

/// What a process does with a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    Default = 0,
    Ignored = 1,
    Caught = 2,
}

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
        19 => "Stopped (signal)",
        20 => "Stopped",
        21 => "Stopped (tty input)",
        22 => "Stopped (tty output)",
        24 => "CPU time limit exceeded",
        25 => "File size limit exceeded",
        31 => "Bad system call",
        _ => "Unknown signal",
    }
}

/// The set with these signals: bit `n - 1` is signal `n`.
pub fn set_of(signals: &[i32]) -> u64 {
    signals.iter().fold(0, |set, signal| set | 1 << (signal - 1))
}

/// Sets what this process does with a signal; a caught one interrupts calls that wait. Tells whether
/// the signal was ignored before.
pub fn set_action(signal: i32, disposition: Disposition) -> io::Result<bool> {
    const INTERRUPTS: i32 = 1;
    let flags = if disposition == Disposition::Caught { INTERRUPTS } else { 0 };
    let mut old = 0;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::signal_action(signal, disposition as i32, flags, 0, &mut old) })?;
    Ok(old == Disposition::Ignored as i32)
}

/// Tells without a call whether a caught signal was there at the kernel's last answer.
pub fn has_come() -> bool {
    // SAFETY: no arguments.
    unsafe { imports::has_signals() != 0 }
}

/// Takes a caught signal that has come, if there is one.
pub fn take() -> Option<i32> {
    const SET: i32 = 2;
    let (mut info, mut found) = ([0u8; 40], 0);
    // SAFETY: the buffer has the length of the structure, the out-pointer is a valid i32.
    check(unsafe { imports::take_signal(info.as_mut_ptr(), &mut found) }).ok()?;
    if found == 0 {
        return None;
    }
    let signal = i32::from_le_bytes(info[..4].try_into().ok()?);
    let mask = i64::from_le_bytes(info[32..].try_into().ok()?);
    let mut old = 0;
    // SAFETY: the out-pointer is a valid u64. Only what the kernel gave is set, so that it cannot fail.
    let _ = unsafe { imports::signal_mask(SET, mask, &mut old) };
    Some(signal)
}

/// Has SIGALRM raised after a time; 0 takes it back.
pub fn set_alarm(after_us: i64) -> io::Result<()> {
    let mut old = [0i64; 2];
    // SAFETY: the out-pointer has room for both times.
    check(unsafe { imports::set_timer(0, after_us, 0, old.as_mut_ptr()) })
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
