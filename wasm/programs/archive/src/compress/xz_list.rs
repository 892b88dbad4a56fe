//! `xz --list`: what the indexes at the ends of a file's streams say.

use console::{message, path, shown};
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

/// Bytes of a stream's head, and of its foot.
const HEAD: u64 = 12;
/// An index of a sane file is far smaller.
const LARGEST_INDEX: u64 = 64 * 1024 * 1024;

struct Block {
    /// With padding.
    packed: u64,
    plain: u64,
}

struct StreamInfo {
    start: u64,
    packed: u64,
    plain: u64,
    padding: u64,
    check: &'static str,
    blocks: Vec<Block>,
}

struct Totals {
    streams: u64,
    blocks: u64,
    packed: u64,
    plain: u64,
    padding: u64,
}

/// Lists files; answers the exit code.
pub fn list(files: &[Vec<u8>], verbose: bool, robot: bool) -> i32 {
    let mut code = 0;
    let mut all = Totals { streams: 0, blocks: 0, packed: 0, plain: 0, padding: 0 };
    let (mut listed, mut checks) = (0u64, Vec::new());
    for name in files {
        if name == b"-" {
            eprintln!("xz: --list does not support reading from standard input");
            code = 1;
            continue;
        }
        let streams = match streams_of(name) {
            Ok(streams) => streams,
            Err(error) => {
                let text = match error.kind() {
                    ErrorKind::InvalidData => "File format not recognized".to_owned(),
                    ErrorKind::UnexpectedEof => "File is too small to be a .xz file".to_owned(),
                    _ => message(&error),
                };
                eprintln!("xz: {}: {text}", shown(name));
                code = 1;
                continue;
            }
        };
        let totals = Totals {
            streams: streams.len() as u64,
            blocks: streams.iter().map(|stream| stream.blocks.len() as u64).sum(),
            packed: streams.iter().map(|stream| stream.packed + stream.padding).sum(),
            plain: streams.iter().map(|stream| stream.plain).sum(),
            padding: streams.iter().map(|stream| stream.padding).sum(),
        };
        let check = check_names(&streams);
        if robot {
            print_robot(name, &totals, &check);
        } else if verbose {
            print_verbose(name, listed, files.len(), &streams, &totals, &check);
        } else {
            if listed == 0 {
                println!("Strms  Blocks   Compressed Uncompressed  Ratio  Check   Filename");
            }
            print_row(&totals, &check, &shown(name));
        }
        listed += 1;
        all.streams += totals.streams;
        all.blocks += totals.blocks;
        all.packed += totals.packed;
        all.plain += totals.plain;
        all.padding += totals.padding;
        if !checks.contains(&check) {
            checks.push(check);
        }
    }
    let check = checks.join(",");
    if robot {
        let Totals { streams, blocks, packed, plain, padding } = all;
        println!("totals\t{streams}\t{blocks}\t{packed}\t{plain}\t{}\t{check}\t{padding}\t{listed}", ratio(packed, plain));
    } else if listed > 1 && !verbose {
        println!("{}", "-".repeat(79));
        print_row(&all, &check, &format!("{listed} files"));
    }
    code
}

fn check_names(streams: &[StreamInfo]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for stream in streams {
        if !names.contains(&stream.check) {
            names.push(stream.check);
        }
    }
    names.join(",")
}

fn print_row(totals: &Totals, check: &str, name: &str) {
    let Totals { streams, blocks, packed, plain, .. } = totals;
    let ratio = ratio(*packed, *plain);
    println!("{streams:>5} {blocks:>7}  {:>11}  {:>11}  {ratio:>5}  {check:<7} {name}", size(*packed), size(*plain));
}

fn print_robot(name: &[u8], totals: &Totals, check: &str) {
    let Totals { streams, blocks, packed, plain, padding } = totals;
    println!("name\t{}", shown(name));
    println!("file\t{streams}\t{blocks}\t{packed}\t{plain}\t{}\t{check}\t{padding}", ratio(*packed, *plain));
}

