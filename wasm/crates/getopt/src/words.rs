//! How GNU programs word file names in messages.

use std::ffi::OsStr;
use std::os::wasi::ffi::OsStrExt;

/// Puts a name between quotes, escaping what would confuse a shell or a terminal: `'a b'`.
pub fn quoted(name: impl AsRef<OsStr>) -> String {
    let bytes = name.as_ref().as_bytes();
    if bytes.iter().any(|byte| byte.is_ascii_control()) || std::str::from_utf8(bytes).is_err() {
        return dollar_quoted(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    if !text.contains(['"', '$', '`', '\\', '!']) {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Puts a name between quotes only where a shell would need them.
pub fn quoted_if_needed(name: impl AsRef<OsStr>) -> String {
    let bytes = name.as_ref().as_bytes();
    let needs_quotes = |(index, byte): (usize, &u8)| match byte {
        b'~' | b'#' => index == 0,
        byte => !byte.is_ascii_graphic() && byte.is_ascii() || b"!\"$&'()*;<=>?[\\^`|".contains(byte),
    };
    if bytes.is_empty() || bytes.iter().enumerate().any(needs_quotes) || std::str::from_utf8(bytes).is_err() {
        return quoted(name);
    }
    String::from_utf8_lossy(bytes).into_owned()
}

/// Quotes runs of unprintable bytes as `$'\n'` between quoted plain runs.
fn dollar_quoted(bytes: &[u8]) -> String {
    let mut output = String::from("'");
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\'' => output.push_str("'\\''"),
                character if character.is_ascii_control() => push_escape(&mut output, character as u8),
                character => output.push(character),
            }
        }
        for byte in chunk.invalid() {
            push_escape(&mut output, *byte);
        }
    }
    output.push('\'');
    output.replace("'$''$'", "")
}

fn push_escape(output: &mut String, byte: u8) {
    output.push_str("'$'");
    match byte {
        b'\n' => output.push_str("\\n"),
        b'\t' => output.push_str("\\t"),
        b'\r' => output.push_str("\\r"),
        byte => output.push_str(&format!("\\{byte:03o}")),
    }
    output.push_str("''");
}
