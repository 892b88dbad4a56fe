//! Changes of a mode as `chmod` words them: `755`, `u+x,go-w`.

/// Applies a change to permission bits. `None` if it is malformed.
pub fn apply(change: &str, old: u32, is_directory: bool) -> Option<u32> {
    if change.starts_with(|first: char| first.is_ascii_digit()) {
        return u32::from_str_radix(change, 8).ok().filter(|mode| *mode <= 0o7777);
    }
    change.split(',').try_fold(old, |mode, clause| apply_clause(clause, mode, is_directory))
}

fn apply_clause(clause: &str, old: u32, is_directory: bool) -> Option<u32> {
    let (who_letters, mut rest) = clause.split_at(clause.find(['+', '-', '='])?);
    let mut who = if who_letters.is_empty() { 0o7777 } else { 0 };
    for letter in who_letters.chars() {
        who |= match letter {
            'u' => 0o4700,
            'g' => 0o2070,
            'o' => 0o1007,
            'a' => 0o7777,
            _ => return None,
        };
    }
    let mut mode = old;
    while let Some(operator) = rest.chars().next() {
        let end = rest[1..].find(['+', '-', '=']).map_or(rest.len(), |next| next + 1);
        let bits = bits_of(&rest[1..end], mode, is_directory)? & who;
        mode = match operator {
            '+' => mode | bits,
            '-' => mode & !bits,
            _ => (mode & !who) | bits,
        };
        rest = &rest[end..];
    }
    Some(mode)
}

fn bits_of(letters: &str, mode: u32, is_directory: bool) -> Option<u32> {
    let mut bits = 0;
    for letter in letters.chars() {
        bits |= match letter {
            'r' => 0o444,
            'w' => 0o222,
            'x' => 0o111,
            'X' if is_directory || mode & 0o111 != 0 => 0o111,
            'X' => 0,
            's' => 0o6000,
            't' => 0o1000,
            'u' => (mode >> 6 & 7) * 0o111,
            'g' => (mode >> 3 & 7) * 0o111,
            'o' => (mode & 7) * 0o111,
            _ => return None,
        };
    }
    Some(bits)
}
