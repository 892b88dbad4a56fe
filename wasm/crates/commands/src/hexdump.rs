//! hexdump, hd: show bytes in formats. `format` reads the format strings, `conversion` prints one value.

mod conversion;
mod format;

use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::input;
use crate::output::{self, Output};
use format::{FormatString, Part};
use std::ffi::OsString;
use std::io::{Read, Write};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "hexdump", usage: "[options] <file>...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["b", "one-byte-octal"]),
    flag(&["X", "one-byte-hex"]),
    flag(&["c", "one-byte-char"]),
    flag(&["C", "canonical"]),
    flag(&["d", "two-bytes-decimal"]),
    value(&["e", "format"]),
    value(&["f", "format-file"]),
    value(&["n", "length"]),
    flag(&["o", "two-bytes-octal"]),
    value(&["s", "skip"]),
    flag(&["v", "no-squeezing"]),
    flag(&["x", "two-bytes-hex"]),
    optional_value(&["L", "color"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let called = std::env::args_os().next().unwrap_or_default();
    let mut texts: Vec<String> = Vec::new();
    if crate::path::last_component(called.as_bytes()) == b"hd" {
        texts.extend(format::named("C").map(str::to_owned));
    }
    let (mut limit, mut skip, mut squeezes) = (u64::MAX, 0, true);
    for given in &parsed.options {
        let text = given.value.to_string_lossy();
        match given.name {
            "v" => squeezes = false,
            "L" => {}
            "n" | "s" => match length(&text) {
                Some(number) if given.name == "n" => limit = number,
                Some(number) => skip = number,
                None => {
                    let what = if given.name == "n" { "length" } else { "offset" };
                    PROGRAM.complain(&format!("failed to parse {what}: {}", crate::words::quoted(&given.value)));
                    return 1;
                }
            },
            "e" => texts.push(text.into_owned()),
            "f" => match std::fs::read_to_string(crate::path::of(given.value.as_bytes())) {
                Ok(lines) => texts.extend(lines.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).map(str::to_owned)),
                Err(error) => {
                    PROGRAM.complain_of(&format!("can't read {}", given.value.to_string_lossy()), &error);
                    return 1;
                }
            },
            name => texts.extend(format::named(name).map(str::to_owned)),
        }
    }
    if texts.is_empty() {
        texts.extend(format::named("").map(str::to_owned));
    }
    let mut formats = Vec::new();
    for text in &texts {
        match FormatString::parse(text) {
            Ok(format) => formats.push(format),
            Err(text) => {
                PROGRAM.complain(&text);
                return 1;
            }
        }
    }
    let block = formats.iter().map(FormatString::bytes).max().unwrap_or(0);
    if block == 0 && formats.iter().all(|format| format.end_parts().next().is_none()) {
        return 0;
    }
    formats.iter_mut().for_each(|format| format.fill(block));
    let mut source = Source { files: parsed.operands, next: 0, current: None, failed: 0, opened: 0, left: limit };
    let mut dump = Dump { formats, output: output::standard(), address: 0 };
    source.skip(skip, &mut dump.address);
    dump.run(&mut source, block.max(1), squeezes);
    if source.opened == 0 && source.failed > 0 {
        let _ = dump.output.flush();
        PROGRAM.complain("all input file arguments failed");
    }
    output::finish(dump.output, PROGRAM.name, i32::from(source.failed > 0))
}

