//! bc: POSIX's calculator of any precision with GNU's statements and names.

mod compile;
mod lexer;
mod library;
mod machine;
mod number;

use getopt::{self, Opt, Program, flag};
use compile::{Compiler, Item};
use machine::{Machine, Outcome};
use std::ffi::OsString;
use std::io::Read;
use std::os::wasi::ffi::OsStringExt;

const PROGRAM: Program = Program { name: "bc", usage: "[options] [file ...]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["l", "mathlib"]),
    flag(&["q", "quiet"]),
    flag(&["s", "standard"]),
    flag(&["w", "warn"]),
    flag(&["i", "interactive"]),
    flag(&["v", "version"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has_library = parsed.options.iter().any(|given| given.name == "l");
    let mut machine = Machine::new(has_library);
    let mut quits = false;
    for operand in parsed.operands {
        let name = operand.into_vec();
        let shown = String::from_utf8_lossy(&name).into_owned();
        let mut source = Vec::new();
        if crate::path::open(&name).and_then(|mut file| file.read_to_end(&mut source)).is_err() {
            eprintln!("File {shown} is unavailable.");
            return 1;
        }
        quits = run(&mut machine, source, &shown);
        if quits {
            break;
        }
    }
    if !quits {
        read_standard_input(&mut machine);
    }
    match machine.out.flush() {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("bc: write error: {}", sys::errno::message(&error));
            1
        }
    }
}

/// Carries out what comes, line by line where someone types; all at once otherwise.
fn read_standard_input(machine: &mut Machine) {
    use std::io::{BufRead, IsTerminal};
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        let mut source = Vec::new();
        if let Err(error) = stdin.lock().read_to_end(&mut source) {
            eprintln!("bc: {}", sys::errno::message(&error));
        }
        run(machine, source, "(standard_in)");
        return;
    }
    let mut pending = Vec::new();
    loop {
        let count = stdin.lock().read_until(b'\n', &mut pending).unwrap_or(0);
        let depth = pending.iter().filter(|byte| **byte == b'{').count() as isize - pending.iter().filter(|byte| **byte == b'}').count() as isize;
        if count > 0 && (depth > 0 || pending.ends_with(b"\\\n")) {
            continue;
        }
        if run(machine, std::mem::take(&mut pending), "(standard_in)") || count == 0 {
            return;
        }
        // What can't be written is reported at the end.
        let _ = machine.out.flush();
    }
}

/// Runs a program; whether it quits.
fn run(machine: &mut Machine, source: Vec<u8>, name: &str) -> bool {
    let mut compiler = Compiler::new(source);
    loop {
        match compiler.item() {
            Ok(Item::End) => return false,
            Ok(Item::Function(name, function)) => {
                machine.functions.insert(name, function);
            }
            Ok(Item::Code(ops)) => {
                let is_input = name == "(standard_in)";
                if is_input {
                    machine.rest_of_input = compiler.lexer.source.split_off(compiler.lexer.position);
                }
                let result = machine.run(ops);
                if is_input {
                    compiler.lexer.source.extend(std::mem::take(&mut machine.rest_of_input));
                }
                match result {
                    Ok(Outcome::Done) => {}
                    Ok(Outcome::Quit) => return true,
                    Err(text) => {
                        let _ = machine.out.flush();
                        eprintln!("Runtime error {text}");
                    }
                }
            }
            Err(_) => {
                let _ = machine.out.flush();
                eprintln!("{name} {}: syntax error", compiler.lexer.line);
                compiler.recover();
            }
        }
    }
}
