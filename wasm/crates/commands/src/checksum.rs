//! md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum, b2sum: print or check digests.
//!
//! Ours around the RustCrypto crates, because uutils' bring 600 KB of CRC tables into every process.

use crate::blake2b::Blake2b;
use crate::cksum;
use crate::getopt::{self, Opt, Parsed, Program, flag, value};
use crate::input;
use crate::output::{self, Output};
use crate::words::{quoted, quoted_if_needed};
use digest::DynDigest;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Result, Write};
use std::os::wasi::ffi::OsStrExt;

const OPTIONS: &[Opt] = &[
    flag(&["b", "binary"]),
    flag(&["c", "check"]),
    flag(&["t", "text"]),
    flag(&["z", "zero"]),
    flag(&["w", "warn"]),
    flag(&["tag"]),
    flag(&["ignore-missing"]),
    flag(&["quiet"]),
    flag(&["status"]),
    flag(&["strict"]),
];

const BLAKE_OPTIONS: &[Opt] = &[
    flag(&["b", "binary"]),
    flag(&["c", "check"]),
    flag(&["t", "text"]),
    flag(&["z", "zero"]),
    flag(&["w", "warn"]),
    value(&["l", "length"]),
    flag(&["tag"]),
    flag(&["ignore-missing"]),
    flag(&["quiet"]),
    flag(&["status"]),
    flag(&["strict"]),
];

/// A digest being computed.
trait State {
    fn update(&mut self, bytes: &[u8]);
    fn finish(self: Box<Self>) -> Vec<u8>;
}

struct Plain(Box<dyn DynDigest>);

impl State for Plain {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.0.finalize().into_vec()
    }
}

struct Blake(Blake2b);

impl State for Blake {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        self.0.finish()
    }
}

/// A digest algorithm, and the command that computes it.
struct Algorithm {
    program: Program,
    /// In `--tag` output.
    tag: String,
    /// Bytes of a digest.
    length: usize,
    new: fn(usize) -> Box<dyn State>,
}

/// Each algorithm's name for `cksum -a`, its tag, its digest's length and its start.
const ALGORITHMS: [(&str, &str, usize, fn(usize) -> Box<dyn State>); 7] = [
    ("md5", "MD5", 16, |_| Box::new(Plain(Box::new(md5::Md5::default())))),
    ("sha1", "SHA1", 20, |_| Box::new(Plain(Box::new(sha1::Sha1::default())))),
    ("sha224", "SHA224", 28, |_| Box::new(Plain(Box::new(sha2::Sha224::default())))),
    ("sha256", "SHA256", 32, |_| Box::new(Plain(Box::new(sha2::Sha256::default())))),
    ("sha384", "SHA384", 48, |_| Box::new(Plain(Box::new(sha2::Sha384::default())))),
    ("sha512", "SHA512", 64, |_| Box::new(Plain(Box::new(sha2::Sha512::default())))),
    ("blake2b", "BLAKE2b", BLAKE_BYTES, new_blake),
];

const BLAKE_BYTES: usize = 64;

/// The length, 1 to 64, was checked when it was read.
fn new_blake(length: usize) -> Box<dyn State> {
    Box::new(Blake(Blake2b::new(length)))
}

fn algorithm(program: Program, name: &str) -> Option<Algorithm> {
    let (_, tag, length, new) = ALGORITHMS.iter().find(|(other, ..)| *other == name)?;
    Some(Algorithm { program, tag: (*tag).to_owned(), length: *length, new: *new })
}

impl Algorithm {
    /// BLAKE2b with digests of so many bits.
    fn with_bits(mut self, bits: usize) -> Algorithm {
        if bits != 0 && bits != BLAKE_BYTES * 8 {
            self.tag = format!("BLAKE2b-{bits}");
            self.length = bits / 8;
        }
        self
    }
}

