//! Parameter expansions: `$x`, `${x:-y}` and all the other forms.

use super::error::ParseError;
use super::skip::Source;
use super::word::{Context, Mode, parse_arithmetic_text, parse_in_mode, parse_word};
use crate::syntax::word::{CaseChange, ReplacePlace};
use crate::syntax::{ParameterExpansion, ParameterName, ParameterOperation, Part, Word};

fn name_length(text: &[u8]) -> usize {
    match text.first() {
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
        }
        _ => 0,
    }
}

fn special(byte: u8) -> Option<ParameterName> {
    match byte {
        b'@' => Some(ParameterName::AllPositional),
        b'*' => Some(ParameterName::JoinedPositional),
        b'#' | b'?' | b'-' | b'$' | b'!' | b'0' => Some(ParameterName::Special(byte)),
        _ => None,
    }
}

fn plain(name: ParameterName) -> Part {
    part(name, false, ParameterOperation::Plain)
}

fn part(name: ParameterName, is_indirect: bool, operation: ParameterOperation) -> Part {
    Part::Parameter(Box::new(ParameterExpansion { name, is_indirect, operation }))
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// Parses what follows a `$` without braces; returns the length taken.
pub fn parse_unbraced(text: &[u8]) -> Option<(Part, usize)> {
    let length = name_length(text);
    if length > 0 {
        return Some((plain(ParameterName::Variable(lossy(&text[..length]))), length));
    }
    let first = *text.first()?;
    if first.is_ascii_digit() && first != b'0' {
        return Some((plain(ParameterName::Positional(usize::from(first - b'0'))), 1));
    }
    special(first).map(|name| (plain(name), 1))
}

/// Parses the inside of `${…}`; `None` is a bad substitution.
pub fn parse_braced(text: &[u8], context: Context, in_quotes: bool) -> Result<Option<Part>, ParseError> {
    if let Some(rest) = text.strip_prefix(b"#")
        && let Some((name, length)) = parse_name(rest, context)?
        && length == rest.len()
    {
        return Ok(Some(part(name, false, ParameterOperation::Length)));
    }
    if let Some(rest) = text.strip_prefix(b"!")
        && let Some((name, length)) = parse_name(rest, context)?
    {
        return parse_indirect(name, &rest[length..], context, in_quotes);
    }
    let Some((name, length)) = parse_name(text, context)? else { return Ok(None) };
    let operation = parse_operation(&text[length..], context, in_quotes)?;
    Ok(operation.map(|operation| part(name, false, operation)))
}

/// Parses what follows the name of `${!name…}`.
fn parse_indirect(
    name: ParameterName,
    rest: &[u8],
    context: Context,
    in_quotes: bool,
) -> Result<Option<Part>, ParseError> {
    if let (ParameterName::Variable(_), b"*" | b"@") = (&name, rest) {
        let joined = rest == b"*";
        return Ok(Some(part(name, false, ParameterOperation::NamesWithPrefix { joined })));
    }
    if rest.is_empty() {
        match name {
            ParameterName::AllElements(array) => {
                let name = ParameterName::Variable(array);
                return Ok(Some(part(name, false, ParameterOperation::Keys { joined: false })));
            }
            ParameterName::JoinedElements(array) => {
                let name = ParameterName::Variable(array);
                return Ok(Some(part(name, false, ParameterOperation::Keys { joined: true })));
            }
            _ => {}
        }
    }
    let operation = parse_operation(rest, context, in_quotes)?;
    Ok(operation.map(|operation| part(name, true, operation)))
}

/// Parses a parameter's name and subscript; returns the length taken.
fn parse_name(text: &[u8], context: Context) -> Result<Option<(ParameterName, usize)>, ParseError> {
    let length = name_length(text);
    if length > 0 {
        let name = lossy(&text[..length]);
        if text.get(length) != Some(&b'[') {
            return Ok(Some((ParameterName::Variable(name), length)));
        }
        let source = Source { text, first_line: context.line, depth: context.depth };
        let Ok(end) = source.brackets(length) else { return Ok(None) };
        let name = match &text[length + 1..end - 1] {
            b"" => return Ok(None),
            b"@" => ParameterName::AllElements(name),
            b"*" => ParameterName::JoinedElements(name),
            index => ParameterName::Element(name, parse_word(index, context)?),
        };
        return Ok(Some((name, end)));
    }
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 0 {
        let Ok(number) = lossy(&text[..digits]).parse::<usize>() else { return Ok(None) };
        let name = if number == 0 { ParameterName::Special(b'0') } else { ParameterName::Positional(number) };
        return Ok(Some((name, digits)));
    }
    Ok(text.first().and_then(|byte| special(*byte)).map(|name| (name, 1)))
}

/// The operand of `:-` and its like.
fn operand(text: &[u8], context: Context, in_quotes: bool) -> Result<Word, ParseError> {
    parse_in_mode(text, context, if in_quotes { Mode::Operand } else { Mode::Plain })
}

/// Parses what follows the name. Patterns are read as outside of quotes even within them.
fn parse_operation(text: &[u8], context: Context, in_quotes: bool) -> Result<Option<ParameterOperation>, ParseError> {
    use ParameterOperation as Op;
    let after = |length: usize| operand(&text[length..], context, in_quotes);
    let pattern = |length: usize| parse_word(&text[length..], context);
    let operation = match text {
        [] => Op::Plain,
        [b':', b'-', ..] => Op::Default { word: after(2)?, null_counts: true },
        [b':', b'=', ..] => Op::AssignDefault { word: after(2)?, null_counts: true },
        [b':', b'?', ..] => Op::Require { word: after(2)?, null_counts: true },
        [b':', b'+', ..] => Op::Alternative { word: after(2)?, null_counts: true },
        [b'-', ..] => Op::Default { word: after(1)?, null_counts: false },
        [b'=', ..] => Op::AssignDefault { word: after(1)?, null_counts: false },
        [b'?', ..] => Op::Require { word: after(1)?, null_counts: false },
        [b'+', ..] => Op::Alternative { word: after(1)?, null_counts: false },
        [b'#', b'#', ..] => Op::Remove { pattern: pattern(2)?, at_end: false, longest: true },
        [b'#', ..] => Op::Remove { pattern: pattern(1)?, at_end: false, longest: false },
        [b'%', b'%', ..] => Op::Remove { pattern: pattern(2)?, at_end: true, longest: true },
        [b'%', ..] => Op::Remove { pattern: pattern(1)?, at_end: true, longest: false },
        [b'/', rest @ ..] => parse_replacement(rest, context)?,
        [b'^', b'^', ..] => case_change(CaseChange::Upper, true, &text[2..], context)?,
        [b'^', ..] => case_change(CaseChange::Upper, false, &text[1..], context)?,
        [b',', b',', ..] => case_change(CaseChange::Lower, true, &text[2..], context)?,
        [b',', ..] => case_change(CaseChange::Lower, false, &text[1..], context)?,
        [b'~', b'~', ..] => case_change(CaseChange::Toggle, true, &text[2..], context)?,
        [b'~', ..] => case_change(CaseChange::Toggle, false, &text[1..], context)?,
        [b'@', letter @ (b'Q' | b'E' | b'P' | b'A' | b'a' | b'K' | b'k' | b'U' | b'u' | b'L')] => {
            Op::Transform(*letter)
        }
        [b':', rest @ ..] => {
            let split = slice_separator(rest, context);
            let offset = parse_arithmetic_text(&rest[..split.unwrap_or(rest.len())], context)?;
            let length = match split {
                Some(position) => Some(parse_arithmetic_text(&rest[position + 1..], context)?),
                None => None,
            };
            Op::Slice { offset, length }
        }
        _ => return Ok(None),
    };
    Ok(Some(operation))
}

fn case_change(
    change: CaseChange,
    all: bool,
    pattern: &[u8],
    context: Context,
) -> Result<ParameterOperation, ParseError> {
    let pattern = match pattern {
        [] => None,
        text => Some(parse_word(text, context)?),
    };
    Ok(ParameterOperation::ChangeCase { change, all, pattern })
}

/// Parses `pattern/replacement`, which may start with a second `/`, `#` or `%`.
fn parse_replacement(text: &[u8], context: Context) -> Result<ParameterOperation, ParseError> {
    let (place, text) = match text {
        [b'/', rest @ ..] => (ReplacePlace::All, rest),
        [b'#', rest @ ..] => (ReplacePlace::Start, rest),
        [b'%', rest @ ..] => (ReplacePlace::End, rest),
        _ => (ReplacePlace::First, text),
    };
    let split = find_unquoted(text, context, |byte| byte == b'/').unwrap_or(text.len());
    Ok(ParameterOperation::Replace {
        pattern: parse_word(&text[..split], context)?,
        replacement: parse_word(text.get(split + 1..).unwrap_or(b""), context)?,
        place,
    })
}

/// The colon between offset and length; those of `a ? b : c` and in parentheses are not it.
fn slice_separator(text: &[u8], context: Context) -> Option<usize> {
    let mut conditionals = 0;
    let mut parentheses = 0;
    find_unquoted(text, context, |byte| {
        match byte {
            b'(' => parentheses += 1,
            b')' => parentheses -= 1,
            b'?' => conditionals += 1,
            b':' if conditionals > 0 => conditionals -= 1,
            b':' if parentheses == 0 => return true,
            _ => {}
        }
        false
    })
}

/// Finds the first byte outside of quotes and expansions that `wanted` accepts.
fn find_unquoted(text: &[u8], context: Context, mut wanted: impl FnMut(u8) -> bool) -> Option<usize> {
    let source = Source { text, first_line: context.line, depth: context.depth };
    let mut position = 0;
    while position < text.len() {
        position = match text[position] {
            b'\\' => position + 2,
            b'\'' => source.single_quotes(position).unwrap_or(position + 1),
            b'"' => source.double_quotes(position).unwrap_or(position + 1),
            b'`' => source.backquotes(position).unwrap_or(position + 1),
            b'$' => source.dollar(position).unwrap_or(position + 1),
            byte if wanted(byte) => return Some(position),
            _ => position + 1,
        };
    }
    None
}
