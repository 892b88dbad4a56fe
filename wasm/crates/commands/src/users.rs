//! Names of user and group numbers, from `/etc/passwd` and `/etc/group`.

use std::collections::HashMap;

pub struct Names {
    users: HashMap<u32, String>,
    groups: HashMap<u32, String>,
    accounts: Vec<Account>,
    /// Each group's number, name and members.
    memberships: Vec<(u32, String, Vec<String>)>,
}

/// A line of `/etc/passwd`.
#[derive(Clone)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

impl Names {
    /// Reads both files; one that is missing has no names.
    pub fn load() -> Self {
        let (passwd, group) = (text_of("/etc/passwd"), text_of("/etc/group"));
        let account = |line: &str| {
            let fields: Vec<&str> = line.split(':').collect();
            Some(Account { name: (*fields.first()?).to_owned(), uid: fields.get(2)?.parse().ok()?, gid: fields.get(3)?.parse().ok()? })
        };
        let membership = |line: &str| {
            let fields: Vec<&str> = line.split(':').collect();
            let members = fields.get(3).unwrap_or(&"").split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
            Some((fields.get(2)?.parse().ok()?, (*fields.first()?).to_owned(), members))
        };
        Names {
            users: names_in(&passwd),
            groups: names_in(&group),
            accounts: passwd.lines().filter_map(account).collect(),
            memberships: group.lines().filter_map(membership).collect(),
        }
    }

    /// Knows no name, so that all are shown as numbers.
    pub fn numeric() -> Self {
        Names { users: HashMap::new(), groups: HashMap::new(), accounts: Vec::new(), memberships: Vec::new() }
    }

    pub fn user(&self, uid: u32) -> String {
        self.users.get(&uid).cloned().unwrap_or_else(|| uid.to_string())
    }

    pub fn group(&self, gid: u32) -> String {
        self.groups.get(&gid).cloned().unwrap_or_else(|| gid.to_string())
    }

    pub fn knows_user(&self, uid: u32) -> bool {
        self.users.contains_key(&uid)
    }

    pub fn knows_group(&self, gid: u32) -> bool {
        self.groups.contains_key(&gid)
    }

    /// Finds a user by name, else by number.
    pub fn account(&self, name: &str) -> Option<&Account> {
        let by_number = || self.accounts.iter().find(|account| name.parse() == Ok(account.uid));
        self.accounts.iter().find(|account| account.name == name).or_else(by_number)
    }

    /// The number of a group, by name or number.
    pub fn gid(&self, name: &str) -> Option<u32> {
        let named = self.memberships.iter().find(|(_, group, _)| group == name).map(|(gid, ..)| *gid);
        named.or_else(|| name.parse().ok())
    }

    /// The groups that name the user as a member.
    pub fn groups_of<'names>(&'names self, user: &'names str) -> impl Iterator<Item = u32> + 'names {
        let has = move |members: &[String]| members.iter().any(|member| member == user);
        self.memberships.iter().filter(move |(_, _, members)| has(members)).map(|(gid, ..)| *gid)
    }
}

fn text_of(path: &str) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}

fn names_in(text: &str) -> HashMap<u32, String> {
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
