//! wc: counts lines, words, characters and bytes. Ours because uutils reads 8 KiB at a time.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::input;
use crate::output;
use crate::words::{quoted, quoted_if_needed};
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

const PROGRAM: Program = Program { name: "wc", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["c", "bytes"]),
    flag(&["m", "chars"]),
    flag(&["l", "lines"]),
    flag(&["w", "words"]),
    flag(&["L", "max-line-length"]),
    value(&["files0-from"]),
    value(&["total"]),
];

/// Columns are this wide when a size is not known beforehand.
const STREAM_WIDTH: usize = 7;
const TAB: u64 = 8;

#[derive(Clone, Copy, Default)]
struct Shows {
    lines: bool,
    words: bool,
    characters: bool,
    bytes: bool,
    longest_line: bool,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    lines: u64,
    words: u64,
    characters: u64,
    bytes: u64,
    longest_line: u64,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut shows, mut total, mut list) = (Shows::default(), "auto".to_owned(), None);
    for given in parsed.options {
        match given.name {
            "c" => shows.bytes = true,
            "m" => shows.characters = true,
            "l" => shows.lines = true,
            "w" => shows.words = true,
            "L" => shows.longest_line = true,
            "files0-from" => list = Some(given.value),
            _ => total = given.value.to_string_lossy().into_owned(),
        }
    }
    if !["auto", "always", "only", "never"].contains(&total.as_str()) {
        return PROGRAM.usage_failure(&format!("invalid argument {} for '--total'", quoted(total)));
    }
    if shows.columns() == 0 {
        (shows.lines, shows.words, shows.bytes) = (true, true, true);
    }
    let mut files: Vec<Vec<u8>> = parsed.operands.into_iter().map(OsStringExt::into_vec).collect();
    let is_listed = list.is_some();
    if let Some(list) = list {
        if let Some(extra) = files.first() {
            PROGRAM.complain(&format!("extra operand {}", quoted(OsStr::from_bytes(extra))));
            eprintln!("file operands cannot be combined with --files0-from\nTry 'wc --help' for more information.");
            return PROGRAM.usage_error;
        }
        let mut names = Vec::new();
        if let Err(error) = input::open(list.as_bytes()).and_then(|mut file| file.read_to_end(&mut names)) {
            PROGRAM.complain_of(&format!("cannot open {} for reading", quoted(&list)), &error);
            return 1;
        }
        files.extend(names.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(<[u8]>::to_vec));
        if files.is_empty() {
            return 0;
        }
    }
    let is_unnamed = files.is_empty();
    if is_unnamed {
        files.push(b"-".to_vec());
    }
    let width = if total == "only" || is_listed { 1 } else { column_width(&files, shows) };
    let (mut sum, mut code, mut output) = (Counts::default(), 0, output::standard());
    for file in &files {
        let (counts, problem) = count_file(file, shows);
        sum.add(&counts);
        // A directory can be opened but not read: it gets a line of zeros beside its message.
        let was_opened = problem.as_ref().is_none_or(|error| error.raw_os_error() == Some(sys::errno::ISDIR));
        if let Some(error) = problem {
            let _ = output.flush();
            PROGRAM.complain_of(&quoted_if_needed(OsStr::from_bytes(file)), &error);
            code = 1;
        }
        if was_opened && total != "only" {
            let name = if is_unnamed { None } else { Some(&file[..]) };
            let _ = output.write_all(&line(&counts, shows, width, name));
        }
    }
    let wants_total = match total.as_str() {
        "auto" => files.len() > 1,
        other => other != "never",
    };
    if wants_total {
        let name = if total == "only" { None } else { Some(&b"total"[..]) };
        let _ = output.write_all(&line(&sum, shows, width, name));
    }
    output::finish(output, PROGRAM.name, code)
}

impl Shows {
    fn columns(self) -> usize {
        [self.lines, self.words, self.characters, self.bytes, self.longest_line].into_iter().filter(|shown| *shown).count()
    }

    fn only_bytes(self) -> bool {
        self.bytes && self.columns() == 1
    }

    fn only_lines_and_bytes(self) -> bool {
        !(self.words || self.characters || self.longest_line)
    }
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.lines += other.lines;
        self.words += other.words;
        self.characters += other.characters;
        self.bytes += other.bytes;
        self.longest_line = self.longest_line.max(other.longest_line);
    }
}

