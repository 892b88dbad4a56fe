//! Pathname expansion: which files a pattern names.

use super::pattern::{Pattern, PatternByte};
use std::ffi::OsStr;

/// Names that match, sorted; none if nothing does.
pub fn expand(pattern: &[PatternByte]) -> Vec<Vec<u8>> {
    let mut components: Vec<&[PatternByte]> = pattern.split(|next| next.byte == b'/').collect();
    let mut prefixes = vec![Vec::new()];
    if components[0].is_empty() {
        prefixes = vec![b"/".to_vec()];
        components.remove(0);
    }
    let last = components.len() - 1;
    for (index, component) in components.iter().enumerate() {
        prefixes = match component.is_empty() {
            true => prefixes,
            false => expand_component(&prefixes, component, index == last),
        };
        if index < last {
            for prefix in &mut prefixes {
                prefix.push(b'/');
            }
        }
    }
    prefixes.sort();
    prefixes
}

/// Extends every prefix by the names of its directory that match.
fn expand_component(prefixes: &[Vec<u8>], component: &[PatternByte], is_last: bool) -> Vec<Vec<u8>> {
    let pattern = Pattern::new(component);
    let mut found = Vec::new();
    for prefix in prefixes {
        if pattern.is_literal() {
            let mut path = prefix.clone();
            path.extend(component.iter().map(|next| next.byte));
            let exists = match is_last {
                true => sys::lstat(&path).is_ok(),
                false => sys::stat(&path).is_ok_and(|stat| stat.is_directory()),
            };
            if exists {
                found.push(path);
            }
            continue;
        }
        let shows_hidden = component[0].byte == b'.';
        for (name, may_be_directory) in names_in(prefix) {
            if (name[0] == b'.' && !shows_hidden) || !pattern.matches(&name) || (!is_last && !may_be_directory) {
                continue;
            }
            found.push([prefix.as_slice(), &name].concat());
        }
    }
    found
}

/// Names in a directory, with whether each may be a directory itself. The empty path is the current one.
fn names_in(prefix: &[u8]) -> Vec<(Vec<u8>, bool)> {
    let path: &[u8] = if prefix.is_empty() { b"." } else { prefix };
    let Ok(entries) = std::fs::read_dir(os_str(path)) else { return Vec::new() };
    entries
        .flatten()
        .map(|entry| {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            (entry.file_name().into_encoded_bytes(), !is_file)
        })
        .collect()
}

/// A path of bytes as the standard library wants it.
pub fn os_str(path: &[u8]) -> &OsStr {
    #[cfg(unix)]
    use std::os::unix::ffi::OsStrExt;
    #[cfg(target_os = "wasi")]
    use std::os::wasi::ffi::OsStrExt;
    OsStr::from_bytes(path)
}
