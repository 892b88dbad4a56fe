//! The files and commands that a program writes to and reads from, by name, and its own output.

use super::ast::OutputKind;
use crate::reader::Reader;
use crate::shell;
use crate::writer::Writer;
use indexmap::IndexMap;
use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::FromRawFd;

struct Output {
    writer: Writer,
    pid: Option<i32>,
}

struct Input {
    reader: Reader,
    pid: Option<i32>,
}

pub struct Streams {
    pub standard: Writer,
    outputs: IndexMap<Vec<u8>, Output>,
    inputs: IndexMap<(bool, Vec<u8>), Input>,
}

impl Streams {
    pub fn new() -> Self {
        Streams { standard: Writer::standard(1), outputs: IndexMap::new(), inputs: IndexMap::new() }
    }

    /// The output of this name, opened if it is not.
    pub fn output(&mut self, kind: OutputKind, name: &[u8]) -> Result<&mut Writer> {
        if matches!(name, b"/dev/stdout" | b"-") && kind != OutputKind::Command {
            return Ok(&mut self.standard);
        }
        if !self.outputs.contains_key(name) {
            let output = if kind == OutputKind::Command {
                self.flush()?;
                let (read, write) = sys::pipe(true)?;
                let pid = shell::spawn(name, &[sys::FdAction::dup2(read, 0)]);
                sys::close(read)?;
                // SAFETY: the pipe's end is new and nobody else's.
                let writer = Writer::of_file(unsafe { File::from_raw_fd(write) });
                Output { writer, pid: Some(pid?) }
            } else if name == b"/dev/stderr" {
                Output { writer: Writer::standard(2), pid: None }
            } else {
                let mut options = File::options();
                options.create(true).write(true).append(kind == OutputKind::Append).truncate(kind == OutputKind::Truncate);
                let file = options.open(super::path(name))?;
                Output { writer: Writer::of_file(file), pid: None }
            };
            self.outputs.insert(name.to_vec(), output);
        }
        self.outputs.get_mut(name).map(|output| &mut output.writer).ok_or_else(|| Error::from_raw_os_error(sys::errno::BADF))
    }

    pub fn input(&mut self, is_command: bool, name: &[u8]) -> Result<&mut Reader> {
        let key = (is_command, name.to_vec());
        if !self.inputs.contains_key(&key) {
            let input = if is_command {
                self.flush()?;
                let (read, write) = sys::pipe(true)?;
                let pid = shell::spawn(name, &[sys::FdAction::dup2(write, 1)]);
                sys::close(write)?;
                Input { reader: Reader::of_descriptor(read), pid: Some(pid?) }
            } else if matches!(name, b"-" | b"/dev/stdin") {
                Input { reader: Reader::standard_input(), pid: None }
            } else {
                Input { reader: Reader::of_file(super::open(name)?), pid: None }
            };
            self.inputs.insert(key.clone(), input);
        }
        self.inputs.get_mut(&key).map(|input| &mut input.reader).ok_or_else(|| Error::from_raw_os_error(sys::errno::BADF))
    }

    pub fn flush(&mut self) -> Result<()> {
        let mut result = self.standard.flush();
        for output in self.outputs.values_mut() {
            result = result.and(output.writer.flush());
        }
        result
    }

    /// Flushes one stream; false if there is none of this name.
    pub fn flush_named(&mut self, name: &[u8]) -> Result<bool> {
        if name == b"/dev/stdout" {
            return self.standard.flush().map(|()| true);
        }
        match self.outputs.get_mut(name) {
            Some(output) => output.writer.flush().map(|()| true),
            None => Ok(false),
        }
    }

    /// Closes what has this name: -1 if nothing has, else 0 or a command's exit status.
    pub fn close(&mut self, name: &[u8]) -> f64 {
        let mut status = -1.0;
        if let Some(mut output) = self.outputs.shift_remove(name) {
            let is_written = output.writer.flush().is_ok();
            drop(output.writer);
            status = output.pid.map_or(if is_written { 0.0 } else { -1.0 }, wait);
        }
        for is_command in [false, true] {
            if let Some(input) = self.inputs.shift_remove(&(is_command, name.to_vec())) {
                drop(input.reader);
                status = input.pid.map_or(0.0, wait);
            }
        }
        status
    }

    /// Closes everything, in the order of opening.
    pub fn close_all(&mut self) -> Result<()> {
        let mut result = self.standard.flush();
        for (_, mut output) in std::mem::take(&mut self.outputs) {
            result = result.and(output.writer.flush());
            drop(output.writer);
            output.pid.map(wait);
        }
        for (_, input) in std::mem::take(&mut self.inputs) {
            drop(input.reader);
            input.pid.map(wait);
        }
        result
    }
}

/// Runs a command by the shell and waits for it.
pub fn system(command: &[u8]) -> Result<f64> {
    Ok(wait(shell::spawn(command, &[])?))
}

/// A child's exit status: 256 plus the signal, if it was one.
fn wait(pid: i32) -> f64 {
    match sys::waitpid(pid, sys::WaitOptions::default()) {
        Ok(Some((_, status))) => match status.exit_code() {
            Some(code) => f64::from(code),
            None => f64::from(256 + status.signal().unwrap_or(0)),
        },
        _ => -1.0,
    }
}
