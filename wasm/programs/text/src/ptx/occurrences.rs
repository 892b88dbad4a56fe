//! The words of the texts, each with the sentence around it, in the order of the index.

use super::options::{Options, PROGRAM};
use super::Source;

/// A word of the index. All places are those in its source's text.
pub struct Occurrence {
    pub source: usize,
    pub word: (usize, usize),
    /// The sentence, without the reference in front of it.
    pub context: (usize, usize),
    /// Of the line it is on, from 0.
    pub line: usize,
    /// The first field of the line.
    pub reference: (usize, usize),
}

pub struct Index {
    pub occurrences: Vec<Occurrence>,
    pub longest_word: usize,
    pub longest_reference: usize,
    /// Of each source: of the last word's line, from 0.
    pub last_lines: Vec<usize>,
}

/// The line at hand while the words are looked at in order.
struct Line {
    number: usize,
    start: usize,
    reference_end: usize,
    scanned: usize,
}

impl Line {
    fn at(text: &[u8], number: usize, start: usize, has_reference: bool) -> Self {
        let length = text[start..].iter().take_while(|byte| !is_space(**byte)).count();
        let reference_end = if has_reference { start + length } else { start };
        Line { number, start, reference_end, scanned: reference_end }
    }

    /// Goes on to the line of `place`.
    fn advance(&mut self, text: &[u8], place: usize, has_reference: bool) {
        while self.scanned < place {
            if text[self.scanned] == b'\n' {
                *self = Line::at(text, self.number + 1, self.scanned + 1, has_reference);
            } else {
                self.scanned += 1;
            }
        }
    }
}

impl Index {
    /// Finds all words. An error is the exit code, its message printed.
    pub fn of(options: &Options, sources: &[Source]) -> Result<Self, i32> {
        let mut index = Index { occurrences: Vec::new(), longest_word: 0, longest_reference: 0, last_lines: Vec::new() };
        for (number, source) in sources.iter().enumerate() {
            let last_line = index.add_source(options, number, &source.text)?;
            index.last_lines.push(last_line);
        }
        let key = |occurrence: &Occurrence| {
            let word = &sources[occurrence.source].text[occurrence.word.0..occurrence.word.1];
            if options.folds { word.to_ascii_uppercase() } else { word.to_vec() }
        };
        // A stable sort: equal words stay in the order of the texts.
        index.occurrences.sort_by_cached_key(key);
        Ok(index)
    }

    fn add_source(&mut self, options: &Options, source: usize, text: &[u8]) -> Result<usize, i32> {
        let mut line = Line::at(text, 0, 0, options.has_references);
        let mut start = 0;
        while start < text.len() {
            let found = options.context.as_ref().and_then(|pattern| pattern.regex.find_at(&text[start..], 0).zip(Some(pattern)));
            let end = match found {
                // As in GNU's, where this looks like a match of nothing.
                Some(((0, _), pattern)) => return Err(empty_match(&pattern.text)),
                Some(((_, end), _)) => start + end,
                None => text.len(),
            };
            self.add_context(options, source, text, (start, trimmed_end(text, start, end)), &mut line);
            start = end;
        }
        Ok(line.number)
    }

    fn add_context(&mut self, options: &Options, source: usize, text: &[u8], context: (usize, usize), line: &mut Line) {
        let (mut context, mut at) = (context, context.0);
        while let Some((start, end)) = options.words.next(&text[..context.1], at) {
            if start == end {
                at += 1;
                if at > context.1 {
                    break;
                }
                continue;
            }
            at = end;
            self.longest_word = self.longest_word.max(end - start);
            if options.has_references || options.numbers_lines {
                line.advance(text, start, options.has_references);
                if options.has_references && line.reference_end > start {
                    continue;
                }
            }
            let word = &text[start..end];
            let is_listed = |list: &Option<super::words::WordList>| list.as_ref().map(|list| list.holds(word, options.folds));
            if is_listed(&options.ignored) == Some(true) || is_listed(&options.only) == Some(false) {
                continue;
            }
            let reference = (line.start, line.reference_end);
            if options.has_references {
                self.longest_reference = self.longest_reference.max(reference.1 - reference.0);
                if context.0 == line.start {
                    context.0 = skip_space(text, reference.1.min(context.1), context.1);
                }
            }
            self.occurrences.push(Occurrence { source, word: (start, end), context, line: line.number, reference });
        }
    }
}

fn empty_match(pattern: &[u8]) -> i32 {
    let shown = String::from_utf8_lossy(pattern).replace('\n', "\\n").replace('\t', "\\t");
    PROGRAM.complain(&format!("error: regular expression has a match of length zero: '{shown}'"));
    1
}

pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The first place from `at` on, up to `limit`, that is no space.
pub fn skip_space(text: &[u8], at: usize, limit: usize) -> usize {
    (at..limit).find(|place| !is_space(text[*place])).unwrap_or(limit.max(at))
}

/// The end without the space before it, down to `limit`.
pub fn trimmed_end(text: &[u8], limit: usize, end: usize) -> usize {
    (limit..end).rev().find(|place| !is_space(text[*place])).map_or(limit.min(end), |place| place + 1)
}
