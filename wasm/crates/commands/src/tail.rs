//! tail: the last part of files. Ours because `-f` of uutils needs a file watcher, which WASI lacks;
//! here it looks again every interval.

use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::output::{self, Output};
use crate::path;
use crate::words::quoted;
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::os::wasi::ffi::OsStrExt;
use std::time::Duration;

const PROGRAM: Program = Program { name: "tail", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    value(&["c", "bytes"]),
    value(&["n", "lines"]),
    flag(&["f"]),
    optional_value(&["follow"]),
    flag(&["F"]),
    flag(&["q", "quiet", "silent"]),
    flag(&["v", "verbose"]),
    flag(&["z", "zero-terminated"]),
    value(&["s", "sleep-interval"]),
    value(&["pid"]),
    flag(&["retry"]),
    value(&["max-unchanged-stats"]),
];
const BLOCK_BYTES: usize = 64 * 1024;

#[derive(Clone, Copy)]
enum Unit {
    Lines,
    Bytes,
}

struct Options {
    unit: Unit,
    count: u64,
    /// `+N`: from the N-th on.
    from_start: bool,
    follow: bool,
    /// `-F`: follow what has the name now.
    by_name: bool,
    separator: u8,
    interval: Duration,
    headers: bool,
}

/// A file being followed.
struct Followed {
    name: Vec<u8>,
    file: Option<ManuallyDrop<File>>,
    identity: Option<(u64, u64)>,
    position: u64,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, spell_out_old_form(args)) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut options = Options {
        unit: Unit::Lines,
        count: 10,
        from_start: false,
        follow: false,
        by_name: false,
        separator: b'\n',
        interval: Duration::from_secs(1),
        headers: parsed.operands.len() > 1,
    };
    for given in &parsed.options {
        match given.name {
            "c" | "n" => {
                let is_bytes = given.name == "c";
                let noun = if is_bytes { "bytes" } else { "lines" };
                let Some((count, from_start)) = given.value.to_str().and_then(parse_count) else {
                    PROGRAM.complain(&format!("invalid number of {noun}: {}", quoted(&given.value)));
                    return 1;
                };
                (options.count, options.from_start) = (count, from_start);
                options.unit = if is_bytes { Unit::Bytes } else { Unit::Lines };
            }
            "f" => options.follow = true,
            "follow" => (options.follow, options.by_name) = (true, given.value == "name"),
            "F" => (options.follow, options.by_name) = (true, true),
            "q" => options.headers = false,
            "v" => options.headers = true,
            "z" => options.separator = 0,
            "s" => {
                let seconds = given.value.to_str().and_then(|text| text.parse().ok());
                let Some(interval) = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) else {
                    PROGRAM.complain(&format!("invalid number of seconds: {}", quoted(&given.value)));
                    return 1;
                };
                options.interval = interval;
            }
            _ => {}
        }
    }
    let operands = if parsed.operands.is_empty() { vec![OsString::from("-")] } else { parsed.operands };
    Tail { options, output: output::standard(), last_header: None, code: 0 }.run(&operands)
}

/// `+N`, `-N` or `N`, with a unit.
fn parse_count(text: &str) -> Option<(u64, bool)> {
    let from_start = text.starts_with('+');
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits_end = number.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(number.len());
    let factor: u64 = match &number[digits_end..] {
        "" => 1,
        "b" => 512,
        "k" | "K" | "KiB" => 1 << 10,
        "kB" | "KB" => 1000,
        "m" | "M" | "MiB" => 1 << 20,
        "MB" => 1_000_000,
        "G" | "GiB" => 1 << 30,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    let count: u64 = number[..digits_end].parse().ok()?;
    Some((count.saturating_mul(factor), from_start))
}

/// Turns `tail -5`, `tail +5` and `tail -5f` into the options they mean.
fn spell_out_old_form(mut args: Vec<OsString>) -> Vec<OsString> {
    let Some(first) = args.get(1).and_then(|arg| arg.to_str()) else { return args };
    let sign = if first.starts_with('+') { "+" } else { "" };
    let Some(rest) = first.strip_prefix(['-', '+']) else { return args };
    let digits_end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, letters) = rest.split_at(digits_end);
    if digits.is_empty() || !letters.bytes().all(|letter| b"clf".contains(&letter)) {
        return args;
    }
    let unit = if letters.contains('c') { "-c" } else { "-n" };
    let mut spelled = vec![OsString::from(unit), format!("{sign}{digits}").into()];
    if letters.contains('f') {
        spelled.push("-f".into());
    }
    args.splice(1..2, spelled);
    args
}

struct Tail {
    options: Options,
    output: Output,
    /// Index of the file whose header was printed last.
    last_header: Option<usize>,
    code: i32,
}