/// GNU's rule: wide enough for the sum of the files' sizes, at least 7 if a size is unknown, and no
/// padding for a single number.
fn column_width(files: &[Vec<u8>], shows: Shows) -> usize {
    if files.len() == 1 && shows.columns() == 1 {
        return 1;
    }
    let (mut sum, mut minimum) = (0, 1);
    for file in files {
        match if file == b"-" { sys::fd_stat(0) } else { sys::stat(file) } {
            Ok(stat) if stat.is_regular() => sum += stat.size,
            Ok(_) => minimum = STREAM_WIDTH,
            Err(_) => {}
        }
    }
    sum.to_string().len().max(minimum)
}

fn line(counts: &Counts, shows: Shows, width: usize, name: Option<&[u8]>) -> Vec<u8> {
    let columns = [
        (shows.lines, counts.lines),
        (shows.words, counts.words),
        (shows.characters, counts.characters),
        (shows.bytes, counts.bytes),
        (shows.longest_line, counts.longest_line),
    ];
    let numbers = columns.iter().filter(|(shown, _)| *shown).map(|(_, count)| format!("{count:>width$}"));
    let mut line = numbers.collect::<Vec<_>>().join(" ").into_bytes();
    if let Some(name) = name {
        line.push(b' ');
        line.extend(quoted_if_needed_for_line(name));
    }
    line.push(b'\n');
    line
}

/// Only a name that would break the line is quoted.
fn quoted_if_needed_for_line(name: &[u8]) -> Vec<u8> {
    if name.contains(&b'\n') { quoted(OsStr::from_bytes(name)).into_bytes() } else { name.to_vec() }
}

/// Counts what could be read, and says why no more could.
fn count_file(name: &[u8], shows: Shows) -> (Counts, Option<std::io::Error>) {
    let mut counts = Counts::default();
    let mut file = match input::open(name) {
        Ok(file) => file,
        Err(error) => return (counts, Some(error)),
    };
    if shows.only_bytes() && name != b"-" {
        // Files of /proc say 0 and are read all the same.
        if let Some(stat) = sys::stat(name).ok().filter(|stat| stat.is_regular() && stat.size > 0) {
            counts.bytes = stat.size;
            return (counts, None);
        }
    }
    let mut buffer = vec![0; input::BUFFER_BYTES];
    let mut text = Text::default();
    loop {
        let chunk = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => &buffer[..count],
            Err(error) => return (counts, Some(error)),
        };
        counts.bytes += chunk.len() as u64;
        if shows.lines && shows.only_lines_and_bytes() {
            counts.lines += memchr::memchr_iter(b'\n', chunk).count() as u64;
        } else if !shows.only_bytes() {
            text.count(chunk, &mut counts, shows);
        }
    }
    counts.longest_line = counts.longest_line.max(text.column);
    (counts, None)
}

/// What is carried from one chunk of text to the next.
#[derive(Default)]
struct Text {
    in_word: bool,
    column: u64,
}

impl Text {
    fn count(&mut self, chunk: &[u8], counts: &mut Counts, shows: Shows) {
        if shows.words || shows.lines {
            let (mut lines, mut words, mut in_word) = (0, 0, self.in_word);
            for byte in chunk {
                let is_space = matches!(byte, b'\t'..=b'\r' | b' ');
                lines += u64::from(*byte == b'\n');
                words += u64::from(!is_space & !in_word);
                in_word = !is_space;
            }
            (self.in_word, counts.lines, counts.words) = (in_word, counts.lines + lines, counts.words + words);
        }
        if shows.characters {
            counts.characters += chunk.iter().filter(|byte| is_character_start(**byte)).count() as u64;
        }
        if shows.longest_line {
            self.measure(chunk, counts);
        }
    }

    fn measure(&mut self, chunk: &[u8], counts: &mut Counts) {
        for byte in chunk {
            match byte {
                b'\n' | b'\r' | 12 => {
                    counts.longest_line = counts.longest_line.max(self.column);
                    self.column = 0;
                }
                b'\t' => self.column += TAB - self.column % TAB,
                byte if byte.is_ascii_control() || !is_character_start(*byte) => {}
                _ => self.column += 1,
            }
        }
    }
}

/// Not a continuation byte of UTF-8.
fn is_character_start(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}
