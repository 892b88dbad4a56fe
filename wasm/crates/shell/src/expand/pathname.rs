//! Pathname expansion: which files a pattern names.

use super::pattern::{Pattern, PatternByte, Rules};
use crate::state::ShellOptions;
use std::ffi::OsStr;
use sys::directory::FileType;

/// Directories within directories that `**` walks.
const MAXIMUM_DEPTH: usize = 200;

/// How names are matched.
struct Matching {
    rules: Rules,
    with_hidden: bool,
    globstar: bool,
    /// `.` and `..` are never names a pattern stands for.
    skips_dots: bool,
}

/// Names that match, sorted; none if nothing does.
pub fn expand(pattern: &[PatternByte], options: &ShellOptions) -> Vec<Vec<u8>> {
    let matching = Matching {
        rules: Rules { extglob: options.is_on("extglob"), ignores_case: options.is_on("nocaseglob") },
        with_hidden: options.is_on("dotglob"),
        globstar: options.is_on("globstar"),
        skips_dots: options.is_on("globskipdots"),
    };
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
            false if matching.globstar && is_double_star(component) => {
                walk_directories(prefixes, index == last, &matching)
            }
            false => expand_component(&prefixes, component, index == last, &matching),
        };
        if index < last && !(matching.globstar && is_double_star(component)) {
            for prefix in &mut prefixes {
                prefix.push(b'/');
            }
        }
    }
    prefixes.retain(|path| !path.is_empty());
    prefixes.sort();
    // Two `**` find the same names in more than one way.
    prefixes.dedup();
    prefixes
}

fn is_double_star(component: &[PatternByte]) -> bool {
    component.len() == 2 && component.iter().all(|next| next.byte == b'*' && !next.is_quoted)
}

/// `**`: every directory below the prefixes and themselves, with a slash; as the last component, every
/// name below.
fn walk_directories(prefixes: Vec<Vec<u8>>, is_last: bool, matching: &Matching) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut pending: Vec<(Vec<u8>, usize)> = prefixes.into_iter().map(|prefix| (prefix, 0)).collect();
    while let Some((prefix, depth)) = pending.pop() {
        if !is_last || (depth == 0 && !prefix.is_empty()) {
            found.push(prefix.clone());
        }
        for (name, may_be_directory) in names_in(&prefix) {
            if name[0] == b'.' && !matching.with_hidden {
                continue;
            }
            let path = [prefix.as_slice(), &name].concat();
            if is_last {
                found.push(path.clone());
            }
            let descends = may_be_directory
                && depth < MAXIMUM_DEPTH
                && sys::lstat(&path).is_ok_and(|stat| stat.is_directory());
            if descends {
                pending.push(([path.as_slice(), b"/"].concat(), depth + 1));
            }
        }
    }
    found
}

/// Extends every prefix by the names of its directory that match.
fn expand_component(
    prefixes: &[Vec<u8>],
    component: &[PatternByte],
    is_last: bool,
    matching: &Matching,
) -> Vec<Vec<u8>> {
    let pattern = Pattern::new(component, matching.rules);
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
        let dots: &[&[u8]] = if shows_hidden && !matching.skips_dots { &[b".", b".."] } else { &[] };
        let dots = dots.iter().map(|name| (name.to_vec(), true));
        for (name, may_be_directory) in dots.chain(names_in(prefix)) {
            if (name[0] == b'.' && !shows_hidden && !matching.with_hidden) || !pattern.matches(&name) || (!is_last && !may_be_directory) {
                continue;
            }
            found.push([prefix.as_slice(), &name].concat());
        }
    }
    found
}

/// Names in a directory, with whether each may be a directory itself. The empty path is the current one.
fn names_in(prefix: &[u8]) -> Vec<(Vec<u8>, bool)> {
    let Ok(names) = sys::directory::names(prefix) else { return Vec::new() };
    names.into_iter().map(|name| (name.bytes, name.file_type != FileType::Regular)).collect()
}

/// A path of bytes as the standard library wants it.
pub fn os_str(path: &[u8]) -> &OsStr {
    #[cfg(unix)]
    use std::os::unix::ffi::OsStrExt;
    #[cfg(target_os = "wasi")]
    use std::os::wasi::ffi::OsStrExt;
    OsStr::from_bytes(path)
}
