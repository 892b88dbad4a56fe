//! How an entry is written: in columns, or as a macro of roff or TeX.

use super::Source;
use super::fields::{Fields, Part};
use super::occurrences::{Index, is_space};
use super::options::{Format, Options};

pub struct Widths {
    /// The widest reference, with its colon.
    pub reference: isize,
    pub half: isize,
    pub before: isize,
    pub after: isize,
}

impl Widths {
    pub fn of(options: &Options, sources: &[Source], index: &Index) -> Self {
        let mut reference = index.longest_reference as isize;
        if options.numbers_lines {
            let widest = sources.iter().zip(&index.last_lines).map(|(source, last)| {
                // The line after the last one counts.
                source.name.len() + (last + 2).to_string().len()
            });
            reference = widest.max().unwrap_or(0) as isize + 1;
        }
        let mut line = options.width;
        if options.shows_references() && !options.are_references_right {
            line -= reference + options.gap;
        }
        let half = line.max(0) / 2;
        let mark = options.mark.len() as isize;
        // The traditional program keeps its marks in the right half.
        let (before_marks, after_marks) = if options.is_traditional { (0, 2 * mark + 1) } else { (2 * mark, 2 * mark) };
        let before = half - options.gap - before_marks;
        let before = if options.is_traditional { before } else { before.max(0) };
        Widths { reference, half, before, after: half - after_marks }
    }
}

pub fn write(output: &mut Vec<u8>, options: &Options, widths: &Widths, source: &Source, fields: &Fields) {
    let mut entry = Entry { output, options, text: &source.text };
    match options.format {
        Format::Columns => entry.columns(widths, fields),
        Format::Roff => entry.roff(fields),
        Format::Tex => entry.tex(fields),
    }
    output.push(b'\n');
}

struct Entry<'entry> {
    output: &'entry mut Vec<u8>,
    options: &'entry Options,
    text: &'entry [u8],
}

impl Entry<'_> {
    fn columns(&mut self, widths: &Widths, fields: &Fields) {
        let Fields { tail, before, after, head, reference } = fields;
        let (gap, is_right) = (self.options.gap, self.options.are_references_right);
        let shown_width = |part: &Part| part.length() + if part.is_cut { self.options.mark.len() as isize } else { 0 };
        let [tail_width, before_width, after_width, head_width] = [tail, before, after, head].map(shown_width);
        if !is_right {
            self.plain(reference);
            let colon = isize::from(self.options.numbers_lines);
            if colon > 0 {
                self.output.push(b':');
            }
            self.blanks(widths.reference + gap - reference.len() as isize - colon);
        }
        let left_half = widths.half - gap - before_width;
        if tail.is_empty() {
            self.blanks(left_half);
        } else {
            self.ending(tail);
            self.blanks(left_half - tail_width);
        }
        self.beginning(before);
        self.blanks(gap);
        self.ending(after);
        let has_right_reference = self.options.shows_references() && is_right;
        if !head.is_empty() {
            self.blanks(widths.half - after_width - head_width);
            self.beginning(head);
        } else if has_right_reference {
            self.blanks(widths.half - after_width);
        }
        if has_right_reference {
            self.blanks(gap);
            self.plain(reference);
        }
    }

    fn roff(&mut self, fields: &Fields) {
        self.output.push(b'.');
        self.output.extend(&self.options.macro_name);
        self.output.extend(b" \"");
        self.ending(&fields.tail);
        self.output.extend(b"\" \"");
        self.beginning(&fields.before);
        self.output.extend(b"\" \"");
        self.ending(&fields.after);
        self.output.extend(b"\" \"");
        self.beginning(&fields.head);
        self.output.push(b'"');
        if self.options.shows_references() {
            self.output.extend(b" \"");
            self.plain(&fields.reference);
            self.output.push(b'"');
        }
    }

    fn tex(&mut self, fields: &Fields) {
        let after = fields.after;
        let word_end = if after.is_empty() { after.end } else { self.options.words.step(&self.text[..after.end], after.start) };
        self.output.push(b'\\');
        self.output.extend(&self.options.macro_name);
        self.output.push(b' ');
        for part in [fields.tail, fields.before, Part { end: word_end, ..after }, Part { start: word_end, ..after }, fields.head] {
            self.output.push(b'{');
            self.part(&part);
            self.output.push(b'}');
        }
        if self.options.shows_references() {
            self.output.push(b'{');
            self.plain(&fields.reference);
            self.output.push(b'}');
        }
    }

    /// A part, and the mark of what was cut off behind it.
    fn ending(&mut self, part: &Part) {
        self.part(part);
        self.mark(part);
    }

    fn beginning(&mut self, part: &Part) {
        self.mark(part);
        self.part(part);
    }

    fn mark(&mut self, part: &Part) {
        if part.is_cut {
            self.output.extend(&self.options.mark);
        }
    }

    fn part(&mut self, part: &Part) {
        if !part.is_empty() {
            self.plain(&self.text[part.start..part.end]);
        }
    }

    fn blanks(&mut self, count: isize) {
        self.output.extend(std::iter::repeat_n(b' ', count.max(0) as usize));
    }

    /// Text, with what the format would take for something else.
    fn plain(&mut self, text: &[u8]) {
        for &byte in text {
            match (self.options.format, byte) {
                (_, byte) if is_space(byte) => self.output.push(b' '),
                (Format::Roff, b'"') => self.output.extend(b"\"\""),
                (Format::Tex, b'$' | b'%' | b'&' | b'#' | b'_') => self.output.extend([b'\\', byte]),
                (Format::Tex, b'{' | b'}') => self.output.extend([b'$', b'\\', byte, b'$']),
                (Format::Tex, b'\\') => self.output.extend(b"\\backslash{}"),
                _ => self.output.push(byte),
            }
        }
    }
}
