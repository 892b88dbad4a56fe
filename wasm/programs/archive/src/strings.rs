//! strings: the runs of printable characters in files.

use console::options::{self, Item, Opt, Style, flag, value};
use console::stream::{self, CHUNK_BYTES, Output};
use console::{message, shown};
use std::ffi::OsString;
use std::io::{Read, Result, Write};

const OPTIONS: &[Opt] = &[
    flag(&["a", "all"]),
    flag(&["d", "data"]),
    flag(&["f", "print-file-name"]),
    value(&["n", "bytes"]),
    value(&["t", "radix"]),
    flag(&["o"]),
    flag(&["w", "include-all-whitespace"]),
    value(&["e", "encoding"]),
    value(&["s", "output-separator"]),
    value(&["T", "target"]),
    value(&["U", "unicode"]),
    flag(&["h", "help"]),
    flag(&["v", "V", "version"]),
];

const USAGE: &str = "Usage: strings [option(s)] [file(s)]
 Display printable strings in [file(s)] (stdin by default)
 The options are:
  -a - --all                Scan the entire file [default]
  -f --print-file-name      Print the name of the file before each string
  -n <number>               Locate & print any sequence of at least <number>
    --bytes=<number>         displayable characters.  (The default is 4).
  -t --radix={o,d,x}        Print the location of the string in base 8, 10 or 16
  -w --include-all-whitespace Include all whitespace as valid string characters
  -o                        An alias for --radix=o
  -e --encoding={s,S,b,l,B,L} Select character size and endianness:
                            s = 7-bit, S = 8-bit, {b,l} = 16-bit, {B,L} = 32-bit
  -s --output-separator=<string> String used to separate strings in output.
  -h --help                 Display this information
  -v -V --version           Print the program's version number";

#[derive(Clone, Copy)]
enum Radix {
    Octal,
    Decimal,
    Hexadecimal,
}

struct Strings {
    minimum: usize,
    radix: Option<Radix>,
    shows_name: bool,
    all_blanks: bool,
    eight_bits: bool,
    /// Bytes of a character.
    width: usize,
    big_endian: bool,
    separator: Vec<u8>,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let (args, counts) = take_counts(args);
    let items = match options::parse(OPTIONS, Style::default(), args) {
        Ok(items) => items,
        Err(text) => {
            eprintln!("strings: {text}\n{USAGE}");
            return 1;
        }
    };
    let mut strings = Strings {
        minimum: 4,
        radix: None,
        shows_name: false,
        all_blanks: false,
        eight_bits: false,
        width: 1,
        big_endian: false,
        separator: b"\n".to_vec(),
    };
    if let Some(count) = counts {
        strings.minimum = count;
    }
    let mut files = Vec::new();
    for item in items {
        match item {
            Item::Operand(name) if name == b"-" => {}
            Item::Operand(name) => files.push(name),
            Item::Option(name, value) => {
                if let Err(code) = strings.apply(name, value.unwrap_or_default()) {
                    return code;
                }
            }
        }
    }
    let mut output = stream::output();
    let mut code = 0;
    if files.is_empty() {
        let done = strings.scan(&mut stream::Stream::standard_input(), b"{standard input}", &mut output);
        code = code.max(tell(b"{standard input}", done));
    }
    for name in files {
        match sys::stat(&name) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                eprintln!("strings: '{}': No such file", shown(&name));
                code = 1;
                continue;
            }
            Ok(stat) if stat.is_directory() => {
                eprintln!("strings: Warning: '{}' is a directory", shown(&name));
                code = 1;
                continue;
            }
            _ => {}
        }
        let done = stream::Stream::open(&name).and_then(|mut input| strings.scan(&mut input, &name, &mut output));
        code = code.max(tell(&name, done));
    }
    if let Err(error) = output.flush() {
        eprintln!("strings: write error: {}", message(&error));
        code = 1;
    }
    // Written or not, nothing is left to write when it is dropped.
    let _ = output.into_parts();
    code
}

fn tell(name: &[u8], done: Result<()>) -> i32 {
    let Err(error) = done else { return 0 };
    eprintln!("strings: {}: {}", shown(name), message(&error));
    1
}

