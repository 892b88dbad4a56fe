//! bzip2, bunzip2, bzcat.

use super::bunzip2::Bzip2Reader;
use super::outputs::with_standard_output;
use super::replacement::Replacement;
use bzip2::Compression;
use bzip2::write::BzEncoder;
use console::options::{self, Item, Opt, Style, flag};
use console::stream::{self, CHUNK_BYTES, CopyError, Input};
use console::{message, path, shown};
use std::ffi::OsString;
use std::io::{BufRead, Error, ErrorKind, IsTerminal, Write};

const OPTIONS: &[Opt] = &[
    flag(&["h", "help"]),
    flag(&["d", "decompress"]),
    flag(&["z", "compress"]),
    flag(&["k", "keep"]),
    flag(&["f", "force"]),
    flag(&["t", "test"]),
    flag(&["c", "stdout"]),
    flag(&["q", "quiet"]),
    flag(&["v", "verbose"]),
    flag(&["L", "license", "V", "version"]),
    flag(&["s", "small"]),
    flag(&["1", "fast"]),
    flag(&["2"]),
    flag(&["3"]),
    flag(&["4"]),
    flag(&["5"]),
    flag(&["6"]),
    flag(&["7"]),
    flag(&["8"]),
    flag(&["9", "best"]),
];

/// Suffixes that decompression takes off, and what it puts in their place.
const SUFFIXES: [(&str, &str); 4] = [(".bz2", ""), (".bz", ""), (".tbz2", ".tar"), (".tbz", ".tar")];
const NO_FILE: i32 = 1;
const BAD_DATA: i32 = 2;

const USAGE: &str = "bzip2, a block-sorting file compressor.

   usage: bzip2 [flags and input files in any order]

   -h --help           print this message
   -d --decompress     force decompression
   -z --compress       force compression
   -k --keep           keep (don't delete) input files
   -f --force          overwrite existing output files
   -t --test           test compressed file integrity
   -c --stdout         output to standard out
   -q --quiet          suppress noncritical error messages
   -v --verbose        be verbose (a 2nd -v gives more)
   -s --small          use less memory (at most 2500k)
   -1 .. -9            set block size to 100k .. 900k
   --fast              alias for -1
   --best              alias for -9

   If invoked as `bzip2', default action is to compress.
              as `bunzip2',  default action is to decompress.
              as `bzcat', default action is to decompress to stdout.

   If no file names are given, bzip2 compresses or decompresses
   from standard input to standard output.";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Compress,
    Decompress,
    Test,
}

struct Bzip2 {
    program: &'static str,
    mode: Mode,
    to_stdout: bool,
    keep: bool,
    force: bool,
    quiet: bool,
    verbose: bool,
    level: u32,
    /// The longest name, for `-v`.
    longest: usize,
    code: i32,
}

pub fn bzip2_main(args: Vec<OsString>) -> i32 {
    run(args, "bzip2", Mode::Compress, false)
}

pub fn bunzip2_main(args: Vec<OsString>) -> i32 {
    run(args, "bunzip2", Mode::Decompress, false)
}

pub fn bzcat_main(args: Vec<OsString>) -> i32 {
    run(args, "bzcat", Mode::Decompress, true)
}

fn run(args: Vec<OsString>, program: &'static str, mode: Mode, to_stdout: bool) -> i32 {
    let bad = args.clone();
    let items = match options::parse(OPTIONS, Style { exact: true, ..Style::default() }, args) {
        Ok(items) => items,
        Err(_) => {
            let is_bad = |arg: &&OsString| options::parse(OPTIONS, Style::default(), vec![OsString::new(), (*arg).clone()]).is_err();
            let flag = bad.iter().skip(1).find(is_bad).map(|arg| arg.to_string_lossy()).unwrap_or_default();
            eprintln!("{program}: Bad flag `{flag}'\n{USAGE}");
            return NO_FILE;
        }
    };
    let mut bzip2 = Bzip2 {
        program,
        mode,
        to_stdout,
        keep: false,
        force: false,
        quiet: false,
        verbose: false,
        level: 9,
        longest: "(stdin)".len(),
        code: 0,
    };
    let mut files = Vec::new();
    for item in items {
        match item {
            Item::Operand(name) => files.push(name),
            Item::Option(name, _) => match name {
                "h" | "L" => {
                    eprintln!("{USAGE}");
                    return 0;
                }
                "d" => bzip2.mode = Mode::Decompress,
                "z" => bzip2.mode = Mode::Compress,
                "k" => bzip2.keep = true,
                "f" => bzip2.force = true,
                "t" => bzip2.mode = Mode::Test,
                "c" => bzip2.to_stdout = true,
                "q" => bzip2.quiet = true,
                "v" => bzip2.verbose = true,
                "s" => {}
                digit => bzip2.level = u32::from(digit.as_bytes()[0] - b'0'),
            },
        }
    }
    if files.is_empty() {
        files.push(b"-".to_vec());
    }
    bzip2.longest = files.iter().map(Vec::len).fold(bzip2.longest, usize::max);
    for file in files {
        bzip2.file(&file);
    }
    bzip2.code
}

