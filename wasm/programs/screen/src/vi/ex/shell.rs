//! Commands of the shell, and text through them.

use crate::commands;
use crate::tty::Tty;
use crate::vi::editor::Editor;
use std::io;

impl Editor {
    pub(super) fn run_shell(&mut self, tty: &mut Tty, command: &str) -> io::Result<()> {
        let status = tty.away(|| {
            let status = commands::shell(command);
            println!("\nPress ENTER to continue");
            status
        })?;
        self.key(tty)?;
        tty.put("\x1b[2J");
        self.message = if status == 0 { String::new() } else { format!("shell returned {status}") };
        Ok(())
    }

    /// Sends text through a shell command; what it prints, and how many lines went in.
    pub(super) fn through(&mut self, tty: &mut Tty, command: &str, input: &[u8]) -> io::Result<(Vec<u8>, usize)> {
        let (source, target) = (format!("/tmp/vi.{}.in", sys::getpid()), format!("/tmp/vi.{}.out", sys::getpid()));
        std::fs::write(&source, input)?;
        tty.away(|| commands::shell(&format!("{{ {command}\n}} <{source} >{target} 2>&1")))?;
        let output = std::fs::read(&target);
        for path in [&source, &target] {
            // They were made above.
            let _ = std::fs::remove_file(path);
        }
        Ok((output?, input.iter().filter(|byte| **byte == b'\n').count()))
    }
}
