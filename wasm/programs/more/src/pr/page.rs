//! The pages themselves: rows of cells, headers above, blank lines or form feeds below.

use super::cell::{self, Cell};
use super::layout::Layout;
use super::options::{Arrangement, Options, PROGRAM};
use super::source::{Next, Source, State};
use super::writer::{Writer, next_stop};
use commands::output::Output;
use std::io::{Error, Result, Write};

/// What the header says.
pub struct Title {
    pub date: Vec<u8>,
    pub name: Vec<u8>,
    pub width: usize,
    pub margin: usize,
}

/// One column of the page that is being printed.
#[derive(Default)]
struct Column {
    /// Rows that it still has room for, or that were gathered for it.
    rows_left: usize,
    /// Its gathered cells begin here.
    first_cell: usize,
}

pub struct Pages<'a> {
    layout: &'a Layout,
    options: &'a Options,
    title: Title,
    sources: Vec<Source>,
    writer: Writer,
    columns: Vec<Column>,
    cells: Vec<Cell>,
    number: i64,
    page: u64,
    header_is_due: bool,
    form_feed_is_due: bool,
    /// A form feed ended what was gathered: the page is printed even without lines.
    is_ended_by_feed: bool,
    /// In the current row: columns passed since the last cell, whether anything stands in it, and whether empty columns
    /// before the next cell have to be passed by.
    separators: usize,
    row_is_empty: bool,
    row_has_text: bool,
    aligns_empty: bool,
    line: Vec<u8>,
}

impl<'a> Pages<'a> {
    pub fn new(layout: &'a Layout, options: &'a Options, title: Title, sources: Vec<Source>, writer: Writer) -> Self {
        Pages {
            layout,
            options,
            title,
            sources,
            writer,
            columns: std::iter::repeat_with(Column::default).take(layout.columns).collect(),
            cells: Vec::new(),
            number: options.first_number.unwrap_or(1),
            page: 1,
            header_is_due: false,
            form_feed_is_due: false,
            is_ended_by_feed: false,
            separators: 0,
            row_is_empty: true,
            row_has_text: false,
            aligns_empty: false,
            line: Vec::new(),
        }
    }

    pub fn into_output(self) -> Output {
        self.writer.output
    }

    /// Whether the error is one of writing, which the output remembers.
    pub fn has_failed_output(&self, error: &Error) -> bool {
        self.writer.output.get_ref().failure_number() == error.raw_os_error()
    }

    pub fn print(&mut self) -> Result<()> {
        if !self.skip_pages()? {
            return Ok(());
        }
        loop {
            self.start_page()?;
            if !self.print_page()? {
                return Ok(());
            }
        }
    }

    fn is_merged(&self) -> bool {
        self.layout.arrangement == Arrangement::Merged
    }

    /// The source of a column: all columns of a file have the same.
    fn source_of(&self, column: usize) -> usize {
        if self.is_merged() { column } else { 0 }
    }

    /// Reads what comes before the first page that is wanted.
    fn skip_pages(&mut self) -> Result<bool> {
        while self.page < self.options.first_page {
            for row in 1..=self.layout.body_lines {
                for column in 0..self.layout.columns {
                    self.skip_line(column, row == self.layout.body_lines)?;
                }
            }
            if self.layout.gathers() && self.sources[0].state != State::Closed {
                self.sources[0].state = State::Held;
            }
            self.reopen();
            if self.sources.iter().all(|source| source.state == State::Closed) {
                let (wanted, last) = (self.options.first_page, self.page);
                PROGRAM.complain(&format!("starting page number {wanted} exceeds page count {last}"));
                return Ok(false);
            }
            self.page += 1;
        }
        Ok(true)
    }

    fn skip_line(&mut self, column: usize, is_last: bool) -> Result<()> {
        let index = self.source_of(column);
        let source = &mut self.sources[index];
        if source.state != State::Open {
            return Ok(());
        }
        let next = source.next(&mut self.line)?;
        source.state = next.state();
        source.is_page_full = is_last && !next.has_feed();
        // Only what stands before the first page printed counts, unless the first number is given.
        let counts = self.options.first_number.is_none() && (!self.is_merged() || column == 0);
        if counts && next != Next::Feed {
            self.number += 1;
        }
        Ok(())
    }

    fn reopen(&mut self) {
        for source in &mut self.sources {
            if source.state == State::Held {
                source.state = State::Open;
            }
        }
    }

    fn start_page(&mut self) -> Result<()> {
        self.header_is_due = false;
        self.is_ended_by_feed = false;
        if self.layout.gathers() {
            return self.gather();
        }
        for column in 0..self.layout.columns {
            let is_open = self.sources[self.source_of(column)].state == State::Open;
            self.columns[column].rows_left = if is_open { self.layout.body_lines } else { 0 };
        }
        Ok(())
    }