impl Bzip2 {
    fn complain(&mut self, text: &str, code: i32) {
        eprintln!("{}: {text}", self.program);
        self.code = self.code.max(code);
    }

    fn file(&mut self, name: &[u8]) {
        if name == b"-" {
            if self.mode == Mode::Compress && std::io::stdout().is_terminal() {
                return self.complain("I won't write compressed data to a terminal.", NO_FILE);
            }
            if self.mode != Mode::Compress && std::io::stdin().is_terminal() {
                return self.complain("I won't read compressed data from a terminal.", NO_FILE);
            }
            return self.onto_stdout(stream::input(), b"(stdin)");
        }
        let follows = self.to_stdout || self.force || self.mode == Mode::Test;
        let stat = match if follows { sys::stat(name) } else { sys::lstat(name) } {
            Ok(stat) => stat,
            Err(error) => {
                let text = format!("Can't open input file {}: {}.", shown(name), message(&error));
                return self.complain(&text, NO_FILE);
            }
        };
        if stat.is_directory() {
            return self.complain(&format!("Input file {} is a directory.", shown(name)), NO_FILE);
        }
        let replaces = !self.to_stdout && self.mode != Mode::Test;
        if replaces && !stat.is_regular() && !self.force {
            return self.complain(&format!("Input file {} is not a normal file.", shown(name)), NO_FILE);
        }
        if replaces && stat.link_count > 1 && !self.force {
            let (others, plural) = (stat.link_count - 1, if stat.link_count > 2 { "s" } else { "" });
            let text = format!("Input file {} has {others} other link{plural}.", shown(name));
            return self.complain(&text, NO_FILE);
        }
        if self.mode == Mode::Compress && !self.to_stdout {
            if let Some((suffix, _)) = SUFFIXES.iter().find(|(suffix, _)| name.ends_with(suffix.as_bytes())) {
                let text = format!("Input file {} already has {suffix} suffix.", shown(name));
                return self.complain(&text, NO_FILE);
            }
        }
        let input = match stream::open(name) {
            Ok(input) => input,
            Err(error) => {
                let text = format!("Can't open input file {}: {}.", shown(name), message(&error));
                return self.complain(&text, NO_FILE);
            }
        };
        if replaces { self.replace(input, name, &stat) } else { self.onto_stdout(input, name) }
    }

    fn target(&mut self, name: &[u8]) -> Vec<u8> {
        if self.mode == Mode::Compress {
            return [name, b".bz2"].concat();
        }
        for (suffix, instead) in SUFFIXES {
            if let Some(stem) = name.strip_suffix(suffix.as_bytes()) {
                return [stem, instead.as_bytes()].concat();
            }
        }
        let target = [name, b".out"].concat();
        if !self.quiet {
            let text = format!("Can't guess original name for {} -- using {}", shown(name), shown(&target));
            eprintln!("{}: {text}", self.program);
        }
        target
    }