impl Tail {
    fn run(mut self, operands: &[OsString]) -> i32 {
        let mut followed = Vec::new();
        for (index, operand) in operands.iter().enumerate() {
            if let Some(file) = self.start(index, operand.as_bytes()) {
                followed.push(file);
            }
        }
        let can_follow = followed.iter().any(|file| file.file.is_some() || self.options.by_name);
        if self.options.follow && can_follow {
            return self.follow(followed);
        }
        output::finish(self.output, PROGRAM.name, self.code)
    }

    fn complain(&mut self, what: &str, error: &std::io::Error) {
        let _ = self.output.flush();
        PROGRAM.complain_of(what, error);
        self.code = 1;
    }

    /// Prints the end of one file; returns it for following.
    fn start(&mut self, index: usize, name: &[u8]) -> Option<Followed> {
        let missing = |name: &[u8]| Followed { name: name.to_vec(), file: None, identity: None, position: 0 };
        let mut file = match open(name) {
            Ok(file) => file,
            Err(error) => {
                self.complain(&format!("cannot open {} for reading", quoted(OsStr::from_bytes(name))), &error);
                return Some(missing(name));
            }
        };
        self.header(index, name);
        match self.print_end(&mut file) {
            Ok(position) => {
                let identity = sys::stat(name).ok().map(|stat| (stat.device, stat.inode));
                Some(Followed { name: name.to_vec(), file: Some(file), identity, position })
            }
            Err(error) => {
                let shown = if name == b"-" { "standard input".into() } else { String::from_utf8_lossy(name) };
                self.complain(&format!("error reading '{shown}'"), &error);
                Some(missing(name))
            }
        }
    }

    fn header(&mut self, index: usize, name: &[u8]) {
        if !self.options.headers || self.last_header == Some(index) {
            return;
        }
        let gap: &[u8] = if self.last_header.is_some() { b"\n" } else { b"" };
        let shown: &[u8] = if name == b"-" { b"standard input" } else { name };
        let _ = self.output.write_all(&[gap, b"==> ", shown, b" <==\n"].concat());
        self.last_header = Some(index);
    }

    /// Prints the wanted part and returns the position after it.
    fn print_end(&mut self, file: &mut File) -> Result<u64> {
        let is_seekable = file.metadata().is_ok_and(|metadata| metadata.is_file()) && file.stream_position().is_ok();
        if self.options.from_start {
            return self.print_from(file, is_seekable);
        }
        if is_seekable {
            let start = match self.options.unit {
                Unit::Bytes => {
                    let (here, end) = (file.stream_position()?, file.seek(SeekFrom::End(0))?);
                    end.saturating_sub(self.options.count).max(here.min(end))
                }
                Unit::Lines => last_lines_start(file, self.options.count, self.options.separator)?,
            };
            file.seek(SeekFrom::Start(start))?;
            return Ok(start + copy_rest(file, &mut self.output)?);
        }
        self.print_end_of_stream(file)
    }