fn print_verbose(name: &[u8], index: u64, count: usize, streams: &[StreamInfo], totals: &Totals, check: &str) {
    let Totals { packed, plain, padding, .. } = totals;
    println!("{} ({}/{count})", shown(name), index + 1);
    println!("  Streams:           {}", totals.streams);
    println!("  Blocks:            {}", totals.blocks);
    println!("  Compressed size:   {}", exact_size(*packed));
    println!("  Uncompressed size: {}", exact_size(*plain));
    println!("  Ratio:             {}", ratio(*packed, *plain));
    println!("  Check:             {check}");
    println!("  Stream Padding:    {}", exact_size(*padding));
    println!("  Streams:\n    Stream    Blocks      CompOffset    UncompOffset        CompSize      UncompSize  Ratio  Check      Padding");
    let mut offset = 0;
    for (number, stream) in streams.iter().enumerate() {
        let StreamInfo { start, packed, plain, padding, check, blocks } = stream;
        let (number, ratio) = (number + 1, ratio(*packed, *plain));
        println!(
            "    {number:>6} {:>9} {start:>15} {offset:>15} {packed:>15} {plain:>15}  {ratio:>5}  {check:<10} {padding:>7}",
            blocks.len()
        );
        offset += plain;
    }
    println!("  Blocks:\n    Stream     Block      CompOffset    UncompOffset       TotalSize      UncompSize  Ratio  Check");
    let mut plain_offset = 0;
    for (stream_number, stream) in streams.iter().enumerate() {
        let mut offset = stream.start + HEAD;
        for (number, Block { packed, plain }) in stream.blocks.iter().enumerate() {
            let ratio = ratio(*packed, *plain);
            println!(
                "    {:>6} {:>9} {offset:>15} {plain_offset:>15} {packed:>15} {plain:>15}  {ratio:>5}  {}",
                stream_number + 1,
                number + 1,
                stream.check
            );
            offset += packed;
            plain_offset += plain;
        }
    }
}

fn ratio(packed: u64, plain: u64) -> String {
    if plain == 0 {
        return "---".into();
    }
    let ratio = packed as f64 / plain as f64;
    if ratio > 9.999 { "---".into() } else { format!("{ratio:.3}") }
}

/// `976.6 KiB`: bytes up to 9999, then one digit behind the point.
pub fn size(bytes: u64) -> String {
    if bytes < 10_000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in ["KiB", "MiB", "GiB", "TiB"] {
        value /= 1024.0;
        unit = next;
        if value <= 9999.9 {
            break;
        }
    }
    format!("{value:.1} {unit}")
}

fn exact_size(bytes: u64) -> String {
    if bytes < 10_000 { size(bytes) } else { format!("{} ({bytes} B)", size(bytes)) }
}

fn bad() -> Error {
    Error::from(ErrorKind::InvalidData)
}

/// The streams of a file in order, found from its end.
fn streams_of(name: &[u8]) -> Result<Vec<StreamInfo>> {
    let mut file = File::open(path::of(name))?;
    let mut end = file.seek(SeekFrom::End(0))?;
    if end < 2 * HEAD + 8 {
        return Err(Error::from(ErrorKind::UnexpectedEof));
    }
    let mut streams = Vec::new();
    while end > 0 {
        let mut padding = 0;
        let mut foot = [0; HEAD as usize];
        loop {
            if end < 2 * HEAD {
                return Err(bad());
            }
            read_at(&mut file, end - HEAD, &mut foot)?;
            if foot[8..] != [0; 4] {
                break;
            }
            (end, padding) = (end - 4, padding + 4);
        }
        if foot[10..] != *b"YZ" {
            return Err(bad());
        }
        let index_size = (u64::from(u32::from_le_bytes([foot[4], foot[5], foot[6], foot[7]])) + 1) * 4;
        if index_size > LARGEST_INDEX || index_size + 2 * HEAD > end {
            return Err(bad());
        }
        let mut index = vec![0; index_size as usize];
        read_at(&mut file, end - HEAD - index_size, &mut index)?;
        let blocks = blocks_of(&index).ok_or_else(bad)?;
        let body: u64 = blocks.iter().map(|block| block.packed).sum();
        let packed = body + index_size + 2 * HEAD;
        let start = end.checked_sub(packed).ok_or_else(bad)?;
        let mut head = [0; 6];
        read_at(&mut file, start, &mut head)?;
        if head != *b"\xfd7zXZ\0" {
            return Err(bad());
        }
        let check = match foot[9] {
            0 => "None",
            1 => "CRC32",
            4 => "CRC64",
            10 => "SHA-256",
            _ => "Unknown",
        };
        let plain = blocks.iter().map(|block| block.plain).sum();
        streams.push(StreamInfo { start, packed, plain, padding, check, blocks });
        end = start;
    }
    streams.reverse();
    Ok(streams)
}

fn read_at(file: &mut File, offset: u64, buffer: &mut [u8]) -> Result<()> {
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(buffer)
}

fn blocks_of(index: &[u8]) -> Option<Vec<Block>> {
    let mut rest = index.strip_prefix(&[0])?;
    let count = number(&mut rest)?;
    let mut blocks = Vec::new();
    for _ in 0..count {
        let (unpadded, plain) = (number(&mut rest)?, number(&mut rest)?);
        blocks.push(Block { packed: unpadded.checked_add(3)? & !3, plain });
    }
    let total = blocks.iter().try_fold(0u64, |sum, block| sum.checked_add(block.packed));
    let plain = blocks.iter().try_fold(0u64, |sum, block| sum.checked_add(block.plain));
    total.and(plain).map(|_| blocks)
}

/// A number of seven bits a byte, the lowest first.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (byte, others) = rest.split_first()?;
        *rest = others;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
