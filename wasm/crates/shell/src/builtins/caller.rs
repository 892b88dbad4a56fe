//! `caller [n]`

use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let number = match arguments.get(1) {
        None => None,
        Some(text) => match std::str::from_utf8(text).ok().and_then(|text| text.parse::<usize>().ok()) {
            Some(number) => Some(number),
            None => {
                let text = String::from_utf8_lossy(text).into_owned();
                shell.complain(format!("caller: {text}: invalid number"));
                return Ok(2);
            }
        },
    };
    let frames: Vec<_> = shell.frames.inner_first().cloned().collect();
    let index = number.unwrap_or(0);
    let Some(frame) = frames.get(index) else { return Ok(1) };
    let outer = frames.get(index + 1);
    let mut text = format!("{} ", frame.line).into_bytes();
    match (number, outer) {
        (None, None) => text.extend(b"NULL"),
        (None, Some(outer)) => text.extend_from_slice(&outer.source),
        (Some(_), None) => return Ok(1),
        (Some(_), Some(outer)) => {
            text.extend(outer.name.bytes());
            text.push(b' ');
            text.extend_from_slice(&outer.source);
        }
    }
    text.push(b'\n');
    shell.print(b"caller", &text)
}
