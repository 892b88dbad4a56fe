//! The terminal that keys come from and that is drawn on, whatever standard input and output are.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use sys::signal::{self, Disposition};
use terminal::{Keys, RawModes, Size, size_of};

pub struct Tty {
    modes: Option<RawModes>,
    pub keys: Keys,
    pub size: Size,
    file: File,
    uses_screen: bool,
    output: Vec<u8>,
}

impl Tty {
    /// Takes the terminal; with `uses_screen` the screen as it was comes back at the end.
    pub fn open(uses_screen: bool) -> io::Result<Tty> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let fd = file.as_raw_fd();
        let modes = RawModes::enter(fd, true)?;
        for number in [terminal::calls::SIGWINCH, signal::SIGINT, signal::SIGTSTP] {
            // Without the kernel's help the signal does what it does by default.
            let _ = signal::set_action(number, Disposition::Caught);
        }
        let mut tty = Tty { modes: Some(modes), keys: Keys::new(fd), size: size_of(fd), file, uses_screen, output: Vec::new() };
        if uses_screen {
            tty.put("\x1b[?1049h");
        }
        Ok(tty)
    }

    pub fn put(&mut self, text: &str) {
        self.output.extend(text.bytes());
    }

    /// Goes to a row and a column, from 0.
    pub fn go(&mut self, row: usize, column: usize) {
        self.put(&format!("\x1b[{};{}H", row + 1, column + 1));
    }

    pub fn flush(&mut self) -> io::Result<()> {
        let output = std::mem::take(&mut self.output);
        self.file.write_all(&output)
    }

    /// Takes the signals that have come, and stops for ^Z: whether ^C was among them.
    pub fn take_signals(&mut self) -> bool {
        let (mut is_interrupted, mut stops) = (false, false);
        while let Some(number) = signal::take() {
            is_interrupted |= number == signal::SIGINT;
            stops |= number == signal::SIGTSTP;
        }
        if stops {
            let stop = || {
                // Where the kernel does not help the program goes on.
                let _ = signal::set_action(signal::SIGTSTP, Disposition::Default);
                let _ = sys::kill(sys::getpid(), signal::SIGTSTP);
                let _ = signal::set_action(signal::SIGTSTP, Disposition::Caught);
            };
            // A terminal that has hung up is told by reading.
            let _ = self.away(stop);
        }
        self.size = size_of(self.file.as_raw_fd());
        is_interrupted
    }

    /// Gives the terminal back for as long as `run` runs.
    pub fn away<T>(&mut self, run: impl FnOnce() -> T) -> io::Result<T> {
        if self.uses_screen {
            self.put("\x1b[?1049l");
        }
        self.flush()?;
        self.modes = None;
        let result = run();
        self.modes = Some(RawModes::enter(self.file.as_raw_fd(), true)?);
        if self.uses_screen {
            self.put("\x1b[?1049h");
        }
        Ok(result)
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        if self.uses_screen {
            self.put("\x1b[?1049l");
        }
        // A terminal that has hung up needs nothing.
        let _ = self.flush();
    }
}
