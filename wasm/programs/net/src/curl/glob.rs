//! Addresses that stand for several: `{one,two}`, `[1-100:10]`, `[001-100]`, `[a-z]`.

/// More than this is taken for a mistake.
const ADDRESSES_MAX: usize = 1_000_000;

/// One of the addresses, and what stands in it for each pattern: `#1` and on in the name of the output.
pub struct Address {
    pub url: String,
    parts: Vec<String>,
}

enum Piece {
    Text(String),
    Choice(Vec<String>),
}

impl Address {
    pub fn plain(url: &str) -> Address {
        Address { url: url.to_owned(), parts: Vec::new() }
    }

    /// A file's name with the parts in the places of `#1`, `#2` …
    pub fn fill(&self, name: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(name.len());
        let mut rest = name;
        while let Some((byte, after)) = rest.split_first() {
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let number = std::str::from_utf8(&after[..digits]).ok().and_then(|digits| digits.parse::<usize>().ok());
            let part = number.and_then(|number| self.parts.get(number.checked_sub(1)?));
            match part.filter(|_| *byte == b'#') {
                Some(part) => {
                    filled.extend_from_slice(part.as_bytes());
                    rest = &after[digits..];
                }
                None => {
                    filled.push(*byte);
                    rest = after;
                }
            }
        }
        filled
    }
}

/// The addresses in the order in which they are fetched: the last pattern changes first. An error is curl's message.
pub fn expand(url: &str) -> Result<Vec<Address>, String> {
    let pieces = pieces_of(url)?;
    let mut addresses = vec![Address { url: String::new(), parts: Vec::new() }];
    for piece in pieces {
        match piece {
            Piece::Text(text) => addresses.iter_mut().for_each(|address| address.url.push_str(&text)),
            Piece::Choice(choices) => {
                if addresses.len().saturating_mul(choices.len()) > ADDRESSES_MAX {
                    return Err(bad("range overflow", url, 0));
                }
                let each = |address: &Address, choice: &String| Address {
                    url: format!("{}{choice}", address.url),
                    parts: address.parts.iter().chain([choice]).cloned().collect(),
                };
                addresses = addresses.iter().flat_map(|address| choices.iter().map(move |choice| each(address, choice))).collect();
            }
        }
    }
    Ok(addresses)
}

fn bad(what: &str, url: &str, position: usize) -> String {
    format!("{what} in URL position {}:\n{url}\n{:>width$}", position + 1, '^', width = position + 1)
}

fn pieces_of(url: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(letter) = url[at..].chars().next() {
        let end = |close: char| url[at..].find(close).map(|length| at + length);
        let choice = match letter {
            '\\' if url[at + 1..].starts_with(['{', '}', '[', ']']) => {
                text.push_str(&url[at + 1..at + 2]);
                at += 2;
                continue;
            }
            '{' => {
                let close = end('}').ok_or_else(|| bad("unmatched brace", url, at))?;
                (close, url[at + 1..close].split(',').map(str::to_owned).collect())
            }
            '[' => {
                let close = end(']').ok_or_else(|| bad("bad range", url, at))?;
                let inner = &url[at + 1..close];
                if inner.contains(':') && inner.chars().all(|letter| letter.is_ascii_hexdigit() || ":.%".contains(letter)) {
                    // An address of IPv6.
                    text.push_str(&url[at..=close]);
                    at = close + 1;
                    continue;
                }
                (close, range(inner).ok_or_else(|| bad("bad range", url, at + 1))?)
            }
            '}' | ']' => return Err(bad("unmatched close brace/bracket", url, at)),
            letter => {
                text.push(letter);
                at += letter.len_utf8();
                continue;
            }
        };
        pieces.push(Piece::Text(std::mem::take(&mut text)));
        pieces.push(Piece::Choice(choice.1));
        at = choice.0 + 1;
    }
    pieces.push(Piece::Text(text));
    Ok(pieces)
}

/// `1-10`, `01-10`, `a-z`, each with `:step`.
fn range(text: &str) -> Option<Vec<String>> {
    let (bounds, step) = match text.split_once(':') {
        Some((bounds, step)) => (bounds, step.parse::<u64>().ok().filter(|step| *step > 0)?),
        None => (text, 1),
    };
    let (first, last) = bounds.split_once('-')?;
    let step = usize::try_from(step).ok()?;
    if let (Ok(low), Ok(high)) = (first.parse::<u64>(), last.parse::<u64>()) {
        if high < low || (high - low) / step as u64 > ADDRESSES_MAX as u64 {
            return None;
        }
        // As many digits as the first has, if it begins with a zero.
        let width = if first.starts_with('0') { first.len() } else { 1 };
        return Some((low..=high).step_by(step).map(|number| format!("{number:0width$}")).collect());
    }
    let letter = |text: &str| Some(text.as_bytes()[0]).filter(|letter| text.len() == 1 && letter.is_ascii_alphabetic());
    let (low, high) = (letter(first)?, letter(last)?);
    let same_case = low.is_ascii_lowercase() == high.is_ascii_lowercase();
    (low <= high && same_case).then(|| (low..=high).step_by(step).map(|letter| char::from(letter).to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::expand;

    fn urls(url: &str) -> Vec<String> {
        expand(url).map_or_else(|error| vec![error], |list| list.into_iter().map(|address| address.url).collect())
    }

    #[test]
    fn patterns_multiply() {
        assert_eq!(urls("h/{a,b}[1-3:2]"), ["h/a1", "h/a3", "h/b1", "h/b3"]);
        assert_eq!(urls("h/[08-10]"), ["h/08", "h/09", "h/10"]);
        assert_eq!(urls("h/[a-c]"), ["h/a", "h/b", "h/c"]);
        assert_eq!(urls("http://[::1]:80/x"), ["http://[::1]:80/x"]);
        assert_eq!(urls("h/\\{a\\}"), ["h/{a}"]);
        assert!(urls("h/{a")[0].starts_with("unmatched brace in URL position 3:"));
    }

    #[test]
    fn names_take_their_parts() {
        let all = expand("h/{a,b}/[1-2]").unwrap_or_default();
        assert_eq!(all[3].fill(b"#1-#2#3.txt"), b"b-2#3.txt");
    }
}