    /// Reads a page's lines and shares them out, the first columns getting what is over.
    fn gather(&mut self) -> Result<()> {
        self.cells.clear();
        let room = self.layout.body_lines * self.layout.columns;
        while self.cells.len() < room && self.sources[0].state == State::Open {
            let next = self.sources[0].next(&mut self.line)?;
            self.sources[0].state = next.state();
            self.is_ended_by_feed |= next.has_feed();
            self.form_feed_is_due |= next.has_feed() && self.layout.keeps_form_feeds;
            if next.has_line() {
                let cell = self.make_cell(true);
                self.cells.push(cell.unwrap_or(Cell { text: Vec::new(), number_bytes: 0, width: 0 }));
            }
        }
        let (each, over) = (self.cells.len() / self.layout.columns, self.cells.len() % self.layout.columns);
        let mut first_cell = 0;
        for (index, column) in self.columns.iter_mut().enumerate() {
            let rows_left = each + usize::from(index < over);
            *column = Column { rows_left, first_cell };
            first_cell += rows_left;
        }
        Ok(())
    }

    /// The cell of the line just read, with the next number where the column has numbers.
    fn make_cell(&mut self, has_number: bool) -> Option<Cell> {
        let number = (has_number && self.layout.number.is_some()).then_some(self.number);
        let cell = cell::of(self.layout, &self.line, number);
        if number.is_some() && cell.is_some() {
            self.number += 1;
        }
        cell
    }

    /// Whether any column has something for this page.
    fn is_ready(&self) -> bool {
        if self.layout.gathers() {
            return self.is_ended_by_feed
                || self.sources[0].state == State::Open
                || self.columns.iter().any(|column| column.rows_left > 0);
        }
        self.sources.iter().any(|source| source.state == State::Open)
    }

    fn print_page(&mut self) -> Result<bool> {
        if !self.is_ready() {
            return Ok(false);
        }
        self.header_is_due = self.layout.has_header;
        let spacing = if self.options.double_space { 2 } else { 1 };
        let mut lines_left = self.layout.body_lines * spacing;
        let mut page_has_text = false;
        while lines_left > 0 && self.is_ready() {
            self.print_row(&mut page_has_text)?;
            if self.row_has_text {
                self.writer.newlines(1)?;
                lines_left = lines_left.saturating_sub(1);
            }
            if !self.is_ready() && !self.layout.has_header {
                break;
            }
            if self.options.double_space && page_has_text {
                self.writer.newlines(1)?;
                lines_left = lines_left.saturating_sub(1);
            }
        }
        if lines_left == 0 {
            for source in self.sources.iter_mut().filter(|source| source.state == State::Open) {
                source.is_page_full = true;
            }
        }
        if page_has_text && self.layout.has_header {
            self.end_page(lines_left + self.layout.footer_lines)?;
        } else if self.layout.keeps_form_feeds && std::mem::take(&mut self.form_feed_is_due) {
            self.writer.output.write_all(b"\x0c")?;
        }
        self.page += 1;
        if self.options.last_page.is_some_and(|last| last < self.page) {
            return Ok(false);
        }
        self.reopen();
        Ok(true)
    }

    fn end_page(&mut self, lines: usize) -> Result<()> {
        if self.options.form_feeds {
            return self.writer.output.write_all(b"\x0c");
        }
        self.writer.newlines(lines)
    }

    fn print_row(&mut self, page_has_text: &mut bool) -> Result<()> {
        self.writer.start_line();
        self.separators = 0;
        (self.row_is_empty, self.row_has_text, self.aligns_empty) = (true, false, false);
        for column in 0..self.layout.columns {
            if self.columns[column].rows_left > 0 || self.is_ended_by_feed {
                let next = self.print_cell(column)?;
                *page_has_text |= self.row_has_text;
                let place = &mut self.columns[column];
                place.rows_left = place.rows_left.saturating_sub(1);
                if place.rows_left == 0 && !self.is_ready() {
                    break;
                }
                if self.is_merged() && next.state() != State::Open {
                    if self.row_is_empty {
                        self.aligns_empty = true;
                    } else if !next.has_line() {
                        self.align(column)?;
                    }
                }
            } else if self.is_merged() {
                if self.row_is_empty {
                    self.aligns_empty = true;
                } else {
                    self.align(column)?;
                }
            }
            if self.layout.separator.is_some() {
                self.separators += 1;
            }
        }
        Ok(())
    }

