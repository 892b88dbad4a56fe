//! sed: POSIX's editor of streams with GNU's options, commands, addresses and escapes.

mod execute;
mod input;
mod output;
mod parse;
mod replacement;
mod script;

use getopt::{self, Opt, Program, flag, optional_value, value};
use execute::{Fatal, Machine, Settings};
use input::Input;
use output::Outputs;
use parse::{Chunk, Source};
use std::ffi::OsString;
use std::io::Read;
use std::os::wasi::ffi::OsStringExt;

const PROGRAM: Program = Program {
    name: "sed",
    usage: "[OPTION]... {script-only-if-no-other-script} [input-file]...",
    usage_error: 1,
    stops_at_operand: false,
};
const OPTIONS: &[Opt] = &[
    flag(&["n", "quiet", "silent"]),
    value(&["e", "expression"]),
    value(&["f", "file"]),
    flag(&["E", "r", "regexp-extended"]),
    optional_value(&["i", "in-place"]),
    flag(&["s", "separate"]),
    flag(&["u", "unbuffered"]),
    flag(&["z", "null-data"]),
    flag(&["posix"]),
    flag(&["b", "binary"]),
    flag(&["debug"]),
    flag(&["sandbox"]),
    flag(&["follow-symlinks"]),
    value(&["l", "line-length"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let is_utf8 = crate::locale::is_utf8();
    let mut settings = Settings { is_silent: false, is_posix: false, is_utf8, line_length: 70, terminator: b'\n' };
    let mut reading = parse::Settings { is_extended: false, is_posix: false, is_utf8, is_sandboxed: false };
    let (mut is_separate, mut is_unbuffered, mut suffix) = (false, false, None);
    let mut chunks: Vec<Chunk> = Vec::new();
    for given in parsed.options {
        match given.name {
            "n" => settings.is_silent = true,
            "e" => {
                let number = chunks.len() + 1;
                chunks.push(Chunk { text: given.value.into_vec(), source: Source::Expression(number) });
            }
            "f" => match script_file(&given.value.into_vec()) {
                Ok(chunk) => chunks.push(chunk),
                Err(code) => return code,
            },
            "E" => reading.is_extended = true,
            "i" => {
                is_separate = true;
                suffix = Some(given.value.into_vec());
            }
            "s" => is_separate = true,
            "u" => is_unbuffered = true,
            "z" => settings.terminator = 0,
            "posix" => (settings.is_posix, reading.is_posix) = (true, true),
            "sandbox" => reading.is_sandboxed = true,
            "l" => match given.value.to_string_lossy().parse() {
                Ok(length) => settings.line_length = length,
                Err(_) => {
                    eprintln!("sed: invalid line length: {}", given.value.to_string_lossy());
                    return 1;
                }
            },
            _ => {}
        }
    }
    let mut operands: Vec<Vec<u8>> = parsed.operands.into_iter().map(OsStringExt::into_vec).collect();
    if chunks.is_empty() {
        if operands.is_empty() {
            eprintln!("Usage: sed {}", PROGRAM.usage);
            return 1;
        }
        chunks.push(Chunk { text: operands.remove(0), source: Source::Expression(1) });
    }
    let script = match parse::parse(&chunks, reading) {
        Ok(script) => script,
        Err((text, code)) => {
            eprintln!("{text}");
            return code;
        }
    };
    settings.is_silent |= script.is_silent;
    if operands.is_empty() {
        if suffix.is_some() {
            eprintln!("sed: no input files");
            return 4;
        }
        operands.push(b"-".to_vec());
    }
    let input = Input::new(operands, is_separate, suffix.is_some(), is_unbuffered, settings.terminator);
    let outputs = match Outputs::new(&script.outputs, suffix.unwrap_or_default(), is_unbuffered) {
        Ok(outputs) => outputs,
        Err(text) => return complain(&Fatal(text, 4)),
    };
    let mut machine = Machine::new(script, settings, input, outputs);
    let mut code = match machine.run() {
        Ok(code) => code,
        Err(fatal) => {
            machine.outputs.abandon();
            let _ = machine.outputs.flush();
            return complain(&fatal);
        }
    };
    if let Err(error) = machine.outputs.flush() {
        return complain(&Fatal(format!("couldn't flush stdout: {}", sys::errno::message(&error)), 4));
    }
    if code == 0 {
        code = machine.input.failure;
    }
    code
}

fn complain(Fatal(text, code): &Fatal) -> i32 {
    eprintln!("sed: {text}");
    *code
}

fn script_file(name: &[u8]) -> Result<Chunk, i32> {
    let mut text = Vec::new();
    let result = if name == b"-" { std::io::stdin().read_to_end(&mut text) } else { crate::path::open(name).and_then(|mut file| file.read_to_end(&mut text)) };
    let shown = String::from_utf8_lossy(name).into_owned();
    if let Err(error) = result {
        eprintln!("sed: couldn't open file {shown}: {}", sys::errno::message(&error));
        return Err(1);
    }
    if text.last() == Some(&b'\n') {
        text.pop();
    }
    // A script that names its interpreter.
    if text.starts_with(b"#!") {
        let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        text[..end].fill(b' ');
    }
    Ok(Chunk { text, source: Source::File(shown) })
}
