//! Version order (`file9` before `file10`), as GNU's filevercmp defines it.

use std::cmp::Ordering;

/// Compares two names, numbers in them by value.
pub fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let hidden = |name: &[u8]| match name {
        b"" => 0,
        b"." => 1,
        b".." => 2,
        [b'.', ..] => 3,
        _ => 4,
    };
    let order = hidden(left).cmp(&hidden(right));
    if order != Ordering::Equal {
        return order;
    }
    let (left_stem, right_stem) = (without_suffix(left), without_suffix(right));
    compare_parts(left_stem, right_stem).then_with(|| compare_parts(left, right))
}

/// Removes a run of extensions: `(\.[A-Za-z~][A-Za-z0-9~]*)*$`.
fn without_suffix(name: &[u8]) -> &[u8] {
    let mut end = name.len();
    while let Some(dot) = name[..end].iter().rposition(|byte| *byte == b'.') {
        let extension = &name[dot + 1..end];
        let starts_well = extension.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'~');
        if dot == 0 || !starts_well || !extension.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'~') {
            break;
        }
        end = dot;
    }
    &name[..end]
}

fn compare_parts(mut left: &[u8], mut right: &[u8]) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        while left.first().is_some_and(|byte| !byte.is_ascii_digit()) || right.first().is_some_and(|byte| !byte.is_ascii_digit()) {
            let order = weight(left.first()).cmp(&weight(right.first()));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (&left[1..], &right[1..]);
        }
        let (left_number, left_rest) = take_number(left);
        let (right_number, right_rest) = take_number(right);
        let order = left_number.len().cmp(&right_number.len()).then_with(|| left_number.cmp(right_number));
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    Ordering::Equal
}

/// `~` sorts before the end, digits and the end before letters, letters before the rest.
fn weight(byte: Option<&u8>) -> i32 {
    match byte {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_digit() => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    }
}

/// Splits a number off, without its leading zeros.
fn take_number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let zeros = text[..end].iter().take_while(|byte| **byte == b'0').count();
    (&text[zeros..end], &text[end..])
}
