//! The compression of an archive, found by option, by the archive's name or by its first bytes.

use crate::compress::{Bzip2Reader, GzipReader};
use console::stream::{CHUNK_BYTES, Stream};
use std::io::{BufRead, BufReader, BufWriter, Read, Result, Write};

/// A compression, and how hard it tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip(u32),
    Bzip2(u32),
    Xz(u32),
    Lzma(u32),
    Zstd(i32),
}

impl Compression {
    /// By the suffix, for `--auto-compress`.
    pub fn of_name(name: &[u8]) -> Option<Compression> {
        let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix.as_bytes()));
        Some(match () {
            () if ends(&[".gz", ".tgz", ".taz", ".Z"]) => Compression::Gzip(6),
            () if ends(&[".bz2", ".tbz", ".tbz2", ".tz2"]) => Compression::Bzip2(9),
            () if ends(&[".xz", ".txz"]) => Compression::Xz(6),
            () if ends(&[".lzma", ".tlz"]) => Compression::Lzma(6),
            () if ends(&[".zst", ".tzst"]) => Compression::Zstd(3),
            () => return None,
        })
    }

    /// By a program's name and its level: `gzip -9`.
    pub fn of_program(line: &str) -> Option<Compression> {
        let mut words = line.split_whitespace();
        let program = words.next()?.rsplit('/').next()?;
        let level = words.filter_map(|word| word.strip_prefix('-')?.parse::<u32>().ok()).next_back();
        Some(match program {
            "gzip" | "pigz" => Compression::Gzip(level.unwrap_or(6).min(9)),
            "bzip2" | "lbzip2" | "pbzip2" => Compression::Bzip2(level.unwrap_or(9).clamp(1, 9)),
            "xz" | "pixz" => Compression::Xz(level.unwrap_or(6).min(9)),
            "lzma" => Compression::Lzma(level.unwrap_or(6).min(9)),
            "zstd" | "zstdmt" | "pzstd" => Compression::Zstd(level.unwrap_or(3).min(22) as i32),
            _ => return None,
        })
    }

    /// By an archive's first bytes.
    fn of_content(start: &[u8]) -> Option<Compression> {
        Some(match start {
            [0x1f, 0x8b, ..] => Compression::Gzip(6),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => Compression::Bzip2(9),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz(6),
            [0x5d, 0, 0, ..] => Compression::Lzma(6),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd(3),
            _ => return None,
        })
    }

    fn program(self) -> &'static str {
        match self {
            Compression::Gzip(_) => "gzip",
            Compression::Bzip2(_) => "bzip2",
            Compression::Xz(_) => "xz",
            Compression::Lzma(_) => "lzma",
            Compression::Zstd(_) => "zstd",
        }
    }
}

/// Reads an archive as plain blocks. An error is what the compression's program would say.
pub fn reader(input: Stream, asked: Option<Compression>) -> std::result::Result<Box<dyn Read>, String> {
    let mut input = BufReader::with_capacity(CHUNK_BYTES, input);
    let start = input.fill_buf().map_err(|error| format!("tar: Read error: {}", console::message(&error)))?;
    let found = Compression::of_content(start);
    if let Some(asked) = asked {
        let is_same = found.is_some_and(|found| found.program() == asked.program());
        if !is_same && !start.is_empty() && !matches!(asked, Compression::Lzma(_)) {
            let program = asked.program();
            let words = match asked {
                Compression::Gzip(_) => "\ngzip: stdin: not in gzip format".to_owned(),
                Compression::Bzip2(_) => "bzip2: (stdin) is not a bzip2 file.".to_owned(),
                Compression::Zstd(_) => "zstd: /*stdin*\\: unsupported format ".to_owned(),
                _ => format!("{program}: (stdin): File format not recognized"),
            };
            return Err(format!("{words}\ntar: Child returned status 1"));
        }
    }
    let wrong = |error: std::io::Error| error.to_string();
    Ok(match asked.or(found) {
        None => Box::new(input),
        Some(Compression::Gzip(_)) => Box::new(BufReader::with_capacity(CHUNK_BYTES, GzipReader::new(input))),
        Some(Compression::Bzip2(_)) => Box::new(BufReader::with_capacity(CHUNK_BYTES, Bzip2Reader::new(input))),
        Some(Compression::Xz(_)) => buffered(liblzma::bufread::XzDecoder::new_multi_decoder(input)),
        Some(Compression::Lzma(_)) => {
            let coder = liblzma::stream::Stream::new_lzma_decoder(u64::MAX).map_err(|error| wrong(error.into()))?;
            buffered(liblzma::bufread::XzDecoder::new_stream(input, coder))
        }
        Some(Compression::Zstd(_)) => buffered(zstd::stream::read::Decoder::with_buffer(input).map_err(wrong)?),
    })
}

fn buffered(reader: impl Read + 'static) -> Box<dyn Read> {
    Box::new(BufReader::with_capacity(CHUNK_BYTES, reader))
}

/// Where an archive is written; `finish` ends the compression too.
pub enum Sink {
    Plain(BufWriter<Stream>),
    Gzip(flate2::write::GzEncoder<BufWriter<Stream>>),
    Bzip2(bzip2::write::BzEncoder<BufWriter<Stream>>),
    Xz(liblzma::write::XzEncoder<BufWriter<Stream>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<Stream>>),
}

impl Sink {
    pub fn new(output: Stream, compression: Option<Compression>) -> Result<Sink> {
        const LARGEST_XZ_LEVEL: u32 = 7;
        let output = BufWriter::with_capacity(CHUNK_BYTES, output);
        Ok(match compression {
            None => Sink::Plain(output),
            Some(Compression::Gzip(level)) => {
                Sink::Gzip(flate2::GzBuilder::new().operating_system(3).write(output, flate2::Compression::new(level)))
            }
            Some(Compression::Bzip2(level)) => Sink::Bzip2(bzip2::write::BzEncoder::new(output, bzip2::Compression::new(level))),
            Some(Compression::Xz(level)) => Sink::Xz(liblzma::write::XzEncoder::new(output, level.min(LARGEST_XZ_LEVEL))),
            Some(Compression::Lzma(level)) => {
                let options = liblzma::stream::LzmaOptions::new_preset(level.min(LARGEST_XZ_LEVEL))?;
                Sink::Xz(liblzma::write::XzEncoder::new_stream(output, liblzma::stream::Stream::new_lzma_encoder(&options)?))
            }
            Some(Compression::Zstd(level)) => {
                let mut encoder = zstd::stream::write::Encoder::new(output, level)?;
                encoder.include_checksum(true)?;
                Sink::Zstd(encoder)
            }
        })
    }

    pub fn finish(self) -> Result<()> {
        match self {
            Sink::Plain(mut output) => output.flush(),
            Sink::Gzip(encoder) => encoder.finish()?.flush(),
            Sink::Bzip2(encoder) => encoder.finish()?.flush(),
            Sink::Xz(encoder) => encoder.finish()?.flush(),
            Sink::Zstd(encoder) => encoder.finish()?.flush(),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            Sink::Plain(output) => output.write(bytes),
            Sink::Gzip(encoder) => encoder.write(bytes),
            Sink::Bzip2(encoder) => encoder.write(bytes),
            Sink::Xz(encoder) => encoder.write(bytes),
            Sink::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
