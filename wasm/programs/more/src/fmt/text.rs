//! fmt's paragraphs: which lines they are made of, and how they are written.

use super::costs::{Frame, Word, set_breaks};
use super::{Options, Shape};

const TAB: usize = 8;
/// A tagged paragraph of one line at the margin is taken to go on so far inside.
const TAG_INDENT: usize = 3;

pub struct Formatter<'a> {
    options: &'a Options,
    input: &'a [u8],
    at: usize,
    output: Vec<u8>,
    /// The prefix without blanks around it, how many stood before it, and its length with those behind.
    prefix: &'a [u8],
    prefix_indent: usize,
    prefix_length: usize,
    /// The column in the input, and where the next line's prefix begins.
    column: usize,
    next_prefix_indent: usize,
    /// What stands at the next line's text: none at the input's end.
    next: Option<u8>,
    /// The input had tabs: the output has them, too.
    has_tabs: bool,
    paragraph_indent: usize,
    first_indent: usize,
    other_indent: usize,
    line_above: usize,
    out_column: usize,
}

impl<'a> Formatter<'a> {
    pub fn new(options: &'a Options, input: &'a [u8]) -> Formatter<'a> {
        let lead = options.prefix.iter().take_while(|byte| **byte == b' ').count();
        let full = &options.prefix[lead..];
        let length = full.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
        Formatter {
            options,
            input,
            at: 0,
            output: Vec::with_capacity(input.len()),
            prefix: &full[..length],
            prefix_indent: lead,
            prefix_length: full.len(),
            column: 0,
            next_prefix_indent: 0,
            next: None,
            has_tabs: false,
            paragraph_indent: 0,
            first_indent: 0,
            other_indent: 0,
            line_above: 0,
            out_column: 0,
        }
    }

    /// The whole text, formatted.
    pub fn run(mut self) -> Vec<u8> {
        self.next = self.read_prefix();
        while let Some(mut words) = self.paragraph() {
            let frame = Frame {
                width: self.options.width,
                goal: self.options.goal,
                first_indent: self.first_indent,
                other_indent: self.other_indent,
                line_above: self.line_above,
            };
            set_breaks(&mut words, &frame);
            let (mut start, mut indent) = (0, self.first_indent);
            while start < words.len() {
                let end = words[start].next;
                self.write_line(&words[start..end], indent);
                (start, indent) = (end, self.other_indent);
            }
        }
        self.output
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.input.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    /// Passes blanks; answers what comes after them.
    fn pass_blanks(&mut self, mut byte: Option<u8>) -> Option<u8> {
        loop {
            match byte {
                Some(b' ') => self.column += 1,
                Some(b'\t') => {
                    self.has_tabs = true;
                    self.column = self.column / TAB * TAB + TAB;
                }
                other => return other,
            }
            byte = self.byte();
        }
    }

    /// Passes a line's indentation and prefix; answers where its text begins.
    fn read_prefix(&mut self) -> Option<u8> {
        self.column = 0;
        let first = self.byte();
        let mut byte = self.pass_blanks(first);
        if self.prefix.is_empty() {
            self.next_prefix_indent = self.prefix_indent.min(self.column);
            return byte;
        }
        self.next_prefix_indent = self.column;
        for wanted in self.prefix {
            if byte != Some(*wanted) {
                return byte;
            }
            self.column += 1;
            byte = self.byte();
        }
        self.pass_blanks(byte)
    }

    fn is_text(byte: Option<u8>) -> bool {
        byte.is_some_and(|byte| byte != b'\n')
    }

    /// The next paragraph; lines that are none are written as they are.
    fn paragraph(&mut self) -> Option<Vec<Word>> {
        self.line_above = 0;
        let mut byte = self.next;
        while !Self::is_text(byte)
            || self.next_prefix_indent < self.prefix_indent
            || self.column < self.next_prefix_indent + self.prefix_length
        {
            let ended_by = self.copy_rest(byte);
            if ended_by.is_none() {
                self.next = None;
                return None;
            }
            self.output.push(b'\n');
            byte = self.read_prefix();
        }
        self.paragraph_indent = self.next_prefix_indent;
        self.first_indent = self.column;
        let mut words = Vec::new();
        byte = self.line(byte, &mut words);
        self.set_other_indent(self.goes_on(byte));
        let goes_on_from_here = match self.options.shape {
            Shape::Split => false,
            Shape::Crown => self.goes_on(byte),
            Shape::Tagged => self.goes_on(byte) && self.column != self.first_indent,
            Shape::Plain => self.goes_on(byte) && self.column == self.other_indent,
        };
        if goes_on_from_here {
            byte = self.line(byte, &mut words);
            while self.goes_on(byte) && self.column == self.other_indent {
                byte = self.line(byte, &mut words);
            }
        }
        if let Some(last) = words.last_mut() {
            (last.has_period, last.is_final) = (true, true);
        }
        self.next = byte;
        Some(words)
    }

    /// Whether the next line may be of the same paragraph.
    fn goes_on(&self, byte: Option<u8>) -> bool {
        self.next_prefix_indent == self.paragraph_indent
            && self.column >= self.next_prefix_indent + self.prefix_length
            && Self::is_text(byte)
    }

    fn set_other_indent(&mut self, goes_on: bool) {
        self.other_indent = match self.options.shape {
            Shape::Crown if goes_on => self.column,
            Shape::Tagged if goes_on && self.column != self.first_indent => self.column,
            // Of one line only: it keeps the indentation of the paragraph before, if that differs from the first's.
            Shape::Tagged if self.other_indent == self.first_indent => if self.first_indent == 0 { TAG_INDENT } else { 0 },
            Shape::Tagged => self.other_indent,
            _ => self.first_indent,
        };
    }

    /// Reads a line's words, and the beginning of the next line.
    fn line(&mut self, mut byte: Option<u8>, words: &mut Vec<Word>) -> Option<u8> {
        while let Some(first) = byte.filter(|byte| *byte != b'\n') {
            let mut text = vec![first];
            byte = self.byte();
            while let Some(letter) = byte.filter(|byte| !byte.is_ascii_whitespace() && *byte != 0x0b) {
                text.push(letter);
                byte = self.byte();
            }
            self.column += text.len();
            let start = self.column;
            byte = self.pass_blanks(byte);
            let mut word = word(text);
            word.space = self.column - start;
            let ends_line = !Self::is_text(byte);
            word.is_final = byte.is_none() || word.has_period && (ends_line || word.space > 1);
            if ends_line || self.options.is_uniform {
                word.space = if word.is_final { 2 } else { 1 };
            }
            words.push(word);
        }
        if byte.is_none() {
            self.column = 0;
            self.next_prefix_indent = 0;
            return None;
        }
        self.read_prefix()
    }

    /// Writes what is left of a line that is no text of ours; answers what ended it.
    fn copy_rest(&mut self, mut byte: Option<u8>) -> Option<u8> {
        self.out_column = 0;
        if self.column > self.next_prefix_indent || Self::is_text(byte) {
            self.write_blanks(self.next_prefix_indent);
            for letter in self.prefix {
                if self.out_column == self.column {
                    break;
                }
                self.output.push(*letter);
                self.out_column += 1;
            }
            if Self::is_text(byte) {
                self.write_blanks(self.column.saturating_sub(self.out_column));
            }
            if byte.is_none() && self.column >= self.next_prefix_indent + self.prefix.len() {
                self.output.push(b'\n');
            }
        }
        while let Some(letter) = byte.filter(|byte| *byte != b'\n') {
            self.output.push(letter);
            byte = self.byte();
        }
        byte
    }

    fn write_blanks(&mut self, count: usize) {
        let goal = self.out_column + count;
        if self.has_tabs {
            let last_tab = goal / TAB * TAB;
            while self.out_column + 1 < last_tab {
                self.output.push(b'\t');
                self.out_column = (self.out_column / TAB + 1) * TAB;
            }
        }
        self.output.resize(self.output.len() + goal.saturating_sub(self.out_column), b' ');
        self.out_column = self.out_column.max(goal);
    }

    fn write_line(&mut self, words: &[Word], indent: usize) {
        self.out_column = 0;
        self.write_blanks(self.paragraph_indent);
        self.output.extend_from_slice(self.prefix);
        self.out_column += self.prefix.len();
        self.write_blanks(indent.saturating_sub(self.out_column));
        for (index, word) in words.iter().enumerate() {
            self.output.extend_from_slice(&word.text);
            self.out_column += word.text.len();
            if index + 1 < words.len() {
                self.write_blanks(word.space);
            }
        }
        self.line_above = self.out_column;
        self.output.push(b'\n');
    }
}

/// A word, and what its first and last letters say of it.
fn word(text: Vec<u8>) -> Word {
    let has_parenthesis = text.first().is_some_and(|first| b"(['`\"".contains(first));
    let has_punctuation = text.last().is_some_and(u8::is_ascii_punctuation);
    let end = text.iter().skip(1).rposition(|byte| !b")]'\"".contains(byte)).map_or(0, |end| end + 1);
    let has_period = text.get(end).is_some_and(|last| b".?!".contains(last));
    Word { text, space: 0, has_parenthesis, has_period, has_punctuation, is_final: false, line_width: 0, next: 0 }
}
