//! Shell patterns on names, as `--exclude` and `--wildcards` use them.

/// Whether `*`, `?` and `[` may stand for a slash.
#[derive(Clone, Copy)]
pub struct Rules {
    pub wildcards: bool,
    pub slash: bool,
    /// The pattern must match from the name's start; otherwise from any component.
    pub anchored: bool,
    pub ignore_case: bool,
}

/// Whether a pattern matches a name or a directory that it is in.
pub fn matches(pattern: &[u8], name: &[u8], rules: Rules) -> bool {
    let (pattern, name) = if rules.ignore_case {
        (pattern.to_ascii_lowercase(), name.to_ascii_lowercase())
    } else {
        (pattern.to_vec(), name.to_vec())
    };
    let name = console::path::without_trailing_slashes(&name);
    let pattern = console::path::without_trailing_slashes(&pattern);
    if matches_leading(pattern, name, rules) {
        return true;
    }
    !rules.anchored
        && (1..name.len()).any(|at| name[at - 1] == b'/' && name[at] != b'/' && matches_leading(pattern, &name[at..], rules))
}

/// Whether a pattern matches a name or what stands before one of its slashes.
fn matches_leading(pattern: &[u8], name: &[u8], rules: Rules) -> bool {
    let ends = (0..name.len()).filter(|at| name[*at] == b'/').chain([name.len()]);
    ends.into_iter().any(|end| {
        if rules.wildcards { glob(pattern, &name[..end], rules.slash) } else { pattern == &name[..end] }
    })
}

/// Matches with one point to come back to, so that the time is bounded by the product of the lengths.
pub fn glob(pattern: &[u8], name: &[u8], slash: bool) -> bool {
    let (mut at, mut name_at) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while name_at < name.len() {
        let byte = name[name_at];
        let step = match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, name_at));
                at += 1;
                continue;
            }
            Some(b'?') if slash || byte != b'/' => Some(at + 1),
            Some(b'[') if slash || byte != b'/' => match class(&pattern[at..], byte) {
                Some((true, length)) => Some(at + length),
                Some((false, _)) => None,
                None => (byte == b'[').then_some(at + 1),
            },
            Some(b'\\') if at + 1 < pattern.len() => (pattern[at + 1] == byte).then_some(at + 2),
            Some(literal) => (*literal == byte).then_some(at + 1),
            None => None,
        };
        if let Some(next) = step {
            (at, name_at) = (next, name_at + 1);
            continue;
        }
        let Some((after, from)) = star.filter(|(_, from)| slash || name[*from] != b'/') else { return false };
        star = Some((after, from + 1));
        (at, name_at) = (after, from + 1);
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Whether a byte is in the class at the pattern's start, and how long the class is.
fn class(pattern: &[u8], byte: u8) -> Option<(bool, usize)> {
    let mut at = 1;
    let negated = matches!(pattern.get(at), Some(b'!' | b'^'));
    at += usize::from(negated);
    let (first, mut found) = (at, false);
    loop {
        let low = *pattern.get(at)?;
        if low == b']' && at > first {
            return Some((found != negated, at + 1));
        }
        let is_range = pattern.get(at + 1) == Some(&b'-') && pattern.get(at + 2).is_some_and(|high| *high != b']');
        if is_range {
            found |= (low..=pattern[at + 2]).contains(&byte);
            at += 3;
        } else {
            found |= low == byte;
            at += 1;
        }
    }
}
