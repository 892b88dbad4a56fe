//! How members are shown: names, or lines as `ls -l` has them.

use super::header::{Kind, Member};
use super::names::escaped;
use super::options::Tar;
use std::io::Write;

/// Shows members as they pass, through one buffer.
pub struct Listing {
    output: Option<console::stream::Output>,
    /// How wide owner and size have been so far.
    width: usize,
}

const FIRST_WIDTH: usize = 18;

impl Listing {
    /// On standard error where standard output is for content.
    pub fn new(on_stderr: bool) -> Listing {
        Listing { output: (!on_stderr).then(console::stream::output), width: FIRST_WIDTH }
    }

    fn print(&mut self, line: &str) {
        match &mut self.output {
            // What could not be written is told by `finish`.
            Some(output) => drop(writeln!(output, "{line}")),
            None => eprintln!("{line}"),
        }
    }

    pub fn name(&mut self, name: &[u8]) {
        self.print(&escaped(name));
    }

    pub fn member(&mut self, member: &Member, name: &[u8], tar: &Tar) {
        let user = if member.user.is_empty() || tar.numeric_owner { member.uid.to_string() } else { member.user.clone() };
        let group = if member.group.is_empty() || tar.numeric_owner { member.gid.to_string() } else { member.group.clone() };
        let size = match member.kind {
            Kind::CharacterDevice | Kind::BlockDevice => format!("{},{}", member.device.0, member.device.1),
            _ => member.size.to_string(),
        };
        self.width = self.width.max(user.len() + group.len() + size.len() + 1);
        let blanks = self.width - (user.len() + group.len() + 1);
        let seconds = member.modified_ns.div_euclid(1_000_000_000);
        let mut time = crate::calendar::iso_minutes(seconds);
        if tar.full_time {
            time.push_str(&format!(":{:02}", seconds.rem_euclid(60)));
            let fraction = member.modified_ns.rem_euclid(1_000_000_000);
            if fraction != 0 {
                time.push_str(format!(".{fraction:09}").trim_end_matches('0'));
            }
        }
        let target = match member.kind {
            Kind::SymbolicLink => format!(" -> {}", escaped(&member.target)),
            Kind::HardLink => format!(" link to {}", escaped(&member.target)),
            Kind::Other(flag) if flag != b'V' => format!(" unknown file type '{}'", flag as char),
            Kind::Other(_) => "--Volume Header--".to_owned(),
            _ => String::new(),
        };
        let modes = letters(member);
        self.print(&format!("{modes} {user}/{group} {size:>blanks$} {time} {}{target}", escaped(name)));
    }

    /// Writes what is left; true when all was written.
    pub fn finish(&mut self) -> bool {
        let Some(output) = &mut self.output else { return true };
        let Err(error) = output.flush() else { return true };
        eprintln!("tar: -: Cannot write: {}", console::message(&error));
        false
    }
}

/// `drwxr-xr-x`
fn letters(member: &Member) -> String {
    let kind = match member.kind {
        Kind::File => '-',
        Kind::HardLink => 'h',
        Kind::SymbolicLink => 'l',
        Kind::CharacterDevice => 'c',
        Kind::BlockDevice => 'b',
        Kind::Directory => 'd',
        Kind::Fifo => 'p',
        Kind::Other(b'V') => 'V',
        Kind::Other(_) => '?',
    };
    file_mode::letters_after(kind, member.permissions)
}
