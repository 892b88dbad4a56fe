//! The machine: a program's state, and the calls of its functions.

mod execute;
mod operators;
mod output;
mod places;
mod text;
mod variables;

use super::code::Code;
use super::input::MainInput;
use super::patterns::Patterns;
use super::record::Record;
use super::special;
use super::splitter::Splitter;
use super::streams::Streams;
use super::value::Value;
use std::rc::Rc;

/// Calls within calls.
const MOST_FRAMES: usize = 400_000;

/// What ends a program at once: the message, and whether it tells the place in the program.
pub struct Fatal {
    pub text: String,
    pub has_place: bool,
}

impl Fatal {
    pub fn here(text: String) -> Self {
        Fatal { text, has_place: true }
    }

    pub fn nowhere(text: String) -> Self {
        Fatal { text, has_place: false }
    }
}

/// How a piece of the program ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    Done,
    Next,
    NextFile,
    Exit,
}

struct Frame {
    return_to: usize,
    base: usize,
    loops: usize,
}

pub struct Machine {
    pub code: Rc<Code>,
    pub stack: Vec<Value>,
    frames: Vec<Frame>,
    base: usize,
    loops: Vec<std::vec::IntoIter<Value>>,
    pub globals: Vec<Value>,
    pub record: Record,
    /// Where the next record is read into.
    pub record_buffer: Vec<u8>,
    pub splitter: Rc<Splitter>,
    pub nr: f64,
    pub fnr: f64,
    pub ofs: Vec<u8>,
    pub ors: Vec<u8>,
    pub subsep: Vec<u8>,
    pub convfmt: Vec<u8>,
    pub ofmt: Vec<u8>,
    pub patterns: Patterns,
    pub streams: Streams,
    pub input: MainInput,
    ranges: Vec<bool>,
    pub exit_code: i32,
    pub random: u64,
    pub seed: f64,
    pub is_utf8: bool,
    /// CSV mode: FS has no say.
    pub is_csv: bool,
    /// `-i inplace`
    pub is_in_place: bool,
    pub in_place_suffix: Vec<u8>,
    pub rewritten: Option<super::in_place::Rewritten>,
    /// Where the program's text is from, for messages.
    pub where_from: String,
    /// The instruction last begun, for messages.
    pc: usize,
}

type Step<T> = Result<T, Fatal>;

pub fn fatal<T>(text: impl Into<String>) -> Step<T> {
    Err(Fatal::here(text.into()))
}

impl Machine {
    pub fn new(code: Code, is_utf8: bool, is_csv: bool) -> Self {
        let splitter = Rc::new(if is_csv { Splitter::Csv } else { Splitter::Blanks });
        let mut globals = vec![Value::Uninitialized; code.globals.len()];
        let defaults: [(u32, &[u8]); 8] = [
            (special::FS, b" "),
            (special::OFS, b" "),
            (special::ORS, b"\n"),
            (special::RS, b"\n"),
            (special::SUBSEP, b"\x1c"),
            (special::CONVFMT, b"%.6g"),
            (special::OFMT, b"%.6g"),
            (special::FPAT, b"[^[:space:]]+"),
        ];
        for (slot, text) in defaults {
            globals[slot as usize] = Value::string(text);
        }
        globals[special::RSTART as usize] = Value::Number(0.0);
        globals[special::RLENGTH as usize] = Value::Number(-1.0);
        globals[special::ARGIND as usize] = Value::Number(0.0);
        globals[special::FILENAME as usize] = Value::string(b"");
        Machine {
            patterns: Patterns::new(code.patterns.clone(), is_utf8),
            ranges: vec![false; code.ranges],
            code: Rc::new(code),
            stack: Vec::new(),
            frames: Vec::new(),
            base: 0,
            loops: Vec::new(),
            globals,
            record: Record::new(Rc::clone(&splitter), is_utf8),
            record_buffer: Vec::new(),
            splitter,
            nr: 0.0,
            fnr: 0.0,
            ofs: b" ".to_vec(),
            ors: b"\n".to_vec(),
            subsep: b"\x1c".to_vec(),
            convfmt: b"%.6g".to_vec(),
            ofmt: b"%.6g".to_vec(),
            streams: Streams::new(),
            input: MainInput::new(),
            exit_code: 0,
            random: super::builtin::random_state(0.0),
            seed: 0.0,
            is_utf8,
            is_csv,
            is_in_place: false,
            in_place_suffix: Vec::new(),
            rewritten: None,
            where_from: String::new(),
            pc: 0,
        }
    }

    /// The source line of the instruction last begun.
    pub fn line(&self) -> u32 {
        self.code.lines.get(self.pc).copied().unwrap_or(0)
    }

    pub fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or(Value::Uninitialized)
    }

    fn push_number(&mut self, number: f64) {
        self.stack.push(Value::Number(number));
    }

    pub fn record_text(&mut self) -> &[u8] {
        self.record.text(&self.ofs, &self.convfmt)
    }

    /// Runs from an instruction to the end of its section.
    pub fn run(&mut self, start: usize) -> Step<Flow> {
        let (frames, loops, base, height) = (self.frames.len(), self.loops.len(), self.base, self.stack.len());
        let flow = self.execute(start, frames);
        if !matches!(flow, Ok(Flow::Done)) {
            self.frames.truncate(frames);
            self.loops.truncate(loops);
            self.stack.truncate(height);
            self.base = base;
        }
        flow
    }

    /// Calls a function of the program from within a builtin.
    pub fn call(&mut self, function: u32, arguments: &[Value]) -> Step<Value> {
        let entry = self.code.functions[function as usize].start;
        self.stack.extend_from_slice(arguments);
        let frames = self.frames.len();
        self.enter(function, arguments.len(), usize::MAX)?;
        match self.execute(entry, frames)? {
            Flow::Done => Ok(self.pop()),
            _ => fatal("a comparison function must return"),
        }
    }

    fn enter(&mut self, function: u32, arguments: usize, return_to: usize) -> Step<usize> {
        let code = Rc::clone(&self.code);
        let callee = &code.functions[function as usize];
        let parameters = callee.parameters as usize;
        if arguments > parameters {
            return fatal(format!("function `{}' called with more arguments than declared", callee.name));
        }
        if self.frames.len() >= MOST_FRAMES {
            return fatal(format!("function `{}': calls are nested too deeply", callee.name));
        }
        self.frames.push(Frame { return_to, base: self.base, loops: self.loops.len() });
        self.base = self.stack.len() - arguments;
        self.stack.resize(self.base + parameters, Value::Uninitialized);
        Ok(callee.start)
    }
}
