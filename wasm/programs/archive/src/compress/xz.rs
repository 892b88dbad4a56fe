//! xz, unxz, xzcat, and lzma, unlzma, lzcat for the older format.

use super::outputs::with_standard_output;
use super::replacement::Replacement;
use super::xz_list;
use console::options::{self, Item, Opt, Style, flag, optional, value};
use console::stream::{self, CHUNK_BYTES, CopyError, Input};
use console::{message, path, shown};
use liblzma::bufread::XzDecoder;
use liblzma::stream::{Check, Filters, LzmaOptions, Stream};
use liblzma::write::XzEncoder;
use std::ffi::OsString;
use std::io::{BufRead, Error, ErrorKind, IsTerminal, Write};

const OPTIONS: &[Opt] = &[
    flag(&["z", "compress"]),
    flag(&["d", "decompress", "uncompress"]),
    flag(&["t", "test"]),
    flag(&["l", "list"]),
    flag(&["k", "keep"]),
    flag(&["f", "force"]),
    flag(&["c", "stdout", "to-stdout"]),
    flag(&["single-stream"]),
    flag(&["no-sparse"]),
    value(&["S", "suffix"]),
    value(&["F", "format"]),
    value(&["C", "check"]),
    flag(&["ignore-check"]),
    flag(&["0"]),
    flag(&["1", "fast"]),
    flag(&["2"]),
    flag(&["3"]),
    flag(&["4"]),
    flag(&["5"]),
    flag(&["6"]),
    flag(&["7"]),
    flag(&["8"]),
    flag(&["9", "best"]),
    flag(&["e", "extreme"]),
    value(&["T", "threads"]),
    value(&["block-size"]),
    value(&["block-list"]),
    value(&["flush-timeout"]),
    value(&["M", "memory", "memlimit"]),
    value(&["memlimit-compress"]),
    value(&["memlimit-decompress"]),
    flag(&["no-adjust"]),
    optional(&["lzma1"]),
    optional(&["lzma2"]),
    flag(&["q", "quiet"]),
    flag(&["v", "verbose"]),
    flag(&["Q", "no-warn"]),
    flag(&["robot"]),
    flag(&["h", "H", "help", "long-help"]),
    flag(&["V", "version"]),
];

/// The largest dictionary that its search structures (11.5 times as much) leave room for in a WASM memory.
const LARGEST_DICTIONARY: u32 = 32 * 1024 * 1024;
const WARNING: i32 = 2;

const USAGE: &str = "Usage: xz [OPTION]... [FILE]...
Compress or decompress FILEs in the .xz format.

  -z, --compress      force compression
  -d, --decompress    force decompression
  -t, --test          test compressed file integrity
  -l, --list          list information about .xz files
  -k, --keep          keep (don't delete) input files
  -f, --force         force overwrite of output file and (de)compress links
  -c, --stdout        write to standard output and don't delete input files
  -S, --suffix=.SUF   use the suffix '.SUF' on compressed files
  -F, --format=FMT    file format: auto (default), xz, lzma
  -C, --check=CHECK   integrity check: none, crc32, crc64 (default), sha256
  -0 ... -9           compression preset; default is 6
  -e, --extreme       try to improve compression ratio by using more CPU time
  -T, --threads=NUM   accepted; there is one thread
  -q, --quiet         suppress warnings; specify twice to suppress errors too
  -v, --verbose       be verbose
      --robot         use machine-parsable messages
  -h, --help          display this help and exit
  -V, --version       display the version number and exit

With no FILE, or when FILE is -, read standard input.";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Compress,
    Decompress,
    Test,
    List,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Auto,
    Xz,
    Lzma,
}

struct Xz {
    program: &'static str,
    mode: Mode,
    format: Format,
    check: Check,
    level: u32,
    extreme: bool,
    to_stdout: bool,
    keep: bool,
    force: bool,
    quiet: u32,
    verbose: bool,
    robot: bool,
    no_warn: bool,
    suffix: Option<Vec<u8>>,
    code: i32,
}

pub fn xz_main(args: Vec<OsString>) -> i32 {
    run(args, "xz", Mode::Compress, Format::Auto, false)
}

pub fn unxz_main(args: Vec<OsString>) -> i32 {
    run(args, "unxz", Mode::Decompress, Format::Auto, false)
}

