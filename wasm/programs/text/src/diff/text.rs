//! A file's lines, and which of them count as the same.

use std::collections::HashMap;

#[derive(Clone, Copy, Default)]
pub struct Sameness {
    pub ignores_case: bool,
    /// `-w`: all blanks.
    pub ignores_blanks: bool,
    /// `-b`: how many blanks there are, and those at the end.
    pub ignores_blank_runs: bool,
    pub ignores_trailing_blanks: bool,
    pub ignores_carriage_returns: bool,
    pub ignores_tab_expansion: bool,
}

/// A line has its newline, but perhaps the last.
pub fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

impl Sameness {
    fn is_plain(self) -> bool {
        !(self.ignores_case || self.ignores_blanks || self.ignores_blank_runs || self.ignores_trailing_blanks || self.ignores_carriage_returns || self.ignores_tab_expansion)
    }

    /// What of a line is compared.
    fn form(self, line: &[u8]) -> Vec<u8> {
        let is_blank = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
        let mut line = line;
        let has_newline = line.last() == Some(&b'\n');
        if has_newline {
            line = &line[..line.len() - 1];
        }
        if self.ignores_carriage_returns && line.last() == Some(&b'\r') {
            line = &line[..line.len() - 1];
        }
        if self.ignores_trailing_blanks || self.ignores_blank_runs {
            line = line.trim_ascii_end();
        }
        let mut form = Vec::with_capacity(line.len() + 1);
        for byte in line {
            if is_blank(*byte) && self.ignores_blanks {
                continue;
            }
            if is_blank(*byte) && self.ignores_blank_runs {
                if form.last() != Some(&b' ') {
                    form.push(b' ');
                }
                continue;
            }
            if *byte == b'\t' && self.ignores_tab_expansion {
                form.resize(form.len() / 8 * 8 + 8, b' ');
                continue;
            }
            form.push(if self.ignores_case { byte.to_ascii_lowercase() } else { *byte });
        }
        // A missing newline at the end is a blank that misses.
        if has_newline || self.ignores_blanks || self.ignores_blank_runs {
            form.push(b'\n');
        }
        form
    }
}

/// Numbers for the lines of both files; the same number is the same line.
pub fn number(old: &[&[u8]], new: &[&[u8]], sameness: Sameness) -> (Vec<u32>, Vec<u32>) {
    if sameness.is_plain() {
        let mut numbers = HashMap::new();
        let mut all: Vec<u32> = old.iter().chain(new).map(|line| plain_number(&mut numbers, line)).collect();
        let rest = all.split_off(old.len());
        return (all, rest);
    }
    let mut numbers: HashMap<Vec<u8>, u32> = HashMap::new();
    let mut number = |line: &&[u8]| {
        let next = numbers.len() as u32;
        *numbers.entry(sameness.form(line)).or_insert(next)
    };
    (old.iter().map(&mut number).collect(), new.iter().map(&mut number).collect())
}

fn plain_number<'a>(numbers: &mut HashMap<&'a [u8], u32>, line: &'a [u8]) -> u32 {
    let next = numbers.len() as u32;
    *numbers.entry(line).or_insert(next)
}
