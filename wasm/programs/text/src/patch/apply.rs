//! Hunks to a file's lines: where each fits, at some distance and with less context if need be.

use super::parse::{Hunk, Kind, Line};

/// How a hunk came in.
pub enum Outcome {
    /// The line where it went in, from 1; how far off, and with how much of its context left out.
    Applied { line: usize, offset: isize, fuzz: usize },
    Failed { line: usize },
}

pub struct Applied {
    pub lines: Vec<Vec<u8>>,
    pub outcomes: Vec<Outcome>,
}

fn same(left: &[u8], right: &[u8], ignores_blanks: bool) -> bool {
    if left == right {
        return true;
    }
    let trimmed = |text: &[u8]| text.strip_suffix(b"\n").unwrap_or(text).to_vec();
    if !ignores_blanks {
        return false;
    }
    let squeezed = |text: &[u8]| trimmed(text).split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(&b' ');
    squeezed(left) == squeezed(right)
}

/// Lines of context at the start and at the end.
fn context(lines: &[Line]) -> (usize, usize) {
    let is_context = |line: &&Line| line.kind == Kind::Context;
    (lines.iter().take_while(is_context).count(), lines.iter().rev().take_while(is_context).count())
}

pub fn apply(file: &[&[u8]], hunks: &[Hunk], most_fuzz: usize, ignores_blanks: bool) -> Applied {
    let mut result = Applied { lines: Vec::new(), outcomes: Vec::new() };
    // Lines of the file already taken over, and how far the hunk before was off.
    let (mut done, mut last_offset) = (0usize, 0isize);
    for hunk in hunks {
        let (prefix, suffix) = context(&hunk.lines);
        let longest = prefix.max(suffix);
        let mut found = None;
        for fuzz in 0..=most_fuzz.min(longest) {
            let (skipped_start, skipped_end) = (trimmed(fuzz, prefix, longest), trimmed(fuzz, suffix, longest));
            let lines = &hunk.lines[skipped_start..hunk.lines.len() - skipped_end];
            let old: Vec<&[u8]> = lines.iter().filter(|line| line.kind != Kind::New).map(|line| &line.text[..]).collect();
            let wanted = hunk.old_start as isize + last_offset + skipped_start as isize;
            // Less context on one side means that this side is the file's end.
            let at_start = fuzz == 0 && prefix < suffix && hunk.old_start == 0;
            let at_end = fuzz == 0 && suffix < prefix;
            if let Some(place) = search(file, &old, wanted, done, at_start, at_end, ignores_blanks) {
                found = Some((place, fuzz, skipped_start, skipped_end));
                break;
            }
        }
        let Some((place, fuzz, skipped_start, skipped_end)) = found else {
            let line = (hunk.old_start as isize + 1 + last_offset).max(1) as usize;
            result.outcomes.push(Outcome::Failed { line });
            continue;
        };
        let offset = place as isize - (hunk.old_start + skipped_start) as isize;
        result.lines.extend(file[done..place].iter().map(|line| line.to_vec()));
        let mut at = place;
        for line in &hunk.lines[skipped_start..hunk.lines.len() - skipped_end] {
            match line.kind {
                Kind::Context => {
                    result.lines.push(file[at].to_vec());
                    at += 1;
                }
                Kind::Old => at += 1,
                Kind::New => result.lines.push(line.text.clone()),
            }
        }
        result.outcomes.push(Outcome::Applied { line: (hunk.new_start as isize + 1 + offset).max(1) as usize, offset, fuzz });
        (done, last_offset) = (at, offset);
    }
    result.lines.extend(file[done..].iter().map(|line| line.to_vec()));
    result
}

/// How much of a side's context a fuzz leaves out.
fn trimmed(fuzz: usize, side: usize, longest: usize) -> usize {
    (fuzz + side).saturating_sub(longest)
}

/// The place nearest to the one wanted where the old lines are, not before `from`.
fn search(file: &[&[u8]], old: &[&[u8]], wanted: isize, from: usize, at_start: bool, at_end: bool, ignores_blanks: bool) -> Option<usize> {
    let last = file.len().checked_sub(old.len())?;
    let fits = |place: isize| {
        let place = usize::try_from(place).ok().filter(|place| *place >= from && *place <= last)?;
        if at_start && place != 0 || at_end && place != last {
            return None;
        }
        let is_same = old.iter().zip(&file[place..]).all(|(old, line)| same(old, line, ignores_blanks));
        is_same.then_some(place)
    };
    let furthest = (wanted - from as isize).abs().max((last as isize - wanted).abs());
    if old.is_empty() {
        return fits(wanted.clamp(from as isize, last as isize));
    }
    (0..=furthest).find_map(|distance| fits(wanted + distance).or_else(|| if distance > 0 { fits(wanted - distance) } else { None }))
}
