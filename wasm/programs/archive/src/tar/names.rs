//! What becomes of a member's name on its way in or out: prefixes that would lead outside are taken off, components
//! stripped, expressions applied.

use super::transform::Transform;
use console::path;
use console::shown;
use std::collections::HashSet;

#[derive(Default)]
pub struct Names {
    pub absolute: bool,
    pub strip: usize,
    pub transforms: Vec<Transform>,
    pub one_top_level: Option<Vec<u8>>,
    told: HashSet<Vec<u8>>,
}

/// Which names a rule is for, for its message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Member,
    HardLinkTarget,
}

impl Names {
    /// Takes off what leads to the root or out of the directory: everything up to the last `..`, and slashes.
    pub fn safe(&mut self, name: &[u8], role: Role) -> Vec<u8> {
        if self.absolute {
            return name.to_vec();
        }
        let mut end = 0;
        let mut at = 0;
        for part in name.split(|byte| *byte == b'/') {
            if part == b".." {
                end = at + part.len();
            }
            at += part.len() + 1;
        }
        while name.get(end) == Some(&b'/') {
            end += 1;
        }
        let (prefix, rest) = name.split_at(end.min(name.len()));
        if !prefix.is_empty() && self.told.insert([prefix, &[role as u8]].concat()) {
            let what = if role == Role::Member { "member names" } else { "hard link targets" };
            eprintln!("tar: Removing leading `{}' from {what}", shown(prefix));
        }
        if !rest.is_empty() {
            return rest.to_vec();
        }
        if !name.is_empty() && self.told.insert(b"substituted".to_vec()) {
            eprintln!("tar: Substituting `.' for empty member name");
        }
        if name.ends_with(b"/") { b"./".to_vec() } else { b".".to_vec() }
    }

    /// The name without its first components; `None` when nothing is left of it.
    pub fn stripped(&self, name: &[u8]) -> Option<Vec<u8>> {
        let mut rest = name;
        for _ in 0..self.strip {
            let start = rest.iter().position(|byte| *byte != b'/')?;
            let slash = start + rest[start..].iter().position(|byte| *byte == b'/')?;
            let next = slash + rest[slash..].iter().position(|byte| *byte != b'/')?;
            rest = &rest[next..];
        }
        (!rest.is_empty()).then(|| rest.to_vec())
    }

    pub fn transformed(&self, name: Vec<u8>, is_link: Option<bool>) -> Vec<u8> {
        self.transforms.iter().fold(name, |name, transform| transform.apply(name, is_link))
    }

    /// Puts a name below the one directory that everything is to be in.
    pub fn below_top(&self, name: Vec<u8>) -> Vec<u8> {
        match &self.one_top_level {
            Some(top) if path::without_trailing_slashes(&name) != &top[..] && !name.starts_with(&[top, &b"/"[..]].concat()) => {
                path::join(top, name.strip_prefix(b"./").unwrap_or(&name))
            }
            _ => name,
        }
    }
}

/// Whether a component of a name is `..`.
pub fn has_dot_dot(name: &[u8]) -> bool {
    name.split(|byte| *byte == b'/').any(|part| part == b"..")
}

/// A name as tar shows it: control characters and backslashes escaped.
pub fn escaped(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                '\r' => text.push_str("\\r"),
                '\x07' => text.push_str("\\a"),
                '\x08' => text.push_str("\\b"),
                '\x0b' => text.push_str("\\v"),
                '\x0c' => text.push_str("\\f"),
                control if control.is_ascii_control() => text.push_str(&format!("\\{:03o}", control as u32)),
                other => text.push(other),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\{byte:03o}"));
        }
    }
    text
}
