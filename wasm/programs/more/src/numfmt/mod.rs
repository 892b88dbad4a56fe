//! numfmt: numbers to and from what people read. The letters and roundings are those of GNU coreutils 9.1, which uutils'
//! differ from.

mod fields;
mod format;
mod number;
mod options;
mod scale;

use console::output::{self, Output};
use fields::Fields;
use format::Padding;
use number::Parsed;
use options::{Invalid, Options, PROGRAM};
use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::os::wasi::ffi::OsStringExt;

/// Exit code after a number that could not be converted.
const CONVERSION_FAILED: i32 = 2;
/// More digits are not shown without a unit.
const LARGEST_DIGITS: i32 = 18;
/// 999Y is the largest number with a unit.
const LARGEST_SCALED_DIGITS: i32 = 27;

pub fn main(args: Vec<OsString>) -> i32 {
    let (options, operands) = match options::parse(args) {
        Ok(line) => line,
        Err(code) => return code,
    };
    let mut run = Run { options: &options, output: output::standard(), failed: false };
    let done = if operands.is_empty() { run.input() } else { run.operands(operands) };
    let code = match done {
        Err(code) => code,
        Ok(()) if run.failed && options.invalid == Invalid::Fail => CONVERSION_FAILED,
        Ok(()) => 0,
    };
    output::finish(run.output, PROGRAM.name, code)
}

struct Run<'options> {
    options: &'options Options,
    output: Output,
    failed: bool,
}

impl Run<'_> {
    fn operands(&mut self, operands: Vec<OsString>) -> Result<(), i32> {
        if self.options.debugs && self.options.header_lines > 0 {
            PROGRAM.complain("--header ignored with command-line input");
        }
        for operand in operands {
            self.line(&operand.into_vec(), true)?;
        }
        Ok(())
    }

    fn input(&mut self) -> Result<(), i32> {
        let (mut input, mut line, mut number) = (console::stream::input(), Vec::new(), 0);
        loop {
            line.clear();
            let count = input.read_until(self.options.line_end, &mut line).map_err(|error| {
                PROGRAM.complain_of("error reading input", &error);
                1
            })?;
            if count == 0 {
                return Ok(());
            }
            number += 1;
            if number <= self.options.header_lines {
                self.write(&line);
                continue;
            }
            let is_ended = line.last() == Some(&self.options.line_end);
            if is_ended {
                line.pop();
            }
            self.line(&line, is_ended)?;
        }
    }

    /// A failed write shows again when the output is finished.
    fn write(&mut self, bytes: &[u8]) {
        let _ = self.output.write_all(bytes);
    }

    fn line(&mut self, line: &[u8], is_ended: bool) -> Result<(), i32> {
        let separator = self.options.delimiter.unwrap_or(b' ');
        for (index, field) in Fields::of(line, self.options.delimiter).enumerate() {
            if index > 0 {
                self.write(&[separator]);
            }
            let converted = match self.options.fields.holds(index + 1) {
                true => self.field(field, index + 1)?,
                false => None,
            };
            self.write(converted.as_deref().unwrap_or(field));
        }
        if is_ended {
            self.write(&[self.options.line_end]);
        }
        Ok(())
    }

    /// The field as it is to be shown; `None` leaves it.
    fn field(&mut self, field: &[u8], number: usize) -> Result<Option<Vec<u8>>, i32> {
        let options = self.options;
        let text = match options.suffix.len() {
            0 => field,
            length if field.len() > length && field.ends_with(&options.suffix) => &field[..field.len() - length],
            _ => field,
        };
        let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n')).count();
        let mut padding = options.padding;
        if options.pads_as_found && (blanks > 0 || number > 1) {
            padding = Padding { width: field.len(), is_left: padding.is_left };
        }
        let Parsed { value, precision, is_rounded } = match number::parse(&text[blanks..], options.from) {
            Ok(parsed) => parsed,
            Err(problem) => return self.complain(&problem),
        };
        if is_rounded && options.debugs {
            PROGRAM.complain(&format!("large input value {}: possible precision loss", number::quoted(&text[blanks..])));
        }
        let value = if options.from_unit == 1 && options.to_unit == 1 { value } else { value.scaled(options.from_unit, options.to_unit) };
        let precision = options.format.precision.unwrap_or(precision);
        let digits = value.digits();
        let shown = || number::general(value.as_float());
        if options.to.is_none() && digits + precision as i32 > LARGEST_DIGITS {
            return self.complain(&match precision {
                0 => format!("value too large to be printed: '{}' (consider using --to)", shown()),
                precision => format!("value/precision too large to be printed: '{}/{precision}' (consider using --to)", shown()),
            });
        }
        if digits >= LARGEST_SCALED_DIGITS {
            return self.complain(&format!("value too large to be printed: '{}' (cannot handle values > 999Y)", shown()));
        }
        let text = match options.to {
            None => value.rounded(precision, options.rounding),
            Some(units) => scale::shown(value.as_float(), units, options.format.precision, options.rounding),
        };
        Ok(Some(options.format.applied(text, &options.suffix, padding)))
    }

    fn complain(&mut self, problem: &str) -> Result<Option<Vec<u8>>, i32> {
        self.failed = true;
        match self.options.invalid {
            Invalid::Ignore => {}
            Invalid::Abort => {
                let _ = self.output.flush();
                PROGRAM.complain(problem);
                return Err(CONVERSION_FAILED);
            }
            Invalid::Fail | Invalid::Warn => PROGRAM.complain(problem),
        }
        Ok(None)
    }
}
