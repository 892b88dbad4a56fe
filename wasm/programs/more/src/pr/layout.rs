//! What follows from pr's options for every page: widths, separators, where columns begin.

use super::options::{Arrangement, Options, PROGRAM, Tab, Unprintable};
use super::writer::next_stop;

pub struct Layout {
    pub columns: usize,
    pub arrangement: Arrangement,
    pub has_header: bool,
    pub keeps_form_feeds: bool,
    /// Lines of text on a page.
    pub body_lines: usize,
    pub footer_lines: usize,
    pub truncates: bool,
    pub expands_tabs: bool,
    pub input_tab: Tab,
    pub output_tab: Tab,
    pub makes_tabs: bool,
    pub unprintable: Unprintable,
    pub separator: Option<Vec<u8>>,
    pub column_width: usize,
    /// What a line's number takes, its separator included.
    pub number_width: usize,
    pub number: Option<Tab>,
    /// Where each column begins, plus the width of a separator; 0 is wherever the one before ends.
    pub starts: Vec<usize>,
}

impl Layout {
    /// The layout, or the exit code when columns do not fit.
    pub fn new(options: &Options, files: usize) -> Result<Layout, i32> {
        const HEADER_LINES: usize = 5;
        const FOOTER_LINES: usize = 5;
        let around = HEADER_LINES + FOOTER_LINES;
        let is_short = options.page_lines <= around;
        let has_header = !options.omits_header && !is_short;
        let mut body_lines = if has_header { options.page_lines - around } else { options.page_lines };
        if options.double_space {
            body_lines /= 2;
        }
        let is_merged = options.arrangement == Arrangement::Merged;
        let columns = if is_merged { files } else { options.columns };
        let mut separator = options.separator.clone();
        if columns > 1 {
            match separator.as_deref() {
                None => separator = Some(if options.joins_lines { b"\t".to_vec() } else { b" ".to_vec() }),
                // A tab would not align.
                Some(b"\t") if !options.joins_lines => separator = Some(b" ".to_vec()),
                Some(_) => {}
            }
        }
        let truncates = (options.truncates || columns > 1) && !options.joins_lines;
        let number_width = options.number.map_or(0, |number| match number.byte {
            b'\t' => next_stop(8, number.width),
            _ => number.width + 1,
        });
        let separator_bytes = separator.as_ref().map_or(0, Vec::len);
        let taken = (columns - 1) * separator_bytes + if is_merged { number_width } else { 0 };
        let column_width = options.width.saturating_sub(taken) / columns;
        if column_width == 0 {
            PROGRAM.complain("page width too narrow");
            return Err(PROGRAM.usage_error);
        }
        let mut starts = vec![0; columns];
        let mut start = options.margin;
        for (index, place) in starts.iter_mut().enumerate() {
            if index == 0 {
                // As if a separator stood before it, too, so that all columns are reached in the same way.
                *place = start + separator_bytes;
            } else if truncates {
                *place = start;
            }
            let number = if is_merged && index == 0 { number_width } else { 0 };
            start += column_width + number + separator_bytes;
        }
        let joins_by_tab = separator.as_deref() == Some(b"\t");
        Ok(Layout {
            columns,
            arrangement: options.arrangement,
            has_header,
            keeps_form_feeds: options.keeps_form_feeds || !options.omits_header && is_short,
            body_lines,
            footer_lines: FOOTER_LINES,
            truncates,
            expands_tabs: options.expands_tabs || columns > 1 && !joins_by_tab,
            input_tab: options.input_tab,
            output_tab: options.output_tab,
            makes_tabs: options.makes_tabs || columns > 1,
            unprintable: options.unprintable,
            separator,
            column_width,
            number_width,
            number: options.number,
            starts,
        })
    }

    /// Whether a page's lines are gathered before the first is printed.
    pub fn gathers(&self) -> bool {
        self.columns > 1 && self.arrangement == Arrangement::Down
    }

    pub fn separator_bytes(&self) -> usize {
        self.separator.as_ref().map_or(0, Vec::len)
    }
}
