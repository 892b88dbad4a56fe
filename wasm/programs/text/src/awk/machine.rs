//! The machine: a program's state, and the loop that carries out its instructions.

use super::array::{Array, Key};
use super::ast::{BinaryOperator, Comparison, OutputKind};
use super::code::{ArrayPlace, Code, ON_STACK, Op, Place};
use super::format;
use super::input::MainInput;
use super::number;
use super::patterns::Patterns;
use super::record::Record;
use super::special;
use super::splitter::Splitter;
use super::streams::Streams;
use super::value::{ArrayRef, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// Calls within calls.
const MOST_FRAMES: usize = 400_000;
/// No string is longer: beyond it memory would end without a message.
const LONGEST_STRING: usize = 64 << 20;

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

    pub fn push_text(&self, out: &mut Vec<u8>, value: &Value) {
        match value {
            Value::Number(number) => format::push_number(out, *number, &self.convfmt),
            other => out.extend_from_slice(other.text().unwrap_or_default()),
        }
    }

    pub fn text(&self, value: &Value) -> Vec<u8> {
        let mut text = Vec::new();
        self.push_text(&mut text, value);
        text
    }

    /// The value's text without a copy where it is a string.
    pub fn with_text<T>(&self, value: &Value, use_text: impl FnOnce(&[u8]) -> T) -> T {
        match value.text() {
            Some(text) => use_text(text),
            None => use_text(&self.text(value)),
        }
    }

    pub fn key(&self, value: &Value) -> Key {
        if let Value::Number(number) = value {
            if let Some(integer) = number::as_integer(*number).filter(|integer| integer.unsigned_abs() < 1_000_000_000_000_000) {
                return Key::Integer(integer);
            }
        }
        self.with_text(value, Key::of_text)
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

    fn name_of(&self, place: ArrayPlace) -> String {
        let index = usize::try_from(place).ok();
        index.and_then(|index| self.code.globals.get(index).cloned()).unwrap_or_else(|| "parameter".to_owned())
    }

    fn array(&mut self, place: ArrayPlace) -> Step<ArrayRef> {
        let name = |machine: &Self| machine.name_of(place);
        if place == ON_STACK {
            return match self.pop() {
                Value::Array(array) => Ok(array),
                _ => fatal("attempt to use a scalar value as array"),
            };
        }
        let slot = match usize::try_from(place) {
            Ok(global) => &mut self.globals[global],
            Err(_) => &mut self.stack[self.base + (-1 - place) as usize],
        };
        match slot {
            Value::Array(array) => Ok(Rc::clone(array)),
            Value::Uninitialized => {
                let array: ArrayRef = Rc::new(RefCell::new(Array::default()));
                *slot = Value::Array(Rc::clone(&array));
                Ok(array)
            }
            _ => fatal(format!("attempt to use scalar `{}' as an array", name(self))),
        }
    }

    /// The key on the stack. The array, if it is on the stack too, is below it.
    fn element(&mut self, place: ArrayPlace) -> Step<(ArrayRef, Key)> {
        let key = self.pop();
        let key = self.key(&key);
        Ok((self.array(place)?, key))
    }

    fn field_index(&mut self) -> Step<usize> {
        let index = self.pop().number();
        if index < 0.0 || index.is_nan() {
            return fatal(format!("attempt to access field {}", index as i64));
        }
        Ok(index as usize)
    }

    pub fn field(&mut self, index: usize) -> Value {
        if index == 0 { Value::input(self.record_text()) } else { self.record.field(index) }
    }

    fn load_special(&mut self, slot: u32) -> Value {
        match slot {
            special::NF => Value::Number(self.record.count() as f64),
            special::NR => Value::Number(self.nr),
            special::FNR => Value::Number(self.fnr),
            _ => self.globals[slot as usize].clone(),
        }
    }

    pub fn set_record(&mut self, text: &[u8]) {
        let splitter = Rc::clone(&self.splitter);
        let has_lines = self.input.has_paragraphs();
        self.record.replace(&splitter, has_lines, text.to_vec());
    }

    pub fn set_special(&mut self, slot: u32, value: Value) -> Step<()> {
        match slot {
            special::NF => {
                let count = value.number();
                if count < 0.0 {
                    return fatal("NF set to negative value");
                }
                return self.record.set_count(count as usize).or_else(|_| fatal("NF is too large"));
            }
            special::NR => self.nr = value.number(),
            special::FNR => self.fnr = value.number(),
            special::OFS => self.ofs = self.text(&value),
            special::ORS => self.ors = self.text(&value),
            special::SUBSEP => self.subsep = self.text(&value),
            special::CONVFMT => self.convfmt = self.text(&value),
            special::OFMT => self.ofmt = self.text(&value),
            _ => {}
        }
        self.globals[slot as usize] = value;
        match slot {
            special::FS | special::FIELDWIDTHS | special::FPAT => self.choose_splitter(slot),
            special::RS => {
                let value = self.globals[slot as usize].clone();
                let text = self.text(&value);
                self.input.set_separator(&text, &mut self.patterns, self.is_csv).map_err(Fatal::here)
            }
            special::IGNORECASE => {
                self.patterns.set_ignores_case(self.globals[slot as usize].is_true());
                self.choose_splitter(special::FS)
            }
            _ => Ok(()),
        }
    }

    /// The variable assigned last says how records are split.
    fn choose_splitter(&mut self, slot: u32) -> Step<()> {
        if self.is_csv {
            return Ok(());
        }
        let value = self.globals[slot as usize].clone();
        let text = self.text(&value);
        let splitter = match slot {
            special::FS => self.patterns.splitter(&text).map_err(Fatal::here)?,
            special::FPAT => Splitter::Content(self.patterns.dynamic(&text).map_err(Fatal::here)?),
            _ => {
                let mut widths = Vec::new();
                for word in text.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty()) {
                    let shown = String::from_utf8_lossy(word).into_owned();
                    let (skipped, taken) = shown.split_once(':').unwrap_or(("0", &shown));
                    let taken = if taken == "*" { Ok(usize::MAX) } else { taken.parse() };
                    match (skipped.parse(), taken) {
                        (Ok(skipped), Ok(taken)) => widths.push((skipped, taken)),
                        _ => return fatal(format!("invalid FIELDWIDTHS value, for field {}, near `{shown}'", widths.len() + 1)),
                    }
                }
                Splitter::Widths(widths)
            }
        };
        self.splitter = Rc::new(splitter);
        Ok(())
    }

    pub fn store(&mut self, place: Place, value: Value) -> Step<()> {
        if matches!(value, Value::Array(_)) {
            return fatal("attempt to use an array in a scalar context");
        }
        match place {
            Place::Global(slot) => {
                if matches!(self.globals[slot as usize], Value::Array(_)) {
                    return fatal(format!("attempt to use array `{}' in a scalar context", self.name_of(slot as i32)));
                }
                self.globals[slot as usize] = value;
            }
            Place::Local(slot) => {
                let slot = self.base + slot as usize;
                if matches!(self.stack[slot], Value::Array(_)) {
                    return fatal("attempt to use an array in a scalar context");
                }
                self.stack[slot] = value;
            }
            Place::Special(slot) => self.set_special(slot, value)?,
            Place::Field => {
                let index = self.field_index()?;
                self.set_field(index, value)?;
            }
            Place::Element(place) => {
                let (array, key) = self.element(place)?;
                let mut array = array.borrow_mut();
                let slot = array.entry(key).or_insert(Value::Uninitialized);
                if matches!(slot, Value::Array(_)) {
                    return fatal("attempt to use an array in a scalar context");
                }
                *slot = value;
            }
        }
        Ok(())
    }

    fn set_field(&mut self, index: usize, value: Value) -> Step<()> {
        if index == 0 {
            let text = self.text(&value);
            self.set_record(&text);
            return Ok(());
        }
        self.record.set_field(index, value).or_else(|_| fatal(format!("attempt to access field {index}")))
    }

    /// Reads a place and gives the stack what it needs for the store that follows.
    pub fn load_for_update(&mut self, place: Place) -> Step<Value> {
        Ok(match place {
            Place::Global(slot) => self.globals[slot as usize].clone(),
            Place::Local(slot) => self.stack[self.base + slot as usize].clone(),
            Place::Special(slot) => self.load_special(slot),
            Place::Field => {
                let index = self.field_index()?;
                self.push_number(index as f64);
                self.field(index)
            }
            Place::Element(place) => {
                let (array, key) = self.element(place)?;
                let value = array.borrow().get(&key).cloned().unwrap_or(Value::Uninitialized);
                if place == ON_STACK {
                    self.stack.push(Value::Array(array));
                }
                self.stack.push(key.value());
                value
            }
        })
    }

    /// Changes a number in place; returns what it was and what it is.
    fn update(&mut self, place: Place, change: impl FnOnce(f64) -> Step<f64>) -> Step<(f64, f64)> {
        match place {
            Place::Global(slot) => {
                let value = &mut self.globals[slot as usize];
                if !matches!(value, Value::Array(_)) {
                    let before = value.number();
                    let after = change(before)?;
                    *value = Value::Number(after);
                    return Ok((before, after));
                }
            }
            Place::Local(slot) => {
                let value = &mut self.stack[self.base + slot as usize];
                if !matches!(value, Value::Array(_)) {
                    let before = value.number();
                    let after = change(before)?;
                    *value = Value::Number(after);
                    return Ok((before, after));
                }
            }
            Place::Element(array_place) => {
                let (array, key) = self.element(array_place)?;
                let mut array = array.borrow_mut();
                let value = array.entry(key).or_insert(Value::Uninitialized);
                if !matches!(value, Value::Array(_)) {
                    let before = value.number();
                    let after = change(before)?;
                    *value = Value::Number(after);
                    return Ok((before, after));
                }
                return fatal("attempt to use an array in a scalar context");
            }
            _ => {}
        }
        let before = self.load_for_update(place)?.number();
        let after = change(before)?;
        self.store(place, Value::Number(after))?;
        Ok((before, after))
    }

    fn compare(&self, left: &Value, right: &Value, comparison: Comparison) -> bool {
        use std::cmp::Ordering;
        if let (Some(left), Some(right)) = (left.as_compared_number(), right.as_compared_number()) {
            return match comparison {
                Comparison::Less => left < right,
                Comparison::LessOrEqual => left <= right,
                Comparison::Equal => left == right,
                Comparison::NotEqual => left != right,
                Comparison::Greater => left > right,
                Comparison::GreaterOrEqual => left >= right,
            };
        }
        let order = self.with_text(left, |left| self.with_text(right, |right| left.cmp(right)));
        match comparison {
            Comparison::Less => order == Ordering::Less,
            Comparison::LessOrEqual => order != Ordering::Greater,
            Comparison::Equal => order == Ordering::Equal,
            Comparison::NotEqual => order != Ordering::Equal,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::GreaterOrEqual => order != Ordering::Less,
        }
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

    fn join(&mut self, count: usize, separator: Option<&[u8]>) -> Step<Vec<u8>> {
        let first = self.stack.len() - count;
        let mut text = Vec::with_capacity(32);
        for (index, value) in self.stack[first..].iter().enumerate() {
            if let Some(separator) = separator.filter(|_| index > 0) {
                text.extend_from_slice(separator);
            }
            match value {
                Value::Number(number) => format::push_number(&mut text, *number, &self.convfmt),
                other => text.extend_from_slice(other.text().unwrap_or_default()),
            }
            if text.len() > LONGEST_STRING {
                return fatal("memory exhausted: a string is too long");
            }
        }
        self.stack.truncate(first);
        Ok(text)
    }

    fn execute(&mut self, start: usize, outermost: usize) -> Step<Flow> {
        let code = Rc::clone(&self.code);
        let mut pc = start;
        loop {
            self.pc = pc;
            let op = code.ops[pc];
            pc += 1;
            match op {
                Op::Uninitialized => self.stack.push(Value::Uninitialized),
                Op::Number(number) => self.stack.push(Value::Number(number)),
                Op::String(index) => self.stack.push(Value::string(&code.strings[index as usize])),
                Op::LoadGlobal(slot) => {
                    let value = self.globals[slot as usize].clone();
                    self.stack.push(value);
                }
                Op::LoadLocal(slot) => {
                    let value = self.stack[self.base + slot as usize].clone();
                    self.stack.push(value);
                }
                Op::Load(place) => {
                    let value = match place {
                        Place::Element(place) => {
                            let (array, key) = self.element(place)?;
                            let mut array = array.borrow_mut();
                            array.entry(key).or_insert(Value::Uninitialized).clone()
                        }
                        Place::Field => {
                            let index = self.field_index()?;
                            self.field(index)
                        }
                        Place::Special(slot) => self.load_special(slot),
                        Place::Global(slot) => self.globals[slot as usize].clone(),
                        Place::Local(slot) => self.stack[self.base + slot as usize].clone(),
                    };
                    self.stack.push(value);
                }
                Op::StoreGlobal(slot) => {
                    let value = self.stack[self.stack.len() - 1].clone();
                    self.store(Place::Global(slot), value)?;
                }
                Op::StoreLocal(slot) => {
                    let value = self.stack[self.stack.len() - 1].clone();
                    self.store(Place::Local(slot), value)?;
                }
                Op::Store(place) => {
                    let value = self.pop();
                    self.store(place, value.clone())?;
                    self.stack.push(value);
                }
                Op::StoreUnderKey(place) => self.store_under_key(place)?,
                Op::Append(place) => self.append(place)?,
                Op::Augment(place, operator) => {
                    let operand = self.pop().number();
                    let (_, after) = self.update(place, |before| calculate(operator, before, operand))?;
                    self.push_number(after);
                }
                Op::IncrementBefore(place, delta) => {
                    let (_, after) = self.update(place, |before| Ok(before + f64::from(delta)))?;
                    self.push_number(after);
                }
                Op::IncrementAfter(place, delta) => {
                    let (before, _) = self.update(place, |before| Ok(before + f64::from(delta)))?;
                    self.push_number(before);
                }
                Op::Field(index) => {
                    let value = self.field(index as usize);
                    self.stack.push(value);
                }
                Op::FieldNumber(0) => {
                    let number = number::leading_number(self.record_text());
                    self.push_number(number);
                }
                Op::FieldNumber(index) => {
                    let number = self.record.field_number(index as usize);
                    self.push_number(number);
                }
                Op::MatchRecord(pattern) => {
                    let regex = self.patterns.constant(pattern).map_err(Fatal::here)?;
                    let is_match = regex.is_match(self.record.text(&self.ofs, &self.convfmt));
                    self.stack.push(Value::boolean(is_match));
                }
                Op::MatchConstant { pattern, is_negated } => {
                    let text = self.pop();
                    let regex = self.patterns.constant(pattern).map_err(Fatal::here)?;
                    let is_match = self.with_text(&text, |text| regex.is_match(text));
                    self.stack.push(Value::boolean(is_match != is_negated));
                }
                Op::MatchDynamic { is_negated } => {
                    let pattern = self.pop();
                    let regex = self.regex(&pattern)?;
                    let text = self.pop();
                    let is_match = self.with_text(&text, |text| regex.is_match(text));
                    self.stack.push(Value::boolean(is_match != is_negated));
                }
                Op::Pattern(pattern) => self.stack.push(Value::Pattern(pattern)),
                Op::Binary(operator) => {
                    let right = self.pop().number();
                    let left = self.pop().number();
                    self.push_number(calculate(operator, left, right)?);
                }
                Op::Compare(comparison) => {
                    let right = self.pop();
                    let left = self.pop();
                    let holds = self.compare(&left, &right, comparison);
                    self.stack.push(Value::boolean(holds));
                }
                Op::Concat(count) => {
                    let text = self.join(count as usize, None)?;
                    self.stack.push(Value::from_vec(text));
                }
                Op::Negate => {
                    let number = self.pop().number();
                    self.push_number(-number);
                }
                Op::ToNumber => {
                    let number = self.pop().number();
                    self.push_number(number);
                }
                Op::Not => {
                    let is_true = self.pop().is_true();
                    self.stack.push(Value::boolean(!is_true));
                }
                Op::ToBoolean => {
                    let is_true = self.pop().is_true();
                    self.stack.push(Value::boolean(is_true));
                }
                Op::Jump(target) => pc = target as usize,
                Op::JumpIfFalse(target) => {
                    if !self.pop().is_true() {
                        pc = target as usize;
                    }
                }
                Op::JumpIfTrue(target) => {
                    if self.pop().is_true() {
                        pc = target as usize;
                    }
                }
                Op::Copy => {
                    let value = self.stack[self.stack.len() - 1].clone();
                    self.stack.push(value);
                }
                Op::Pop => {
                    self.stack.pop();
                }
                Op::JoinKeys(count) => {
                    let separator = std::mem::take(&mut self.subsep);
                    let text = self.join(count as usize, Some(&separator));
                    self.subsep = separator;
                    self.stack.push(Value::from_vec(text?));
                }
                Op::In(place) => {
                    let (array, key) = match place {
                        // The key was put on the stack after the array.
                        ON_STACK => self.element(ON_STACK)?,
                        _ => {
                            let key = self.pop();
                            (self.array(place)?, self.key(&key))
                        }
                    };
                    let is_in = array.borrow().contains_key(&key);
                    self.stack.push(Value::boolean(is_in));
                }
                Op::Delete(place) => {
                    let (array, key) = self.element(place)?;
                    array.borrow_mut().swap_remove(&key);
                }
                Op::Clear(place) => {
                    let array = self.array(place)?;
                    array.borrow_mut().clear();
                }
                Op::Array(place) => {
                    let is_scalar = place != ON_STACK && {
                        let slot = match usize::try_from(place) {
                            Ok(global) => &self.globals[global],
                            Err(_) => &self.stack[self.base + (-1 - place) as usize],
                        };
                        !matches!(slot, Value::Array(_) | Value::Uninitialized)
                    };
                    if is_scalar {
                        return fatal(format!("attempt to use scalar `{}' as an array", self.name_of(place)));
                    }
                    let array = self.array(place)?;
                    self.stack.push(Value::Array(array));
                }
                Op::SubArray(place) => {
                    let (array, key) = self.element(place)?;
                    let mut array = array.borrow_mut();
                    let element = array.entry(key).or_insert(Value::Uninitialized);
                    if matches!(element, Value::Uninitialized) {
                        *element = Value::Array(Rc::new(RefCell::new(Array::default())));
                    }
                    if !matches!(element, Value::Array(_)) {
                        return fatal("attempt to use a scalar value as array");
                    }
                    self.stack.push(element.clone());
                }
                Op::ElementArgument(place) => {
                    let (array, key) = self.element(place)?;
                    let mut array = array.borrow_mut();
                    let fresh = || Value::Array(Rc::new(RefCell::new(Array::default())));
                    self.stack.push(array.entry(key).or_insert_with(fresh).clone());
                }
                Op::Keys(place) => {
                    let array = self.array(place)?;
                    let keys = self.ordered_keys(&array)?;
                    self.loops.push(keys.into_iter());
                }
                Op::NextKey(exit) => match self.loops.last_mut().and_then(Iterator::next) {
                    Some(key) => self.stack.push(key),
                    None => pc = exit as usize,
                },
                Op::EndKeys => {
                    self.loops.pop();
                }
                Op::Call { function, arguments } => pc = self.enter(function, arguments as usize, pc)?,
                Op::CallIndirect { arguments } => {
                    let at = self.stack.len() - 1 - arguments as usize;
                    let name = self.text(&self.stack[at].clone());
                    self.stack.remove(at);
                    let Some(function) = code.functions.iter().position(|function| function.name.as_bytes() == name) else {
                        return fatal(format!("function `{}' not defined", String::from_utf8_lossy(&name)));
                    };
                    pc = self.enter(function as u32, arguments as usize, pc)?;
                }
                Op::Return => {
                    let value = self.pop();
                    let Some(frame) = self.frames.pop() else { return Ok(Flow::Done) };
                    self.stack.truncate(self.base);
                    self.loops.truncate(frame.loops);
                    self.base = frame.base;
                    self.stack.push(value);
                    if self.frames.len() == outermost && frame.return_to == usize::MAX {
                        return Ok(Flow::Done);
                    }
                    pc = frame.return_to;
                }
                Op::Builtin { index, arguments } => {
                    let value = self.builtin(index, usize::from(arguments))?;
                    self.stack.push(value);
                }
                Op::Substitute { is_global, place } => self.substitute(is_global, Some(place))?,
                Op::SubstituteValue { is_global } => self.substitute(is_global, None)?,
                Op::Getline { kind, place } => self.getline(kind, place)?,
                Op::Print { arguments, redirect } => self.print(arguments as usize, redirect)?,
                Op::Printf { arguments, redirect } => self.printf(arguments as usize, redirect)?,
                Op::JumpIfInRange { range, target } => {
                    if self.ranges[range as usize] {
                        pc = target as usize;
                    }
                }
                Op::SetRange { range, is_on } => self.ranges[range as usize] = is_on,
                Op::Next => return Ok(Flow::Next),
                Op::NextFile => return Ok(Flow::NextFile),
                Op::Exit { has_value } => {
                    if has_value {
                        self.exit_code = self.pop().number() as i64 as i32;
                    }
                    return Ok(Flow::Exit);
                }
                Op::End => return Ok(Flow::Done),
            }
        }
    }

    /// Stores the value that is below what the place has on the stack, and leaves it there.
    fn store_under_key(&mut self, place: Place) -> Step<()> {
        let below = match place {
            Place::Field => 1,
            Place::Element(ON_STACK) => 2,
            Place::Element(_) => 1,
            _ => 0,
        };
        let value = self.stack[self.stack.len() - 1 - below].clone();
        self.store(place, value)
    }

    fn append(&mut self, place: Place) -> Step<()> {
        let added = self.pop();
        let slot = match place {
            Place::Global(slot) => &mut self.globals[slot as usize],
            Place::Local(slot) => &mut self.stack[self.base + slot as usize],
            _ => return Ok(()),
        };
        if let Value::Long { is_input, bytes } = slot {
            if let Some(text) = Rc::get_mut(bytes) {
                *is_input = false;
                match &added {
                    Value::Number(number) => format::push_number(text, *number, &self.convfmt),
                    other => text.extend_from_slice(other.text().unwrap_or_default()),
                }
                if text.len() > LONGEST_STRING {
                    return fatal("memory exhausted: a string is too long");
                }
                let value = slot.clone();
                self.stack.push(value);
                return Ok(());
            }
        }
        let before = slot.clone();
        self.stack.push(before);
        self.stack.push(added);
        let text = self.join(2, None)?;
        let value = Value::from_vec(text);
        self.store(place, value.clone())?;
        self.stack.push(value);
        Ok(())
    }

    fn write(&mut self, redirect: Option<OutputKind>, name: &[u8], text: &[u8]) -> Step<()> {
        let writer = match redirect {
            None => &mut self.streams.standard,
            Some(kind) => match self.streams.output(kind, name) {
                Ok(writer) => writer,
                Err(error) => {
                    let what = if kind == OutputKind::Command { "open pipe" } else { "redirect to" };
                    let (shown, reason) = (String::from_utf8_lossy(name), sys::errno::message(&error));
                    return fatal(format!("cannot {what} `{shown}': {reason}"));
                }
            },
        };
        writer.buffer().extend_from_slice(text);
        writer.written().or_else(|error| {
            let shown = if redirect.is_none() { "standard output".into() } else { String::from_utf8_lossy(name) };
            fatal(format!("print to \"{shown}\" failed: {}", sys::errno::message(&error)))
        })
    }

    fn print(&mut self, arguments: usize, redirect: Option<OutputKind>) -> Step<()> {
        let target = if redirect.is_some() { self.pop() } else { Value::Uninitialized };
        let first = self.stack.len() - arguments;
        if redirect.is_none() {
            let out = self.streams.standard.buffer();
            if arguments == 0 {
                out.extend_from_slice(self.record.text(&self.ofs, &self.convfmt));
            }
            push_list(out, &self.stack[first..], &self.ofs, &self.ofmt);
            out.extend_from_slice(&self.ors);
            self.stack.truncate(first);
            return self.write(None, b"", b"");
        }
        let mut text = Vec::new();
        if arguments == 0 {
            text.extend_from_slice(self.record_text());
        }
        push_list(&mut text, &self.stack[first..], &self.ofs, &self.ofmt);
        text.extend_from_slice(&self.ors);
        self.stack.truncate(first);
        let name = self.text(&target);
        self.write(redirect, &name, &text)
    }

    fn printf(&mut self, arguments: usize, redirect: Option<OutputKind>) -> Step<()> {
        let target = if redirect.is_some() { self.pop() } else { Value::Uninitialized };
        let text = self.format(arguments)?;
        let name = self.text(&target);
        self.write(redirect, &name, &text)
    }

    /// Formats the arguments on the stack, the format first.
    pub fn format(&mut self, arguments: usize) -> Step<Vec<u8>> {
        let first = self.stack.len() - arguments;
        let values = self.stack.split_off(first);
        let format = self.text(&values[0]);
        let mut text = Vec::new();
        format::format(&mut text, &format, &values[1..], self.is_utf8, |value| self.text(value)).or_else(|bad| fatal(bad.0))?;
        Ok(text)
    }
}

fn push_list(out: &mut Vec<u8>, values: &[Value], ofs: &[u8], ofmt: &[u8]) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(ofs);
        }
        match value {
            Value::Number(number) => format::push_number(out, *number, ofmt),
            other => out.extend_from_slice(other.text().unwrap_or_default()),
        }
    }
}

fn calculate(operator: BinaryOperator, left: f64, right: f64) -> Step<f64> {
    Ok(match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Subtract => left - right,
        BinaryOperator::Multiply => left * right,
        BinaryOperator::Divide if right == 0.0 => return fatal("division by zero attempted"),
        BinaryOperator::Divide => left / right,
        BinaryOperator::Modulo if right == 0.0 => return fatal("division by zero attempted in `%'"),
        BinaryOperator::Modulo => left % right,
        BinaryOperator::Power => power(left, right),
    })
}

/// Whole exponents by multiplication, which is exact where pow is not.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.fract() != 0.0 || exponent.abs() > 1024.0 {
        return base.powf(exponent);
    }
    base.powi(exponent as i32)
}
