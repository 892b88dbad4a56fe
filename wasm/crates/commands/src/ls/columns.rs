//! The short formats: one a line, columns, commas.

use super::entry::Entry;
use super::name;
use super::options::{Format, Options};
use crate::output::Output;
use std::io::{Result, Write};

/// A name ready to print, and its width.
struct Cell {
    text: Vec<u8>,
    width: usize,
}

/// Columns are at least a letter and two blanks wide.
const MINIMUM_COLUMN: usize = 3;
const GAP: usize = 2;
const TAB: usize = 8;

pub fn write(output: &mut Output, entries: &[Entry], options: &Options, format: Format) -> Result<()> {
    let cells = cells(entries, options);
    match format {
        Format::Commas => write_commas(output, &cells, options.width),
        Format::Columns => write_columns(output, &cells, options.width, false),
        Format::ColumnsAcross => write_columns(output, &cells, options.width, true),
        Format::OneALine | Format::Long => {
            for cell in &cells {
                output.write_all(&cell.text)?;
                output.write_all(&[options.end])?;
            }
            Ok(())
        }
    }
}

/// Puts inode and blocks before each name, aligned.
fn cells(entries: &[Entry], options: &Options) -> Vec<Cell> {
    let inode = |entry: &Entry| entry.stat.map_or("?".to_owned(), |stat| stat.inode.to_string());
    let blocks = |entry: &Entry| entry.stat.map_or("?".to_owned(), |stat| options.words_for_blocks(stat.blocks));
    let widest = |words: &dyn Fn(&Entry) -> String| entries.iter().map(|entry| words(entry).len()).max().unwrap_or(0);
    let inode_width = if options.inodes { widest(&inode) } else { 0 };
    let blocks_width = if options.show_blocks { widest(&blocks) } else { 0 };
    let cell = |entry: &Entry| {
        let mut text = String::new();
        if options.inodes {
            text.push_str(&format!("{:>inode_width$} ", inode(entry)));
        }
        if options.show_blocks {
            text.push_str(&format!("{:>blocks_width$} ", blocks(entry)));
        }
        let (name, width) = name::decorated(entry, options);
        let prefix_width = text.len();
        Cell { text: [text.as_bytes(), &name].concat(), width: prefix_width + width }
    };
    entries.iter().map(cell).collect()
}

fn write_commas(output: &mut Output, cells: &[Cell], line_width: usize) -> Result<()> {
    let mut column = 0;
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            let fits = line_width == 0 || column + GAP + cell.width + 1 < line_width;
            output.write_all(if fits { b", " } else { b",\n" })?;
            column = if fits { column + GAP } else { 0 };
        }
        output.write_all(&cell.text)?;
        column += cell.width;
    }
    if cells.is_empty() { Ok(()) } else { output.write_all(b"\n") }
}

fn write_columns(output: &mut Output, cells: &[Cell], line_width: usize, across: bool) -> Result<()> {
    let widths = column_widths(cells, line_width, across);
    let columns = widths.len().max(1);
    let rows = cells.len().div_ceil(columns);
    for row in 0..rows {
        let index = |column: usize| if across { row * columns + column } else { column * rows + row };
        let mut start = 0;
        for (column, width) in widths.iter().enumerate() {
            let Some(cell) = cells.get(index(column)) else { break };
            output.write_all(&cell.text)?;
            let is_last = column + 1 == columns || cells.get(index(column + 1)).is_none();
            if !is_last {
                write_gap(output, start + cell.width, start + width)?;
            }
            start += width;
        }
        output.write_all(b"\n")?;
    }
    Ok(())
}

/// Moves from one column of the terminal to another, with tabs where they reach, as GNU ls does.
fn write_gap(output: &mut Output, mut from: usize, to: usize) -> Result<()> {
    while from < to {
        let uses_tab = to / TAB > (from + 1) / TAB;
        output.write_all(if uses_tab { b"\t" } else { b" " })?;
        from = if uses_tab { from / TAB * TAB + TAB } else { from + 1 };
    }
    Ok(())
}

/// The widths, gap included, of as many columns as fit.
fn column_widths(cells: &[Cell], line_width: usize, across: bool) -> Vec<usize> {
    let most = if line_width == 0 { cells.len() } else { cells.len().min(line_width / MINIMUM_COLUMN).max(1) };
    for columns in (1..=most).rev() {
        let rows = cells.len().div_ceil(columns);
        let mut widths = vec![0; columns];
        for (index, cell) in cells.iter().enumerate() {
            let column = if across { index % columns } else { index / rows };
            let gap = if column + 1 == columns { 0 } else { GAP };
            widths[column] = widths[column].max(cell.width + gap).max(MINIMUM_COLUMN);
        }
        let filled = columns == 1 || across || (cells.len() - 1) / rows + 1 == columns;
        if filled && (line_width == 0 || widths.iter().sum::<usize>() < line_width) {
            return widths;
        }
    }
    vec![cells.iter().map(|cell| cell.width).max().unwrap_or(0)]
}
