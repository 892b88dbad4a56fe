//! The main input: the operands, one after the other, as files or assignments; and getline in all its forms.

use super::ast::InputKind;
use super::code::Place;
use super::lexer::push_escape;
use super::machine::{Fatal, Flow, Machine, fatal};
use super::patterns::Patterns;
use crate::reader::{Reader, Separator};
use super::special;
use super::value::Value;
use std::rc::Rc;

type Step<T> = Result<T, Fatal>;

pub struct MainInput {
    reader: Option<Reader>,
    separator: Separator,
    /// The next operand.
    operand: usize,
    has_files: bool,
    is_at_end: bool,
}

impl MainInput {
    pub fn new() -> Self {
        MainInput { reader: None, separator: Separator::Byte(b'\n'), operand: 1, has_files: false, is_at_end: false }
    }

    pub fn has_paragraphs(&self) -> bool {
        matches!(self.separator, Separator::Paragraph)
    }

    pub fn set_separator(&mut self, text: &[u8], patterns: &mut Patterns, is_csv: bool) -> Result<(), String> {
        self.separator = match text {
            b"\n" if is_csv => Separator::Csv,
            b"" => Separator::Paragraph,
            [byte] => Separator::Byte(*byte),
            _ => Separator::Regex(patterns.dynamic(text)?),
        };
        Ok(())
    }
}

impl Machine {
    pub fn use_csv(&mut self) {
        self.input.separator = Separator::Csv;
    }

    /// Reads all input and runs the rules over it.
    pub fn run_main(&mut self, main: Option<usize>) -> Step<Flow> {
        loop {
            if !self.next_main_record()? {
                return Ok(Flow::Done);
            }
            let Some(main) = main else { continue };
            match self.run(main)? {
                Flow::Exit => return Ok(Flow::Exit),
                Flow::NextFile => self.end_file()?,
                Flow::Done | Flow::Next => {}
            }
            if self.input.is_at_end {
                return Ok(Flow::Done);
            }
        }
    }

    fn end_file(&mut self) -> Step<()> {
        self.input.reader = None;
        if let Some(start) = self.code.end_file {
            self.run_file_section(start)?;
        }
        self.end_in_place()
    }

    fn run_file_section(&mut self, start: usize) -> Step<Flow> {
        let flow = self.run(start)?;
        if flow == Flow::Exit {
            self.input.is_at_end = true;
        }
        Ok(flow)
    }

    /// Reads the next record into `$0`; false at the end of all input.
    fn next_main_record(&mut self) -> Step<bool> {
        let Some(text) = self.next_main_text()? else { return Ok(false) };
        let (splitter, has_lines) = (Rc::clone(&self.splitter), self.input.has_paragraphs());
        self.record_buffer = self.record.replace(&splitter, has_lines, text);
        Ok(true)
    }

    fn next_main_text(&mut self) -> Step<Option<Vec<u8>>> {
        loop {
            if self.input.is_at_end {
                return Ok(None);
            }
            let Some(mut reader) = self.input.reader.take() else {
                if !self.open_next()? {
                    self.input.is_at_end = true;
                    return Ok(None);
                }
                continue;
            };
            let mut terminator = Vec::new();
            let separator = &self.input.separator;
            let mut text = std::mem::take(&mut self.record_buffer);
            text.clear();
            let result = reader.next(separator, &mut text, &mut terminator);
            let found = match result {
                Ok(found) => found,
                Err(error) => {
                    let name = self.text(&self.globals[special::FILENAME as usize].clone());
                    let shown = String::from_utf8_lossy(&name).into_owned();
                    if error.raw_os_error() == Some(sys::errno::ISDIR) {
                        self.warn(&format!("command line argument `{shown}' is a directory: skipped"));
                    } else {
                        let reason = sys::errno::message(&error);
                        return Err(Fatal::nowhere(format!("cannot read file `{shown}': {reason}")));
                    }
                    false
                }
            };
            if !found {
                self.record_buffer = text;
                self.end_file()?;
                continue;
            }
            self.input.reader = Some(reader);
            self.nr += 1.0;
            self.fnr += 1.0;
            self.set_terminator(&terminator);
            return Ok(Some(text));
        }
    }

    fn set_terminator(&mut self, terminator: &[u8]) {
        if self.globals[special::RT as usize].text() != Some(terminator) {
            self.globals[special::RT as usize] = Value::string(terminator);
        }
    }

