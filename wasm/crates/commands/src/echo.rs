//! echo: writes its arguments. `-n` no newline, `-e` escapes, `-E` no escapes; anything else,
//! a cluster with another letter included, is text.

use crate::{escapes, output};
use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

pub fn main(args: Vec<OsString>) -> i32 {
    let (mut newline, mut escapes) = (true, false);
    let mut words = args.iter().skip(1).map(|arg| arg.as_bytes()).peekable();
    while let Some(letters) = words.peek().and_then(|word| word.strip_prefix(b"-")) {
        if letters.is_empty() || !letters.iter().all(|letter| b"neE".contains(letter)) {
            break;
        }
        for letter in letters {
            match letter {
                b'n' => newline = false,
                letter => escapes = *letter == b'e',
            }
        }
        words.next();
    }
    let mut text = words.collect::<Vec<_>>().join(&b' ');
    if newline {
        text.push(b'\n');
    }
    let mut output = output::standard();
    let written = match escapes {
        true => output.write_all(&escapes::expand(&text)),
        false => output.write_all(&text),
    };
    // A failed write shows again when the buffer is flushed.
    drop(written);
    output::finish(output, "echo", 0)
}
