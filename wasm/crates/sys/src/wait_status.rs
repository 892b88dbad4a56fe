//! Wait statuses, in Linux's encoding.

/// What `waitpid` reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitStatus(pub i32);

impl WaitStatus {
    /// The exit code of a process that exited.
    pub fn exit_code(self) -> Option<i32> {
        (self.0 & 0x7f == 0).then_some(self.0 >> 8 & 0xff)
    }

    /// The signal that ended the process.
    pub fn signal(self) -> Option<i32> {
        let signal = self.0 & 0x7f;
        (signal != 0 && signal != 0x7f).then_some(signal)
    }

    /// The signal that stopped the process.
    pub fn stop_signal(self) -> Option<i32> {
        (self.0 & 0xff == 0x7f).then_some(self.0 >> 8 & 0xff)
    }

    /// The process was continued by SIGCONT.
    pub fn is_continued(self) -> bool {
        self.0 == 0xffff
    }

    /// The shell's `$?`: the exit code, or 128 plus the signal.
    pub fn shell_status(self) -> i32 {
        if let Some(code) = self.exit_code() {
            return code;
        }
        128 + self.signal().or(self.stop_signal()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_signals_and_stops_are_told_apart() {
        assert_eq!(WaitStatus(3 << 8).exit_code(), Some(3));
        assert_eq!(WaitStatus(3 << 8).signal(), None);
        assert_eq!(WaitStatus(9).signal(), Some(9));
        assert_eq!(WaitStatus(9).shell_status(), 137);
        assert_eq!(WaitStatus(19 << 8 | 0x7f).stop_signal(), Some(19));
        assert_eq!(WaitStatus(19 << 8 | 0x7f).signal(), None);
    }
}
