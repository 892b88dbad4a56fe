//! grep, egrep, fgrep: lines that match. The engine is the `regex` crate, without most of Unicode's
//! tables: ripgrep's crates around it would add 500 KB of tables to each process's memory. What it cannot match is left
//! to the command `grep-backtracking` of another program, which is this one with PCRE2.

mod files;
mod matcher;
mod options;
mod pattern;
mod printer;
mod search;

pub use pattern::whole_text as whole_text_regex;

use crate::getopt::Program;
use crate::input::{self, StandardOrFile};
use crate::output;
use options::{Options, Syntax};
use pattern::Refusal;
use printer::Printer;
use search::Search;
use std::ffi::OsString;

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

/// grep with PCRE2: the first argument says which grep it is.
#[cfg(feature = "pcre")]
pub fn backtracking_main(mut args: Vec<OsString>) -> i32 {
    let syntax = match args.get(1).and_then(|name| name.to_str()) {
        Some("egrep") => Syntax::Extended,
        Some("fgrep") => Syntax::Fixed,
        _ => Syntax::Basic,
    };
    if args.len() > 1 {
        args.remove(0);
    }
    run(args, syntax)
}

/// Has the program with PCRE2 do it, in this one's place.
fn run_backtracking(args: &[OsString], syntax: Syntax) -> i32 {
    use std::os::wasi::ffi::OsStrExt;
    let own_name: &[u8] = match syntax {
        Syntax::Extended => b"egrep",
        Syntax::Fixed => b"fgrep",
        _ => b"grep",
    };
    let words = [b"grep-backtracking", own_name].into_iter().chain(args.iter().skip(1).map(|arg| arg.as_bytes()));
    let argv = sys::string_block::from_strings(words);
    let mut env = Vec::new();
    for (name, value) in std::env::vars_os() {
        sys::string_block::push(&mut env, &[name.as_bytes(), b"=", value.as_bytes()].concat());
    }
    let options = sys::SpawnOptions { argv: &argv, env: &env, ..sys::SpawnOptions::default() };
    let pid = match sys::spawn(b"grep-backtracking", options) {
        Ok(pid) => pid,
        Err(_) => {
            PROGRAM.complain("this pattern needs the program secure-exec-search, which is not there");
            return TROUBLE;
        }
    };
    loop {
        match sys::waitpid(pid, sys::WaitOptions::default()) {
            Ok(Some((_, status))) => {
                if let Some(signal) = status.signal() {
                    let _ = sys::kill(sys::getpid(), signal);
                }
                return status.shell_status();
            }
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return TROUBLE,
            Ok(None) | Err(_) => {}
        }
    }
}

fn run(args: Vec<OsString>, syntax: Syntax) -> i32 {
    let given = args.clone();
    let options = match Options::parse(args, syntax) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let pattern = match pattern::compile(&options) {
        Ok(pattern) => pattern,
        Err(Refusal::Wrong(text)) => {
            PROGRAM.complain(&text);
            return TROUBLE;
        }
        Err(Refusal::NeedsBacktracking) => return run_backtracking(&given, syntax),
    };
    let mut run = Run {
        search: Search {
            matcher: &pattern.matcher,
            line_end: options.line_end,
            invert: options.invert,
            lines_only: pattern.lines_only,
            counts_lines: options.line_numbers,
        },
        printer: Printer::new(&options, &pattern.matcher, output::standard()),
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
                    Ok(path) => self.search_file(path, path != &file[..]),
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

    /// `is_found`: below an operand, by `-r`.
    fn search_file(&mut self, path: &[u8], is_found: bool) {
        let shown = if path == b"-" { &self.options.label[..] } else { path };
        let with_name = self.options.with_name.unwrap_or(is_found);
        let outcome = input::open(path).and_then(|file| self.search_reader(shown, with_name, file));
        if self.search.matcher.gave_up() {
            self.failed = true;
            self.printer.flush();
            PROGRAM.complain(&format!("{}: exceeded PCRE's backtracking limit", String::from_utf8_lossy(shown)));
        }
        match outcome {
            Ok(selected) => self.selected |= selected,
            Err(error) => self.complain(shown, &error),
        }
    }

    fn search_reader(&mut self, name: &[u8], with_name: bool, mut reader: StandardOrFile) -> std::io::Result<bool> {
        self.printer.begin_file(name, with_name);
        if self.options.maximum == Some(0) {
            return Ok(false);
        }
        let unread = self.search.run(&mut reader, &mut self.printer)?;
        if self.options.maximum.is_some() {
            // Who reads the same input next begins behind the last line.
            reader.give_back(unread);
        }
        self.printer.end_file();
        Ok(self.printer.is_selected())
    }
}