pub fn xzcat_main(args: Vec<OsString>) -> i32 {
    run(args, "xzcat", Mode::Decompress, Format::Auto, true)
}

pub fn lzma_main(args: Vec<OsString>) -> i32 {
    run(args, "lzma", Mode::Compress, Format::Lzma, false)
}

pub fn unlzma_main(args: Vec<OsString>) -> i32 {
    run(args, "unlzma", Mode::Decompress, Format::Lzma, false)
}

pub fn lzcat_main(args: Vec<OsString>) -> i32 {
    run(args, "lzcat", Mode::Decompress, Format::Lzma, true)
}

fn run(args: Vec<OsString>, program: &'static str, mode: Mode, format: Format, to_stdout: bool) -> i32 {
    let items = match options::parse(OPTIONS, Style::default(), args) {
        Ok(items) => items,
        Err(text) => {
            eprintln!("{program}: {text}\n{program}: Try `{program} --help' for more information.");
            return 1;
        }
    };
    let mut xz = Xz {
        program,
        mode,
        format,
        check: Check::Crc64,
        level: 6,
        extreme: false,
        to_stdout,
        keep: false,
        force: false,
        quiet: 0,
        verbose: false,
        robot: false,
        no_warn: false,
        suffix: None,
        code: 0,
    };
    let mut files = Vec::new();
    for item in items {
        let (name, value) = match item {
            Item::Operand(name) => {
                files.push(name);
                continue;
            }
            Item::Option(name, value) => (name, value.unwrap_or_default()),
        };
        if let Err(code) = xz.apply(name, &value) {
            return code;
        }
    }
    if files.is_empty() {
        files.push(b"-".to_vec());
    }
    if xz.mode == Mode::List {
        return xz_list::list(&files, xz.verbose, xz.robot);
    }
    for file in files {
        xz.file(&file);
    }
    if xz.no_warn && xz.code == WARNING { 0 } else { xz.code }
}

impl Xz {
    fn apply(&mut self, name: &str, value: &[u8]) -> Result<(), i32> {
        let text = shown(value);
        match name {
            "z" => self.mode = Mode::Compress,
            "d" => self.mode = Mode::Decompress,
            "t" => self.mode = Mode::Test,
            "l" => self.mode = Mode::List,
            "k" => self.keep = true,
            "f" => self.force = true,
            "c" => self.to_stdout = true,
            "S" => self.suffix = Some(value.to_vec()),
            "F" => {
                self.format = match &*text {
                    "auto" => Format::Auto,
                    "xz" => Format::Xz,
                    "lzma" | "alone" => Format::Lzma,
                    _ => return Err(self.refuse(&format!("{text}: Unknown file format type"))),
                }
            }
            "C" => {
                self.check = match &*text {
                    "none" => Check::None,
                    "crc32" => Check::Crc32,
                    "crc64" => Check::Crc64,
                    "sha256" => Check::Sha256,
                    _ => return Err(self.refuse(&format!("{text}: Unsupported integrity check type"))),
                }
            }
            "e" => self.extreme = true,
            "T" if text.parse::<u32>().is_err() => {
                return Err(self.refuse(&format!("{text}: Value is not a non-negative decimal integer")));
            }
            "q" => self.quiet += 1,
            "v" => self.verbose = true,
            "Q" => self.no_warn = true,
            "robot" => self.robot = true,
            "h" => {
                println!("{USAGE}");
                return Err(0);
            }
            "V" => {
                println!("xz (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            digit if digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => {
                self.level = u32::from(digit.as_bytes()[0] - b'0');
            }
            _ => {}
        }
        Ok(())
    }

    fn refuse(&self, text: &str) -> i32 {
        eprintln!("{}: {text}", self.program);
        1
    }

    fn fail(&mut self, name: &[u8], text: &str) {
        if self.quiet < 2 {
            eprintln!("{}: {}: {text}", self.program, shown(name));
        }
        self.code = 1;
    }

    fn warn(&mut self, name: &[u8], text: &str) {
        if self.quiet < 1 {
            eprintln!("{}: {}: {text}", self.program, shown(name));
        }
        if self.code == 0 {
            self.code = WARNING;
        }
    }

    fn own_suffix(&self) -> &'static [u8] {
        if self.format == Format::Lzma { b".lzma" } else { b".xz" }
    }

