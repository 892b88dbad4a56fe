//! Files of options: `-K FILE`, `~/.curlrc`.

use std::ffi::OsString;

/// The command line that the file's text stands for, without a program's name.
pub fn arguments(text: &str) -> Vec<OsString> {
    let mut arguments = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let end = line.find(|letter: char| letter.is_whitespace() || "=:".contains(letter)).unwrap_or(line.len());
        let (name, rest) = line.split_at(end);
        arguments.push(if name.starts_with('-') { name.to_owned() } else { format!("--{name}") }.into());
        let value = rest.trim_start_matches(|letter: char| letter.is_whitespace() || "=:".contains(letter));
        if let Some(value) = value_of(value) {
            arguments.push(value.into());
        }
    }
    arguments
}

/// A word, or text between quotes with escapes.
fn value_of(text: &str) -> Option<String> {
    let Some(quoted) = text.strip_prefix('"') else {
        return text.split_whitespace().next().map(str::to_owned);
    };
    let mut value = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
        match letter {
            '\\' => match letters.next()? {
                't' => value.push('\t'),
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                'v' => value.push('\u{b}'),
                other => value.push(other),
            },
            letter => value.push(letter),
        }
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn every_form_of_line() {
        let found = arguments("# note\nurl = \"http://h/a b\"\n-o file\nsilent\n--header: \"X: \\\"1\\\"\"\nuser-agent=me you\n");
        assert_eq!(found, ["--url", "http://h/a b", "-o", "file", "--silent", "--header", "X: \"1\"", "--user-agent", "me"]);
    }
}
