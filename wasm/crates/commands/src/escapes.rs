//! Backslash escapes as `echo -e` expands them.

/// Expands escapes; `\c` ends the output.
pub fn expand(text: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'\\' {
            output.push(*first);
            continue;
        }
        let Some((letter, tail)) = rest.split_first() else {
            output.push(b'\\');
            break;
        };
        rest = tail;
        match letter {
            b'a' => output.push(7),
            b'b' => output.push(8),
            b'c' => break,
            b'e' => output.push(27),
            b'f' => output.push(12),
            b'n' => output.push(b'\n'),
            b'r' => output.push(b'\r'),
            b't' => output.push(b'\t'),
            b'v' => output.push(11),
            b'\\' => output.push(b'\\'),
            b'0' => rest = push_number(rest, 8, 3, &mut output).unwrap_or_else(|| { output.push(0); rest }),
            b'x' => rest = push_number(rest, 16, 2, &mut output).unwrap_or_else(|| { output.extend(b"\\x"); rest }),
            other => output.extend([b'\\', *other]),
        }
    }
    output
}

/// Pushes the byte that up to `maximum` digits name, and returns what follows; `None` without digits.
fn push_number<'text>(text: &'text [u8], radix: u32, maximum: usize, output: &mut Vec<u8>) -> Option<&'text [u8]> {
    let digits = text.iter().take(maximum).take_while(|byte| (**byte as char).is_digit(radix)).count();
    if digits == 0 {
        return None;
    }
    let number = text[..digits].iter().fold(0, |sum, byte| sum * radix + (*byte as char).to_digit(radix).unwrap_or(0));
    output.push(number as u8);
    Some(&text[digits..])
}
