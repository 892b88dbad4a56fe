//! File modes: how they are shown (`drwxr-xr-x`) and how they are asked for (`u+x`, `755`).

const TYPE_MASK: u32 = 0o170000;
const SET_UID: u32 = 0o4000;
const SET_GID: u32 = 0o2000;
const STICKY: u32 = 0o1000;

/// The letter `ls -l` and `stat` show for a file's type.
pub fn type_letter(mode: u32) -> char {
    match mode & TYPE_MASK {
        0o040000 => 'd',
        0o120000 => 'l',
        0o020000 => 'c',
        0o060000 => 'b',
        0o010000 => 'p',
        0o140000 => 's',
        _ => '-',
    }
}

/// Ten letters, as `ls -l` shows a mode.
pub fn letters(mode: u32) -> String {
    letters_after(type_letter(mode), mode)
}

/// The same, with a letter of the caller's for the type.
pub fn letters_after(kind: char, mode: u32) -> String {
    let mut text = String::with_capacity(10);
    text.push(kind);
    for (shift, special, special_letter) in [(6, SET_UID, 's'), (3, SET_GID, 's'), (0, STICKY, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (false, false) => '-',
            (false, true) => 'x',
            (true, true) => special_letter,
            (true, false) => special_letter.to_ascii_uppercase(),
        });
    }
    text
}

/// Applies a mode as `chmod` takes it to the permission bits `old`. `None` if it is malformed.
pub fn apply(specification: &str, old: u32, is_directory: bool, umask: u32) -> Option<u32> {
    if specification.starts_with(|first: char| first.is_ascii_digit()) {
        let mode = u32::from_str_radix(specification, 8).ok().filter(|mode| *mode <= 0o7777)?;
        // A short number leaves a directory's set-id bits alone, as in GNU chmod.
        let kept = if is_directory && specification.len() < 5 { old & (SET_UID | SET_GID) } else { 0 };
        return Some(mode | kept);
    }
    specification.split(',').try_fold(old, |mode, clause| apply_clause(clause, mode, is_directory, umask))
}

fn apply_clause(clause: &str, old: u32, is_directory: bool, umask: u32) -> Option<u32> {
    let operator_at = clause.find(['+', '-', '='])?;
    let (who_letters, mut rest) = clause.split_at(operator_at);
    let mut who = 0;
    for letter in who_letters.chars() {
        who |= match letter {
            'u' => 0o4700,
            'g' => 0o2070,
            'o' => 0o1007,
            'a' => 0o7777,
            _ => return None,
        };
    }
    // Without a "who" all are meant, but the umask's bits are left alone.
    let affected = if who == 0 { 0o7777 & !umask } else { who };
    let mut mode = old;
    while let Some(operator) = rest.chars().next() {
        let end = rest[1..].find(['+', '-', '=']).map_or(rest.len(), |next| next + 1);
        let bits = permission_bits(&rest[1..end], mode, is_directory)? & affected;
        mode = match operator {
            '+' => mode | bits,
            '-' => mode & !bits,
            _ => {
                let kept = if is_directory { SET_UID | SET_GID } else { 0 };
                (mode & !(affected & !kept)) | bits
            }
        };
        rest = &rest[end..];
    }
    Some(mode)
}

fn permission_bits(letters: &str, mode: u32, is_directory: bool) -> Option<u32> {
    let copied = |shift: u32| (mode >> shift & 7) * 0o111;
    match letters {
        "u" => return Some(copied(6)),
        "g" => return Some(copied(3)),
        "o" => return Some(copied(0)),
        _ => {}
    }
    let mut bits = 0;
    for letter in letters.chars() {
        bits |= match letter {
            'r' => 0o444,
            'w' => 0o222,
            'x' => 0o111,
            'X' if is_directory || mode & 0o111 != 0 => 0o111,
            'X' => 0,
            's' => SET_UID | SET_GID,
            't' => STICKY,
            _ => return None,
        };
    }
    Some(bits)
}

/// The process's umask. The kernel only has a call that sets it, so it is set twice.
pub fn umask() -> u32 {
    let old = sys::umask(0o022).unwrap_or(0o022);
    let _ = sys::umask(old);
    old
}