    fn file(&mut self, name: &[u8]) {
        if name == b"-" {
            if self.mode == Mode::Compress && std::io::stdout().is_terminal() {
                eprintln!("{}: Compressed data cannot be written to a terminal", self.program);
                self.code = 1;
                return;
            }
            if self.mode != Mode::Compress && std::io::stdin().is_terminal() {
                eprintln!("{}: Compressed data cannot be read from a terminal", self.program);
                self.code = 1;
                return;
            }
            return self.onto_stdout(stream::input(), b"(stdin)");
        }
        let replaces = !self.to_stdout && self.mode != Mode::Test;
        let follows = self.force || !replaces;
        let stat = match if follows { sys::stat(name) } else { sys::lstat(name) } {
            Ok(stat) => stat,
            Err(error) => return self.fail(name, &message(&error)),
        };
        if stat.is_directory() {
            return self.warn(name, "Is a directory, skipping");
        }
        if replaces && !self.force {
            if stat.is_symbolic_link() {
                return self.warn(name, "Is a symbolic link, skipping");
            }
            if !stat.is_regular() {
                return self.warn(name, "Not a regular file, skipping");
            }
            if stat.link_count > 1 && !self.keep {
                return self.warn(name, "Input file has more than one hard link, skipping");
            }
        }
        let is_foreign = self.mode == Mode::Decompress && replaces && self.format != Format::Lzma && !is_known(name);
        if is_foreign {
            return self.fail(name, "File format not recognized");
        }
        let target = if replaces {
            match self.target(name) {
                Ok(target) => target,
                Err(text) => return self.warn(name, &text),
            }
        } else {
            Vec::new()
        };
        match stream::open(name) {
            Ok(input) if replaces => self.replace(input, name, &target, &stat),
            Ok(input) => self.onto_stdout(input, name),
            Err(error) => self.fail(name, &message(&error)),
        }
    }

    fn target(&self, name: &[u8]) -> Result<Vec<u8>, String> {
        let base = path::last_component(name).len();
        let known: [(&[u8], &[u8]); 5] =
            [(b".xz", b""), (b".txz", b".tar"), (b".lzma", b""), (b".tlz", b".tar"), (b"", b"")];
        let given = self.suffix.as_deref().unwrap_or(b"");
        let all = known.into_iter().filter(|(suffix, _)| !suffix.is_empty());
        if self.mode == Mode::Compress {
            let own = if self.format == Format::Lzma { 2..4 } else { 0..2 };
            let has = known[own].iter().find(|(suffix, _)| name.ends_with(suffix));
            if let Some((suffix, _)) = has {
                return Err(format!("File already has `{}' suffix, skipping", shown(suffix)));
            }
            return Ok([name, self.suffix.as_deref().unwrap_or(self.own_suffix())].concat());
        }
        if !given.is_empty() && base > given.len() {
            if let Some(stem) = name.strip_suffix(given) {
                return Ok(stem.to_vec());
            }
        }
        for (suffix, instead) in all {
            if base > suffix.len() {
                if let Some(stem) = name.strip_suffix(suffix) {
                    return Ok([stem, instead].concat());
                }
            }
        }
        Err("Filename has an unknown suffix, skipping".into())
    }

    fn replace(&mut self, input: Input, name: &[u8], target: &[u8], stat: &sys::Stat) {
        let mut replacement = match Replacement::create(target, self.force) {
            Ok(replacement) => replacement,
            Err(error) => return self.fail(target, &message(&error)),
        };
        if !self.process(input, name, target, &mut replacement) {
            return;
        }
        if let Err(error) = replacement.keep(Some(stat)) {
            return self.fail(target, &format!("Write error: {}", message(&error)));
        }
        if !self.keep {
            let _ = std::fs::remove_file(path::of(name));
        }
    }

    fn onto_stdout(&mut self, input: Input, name: &[u8]) {
        if self.mode == Mode::Test {
            self.process(input, name, b"", &mut std::io::sink());
            return;
        }
        if let (true, Err(error)) = with_standard_output(|output| self.process(input, name, b"(stdout)", output)) {
            self.fail(b"(stdout)", &format!("Write error: {}", message(&error)));
        }
    }

