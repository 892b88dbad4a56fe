//! Names of user and group numbers and the other way round, from `/etc/passwd` and `/etc/group`.

use std::collections::HashMap;

pub struct Names {
    users: Vec<(String, u32)>,
    groups: Vec<(String, u32)>,
    shown: HashMap<(bool, u32), String>,
}

impl Names {
    /// Reads both files; one that is missing has no names.
    pub fn load() -> Names {
        Names { users: load_file("/etc/passwd"), groups: load_file("/etc/group"), shown: HashMap::new() }
    }

    /// Knows no name.
    pub fn numeric() -> Names {
        Names { users: Vec::new(), groups: Vec::new(), shown: HashMap::new() }
    }

    /// The name of a user; empty without one.
    pub fn user(&mut self, uid: u32) -> String {
        let users = &self.users;
        self.shown.entry((true, uid)).or_insert_with(|| name_of(users, uid)).clone()
    }

    pub fn group(&mut self, gid: u32) -> String {
        let groups = &self.groups;
        self.shown.entry((false, gid)).or_insert_with(|| name_of(groups, gid)).clone()
    }

    pub fn uid(&self, name: &str) -> Option<u32> {
        number_of(&self.users, name)
    }

    pub fn gid(&self, name: &str) -> Option<u32> {
        number_of(&self.groups, name)
    }
}

fn name_of(list: &[(String, u32)], number: u32) -> String {
    list.iter().find(|(_, known)| *known == number).map(|(name, _)| name.clone()).unwrap_or_default()
}

fn number_of(list: &[(String, u32)], name: &str) -> Option<u32> {
    list.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
}

fn load_file(path: &str) -> Vec<(String, u32)> {
    let text = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let parse = |line: &str| {
        let mut fields = line.split(':');
        Some((fields.next()?.to_owned(), fields.nth(1)?.parse().ok()?))
    };
    text.lines().filter_map(parse).collect()
}