/// Takes `-8` and the like out: a minimum.
fn take_counts(args: Vec<OsString>) -> (Vec<OsString>, Option<usize>) {
    let mut count = None;
    let mut kept = Vec::new();
    for arg in args {
        let text = arg.to_string_lossy();
        let digits = text.strip_prefix('-').filter(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
        match digits {
            Some(digits) => count = digits.parse().ok().or(count),
            None => kept.push(arg),
        }
    }
    (kept, count)
}

impl Strings {
    fn apply(&mut self, name: &str, value: Vec<u8>) -> std::result::Result<(), i32> {
        let text = shown(&value);
        let usage = || {
            eprintln!("{USAGE}");
            1
        };
        match name {
            "f" => self.shows_name = true,
            "n" => {
                let number = text.parse::<usize>().map_err(|_| {
                    eprintln!("strings: invalid integer argument {text}");
                    1
                })?;
                if number == 0 {
                    eprintln!("strings: invalid minimum string length 0");
                    return Err(1);
                }
                self.minimum = number;
            }
            "o" => self.radix = Some(Radix::Octal),
            "t" => {
                self.radix = Some(match &value[..] {
                    b"o" => Radix::Octal,
                    b"d" => Radix::Decimal,
                    b"x" => Radix::Hexadecimal,
                    _ => return Err(usage()),
                });
            }
            "w" => self.all_blanks = true,
            "e" => match &value[..] {
                b"s" => (self.width, self.eight_bits) = (1, false),
                b"S" => (self.width, self.eight_bits) = (1, true),
                b"b" => (self.width, self.big_endian) = (2, true),
                b"l" => (self.width, self.big_endian) = (2, false),
                b"B" => (self.width, self.big_endian) = (4, true),
                b"L" => (self.width, self.big_endian) = (4, false),
                _ => return Err(usage()),
            },
            "s" => self.separator = value,
            "h" => {
                println!("{USAGE}");
                return Err(0);
            }
            "v" => {
                println!("strings (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            _ => {}
        }
        Ok(())
    }

    fn is_printable(&self, character: u32) -> bool {
        match character {
            9 | 32..=126 => true,
            10..=13 => self.all_blanks,
            128..=255 => self.eight_bits,
            _ => false,
        }
    }

    fn scan(&self, input: &mut dyn Read, name: &[u8], output: &mut Output) -> Result<()> {
        let mut run = Run { bytes: Vec::new(), start: 0, is_told: false };
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut kept = 0;
        let mut offset = 0u64;
        loop {
            let count = input.read(&mut buffer[kept..])?;
            let filled = kept + count;
            let mut at = 0;
            while at + self.width <= filled {
                let character = self.character(&buffer[at..at + self.width]);
                if self.is_printable(character) {
                    if run.bytes.is_empty() && !run.is_told {
                        run.start = offset + at as u64;
                    }
                    run.bytes.push(character as u8);
                    // A long run is written as it comes.
                    if run.bytes.len() >= CHUNK_BYTES.max(self.minimum) {
                        self.write(&mut run, name, output)?;
                    }
                    at += self.width;
                    continue;
                }
                let had_run = !run.bytes.is_empty() || run.is_told;
                self.end(&mut run, name, output)?;
                // A wide character may begin at any byte.
                at += if had_run { self.width } else { 1 };
            }
            if count == 0 {
                break;
            }
            buffer.copy_within(at..filled, 0);
            kept = filled - at;
            offset += at as u64;
        }
        self.end(&mut run, name, output)
    }

    fn character(&self, bytes: &[u8]) -> u32 {
        let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        if self.big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }

    fn write(&self, run: &mut Run, name: &[u8], output: &mut Output) -> Result<()> {
        if !run.is_told {
            if self.shows_name {
                output.write_all(name)?;
                output.write_all(b": ")?;
            }
            match self.radix {
                None => {}
                Some(Radix::Octal) => write!(output, "{:>7o} ", run.start)?,
                Some(Radix::Decimal) => write!(output, "{:>7} ", run.start)?,
                Some(Radix::Hexadecimal) => write!(output, "{:>7x} ", run.start)?,
            }
            run.is_told = true;
        }
        output.write_all(&run.bytes)?;
        run.bytes.clear();
        Ok(())
    }

    fn end(&self, run: &mut Run, name: &[u8], output: &mut Output) -> Result<()> {
        if run.is_told || run.bytes.len() >= self.minimum {
            self.write(run, name, output)?;
            output.write_all(&self.separator)?;
        }
        (run.is_told, run.start) = (false, 0);
        run.bytes.clear();
        Ok(())
    }
}

/// The printable characters so far.
struct Run {
    bytes: Vec<u8>,
    start: u64,
    /// Its beginning was written.
    is_told: bool,
}
