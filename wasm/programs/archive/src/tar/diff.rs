//! `tar -d`: members against the files of the same names.

use super::header::{Kind, Member};
use super::list::Listing;
use super::names::escaped;
use super::options::Tar;
use super::reader::{ContentError, Reader};
use console::stream::{CHUNK_BYTES, Stream, read_full};
use console::{message, path};
use std::io::{Error, Result, Write};

/// Tells what differs. An error is one of the archive.
pub fn compare(tar: &mut Tar, reader: &mut Reader, member: &Member, listing: &mut Listing) -> Result<()> {
    if tar.verbose > 0 {
        listing.name(&member.name);
    }
    let name = path::without_trailing_slashes(&member.name);
    let stat = match sys::lstat(name) {
        Ok(stat) => stat,
        Err(error) => {
            listing.finish();
            eprintln!("tar: {}: Warning: Cannot stat: {}", escaped(name), message(&error));
            tar.failed = tar.failed.max(1);
            return Ok(());
        }
    };
    let mut differences = Vec::new();
    let is_same_type = match member.kind {
        Kind::File => stat.is_regular(),
        Kind::Directory => stat.is_directory(),
        Kind::SymbolicLink => stat.is_symbolic_link(),
        Kind::Fifo => stat.is_fifo(),
        Kind::HardLink => {
            let same = sys::lstat(&member.target).is_ok_and(|other| (other.device, other.inode) == (stat.device, stat.inode));
            if !same {
                differences.push(format!("Not linked to {}", escaped(&member.target)));
            }
            true
        }
        _ => true,
    };
    if !is_same_type {
        differences.push("File type differs".to_owned());
    } else if member.kind != Kind::HardLink {
        let has_attributes = member.kind != Kind::SymbolicLink;
        let checks = [
            (has_attributes && stat.permissions() != member.permissions, "Mode differs"),
            (has_attributes && stat.uid != member.uid, "Uid differs"),
            (has_attributes && stat.gid != member.gid, "Gid differs"),
            (member.kind == Kind::File && stat.modified_ns.div_euclid(1_000_000_000) != member.modified_ns.div_euclid(1_000_000_000), "Mod time differs"),
            (member.kind == Kind::File && stat.size != member.size, "Size differs"),
            (member.kind == Kind::SymbolicLink && path::read_link(name).is_ok_and(|target| target != member.target), "Symlink differs"),
        ];
        differences.extend(checks.into_iter().filter(|(differs, _)| *differs).map(|(_, text)| text.to_owned()));
        if member.kind == Kind::File && stat.size == member.size && content_differs(reader, member, name)? {
            differences.push("Contents differ".to_owned());
        }
    }
    for difference in &differences {
        listing.name(&[name, b": ", difference.as_bytes()].concat());
        tar.failed = tar.failed.max(1);
    }
    Ok(())
}

fn content_differs(reader: &mut Reader, member: &Member, name: &[u8]) -> Result<bool> {
    let Ok(file) = Stream::open(name) else { return Ok(true) };
    let mut against = Against { file, differs: false };
    match reader.copy_content(member, &mut against, &mut vec![0; CHUNK_BYTES]) {
        Err(ContentError::Read(error)) => Err(error),
        Err(ContentError::Write(_)) => Ok(true),
        Ok(()) => Ok(against.differs),
    }
}

/// Takes content and compares it with a file's.
struct Against {
    file: Stream,
    differs: bool,
}

impl Write for Against {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut own = vec![0; bytes.len()];
        let count = read_full(&mut self.file, &mut own)?;
        self.differs |= count < bytes.len() || own != bytes;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::result::Result<(), Error> {
        Ok(())
    }
}