macro_rules! digest_command {
    ($main:ident, $name:literal, $algorithm:literal) => {
        pub fn $main(args: Vec<OsString>) -> i32 {
            let program = Program { name: $name, usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
            run(program, $algorithm, args)
        }
    };
}

digest_command!(md5sum_main, "md5sum", "md5");
digest_command!(sha1sum_main, "sha1sum", "sha1");
digest_command!(sha224sum_main, "sha224sum", "sha224");
digest_command!(sha256sum_main, "sha256sum", "sha256");
digest_command!(sha384sum_main, "sha384sum", "sha384");
digest_command!(sha512sum_main, "sha512sum", "sha512");
digest_command!(b2sum_main, "b2sum", "blake2b");

#[derive(Default)]
struct Options {
    check: bool,
    binary: bool,
    tag: bool,
    zero: bool,
    warn: bool,
    ignore_missing: bool,
    quiet: bool,
    status: bool,
    strict: bool,
}

fn run(program: Program, name: &str, args: Vec<OsString>) -> i32 {
    let known = if name == "blake2b" { BLAKE_OPTIONS } else { OPTIONS };
    let parsed = match getopt::parse(program, known, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let Some(algorithm) = algorithm(program, name) else { return program.usage_error };
    summarize(Some(algorithm), &parsed, false)
}

/// `cksum -a NAME` for the algorithms that are digests; without a name, `cksum -c` of tagged lines.
pub fn cksum_digest(program: Program, name: Option<&str>, parsed: &Parsed) -> i32 {
    let algorithm = match name.map(|name| algorithm(program, name).ok_or(name)) {
        Some(Err(name)) => return cksum::unknown_algorithm(program, name),
        Some(Ok(algorithm)) => Some(algorithm),
        None => None,
    };
    summarize(algorithm, parsed, true)
}

fn summarize(algorithm: Option<Algorithm>, parsed: &Parsed, is_cksum: bool) -> i32 {
    let program = algorithm.as_ref().map_or(cksum::CKSUM, |algorithm| algorithm.program);
    let mut options = Options { tag: is_cksum, ..Options::default() };
    let mut bits = 0;
    for given in &parsed.options {
        match given.name {
            "b" => options.binary = true,
            "c" => options.check = true,
            "t" => options.binary = false,
            "z" => options.zero = true,
            "w" => options.warn = true,
            "tag" => options.tag = true,
            "untagged" => options.tag = false,
            "ignore-missing" => options.ignore_missing = true,
            "quiet" => options.quiet = true,
            "status" => options.status = true,
            "strict" => options.strict = true,
            "l" => match given.value.to_str().and_then(|text| text.parse::<usize>().ok()) {
                None => {
                    program.complain(&format!("invalid length: {}", quoted(&given.value)));
                    return 1;
                }
                Some(length) if length > BLAKE_BYTES * 8 => {
                    program.complain(&format!("invalid length: {}", quoted(&given.value)));
                    program.complain(&format!("maximum digest length for 'BLAKE2b' is {} bits", BLAKE_BYTES * 8));
                    return 1;
                }
                Some(length) if length % 8 != 0 => {
                    program.complain(&format!("invalid length: {}", quoted(&given.value)));
                    program.complain("length is not a multiple of 8");
                    return 1;
                }
                Some(length) => bits = length,
            },
            _ => {}
        }
    }
    if !options.check {
        for (name, given) in [("ignore-missing", options.ignore_missing), ("status", options.status), ("warn", options.warn), ("quiet", options.quiet), ("strict", options.strict)] {
            if given {
                return program.usage_failure(&format!("the --{name} option is meaningful only when verifying checksums"));
            }
        }
    } else if options.tag && !is_cksum {
        return program.usage_failure("the --tag option is meaningless when verifying checksums");
    }
    let is_blake = algorithm.as_ref().is_none_or(|algorithm| algorithm.tag.starts_with("BLAKE2b"));
    if bits != 0 && !is_blake {
        program.complain("--length is only supported with --algorithm=blake2b");
        return 1;
    }
    let algorithm = algorithm.map(|algorithm| algorithm.with_bits(bits));
    let dash = [OsString::from("-")];
    let files = if parsed.operands.is_empty() { &dash[..] } else { &parsed.operands[..] };
    let (mut output, mut code) = (output::standard(), 0);
    for file in files {
        let name = file.as_bytes();
        let is_fine = match &algorithm {
            Some(algorithm) if !options.check => print(algorithm, name, &options, &mut output),
            algorithm => check(program, algorithm.as_ref(), name, &options, &mut output),
        };
        code = code.max(i32::from(!is_fine));
    }
    output::finish(output, program.name, code)
}

fn digest(algorithm: &Algorithm, name: &[u8]) -> Result<String> {
    let mut file = input::open(name)?;
    let mut state = (algorithm.new)(algorithm.length);
    let mut buffer = vec![0; input::BUFFER_BYTES];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        state.update(&buffer[..count]);
    }
    Ok(state.finish().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn print(algorithm: &Algorithm, name: &[u8], options: &Options, output: &mut Output) -> bool {
    let digest = match digest(algorithm, name) {
        Ok(digest) => digest,
        Err(error) => {
            let _ = output.flush();
            algorithm.program.complain_of(&quoted_if_needed(OsStr::from_bytes(name)), &error);
            return false;
        }
    };
    // A name that would break the line is escaped, which a backslash in front says.
    let needs_escape = !options.zero && name.iter().any(|byte| b"\n\r\\".contains(byte));
    let shown = if needs_escape { escaped(name) } else { name.to_vec() };
    let mark: &[u8] = if needs_escape { b"\\" } else { b"" };
    let end: &[u8] = if options.zero { b"\0" } else { b"\n" };
    let kind: &[u8] = if options.binary { b" *" } else { b"  " };
    let line = if options.tag {
        [mark, algorithm.tag.as_bytes(), b" (", &shown, b") = ", digest.as_bytes(), end].concat()
    } else {
        [mark, digest.as_bytes(), kind, &shown, end].concat()
    };
    let _ = output.write_all(&line);
    true
}

fn escaped(name: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for byte in name {
        match byte {
            b'\n' => text.extend(b"\\n"),
            b'\r' => text.extend(b"\\r"),
            b'\\' => text.extend(b"\\\\"),
            byte => text.push(*byte),
        }
    }
    text
}

/// Checks the digests that a file lists; returns whether all are right.
fn check(program: Program, chosen: Option<&Algorithm>, list: &[u8], options: &Options, output: &mut Output) -> bool {
    let shown = if list == b"-" { "'standard input'".into() } else { String::from_utf8_lossy(list) };
    let mut text = Vec::new();
    if let Err(error) = input::open(list).and_then(|mut file| file.read_to_end(&mut text)) {
        program.complain_of(&shown, &error);
        return false;
    }
    let (mut right, mut wrong, mut unreadable, mut malformed) = (0, 0, 0, 0);
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let Some((algorithm, expected, name)) = listed(program, chosen, line) else {
            malformed += 1;
            if options.warn {
                let tag = chosen.map_or("checksum", |algorithm| algorithm.tag.split('-').next().unwrap_or_default());
                program.complain(&format!("{shown}: {}: improperly formatted {tag} checksum line", index + 1));
            }
            continue;
        };
        let verdict: &[u8] = match digest(&algorithm, &name) {
            Ok(actual) if actual.as_bytes().eq_ignore_ascii_case(expected) => {
                right += 1;
                if options.quiet {
                    continue;
                }
                b": OK\n"
            }
            Ok(_) => {
                wrong += 1;
                b": FAILED\n"
            }
            Err(error) if options.ignore_missing && error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                unreadable += 1;
                let _ = output.flush();
                program.complain_of(&String::from_utf8_lossy(&name), &error);
                b": FAILED open or read\n"
            }
        };
        if !options.status {
            let needs_escape = name.iter().any(|byte| b"\n\r\\".contains(byte));
            let shown = if needs_escape { [b"\\", &escaped(&name)[..]].concat() } else { name };
            let _ = output.write_all(&[&shown, verdict].concat());
        }
    }
    let _ = output.flush();
    if right + wrong + unreadable == 0 && (malformed > 0 || !options.ignore_missing) {
        program.complain(&format!("{shown}: no properly formatted checksum lines found"));
        return false;
    }
    if !options.status {
        warn(program, malformed, "line is", "lines are", "improperly formatted");
        warn(program, unreadable, "listed file", "listed files", "could not be read");
        warn(program, wrong, "computed checksum", "computed checksums", "did NOT match");
        if options.ignore_missing && right + wrong == 0 {
            program.complain(&format!("{shown}: no file was verified"));
        }
    }
    let verified = !options.ignore_missing || right > 0;
    wrong == 0 && unreadable == 0 && verified && (malformed == 0 || !options.strict)
}

fn warn(program: Program, count: usize, singular: &str, plural: &str, rest: &str) {
    if count > 0 {
        let noun = if count == 1 { singular } else { plural };
        program.complain(&format!("WARNING: {count} {noun} {rest}"));
    }
}

/// Reads `DIGEST  NAME`, `DIGEST *NAME` or `TAG (NAME) = DIGEST`: the algorithm, the digest and the name.
fn listed<'line>(program: Program, chosen: Option<&Algorithm>, line: &'line [u8]) -> Option<(Algorithm, &'line [u8], Vec<u8>)> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let start = line.iter().position(|byte| *byte != b' ' && *byte != b'\t')?;
    let (line, is_escaped) = line[start..].strip_prefix(b"\\").map_or((&line[start..], false), |rest| (rest, true));
    let (algorithm, digest, name) = tagged(program, line).or_else(|| untagged(program, chosen?, line))?;
    let is_chosen = chosen.is_none_or(|chosen| algorithm.tag.split('-').next() == chosen.tag.split('-').next());
    if !is_chosen || digest.len() != algorithm.length * 2 || !digest.iter().all(u8::is_ascii_hexdigit) || name.is_empty() {
        return None;
    }
    Some((algorithm, digest, if is_escaped { unescaped(name) } else { name.to_vec() }))
}

