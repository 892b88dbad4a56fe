//! Files as Tab completes them: with `~` for the home directory, hidden ones too.

use crate::expand::pathname::os_str;
use crate::state::Shell;

/// Names of files that a path could become; `~` counts and stays.
pub fn files(shell: &Shell, word: &[u8]) -> Vec<Vec<u8>> {
    let split = word.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let (directory, base) = word.split_at(split);
    let real = match directory {
        b"" => b".".to_vec(),
        _ => without_tilde(shell, directory),
    };
    let Ok(entries) = std::fs::read_dir(os_str(&real)) else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.file_name().into_encoded_bytes());
    let settings = &shell.interactive.settings;
    let fits = |name: &Vec<u8>| match settings.completion_ignore_case {
        true => name.get(..base.len()).is_some_and(|start| start.eq_ignore_ascii_case(base)),
        false => name.starts_with(base),
    };
    let is_shown = |name: &Vec<u8>| settings.match_hidden_files || !name.starts_with(b".") || base.starts_with(b".");
    names.filter(|name| fits(name) && is_shown(name)).map(|name| [directory, &name].concat()).collect()
}

/// A path with the home directory in place of `~/`.
pub fn without_tilde(shell: &Shell, path: &[u8]) -> Vec<u8> {
    match path.strip_prefix(b"~").filter(|rest| rest.is_empty() || rest[0] == b'/') {
        Some(rest) => [shell.variables.scalar("HOME").unwrap_or(b""), rest].concat(),
        None => path.to_vec(),
    }
}

pub fn is_directory(shell: &Shell, path: &[u8]) -> bool {
    sys::stat(&without_tilde(shell, path)).is_ok_and(|stat| stat.is_directory())
}
