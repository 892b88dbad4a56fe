//! The files a shell reads before its commands: profiles of a login shell, `~/.bashrc` of an interactive one,
//! `$BASH_ENV` of a script; in POSIX mode only profiles and, interactively, `$ENV`.

use crate::invocation::Startup;
use crate::state::{Interrupt, Outcome, Shell};

impl Shell {
    pub fn run_startup_files(&mut self, startup: &Startup) -> Outcome<()> {
        if startup.is_login {
            self.shell_options.set("login_shell", true);
            if !startup.skips_profile {
                self.read_startup_file(b"/etc/profile")?;
                let names: &[&str] =
                    if self.options.posix() { &[".profile"] } else { &[".bash_profile", ".bash_login", ".profile"] };
                for name in names {
                    let Some(path) = self.in_home(name) else { break };
                    if sys::stat(&path).is_ok_and(|stat| stat.is_regular()) {
                        self.read_startup_file(&path)?;
                        break;
                    }
                }
            }
        }
        if self.is_interactive {
            if self.options.posix() && !self.options.privileged() {
                return self.read_named_file("ENV");
            }
            if startup.is_login || startup.skips_rc {
                return Ok(());
            }
            return match startup.rc_file.clone().or_else(|| self.in_home(".bashrc")) {
                Some(path) => self.read_startup_file(&path),
                None => Ok(()),
            };
        }
        if self.options.posix() || self.options.privileged() { Ok(()) } else { self.read_named_file("BASH_ENV") }
    }

    fn in_home(&self, name: &str) -> Option<Vec<u8>> {
        let home = self.variables.scalar("HOME").filter(|home| !home.is_empty())?;
        Some([home, b"/", name.as_bytes()].concat())
    }

    /// Reads the file that a variable's expanded value names.
    fn read_named_file(&mut self, variable: &str) -> Outcome<()> {
        let Some(value) = self.variables.scalar(variable).filter(|value| !value.is_empty()).map(<[u8]>::to_vec) else {
            return Ok(());
        };
        let Ok(word) = crate::parse::parse_quoted(&value, 1) else { return Ok(()) };
        let path = self.expand_to_string(&word)?;
        self.read_startup_file(&path)
    }

    /// Runs a file's commands if it can be read; what is missing is not told.
    fn read_startup_file(&mut self, path: &[u8]) -> Outcome<()> {
        let Ok(text) = self.read_file(path) else { return Ok(()) };
        let name = std::mem::replace(&mut self.name, path.into());
        let result = self.run_script_text(&text, 1, "");
        self.name = name;
        self.line = 1;
        match result {
            Ok(_) | Err(Interrupt::Return(_) | Interrupt::Discard(_) | Interrupt::TopLevel(_)) => Ok(()),
            Err(interrupt) => Err(interrupt),
        }
    }

    /// What POSIX mode brings with it when it is entered at start.
    pub fn enter_posix_mode(&mut self) {
        // A read-only one is set already.
        let _ = self.variables.set_scalar("POSIXLY_CORRECT", b"y".to_vec());
    }
}
