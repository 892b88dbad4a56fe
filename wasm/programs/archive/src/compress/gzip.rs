//! gzip, gunzip, zcat.

use super::gunzip::{self, GzipReader};
use super::gzip_list::Listing;
use super::outputs::{Counted, with_standard_output};
use super::replacement::Replacement;
use console::options::{self, Item, Opt, Style, flag, value};
use console::stream::{self, CHUNK_BYTES, CopyError, Input};
use console::{message, path, shown};
use flate2::{Compression, GzBuilder};
use std::ffi::OsString;
use std::io::{BufRead, Error, IsTerminal, Write};

const OPTIONS: &[Opt] = &[
    flag(&["a", "ascii"]),
    flag(&["c", "stdout", "to-stdout"]),
    flag(&["d", "decompress", "uncompress"]),
    flag(&["f", "force"]),
    flag(&["h", "help", "H"]),
    flag(&["k", "keep"]),
    flag(&["l", "list"]),
    flag(&["n", "no-name"]),
    flag(&["N", "name"]),
    flag(&["q", "quiet", "silent"]),
    flag(&["r", "recursive"]),
    value(&["S", "suffix"]),
    flag(&["t", "test"]),
    flag(&["v", "verbose"]),
    flag(&["V", "version"]),
    flag(&["1", "fast"]),
    flag(&["2"]),
    flag(&["3"]),
    flag(&["4"]),
    flag(&["5"]),
    flag(&["6"]),
    flag(&["7"]),
    flag(&["8"]),
    flag(&["9", "best"]),
    flag(&["rsyncable"]),
    flag(&["synchronous"]),
    value(&["b", "bits"]),
];

/// Suffixes that decompression takes off, and what it puts in their place.
const SUFFIXES: [(&str, &str); 7] =
    [(".gz", ""), (".tgz", ".tar"), (".taz", ".tar"), ("-gz", ""), (".z", ""), ("-z", ""), ("_z", "")];
const WARNING: i32 = 2;

const USAGE: &str = "Usage: gzip [OPTION]... [FILE]...
Compress or uncompress FILEs (by default, compress FILES in-place).

  -c, --stdout      write on standard output, keep original files unchanged
  -d, --decompress  decompress
  -f, --force       force overwrite of output file and compress links
  -h, --help        give this help
  -k, --keep        keep (don't delete) input files
  -l, --list        list compressed file contents
  -n, --no-name     do not save or restore the original name and timestamp
  -N, --name        save or restore the original name and timestamp
  -q, --quiet       suppress all warnings
  -r, --recursive   operate recursively on directories
  -S, --suffix=SUF  use suffix SUF on compressed files
  -t, --test        test compressed file integrity
  -v, --verbose     verbose mode
  -V, --version     display version number
  -1, --fast        compress faster
  -9, --best        compress better

With no FILE, or when FILE is -, read standard input.";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Compress,
    Decompress,
    Test,
    List,
}

struct Gzip {
    mode: Mode,
    to_stdout: bool,
    force: bool,
    keep: bool,
    names: Option<bool>,
    quiet: bool,
    recursive: bool,
    verbose: bool,
    level: u32,
    suffix: Vec<u8>,
    listing: Listing,
    code: i32,
}

pub fn gzip_main(args: Vec<OsString>) -> i32 {
    run(args, Mode::Compress, false)
}

pub fn gunzip_main(args: Vec<OsString>) -> i32 {
    run(args, Mode::Decompress, false)
}

pub fn zcat_main(args: Vec<OsString>) -> i32 {
    run(args, Mode::Decompress, true)
}