fn tagged(program: Program, line: &[u8]) -> Option<(Algorithm, &[u8], &[u8])> {
    let (tag, rest) = line.split_at_checked(line.windows(2).position(|pair| pair == b" (")?)?;
    let equals = rest.windows(4).rposition(|four| four == b") = ")?;
    let (name, digest) = (rest.get(2..equals)?, &rest[equals + 4..]);
    let tag = std::str::from_utf8(tag).ok()?;
    let (family, bits) = tag.split_once('-').map_or((tag, 0), |(family, bits)| (family, bits.parse().unwrap_or(0)));
    let (known, ..) = ALGORITHMS.iter().find(|(_, other, ..)| *other == family)?;
    let is_length = bits == 0 || (*known == "blake2b" && bits > 0 && bits % 8 == 0 && bits <= BLAKE_BYTES * 8);
    is_length.then(|| Some((algorithm(program, known)?.with_bits(bits), digest, name)))?
}

/// BLAKE2b's digests may be of any length.
fn untagged<'line>(program: Program, chosen: &Algorithm, line: &'line [u8]) -> Option<(Algorithm, &'line [u8], &'line [u8])> {
    let end = line.iter().position(|byte| *byte == b' ')?;
    let (digest, rest) = line.split_at(end);
    let name = rest.strip_prefix(b"  ").or_else(|| rest.strip_prefix(b" *")).or_else(|| rest.strip_prefix(b" "))?;
    let (known, ..) = ALGORITHMS.iter().find(|(_, tag, ..)| chosen.tag.starts_with(tag))?;
    let found = algorithm(program, known)?;
    let is_blake = *known == "blake2b" && digest.len() % 2 == 0 && (2..=BLAKE_BYTES * 2).contains(&digest.len());
    Some((if is_blake { found.with_bits(digest.len() * 4) } else { found }, digest, name))
}

fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    let mut bytes = name.iter();
    while let Some(byte) = bytes.next() {
        let meant = match (byte, if *byte == b'\\' { bytes.next() } else { None }) {
            (_, Some(b'n')) => b'\n',
            (_, Some(b'r')) => b'\r',
            (_, Some(other)) => *other,
            (byte, None) => *byte,
        };
        output.push(meant);
    }
    output
}
