//! The forms in which changes are shown.

use super::myers::Change;

pub struct Compared<'a> {
    pub old: Vec<&'a [u8]>,
    pub new: Vec<&'a [u8]>,
    pub changes: Vec<Change>,
}

const NO_NEWLINE: &[u8] = b"\n\\ No newline at end of file\n";

fn push_line(out: &mut Vec<u8>, prefix: &[u8], line: &[u8]) {
    out.extend_from_slice(prefix);
    out.extend_from_slice(line);
    if line.last() != Some(&b'\n') {
        out.extend_from_slice(NO_NEWLINE);
    }
}

/// `3` or `3,5`, of lines from 0; an empty run is the line before it.
fn span(start: usize, end: usize) -> String {
    match end - start {
        0 => start.to_string(),
        1 => (start + 1).to_string(),
        _ => format!("{},{end}", start + 1),
    }
}

pub fn normal(out: &mut Vec<u8>, compared: &Compared) {
    for change in &compared.changes {
        let letter = if change.old_start == change.old_end {
            'a'
        } else if change.new_start == change.new_end {
            'd'
        } else {
            'c'
        };
        let (old, new) = (span(change.old_start, change.old_end), span(change.new_start, change.new_end));
        out.extend_from_slice(format!("{old}{letter}{new}\n").as_bytes());
        compared.old[change.old_start..change.old_end].iter().for_each(|line| push_line(out, b"< ", line));
        if letter == 'c' {
            out.extend_from_slice(b"---\n");
        }
        compared.new[change.new_start..change.new_end].iter().for_each(|line| push_line(out, b"> ", line));
    }
}

/// An ed script: from the end, so that numbers stay right.
pub fn ed(out: &mut Vec<u8>, compared: &Compared) {
    for change in compared.changes.iter().rev() {
        let old = span(change.old_start, change.old_end);
        if change.new_start == change.new_end {
            out.extend_from_slice(format!("{old}d\n").as_bytes());
            continue;
        }
        let letter = if change.old_start == change.old_end { 'a' } else { 'c' };
        out.extend_from_slice(format!("{old}{letter}\n").as_bytes());
        let mut is_inserting = true;
        for line in &compared.new[change.new_start..change.new_end] {
            if !is_inserting {
                out.extend_from_slice(b"a\n");
                is_inserting = true;
            }
            // A line of one dot would end the text: two, and one is taken away.
            if *line == b".\n" {
                out.extend_from_slice(b"..\n.\ns/.//\n");
                is_inserting = false;
                continue;
            }
            out.extend_from_slice(line);
            if line.last() != Some(&b'\n') {
                out.push(b'\n');
            }
        }
        if is_inserting {
            out.extend_from_slice(b".\n");
        }
    }
}

/// Changes with lines around them; those whose lines touch are one hunk.
fn hunks(changes: &[Change], context: usize) -> Vec<&[Change]> {
    let (mut hunks, mut start) = (Vec::new(), 0);
    for index in 1..=changes.len() {
        let is_apart = index == changes.len() || changes[index].old_start - changes[index - 1].old_end > 2 * context;
        if is_apart {
            hunks.push(&changes[start..index]);
            start = index;
        }
    }
    hunks
}

/// The lines that a hunk covers: of the old file, then of the new one.
fn bounds(hunk: &[Change], context: usize, compared: &Compared) -> ((usize, usize), (usize, usize)) {
    let (first, last) = (hunk[0], hunk[hunk.len() - 1]);
    let before = context.min(first.old_start).min(first.new_start);
    let after = context.min(compared.old.len() - last.old_end).min(compared.new.len() - last.new_end);
    ((first.old_start - before, last.old_end + after), (first.new_start - before, last.new_end + after))
}

fn unified_span(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => (start + 1).to_string(),
        count => format!("{},{count}", start + 1),
    }
}

pub fn unified(out: &mut Vec<u8>, compared: &Compared, context: usize) {
    for hunk in hunks(&compared.changes, context) {
        let (old, new) = bounds(hunk, context, compared);
        out.extend_from_slice(format!("@@ -{} +{} @@\n", unified_span(old.0, old.1), unified_span(new.0, new.1)).as_bytes());
        let mut at = old.0;
        for change in hunk {
            compared.old[at..change.old_start].iter().for_each(|line| push_line(out, b" ", line));
            compared.old[change.old_start..change.old_end].iter().for_each(|line| push_line(out, b"-", line));
            compared.new[change.new_start..change.new_end].iter().for_each(|line| push_line(out, b"+", line));
            at = change.old_end;
        }
        compared.old[at..old.1].iter().for_each(|line| push_line(out, b" ", line));
    }
}

pub fn context(out: &mut Vec<u8>, compared: &Compared, context: usize) {
    let span = |start: usize, end: usize| if end - start <= 1 { if end == start { start.to_string() } else { end.to_string() } } else { format!("{},{end}", start + 1) };
    for hunk in hunks(&compared.changes, context) {
        let (old, new) = bounds(hunk, context, compared);
        out.extend_from_slice(format!("***************\n*** {} ****\n", span(old.0, old.1)).as_bytes());
        if hunk.iter().any(|change| change.old_start < change.old_end) {
            let mut at = old.0;
            for change in hunk {
                compared.old[at..change.old_start].iter().for_each(|line| push_line(out, b"  ", line));
                let prefix: &[u8] = if change.new_start == change.new_end { b"- " } else { b"! " };
                compared.old[change.old_start..change.old_end].iter().for_each(|line| push_line(out, prefix, line));
                at = change.old_end;
            }
            compared.old[at..old.1].iter().for_each(|line| push_line(out, b"  ", line));
        }
        out.extend_from_slice(format!("--- {} ----\n", span(new.0, new.1)).as_bytes());
        if hunk.iter().any(|change| change.new_start < change.new_end) {
            let mut at = new.0;
            for change in hunk {
                compared.new[at..change.new_start].iter().for_each(|line| push_line(out, b"  ", line));
                let prefix: &[u8] = if change.old_start == change.old_end { b"+ " } else { b"! " };
                compared.new[change.new_start..change.new_end].iter().for_each(|line| push_line(out, prefix, line));
                at = change.new_end;
            }
            compared.new[at..new.1].iter().for_each(|line| push_line(out, b"  ", line));
        }
    }
}
