//! grep, egrep, fgrep: lines that match. The engine is the `regex` crate, without most of Unicode's
//! tables: ripgrep's crates around it would add 500 KB of tables to each process's memory.

mod files;
mod options;
mod pattern;
mod printer;
mod search;

pub use pattern::whole_text as whole_text_regex;

use crate::getopt::Program;
use crate::input;
use crate::output;
use options::{Options, Syntax};
use printer::Printer;
use search::Search;
use std::ffi::OsString;
use std::io::Read;

const PROGRAM: Program = Program { name: "grep", usage: "[OPTION]... PATTERNS [FILE]...", usage_error: 2, stops_at_operand: false };

/// Exit codes: 0 a line was selected, 1 none was, 2 an error.
const NOTHING: i32 = 1;
const TROUBLE: i32 = 2;

pub fn main(args: Vec<OsString>) -> i32 {
    run(args, Syntax::Basic)
}

pub fn egrep_main(args: Vec<OsString>) -> i32 {
    run(args, Syntax::Extended)
}

pub fn fgrep_main(args: Vec<OsString>) -> i32 {
    run(args, Syntax::Fixed)
}

fn run(args: Vec<OsString>, syntax: Syntax) -> i32 {
    let options = match Options::parse(args, syntax) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let pattern = match pattern::compile(&options) {
        Ok(pattern) => pattern,
        Err(text) => {
            PROGRAM.complain(&text);
            return TROUBLE;
        }
    };
    let mut run = Run {
        search: Search {
            regex: &pattern.regex,
            line_end: options.line_end,
            invert: options.invert,
            lines_only: pattern.lines_only,
            counts_lines: options.line_numbers,
        },
        printer: Printer::new(&options, &pattern.regex, output::standard()),
        options: &options,
        selected: false,
        failed: false,
    };
    run.run();
    let (selected, failed) = (run.selected, run.failed);
    let code = match (selected, failed) {
        (true, true) if options.quiet => 0,
        (_, true) => TROUBLE,
        (true, false) => 0,
        (false, false) => NOTHING,
    };
    output::finish(run.printer.into_output(), PROGRAM.name, code)
}

/// One run of grep.
struct Run<'options> {
    options: &'options Options,
    search: Search<'options>,
    printer: Printer<'options>,
    selected: bool,
    failed: bool,
}

impl Run<'_> {
    fn run(&mut self) {
        for file in &self.options.files {
            let done = files::visit(file, self.options, &mut |found| {
                match found {
                    Ok(path) => self.search_file(path),
                    Err((path, error)) => self.complain(path, &error),
                }
                // Quiet: the first selected line decides.
                !(self.options.quiet && self.selected)
            });
            if !done {
                return;
            }
        }
    }

    fn complain(&mut self, path: &[u8], error: &std::io::Error) {
        self.failed = true;
        if !self.options.no_messages {
            self.printer.flush();
            PROGRAM.complain_of(&String::from_utf8_lossy(path), error);
        }
    }

    fn search_file(&mut self, path: &[u8]) {
        let shown = if path == b"-" { b"(standard input)" } else { path };
        let outcome = input::open(path).and_then(|file| self.search_reader(shown, file));
        match outcome {
            Ok(selected) => self.selected |= selected,
            Err(error) => self.complain(shown, &error),
        }
    }

    fn search_reader(&mut self, name: &[u8], reader: impl Read) -> std::io::Result<bool> {
        self.printer.begin_file(name);
        if self.options.maximum == Some(0) {
            return Ok(false);
        }
        self.search.run(reader, &mut self.printer)?;
        self.printer.end_file();
        Ok(self.printer.is_selected())
    }
}
