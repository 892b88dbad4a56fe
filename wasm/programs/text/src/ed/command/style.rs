//! How lines are printed: `p`, `n` and `l`.

use super::Step;
use crate::ed::{Editor, Failure};

const SUFFIX: Failure = "Invalid command suffix";

/// How lines are printed.
#[derive(Clone, Copy, Default)]
pub(super) struct Style {
    pub(super) prints: bool,
    pub(super) has_numbers: bool,
    pub(super) is_listed: bool,
}

impl Editor {
    pub(super) fn print_current(&mut self, style: Style) {
        if style.prints && self.buffer.current > 0 {
            self.print(self.buffer.current, self.buffer.current, style);
        }
    }

    pub(super) fn print(&mut self, first: usize, last: usize, style: Style) {
        for number in first..=last {
            let text = self.buffer.text(number).to_vec();
            let mut out = if style.has_numbers { format!("{number}\t").into_bytes() } else { Vec::new() };
            if style.is_listed {
                out.extend(listed(&text));
            } else {
                out.extend(text);
            }
            out.push(b'\n');
            self.put(&out);
        }
        self.buffer.current = last;
    }
}

pub(super) fn suffix(text: &[u8]) -> Step<Style> {
    let mut style = Style::default();
    for byte in text {
        match byte {
            b'p' => {}
            b'n' => style.has_numbers = true,
            b'l' => style.is_listed = true,
            b' ' | b'\t' => continue,
            _ => return Err(SUFFIX),
        }
        style.prints = true;
    }
    Ok(style)
}

/// A line in the form of `l`.
pub(super) fn listed(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in text {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'$' => out.extend(b"\\$"),
            7 => out.extend(b"\\a"),
            8 => out.extend(b"\\b"),
            b'\t' => out.extend(b"\\t"),
            11 => out.extend(b"\\v"),
            12 => out.extend(b"\\f"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(*byte),
            other => out.extend(format!("\\{other:03o}").into_bytes()),
        }
    }
    out.push(b'$');
    out
}
