//! Names of user and group numbers, from `/etc/passwd` and `/etc/group`.

use std::collections::HashMap;

pub struct Names {
    users: HashMap<u32, String>,
    groups: HashMap<u32, String>,
}

impl Names {
    /// Reads both files; one that is missing has no names.
    pub fn load() -> Self {
        Names { users: load_file("/etc/passwd"), groups: load_file("/etc/group") }
    }

    /// Knows no name, so that all are shown as numbers.
    pub fn numeric() -> Self {
        Names { users: HashMap::new(), groups: HashMap::new() }
    }

    pub fn user(&self, uid: u32) -> String {
        self.users.get(&uid).cloned().unwrap_or_else(|| uid.to_string())
    }

    pub fn group(&self, gid: u32) -> String {
        self.groups.get(&gid).cloned().unwrap_or_else(|| gid.to_string())
    }
}

fn load_file(path: &str) -> HashMap<u32, String> {
    let text = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut names = HashMap::new();
    for line in text.lines() {
        let mut fields = line.split(':');
        let (name, number) = (fields.next(), fields.nth(1).and_then(|number| number.parse().ok()));
        if let (Some(name), Some(number)) = (name, number) {
            names.entry(number).or_insert_with(|| name.to_owned());
        }
    }
    names
}
