//! Changing an archive where it lies: `tar --delete` moves what stays over what goes, `tar -A` copies the members of other
//! archives behind its last one.

use super::header::BLOCK;
use super::options::Tar;
use super::reader::{Next, Reader};
use super::{FATAL, Selection, cannot_open, names, words_of};
use console::path;
use console::stream::CHUNK_BYTES;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Error, Read, Result, Seek, SeekFrom, Write};

/// What an archive consists of: where members begin and end, and whether they go.
struct Extent {
    start: u64,
    end: u64,
    goes: bool,
}

pub fn delete(tar: &mut Tar) -> std::result::Result<i32, String> {
    let mut file = open(&tar.archive)?;
    let operands = std::mem::take(&mut tar.operands);
    let has_names = !operands.is_empty();
    let mut selection = Selection { found: vec![false; operands.len()], operands };
    let extents = extents_of(tar, &mut |name| has_names && selection.takes(name))?;
    if extents.iter().any(|extent| extent.goes) {
        let mut end = 0;
        for extent in extents.iter().filter(|extent| !extent.goes) {
            copy(&mut file, extent.start, extent.end, end).map_err(|error| cannot_write(tar, &error))?;
            end += extent.end - extent.start;
        }
        finish(tar, &mut file, end).map_err(|error| cannot_write(tar, &error))?;
    }
    for (operand, _) in selection.operands.iter().zip(&selection.found).filter(|(_, found)| !**found) {
        eprintln!("tar: {}: Not found in archive", names::escaped(&operand.name));
        tar.failed = FATAL;
    }
    Ok(told(tar))
}

pub fn concatenate(tar: &mut Tar) -> std::result::Result<i32, String> {
    let mut file = open(&tar.archive)?;
    let mut end = extents_of(tar, &mut |_| false)?.last().map_or(0, |extent| extent.end);
    for operand in std::mem::take(&mut tar.operands) {
        let added = match File::open(path::of(&operand.name)) {
            Ok(added) => added,
            Err(error) => {
                eprintln!("{}", cannot_open(&operand.name, &error));
                tar.failed = FATAL;
                continue;
            }
        };
        let archive = std::mem::replace(&mut tar.archive, operand.name);
        let found = extents_of(tar, &mut |_| false);
        tar.archive = archive;
        let length = found?.last().map_or(0, |extent| extent.end);
        let copied = file.seek(SeekFrom::Start(end)).and_then(|_| std::io::copy(&mut added.take(length), &mut file));
        end += copied.map_err(|error| cannot_write(tar, &error))?;
    }
    finish(tar, &mut file, end).map_err(|error| cannot_write(tar, &error))?;
    Ok(told(tar))
}

fn told(tar: &Tar) -> i32 {
    if tar.failed >= FATAL {
        eprintln!("tar: Exiting with failure status due to previous errors");
    }
    tar.failed
}

fn open(archive: &[u8]) -> std::result::Result<File, String> {
    OpenOptions::new().read(true).write(true).open(path::of(archive)).map_err(|error| cannot_open(archive, &error))
}

fn cannot_write(tar: &Tar, error: &Error) -> String {
    format!("tar: {}: Cannot write: {}", console::shown(&tar.archive), console::message(error))
}

/// The members of the archive, one after the other from its start.
fn extents_of(tar: &Tar, goes: &mut dyn FnMut(&[u8]) -> bool) -> std::result::Result<Vec<Extent>, String> {
    let input = File::open(path::of(&tar.archive)).map_err(|error| cannot_open(&tar.archive, &error))?;
    let mut reader = Reader::new(Box::new(BufReader::with_capacity(CHUNK_BYTES, input)));
    let mut extents: Vec<Extent> = Vec::new();
    loop {
        match reader.next().map_err(|error| words_of(&error))? {
            Next::Member(member) => {
                if let Some(last) = extents.last_mut() {
                    last.end = reader.start;
                }
                extents.push(Extent { start: reader.start, end: reader.start, goes: goes(&member.name) });
            }
            Next::Skipped => {}
            Next::End => break,
            Next::NotAnArchive if reader.position == 0 => break,
            Next::NotAnArchive => return Err("tar: This does not look like a tar archive".into()),
        }
    }
    if let Some(last) = extents.last_mut() {
        last.end = reader.end;
    }
    Ok(extents)
}

/// Copies a part of the file to a place before it.
fn copy(file: &mut File, start: u64, end: u64, to: u64) -> Result<()> {
    if start == to {
        return Ok(());
    }
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut done = 0;
    while start + done < end {
        let wanted = usize::try_from(end - start - done).map_or(buffer.len(), |left| left.min(buffer.len()));
        file.seek(SeekFrom::Start(start + done))?;
        file.read_exact(&mut buffer[..wanted])?;
        file.seek(SeekFrom::Start(to + done))?;
        file.write_all(&buffer[..wanted])?;
        done += wanted as u64;
    }
    Ok(())
}

/// Writes the archive's end: two blocks of zeros, and more up to a whole record.
fn finish(tar: &Tar, file: &mut File, end: u64) -> Result<()> {
    let record = (tar.blocking * BLOCK) as u64;
    let length = (end + 2 * BLOCK as u64).next_multiple_of(record);
    file.set_len(end)?;
    // What a file grows by is zeros.
    file.set_len(length)
}
