//! `shopt -s cdspell`: the directory that was meant, where each part of the name may be wrong in one place.

use sys::directory::names;

/// A path that exists in place of one that does not.
pub fn corrected(path: &[u8]) -> Option<Vec<u8>> {
    let mut found: Vec<u8> = if path.starts_with(b"/") { b"/".to_vec() } else { Vec::new() };
    for part in path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
        let directory = if found.is_empty() { b".".to_vec() } else { found.clone() };
        let entries = names(&directory).ok()?;
        let exact = part == b"." || part == b".." || entries.iter().any(|entry| entry.bytes == part);
        let meant = match exact {
            true => part.to_vec(),
            false => entries.into_iter().find(|entry| is_near(&entry.bytes, part))?.bytes,
        };
        if !found.is_empty() && !found.ends_with(b"/") {
            found.push(b'/');
        }
        found.extend(meant);
    }
    sys::stat(&found).is_ok_and(|stat| stat.is_directory()).then_some(found)
}

/// Whether two letters are exchanged, one is another, one is missing or one is too many.
fn is_near(name: &[u8], typed: &[u8]) -> bool {
    let same = name.iter().zip(typed).take_while(|(left, right)| left == right).count();
    let (left, right) = (&name[same..], &typed[same..]);
    match (left, right) {
        ([a, b, rest @ ..], [c, d, others @ ..]) if a == d && b == c && rest == others => true,
        ([_, rest @ ..], [_, others @ ..]) if rest == others => true,
        ([_, rest @ ..], others) if rest == others => true,
        (rest, [_, others @ ..]) => rest == others,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn one_mistake_is_near() {
        for typed in ["dosc", "doc", "docss", "dxcs"] {
            assert!(is_near(b"docs", typed.as_bytes()), "{typed}");
        }
        for typed in ["dcos1", "d", "documents", "scod"] {
            assert!(!is_near(b"docs", typed.as_bytes()), "{typed}");
        }
    }
}
