//! The parts of an entry. The word and what follows it stand in the right half of a line, what is before it in the left one.
//! What has no room there goes, as far as it can, to the other half's empty end.

use super::Source;
use super::layout::Widths;
use super::occurrences::{Occurrence, skip_space, trimmed_end};
use super::options::Options;

/// A part of the text, and whether something was cut off at its outer end.
#[derive(Clone, Copy, Default)]
pub struct Part {
    pub start: usize,
    pub end: usize,
    pub is_cut: bool,
}

impl Part {
    pub fn length(self) -> isize {
        self.end as isize - self.start as isize
    }

    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

pub struct Fields {
    /// What follows `after`, at the left end of the line.
    pub tail: Part,
    pub before: Part,
    /// The word and what follows it.
    pub after: Part,
    /// What is before `before`, at the right end of the line.
    pub head: Part,
    pub reference: Vec<u8>,
}

impl Fields {
    pub fn of(options: &Options, widths: &Widths, longest_word: usize, source: &Source, occurrence: &Occurrence) -> Self {
        let text = &source.text[..];
        let (context_start, context_end) = occurrence.context;
        let word_start = occurrence.word.0;
        let marks = !options.mark.is_empty();
        let step = |at: usize, limit: usize| options.words.step(&text[..limit], at);
        // As many words from `start` on as have room; from `at` on they are counted.
        let fill = |start: usize, at: usize, fits: &dyn Fn(isize) -> bool| {
            let (mut end, mut at) = (at, at);
            while at < context_end && fits(at as isize - start as isize) {
                end = at;
                at = step(at, context_end);
            }
            if fits(at as isize - start as isize) { at } else { end }
        };

        let mut after = Part { start: word_start, end: 0, is_cut: false };
        after.end = fill(word_start, occurrence.word.1, &|length| length <= widths.after);
        after.is_cut = marks && after.end < context_end;
        after.end = trimmed_end(text, word_start, after.end);

        // No further to the left than could be shown: contexts may be long.
        let farthest = widths.half.max(0) as usize + longest_word;
        let left = if word_start - context_start > farthest { step(word_start - farthest, word_start) } else { context_start };
        let mut before = Part { start: left, end: trimmed_end(text, left, word_start), is_cut: false };
        while !before.is_empty() && before.length() > widths.before {
            before.start = step(before.start, before.end);
        }
        before.is_cut = marks && trimmed_end(text, 0, before.start) > context_start;
        // A context that begins with space moves what comes next: GNU's does not stop at the end here.
        before.start = skip_space(text, before.start, text.len());

        let (mut tail, mut head) = (Part::default(), Part::default());
        let tail_width = widths.before - before.length() - options.gap;
        if tail_width > 0 {
            tail.start = skip_space(text, after.end, text.len());
            tail.end = fill(tail.start, tail.start, &|length| length < tail_width);
            if !tail.is_empty() {
                after.is_cut = false;
                tail.is_cut = marks && tail.end < context_end;
            }
            tail.end = trimmed_end(text, tail.start, tail.end);
        }
        let head_width = widths.after - after.length() - options.gap;
        if head_width > 0 {
            head.end = trimmed_end(text, 0, before.start);
            head.start = left;
            while !head.is_empty() && head.length() > head_width {
                head.start = step(head.start, head.end);
            }
            if !head.is_empty() {
                before.is_cut = false;
                head.is_cut = marks && head.start > context_start;
            }
            head.start = skip_space(text, head.start, head.end);
        }
        Fields { tail, before, after, head, reference: reference(options, source, occurrence) }
    }
}

fn reference(options: &Options, source: &Source, occurrence: &Occurrence) -> Vec<u8> {
    if options.numbers_lines {
        return [&source.name[..], b":", (occurrence.line + 1).to_string().as_bytes()].concat();
    }
    if options.has_references {
        return source.text[occurrence.reference.0..occurrence.reference.1].to_vec();
    }
    Vec::new()
}
