//! column: lays lists out in columns, as util-linux's does. `table` is `-t`, here is the filling of columns.

mod table;

use crate::getopt::{self, Opt, Program, flag, value};
use crate::input;
use crate::output;
use crate::words::quoted;
use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::os::wasi::ffi::OsStrExt;
use table::Table;

const PROGRAM: Program = Program { name: "column", usage: "[options] [<file>...]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["t", "table"]),
    value(&["n", "table-name"]),
    value(&["O", "table-order"]),
    value(&["N", "table-columns"]),
    value(&["l", "table-columns-limit"]),
    value(&["E", "table-noextreme"]),
    flag(&["d", "table-noheadings"]),
    flag(&["e", "table-header-repeat"]),
    value(&["H", "table-hide"]),
    value(&["R", "table-right"]),
    value(&["T", "table-truncate"]),
    value(&["W", "table-wrap"]),
    flag(&["L", "keep-empty-lines"]),
    flag(&["J", "json"]),
    value(&["c", "output-width", "columns"]),
    value(&["o", "output-separator"]),
    value(&["s", "separator"]),
    flag(&["x", "fillrows"]),
];
const TAB: usize = 8;
const DEFAULT_WIDTH: usize = 80;

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut table, mut is_table, mut fills_rows, mut keeps_empty) = (Table::default(), false, false, false);
    let mut width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    for given in &parsed.options {
        let text = given.value.to_string_lossy().into_owned();
        let names = || text.split(',').map(str::to_owned).collect::<Vec<String>>();
        match given.name {
            "t" => is_table = true,
            "n" => table.name = text,
            "O" => table.order = names(),
            "N" => table.headings = Some(names()),
            "l" => match text.parse() {
                Ok(limit) if limit > 0 => table.limit = Some(limit),
                _ => {
                    PROGRAM.complain("columns limit must be greater than zero");
                    return 1;
                }
            },
            "d" => table.no_headings = true,
            "H" => table.hidden = names(),
            "R" => table.right = names(),
            "L" => keeps_empty = true,
            "J" => (table.json, is_table) = (true, true),
            "c" => match text.as_str() {
                "unlimited" => width = Some(usize::MAX / 2),
                _ => match text.parse() {
                    Ok(number) => width = Some(number),
                    Err(_) => {
                        PROGRAM.complain(&format!("invalid columns argument: {}", quoted(&text)));
                        return 1;
                    }
                },
            },
            "o" => table.output_separator = Some(text),
            "s" => table.separators = Some(text),
            "x" => fills_rows = true,
            // Tables are never cut or wrapped here: output is as wide as it needs to be.
            _ => {}
        }
    }
    if table.json && table.headings.is_none() {
        PROGRAM.complain("option --table-columns required for --json");
        return 1;
    }
    if !is_table && (table.headings.is_some() || !table.order.is_empty() || !table.hidden.is_empty() || !table.right.is_empty()) {
        PROGRAM.complain("option --table required for all --table-*");
        return 1;
    }
    let (lines, mut code) = read_lines(&parsed.operands, keeps_empty);
    let mut output = output::standard();
    let text = if is_table {
        match table.text(&lines) {
            Ok(text) => text,
            Err(text) => {
                PROGRAM.complain(&text);
                code = 1;
                String::new()
            }
        }
    } else {
        let terminal = || sys::terminal::window_size(1).ok().map(|(_, columns)| usize::from(columns)).filter(|columns| *columns > 0);
        filled(&lines, width.or_else(terminal).unwrap_or(DEFAULT_WIDTH), fills_rows)
    };
    let _ = output.write_all(text.as_bytes());
    output::finish(output, PROGRAM.name, code)
}

fn read_lines(operands: &[OsString], keeps_empty: bool) -> (Vec<String>, i32) {
    let standard = [OsString::from("-")];
    let files = if operands.is_empty() { &standard[..] } else { operands };
    let (mut lines, mut code) = (Vec::new(), 0);
    for file in files {
        let read = input::open_buffered(file.as_bytes()).and_then(|mut input| {
            let mut line = Vec::new();
            while input.read_until(b'\n', &mut line)? > 0 {
                let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line)).into_owned();
                if keeps_empty || !text.trim().is_empty() {
                    lines.push(text);
                }
                line.clear();
            }
            Ok(())
        });
        if let Err(error) = read {
            PROGRAM.complain_of(&file.to_string_lossy(), &error);
            code = 1;
        }
    }
    (lines, code)
}

/// Fills columns (or rows) of equal width, which tabs reach.
fn filled(lines: &[String], width: usize, fills_rows: bool) -> String {
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let column = (longest + TAB) / TAB * TAB;
    if longest >= width {
        return lines.iter().map(|line| format!("{line}\n")).collect();
    }
    let columns = (width / column).max(1);
    let rows = lines.len().div_ceil(columns);
    let mut text = String::new();
    for row in 0..rows {
        let of_row: Vec<&String> = if fills_rows {
            lines.iter().skip(row * columns).take(columns).collect()
        } else {
            lines.iter().skip(row).step_by(rows).collect()
        };
        let mut at = 0;
        for (index, line) in of_row.iter().enumerate() {
            while at < index * column {
                text.push('\t');
                at = (at / TAB + 1) * TAB;
            }
            text.push_str(line);
            at += line.chars().count();
        }
        text.push('\n');
    }
    text
}