    /// Opens the next file operand, carrying out assignments on the way; standard input if there is no file at all.
    fn open_next(&mut self) -> Step<bool> {
        loop {
            let count = self.globals[special::ARGC as usize].number() as usize;
            if self.input.operand >= count {
                if self.input.has_files {
                    return Ok(false);
                }
                self.input.has_files = true;
                self.fnr = 0.0;
                self.input.reader = Some(Reader::standard_input());
                return self.begin_file();
            }
            let key = Value::Number(self.input.operand as f64);
            self.input.operand += 1;
            let Value::Array(arguments) = self.globals[special::ARGV as usize].clone() else { continue };
            let operand = arguments.borrow().get(&self.key(&key)).cloned();
            let operand = operand.map(|value| self.text(&value)).unwrap_or_default();
            if operand.is_empty() {
                continue;
            }
            if let Some(equals) = assignment(&operand) {
                self.assign(&operand[..equals], &operand[equals + 1..])?;
                continue;
            }
            self.input.has_files = true;
            self.globals[special::FILENAME as usize] = Value::input(&operand);
            self.globals[special::ARGIND as usize] = key;
            self.fnr = 0.0;
            let opened = if matches!(&operand[..], b"-" | b"/dev/stdin") {
                Ok(Reader::standard_input())
            } else {
                super::open(&operand).map(Reader::of_file)
            };
            match opened {
                Ok(reader) => {
                    self.globals[special::ERRNO as usize] = Value::string(b"");
                    self.input.reader = Some(reader);
                    return self.begin_file();
                }
                Err(error) => {
                    let (shown, reason) = (String::from_utf8_lossy(&operand).into_owned(), sys::errno::message(&error));
                    self.globals[special::ERRNO as usize] = Value::string(reason.as_bytes());
                    if let Some(start) = self.code.begin_file {
                        if self.run_file_section(start)? == Flow::NextFile {
                            continue;
                        }
                    }
                    if error.raw_os_error() != Some(sys::errno::ISDIR) {
                        return Err(Fatal::nowhere(format!("cannot open file `{shown}' for reading: {reason}")));
                    }
                    self.warn(&format!("command line argument `{shown}' is a directory: skipped"));
                }
            }
        }
    }

    /// The number of the operand that is read.
    pub fn input_number(&self) -> usize {
        self.input.operand
    }

    fn begin_file(&mut self) -> Step<bool> {
        self.begin_in_place()?;
        if let Some(start) = self.code.begin_file {
            if self.run_file_section(start)? == Flow::NextFile {
                self.end_file()?;
            }
        }
        Ok(true)
    }

    /// `name=text`, of an operand or of -v.
    pub fn assign(&mut self, name: &[u8], text: &[u8]) -> Step<()> {
        let Some(slot) = self.code.globals.iter().position(|global| global.as_bytes() == name) else {
            if self.code.functions.iter().any(|function| function.name.as_bytes() == name) {
                return fatal(format!("cannot use function name `{}' as variable name", String::from_utf8_lossy(name)));
            }
            return Ok(());
        };
        let (mut value, mut at) = (Vec::new(), 0);
        while at < text.len() {
            at += 1;
            if text[at - 1] == b'\\' {
                push_escape(text, &mut at, &mut value);
            } else {
                value.push(text[at - 1]);
            }
        }
        let slot = slot as u32;
        let place = if special::is_live(slot) { Place::Special(slot) } else { Place::Global(slot) };
        self.store(place, Value::input(&value))
    }

    /// Carries out one getline and pushes its status: 1, 0 at the end, -1 for an error.
    pub fn getline(&mut self, kind: InputKind, place: Option<Place>) -> Step<()> {
        let name = if kind == InputKind::Main { Value::Uninitialized } else { self.pop() };
        let name = self.text(&name);
        if kind == InputKind::Main {
            let Some(place) = place else {
                let found = self.next_main_record()?;
                self.stack.push(Value::boolean(found));
                return Ok(());
            };
            let text = self.next_main_text()?;
            match &text {
                Some(text) => self.store(place, Value::input(text))?,
                None => self.drop_key(place),
            }
            self.stack.push(Value::boolean(text.is_some()));
            return Ok(());
        }
        let separator = self.input.separator.clone();
        let (mut text, mut terminator) = (Vec::new(), Vec::new());
        let result = match self.streams.input(kind == InputKind::Command, &name) {
            Ok(reader) => reader.next(&separator, &mut text, &mut terminator),
            Err(error) => Err(error),
        };
        let status = match result {
            Ok(true) => 1.0,
            Ok(false) => 0.0,
            Err(error) => {
                self.globals[special::ERRNO as usize] = Value::string(sys::errno::message(&error).as_bytes());
                -1.0
            }
        };
        if status == 1.0 {
            self.set_terminator(&terminator);
            match place {
                Some(place) => self.store(place, Value::input(&text))?,
                None => self.set_record(&text),
            }
        } else if let Some(place) = place {
            self.drop_key(place);
        }
        self.stack.push(Value::Number(status));
        Ok(())
    }

    /// Takes from the stack what a place has there and nobody needs any more.
    pub fn drop_key(&mut self, place: Place) {
        let count = match place {
            Place::Element(super::code::ON_STACK) => 2,
            Place::Element(_) | Place::Field => 1,
            _ => 0,
        };
        self.stack.truncate(self.stack.len() - count);
    }
}

/// Where the `=` is in an operand that assigns.
fn assignment(operand: &[u8]) -> Option<usize> {
    let equals = operand.iter().position(|byte| *byte == b'=')?;
    let name = &operand[..equals];
    let is_name = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    is_name.then_some(equals)
}
