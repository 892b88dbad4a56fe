//! Tilde expansion.

use crate::state::Shell;

impl Shell {
    /// `~`, `~+`, `~-`, `~name`; an unknown name stays as it is.
    pub(super) fn expand_tilde(&self, name: &[u8]) -> Vec<u8> {
        let known = match name {
            b"" => Some(self.variables.scalar("HOME").unwrap_or(b"/").to_vec()),
            b"+" => self.variables.scalar("PWD").map(<[u8]>::to_vec),
            b"-" => self.variables.scalar("OLDPWD").map(<[u8]>::to_vec),
            _ => home_of(name),
        };
        known.unwrap_or_else(|| [b"~", name].concat())
    }
}

/// Looks a user up in /etc/passwd.
fn home_of(user: &[u8]) -> Option<Vec<u8>> {
    let passwd = std::fs::read("/etc/passwd").ok()?;
    passwd.split(|byte| *byte == b'\n').find_map(|line| {
        let mut fields = line.split(|byte| *byte == b':');
        (fields.next() == Some(user)).then(|| fields.nth(4).map(<[u8]>::to_vec))?
    })
}
