//! Which processes are meant: lists of numbers, users, groups, terminals, as ps, pgrep and top read them.

/// The parts of `a,b c`.
pub fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ' ']).filter(|part| !part.is_empty())
}

/// A list of numbers; the part that is none.
pub fn numbers(list: &str) -> Result<Vec<i32>, String> {
    parts(list).map(|part| part.parse().map_err(|_| part.to_owned())).collect()
}

/// A list of users by name or number; the part that is none.
pub fn users(list: &str) -> Result<Vec<u32>, String> {
    ids("/etc/passwd", list)
}

pub fn groups(list: &str) -> Result<Vec<u32>, String> {
    ids("/etc/group", list)
}

/// Names come first: a user may be called by a number.
fn ids(file: &str, list: &str) -> Result<Vec<u32>, String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let named = |name: &str| {
        let line = text.lines().find(|line| line.split(':').next() == Some(name))?;
        line.split(':').nth(2)?.parse().ok()
    };
    parts(list).map(|part| named(part).or_else(|| part.parse().ok()).ok_or_else(|| part.to_owned())).collect()
}

/// A list of terminals, named in any way: `pts/0`, `/dev/pts/0`, `0`, `?` and `-` for none.
pub fn terminals(list: &str) -> Vec<String> {
    parts(list)
        .map(|part| match part.strip_prefix("/dev/").unwrap_or(part) {
            "-" | "?" => "?".to_owned(),
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("pts/{number}"),
            name => name.to_owned(),
        })
        .collect()
}