fn run(args: Vec<OsString>, mode: Mode, to_stdout: bool) -> i32 {
    let items = match options::parse(OPTIONS, Style::default(), args) {
        Ok(items) => items,
        Err(text) => {
            eprintln!("gzip: {text}\nTry `gzip --help' for more information.");
            return 1;
        }
    };
    let mut gzip = Gzip {
        mode,
        to_stdout,
        force: false,
        keep: false,
        names: None,
        quiet: false,
        recursive: false,
        verbose: false,
        level: 6,
        suffix: b".gz".to_vec(),
        listing: Listing::default(),
        code: 0,
    };
    let mut files = Vec::new();
    for item in items {
        match item {
            Item::Operand(name) => files.push(name),
            Item::Option(name, value) => match name {
                "c" => gzip.to_stdout = true,
                "d" => gzip.mode = Mode::Decompress,
                "f" => gzip.force = true,
                "h" => {
                    println!("{USAGE}");
                    return 0;
                }
                "k" => gzip.keep = true,
                "l" => gzip.mode = Mode::List,
                "n" => gzip.names = Some(false),
                "N" => gzip.names = Some(true),
                "q" => (gzip.quiet, gzip.verbose) = (true, false),
                "r" => gzip.recursive = true,
                "S" => gzip.suffix = value.unwrap_or_default(),
                "t" => gzip.mode = Mode::Test,
                "v" => (gzip.quiet, gzip.verbose) = (false, true),
                "V" => {
                    println!("gzip (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                    return 0;
                }
                digit if digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => {
                    gzip.level = u32::from(digit.as_bytes()[0] - b'0');
                }
                _ => {}
            },
        }
    }
    if gzip.suffix.is_empty() || gzip.suffix.len() > 30 || gzip.suffix.contains(&b'/') {
        eprintln!("gzip: invalid suffix '{}'", shown(&gzip.suffix));
        return 1;
    }
    if files.is_empty() {
        files.push(b"-".to_vec());
    }
    let is_single = files.len() == 1;
    for file in files {
        if file == b"-" { gzip.standard_streams() } else { gzip.file(&file, true) }
    }
    if gzip.mode == Mode::List {
        gzip.listing.finish(is_single, gzip.verbose, gzip.quiet);
    }
    gzip.code
}

impl Gzip {
    fn fail(&mut self, name: &str, text: &str) {
        eprintln!("\ngzip: {name}: {text}");
        self.code = 1;
    }

    fn warn(&mut self, text: &str) {
        if !self.quiet {
            eprintln!("gzip: {text}");
        }
        if self.code == 0 {
            self.code = WARNING;
        }
    }

    fn complain_of(&mut self, name: &[u8], error: &Error) {
        eprintln!("gzip: {}: {}", shown(name), message(error));
        self.code = 1;
    }

    fn standard_streams(&mut self) {
        if self.mode == Mode::Compress && !self.force && std::io::stdout().is_terminal() {
            eprintln!("gzip: compressed data not written to a terminal. Use -f to force compression.");
            eprintln!("For help, type: gzip -h");
            self.code = 1;
            return;
        }
        if self.mode == Mode::Decompress && !self.force && std::io::stdin().is_terminal() {
            eprintln!("gzip: compressed data not read from a terminal. Use -f to force decompression.");
            eprintln!("For help, type: gzip -h");
            self.code = 1;
            return;
        }
        self.onto_stdout(stream::input(), b"stdin", None);
    }

    /// Handles one name; found by `-r` it is silently passed over when it is not for us.
    fn file(&mut self, given: &[u8], is_operand: bool) {
        let mut name = given.to_vec();
        let mut status = if self.to_stdout || self.force { sys::stat(&name) } else { sys::lstat(&name) };
        let is_missing = status.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        if is_missing && self.mode != Mode::Compress && self.without_suffix(&name).is_none() {
            let with_suffix = [&name[..], &self.suffix].concat();
            status = sys::stat(&with_suffix);
            name = with_suffix;
        }
        let stat = match status {
            Ok(stat) => stat,
            Err(error) => return self.complain_of(&name, &error),
        };
        if stat.is_directory() {
            if self.recursive {
                return self.directory(&name);
            }
            return self.warn(&format!("{} is a directory -- ignored", shown(&name)));
        }
        if self.mode == Mode::List || self.mode == Mode::Test || self.to_stdout {
            if self.mode == Mode::Decompress && self.without_suffix(&name).is_none() && !self.to_stdout {
                return self.warn(&format!("{}: unknown suffix -- ignored", shown(&name)));
            }
            return match stream::open(&name) {
                Ok(input) => self.onto_stdout(input, &name, Some(&stat)),
                Err(error) => self.complain_of(&name, &error),
            };
        }
        if stat.is_symbolic_link() {
            return self.complain_of(&name, &Error::from_raw_os_error(sys::errno::LOOP));
        }
        if !stat.is_regular() {
            return self.warn(&format!("{} is not a directory or a regular file - ignored", shown(&name)));
        }
        if stat.link_count > 1 && !self.force {
            let others = stat.link_count - 1;
            let word = if others == 1 { "link" } else { "links" };
            return self.warn(&format!("{} has {others} other {word} -- file ignored", shown(&name)));
        }
        self.replace(&name, &stat, is_operand);
    }

    fn directory(&mut self, directory: &[u8]) {
        match path::names_in(directory) {
            Ok(mut names) => {
                names.sort();
                for name in names {
                    self.file(&path::join(directory, &name), false);
                }
            }
            Err(error) => self.complain_of(directory, &error),
        }
    }

    /// Makes NAME.gz of NAME, or the other way round.
    fn replace(&mut self, name: &[u8], stat: &sys::Stat, is_operand: bool) {
        let compresses = self.mode == Mode::Compress;
        let mut target = match (compresses, self.without_suffix(name)) {
            (true, Some(_)) if !self.force || name.ends_with(&self.suffix) => {
                let suffix = &name[name.iter().rposition(|byte| b".-_".contains(byte)).unwrap_or(0)..];
                if (is_operand || self.verbose) && !self.quiet {
                    eprintln!("gzip: {} already has {} suffix -- unchanged", shown(name), shown(suffix));
                }
                return;
            }
            (true, _) => [name, &self.suffix].concat(),
            (false, Some(target)) => target,
            (false, None) => {
                if is_operand {
                    self.warn(&format!("{}: unknown suffix -- ignored", shown(name)));
                }
                return;
            }
        };
        let input = match stream::open(name) {
            Ok(input) => input,
            Err(error) => return self.complain_of(name, &error),
        };
        let mut stat = *stat;
        let mut reader = GzipReader::new(input);
        if !compresses {
            if let Err(error) = reader.read_head() {
                return self.fail_reading(name, &error);
            }
            if let (Some(true), Some(head)) = (self.names, reader.head.clone()) {
                if let Some(original) = head.name.filter(|original| !path::last_component(original).is_empty()) {
                    let folder = path::parent(name).unwrap_or(b"");
                    target = path::join(folder, path::last_component(&original));
                }
                if head.modified != 0 {
                    stat.modified_ns = i64::from(head.modified) * 1_000_000_000;
                }
            }
        }
        let mut replacement = match Replacement::create(&target, self.force) {
            Ok(replacement) => replacement,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                eprintln!("gzip: {} already exists;\tnot overwritten", shown(&target));
                self.code = self.code.max(WARNING);
                return;
            }
            Err(error) => return self.complain_of(&target, &error),
        };
        let done = if compresses {
            let input = match stream::open(name) {
                Ok(input) => input,
                Err(error) => return self.complain_of(name, &error),
            };
            self.compress(input, name, Some(&stat), &mut replacement)
        } else {
            self.decompress(reader, name, &mut replacement)
        };
        let Some((read, written)) = done else { return };
        if let Err(error) = replacement.keep(Some(&stat)) {
            return self.fail(&shown(&target), &message(&error));
        }
        if self.verbose {
            let (plain, packed) = if compresses { (read, written) } else { (written, read) };
            let verb = if self.keep { "created" } else { "replaced with" };
            eprintln!("{}:\t{} -- {verb} {}", shown(name), ratio(plain, packed), shown(&target));
        }
        if !self.keep {
            if let Err(error) = std::fs::remove_file(path::of(name)) {
                self.complain_of(name, &error);
            }
        }
    }

    /// The name without a suffix that we know.
    fn without_suffix(&self, name: &[u8]) -> Option<Vec<u8>> {
        let base = path::last_component(name).len();
        if base > self.suffix.len() && name.ends_with(&self.suffix) {
            return Some(name[..name.len() - self.suffix.len()].to_vec());
        }
        if self.suffix != b".gz" {
            return None;
        }
        let (suffix, instead) = SUFFIXES.iter().find(|(suffix, _)| {
            base > suffix.len() && name[name.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
        })?;
        Some([&name[..name.len() - suffix.len()], instead.as_bytes()].concat())
    }

    fn onto_stdout(&mut self, mut input: Input, name: &[u8], stat: Option<&sys::Stat>) {
        match self.mode {
            Mode::Compress => {
                let (done, flushed) = with_standard_output(|output| self.compress(input, name, stat, output));
                if done.is_some() {
                    self.judge_stdout(flushed);
                }
            }
            Mode::Test => {
                if self.verbose {
                    eprint!("{}:\t", shown(name));
                }
                if self.decompress(GzipReader::new(input), name, &mut std::io::sink()).is_some() && self.verbose {
                    eprintln!(" OK");
                }
            }
            Mode::List => {
                if let Err(error) = self.listing.add(GzipReader::new(input), name, stat, self.verbose, self.quiet) {
                    self.fail_reading(name, &error);
                }
            }
            Mode::Decompress => {
                let passes_on = self.force && input.fill_buf().is_ok_and(|bytes| !bytes.starts_with(&[0x1f, 0x8b]));
                let ((), flushed) = with_standard_output(|output| {
                    if passes_on {
                        self.pass_on(input, name, output);
                    } else {
                        // What was wrong has been told.
                        let _ = self.decompress(GzipReader::new(input), name, output);
                    }
                });
                self.judge_stdout(flushed);
            }
        }
    }

    fn judge_stdout(&mut self, flushed: std::io::Result<()>) {
        if let Err(error) = flushed {
            eprintln!("gzip: stdout: {}", message(&error));
            self.code = 1;
        }
    }

    fn pass_on(&mut self, mut input: Input, name: &[u8], output: &mut dyn Write) {
        let mut buffer = vec![0; CHUNK_BYTES];
        match stream::copy(&mut input, output, u64::MAX, &mut buffer) {
            Ok(_) => {}
            Err(CopyError::Read(error)) => self.complain_of(name, &error),
            Err(CopyError::Write(error)) => self.complain_of(b"stdout", &error),
        }
    }

    /// Answers how much was read and written, or nothing, the fault told.
    fn compress(
        &mut self,
        mut input: Input,
        name: &[u8],
        stat: Option<&sys::Stat>,
        output: &mut dyn Write,
    ) -> Option<(u64, u64)> {
        const UNIX: u8 = 3;
        let mut builder = GzBuilder::new().operating_system(UNIX);
        if let Some(stat) = stat.filter(|_| self.names != Some(false)) {
            builder = builder.filename(path::last_component(name));
            builder = builder.mtime(u32::try_from(stat.modified_ns / 1_000_000_000).unwrap_or(0));
        }
        let mut counted = Counted::new(output);
        let done = {
            let mut encoder = builder.write(&mut counted, Compression::new(self.level));
            let mut buffer = vec![0; CHUNK_BYTES];
            stream::copy(&mut input, &mut encoder, u64::MAX, &mut buffer)
                .and_then(|read| encoder.finish().map(|_| read).map_err(CopyError::Write))
        };
        match done {
            Ok(read) => Some((read, counted.count)),
            Err(CopyError::Read(error)) => {
                self.complain_of(name, &error);
                None
            }
            Err(CopyError::Write(error)) => {
                self.complain_of(if self.to_stdout || stat.is_none() { b"stdout" } else { name }, &error);
                None
            }
        }
    }

    /// Answers how much was read and written, or nothing, the fault told.
    fn decompress<R: BufRead>(
        &mut self,
        mut reader: GzipReader<R>,
        name: &[u8],
        output: &mut dyn Write,
    ) -> Option<(u64, u64)> {
        let mut buffer = vec![0; CHUNK_BYTES];
        let copied = stream::copy(&mut reader, output, u64::MAX, &mut buffer);
        match copied {
            Ok(written) => {
                if reader.has_garbage {
                    if !self.quiet {
                        eprintln!("\ngzip: {}: decompression OK, trailing garbage ignored", shown(name));
                    }
                    self.code = self.code.max(WARNING);
                }
                Some((reader.compressed_bytes(), written))
            }
            Err(CopyError::Read(error)) => {
                self.fail_reading(name, &error);
                None
            }
            Err(CopyError::Write(error)) => {
                self.complain_of(if self.to_stdout || name == b"stdin" { b"stdout" } else { name }, &error);
                None
            }
        }
    }

    fn fail_reading(&mut self, name: &[u8], error: &Error) {
        match gunzip::fault_of(error) {
            Some(fault) => self.fail(&shown(name), &fault.words()),
            None => self.complain_of(name, error),
        }
    }
}

/// `98.9%`: what compression saved.
pub fn ratio(plain: u64, packed: u64) -> String {
    let saved = if plain == 0 { 0.0 } else { 100.0 * (plain as f64 - packed as f64) / plain as f64 };
    format!("{saved:5.1}%")
}
