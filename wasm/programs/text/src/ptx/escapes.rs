//! The escapes of C in an option's value; a backslash before anything else stays.

pub fn unescaped(value: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(value.len());
    let mut at = 0;
    while at < value.len() {
        let (byte, next) = (value[at], value.get(at + 1).copied());
        at += 1;
        let Some(letter) = next.filter(|_| byte == b'\\') else {
            result.push(byte);
            continue;
        };
        at += 1;
        match letter {
            b'a' => result.push(7),
            b'b' => result.push(8),
            b'c' => break,
            b'f' => result.push(12),
            b'n' => result.push(b'\n'),
            b'r' => result.push(b'\r'),
            b't' => result.push(b'\t'),
            b'v' => result.push(11),
            b'x' => result.push(number(value, &mut at, 16)),
            b'0' => result.push(number(value, &mut at, 8)),
            letter => result.extend([b'\\', letter]),
        }
    }
    result
}

/// Up to three digits.
fn number(value: &[u8], at: &mut usize, base: u32) -> u8 {
    let mut number = 0;
    for _ in 0..3 {
        let Some(digit) = value.get(*at).and_then(|byte| char::from(*byte).to_digit(base)) else { break };
        number = number * base + digit;
        *at += 1;
    }
    number as u8
}