    fn print_from(&mut self, file: &mut File, is_seekable: bool) -> Result<u64> {
        let start = if is_seekable { file.stream_position()? } else { 0 };
        let mut to_skip = self.options.count.saturating_sub(1);
        let mut buffer = vec![0; BLOCK_BYTES];
        let mut position = start;
        while to_skip > 0 {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                return Ok(position);
            }
            position += count as u64;
            let mut used = 0;
            match self.options.unit {
                Unit::Bytes => {
                    used = count.min(usize::try_from(to_skip).unwrap_or(usize::MAX));
                    to_skip -= used as u64;
                }
                Unit::Lines => {
                    while to_skip > 0 {
                        let Some(end) = memchr::memchr(self.options.separator, &buffer[used..count]) else {
                            used = count;
                            break;
                        };
                        used += end + 1;
                        to_skip -= 1;
                    }
                }
            }
            self.output.write_all(&buffer[used..count])?;
        }
        Ok(position + copy_rest(file, &mut self.output)?)
    }

    /// A pipe: keeps as many blocks as the wanted part can lie in.
    fn print_end_of_stream(&mut self, file: &mut File) -> Result<u64> {
        let separator = self.options.separator;
        let mut blocks: VecDeque<(Vec<u8>, u64)> = VecDeque::new();
        let (mut kept, mut position) = (0, 0);
        loop {
            let mut block = vec![0; BLOCK_BYTES];
            let count = file.read(&mut block)?;
            if count == 0 {
                break;
            }
            block.truncate(count);
            block.shrink_to_fit();
            position += count as u64;
            let units = match self.options.unit {
                Unit::Bytes => count as u64,
                Unit::Lines => memchr::memchr_iter(separator, &block).count() as u64,
            };
            kept += units;
            blocks.push_back((block, units));
            // One unit more than wanted, because the last line may be unfinished.
            while let Some((_, first)) = blocks.front().filter(|(_, first)| kept - first > self.options.count) {
                kept -= first;
                blocks.pop_front();
            }
        }
        let text: Vec<u8> = blocks.into_iter().flat_map(|(block, _)| block).collect();
        let start = match self.options.unit {
            Unit::Bytes => text.len().saturating_sub(usize::try_from(self.options.count).unwrap_or(usize::MAX)),
            Unit::Lines => {
                let body = text.strip_suffix(&[separator]).unwrap_or(&text);
                match self.options.count {
                    0 => text.len(),
                    count => memchr::memrchr_iter(separator, body)
                        .nth(usize::try_from(count - 1).unwrap_or(usize::MAX))
                        .map_or(0, |end| end + 1),
                }
            }
        };
        self.output.write_all(&text[start..])?;
        Ok(position)
    }

    fn follow(mut self, mut followed: Vec<Followed>) -> i32 {
        loop {
            if self.output.flush().is_err() {
                return 1;
            }
            std::thread::sleep(self.options.interval);
            for (index, file) in followed.iter_mut().enumerate() {
                if let Err(error) = self.print_news(index, file) {
                    self.complain(&format!("error reading {}", quoted(OsStr::from_bytes(&file.name))), &error);
                }
            }
        }
    }

    fn print_news(&mut self, index: usize, followed: &mut Followed) -> Result<()> {
        if self.options.by_name && followed.name != b"-" {
            self.reopen_if_replaced(followed);
        }
        let Some(file) = &mut followed.file else { return Ok(()) };
        let metadata = file.metadata()?;
        if metadata.is_file() && metadata.len() < followed.position {
            let _ = self.output.flush();
            PROGRAM.complain(&format!("{}: file truncated", String::from_utf8_lossy(&followed.name)));
            followed.position = file.seek(SeekFrom::Start(0))?;
        }
        let mut buffer = vec![0; BLOCK_BYTES];
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            followed.position += count as u64;
            self.header(index, &followed.name);
            self.output.write_all(&buffer[..count])?;
        }
    }

    fn reopen_if_replaced(&mut self, followed: &mut Followed) {
        let shown = quoted(OsStr::from_bytes(&followed.name));
        let identity = sys::stat(&followed.name).ok().map(|stat| (stat.device, stat.inode));
        if identity == followed.identity {
            return;
        }
        let _ = self.output.flush();
        let had_file = followed.identity.is_some();
        followed.identity = identity;
        let Some(file) = identity.and_then(|_| open(&followed.name).ok()) else {
            PROGRAM.complain(&format!("{shown} has become inaccessible: No such file or directory"));
            return;
        };
        let event = if had_file { "been replaced" } else { "appeared" };
        PROGRAM.complain(&format!("{shown} has {event};  following new file"));
        if let Some(old) = followed.file.replace(file) {
            drop(ManuallyDrop::into_inner(old));
        }
        followed.position = 0;
    }
}

fn open(name: &[u8]) -> Result<ManuallyDrop<File>> {
    if name == b"-" {
        // SAFETY: descriptor 0 is this process's standard input, and `ManuallyDrop` keeps it open.
        return Ok(ManuallyDrop::new(unsafe { File::from_raw_fd(0) }));
    }
    File::open(path::of(name)).map(ManuallyDrop::new)
}

fn copy_rest(file: &mut File, output: &mut Output) -> Result<u64> {
    let mut buffer = vec![0; BLOCK_BYTES];
    let mut copied = 0;
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(copied);
        }
        output.write_all(&buffer[..count])?;
        copied += count as u64;
    }
}

/// Finds where the last `count` lines begin, reading backwards from the end.
fn last_lines_start(file: &mut File, count: u64, separator: u8) -> Result<u64> {
    let (first, end) = (file.stream_position()?, file.seek(SeekFrom::End(0))?);
    if count == 0 {
        return Ok(end);
    }
    let mut left = count;
    let mut block_end = end;
    let mut buffer = vec![0; BLOCK_BYTES];
    while block_end > first {
        let length = (block_end - first).min(BLOCK_BYTES as u64) as usize;
        let block_start = block_end - length as u64;
        file.seek(SeekFrom::Start(block_start))?;
        file.read_exact(&mut buffer[..length])?;
        // The separator at the very end closes the last line; it does not begin one.
        let searched = if block_end == end && buffer[length - 1] == separator { length - 1 } else { length };
        for index in memchr::memrchr_iter(separator, &buffer[..searched]) {
            left -= 1;
            if left == 0 {
                return Ok(block_start + index as u64 + 1);
            }
        }
        block_end = block_start;
    }
    Ok(first)
}
