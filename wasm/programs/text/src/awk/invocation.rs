//! awk's command line, and the run from BEGIN to END.

use super::array::{Array, Key};
use super::compile::compile;
use super::lexer::SyntaxError;
use super::machine::{Fatal, Flow, Machine};
use super::parser::parse;
use super::special;
use super::value::Value;
use std::cell::RefCell;
use std::ffi::OsString;
use std::io::Read;
use std::os::wasi::ffi::OsStringExt;
use std::rc::Rc;

const USAGE: &str = "Usage: awk [-F fs] [-v var=value] [--csv] {-f progfile | 'prog'} [file ...]";
const FATAL: i32 = 2;
const SYNTAX_ERROR: i32 = 1;

#[derive(Default)]
struct Invocation {
    separator: Option<Vec<u8>>,
    assignments: Vec<Vec<u8>>,
    files: Vec<Vec<u8>>,
    program: Option<Vec<u8>>,
    operands: Vec<Vec<u8>>,
    is_csv: bool,
    is_in_place: bool,
    /// `-i`: read before the program.
    includes: Vec<Vec<u8>>,
    name: Vec<u8>,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let args: Vec<Vec<u8>> = args.into_iter().map(OsStringExt::into_vec).collect();
    let invocation = match read_arguments(args) {
        Ok(invocation) => invocation,
        Err(code) => return code,
    };
    let (source, is_command_line) = match program_text(&invocation) {
        Ok(source) => source,
        Err(code) => return code,
    };
    let program = match parse(&source) {
        Ok(program) => program,
        Err(error) => return complain_of_syntax(&error, &source, is_command_line),
    };
    let needs_input = !program.rules.is_empty() || !program.end.is_empty() || !program.begin_file.is_empty() || !program.end_file.is_empty();
    let mut machine = Machine::new(compile(program), crate::locale::is_utf8(), invocation.is_csv);
    machine.where_from = if is_command_line { "cmd. line:".to_owned() } else { format!("{}:", String::from_utf8_lossy(&invocation.files[0])) };
    machine.is_in_place = invocation.is_in_place;
    let result = run(&mut machine, &invocation, needs_input);
    let code = match result {
        Ok(()) => machine.exit_code,
        Err(Fatal { text, has_place }) => {
            let _ = machine.streams.close_all();
            let place = if has_place { format!("{}{}: ", machine.where_from, machine.line()) } else { String::new() };
            eprintln!("awk: {place}fatal: {text}");
            return FATAL;
        }
    };
    if let Err(error) = machine.streams.close_all() {
        eprintln!("awk: fatal: print to \"standard output\" failed: {}", sys::errno::message(&error));
        return FATAL;
    }
    code
}

fn run(machine: &mut Machine, invocation: &Invocation, needs_input: bool) -> Result<(), Fatal> {
    set_up(machine, invocation)?;
    if invocation.is_csv {
        machine.use_csv();
    }
    let code = Rc::clone(&machine.code);
    let mut flow = machine.run(code.begin)?;
    if flow != Flow::Exit && needs_input {
        flow = machine.run_main(code.main)?;
    }
    machine.end_in_place()?;
    if let Some(end) = code.end {
        let _ = flow;
        machine.run(end)?;
    }
    Ok(())
}

/// Gives the variables their first values.
fn set_up(machine: &mut Machine, invocation: &Invocation) -> Result<(), Fatal> {
    let array = |entries: Vec<(Key, Value)>| Value::Array(Rc::new(RefCell::new(entries.into_iter().collect::<Array>())));
    let environment = std::env::vars_os().map(|(name, value)| (Key::of_text(&name.into_vec()), Value::input(&value.into_vec())));
    machine.globals[special::ENVIRON as usize] = array(environment.collect());
    let arguments = std::iter::once(&invocation.name).chain(&invocation.operands);
    let arguments = arguments.enumerate().map(|(index, argument)| (Key::Integer(index as i64), Value::input(argument)));
    machine.globals[special::ARGV as usize] = array(arguments.collect());
    machine.globals[special::ARGC as usize] = Value::Number(invocation.operands.len() as f64 + 1.0);
    let info: Vec<(Key, Value)> = [("version", Value::string(b"5.2.1")), ("pid", Value::Number(f64::from(sys::getpid()))), ("FS", Value::string(b"FS"))]
        .into_iter()
        .map(|(name, value)| (Key::of_text(name.as_bytes()), value))
        .collect();
    machine.globals[special::PROCINFO as usize] = array(info);
    if let Some(separator) = &invocation.separator {
        machine.assign(b"FS", separator)?;
    }
    for assignment in &invocation.assignments {
        if let Some(suffix) = assignment.strip_prefix(b"inplace::suffix=").or_else(|| assignment.strip_prefix(b"INPLACE_SUFFIX=")) {
            machine.in_place_suffix = suffix.to_vec();
            continue;
        }
        let equals = assignment.iter().position(|byte| *byte == b'=').unwrap_or(0);
        machine.assign(&assignment[..equals], &assignment[equals + 1..])?;
    }
    Ok(())
}

