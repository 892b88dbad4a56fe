//! tac: lines (or records) in reverse order. In memory; ours because uutils asks for a temporary
//! folder, upon which std panics on WASI.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::input;
use crate::output::{self, Output};
use crate::words::quoted_if_needed;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "tac", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["b", "before"]), flag(&["r", "regex"]), value(&["s", "separator"])];

enum Separator {
    Text(Vec<u8>),
    Regex(regex::bytes::Regex),
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut before, mut is_regex, mut text) = (false, false, OsString::from("\n"));
    for given in parsed.options {
        match given.name {
            "b" => before = true,
            "r" => is_regex = true,
            _ => text = given.value,
        }
    }
    let separator = if is_regex {
        match regex::bytes::Regex::new(&text.to_string_lossy()) {
            Ok(regex) => Separator::Regex(regex),
            Err(error) => {
                PROGRAM.complain(&error.to_string());
                return 1;
            }
        }
    } else {
        // An empty separator stands for NUL.
        Separator::Text(if text.is_empty() { vec![0] } else { text.as_bytes().to_vec() })
    };
    let files = if parsed.operands.is_empty() { vec![OsString::from("-")] } else { parsed.operands };
    let (mut output, mut code) = (output::standard(), 0);
    for file in &files {
        let mut content = Vec::new();
        let opened = input::open(file.as_bytes());
        let was_opened = opened.is_ok();
        if let Err(error) = opened.and_then(|mut input| input.read_to_end(&mut content)) {
            let _ = output.flush();
            let shown = quoted_if_needed(file);
            let what = if was_opened { format!("{shown}: read error") } else { format!("failed to open '{shown}' for reading") };
            PROGRAM.complain_of(&what, &error);
            code = 1;
            continue;
        }
        // A failed write shows again when the output is finished.
        let _ = write_reversed(&content, &separator, before, &mut output);
    }
    output::finish(output, PROGRAM.name, code)
}

fn write_reversed(content: &[u8], separator: &Separator, before: bool, output: &mut Output) -> std::io::Result<()> {
    let places: Vec<(usize, usize)> = match separator {
        Separator::Text(text) => memchr::memmem::find_iter(content, text).map(|at| (at, at + text.len())).collect(),
        Separator::Regex(regex) => {
            regex.find_iter(content).filter(|found| !found.is_empty()).map(|found| (found.start(), found.end())).collect()
        }
    };
    let mut end = content.len();
    for (start_of_separator, end_of_separator) in places.into_iter().rev() {
        let cut = if before { start_of_separator } else { end_of_separator };
        output.write_all(&content[cut..end])?;
        end = cut;
    }
    output.write_all(&content[..end])
}
