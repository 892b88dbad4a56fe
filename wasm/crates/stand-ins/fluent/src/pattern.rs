//! A message's value as written, and its formatting.

use crate::arguments::FluentArgs;

/// How deep messages may refer to one another; the real files go one deep.
const MAXIMUM_DEPTH: usize = 4;

#[derive(Clone, Copy)]
pub struct Pattern<'text> {
    pub(crate) text: &'text str,
}

type FindMessage<'call, 'text> = &'call dyn Fn(&str) -> Option<Pattern<'text>>;

impl Pattern<'_> {
    pub(crate) fn format(self, arguments: Option<&FluentArgs>, find_message: FindMessage) -> String {
        let mut output = String::new();
        format_text(&dedent(self.text), arguments, find_message, MAXIMUM_DEPTH, &mut output);
        output
    }
}

/// Removes the indentation that all continuation lines share, and blank ends.
fn dedent(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or("").trim();
    let rest: Vec<&str> = lines.collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let shared = rest.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let mut output = first.to_owned();
    for line in rest {
        output.push('\n');
        output.push_str(line.get(shared..).unwrap_or("").trim_end());
    }
    output.trim_matches('\n').to_owned()
}

fn format_text(
    text: &str,
    arguments: Option<&FluentArgs>,
    find_message: FindMessage,
    depth: usize,
    output: &mut String,
) {
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        output.push_str(&rest[..open]);
        let Some(close) = closing_brace(&rest[open..]) else {
            output.push_str(&rest[open..]);
            return;
        };
        let placeable = rest[open + 1..open + close].trim();
        format_placeable(placeable, arguments, find_message, depth, output);
        rest = &rest[open + close + 1..];
    }
    output.push_str(rest);
}

/// Finds the brace that closes the one at the start, skipping nested ones and string literals.
fn closing_brace(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

fn format_placeable(
    placeable: &str,
    arguments: Option<&FluentArgs>,
    find_message: FindMessage,
    depth: usize,
    output: &mut String,
) {
    if let Some(literal) = placeable.strip_prefix('"') {
        unescape(literal.strip_suffix('"').unwrap_or(literal), output);
        return;
    }
    let Some(variable) = placeable.strip_prefix('$') else {
        format_reference(placeable, arguments, find_message, depth, output);
        return;
    };
    let value_of = |name: &str| arguments.and_then(|arguments| arguments.get(name));
    let Some((name, variants)) = variable.split_once("->") else {
        output.push_str(value_of(variable.trim()).unwrap_or(placeable));
        return;
    };
    let value = value_of(name.trim()).unwrap_or("");
    format_text(select_variant(variants, value), arguments, find_message, depth, output);
}

fn format_reference(
    id: &str,
    arguments: Option<&FluentArgs>,
    find_message: FindMessage,
    depth: usize,
    output: &mut String,
) {
    let message = find_message(id).filter(|_| depth > 0);
    let Some(message) = message else {
        output.push_str(id);
        return;
    };
    format_text(&dedent(message.text), arguments, find_message, depth - 1, output);
}

/// Picks the variant whose key is `value` (or English's plural class of it), else the starred one.
fn select_variant<'text>(variants: &'text str, value: &str) -> &'text str {
    let mut default = "";
    for line in variants.lines().map(str::trim) {
        let starred = line.starts_with('*');
        let Some((key, text)) = line
            .trim_start_matches('*')
            .strip_prefix('[')
            .and_then(|line| line.split_once(']'))
        else {
            continue;
        };
        if key == value || (key == "one" && value == "1") {
            return text.trim();
        }
        if starred {
            default = text.trim();
        }
    }
    default
}

/// Writes a string literal's text: `\\`, `\"` and `\uXXXX` are escapes.
fn unescape(literal: &str, output: &mut String) {
    let mut rest = literal;
    while let Some(backslash) = rest.find('\\') {
        output.push_str(&rest[..backslash]);
        rest = &rest[backslash + 1..];
        let code = rest.strip_prefix('u').and_then(|hex| hex.get(..4));
        let character = code
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        if let Some(character) = character {
            output.push(character);
            rest = &rest[5..];
            continue;
        }
        let mut characters = rest.chars();
        output.extend(characters.next());
        rest = characters.as_str();
    }
    output.push_str(rest);
}
