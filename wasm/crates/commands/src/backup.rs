//! Backups of what cp, mv, ln and install replace: `file~`, `file.~1~`.

use crate::getopt::{Given, Program};
use crate::path;
use crate::words::quoted;
use std::ffi::OsStr;
use std::os::wasi::ffi::OsStrExt;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Control {
    #[default]
    Nothing,
    Simple,
    Numbered,
    /// Numbered where there are numbered ones.
    Existing,
}

#[derive(Clone)]
pub struct Backup {
    control: Control,
    suffix: Vec<u8>,
}

impl Default for Backup {
    fn default() -> Self {
        Backup { control: Control::Nothing, suffix: b"~".to_vec() }
    }
}

impl Backup {
    /// Reads `-b`, `--backup[=CONTROL]` and `-S SUFFIX`, and the variables they default to.
    pub fn from_options(program: Program, options: &[Given]) -> Result<Backup, i32> {
        let mut backup = Backup::default();
        let from_variable = std::env::var("VERSION_CONTROL").unwrap_or_default();
        if let Ok(suffix) = std::env::var("SIMPLE_BACKUP_SUFFIX")
            && !suffix.is_empty()
        {
            backup.suffix = suffix.into_bytes();
        }
        for given in options {
            match given.name {
                "b" | "backup" => {
                    let said = given.value.to_string_lossy();
                    let (word, origin) = if said.is_empty() { (from_variable.as_str(), "$VERSION_CONTROL") } else { (&*said, "backup type") };
                    backup.control = control(program, word, origin)?;
                }
                "S" => {
                    backup.suffix = given.value.as_bytes().to_vec();
                    if backup.control == Control::Nothing {
                        backup.control = control(program, &from_variable, "$VERSION_CONTROL")?;
                    }
                }
                _ => {}
            }
        }
        Ok(backup)
    }

    pub fn is_wanted(&self) -> bool {
        self.control != Control::Nothing
    }

    /// Moves what is there out of the way; returns where to.
    pub fn make(&self, file: &[u8], is_there: bool) -> Result<Option<Vec<u8>>, String> {
        if !self.is_wanted() || !is_there {
            return Ok(None);
        }
        let name = self.name(file);
        std::fs::rename(path::of(file), path::of(&name))
            .map_err(|error| format!("cannot backup {}: {}", quoted(OsStr::from_bytes(file)), sys::errno::message(&error)))?;
        Ok(Some(name))
    }

    fn name(&self, file: &[u8]) -> Vec<u8> {
        let simple = [file, &self.suffix].concat();
        if self.control == Control::Simple {
            return simple;
        }
        let highest = highest_number(file);
        if self.control == Control::Existing && highest == 0 {
            return simple;
        }
        [file, format!(".~{}~", highest + 1).as_bytes()].concat()
    }
}

fn control(program: Program, word: &str, origin: &str) -> Result<Control, i32> {
    const WORDS: [(&str, Control); 8] = [
        ("none", Control::Nothing),
        ("off", Control::Nothing),
        ("simple", Control::Simple),
        ("never", Control::Simple),
        ("existing", Control::Existing),
        ("nil", Control::Existing),
        ("numbered", Control::Numbered),
        ("t", Control::Numbered),
    ];
    if word.is_empty() {
        return Ok(Control::Existing);
    }
    let found = WORDS.iter().find(|(name, _)| name.starts_with(word));
    found.map(|(_, control)| *control).ok_or_else(|| {
        let known = "\n  - 'none', 'off'\n  - 'simple', 'never'\n  - 'existing', 'nil'\n  - 'numbered', 't'";
        program.usage_failure(&format!("invalid argument {} for '{origin}'\nValid arguments are:{known}", quoted(word)))
    })
}

/// The highest `N` of the files `FILE.~N~`.
fn highest_number(file: &[u8]) -> u64 {
    let base = path::last_component(file);
    let directory = &file[..file.len() - base.len()];
    let names = crate::copy::names_in(if directory.is_empty() { b"." } else { directory }).unwrap_or_default();
    let number = |name: &Vec<u8>| {
        let digits = name.strip_prefix(base)?.strip_prefix(b".~")?.strip_suffix(b"~")?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    names.iter().filter_map(number).max().unwrap_or(0)
}
