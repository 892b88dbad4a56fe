//! Carries out instructions: a stack of values, and frames of its own, so that recursion has a bound and a message.

use super::library;
use super::number::Number;
use crate::writer::Writer;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

#[derive(Clone, Debug)]
pub enum Variable {
    Simple(String),
    /// Its index is on the stack.
    Element(String),
    Scale,
    InputBase,
    OutputBase,
    Last,
}

#[derive(Clone, Debug)]
pub enum Op {
    /// Digits, read when they are met: the base may change. None are 0.
    Number(Vec<u8>),
    Load(Variable),
    Store(Variable),
    Augment(Variable, &'static str),
    Increment { variable: Variable, is_up: bool, is_post: bool },
    Array(String),
    Binary(&'static str),
    Compare(&'static str),
    Negate,
    Not,
    ToBoolean,
    Jump(usize),
    JumpIfZero(usize),
    JumpIfNotZero(usize),
    Call(String, usize),
    Return,
    Print { has_newline: bool },
    PrintString(Vec<u8>),
    Pop,
    Quit,
}

#[derive(Clone, Debug)]
pub struct Function {
    pub parameters: Vec<(String, bool)>,
    pub autos: Vec<(String, bool)>,
    pub ops: Rc<Vec<Op>>,
}

type Elements = BTreeMap<u64, Number>;

enum Value {
    Number(Number),
    Array(Elements),
}

/// A variable's value of before a call.
enum Saved {
    Simple(String, Option<Number>),
    Array(String, Option<Elements>),
}

struct Frame {
    ops: Rc<Vec<Op>>,
    pc: usize,
    saved: Vec<Saved>,
    name: String,
}

const MOST_FRAMES: usize = 100_000;
/// No result has more digits: beyond it memory would end without a message.
const MOST_DIGITS: u64 = 20_000_000;

pub struct Machine {
    variables: HashMap<String, Number>,
    arrays: HashMap<String, Elements>,
    pub functions: HashMap<String, Function>,
    scale: usize,
    input_base: u32,
    output_base: u32,
    last: Number,
    pub has_library: bool,
    line_length: usize,
    column: usize,
    pub out: Writer,
    /// What `read()` reads, where the program itself comes from standard input: the rest of it.
    pub rest_of_input: Vec<u8>,
}

pub enum Outcome {
    Done,
    Quit,
}

type Step<T> = Result<T, String>;

impl Machine {
    pub fn new(has_library: bool) -> Self {
        let line_length = std::env::var("BC_LINE_LENGTH").ok().and_then(|text| text.parse().ok()).unwrap_or(70);
        Machine {
            variables: HashMap::new(),
            arrays: HashMap::new(),
            functions: HashMap::new(),
            scale: if has_library { 20 } else { 0 },
            input_base: 10,
            output_base: 10,
            last: Number::integer(0),
            has_library,
            line_length,
            column: 0,
            out: Writer::standard(1),
            rest_of_input: Vec::new(),
        }
    }

    /// An error of a run is its message, complete but for `Runtime error `.
    pub fn run(&mut self, ops: Vec<Op>) -> Result<Outcome, String> {
        let mut frames = vec![Frame { ops: Rc::new(ops), pc: 0, saved: Vec::new(), name: "(main)".to_owned() }];
        let result = self.execute(&mut frames);
        let place = frames.last().map(|frame| format!("(func={}, adr={})", frame.name, frame.pc)).unwrap_or_default();
        // Variables get back what they had before the calls that an error ended.
        while let Some(frame) = frames.pop() {
            self.restore(frame.saved);
        }
        result.map_err(|text| format!("{place}: {text}"))
    }

    fn restore(&mut self, saved: Vec<Saved>) {
        for entry in saved.into_iter().rev() {
            match entry {
                Saved::Simple(name, Some(value)) => {
                    self.variables.insert(name, value);
                }
                Saved::Simple(name, None) => {
                    self.variables.remove(&name);
                }
                Saved::Array(name, Some(elements)) => {
                    self.arrays.insert(name, elements);
                }
                Saved::Array(name, None) => {
                    self.arrays.remove(&name);
                }
            }
        }
    }

    fn execute(&mut self, frames: &mut Vec<Frame>) -> Step<Outcome> {
        let mut stack: Vec<Value> = Vec::new();
        loop {
            let Some(frame) = frames.last_mut() else { return Ok(Outcome::Done) };
            let Some(op) = frame.ops.get(frame.pc).cloned() else { return Ok(Outcome::Done) };
            frame.pc += 1;
            match op {
                Op::Number(digits) => stack.push(Value::Number(Number::parse(&digits, self.input_base))),
                Op::Load(variable) => {
                    let index = self.index(&variable, &mut stack)?;
                    stack.push(Value::Number(self.load(&variable, index)));
                }
                Op::Store(variable) => {
                    let value = pop(&mut stack);
                    let index = self.index(&variable, &mut stack)?;
                    self.store(&variable, index, value.clone())?;
                    stack.push(Value::Number(value));
                }
                Op::Augment(variable, operator) => {
                    let operand = pop(&mut stack);
                    let index = self.index(&variable, &mut stack)?;
                    let value = self.binary(operator, &self.load(&variable, index), &operand)?;
                    self.store(&variable, index, value.clone())?;
                    stack.push(Value::Number(value));
                }
                Op::Increment { variable, is_up, is_post } => {
                    let index = self.index(&variable, &mut stack)?;
                    let before = self.load(&variable, index);
                    let after = before.add(&Number::integer(if is_up { 1 } else { -1 }));
                    self.store(&variable, index, after.clone())?;
                    stack.push(Value::Number(if is_post { before } else { after }));
                }
                Op::Array(name) => stack.push(Value::Array(self.arrays.get(&name).cloned().unwrap_or_default())),
                Op::Binary(operator) => {
                    let (right, left) = (pop(&mut stack), pop(&mut stack));
                    stack.push(Value::Number(self.binary(operator, &left, &right)?));
                }
                Op::Compare(operator) => {
                    let (right, left) = (pop(&mut stack), pop(&mut stack));
                    let order = left.compare(&right);
                    let holds = match operator {
                        "==" => order.is_eq(),
                        "!=" => order.is_ne(),
                        "<" => order.is_lt(),
                        "<=" => order.is_le(),
                        ">" => order.is_gt(),
                        _ => order.is_ge(),
                    };
                    stack.push(Value::Number(Number::integer(i32::from(holds))));
                }
                Op::Negate => {
                    let value = pop(&mut stack).negated();
                    stack.push(Value::Number(value));
                }
                Op::Not => {
                    let is_zero = pop(&mut stack).is_zero();
                    stack.push(Value::Number(Number::integer(i32::from(is_zero))));
                }
                Op::ToBoolean => {
                    let is_zero = pop(&mut stack).is_zero();
                    stack.push(Value::Number(Number::integer(i32::from(!is_zero))));
                }
                Op::Jump(target) => frame.pc = target,
                Op::JumpIfZero(target) => {
                    if pop(&mut stack).is_zero() {
                        frame.pc = target;
                    }
                }
                Op::JumpIfNotZero(target) => {
                    if !pop(&mut stack).is_zero() {
                        frame.pc = target;
                    }
                }
                Op::Call(name, count) => {
                    let arguments = stack.split_off(stack.len() - count);
                    if let Some(value) = self.builtin(&name, &arguments)? {
                        stack.push(Value::Number(value));
                    } else {
                        let frame = self.enter(name, arguments)?;
                        frames.push(frame);
                        if frames.len() > MOST_FRAMES {
                            return Err("calls are nested too deeply".to_owned());
                        }
                    }
                }
                Op::Return => {
                    if let Some(frame) = frames.pop() {
                        self.restore(frame.saved);
                    }
                }
                Op::Print { has_newline } => {
                    let value = pop(&mut stack);
                    let text = value.text(self.output_base);
                    self.put_number(&text);
                    if has_newline {
                        self.put(b"\n");
                    }
                    self.last = value;
                }
                Op::PrintString(text) => self.put(&text),
                Op::Pop => {
                    stack.pop();
                }
                Op::Quit => return Ok(Outcome::Quit),
            }
        }
    }

    fn put(&mut self, text: &[u8]) {
        self.out.buffer().extend_from_slice(text);
        self.column = match text.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => text.len() - newline - 1,
            None => self.column + text.len(),
        };
        // A closed output ends bc by a signal; a full one is found when bc ends.
        let _ = self.out.written();
    }

    /// Long numbers go on in the next line.
    fn put_number(&mut self, text: &str) {
        for byte in text.bytes() {
            if self.line_length > 1 && self.column >= self.line_length - 2 {
                self.put(b"\\\n");
            }
            self.put(&[byte]);
        }
    }

    fn index(&self, variable: &Variable, stack: &mut Vec<Value>) -> Step<u64> {
        let Variable::Element(name) = variable else { return Ok(0) };
        let index = pop(stack).to_i64().filter(|index| (0..=16_777_215).contains(index));
        index.map(|index| index as u64).ok_or_else(|| format!("Array {name} subscript out of bounds."))
    }

    fn load(&self, variable: &Variable, index: u64) -> Number {
        let found = match variable {
            Variable::Simple(name) => self.variables.get(name).cloned(),
            Variable::Element(name) => self.arrays.get(name).and_then(|elements| elements.get(&index)).cloned(),
            Variable::Scale => Some(Number::integer(self.scale)),
            Variable::InputBase => Some(Number::integer(self.input_base)),
            Variable::OutputBase => Some(Number::integer(self.output_base)),
            Variable::Last => Some(self.last.clone()),
        };
        found.unwrap_or_else(|| Number::integer(0))
    }

    fn store(&mut self, variable: &Variable, index: u64, value: Number) -> Step<()> {
        let whole = value.to_i64();
        match variable {
            Variable::Simple(name) => match self.variables.get_mut(name) {
                Some(slot) => *slot = value,
                None => {
                    self.variables.insert(name.clone(), value);
                }
            },
            Variable::Element(name) => {
                self.arrays.entry(name.clone()).or_default().insert(index, value);
            }
            Variable::Scale => match whole {
                Some(scale) if scale >= 0 => self.scale = (scale as usize).min(1_000_000),
                _ => self.warn("negative scale, set to 0", |machine| machine.scale = 0),
            },
            Variable::InputBase => match whole {
                Some(base @ 2..=16) => self.input_base = base as u32,
                Some(base) if base < 2 => self.warn("ibase too small, set to 2", |machine| machine.input_base = 2),
                _ => self.warn("ibase too large, set to 16", |machine| machine.input_base = 16),
            },
            Variable::OutputBase => match whole {
                Some(base @ 2..=1_000_000) => self.output_base = base as u32,
                Some(base) if base < 2 => self.warn("obase too small, set to 2", |machine| machine.output_base = 2),
                _ => self.warn("obase too large, set to 1000000", |machine| machine.output_base = 1_000_000),
            },
            Variable::Last => self.last = value,
        }
        Ok(())
    }

    fn warn(&mut self, text: &str, repair: impl FnOnce(&mut Self)) {
        let _ = self.out.flush();
        eprintln!("Runtime warning (func=(main), adr=0): {text}");
        repair(self);
    }

    fn binary(&self, operator: &str, left: &Number, right: &Number) -> Step<Number> {
        let zero = || "Divide by zero".to_owned();
        match operator {
            "+" => Ok(left.add(right)),
            "-" => Ok(left.subtract(right)),
            "*" => Ok(left.multiply(right, self.scale)),
            "/" => left.divide(right, self.scale).ok_or_else(zero),
            "%" => left.remainder(right, self.scale).ok_or_else(|| "Modulo by zero".to_owned()),
            _ => {
                let exponent = right.to_i64().filter(|exponent| exponent.unsigned_abs() * left.value.bits().max(1) / 3 < MOST_DIGITS || left.is_zero());
                let exponent = exponent.filter(|exponent| exponent.unsigned_abs() <= u64::from(u32::MAX));
                let exponent = exponent.ok_or_else(|| "exponent too large in raise".to_owned())?;
                left.power(exponent, self.scale).ok_or_else(zero)
            }
        }
    }

    /// The value of a function that bc has itself; `None` for one of the program.
    fn builtin(&mut self, name: &str, arguments: &[Value]) -> Step<Option<Number>> {
        let number = |index: usize| match arguments.get(index) {
            Some(Value::Number(number)) => Ok(number),
            _ => Err("Parameter number mismatch".to_owned()),
        };
        let scale = self.scale;
        Ok(Some(match (name, arguments.len()) {
            ("length", 1) => Number::integer(number(0)?.length()),
            ("scale", 1) => Number::integer(number(0)?.scale),
            ("sqrt", 1) => number(0)?.square_root(scale).ok_or("Square root of a negative number")?,
            ("read", 0) => self.read(),
            ("s" | "c" | "a" | "l" | "e", 1) if self.has_library && !self.functions.contains_key(name) => {
                let x = number(0)?;
                match name {
                    "s" => library::sine(x, scale, false),
                    "c" => library::sine(x, scale, true),
                    "a" => library::arctangent(x, scale),
                    "l" => library::logarithm(x, scale),
                    _ if x.to_i64().is_none_or(|whole| whole.abs() > 1_000_000) => return Err("exponent too large in raise".to_owned()),
                    _ => library::exponential(x, scale),
                }
            }
            ("j", 2) if self.has_library && !self.functions.contains_key(name) => library::bessel(number(0)?.to_i64().unwrap_or(0), number(1)?, scale),
            _ => return Ok(None),
        }))
    }

    fn read(&mut self) -> Number {
        let _ = self.out.flush();
        let mut line = Vec::new();
        let rest = &mut self.rest_of_input;
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        line.extend(rest.drain(..end));
        let text = line.trim_ascii();
        let (is_negative, digits) = match text.strip_prefix(b"-") {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let count = digits.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F' | b'.')).count();
        let number = Number::parse(&digits[..count], self.input_base);
        if is_negative { number.negated() } else { number }
    }

    fn enter(&mut self, name: String, arguments: Vec<Value>) -> Step<Frame> {
        let Some(function) = self.functions.get(&name).cloned() else { return Err(format!("Function {name} not defined.")) };
        if function.parameters.len() != arguments.len() {
            return Err("Parameter number mismatch.".to_owned());
        }
        let mut saved = Vec::new();
        let values = arguments.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
        for ((name, is_array), value) in function.parameters.iter().chain(&function.autos).zip(values) {
            if *is_array {
                let elements = match value {
                    Some(Value::Array(elements)) => elements,
                    None => Elements::new(),
                    Some(Value::Number(_)) => return self.mismatch(saved),
                };
                saved.push(Saved::Array(name.clone(), self.arrays.insert(name.clone(), elements)));
            } else {
                let number = match value {
                    Some(Value::Number(number)) => number,
                    None => Number::integer(0),
                    Some(Value::Array(_)) => return self.mismatch(saved),
                };
                saved.push(Saved::Simple(name.clone(), self.variables.insert(name.clone(), number)));
            }
        }
        Ok(Frame { ops: Rc::clone(&function.ops), pc: 0, saved, name })
    }

    fn mismatch<T>(&mut self, saved: Vec<Saved>) -> Step<T> {
        self.restore(saved);
        Err("Parameter type mismatch.".to_owned())
    }
}

fn pop(stack: &mut Vec<Value>) -> Number {
    match stack.pop() {
        Some(Value::Number(number)) => number,
        _ => Number::integer(0),
    }
}
