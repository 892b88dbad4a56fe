//! Quotes text so that the shell reads it back: `${x@Q}`, `set -x`, `declare -p`, printf's `%q`.

fn is_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'/' | b'.' | b'-' | b'+' | b':' | b',' | b'@' | b'%' | b'=' | b'^' | b']')
}

fn needs_ansi_c(text: &[u8]) -> bool {
    text.iter().any(|byte| byte.is_ascii_control()) || std::str::from_utf8(text).is_err()
}

/// `'…'` always, as `${x@Q}` and `alias` print.
pub fn single_quoted(text: &[u8]) -> Vec<u8> {
    if needs_ansi_c(text) {
        return ansi_c_quoted(text);
    }
    let mut quoted = vec![b'\''];
    for byte in text {
        match byte {
            b'\'' => quoted.extend(b"'\\''"),
            _ => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// `'…'` around text as it is, a newline too: `trap`, `alias`.
pub fn plainly_quoted(text: &[u8]) -> Vec<u8> {
    if text == b"'" {
        return b"\\'".to_vec();
    }
    let mut quoted = vec![b'\''];
    for byte in text {
        match byte {
            b'\'' => quoted.extend(b"'\\''"),
            _ => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// What bash takes for special to a shell anywhere, or at the start of a word.
fn has_meta(text: &[u8]) -> bool {
    text.iter().enumerate().any(|(index, byte)| match byte {
        b'~' => index == 0 || matches!(text[index - 1], b'=' | b':'),
        b'#' => index == 0,
        _ => b" \t\n'\"\\|&;()<>!{}*[?]^$`".contains(byte),
    })
}

/// Quotes only where needed, as `set -x` prints.
pub fn traced(text: &[u8]) -> Vec<u8> {
    if text.is_empty() {
        return b"''".to_vec();
    }
    if has_meta(text) {
        return plainly_quoted(text);
    }
    if needs_ansi_c(text) { ansi_c_quoted(text) } else { text.to_vec() }
}

/// Quotes only where needed, as `set` prints.
pub fn if_needed(text: &[u8]) -> Vec<u8> {
    let is_plain = !text.is_empty()
        && text.iter().all(|byte| is_safe(*byte) || *byte >= 0x80 || *byte == b'[' || *byte == b'~')
        && text[0] != b'~'
        && std::str::from_utf8(text).is_ok();
    match is_plain {
        true => text.to_vec(),
        false => single_quoted(text),
    }
}

/// A key of an associative array: in double quotes if it has to be quoted.
pub fn key(text: &[u8]) -> Vec<u8> {
    let is_plain = !text.is_empty() && text.iter().all(|byte| is_safe(*byte) || *byte >= 0x80) && !needs_ansi_c(text);
    match is_plain {
        true => text.to_vec(),
        false => double_quoted(text),
    }
}

/// Backslashes, as printf's `%q` prints.
pub fn backslashed(text: &[u8]) -> Vec<u8> {
    if text.is_empty() {
        return b"''".to_vec();
    }
    if needs_ansi_c(text) {
        return ansi_c_quoted(text);
    }
    let mut quoted = Vec::with_capacity(text.len() + 8);
    for (index, byte) in text.iter().enumerate() {
        let is_plain = (is_safe(*byte) && !matches!(byte, b'^' | b',' | b']'))
            || *byte >= 0x80
            || (*byte == b'#' && index > 0)
            || (*byte == b'~' && index > 0);
        if !is_plain {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted
}

/// `"…"`, as `declare -p` prints.
pub fn double_quoted(text: &[u8]) -> Vec<u8> {
    if needs_ansi_c(text) {
        return ansi_c_quoted(text);
    }
    let mut quoted = vec![b'"'];
    for byte in text {
        if matches!(byte, b'"' | b'\\' | b'$' | b'`') {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    quoted
}

fn ansi_c_quoted(text: &[u8]) -> Vec<u8> {
    let mut quoted = b"$'".to_vec();
    for chunk in text.utf8_chunks() {
        for byte in chunk.valid().bytes() {
            match byte {
                b'\n' => quoted.extend(b"\\n"),
                b'\t' => quoted.extend(b"\\t"),
                b'\r' => quoted.extend(b"\\r"),
                7 => quoted.extend(b"\\a"),
                8 => quoted.extend(b"\\b"),
                11 => quoted.extend(b"\\v"),
                12 => quoted.extend(b"\\f"),
                27 => quoted.extend(b"\\E"),
                b'\'' | b'\\' => quoted.extend([b'\\', byte]),
                0..=31 | 127 => quoted.extend(format!("\\{byte:03o}").bytes()),
                _ => quoted.push(byte),
            }
        }
        for byte in chunk.invalid() {
            quoted.extend(format!("\\{byte:03o}").bytes());
        }
    }
    quoted.push(b'\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_forms() {
        assert_eq!(single_quoted(b"it's"), br"'it'\''s'");
        assert_eq!(if_needed(b"abc"), b"abc");
        assert_eq!(if_needed(b"a b"), b"'a b'");
        assert_eq!(backslashed(b"a b$"), br"a\ b\$");
        assert_eq!(backslashed(b"a\nb"), br"$'a\nb'");
        assert_eq!(double_quoted(b"a\"$"), br#""a\"\$""#);
    }
}
