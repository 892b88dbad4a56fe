//! Files with holes (`tar -S`): where their data stands, and how an archive says so. GNU's own format has the map in the
//! head and in blocks after it, pax as text before the data (version 1.0).

use super::header::{BLOCK, Block};
use console::stream::{Stream, read_full};
use std::io::{Result, Seek, SeekFrom};

/// Offset and length of each run of data, in order; a run of no bytes where the file ends with a hole.
pub type Map = Vec<(u64, u64)>;

const ENTRY_BYTES: usize = 24;
const IN_HEAD: usize = 4;
const IN_EXTENSION: usize = 21;

/// Reads a file for its holes: blocks of zeros. It stands at its start afterwards.
pub fn map_of(input: &mut Stream, size: u64, buffer: &mut [u8]) -> Result<Map> {
    let mut map: Map = Vec::new();
    let mut offset = 0;
    while offset < size {
        let count = read_full(input, buffer)?;
        if count == 0 {
            break;
        }
        for block in buffer[..count].chunks(BLOCK) {
            let length = block.len() as u64;
            if block.iter().any(|byte| *byte != 0) {
                match map.last_mut() {
                    Some((start, total)) if *start + *total == offset => *total += length,
                    _ => map.push((offset, length)),
                }
            }
            offset += length;
        }
    }
    input.file().seek(SeekFrom::Start(0))?;
    if map.last().is_none_or(|(start, length)| start + length < size) {
        map.push((size, 0));
    }
    Ok(map)
}

/// Puts the map's start and the file's size into a head of GNU's format.
pub fn put_in_head(block: &mut Block, map: &[(u64, u64)], size: u64) {
    put_entries(&mut block[386..386 + IN_HEAD * ENTRY_BYTES], map);
    block[482] = u8::from(map.len() > IN_HEAD);
    put_number(&mut block[483..495], size);
}

/// The blocks that follow such a head.
pub fn extensions(map: &[(u64, u64)]) -> Vec<u8> {
    let rest = map.get(IN_HEAD..).unwrap_or_default();
    let mut blocks = Vec::new();
    for (index, entries) in rest.chunks(IN_EXTENSION).enumerate() {
        let mut block = [0; BLOCK];
        put_entries(&mut block[..IN_EXTENSION * ENTRY_BYTES], entries);
        block[504] = u8::from((index + 1) * IN_EXTENSION < rest.len());
        blocks.extend_from_slice(&block);
    }
    blocks
}

/// The map as text in whole blocks.
pub fn text(map: &[(u64, u64)]) -> Vec<u8> {
    let mut text = format!("{}\n", map.len());
    for (offset, length) in map {
        text.push_str(&format!("{offset}\n{length}\n"));
    }
    let mut bytes = text.into_bytes();
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    bytes
}

fn put_entries(field: &mut [u8], entries: &[(u64, u64)]) {
    for (place, (offset, length)) in field.chunks_mut(ENTRY_BYTES).zip(entries) {
        put_number(&mut place[..12], *offset);
        put_number(&mut place[12..], *length);
    }
}

/// Octal, or binary where that is too short.
fn put_number(field: &mut [u8], value: u64) {
    if value < 1 << 33 {
        field.copy_from_slice(format!("{value:011o}\0").as_bytes());
        return;
    }
    field.fill(0);
    field[0] = 0x80;
    field[4..].copy_from_slice(&value.to_be_bytes());
}
