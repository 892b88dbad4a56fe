//! Shell patterns as fnmatch(3) takes them: `*`, `?`, `[…]` with ranges and classes, `\`. A `*` matches slashes and
//! leading dots too, unless told otherwise: that is how find and grep use them.

#[derive(Clone, Copy, Default)]
pub struct Rules {
    pub ignore_case: bool,
    /// `*`, `?` and sets match no slash (FNM_PATHNAME).
    pub path: bool,
}

/// Tells whether the whole of `text` matches. Runs in time of the product of the lengths at most.
pub fn matches(pattern: &[u8], text: &[u8], rules: Rules) -> bool {
    let (mut at_pattern, mut at_text) = (0, 0);
    // Where to go on after a mismatch: behind the last star, with one character more given to it.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        if pattern.get(at_pattern) == Some(&b'*') {
            at_pattern += 1;
            retry = Some((at_pattern, at_text));
            continue;
        }
        if at_text == text.len() && at_pattern == pattern.len() {
            return true;
        }
        let step = (at_pattern < pattern.len() && at_text < text.len())
            .then(|| match_one(&pattern[at_pattern..], &text[at_text..], rules))
            .flatten();
        if let Some((pattern_step, text_step)) = step {
            at_pattern += pattern_step;
            at_text += text_step;
            continue;
        }
        let Some((after_star, given_to)) = retry.filter(|(_, given_to)| *given_to < text.len()) else { return false };
        if rules.path && text[given_to] == b'/' {
            return false;
        }
        let given_to = given_to + character(&text[given_to..]).1;
        retry = Some((after_star, given_to));
        (at_pattern, at_text) = (after_star, given_to);
    }
}

/// The first character and its length; a byte that is no UTF-8 counts as one.
fn character(text: &[u8]) -> (u32, usize) {
    if text[0] < 0x80 {
        return (u32::from(text[0]), 1);
    }
    let length = text.len().min(4);
    for end in (2..=length).rev() {
        if let Ok(found) = std::str::from_utf8(&text[..end]) {
            if let Some(first) = found.chars().next() {
                return (u32::from(first), first.len_utf8());
            }
        }
    }
    (0x11_0000 + u32::from(text[0]), 1)
}

fn folded(character: u32, rules: Rules) -> u32 {
    match char::from_u32(character) {
        Some(letter) if rules.ignore_case => letter.to_lowercase().next().map_or(character, u32::from),
        _ => character,
    }
}

/// Matches one element other than a star against one character: the lengths of both.
fn match_one(pattern: &[u8], text: &[u8], rules: Rules) -> Option<(usize, usize)> {
    let (found, text_step) = character(text);
    let is_slash = rules.path && text[0] == b'/';
    match pattern[0] {
        b'?' => (!is_slash).then_some((1, text_step)),
        b'[' => match set(pattern, found, rules) {
            Some((is_in, length)) => (is_in && !is_slash).then_some((length, text_step)),
            None => (text[0] == b'[').then_some((1, 1)),
        },
        b'\\' if pattern.len() > 1 => {
            let (wanted, length) = character(&pattern[1..]);
            (folded(wanted, rules) == folded(found, rules)).then_some((length + 1, text_step))
        }
        _ => {
            let (wanted, length) = character(pattern);
            (folded(wanted, rules) == folded(found, rules)).then_some((length, text_step))
        }
    }
}

/// Reads a bracket expression: whether `found` is in it, and its length. `None` without a closing bracket.
fn set(pattern: &[u8], found: u32, rules: Rules) -> Option<(bool, usize)> {
    let mut at = 1;
    let negated = matches!(pattern.get(at)?, b'!' | b'^');
    at += usize::from(negated);
    let (mut is_in, first) = (false, at);
    loop {
        if *pattern.get(at)? == b']' && at > first {
            return Some((is_in != negated, at + 1));
        }
        if pattern[at..].starts_with(b"[:") {
            if let Some(end) = pattern[at + 2..].windows(2).position(|pair| pair == b":]") {
                is_in |= in_class(&pattern[at + 2..at + 2 + end], found);
                at += end + 4;
                continue;
            }
        }
        let (low, next) = element(pattern, at)?;
        at = next;
        let mut high = low;
        if pattern.get(at) == Some(&b'-') && pattern.get(at + 1).is_some_and(|byte| *byte != b']') {
            (high, at) = element(pattern, at + 1)?;
        }
        let is_between = |one: u32| (low..=high).contains(&one);
        is_in |= is_between(found) || (rules.ignore_case && (is_between(folded(found, rules)) || is_between(upper(found))));
    }
}

fn upper(character: u32) -> u32 {
    char::from_u32(character).and_then(|letter| letter.to_uppercase().next()).map_or(character, u32::from)
}

/// One end of a range, `\` taken off: it and the place after it.
fn element(pattern: &[u8], at: usize) -> Option<(u32, usize)> {
    let at = if pattern.get(at) == Some(&b'\\') && pattern.len() > at + 1 { at + 1 } else { at };
    let (value, length) = character(pattern.get(at..).filter(|rest| !rest.is_empty())?);
    Some((value, at + length))
}

fn in_class(name: &[u8], found: u32) -> bool {
    let Some(letter) = char::from_u32(found) else { return false };
    match name {
        b"alpha" => letter.is_alphabetic(),
        b"digit" => letter.is_ascii_digit(),
        b"alnum" => letter.is_alphanumeric(),
        b"upper" => letter.is_uppercase(),
        b"lower" => letter.is_lowercase(),
        b"space" => letter.is_whitespace(),
        b"blank" => letter == ' ' || letter == '\t',
        b"punct" => letter.is_ascii_punctuation(),
        b"cntrl" => letter.is_control(),
        b"xdigit" => letter.is_ascii_hexdigit(),
        b"print" => !letter.is_control(),
        b"graph" => !letter.is_control() && !letter.is_whitespace(),
        _ => false,
    }
}
