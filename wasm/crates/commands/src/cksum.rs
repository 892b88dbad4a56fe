//! cksum, sum: the checksums of old. cksum's `-a` gives digests their other form, which `checksum` has.

use crate::checksum;
use crate::getopt::{self, Opt, Program, flag, value};
use crate::input;
use crate::output::{self, Output};
use crate::words::quoted;
use std::ffi::OsString;
use std::io::{Read, Result, Write};
use std::os::wasi::ffi::OsStrExt;

pub const CKSUM: Program = Program { name: "cksum", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const SUM: Program = Program { name: "sum", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };
const CKSUM_OPTIONS: &[Opt] = &[
    value(&["a", "algorithm"]),
    value(&["l", "length"]),
    flag(&["c", "check"]),
    flag(&["w", "warn"]),
    flag(&["z", "zero"]),
    flag(&["b"]),
    flag(&["t"]),
    flag(&["tag"]),
    flag(&["untagged"]),
    flag(&["ignore-missing"]),
    flag(&["quiet"]),
    flag(&["status"]),
    flag(&["strict"]),
    flag(&["debug"]),
];
const SUM_OPTIONS: &[Opt] = &[flag(&["r"]), flag(&["s", "sysv"])];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Crc,
    Bsd,
    SystemV,
}

pub fn cksum_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(CKSUM, CKSUM_OPTIONS, args.clone()) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let algorithm = parsed.options.iter().rfind(|given| given.name == "a").map(|given| given.value.to_string_lossy().into_owned());
    let is_check = parsed.options.iter().any(|given| given.name == "c");
    let kind = match algorithm.as_deref() {
        None if is_check => return checksum::cksum_digest(CKSUM, None, &parsed),
        None | Some("crc") => Kind::Crc,
        Some("bsd") => Kind::Bsd,
        Some("sysv") => Kind::SystemV,
        Some(name) => return checksum::cksum_digest(CKSUM, Some(name), &parsed),
    };
    if is_check {
        CKSUM.complain("--check is not supported with --algorithm={bsd,sysv,crc}");
        return 1;
    }
    run(CKSUM, kind, parsed.operands)
}

pub fn sum_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(SUM, SUM_OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let kind = if parsed.options.last().is_some_and(|given| given.name == "s") { Kind::SystemV } else { Kind::Bsd };
    run(SUM, kind, parsed.operands)
}

fn run(program: Program, kind: Kind, operands: Vec<OsString>) -> i32 {
    let named = !operands.is_empty();
    let files = if named { operands } else { vec![OsString::from("-")] };
    let table = crc_table();
    let (mut output, mut code): (Output, i32) = (output::standard(), 0);
    for file in &files {
        let (sum, bytes) = match digest(kind, file.as_bytes(), &table) {
            Ok(sums) => sums,
            Err(error) => {
                let _ = output.flush();
                program.complain_of(&crate::words::quoted_if_needed(file), &error);
                code = 1;
                continue;
            }
        };
        let mut line = match kind {
            Kind::Crc => format!("{sum} {bytes}"),
            Kind::Bsd => format!("{sum:05} {:>5}", bytes.div_ceil(1024)),
            Kind::SystemV => format!("{sum} {}", bytes.div_ceil(512)),
        }
        .into_bytes();
        if named {
            line.push(b' ');
            line.extend(file.as_bytes());
        }
        line.push(b'\n');
        let _ = output.write_all(&line);
    }
    output::finish(output, program.name, code)
}

fn digest(kind: Kind, name: &[u8], table: &[[u32; 256]; 8]) -> Result<(u32, u64)> {
    let mut file = input::open(name)?;
    let mut buffer = vec![0; input::BUFFER_BYTES];
    let (mut sum, mut bytes) = (0u32, 0u64);
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        bytes += count as u64;
        let chunk = &buffer[..count];
        sum = match kind {
            Kind::Crc => crc_update(table, sum, chunk),
            Kind::Bsd => chunk.iter().fold(sum, |sum, byte| ((sum >> 1) + ((sum & 1) << 15) + u32::from(*byte)) & 0xffff),
            Kind::SystemV => chunk.iter().fold(sum, |sum, byte| sum.wrapping_add(u32::from(*byte))),
        };
    }
    Ok(match kind {
        Kind::Crc => {
            let mut length = bytes;
            while length > 0 {
                sum = crc_update(table, sum, &[length as u8]);
                length >>= 8;
            }
            (!sum, bytes)
        }
        Kind::Bsd => (sum, bytes),
        Kind::SystemV => {
            let folded = (sum & 0xffff) + (sum >> 16);
            ((folded & 0xffff) + (folded >> 16), bytes)
        }
    })
}

/// POSIX's polynomial, most significant bit first; table `n` looks `n` bytes ahead.
fn crc_table() -> Box<[[u32; 256]; 8]> {
    let mut tables = Box::new([[0u32; 256]; 8]);
    for byte in 0..256 {
        let mut value = (byte as u32) << 24;
        for _ in 0..8 {
            value = if value & 0x8000_0000 != 0 { value << 1 ^ 0x04c1_1db7 } else { value << 1 };
        }
        tables[0][byte] = value;
    }
    for ahead in 1..8 {
        for byte in 0..256 {
            let before = tables[ahead - 1][byte];
            tables[ahead][byte] = before << 8 ^ tables[0][(before >> 24) as usize];
        }
    }
    tables
}

fn crc_update(table: &[[u32; 256]; 8], sum: u32, bytes: &[u8]) -> u32 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut sum = sum;
    for eight in eights {
        let mixed = (u64::from(sum) << 32) ^ u64::from_be_bytes(*eight);
        sum = (0..8).fold(0, |sum, index| sum ^ table[7 - index][(mixed >> (56 - 8 * index)) as usize & 0xff]);
    }
    rest.iter().fold(sum, |sum, byte| sum << 8 ^ table[0][((sum >> 24) as u8 ^ byte) as usize])
}

/// The complaint about an algorithm that nobody knows.
pub fn unknown_algorithm(program: Program, name: &str) -> i32 {
    let known = ["bsd", "sysv", "crc", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b"];
    let list: String = known.iter().map(|name| format!("\n  - '{name}'")).collect();
    program.usage_failure(&format!("invalid argument {} for '--algorithm'\nValid arguments are:{list}", quoted(name)))
}
