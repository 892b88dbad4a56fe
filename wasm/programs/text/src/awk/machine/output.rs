//! `print` and `printf`: to the standard output, a file or a command.

use crate::awk::ast::OutputKind;
use crate::awk::format;
use crate::awk::value::Value;
use super::{Machine, Step, fatal};

impl Machine {
    pub(super) fn write(&mut self, redirect: Option<OutputKind>, name: &[u8], text: &[u8]) -> Step<()> {
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

    pub(super) fn print(&mut self, arguments: usize, redirect: Option<OutputKind>) -> Step<()> {
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

    pub(super) fn printf(&mut self, arguments: usize, redirect: Option<OutputKind>) -> Step<()> {
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

pub(super) fn push_list(out: &mut Vec<u8>, values: &[Value], ofs: &[u8], ofmt: &[u8]) {
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