    fn print_cell(&mut self, column: usize) -> Result<Next> {
        if self.layout.gathers() {
            self.print_gathered(column)?;
            return Ok(Next::Line);
        }
        let index = self.source_of(column);
        let next = self.sources[index].next(&mut self.line)?;
        self.sources[index].state = next.state();
        if next.state() != State::Open {
            let is_merged = self.is_merged();
            for (other, place) in self.columns.iter_mut().enumerate() {
                if !is_merged || other == column {
                    place.rows_left = 0;
                }
            }
        }
        match next {
            Next::End => return Ok(next),
            Next::Feed => {
                if self.header_is_due {
                    self.row_has_text = true;
                    self.print_header()?;
                } else {
                    self.form_feed_is_due |= self.layout.keeps_form_feeds;
                }
                return Ok(next);
            }
            _ => {}
        }
        self.form_feed_is_due |= next.has_feed() && self.layout.keeps_form_feeds;
        let Some(cell) = self.make_cell(!self.is_merged() || column == 0) else { return Ok(next) };
        self.row_has_text = true;
        if self.header_is_due {
            self.print_header()?;
        }
        if self.is_merged() && std::mem::take(&mut self.aligns_empty) {
            let passed = std::mem::take(&mut self.separators);
            for before in 0..passed {
                self.align(before)?;
                self.separators += 1;
            }
            self.writer.spaces = if self.layout.truncates { self.layout.column_width } else { 0 };
        }
        self.begin_cell(column)?;
        self.row_is_empty = false;
        self.write_cell(&cell)?;
        Ok(next)
    }

    fn print_gathered(&mut self, column: usize) -> Result<()> {
        self.row_has_text = true;
        if self.header_is_due {
            self.print_header()?;
        }
        if std::mem::take(&mut self.is_ended_by_feed) && self.columns[0].rows_left == 0 {
            // The page has a header only.
            self.row_has_text = self.layout.has_header;
            return Ok(());
        }
        let place = &mut self.columns[column];
        let index = place.first_cell;
        place.first_cell += 1;
        self.begin_cell(column)?;
        let Some(cell) = self.cells.get_mut(index) else { return Ok(()) };
        let cell = Cell { text: std::mem::take(&mut cell.text), ..*cell };
        self.write_cell(&cell)?;
        if self.writer.spaces == 0 {
            let start = self.layout.starts[column];
            let is_first = start == self.title.margin + self.layout.separator_bytes();
            self.writer.position = start + cell.width - if is_first { self.layout.separator_bytes() } else { 0 };
        }
        Ok(())
    }

    fn write_cell(&mut self, cell: &Cell) -> Result<()> {
        for (index, byte) in cell.text.iter().enumerate() {
            self.writer.put(*byte)?;
            // A number's tab is not expanded in a single column.
            if index + 1 == cell.number_bytes && *byte == b'\t' {
                self.writer.position = next_stop(self.layout.output_tab.width, self.writer.position);
            }
        }
        Ok(())
    }

    /// Goes to where the column's text begins.
    fn begin_cell(&mut self, column: usize) -> Result<()> {
        let (start, separator_bytes) = (self.layout.starts[column], self.layout.separator_bytes());
        if start > separator_bytes {
            self.writer.pad_to(start - separator_bytes)?;
        }
        self.separate()
    }

    fn separate(&mut self) -> Result<()> {
        let Some(separator) = &self.layout.separator else { return Ok(()) };
        if std::mem::take(&mut self.separators) > 0 { self.writer.separate(separator) } else { self.writer.flush_spaces() }
    }

    /// Passes by a column whose file has no more lines.
    fn align(&mut self, column: usize) -> Result<()> {
        self.begin_cell(column)?;
        if column > 0 || self.layout.number.is_none() {
            return Ok(());
        }
        self.line.clear();
        if let Some(cell) = self.make_cell(true) {
            self.write_cell(&cell)?;
        }
        Ok(())
    }

    fn print_header(&mut self) -> Result<()> {
        self.header_is_due = false;
        let page = format!("Page {}", self.page);
        let (title, output) = (&self.title, &mut self.writer.output);
        let taken = title.date.len() + text_width(&title.name) + page.len();
        let room = title.width.saturating_sub(taken);
        let (left, right) = ((room / 2).max(1), (room - room / 2).max(1));
        write!(output, "{:margin$}\n\n{:margin$}", "", "", margin = title.margin)?;
        output.write_all(&title.date)?;
        write!(output, "{:left$}", "")?;
        output.write_all(&title.name)?;
        write!(output, "{:right$}{page}\n\n\n", "")?;
        self.writer.start_line();
        Ok(())
    }
}

/// Columns of the terminal that a name takes, as far as that can be said without tables.
fn text_width(name: &[u8]) -> usize {
    String::from_utf8_lossy(name).chars().count()
}
