//! zstd, unzstd, zstdcat.

use super::outputs::{Counted, with_standard_output};
use super::replacement::Replacement;
use super::zstd_list;
use console::options::{self, Item, Opt, Style, flag, optional, value};
use console::stream::{self, CHUNK_BYTES, CopyError, Input};
use console::{message, path, shown};
use std::ffi::OsString;
use std::io::{BufRead, Error, ErrorKind, IsTerminal, Write};
use zstd::stream::raw::CParameter;

const OPTIONS: &[Opt] = &[
    flag(&["z", "compress"]),
    flag(&["d", "decompress", "uncompress"]),
    flag(&["t", "test"]),
    flag(&["l", "list"]),
    flag(&["c", "stdout", "to-stdout"]),
    value(&["o", "output"]),
    flag(&["k", "keep"]),
    flag(&["rm"]),
    flag(&["f", "force"]),
    flag(&["q", "quiet"]),
    flag(&["v", "verbose"]),
    flag(&["h", "H", "help"]),
    flag(&["V", "version"]),
    flag(&["r"]),
    flag(&["C", "check"]),
    flag(&["no-check"]),
    flag(&["ultra"]),
    flag(&["no-progress"]),
    flag(&["progress"]),
    flag(&["sparse"]),
    flag(&["no-sparse"]),
    flag(&["single-thread"]),
    flag(&["rsyncable"]),
    flag(&["no-dictID"]),
    flag(&["adapt"]),
    optional(&["long"]),
    optional(&["fast"]),
    value(&["T", "threads"]),
    value(&["M", "memory", "memlimit"]),
    value(&["B", "block-size"]),
    value(&["stream-size"]),
    value(&["size-hint"]),
    value(&["format"]),
];

const SUFFIX: &[u8] = b".zst";
const WRITE_ERROR: i32 = 70;
const LARGEST_LEVEL: i32 = 19;
const LARGEST_ULTRA_LEVEL: i32 = 22;

const USAGE: &str = "Compress or decompress the INPUT file(s); reads from STDIN if INPUT is `-` or not provided.

Usage: zstd [OPTIONS...] [INPUT... | -] [-o OUTPUT]

Options:
  -o OUTPUT                     Write output to a single file, OUTPUT.
  -k, --keep                    Preserve INPUT file(s). [Default]
  --rm                          Remove INPUT file(s) after successful (de)compression.
  -#                            Compression level, 1 to 19 (22 with --ultra). [Default: 3]
  --fast[=#]                    Faster, weaker compression.
  -d, --decompress              Perform decompression.
  -t, --test                    Test compressed file integrity.
  -l, --list                    Print information about Zstandard-compressed files.
  -c, --stdout                  Write to STDOUT (even if it is a console) and keep the INPUT file(s).
  -f, --force                   Overwrite existing files, operate on links; pass unknown formats through.
  -r                            Operate recursively on directories.
  --[no-]check                  Integrity checks; on by default.
  -q, --quiet                   Suppress warnings; twice: errors too.
  -v, --verbose                 Verbose mode.
  -h, --help                    Display this help and exit.
  -V, --version                 Display the program version and exit.
";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Compress,
    Decompress,
    Test,
    List,
}

struct Zstd {
    mode: Mode,
    level: i32,
    is_ultra: bool,
    check: bool,
    long: Option<u32>,
    to_stdout: bool,
    output: Option<Vec<u8>>,
    remove: bool,
    force: bool,
    recursive: bool,
    /// As zstd counts: 2 tells what was done, 1 only errors, 0 nothing.
    talk: i32,
    code: i32,
}

pub fn zstd_main(args: Vec<OsString>) -> i32 {
    run(args, Mode::Compress, false)
}

pub fn unzstd_main(args: Vec<OsString>) -> i32 {
    run(args, Mode::Decompress, false)
}

pub fn zstdcat_main(args: Vec<OsString>) -> i32 {
    run(args, Mode::Decompress, true)
}

