//! head: the first part of files. Ours because what uutils reads beyond the lines it prints is lost to who reads next
//! from the same file, and for GNU's messages.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::input::{self, StandardOrFile};
use crate::output::{self, Output};
use crate::size;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::io::{Error, Read, Result, Write};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

const PROGRAM: Program = Program { name: "head", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    value(&["c", "bytes"]),
    value(&["n", "lines"]),
    flag(&["q", "quiet", "silent"]),
    flag(&["v", "verbose"]),
    flag(&["z", "zero-terminated"]),
];
const BUFFER_BYTES: usize = 32 * 1024;

/// How much is shown: so many from the start, or all but so many at the end.
#[derive(Clone, Copy)]
struct Amount {
    count: u64,
    is_bytes: bool,
    spares_end: bool,
}

struct Head {
    amount: Amount,
    line_end: u8,
    output: Output,
}

/// What went wrong with a file; a write's failure is told at the end.
enum Failure {
    Read(Error),
    Write,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let args = match obsolete(args) {
        Ok(args) => args,
        Err(code) => return code,
    };
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut head = Head {
        amount: Amount { count: 10, is_bytes: false, spares_end: false },
        line_end: b'\n',
        output: output::standard(),
    };
    let mut headers = None;
    for given in parsed.options {
        match given.name {
            "c" | "n" => match amount(&given.value.to_string_lossy(), given.name == "c") {
                Ok(amount) => head.amount = amount,
                Err(message) => {
                    PROGRAM.complain(&message);
                    return 1;
                }
            },
            "q" => headers = Some(false),
            "v" => headers = Some(true),
            _ => head.line_end = 0,
        }
    }
    let files = if parsed.operands.is_empty() { vec!["-".into()] } else { parsed.operands };
    let (shows_headers, mut code, mut is_first) = (headers.unwrap_or(files.len() > 1), 0, true);
    for file in files {
        let name = file.into_vec();
        let shown = if name == b"-" { b"standard input".to_vec() } else { name.clone() };
        let input = match input::open(&name) {
            Ok(input) => input,
            Err(error) => {
                head.complain(&format!("cannot open {} for reading", quoted(OsStr::from_bytes(&shown))), &error);
                code = 1;
                continue;
            }
        };
        if shows_headers {
            let gap: &[u8] = if is_first { b"" } else { b"\n" };
            // A failure is remembered for the end.
            let _ = head.output.write_all(&[gap, b"==> ", &shown, b" <==\n"].concat());
            is_first = false;
        }
        match head.copy(input) {
            Ok(()) => {}
            Err(Failure::Read(error)) => {
                head.complain(&format!("error reading {}", quoted(OsStr::from_bytes(&shown))), &error);
                code = 1;
            }
            Err(Failure::Write) => break,
        }
    }
    output::finish(head.output, PROGRAM.name, code)
}

/// `-5`, `-5c`, `-2kqv` as the first argument, in the words of today.
fn obsolete(mut args: Vec<OsString>) -> std::result::Result<Vec<OsString>, i32> {
    let Some(text) = args.get(1).and_then(|arg| arg.to_str()).and_then(|arg| arg.strip_prefix('-')) else { return Ok(args) };
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    if digits == 0 {
        return Ok(args);
    }
    let (number, letters) = text.split_at(digits);
    let (mut unit, mut option, mut others) = ("", "-n", Vec::new());
    for letter in letters.chars() {
        match letter {
            'c' => option = "-c",
            'b' | 'k' | 'm' => {
                option = "-c";
                unit = match letter {
                    'b' => "b",
                    'k' => "K",
                    _ => "M",
                };
            }
            'l' => option = "-n",
            'q' | 'v' | 'z' => others.push(OsString::from(format!("-{letter}"))),
            letter => return Err(PROGRAM.usage_failure(&format!("invalid trailing option -- {letter}"))),
        }
    }
    others.extend([option.into(), format!("{number}{unit}").into()]);
    args.splice(1..2, others);
    Ok(args)
}

