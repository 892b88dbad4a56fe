//! What makes MYFILE the merged file: the file itself, or a script for ed. Both answer whether there are conflicts.

use super::block::{Block, Odd};
use super::{Files, Settings};

fn push_mark(out: &mut Vec<u8>, mark: &str, label: &[u8]) {
    out.extend_from_slice(mark.as_bytes());
    out.push(b' ');
    out.extend_from_slice(label);
    out.push(b'\n');
}

pub fn merged(out: &mut Vec<u8>, settings: &Settings, files: &Files, blocks: &[Block]) -> bool {
    let (mut has_conflicts, mut copied) = (false, 0);
    let [my_label, old_label, your_label] = &settings.labels[..] else { return false };
    for block in blocks {
        let Some(is_conflict) = settings.is_conflict(block) else { continue };
        let [mine, old, yours] = [0, 1, 2].map(|file| files[file][block.ranges[file].clone()].concat());
        files[0][copied..block.ranges[0].start].iter().for_each(|line| out.extend_from_slice(line));
        copied = block.ranges[0].end;
        if is_conflict {
            has_conflicts = true;
            if block.odd == Odd::All {
                push_mark(out, "<<<<<<<", my_label);
                out.extend_from_slice(&mine);
            }
            if settings.shows_old {
                push_mark(out, if block.odd == Odd::All { "|||||||" } else { "<<<<<<<" }, old_label);
                out.extend_from_slice(&old);
            }
            out.extend_from_slice(b"=======\n");
        }
        out.extend_from_slice(&yours);
        if is_conflict {
            push_mark(out, ">>>>>>>", your_label);
        }
    }
    files[0][copied..].iter().for_each(|line| out.extend_from_slice(line));
    has_conflicts
}

/// From the end, so that numbers stay right.
pub fn script(out: &mut Vec<u8>, settings: &Settings, files: &Files, blocks: &[Block]) -> bool {
    let mut has_conflicts = false;
    let [my_label, old_label, your_label] = &settings.labels[..] else { return false };
    for block in blocks.iter().rev() {
        let Some(is_conflict) = settings.is_conflict(block) else { continue };
        let [mine, old, yours] = block.ranges.clone();
        let (old, yours) = (&files[1][old], &files[2][yours]);
        if is_conflict {
            has_conflicts = true;
            let mut has_dot = false;
            out.extend_from_slice(format!("{}a\n", mine.end).as_bytes());
            if block.odd == Odd::All {
                if settings.shows_old {
                    push_mark(out, "|||||||", old_label);
                    has_dot |= push_text(out, old);
                }
                out.extend_from_slice(b"=======\n");
                has_dot |= push_text(out, yours);
            }
            push_mark(out, ">>>>>>>", your_label);
            push_end(out, has_dot, mine.end + 2, old.len() + yours.len() + 1);
            out.extend_from_slice(format!("{}a\n", mine.start).as_bytes());
            push_mark(out, "<<<<<<<", if block.odd == Odd::All { my_label } else { old_label });
            let mut has_dot = false;
            if block.odd == Odd::Old {
                has_dot = push_text(out, old);
                out.extend_from_slice(b"=======\n");
            }
            push_end(out, has_dot, mine.start + 2, old.len());
            continue;
        }
        let lines = match mine.len() {
            0 => mine.end.to_string(),
            1 => (mine.start + 1).to_string(),
            _ => format!("{},{}", mine.start + 1, mine.end),
        };
        let letter = match (mine.is_empty(), yours.is_empty()) {
            (_, true) => 'd',
            (true, false) => 'a',
            (false, false) => 'c',
        };
        out.extend_from_slice(format!("{lines}{letter}\n").as_bytes());
        if !yours.is_empty() {
            let has_dot = push_text(out, yours);
            push_end(out, has_dot, mine.start + 1, yours.len());
        }
    }
    if settings.writes_and_quits {
        out.extend_from_slice(b"w\nq\n");
    }
    has_conflicts
}

/// Lines for ed; those that begin with a dot, which might end the text, have one more. Answers whether there are any.
fn push_text(out: &mut Vec<u8>, lines: &[&[u8]]) -> bool {
    for line in lines {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        if line.last() != Some(&b'\n') {
            out.push(b'\n');
        }
    }
    lines.iter().any(|line| line.starts_with(b"."))
}

/// Ends the text and takes the added dots away.
fn push_end(out: &mut Vec<u8>, has_dot: bool, start: usize, count: usize) {
    out.extend_from_slice(b".\n");
    if has_dot {
        let lines = if count == 1 { start.to_string() } else { format!("{start},{}", start + count - 1) };
        out.extend_from_slice(format!("{lines}s/^\\.//\n").as_bytes());
    }
}