fn run(args: Vec<OsString>, mode: Mode, to_stdout: bool) -> i32 {
    let mut zstd = Zstd {
        mode,
        level: 3,
        is_ultra: false,
        check: true,
        long: None,
        to_stdout,
        output: None,
        remove: false,
        force: to_stdout,
        recursive: false,
        talk: if to_stdout { 1 } else { 2 },
        code: 0,
    };
    let args = zstd.take_levels(args);
    let items = match options::parse(OPTIONS, Style { exact: true, ..Style::default() }, args) {
        Ok(items) => items,
        Err(_) => {
            eprintln!("Incorrect parameters \n{USAGE}");
            return 1;
        }
    };
    let mut files = Vec::new();
    for item in items {
        match item {
            Item::Operand(name) => files.push(name),
            Item::Option(name, value) => {
                if let Err(code) = zstd.apply(name, value) {
                    return code;
                }
            }
        }
    }
    let largest = if zstd.is_ultra { LARGEST_ULTRA_LEVEL } else { LARGEST_LEVEL };
    if zstd.level > largest {
        eprintln!("Warning : compression level higher than max, reduced to {largest} ");
        zstd.level = largest;
    }
    if files.is_empty() {
        files.push(b"-".to_vec());
    }
    if zstd.mode == Mode::List {
        return zstd_list::list(&files);
    }
    zstd.all(files)
}

impl Zstd {
    /// Takes `-19` and the like out of clusters: a level has several digits.
    fn take_levels(&mut self, args: Vec<OsString>) -> Vec<OsString> {
        let mut kept = Vec::new();
        let mut are_over = false;
        for arg in args {
            let text = arg.to_string_lossy().into_owned();
            are_over = are_over || text == "--";
            let is_cluster = text.len() > 1 && text.starts_with('-') && !text.starts_with("--") && !are_over;
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            if !is_cluster || digits.is_empty() || text.starts_with("-T") || text.starts_with("-M") || text.starts_with("-o") || text.starts_with("-B") {
                kept.push(arg);
                continue;
            }
            self.level = digits.parse().unwrap_or(LARGEST_ULTRA_LEVEL + 1);
            let rest: String = text.chars().filter(|letter| !letter.is_ascii_digit()).collect();
            if rest != "-" {
                kept.push(rest.into());
            }
        }
        kept
    }

    fn apply(&mut self, name: &str, value: Option<Vec<u8>>) -> Result<(), i32> {
        let number = || value.as_deref().map(|digits| shown(digits).parse::<u32>().unwrap_or(0));
        match name {
            "z" => self.mode = Mode::Compress,
            "d" => self.mode = Mode::Decompress,
            "t" => self.mode = Mode::Test,
            "l" => self.mode = Mode::List,
            "c" => (self.to_stdout, self.output, self.talk) = (true, None, self.talk.min(1)),
            "o" => (self.output, self.to_stdout) = (value, false),
            "k" => self.remove = false,
            "rm" => self.remove = true,
            "f" => self.force = true,
            "q" => self.talk -= 1,
            "v" => self.talk += 1,
            "r" => self.recursive = true,
            "C" => self.check = true,
            "no-check" => self.check = false,
            "ultra" => self.is_ultra = true,
            "long" => self.long = Some(number().unwrap_or(27).clamp(10, 27)),
            "fast" => self.level = -(number().unwrap_or(1).max(1) as i32),
            "format" if value.as_deref() != Some(b"zstd") => {
                eprintln!("zstd: only the format zstd is supported");
                return Err(1);
            }
            "h" => {
                print!("{USAGE}");
                return Err(0);
            }
            "V" => {
                println!("*** Zstandard CLI (secure-exec) v{}, by Yann Collet ***", zstd_version());
                return Err(0);
            }
            _ => {}
        }
        Ok(())
    }

    fn all(&mut self, files: Vec<Vec<u8>>) -> i32 {
        if let Some(target) = self.output.clone() {
            self.into_one(&files, &target);
            return self.code;
        }
        for name in files {
            self.file(&name, true);
        }
        self.code
    }

    fn fail(&mut self, text: &str) {
        if self.talk > 0 {
            eprintln!("{text} ");
        }
        let is_write_error = text.starts_with("zstd: error 70");
        self.code = if is_write_error { WRITE_ERROR } else { self.code.max(1) };
    }