    /// True when all went well; otherwise the fault was told.
    fn process(&mut self, input: Input, name: &[u8], target: &[u8], output: &mut dyn Write) -> bool {
        let done = if self.mode == Mode::Compress { self.compress(input, output) } else { self.decompress(input, output) };
        match done {
            Ok((packed, plain)) => {
                if self.verbose && self.quiet == 0 {
                    let ratio = if plain == 0 { 0.0 } else { packed as f64 / plain as f64 };
                    eprintln!("{}: {} / {} = {ratio:.3}", shown(name), xz_list::size(packed), xz_list::size(plain));
                }
                true
            }
            Err(CopyError::Write(error)) => {
                self.fail(target, &format!("Write error: {}", message(&error)));
                false
            }
            Err(CopyError::Read(error)) => {
                let text = words_of(&error);
                self.fail(name, &text);
                false
            }
        }
    }

    fn compress(&self, mut input: Input, output: &mut dyn Write) -> Result<(u64, u64), CopyError> {
        const EXTREME: u32 = 1 << 31;
        let preset = self.level | if self.extreme { EXTREME } else { 0 };
        let failed = |error: liblzma::stream::Error| CopyError::Write(Error::from(error));
        let mut lzma = LzmaOptions::new_preset(preset).map_err(failed)?;
        if self.level > 7 {
            lzma.dict_size(LARGEST_DICTIONARY);
        }
        let coder = if self.format == Format::Lzma {
            Stream::new_lzma_encoder(&lzma)
        } else {
            Stream::new_stream_encoder(Filters::new().lzma2(&lzma), self.check)
        };
        let mut encoder = XzEncoder::new_stream(output, coder.map_err(failed)?);
        let mut buffer = vec![0; CHUNK_BYTES];
        let plain = stream::copy(&mut input, &mut encoder, u64::MAX, &mut buffer)?;
        encoder.try_finish().map_err(CopyError::Write)?;
        Ok((encoder.total_out(), plain))
    }

    fn decompress(&self, mut input: Input, output: &mut dyn Write) -> Result<(u64, u64), CopyError> {
        let mut buffer = vec![0; CHUNK_BYTES];
        let start = input.fill_buf().map_err(CopyError::Read)?;
        let is_xz = start.starts_with(b"\xfd7zXZ\0");
        let is_lzma = start.len() > 12 && start[0] < 225 && start[5..13].iter().all(|byte| *byte == 0xff) || start.starts_with(&[0x5d, 0, 0]);
        if !is_xz && !is_lzma && self.force && self.to_stdout {
            return stream::copy(&mut input, output, u64::MAX, &mut buffer).map(|count| (count, count));
        }
        let coder = match self.format {
            Format::Lzma => Stream::new_lzma_decoder(u64::MAX),
            Format::Xz => Stream::new_stream_decoder(u64::MAX, liblzma::stream::CONCATENATED),
            Format::Auto => Stream::new_auto_decoder(u64::MAX, liblzma::stream::CONCATENATED),
        };
        let coder = coder.map_err(|error| CopyError::Read(Error::from(error)))?;
        let mut decoder = XzDecoder::new_stream(input, coder);
        let plain = stream::copy(&mut decoder, output, u64::MAX, &mut buffer)?;
        Ok((decoder.total_in(), plain))
    }
}

/// Whether a file begins as one of ours.
fn is_known(name: &[u8]) -> bool {
    let start = stream::open(name).and_then(|mut input| input.fill_buf().map(<[u8]>::to_vec)).unwrap_or_default();
    start.starts_with(b"\xfd7zXZ\0") || start.starts_with(&[0x5d, 0, 0])
}

/// xz's words for what is wrong with a file.
pub fn words_of(error: &Error) -> String {
    use liblzma::stream::Error as Fault;
    let fault = error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>());
    match fault {
        Some(Fault::Format) => "File format not recognized".into(),
        Some(Fault::Data) => "Compressed data is corrupt".into(),
        Some(Fault::Options) => "Unsupported options".into(),
        Some(Fault::Mem) | Some(Fault::MemLimit) => "Cannot allocate memory".into(),
        Some(_) => "Unexpected end of input".into(),
        None if error.kind() == ErrorKind::UnexpectedEof => "Unexpected end of input".into(),
        None => message(error),
    }
}
