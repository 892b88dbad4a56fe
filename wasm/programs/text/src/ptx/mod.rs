//! ptx: a permuted index. Contexts are sentences that go over lines, as GNU's; uutils' takes each line for one.

mod escapes;
mod fields;
mod layout;
mod occurrences;
mod options;
mod words;

use fields::Fields;
use occurrences::Index;
use getopt::words::quoted_if_needed;
use std::ffi::OsString;
use std::io::{Read, Result};
use std::os::wasi::ffi::OsStrExt;

/// A file's text, and what references call it.
struct Source {
    name: Vec<u8>,
    text: Vec<u8>,
}

pub fn main(args: Vec<OsString>) -> i32 {
    match run(args) {
        Ok(()) => 0,
        Err(code) => code,
    }
}

fn run(args: Vec<OsString>) -> std::result::Result<(), i32> {
    let options = options::parse(args)?;
    let mut sources = Vec::new();
    for name in &options.inputs {
        let text = read(name).map_err(|error| {
            options::PROGRAM.complain_of(&quoted_if_needed(name), &error);
            1
        })?;
        let name = if name == "-" { Vec::new() } else { name.as_bytes().to_vec() };
        sources.push(Source { name, text });
    }
    let index = Index::of(&options, &sources)?;
    let widths = layout::Widths::of(&options, &sources, &index);
    let mut output = Vec::new();
    for occurrence in &index.occurrences {
        let source = &sources[occurrence.source];
        let fields = Fields::of(&options, &widths, index.longest_word, source, occurrence);
        layout::write(&mut output, &options, &widths, source, &fields);
    }
    options::print(&options, output)
}

pub fn read(name: &OsString) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    if name == "-" {
        std::io::stdin().read_to_end(&mut text)?;
    } else {
        std::fs::File::open(crate::path::of(name.as_bytes()))?.read_to_end(&mut text)?;
    }
    Ok(text)
}
