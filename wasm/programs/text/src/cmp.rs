//! cmp: where two files differ, byte by byte.

use getopt::{self, Opt, Program, flag, value};
use std::ffi::OsString;
use std::io::{ErrorKind, Read, Result, Write};
use std::os::wasi::ffi::OsStringExt;

const PROGRAM: Program = Program { name: "cmp", usage: "[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]", usage_error: 2, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["b", "print-bytes"]),
    value(&["i", "ignore-initial"]),
    flag(&["l", "verbose"]),
    value(&["n", "bytes"]),
    flag(&["s", "quiet", "silent"]),
    flag(&["v", "version"]),
];
const TROUBLE: i32 = 2;
const CHUNK_BYTES: usize = 128 * 1024;

fn open(name: &[u8]) -> Result<Box<dyn Read>> {
    if name == b"-" { Ok(Box::new(std::io::stdin())) } else { Ok(Box::new(crate::path::open(name)?)) }
}

/// Fills as much of the buffer as there is.
fn fill(file: &mut dyn Read, buffer: &mut [u8]) -> Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// A byte as it can be seen: `M-^A`.
fn visible(byte: u8) -> String {
    let (prefix, byte) = if byte >= 128 { ("M-", byte - 128) } else { ("", byte) };
    match byte {
        127 => format!("{prefix}^?"),
        0..32 => format!("{prefix}^{}", char::from(byte + 64)),
        _ => format!("{prefix}{}", char::from(byte)),
    }
}

fn count(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let unit = match &text[digits.len()..] {
        "" => 1,
        "k" | "K" => 1024,
        "kB" => 1000,
        "M" => 1 << 20,
        "MB" => 1_000_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut shows_bytes, mut is_verbose, mut is_silent, mut limit) = (false, false, false, u64::MAX);
    let mut skips = [0u64; 2];
    for given in parsed.options {
        let text = given.value.to_string_lossy().into_owned();
        match given.name {
            "b" => shows_bytes = true,
            "l" => is_verbose = true,
            "s" => is_silent = true,
            "n" => match count(&text) {
                Some(bytes) => limit = bytes,
                None => return PROGRAM.usage_failure(&format!("invalid --bytes value '{text}'")),
            },
            _ => {
                let (first, second) = text.split_once(':').unwrap_or((&text, &text));
                match (count(first), count(second)) {
                    (Some(first), Some(second)) => skips = [first, second],
                    _ => return PROGRAM.usage_failure(&format!("invalid --ignore-initial value '{text}'")),
                }
            }
        }
    }
    let operands: Vec<Vec<u8>> = parsed.operands.into_iter().map(OsStringExt::into_vec).collect();
    if operands.is_empty() {
        return PROGRAM.usage_failure("missing operand after 'cmp'");
    }
    if let Some(extra) = operands.get(4) {
        return PROGRAM.usage_failure(&format!("extra operand '{}'", String::from_utf8_lossy(extra)));
    }
    for (skip, operand) in skips.iter_mut().zip(operands.iter().skip(2)) {
        let text = String::from_utf8_lossy(operand);
        match count(&text) {
            Some(bytes) => *skip = bytes,
            None => return PROGRAM.usage_failure(&format!("invalid --ignore-initial value '{text}'")),
        }
    }
    let names = [operands[0].clone(), operands.get(1).cloned().unwrap_or_else(|| b"-".to_vec())];
    let mut files = Vec::new();
    for (name, skip) in names.iter().zip(skips) {
        let opened = open(name).and_then(|mut file| {
            std::io::copy(&mut (&mut file).take(skip), &mut std::io::sink())?;
            Ok(file)
        });
        match opened {
            Ok(file) => files.push(file),
            Err(error) => {
                if !is_silent {
                    eprintln!("cmp: {}: {}", String::from_utf8_lossy(name), sys::errno::message(&error));
                }
                return TROUBLE;
            }
        }
    }
    let shown = names.clone().map(|name| String::from_utf8_lossy(&name).into_owned());
    let mut buffers = [vec![0; CHUNK_BYTES], vec![0; CHUNK_BYTES]];
    let (mut offset, mut line, mut code) = (0u64, 1u64, 0);
    let mut out = std::io::BufWriter::new(std::io::stdout());
    loop {
        let wanted = (limit - offset).min(CHUNK_BYTES as u64) as usize;
        let mut lengths = [0; 2];
        for index in 0..2 {
            match fill(&mut files[index], &mut buffers[index][..wanted]) {
                Ok(length) => lengths[index] = length,
                Err(error) => {
                    let _ = out.flush();
                    eprintln!("cmp: {}: {}", shown[index], sys::errno::message(&error));
                    return TROUBLE;
                }
            }
        }
        let common = lengths[0].min(lengths[1]);
        for index in 0..common {
            let (left, right) = (buffers[0][index], buffers[1][index]);
            if left != right {
                code = 1;
                if is_silent {
                    return 1;
                }
                let at = offset + index as u64 + 1;
                let result = if is_verbose {
                    if shows_bytes {
                        writeln!(out, "{at} {left:3o} {:<4} {right:3o} {}", visible(left), visible(right))
                    } else {
                        writeln!(out, "{at} {left:3o} {right:3o}")
                    }
                } else if shows_bytes {
                    writeln!(out, "{} {} differ: byte {at}, line {line} is {left:3o} {} {right:3o} {}", shown[0], shown[1], visible(left), visible(right))
                } else {
                    writeln!(out, "{} {} differ: byte {at}, line {line}", shown[0], shown[1])
                };
                if result.and_then(|()| if is_verbose { Ok(()) } else { out.flush() }).is_err() {
                    return TROUBLE;
                }
                if !is_verbose {
                    return 1;
                }
            }
            line += u64::from(left == b'\n');
        }
        offset += common as u64;
        if lengths[0] != lengths[1] {
            let _ = out.flush();
            let shorter = usize::from(lengths[1] < lengths[0]);
            if !is_silent {
                let name = &shown[shorter];
                if offset == 0 {
                    eprintln!("cmp: EOF on {name} which is empty");
                } else if is_verbose {
                    eprintln!("cmp: EOF on {name} after byte {offset}");
                } else {
                    let is_whole = common > 0 && buffers[shorter][common - 1] == b'\n';
                    let (word, line) = if is_whole { ("line", line - 1) } else { ("in line", line) };
                    eprintln!("cmp: EOF on {name} after byte {offset}, {word} {line}");
                }
            }
            return 1;
        }
        if common == 0 || offset >= limit {
            return if out.flush().is_err() { TROUBLE } else { code };
        }
    }
}