/// A number in C's notation with b, k, m or g behind it.
fn length(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    let end = digits.find(|letter: char| !letter.is_digit(radix)).unwrap_or(digits.len());
    let number = u64::from_str_radix(&digits[..end], radix).ok()?;
    let unit = match &digits[end..] {
        "" => 1,
        "b" => 512,
        "k" | "K" | "KiB" => 1024,
        "m" | "M" | "MiB" => 1 << 20,
        "g" | "G" | "GiB" => 1 << 30,
        "KB" => 1000,
        "MB" => 1_000_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// The operands' content, one after the other.
struct Source {
    files: Vec<OsString>,
    next: usize,
    current: Option<input::Input>,
    failed: usize,
    opened: usize,
    left: u64,
}

impl Source {
    fn open_next(&mut self) -> bool {
        loop {
            let name = match self.files.get(self.next) {
                Some(name) => name.clone(),
                None if self.files.is_empty() && self.next == 0 => OsString::from("-"),
                None => return false,
            };
            self.next += 1;
            match input::open_buffered(name.as_bytes()) {
                Ok(file) => {
                    self.current = Some(file);
                    self.opened += 1;
                    return true;
                }
                Err(error) => {
                    PROGRAM.complain_of(&name.to_string_lossy(), &error);
                    self.failed += 1;
                }
            }
        }
    }

    /// Fills as much of the block as there is.
    fn read(&mut self, block: &mut [u8]) -> usize {
        let mut count = 0;
        while count < block.len() && self.left > 0 {
            if self.current.is_none() && !self.open_next() {
                break;
            }
            let Some(file) = &mut self.current else { break };
            let wanted = (block.len() - count).min(usize::try_from(self.left).unwrap_or(usize::MAX));
            match file.read(&mut block[count..count + wanted]) {
                Ok(0) => self.current = None,
                Ok(more) => {
                    count += more;
                    self.left -= more as u64;
                }
                Err(error) => {
                    let name = self.files.get(self.next - 1).map_or("stdin".into(), |name| name.to_string_lossy().into_owned());
                    PROGRAM.complain_of(&name, &error);
                    self.failed += 1;
                    self.current = None;
                }
            }
        }
        count
    }

    fn skip(&mut self, bytes: u64, address: &mut u64) {
        let limit = std::mem::replace(&mut self.left, u64::MAX);
        let mut buffer = vec![0; 64 * 1024];
        while *address < bytes {
            let wanted = buffer.len().min(usize::try_from(bytes - *address).unwrap_or(usize::MAX));
            match self.read(&mut buffer[..wanted]) {
                0 => break,
                count => *address += count as u64,
            }
        }
        self.left = limit;
    }
}

struct Dump {
    formats: Vec<FormatString>,
    output: Output,
    address: u64,
}

impl Dump {
    fn run(&mut self, source: &mut Source, block_bytes: usize, squeezes: bool) {
        let (mut block, mut last) = (vec![0; block_bytes], Vec::new());
        let mut is_squeezing = false;
        loop {
            let count = source.read(&mut block);
            if count == 0 {
                break;
            }
            let is_same = squeezes && count == block.len() && block == last;
            if is_same {
                if !is_squeezing && self.output.write_all(b"*\n").is_err() {
                    return;
                }
                is_squeezing = true;
            } else {
                is_squeezing = false;
                block[count..].fill(0);
                if self.print_block(&block, count).is_err() {
                    return;
                }
                last.clone_from(&block);
            }
            self.address += count as u64;
            if count < block.len() {
                break;
            }
        }
        if self.address == 0 {
            return;
        }
        let end: Vec<u8> = self.formats.iter().flat_map(FormatString::end_parts).flat_map(|part| part.print_address(self.address)).collect();
        let _ = self.output.write_all(&end);
    }

    /// Prints a block of which `count` bytes are there.
    fn print_block(&mut self, block: &[u8], count: usize) -> std::io::Result<()> {
        let mut text = Vec::new();
        for format in &self.formats {
            let mut at = 0;
            for unit in format.units() {
                for repetition in 1..=unit.repetitions {
                    let parts = unit.parts.len();
                    for (index, part) in unit.parts.iter().enumerate() {
                        let is_last = repetition == unit.repetitions && index + 1 == parts && unit.repetitions > 1;
                        let printed = self.print_part(part, block, at, count);
                        let without_blank = printed.strip_suffix(b" ").or(printed.strip_suffix(b"\t")).or(printed.strip_suffix(b"\n"));
                        match without_blank {
                            Some(shorter) if is_last && part.ends_in_blank() => text.extend(shorter),
                            _ => text.extend(printed),
                        }
                        at += part.bytes();
                    }
                }
            }
        }
        self.output.write_all(&text)
    }

    fn print_part(&self, part: &Part, block: &[u8], at: usize, count: usize) -> Vec<u8> {
        if part.bytes() > 0 && at >= count {
            return part.print_nothing();
        }
        let end = (at + part.bytes()).min(block.len());
        part.print(&block[at.min(end)..end], self.address + at as u64)
    }
}
