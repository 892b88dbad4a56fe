//! fmt: fills paragraphs. The lines of a paragraph are those that cost least, by GNU's costs, which uutils' differ from.

mod costs;
mod text;

use console::output;
use getopt::words::quoted;
use getopt::{Opt, Program, flag, value};
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::os::wasi::ffi::OsStrExt;
use text::Formatter;

const PROGRAM: Program = Program { name: "fmt", usage: "[-WIDTH] [OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["c", "crown-margin"]),
    value(&["p", "prefix"]),
    flag(&["s", "split-only"]),
    flag(&["t", "tagged-paragraph"]),
    flag(&["u", "uniform-spacing"]),
    value(&["w", "width"]),
    value(&["g", "goal"]),
    flag(&["version"]),
];
const WIDTH: usize = 75;
const LARGEST_WIDTH: usize = 2500;
/// Without a goal, lines are by so many percent shorter than they may be.
const LEEWAY: usize = 7;

/// Which lines are of one paragraph.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Those with the same indentation.
    Plain,
    /// The first may have another one.
    Crown,
    /// The first has another one.
    Tagged,
    /// Each is one by itself.
    Split,
}

pub struct Options {
    pub shape: Shape,
    pub is_uniform: bool,
    pub prefix: Vec<u8>,
    pub width: usize,
    pub goal: usize,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let (options, files) = match parse(args) {
        Ok(line) => line,
        Err(code) => return code,
    };
    let (mut output, mut code) = (output::standard(), 0);
    for file in files {
        let mut content = Vec::new();
        let read = console::stream::open(file.as_bytes()).map_err(|error| (true, error)).and_then(|mut input| {
            input.read_to_end(&mut content).map_err(|error| (false, error))
        });
        if let Err((is_missing, error)) = read {
            let name = quoted(&file);
            let what = if is_missing { format!("cannot open {name} for reading") } else { format!("read error: {name}") };
            PROGRAM.complain_of(&what, &error);
            code = 1;
            continue;
        }
        let text = Formatter::new(&options, &content).run();
        if output.write_all(&text).is_err() {
            break;
        }
    }
    output::finish(output, PROGRAM.name, code)
}

fn parse(mut args: Vec<OsString>) -> Result<(Options, Vec<OsString>), i32> {
    // `-30` in front is `-w 30`.
    if let Some(digits) = args.get(1).and_then(|arg| arg.as_bytes().strip_prefix(b"-")) {
        if digits.first().is_some_and(u8::is_ascii_digit) {
            let old = [b"-w", digits].concat();
            args[1] = OsStr::from_bytes(&old).to_owned();
        }
    }
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    let mut options = Options { shape: Shape::Plain, is_uniform: false, prefix: Vec::new(), width: WIDTH, goal: 0 };
    let (mut width, mut goal) = (None, None);
    for given in parsed.options {
        match given.name {
            "c" => options.shape = Shape::Crown,
            "s" => options.shape = Shape::Split,
            "t" => options.shape = Shape::Tagged,
            "u" => options.is_uniform = true,
            "p" => options.prefix = given.value.as_bytes().to_vec(),
            "w" => width = Some(given.value),
            _ => goal = Some(given.value),
        }
    }
    if let Some(width) = &width {
        options.width = number(width, LARGEST_WIDTH)?;
    }
    match &goal {
        Some(goal) => {
            options.goal = number(goal, if width.is_some() { options.width } else { LARGEST_WIDTH })?;
            if width.is_none() {
                options.width = options.goal + 10;
            }
        }
        None => options.goal = options.width * (2 * (100 - LEEWAY) + 1) / 200,
    }
    let files = if parsed.operands.is_empty() { vec![OsString::from("-")] } else { parsed.operands };
    Ok((options, files))
}

fn number(value: &OsStr, most: usize) -> Result<usize, i32> {
    let text = value.to_string_lossy();
    let reason = match text.parse::<usize>() {
        Ok(number) if number <= most => return Ok(number),
        Ok(_) => ": Numerical result out of range",
        Err(_) => "",
    };
    PROGRAM.complain(&format!("invalid width: {}{reason}", quoted(value)));
    Err(PROGRAM.usage_error)
}