    fn replace(&mut self, input: Input, name: &[u8], stat: &sys::Stat) {
        let target = self.target(name);
        let mut replacement = match Replacement::create(&target, self.force) {
            Ok(replacement) => replacement,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return self.complain(&format!("Output file {} already exists.", shown(&target)), NO_FILE);
            }
            Err(error) => {
                let text = format!("Can't create output file {}: {}.", shown(&target), message(&error));
                return self.complain(&text, NO_FILE);
            }
        };
        if !self.process(input, name, &mut replacement) {
            return;
        }
        if let Err(error) = replacement.keep(Some(stat)) {
            return self.complain(&format!("I/O or other error, bailing out. {}.", message(&error)), NO_FILE);
        }
        if !self.keep {
            let _ = std::fs::remove_file(path::of(name));
        }
    }

    fn onto_stdout(&mut self, input: Input, name: &[u8]) {
        if self.mode == Mode::Test {
            self.process(input, name, &mut std::io::sink());
            return;
        }
        let (_, flushed) = with_standard_output(|output| self.process(input, name, output));
        if let Err(error) = flushed {
            self.complain(&format!("I/O or other error, bailing out. {}.", message(&error)), NO_FILE);
        }
    }

    /// True when all went well; otherwise the fault was told.
    fn process(&mut self, input: Input, name: &[u8], output: &mut dyn Write) -> bool {
        if self.verbose {
            let blanks = self.longest.saturating_sub(name.len());
            eprint!("  {}: {:blanks$}", shown(name), "");
        }
        let done = if self.mode == Mode::Compress { self.compress(input, output) } else { self.decompress(input, name, output) };
        let error = match done {
            Ok((read, written)) => {
                self.tell(read, written);
                return true;
            }
            Err(error) => error,
        };
        let (text, code) = match error {
            CopyError::Write(error) => (format!("I/O or other error, bailing out. {}.", message(&error)), NO_FILE),
            CopyError::Read(error) => words_of(&error, name, self.mode),
        };
        self.complain(&text, code);
        false
    }

    fn tell(&self, read: u64, written: u64) {
        if !self.verbose {
            return;
        }
        match self.mode {
            Mode::Test => eprintln!("ok"),
            Mode::Decompress => eprintln!("done"),
            Mode::Compress if read == 0 => eprintln!(" no data compressed."),
            Mode::Compress => {
                let (plain, packed) = (read as f64, written as f64);
                eprintln!(
                    "{:6.3}:1, {:6.3} bits/byte, {:5.2}% saved, {read} in, {written} out.",
                    plain / packed,
                    8.0 * packed / plain,
                    100.0 * (1.0 - packed / plain)
                );
            }
        }
    }

    fn compress(&self, mut input: Input, output: &mut dyn Write) -> Result<(u64, u64), CopyError> {
        let mut encoder = BzEncoder::new(output, Compression::new(self.level));
        let mut buffer = vec![0; CHUNK_BYTES];
        let read = stream::copy(&mut input, &mut encoder, u64::MAX, &mut buffer)?;
        encoder.try_finish().map_err(CopyError::Write)?;
        Ok((read, encoder.total_out()))
    }

    fn decompress(&mut self, mut input: Input, name: &[u8], output: &mut dyn Write) -> Result<(u64, u64), CopyError> {
        let mut buffer = vec![0; CHUNK_BYTES];
        let is_bzip2 = input.fill_buf().map_err(CopyError::Read)?.starts_with(b"BZh");
        if !is_bzip2 && self.force && self.to_stdout {
            return stream::copy(&mut input, output, u64::MAX, &mut buffer).map(|count| (count, count));
        }
        if !is_bzip2 {
            return Err(CopyError::Read(Error::new(ErrorKind::Unsupported, "not bzip2")));
        }
        let mut reader = Bzip2Reader::new(input);
        let written = stream::copy(&mut reader, output, u64::MAX, &mut buffer)?;
        if reader.has_garbage && !self.quiet {
            eprintln!("{}: {}: trailing garbage after EOF ignored", self.program, shown(name));
        }
        Ok((written, written))
    }
}

fn words_of(error: &Error, name: &[u8], mode: Mode) -> (String, i32) {
    let name = shown(name);
    if error.raw_os_error().is_some() {
        return (format!("{name}: I/O or other error: {}.", message(error)), NO_FILE);
    }
    let text = match (error.kind(), mode) {
        (ErrorKind::Unsupported, Mode::Test) => format!("{name}: bad magic number (file not created by bzip2)"),
        (ErrorKind::Unsupported, _) => format!("{name} is not a bzip2 file."),
        (ErrorKind::UnexpectedEof, Mode::Test) => format!("{name}: file ends unexpectedly"),
        (ErrorKind::UnexpectedEof, _) => format!(
            "Compressed file ends unexpectedly;\n\tperhaps it is corrupted?  *Possible* reason follows.\n\tInput file = {name}"
        ),
        (_, Mode::Test) => format!("{name}: data integrity (CRC) error in data"),
        _ => format!("Data integrity error when decompressing.\n\tInput file = {name}"),
    };
    (text, BAD_DATA)
}
