//! `zstd --list`: what the heads of a file's frames say.

use console::{message, path, shown};

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const HAS_CHECKSUM: u8 = 4;

struct Frames {
    frames: u64,
    skips: u64,
    plain: Option<u64>,
    has_checksum: bool,
}

/// Lists files; answers the exit code.
pub fn list(files: &[Vec<u8>]) -> i32 {
    let mut failed = false;
    println!("Frames  Skips  Compressed  Uncompressed  Ratio  Check  Filename");
    for name in files {
        if name == b"-" {
            eprintln!("zstd: --list does not support reading from standard input");
            failed = true;
            continue;
        }
        let bytes = match std::fs::read(path::of(name)) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("zstd: {}: {}", shown(name), message(&error));
                failed = true;
                continue;
            }
        };
        match frames_of(&bytes) {
            Some(frames) => print_row(&frames, bytes.len() as u64, &shown(name)),
            None => {
                eprintln!("File \"{}\" not compressed by zstd ", shown(name));
                failed = true;
            }
        }
    }
    i32::from(failed)
}

fn print_row(frames: &Frames, packed: u64, name: &str) {
    let check = if frames.has_checksum { "XXH64" } else { "None" };
    let packed_text = human(packed).wide(6);
    let (count, skips) = (frames.frames, frames.skips);
    match frames.plain {
        Some(plain) => {
            let ratio = if packed == 0 { 0.0 } else { plain as f64 / packed as f64 };
            let plain_text = human(plain).wide(8);
            println!("{count:>6}  {skips:>5}  {packed_text}  {plain_text}  {ratio:>5.3}  {check:>5}  {name}");
        }
        None => println!("{count:>6}  {skips:>5}  {packed_text}                       {check:>5}  {name}"),
    }
}

/// A size for people, as zstd words it.
pub struct Human {
    value: f64,
    digits: usize,
    unit: &'static str,
}

impl Human {
    pub fn wide(&self, width: usize) -> String {
        format!("{:>width$.digits$}{:>4}", self.value, self.unit, digits = self.digits)
    }
}

pub fn human(bytes: u64) -> Human {
    let (mut value, mut unit) = (bytes as f64, " B");
    for next in [" KiB", " MiB", " GiB"] {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, next);
    }
    let digits = match value {
        value if value >= 100.0 || unit == " B" => 0,
        value if value >= 10.0 => 1,
        value if value > 1.0 => 2,
        _ => 3,
    };
    Human { value, digits, unit }
}

fn frames_of(bytes: &[u8]) -> Option<Frames> {
    let mut frames = Frames { frames: 0, skips: 0, plain: Some(0), has_checksum: false };
    let mut rest = bytes;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let size = zstd::zstd_safe::find_frame_compressed_size(rest).ok().filter(|size| *size <= rest.len())?;
        if rest.starts_with(&MAGIC) {
            frames.frames += 1;
            frames.has_checksum |= rest.get(4).is_some_and(|flags| flags & HAS_CHECKSUM != 0);
            let plain = zstd::zstd_safe::get_frame_content_size(rest).ok()?;
            frames.plain = frames.plain.zip(plain).map(|(sum, plain)| sum + plain);
        } else {
            frames.skips += 1;
        }
        rest = &rest[size..];
    }
    Some(frames)
}
