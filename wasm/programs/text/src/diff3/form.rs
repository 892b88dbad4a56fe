//! The plain form: each block with the lines of all three files.

use super::block::{Block, Odd};
use super::{Files, Settings};

pub fn plain(out: &mut Vec<u8>, settings: &Settings, files: &Files, blocks: &[Block]) {
    let prefix: &[u8] = if settings.has_initial_tab { b"\t" } else { b"  " };
    for block in blocks {
        out.extend_from_slice(b"====");
        if block.odd != Odd::All {
            out.extend_from_slice((block.odd.index() + 1).to_string().as_bytes());
        }
        out.push(b'\n');
        // Of two that are the same the first is only named; they stand beside each other.
        let (order, named) = match block.odd {
            Odd::Mine => ([0, 1, 2], Some(1)),
            Odd::Old => ([0, 2, 1], Some(0)),
            Odd::Yours => ([0, 1, 2], Some(0)),
            Odd::All => ([0, 1, 2], None),
        };
        for file in order {
            let range = block.ranges[file].clone();
            let lines = match range.len() {
                0 => format!("{}a", range.start),
                1 => format!("{}c", range.end),
                _ => format!("{},{}c", range.start + 1, range.end),
            };
            out.extend_from_slice(format!("{}:{lines}\n", file + 1).as_bytes());
            if named == Some(file) {
                continue;
            }
            for line in &files[file][range] {
                out.extend_from_slice(prefix);
                out.extend_from_slice(line);
                if line.last() != Some(&b'\n') {
                    out.extend_from_slice(b"\n\\ No newline at end of file\n");
                }
            }
        }
    }
}
