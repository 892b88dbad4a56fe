//! Plain texts and what they mean in YAML 1.2's core schema, with the booleans and nulls that people write.

use super::value::Value;

/// What a scalar means.
pub fn resolve(text: &str, is_plain: bool, tag: Option<&str>) -> Value {
    match tag {
        Some("!!str") | Some("!") => return Value::String(text.to_owned()),
        Some("!!int" | "!!float" | "!!bool" | "!!null") => {}
        _ if !is_plain => return Value::String(text.to_owned()),
        _ => {}
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" => Value::Number("1.7976931348623157e+308".to_owned()),
        "-.inf" | "-.Inf" | "-.INF" => Value::Number("-1.7976931348623157e+308".to_owned()),
        ".nan" | ".NaN" | ".NAN" => Value::Null,
        text => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

/// A number in JSON's form.
fn number(text: &str) -> Option<String> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let radix = |prefix: &str, radix: u32| {
        let digits = digits.strip_prefix(prefix)?;
        u64::from_str_radix(digits, radix).ok().map(|number| format!("{sign}{number}"))
    };
    if let Some(number) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(number);
    }
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') || !digits.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let is_number_like = digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    if !is_number_like || digits.parse::<f64>().is_err() {
        return None;
    }
    // 007 is a number to YAML, and none to JSON.
    let whole_end = digits.find(['.', 'e', 'E']).unwrap_or(digits.len());
    let whole = digits[..whole_end].trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let rest = digits[whole_end..].strip_prefix('.').map_or(digits[whole_end..].to_owned(), |fraction| {
        let end = fraction.find(['e', 'E']).unwrap_or(fraction.len());
        let shown = if end == 0 { String::new() } else { format!(".{}", &fraction[..end]) };
        shown + &fraction[end..]
    });
    Some(format!("{sign}{whole}{rest}"))
}

/// Whether a text has to be quoted to be a text when it is read again.
pub fn needs_quotes(text: &str) -> bool {
    if text.is_empty() || !matches!(resolve(text, true, None), Value::String(_)) || text == "<<" || text == "=" {
        return true;
    }
    if matches!(text, "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF") {
        return true;
    }
    let first = text.as_bytes()[0];
    let starts_badly = b"!&*|>'\"%@`#,[]{}".contains(&first)
        || (b"-?:".contains(&first) && text.as_bytes().get(1).is_none_or(|next| b" \t".contains(next)))
        || text.starts_with("---")
        || text.starts_with("...");
    starts_badly
        || text.starts_with(' ')
        || text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #")
        || text.chars().any(|letter| letter.is_control() || letter == '\u{feff}')
        || is_date(text)
}

/// A date would be read as a time by other programs.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' && bytes.iter().enumerate().all(|(index, byte)| index == 4 || index == 7 || byte.is_ascii_digit())
}
