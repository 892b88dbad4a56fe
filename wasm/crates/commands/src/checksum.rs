//! md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum: print or check digests.
//!
//! Ours around the RustCrypto crates, because uutils' bring 600 KB of CRC tables into every process.

use crate::getopt::{self, Opt, Program, flag};
use crate::input;
use crate::output::{self, Output};
use digest::DynDigest;
use std::ffi::OsString;
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

/// A digest algorithm and the command named after it.
struct Algorithm {
    program: Program,
    /// In `--tag` output.
    tag: &'static str,
    new: fn() -> Box<dyn DynDigest>,
}

macro_rules! algorithm {
    ($main:ident, $name:literal, $tag:literal, $digest:ty) => {
        pub fn $main(args: Vec<OsString>) -> i32 {
            let program = Program { name: $name, usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
            run(&Algorithm { program, tag: $tag, new: || Box::new(<$digest>::default()) }, args)
        }
    };
}

algorithm!(md5sum_main, "md5sum", "MD5", md5::Md5);
algorithm!(sha1sum_main, "sha1sum", "SHA1", sha1::Sha1);
algorithm!(sha224sum_main, "sha224sum", "SHA224", sha2::Sha224);
algorithm!(sha256sum_main, "sha256sum", "SHA256", sha2::Sha256);
algorithm!(sha384sum_main, "sha384sum", "SHA384", sha2::Sha384);
algorithm!(sha512sum_main, "sha512sum", "SHA512", sha2::Sha512);

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

fn run(algorithm: &Algorithm, args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(algorithm.program, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut options = Options::default();
    for given in &parsed.options {
        match given.name {
            "b" => options.binary = true,
            "c" => options.check = true,
            "t" => options.binary = false,
            "z" => options.zero = true,
            "w" => options.warn = true,
            "tag" => options.tag = true,
            "ignore-missing" => options.ignore_missing = true,
            "quiet" => options.quiet = true,
            "status" => options.status = true,
            _ => options.strict = true,
        }
    }
    let files = if parsed.operands.is_empty() { vec![OsString::from("-")] } else { parsed.operands };
    let (mut output, mut code) = (output::standard(), 0);
    for file in &files {
        let name = file.as_bytes();
        let is_fine = if options.check {
            check(algorithm, name, &options, &mut output)
        } else {
            print(algorithm, name, &options, &mut output)
        };
        code = code.max(i32::from(!is_fine));
    }
    output::finish(output, algorithm.program.name, code)
}

fn digest(algorithm: &Algorithm, name: &[u8]) -> Result<String> {
    let mut file = input::open(name)?;
    let mut state = (algorithm.new)();
    let mut buffer = vec![0; input::BUFFER_BYTES];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        state.update(&buffer[..count]);
    }
    Ok(state.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn print(algorithm: &Algorithm, name: &[u8], options: &Options, output: &mut Output) -> bool {
    let digest = match digest(algorithm, name) {
        Ok(digest) => digest,
        Err(error) => {
            let _ = output.flush();
            algorithm.program.complain_of(&String::from_utf8_lossy(name), &error);
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
fn check(algorithm: &Algorithm, list: &[u8], options: &Options, output: &mut Output) -> bool {
    let program = algorithm.program;
    let shown = if list == b"-" { "'standard input'".into() } else { String::from_utf8_lossy(list) };
    let mut text = Vec::new();
    if let Err(error) = input::open(list).and_then(|mut file| file.read_to_end(&mut text)) {
        program.complain_of(&shown, &error);
        return false;
    }
    let digest_length = (algorithm.new)().output_size() * 2;
    let (mut right, mut wrong, mut unreadable, mut malformed) = (0, 0, 0, 0);
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let Some((expected, name)) = parse_line(line, digest_length, algorithm.tag) else {
            malformed += 1;
            if options.warn {
                let tag = algorithm.tag;
                program.complain(&format!("{shown}: {}: improperly formatted {tag} checksum line", index + 1));
            }
            continue;
        };
        let verdict: &[u8] = match digest(algorithm, &name) {
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
            let _ = output.write_all(&[&name, verdict].concat());
        }
    }
    let _ = output.flush();
    if right + wrong + unreadable == 0 && malformed > 0 {
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

/// Reads `DIGEST  NAME`, `DIGEST *NAME` or `TAG (NAME) = DIGEST`.
fn parse_line<'line>(line: &'line [u8], digest_length: usize, tag: &str) -> Option<(&'line [u8], Vec<u8>)> {
    let (line, is_escaped) = line.strip_prefix(b"\\").map_or((line, false), |rest| (rest, true));
    let tagged = line.strip_prefix(tag.as_bytes()).and_then(|rest| rest.strip_prefix(b" ("));
    let (digest, name) = match tagged {
        Some(rest) => {
            let middle = rest.len().checked_sub(digest_length + 4)?;
            (rest[middle..].strip_prefix(b") = ")?, &rest[..middle])
        }
        None => {
            let (digest, rest) = line.split_at_checked(digest_length)?;
            (digest, rest.strip_prefix(b"  ").or_else(|| rest.strip_prefix(b" *"))?)
        }
    };
    if digest.len() != digest_length || !digest.iter().all(u8::is_ascii_hexdigit) || name.is_empty() {
        return None;
    }
    Some((digest, if is_escaped { unescaped(name) } else { name.to_vec() }))
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
