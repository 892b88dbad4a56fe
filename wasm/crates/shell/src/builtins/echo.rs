//! `echo [-neE] words`

use crate::expand::ansi_c::{Dialect, decode_escape};
use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut ends_line = true;
    let mut decodes = shell.shell_options.is_on("xpg_echo");
    let mut words = &arguments[1..];
    while let Some(letters) = words.first().and_then(|word| option_letters(word)) {
        for letter in letters {
            match letter {
                b'n' => ends_line = false,
                b'e' => decodes = true,
                _ => decodes = false,
            }
        }
        words = &words[1..];
    }
    let mut output = words.join(b" ".as_slice());
    if decodes {
        let (decoded, goes_on) = decode(&output);
        output = decoded;
        ends_line &= goes_on;
    }
    if ends_line {
        output.push(b'\n');
    }
    shell.print(b"echo", &output)
}

/// A word is an option only if every letter of it is.
fn option_letters(word: &[u8]) -> Option<&[u8]> {
    let letters = word.strip_prefix(b"-")?;
    let are_options = !letters.is_empty() && letters.iter().all(|letter| matches!(letter, b'n' | b'e' | b'E'));
    are_options.then_some(letters)
}

/// Decodes escapes; `\c` ends the output, which the flag tells.
fn decode(text: &[u8]) -> (Vec<u8>, bool) {
    let mut output = Vec::with_capacity(text.len());
    let mut position = 0;
    while position < text.len() {
        if text[position] != b'\\' {
            output.push(text[position]);
            position += 1;
            continue;
        }
        if text.get(position + 1) == Some(&b'c') {
            return (output, false);
        }
        position += decode_escape(&text[position..], Dialect::Echo, &mut output);
    }
    (output, true)
}