fn amount(text: &str, is_bytes: bool) -> std::result::Result<Amount, String> {
    let (spares_end, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let starts_well = digits.starts_with(|letter: char| letter.is_ascii_digit()) && !digits.ends_with(['c', 'w']);
    if starts_well && let Some(count) = size::parse(digits, true) {
        return Ok(Amount { count, is_bytes, spares_end });
    }
    let unit = digits.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_too_large = starts_well && (size::parse(&format!("1{unit}"), true).is_some() || matches!(unit, "Z" | "Y"));
    let reason = if is_too_large { ": Value too large for defined data type" } else { "" };
    Err(format!("invalid number of {}: {}{reason}", if is_bytes { "bytes" } else { "lines" }, quoted(digits)))
}

impl Head {
    fn complain(&mut self, what: &str, error: &Error) {
        // What was shown so far comes first, as on a terminal.
        let _ = self.output.flush();
        PROGRAM.complain_of(what, error);
    }

    fn copy(&mut self, input: StandardOrFile) -> std::result::Result<(), Failure> {
        match self.amount {
            Amount { spares_end: true, is_bytes, count } => self.copy_all_but(input, count, is_bytes),
            Amount { is_bytes: true, count, .. } => self.copy_bytes(input, count),
            Amount { count, .. } => self.copy_lines(input, count),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> std::result::Result<(), Failure> {
        self.output.write_all(bytes).map_err(|_| Failure::Write)
    }

    fn copy_bytes(&mut self, mut input: StandardOrFile, mut left: u64) -> std::result::Result<(), Failure> {
        let mut buffer = vec![0; BUFFER_BYTES];
        while left > 0 {
            let wanted = usize::try_from(left).map_or(BUFFER_BYTES, |left| left.min(BUFFER_BYTES));
            let count = read(&mut input, &mut buffer[..wanted])?;
            if count == 0 {
                break;
            }
            self.write(&buffer[..count])?;
            left -= count as u64;
        }
        Ok(())
    }

    fn copy_lines(&mut self, mut input: StandardOrFile, mut left: u64) -> std::result::Result<(), Failure> {
        let mut buffer = vec![0; BUFFER_BYTES];
        while left > 0 {
            let count = read(&mut input, &mut buffer)?;
            if count == 0 {
                break;
            }
            let mut end = 0;
            while left > 0
                && let Some(at) = memchr::memchr(self.line_end, &buffer[end..count])
            {
                end += at + 1;
                left -= 1;
            }
            if left > 0 {
                end = count;
            }
            self.write(&buffer[..end])?;
            // Who reads the same file next begins behind the last line.
            input.give_back(count - end);
        }
        Ok(())
    }

    /// Shows what is sure not to be among the last ones, as it comes.
    fn copy_all_but(&mut self, mut input: StandardOrFile, spared: u64, is_bytes: bool) -> std::result::Result<(), Failure> {
        let spared = usize::try_from(spared).unwrap_or(usize::MAX);
        let (mut kept, mut buffer) = (Vec::new(), vec![0; BUFFER_BYTES]);
        loop {
            let count = read(&mut input, &mut buffer)?;
            kept.extend_from_slice(&buffer[..count]);
            let end = match is_bytes {
                true => kept.len().saturating_sub(spared),
                false => self.end_before(&kept, spared, count == 0),
            };
            self.write(&kept[..end])?;
            kept.drain(..end);
            if count == 0 {
                input.give_back(kept.len());
                return Ok(());
            }
        }
    }

    /// Where the last `spared` lines begin; one without its end counts when the input is over, and is kept before.
    fn end_before(&self, kept: &[u8], spared: usize, is_over: bool) -> usize {
        let is_cut_off = kept.last().is_some_and(|last| *last != self.line_end);
        let ends = if is_over && is_cut_off { spared } else { spared.saturating_add(1) };
        if ends == 0 {
            return kept.len();
        }
        memchr::memrchr_iter(self.line_end, kept).nth(ends - 1).map_or(0, |at| at + 1)
    }
}

fn read(input: &mut StandardOrFile, buffer: &mut [u8]) -> std::result::Result<usize, Failure> {
    loop {
        let result: Result<usize> = input.read(buffer);
        match result {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            result => return result.map_err(Failure::Read),
        }
    }
}
