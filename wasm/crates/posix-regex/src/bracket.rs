//! Bracket expressions: `[a-z]`, `[^]x]`, `[[:alpha:]]`, `[[.-.]]`, `[[=e=]]`.

use crate::class;
use crate::parse::c_escape;
use crate::syntax::{Dialect, Error, Options, Ranges, decode};

const UNMATCHED: Error = Error("Unmatched [, [^, [:, [., or [=");

/// Reads a bracket expression whose `[` has been read.
pub fn parse(pattern: &[u8], position: &mut usize, options: Options) -> Result<Ranges, Error> {
    let is_negated = pattern.get(*position) == Some(&b'^');
    if is_negated {
        *position += 1;
    }
    let mut ranges: Ranges = Vec::new();
    let first = *position;
    loop {
        match pattern.get(*position) {
            None => return Err(UNMATCHED),
            Some(b']') if *position > first => break,
            Some(_) => {}
        }
        if pattern[*position..].starts_with(b"[:") {
            let end = find(pattern, *position + 2, b":]")?;
            let name = &pattern[*position + 2..end];
            let name: &[u8] = if options.ignores_case && matches!(name, b"upper" | b"lower") { b"alpha" } else { name };
            ranges.extend(class::named(name, options.is_utf8).ok_or(Error("Invalid character class name"))?);
            *position = end + 2;
            continue;
        }
        let low = element(pattern, position, options)?;
        let is_range = pattern.get(*position) == Some(&b'-') && pattern.get(*position + 1).is_some_and(|byte| *byte != b']');
        if !is_range {
            ranges.push((low, low));
            continue;
        }
        *position += 1;
        let high = element(pattern, position, options)?;
        if high < low {
            // The one true awk takes a range backwards for an empty one: patterns made of data go on.
            if options.dialect == Dialect::Awk {
                continue;
            }
            return Err(Error("Invalid range end"));
        }
        ranges.push((low, high));
    }
    *position += 1;
    if options.ignores_case {
        class::fold(&mut ranges, options.is_utf8);
    }
    Ok(if is_negated { class::negated(ranges, options.is_utf8) } else { ranges })
}

/// One character, or a collating element of one character.
fn element(pattern: &[u8], position: &mut usize, options: Options) -> Result<u32, Error> {
    for (open, close) in [(b"[.", b".]"), (b"[=", b"=]")] {
        if !pattern[*position..].starts_with(open) {
            continue;
        }
        let end = find(pattern, *position + 2, close)?;
        let name = &pattern[*position + 2..end];
        if name.is_empty() || decode(name, options.is_utf8).1 != name.len() {
            return Err(Error("Invalid collation character"));
        }
        *position = end + 2;
        return Ok(decode(name, options.is_utf8).0.map_or(u32::from(name[0]), u32::from));
    }
    let Some(rest) = pattern.get(*position..).filter(|rest| !rest.is_empty()) else { return Err(UNMATCHED) };
    if rest[0] == b'\\' && options.has_c_escapes && rest.len() > 1 {
        let mut after = *position + 1;
        if let Some(byte) = c_escape(pattern, &mut after, options) {
            *position = after;
            return Ok(u32::from(byte));
        }
        if options.dialect == Dialect::Awk {
            *position += 1;
        }
    }
    let (character, length) = decode(&pattern[*position..], options.is_utf8);
    let code = character.map_or(u32::from(pattern[*position]), u32::from);
    *position += length;
    Ok(code)
}

fn find(pattern: &[u8], from: usize, token: &[u8]) -> Result<usize, Error> {
    let rest = pattern.get(from..).ok_or(UNMATCHED)?;
    rest.windows(2).position(|window| window == token).map(|offset| from + offset).ok_or(UNMATCHED)
}
