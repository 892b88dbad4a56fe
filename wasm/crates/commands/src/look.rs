//! look: the lines of a sorted file that begin with a word.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::output;
use crate::path;
use std::cmp::Ordering;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::wasi::ffi::OsStrExt;

const PROGRAM: Program = Program { name: "look", usage: "[options] string [file...]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[flag(&["a", "alternative"]), flag(&["d", "alphanum"]), flag(&["f", "ignore-case"]), value(&["t", "terminate"])];
const DICTIONARY: &str = "/usr/share/dict/words";

/// A line longer than this is not in a sorted list of words.
const LINE_BYTES_MAX: usize = 64 * 1024;

struct Rule {
    alphanumeric: bool,
    ignore_case: bool,
}

impl Rule {
    /// What of a line is compared.
    fn key(&self, text: &[u8]) -> Vec<u8> {
        let counts = |byte: &u8| !self.alphanumeric || byte.is_ascii_alphanumeric() || *byte == b' ' || *byte == b'\t';
        let folded = |byte: u8| if self.ignore_case { byte.to_ascii_lowercase() } else { byte };
        text.iter().filter(|byte| counts(byte)).map(|byte| folded(*byte)).collect()
    }
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let given = |name: &str| parsed.options.iter().any(|given| given.name == name);
    let Some(word) = parsed.operands.first() else {
        return PROGRAM.usage_failure("bad usage");
    };
    // The dictionary is looked up as dictionaries are sorted.
    let is_dictionary = parsed.operands.len() == 1;
    let rule = Rule { alphanumeric: given("d") || is_dictionary, ignore_case: given("f") || is_dictionary };
    let mut wanted = word.as_bytes();
    if let Some(end) = parsed.options.iter().rfind(|given| given.name == "t").and_then(|given| given.value.as_bytes().first()) {
        let length = wanted.iter().position(|byte| byte == end).map_or(wanted.len(), |at| at + 1);
        wanted = &wanted[..length];
    }
    let wanted = rule.key(wanted);
    let file = parsed.operands.get(1).map_or(DICTIONARY.as_bytes(), |file| file.as_bytes());
    let mut output = output::standard();
    match print_fitting(file, &wanted, &rule, &mut output) {
        Ok(found) => output::finish(output, PROGRAM.name, i32::from(!found)),
        Err(error) => {
            PROGRAM.complain_of(&String::from_utf8_lossy(file), &error);
            1
        }
    }
}

fn print_fitting(name: &[u8], wanted: &[u8], rule: &Rule, output: &mut impl Write) -> std::io::Result<bool> {
    let mut file = File::open(path::of(name))?;
    let (mut low, mut high) = (0, file.seek(SeekFrom::End(0))?);
    // The first line that is not before the wanted one begins at or after `low`.
    while low < high {
        let middle = low + (high - low) / 2;
        let Some((start, line)) = line_after(&mut file, middle, low)? else {
            high = middle;
            continue;
        };
        match compare(&line, wanted, rule) {
            Ordering::Less => low = start + line.len() as u64 + 1,
            _ => high = middle,
        }
    }
    file.seek(SeekFrom::Start(low))?;
    let mut reader = std::io::BufReader::with_capacity(LINE_BYTES_MAX, file);
    let (mut found, mut line) = (false, Vec::new());
    while std::io::BufRead::read_until(&mut reader, b'\n', &mut line)? > 0 {
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        match compare(text, wanted, rule) {
            Ordering::Less => {}
            Ordering::Equal => {
                found = true;
                output.write_all(text)?;
                output.write_all(b"\n")?;
            }
            Ordering::Greater => break,
        }
        line.clear();
    }
    Ok(found)
}

/// The first line that begins at `position` (if that is `low`, a line's beginning) or after it.
fn line_after(file: &mut File, position: u64, low: u64) -> std::io::Result<Option<(u64, Vec<u8>)>> {
    file.seek(SeekFrom::Start(position))?;
    let mut buffer = Vec::new();
    Read::by_ref(file).take(LINE_BYTES_MAX as u64).read_to_end(&mut buffer)?;
    let skip = if position == low { 0 } else { memchr::memchr(b'\n', &buffer).map_or(buffer.len(), |at| at + 1) };
    if skip >= buffer.len() {
        return Ok(None);
    }
    let line = &buffer[skip..];
    let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
    Ok(Some((position + skip as u64, line[..end].to_vec())))
}

/// Compares as much of a line as there is of the wanted word.
fn compare(line: &[u8], wanted: &[u8], rule: &Rule) -> Ordering {
    let key = rule.key(line);
    key[..key.len().min(wanted.len())].cmp(wanted)
}
