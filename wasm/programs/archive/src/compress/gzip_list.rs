//! `gzip -l`: sizes, ratio and names. A file is read to its end, because the length in its trailer is only that of the
//! last member, modulo 2^32.

use super::gunzip::GzipReader;
use super::gzip::ratio;
use console::shown;
use console::stream::CHUNK_BYTES;
use std::io::{BufRead, Read, Result};

#[derive(Default)]
pub struct Listing {
    has_header: bool,
    packed: u64,
    plain: u64,
    deflated: u64,
}

impl Listing {
    pub fn add<R: BufRead>(
        &mut self,
        mut reader: GzipReader<R>,
        name: &[u8],
        stat: Option<&sys::Stat>,
        verbose: bool,
        quiet: bool,
    ) -> Result<()> {
        let mut plain = 0u64;
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            match reader.read(&mut buffer)? {
                0 => break,
                count => plain += count as u64,
            }
        }
        let packed = stat.map_or(reader.compressed_bytes() + 18, |stat| stat.size);
        if !self.has_header && !quiet {
            let details = if verbose { "method  crc     date  time  " } else { "" };
            println!("{details}{:>19} {:>19}  ratio uncompressed_name", "compressed", "uncompressed");
            self.has_header = true;
        }
        if verbose {
            let modified = reader.head.as_ref().map_or(0, |head| i64::from(head.modified));
            let time = if modified != 0 { modified } else { stat.map_or(0, |stat| stat.modified_ns / 1_000_000_000) };
            print!("defla {:08x} {} ", reader.checksum, crate::calendar::short(time));
        }
        let own = name.strip_suffix(b".gz").unwrap_or(name);
        let own = if name == b"stdin" { &b"stdout"[..] } else { own };
        let percent = ratio(plain, reader.compressed_bytes());
        println!("{packed:>19} {plain:>19} {percent} {}", shown(own));
        self.packed += packed;
        self.plain += plain;
        self.deflated += reader.compressed_bytes();
        Ok(())
    }

    /// The line of totals, of more than one file.
    pub fn finish(&self, is_single: bool, verbose: bool, quiet: bool) {
        if is_single || quiet || !self.has_header {
            return;
        }
        let indent = if verbose { "                            " } else { "" };
        println!("{indent}{:>19} {:>19} {} (totals)", self.packed, self.plain, ratio(self.plain, self.deflated));
    }
}