    fn file(&mut self, name: &[u8], is_operand: bool) {
        if name == b"-" {
            let refuses = self.mode == Mode::Compress && !self.to_stdout && std::io::stdout().is_terminal();
            if std::io::stdin().is_terminal() && !self.force {
                return self.fail("stdin is a console, aborting");
            }
            if refuses {
                return self.fail("stdout is a console, aborting");
            }
            return self.onto_stdout(stream::input(), b"/*stdin*\\");
        }
        let stat = match sys::stat(name) {
            Ok(stat) => stat,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return self.fail(&format!("zstd: can't stat {} : {} -- ignored", shown(name), message(&error)));
            }
            Err(error) => return self.fail(&format!("zstd: {}: {}", shown(name), message(&error))),
        };
        if stat.is_directory() {
            return self.directory(name, is_operand);
        }
        let is_link = sys::lstat(name).is_ok_and(|stat| stat.is_symbolic_link());
        if is_link && !self.force && !self.to_stdout && self.mode != Mode::Test {
            return self.fail(&format!("Warning : {} is a symbolic link, ignoring", shown(name)));
        }
        let input = match stream::open(name) {
            Ok(input) => input,
            Err(error) => return self.fail(&format!("zstd: {}: {}", shown(name), message(&error))),
        };
        if self.to_stdout || self.mode == Mode::Test {
            return self.onto_stdout(input, name);
        }
        let Some(target) = self.target(name) else { return };
        if !self.may_write(&target) {
            return;
        }
        match Replacement::create(&target, true) {
            Ok(mut replacement) => {
                if !self.process(input, name, &target, Some(stat.size), &mut replacement) {
                    return;
                }
                if let Err(error) = replacement.keep(Some(&stat)) {
                    return self.fail(&format!("zstd: error 70 : Write error : {}", message(&error)));
                }
                if self.remove {
                    let _ = std::fs::remove_file(path::of(name));
                }
            }
            Err(error) => self.fail(&format!("zstd: {}: {}", shown(&target), message(&error))),
        }
    }

    fn directory(&mut self, name: &[u8], is_operand: bool) {
        if !self.recursive {
            if is_operand {
                self.fail(&format!("zstd: {} is a directory -- ignored", shown(name)));
            }
            return;
        }
        match path::names_in(name) {
            Ok(mut names) => {
                names.sort();
                for entry in names {
                    self.file(&path::join(name, &entry), false);
                }
            }
            Err(error) => self.fail(&format!("zstd: {}: {}", shown(name), message(&error))),
        }
    }

    fn target(&mut self, name: &[u8]) -> Option<Vec<u8>> {
        if self.mode == Mode::Compress {
            return Some([name, SUFFIX].concat());
        }
        if let Some(stem) = name.strip_suffix(b".tzst") {
            return Some([stem, b".tar"].concat());
        }
        let stem = name.strip_suffix(SUFFIX).filter(|stem| !path::last_component(stem).is_empty());
        if stem.is_none() {
            let name = shown(name);
            self.fail(&format!(
                "zstd: {name}: unknown suffix (.zst/.tzst expected). Can't derive the output file name. Specify it with -o dstFileName. Ignoring."
            ));
        }
        stem.map(<[u8]>::to_vec)
    }

    /// Nobody is asked: whoever wants a file replaced says `-f`.
    fn may_write(&mut self, target: &[u8]) -> bool {
        if self.force || sys::stat(target).is_err() {
            return true;
        }
        if self.talk <= 1 {
            self.fail(&format!("zstd: {} already exists; not overwritten", shown(target)));
        } else {
            self.fail(&format!("zstd: {} already exists; overwrite (y/n) ? Not overwritten ", shown(target)));
        }
        false
    }

    /// `-o`: all files one after the other into one.
    fn into_one(&mut self, files: &[Vec<u8>], target: &[u8]) {
        let single = match files {
            [name] if name != b"-" => sys::stat(name).ok(),
            _ => None,
        };
        let is_device = sys::stat(target).is_ok_and(|stat| !stat.is_regular());
        if self.mode == Mode::Test || (!is_device && !self.may_write(target)) {
            return;
        }
        let opened = if is_device {
            std::fs::OpenOptions::new().write(true).open(path::of(target)).map(|file| Box::new(file) as Box<dyn Write>).map(Err)
        } else {
            Replacement::create(target, true).map(Ok)
        };
        let mut opened = match opened {
            Ok(opened) => opened,
            Err(error) => return self.fail(&format!("zstd: {}: {}", shown(target), message(&error))),
        };
        for name in files {
            let input = if name == b"-" { Ok(stream::input()) } else { stream::open(name) };
            let input = match input {
                Ok(input) => input,
                Err(error) => {
                    self.fail(&format!("zstd: can't stat {} : {} -- ignored", shown(name), message(&error)));
                    continue;
                }
            };
            let shown_name = if name == b"-" { &b"/*stdin*\\"[..] } else { name };
            let output: &mut dyn Write = match &mut opened {
                Ok(replacement) => replacement,
                Err(device) => device,
            };
            let size = sys::stat(name).ok().map(|stat| stat.size);
            if !self.process(input, shown_name, target, size, output) {
                return;
            }
        }
        if self.code != 0 && files.len() == 1 {
            return;
        }
        if let Ok(replacement) = opened {
            if let Err(error) = replacement.keep(single.as_ref()) {
                return self.fail(&format!("zstd: error 70 : Write error : {}", message(&error)));
            }
        }
        if self.remove && self.code == 0 {
            for name in files.iter().filter(|name| *name != b"-") {
                let _ = std::fs::remove_file(path::of(name));
            }
        }
    }

    fn onto_stdout(&mut self, input: Input, name: &[u8]) {
        if self.mode == Mode::Test {
            self.process(input, name, b"", None, &mut std::io::sink());
            return;
        }
        self.talk = self.talk.min(1);
        if let (true, Err(error)) = with_standard_output(|output| self.process(input, name, b"/*stdout*\\", None, output)) {
            self.fail(&format!("zstd: error 70 : Write error : {} (cannot write block)", message(&error)));
        }
    }

    /// True when all went well; otherwise the fault was told.
    fn process(&mut self, input: Input, name: &[u8], target: &[u8], size: Option<u64>, output: &mut dyn Write) -> bool {
        let compresses = self.mode == Mode::Compress;
        let done = if compresses { self.compress(input, size, output) } else { self.decompress(input, output) };
        match done {
            Ok((read, written)) => {
                if self.talk >= 2 {
                    self.tell(name, target, read, written);
                }
                true
            }
            Err(CopyError::Write(error)) => {
                self.fail(&format!("zstd: error 70 : Write error : {} (cannot write block)", message(&error)));
                false
            }
            Err(CopyError::Read(error)) => {
                let name = shown(name);
                let text = match error.kind() {
                    ErrorKind::Unsupported => format!("zstd: {name}: unsupported format"),
                    ErrorKind::UnexpectedEof => format!("{name} : Read error (39) : premature end"),
                    _ if error.raw_os_error().is_some() => format!("zstd: {name}: {}", message(&error)),
                    _ => format!("{name} : Decoding error (36) : {error}"),
                };
                self.fail(&text);
                false
            }
        }
    }

    fn tell(&self, name: &[u8], target: &[u8], read: u64, written: u64) {
        let name = shown(name);
        if self.mode != Mode::Compress {
            eprintln!("{name:<20}: {written} bytes ");
            return;
        }
        let percent = if read == 0 { 0.0 } else { 100.0 * written as f64 / read as f64 };
        let (read, written) = (zstd_list::human(read), zstd_list::human(written));
        eprintln!("{name:<20} :{percent:6.2}%   ({} => {}, {}) ", read.wide(6), written.wide(6), shown(target));
    }

    fn compress(&self, mut input: Input, size: Option<u64>, output: &mut dyn Write) -> Result<(u64, u64), CopyError> {
        let mut counted = Counted::new(output);
        let mut encoder = zstd::stream::write::Encoder::new(&mut counted, self.level).map_err(CopyError::Write)?;
        let set = |encoder: &mut zstd::stream::write::Encoder<_>| -> std::io::Result<()> {
            encoder.include_checksum(self.check)?;
            if let Some(log) = self.long {
                encoder.set_parameter(CParameter::EnableLongDistanceMatching(true))?;
                encoder.set_parameter(CParameter::WindowLog(log))?;
            }
            encoder.set_pledged_src_size(size)
        };
        set(&mut encoder).map_err(CopyError::Write)?;
        let mut buffer = vec![0; CHUNK_BYTES];
        let read = stream::copy(&mut input, &mut encoder, u64::MAX, &mut buffer)?;
        encoder.finish().map_err(CopyError::Write)?;
        Ok((read, counted.count))
    }

    fn decompress(&self, mut input: Input, output: &mut dyn Write) -> Result<(u64, u64), CopyError> {
        let mut buffer = vec![0; CHUNK_BYTES];
        let start = input.fill_buf().map_err(CopyError::Read)?;
        let is_skippable = start.len() >= 4 && start[1..4] == [0x2a, 0x4d, 0x18];
        if !start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) && !is_skippable {
            if self.force && self.to_stdout {
                return stream::copy(&mut input, output, u64::MAX, &mut buffer).map(|count| (count, count));
            }
            let kind = if start.is_empty() { ErrorKind::UnexpectedEof } else { ErrorKind::Unsupported };
            return Err(CopyError::Read(Error::from(kind)));
        }
        let mut decoder = zstd::stream::read::Decoder::with_buffer(input).map_err(CopyError::Read)?;
        let written = stream::copy(&mut decoder, output, u64::MAX, &mut buffer)?;
        Ok((0, written))
    }
}

/// The library's version.
fn zstd_version() -> String {
    let number = zstd::zstd_safe::version_number();
    format!("{}.{}.{}", number / 10_000, number / 100 % 100, number % 100)
}