fn usage_failure(text: &str) -> i32 {
    eprintln!("awk: {text}\n{USAGE}");
    FATAL
}

fn read_arguments(args: Vec<Vec<u8>>) -> Result<Invocation, i32> {
    let mut invocation = Invocation::default();
    let mut rest = args.into_iter();
    invocation.name = rest.next().unwrap_or_else(|| b"awk".to_vec());
    let mut operands = Vec::new();
    while let Some(arg) = rest.next() {
        if arg == b"--" {
            break;
        }
        if arg == b"-" || !arg.starts_with(b"-") {
            operands.push(arg);
            break;
        }
        let (option, attached) = option_and_value(&arg);
        let mut value = || match attached.clone() {
            Some(value) => Ok(value),
            None => rest.next().ok_or_else(|| usage_failure(&format!("option requires an argument -- {}", String::from_utf8_lossy(&option)))),
        };
        match &option[..] {
            b"F" | b"field-separator" => invocation.separator = Some(value()?),
            b"v" | b"assign" => {
                let assignment = value()?;
                let is_named = assignment.iter().position(|byte| *byte == b'=').is_some_and(|equals| equals > 0);
                if !is_named {
                    let shown = String::from_utf8_lossy(&assignment).into_owned();
                    eprintln!("awk: fatal: `{shown}' argument to `-v' not in `var=value' form");
                    return Err(FATAL);
                }
                invocation.assignments.push(assignment);
            }
            b"f" | b"file" => invocation.files.push(value()?),
            b"i" | b"include" => match value()? {
                name if name == b"inplace" || name == b"inplace.awk" => invocation.is_in_place = true,
                name => invocation.includes.push(name),
            },
            b"e" | b"source" => {
                let text = value()?;
                let program = invocation.program.get_or_insert_default();
                program.extend(text);
                program.push(b'\n');
            }
            b"k" | b"csv" => invocation.is_csv = true,
            b"version" | b"V" => {
                println!("awk (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            b"help" | b"h" => {
                println!("{USAGE}");
                return Err(0);
            }
            b"posix" | b"P" | b"c" | b"traditional" | b"r" | b"re-interval" | b"S" | b"sandbox" | b"O" | b"optimize" | b"b"
            | b"characters-as-bytes" | b"lint" | b"n" | b"non-decimal-data" => {}
            other => {
                let shown = String::from_utf8_lossy(other);
                let text = if other.len() > 1 { format!("unrecognized option '--{shown}'") } else { format!("invalid option -- '{shown}'") };
                return Err(usage_failure(&text));
            }
        }
    }
    operands.extend(rest);
    if invocation.files.is_empty() && invocation.program.is_none() {
        if operands.is_empty() {
            eprintln!("{USAGE}");
            return Err(FATAL);
        }
        invocation.program = Some(operands.remove(0));
    }
    invocation.operands = operands;
    Ok(invocation)
}

/// `-Fx`, `-F x`, `--name=x` and `--name x`.
fn option_and_value(arg: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    if let Some(long) = arg.strip_prefix(b"--") {
        return match long.iter().position(|byte| *byte == b'=') {
            Some(equals) => (long[..equals].to_vec(), Some(long[equals + 1..].to_vec())),
            None => (long.to_vec(), None),
        };
    }
    (arg[1..2].to_vec(), (arg.len() > 2).then(|| arg[2..].to_vec()))
}

/// The program's text, and whether it came from the command line.
fn program_text(invocation: &Invocation) -> Result<(Vec<u8>, bool), i32> {
    let mut source = Vec::new();
    for name in invocation.includes.iter().chain(&invocation.files) {
        let shown = String::from_utf8_lossy(name);
        let result = if name == b"-" { std::io::stdin().read_to_end(&mut source) } else { super::open(name).and_then(|mut file| file.read_to_end(&mut source)) };
        if let Err(error) = result {
            eprintln!("awk: fatal: cannot open source file `{shown}' for reading: {}", sys::errno::message(&error));
            return Err(FATAL);
        }
        source.push(b'\n');
    }
    source.extend(invocation.program.iter().flatten());
    Ok((source, invocation.files.is_empty()))
}

fn complain_of_syntax(error: &SyntaxError, source: &[u8], is_command_line: bool) -> i32 {
    let place = if is_command_line { "cmd. line:" } else { "program file:" };
    let line = source.split(|byte| *byte == b'\n').nth(error.line as usize - 1).unwrap_or_default();
    eprintln!("awk: {place}{}: {}", error.line, String::from_utf8_lossy(line));
    eprintln!("awk: {place}{}: {}", error.line, error.text);
    SYNTAX_ERROR
}

impl Machine {
    /// Prints a warning, after the output so far.
    pub fn warn(&mut self, text: &str) {
        let _ = self.streams.flush();
        eprintln!("awk: warning: {text}");
    }
}
