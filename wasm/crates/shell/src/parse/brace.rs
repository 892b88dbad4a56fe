//! Brace expansion: `{a,b}`, `{1..9..2}`, `{a..e}`. It works on the text of a word, before anything else.

use super::MAXIMUM_DEPTH;
use super::skip::Source;

/// Words one brace expansion may make; more leaves the word as it is.
const MAXIMUM_WORDS: usize = 100_000;

/// Expands a word's text; most words expand to themselves.
pub fn expand(word: &[u8]) -> Vec<Vec<u8>> {
    expand_at_depth(word, 0)
}

fn expand_at_depth(word: &[u8], depth: usize) -> Vec<Vec<u8>> {
    if !word.contains(&b'{') || depth > MAXIMUM_DEPTH {
        return vec![word.to_vec()];
    }
    expand_from(word, 0, depth)
}

/// Expands the braces at `from` and later.
fn expand_from(word: &[u8], from: usize, depth: usize) -> Vec<Vec<u8>> {
    let mut start = from;
    while let Some(opening) = find_opening(word, start) {
        let Some((alternatives, end)) = parse_braces(word, opening, depth) else {
            start = opening + 1;
            continue;
        };
        let suffixes = expand_at_depth(&word[end..], depth + 1);
        if alternatives.len().saturating_mul(suffixes.len()) > MAXIMUM_WORDS {
            return vec![word.to_vec()];
        }
        let mut words = Vec::with_capacity(alternatives.len() * suffixes.len());
        for alternative in &alternatives {
            for suffix in &suffixes {
                words.push([&word[..opening], alternative, suffix].concat());
            }
        }
        return words;
    }
    vec![word.to_vec()]
}

/// The next unquoted `{` that no `$` precedes.
fn find_opening(word: &[u8], from: usize) -> Option<usize> {
    let mut position = from;
    while position < word.len() {
        if word[position] == b'{' {
            return Some(position);
        }
        position = skip_one(word, position);
    }
    None
}

/// Passes a byte, an escaped byte, a quoted string or an expansion.
fn skip_one(word: &[u8], position: usize) -> usize {
    let source = Source { text: word, first_line: 0, depth: 0 };
    match word[position] {
        b'\\' => position + 2,
        b'\'' => source.single_quotes(position).unwrap_or(position + 1),
        b'"' => source.double_quotes(position).unwrap_or(position + 1),
        b'`' => source.backquotes(position).unwrap_or(position + 1),
        b'$' => source.dollar(position).unwrap_or(position + 1),
        _ => position + 1,
    }
}

/// Parses the braces at `opening`; returns what they stand for and the position after them.
fn parse_braces(word: &[u8], opening: usize, depth: usize) -> Option<(Vec<Vec<u8>>, usize)> {
    let mut open = 0;
    let mut commas = Vec::new();
    let mut position = opening;
    let closing = loop {
        match *word.get(position)? {
            b'{' => open += 1,
            b'}' => {
                open -= 1;
                if open == 0 {
                    break position;
                }
            }
            b',' if open == 1 => commas.push(position),
            _ => {
                position = skip_one(word, position);
                continue;
            }
        }
        position += 1;
    };
    if commas.is_empty() {
        return sequence(&word[opening + 1..closing]).map(|items| (items, closing + 1));
    }
    let mut alternatives = Vec::new();
    let mut start = opening + 1;
    for end in commas.into_iter().chain([closing]) {
        alternatives.extend(expand_at_depth(&word[start..end], depth + 1));
        start = end + 1;
    }
    Some((alternatives, closing + 1))
}

/// `1..5`, `a..e`, with an optional step.
fn sequence(text: &[u8]) -> Option<Vec<Vec<u8>>> {
    let text = std::str::from_utf8(text).ok()?;
    let fields: Vec<&str> = text.split("..").collect();
    let (first, last, step) = match fields[..] {
        [first, last] => (first, last, 1),
        [first, last, step] => (first, last, step.parse::<i64>().ok()?),
        _ => return None,
    };
    if let (&[first], &[last]) = (first.as_bytes(), last.as_bytes())
        && first.is_ascii_alphabetic()
        && last.is_ascii_alphabetic()
    {
        let letters = numbers(i64::from(first), i64::from(last), step)?;
        return Some(letters.into_iter().map(|letter| vec![letter as u8]).collect());
    }
    let is_padded = |field: &str| {
        let digits = field.trim_start_matches('-');
        digits.len() > 1 && digits.starts_with('0')
    };
    let width = match is_padded(first) || is_padded(last) {
        true => first.len().max(last.len()),
        false => 0,
    };
    let numbers = numbers(first.parse().ok()?, last.parse().ok()?, step)?;
    Some(numbers.into_iter().map(|number| format!("{number:0width$}").into_bytes()).collect())
}

fn numbers(first: i64, last: i64, step: i64) -> Option<Vec<i64>> {
    let step = step.checked_abs()?.max(1);
    let count = usize::try_from(first.abs_diff(last) / step as u64).ok()?;
    if count >= MAXIMUM_WORDS {
        return None;
    }
    let signed_step = if first <= last { step } else { -step };
    Some((0..=count as i64).map(|index| first + index * signed_step).collect())
}

#[cfg(test)]
mod tests {
    use super::expand;

    fn check(word: &str, expected: &str) {
        let words: Vec<String> =
            expand(word.as_bytes()).into_iter().map(|word| String::from_utf8(word).unwrap()).collect();
        assert_eq!(words.join(" "), expected, "{word}");
    }

    #[test]
    fn lists_nest_and_multiply() {
        check("a{b,c}d", "abd acd");
        check("{a,b{1,2}}", "a b1 b2");
        check("{a,b}{1,2}", "a1 a2 b1 b2");
        check("{,x}y", "y xy");
    }

    #[test]
    fn sequences_count_in_both_directions() {
        check("{1..3}", "1 2 3");
        check("{3..1}", "3 2 1");
        check("{01..10..3}", "01 04 07 10");
        check("{a..e..2}", "a c e");
        check("{-1..1}", "-1 0 1");
    }

    #[test]
    fn other_braces_are_left_alone() {
        check("{a}", "{a}");
        check("{}", "{}");
        check("${a,b}", "${a,b}");
        check("'{a,b}'", "'{a,b}'");
        check("{a", "{a");
        check("{a,b", "{a,b");
        check("{{a,b}", "{a {b");
    }
}
