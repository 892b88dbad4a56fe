//! Making files of members: `tar -x`.
//!
//! Nothing leaves the directory: names lose what leads outside, and a symbolic link that could lead outside is made last, so
//! that no later member is written through it (until then an empty file stands in its place).

use super::header::{Kind, Member};
use super::names::{Role, escaped};
use super::options::{OldFiles, Tar};
use super::reader::{ContentError, Reader};
use crate::owners::Names as Owners;
use console::stream::{CHUNK_BYTES, Stream};
use console::{message, path};
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;

/// What new files get from us, and what from the archive.
struct Attributes {
    umask: u32,
    permissions: bool,
    owner: bool,
    own_ids: (u32, u32),
}

/// A directory whose mode and time are set when nothing is made in it any more.
struct LateDirectory {
    path: Vec<u8>,
    member: Member,
    /// It was there before.
    is_old: bool,
}

/// A symbolic link that is made last, and the file that stands in for it.
struct LateLink {
    paths: Vec<Vec<u8>>,
    member: Member,
    stand_in: (u64, u64),
}

pub struct Extractor {
    attributes: Attributes,
    owners: Owners,
    directories: Vec<LateDirectory>,
    links: Vec<LateLink>,
    buffer: Vec<u8>,
}

impl Extractor {
    pub fn new(tar: &Tar) -> Extractor {
        let umask = sys::umask(0o022).unwrap_or(0o022);
        let _ = sys::umask(umask);
        let own_ids = console::kernel::effective_ids().unwrap_or_default();
        let is_root = own_ids.0 == 0;
        let attributes = Attributes {
            umask,
            permissions: tar.permissions.unwrap_or(is_root),
            owner: tar.same_owner.unwrap_or(is_root),
            own_ids,
        };
        let owners = if tar.numeric_owner { Owners::numeric() } else { Owners::load() };
        Extractor { attributes, owners, directories: Vec::new(), links: Vec::new(), buffer: vec![0; CHUNK_BYTES] }
    }

    /// Makes one member's file under `name`, which is safe. An error is one of the archive; others are told.
    pub fn extract(&mut self, tar: &mut Tar, reader: &mut Reader, member: &Member, name: &[u8]) -> Result<()> {
        let name = path::without_trailing_slashes(name);
        if tar.unlink_first && member.kind != Kind::Directory {
            let _ = self.clear(tar, name);
        }
        match member.kind {
            Kind::File => return self.file(tar, reader, member, name),
            Kind::Other(b'V') => return Ok(()),
            Kind::Other(flag) => {
                eprintln!("tar: {}: Unknown file type '{}', extracted as normal file", escaped(name), flag as char);
                tar.failed = tar.failed.max(1);
                return self.file(tar, reader, member, name);
            }
            Kind::Directory => self.directory(tar, member, name),
            Kind::SymbolicLink => self.symbolic_link(tar, member, name),
            Kind::HardLink => self.hard_link(tar, member, name),
            Kind::Fifo => self.make(tar, name, "Cannot mkfifo", &mut |path| console::kernel::make_fifo(path, member.permissions))
                .then(|| self.set_attributes(tar, member, name)),
            Kind::CharacterDevice | Kind::BlockDevice => {
                fail(tar, name, "Cannot mknod", &Error::from_raw_os_error(sys::errno::PERM));
                None
            }
        };
        Ok(())
    }

    /// Calls `make` until the file is there: without a directory that lacks, without what stands in its place.
    fn make(&mut self, tar: &mut Tar, name: &[u8], what: &str, make: &mut dyn FnMut(&[u8]) -> Result<()>) -> bool {
        let (mut made_parents, mut removed) = (false, false);
        loop {
            let Err(error) = make(name) else { return true };
            match error.kind() {
                ErrorKind::NotFound if !made_parents => {
                    made_parents = true;
                    if self.make_parents(name).is_ok() {
                        continue;
                    }
                }
                ErrorKind::AlreadyExists if !removed => match tar.old_files {
                    OldFiles::Skip => return false,
                    OldFiles::Keep => {}
                    _ => {
                        removed = true;
                        if self.clear(tar, name).is_ok() {
                            continue;
                        }
                    }
                },
                _ => {}
            }
            fail(tar, name, what, &error);
            return false;
        }
    }

    fn make_parents(&self, name: &[u8]) -> Result<()> {
        let Some(parent) = path::parent(name).filter(|parent| !parent.is_empty()) else { return Ok(()) };
        std::fs::create_dir_all(path::of(parent))
    }

    /// Removes what stands where a file is to be made.
    fn clear(&mut self, tar: &Tar, name: &[u8]) -> Result<()> {
        let stat = sys::lstat(name)?;
        if !stat.is_directory() {
            return std::fs::remove_file(path::of(name));
        }
        if tar.recursive_unlink { std::fs::remove_dir_all(path::of(name)) } else { std::fs::remove_dir(path::of(name)) }
    }

    fn keeps_newer(tar: &Tar, member: &Member, name: &[u8]) -> bool {
        let is_newer = tar.old_files == OldFiles::KeepNewer
            && sys::lstat(name).is_ok_and(|stat| stat.modified_ns >= member.modified_ns);
        if is_newer {
            eprintln!("tar: Current '{}' is newer or same age", escaped(name));
        }
        is_newer
    }

    fn file(&mut self, tar: &mut Tar, reader: &mut Reader, member: &Member, name: &[u8]) -> Result<()> {
        if Self::keeps_newer(tar, member, name) {
            return Ok(());
        }
        if tar.old_files == OldFiles::Overwrite && sys::lstat(name).is_ok_and(|stat| stat.is_regular()) {
            let opened = OpenOptions::new().write(true).truncate(true).open(path::of(name));
            return match opened {
                Ok(file) => self.content(tar, reader, member, name, file),
                Err(error) => {
                    fail(tar, name, "Cannot open", &error);
                    Ok(())
                }
            };
        }
        let mut opened = None;
        let is_made = self.make(tar, name, "Cannot open", &mut |name| {
            opened = Some(OpenOptions::new().write(true).create_new(true).open(path::of(name))?);
            Ok(())
        });
        match opened {
            Some(file) if is_made => self.content(tar, reader, member, name, file),
            _ => Ok(()),
        }
    }

    fn content(&mut self, tar: &mut Tar, reader: &mut Reader, member: &Member, name: &[u8], mut file: File) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let done = match &member.sparse {
            Some(map) => sparse_content(reader, map, member.size, &mut file, &mut buffer),
            None => reader.copy_content(member, &mut file, &mut buffer),
        };
        self.buffer = buffer;
        match done {
            Ok(()) => {}
            Err(ContentError::Read(error)) => return Err(error),
            Err(ContentError::Write(error)) => {
                fail(tar, name, "Cannot write", &error);
                return Ok(());
            }
        }
        let stream = Stream::Own(file);
        let mode = self.mode_of(member.permissions);
        if let Some((uid, gid)) = self.new_owner(member) {
            tell(tar, name, "Cannot change ownership", console::kernel::path_chown(name, uid, gid, true));
        }
        if mode != 0o666 & !self.attributes.umask || tar.old_files == OldFiles::Overwrite {
            tell(tar, name, "Cannot change mode", sys::fd_chmod(stream.fd(), mode));
        }
        if !tar.touch {
            tell(tar, name, "Cannot utime", path::set_modified(stream.file().as_raw_fd(), member.modified_ns));
        }
        Ok(())
    }

    fn mode_of(&self, permissions: u32) -> u32 {
        if self.attributes.permissions { permissions } else { permissions & 0o777 & !self.attributes.umask }
    }

    /// Owner and group, where they are to be others than the caller's.
    fn new_owner(&self, member: &Member) -> Option<(u32, u32)> {
        if !self.attributes.owner {
            return None;
        }
        let uid = self.owners.uid(&member.user).unwrap_or(member.uid);
        let gid = self.owners.gid(&member.group).unwrap_or(member.gid);
        ((uid, gid) != self.attributes.own_ids).then_some((uid, gid))
    }

    fn set_attributes(&mut self, tar: &mut Tar, member: &Member, name: &[u8]) {
        let follows = member.kind != Kind::SymbolicLink;
        if let Some((uid, gid)) = self.new_owner(member) {
            tell(tar, name, "Cannot change ownership", console::kernel::path_chown(name, uid, gid, follows));
        }
        if follows {
            tell(tar, name, "Cannot change mode", sys::path_chmod(name, self.mode_of(member.permissions)));
        }
        if !tar.touch {
            let time = member.modified_ns;
            tell(tar, name, "Cannot utime", path::set_times(name, time, time, follows));
        }
    }

    fn directory(&mut self, tar: &mut Tar, member: &Member, name: &[u8]) -> Option<()> {
        let mut is_old = false;
        if let Err(error) = std::fs::create_dir(path::of(name)) {
            let stat = sys::lstat(name).ok();
            let stays = |stat: &sys::Stat| {
                let leads_to_one = || sys::stat(name).is_ok_and(|stat| stat.is_directory());
                stat.is_directory() || stat.is_symbolic_link() && tar.keep_directory_links && leads_to_one()
            };
            match stat {
                Some(stat) if stays(&stat) => is_old = true,
                _ => {
                    let make = &mut |name: &[u8]| std::fs::create_dir(path::of(name));
                    let _ = error;
                    if !self.make(tar, name, "Cannot mkdir", make) {
                        return None;
                    }
                }
            }
        }
        let is_new_to_us = !self.directories.iter().rev().take(64).any(|late| late.path == name);
        if !(is_old && matches!(tar.old_files, OldFiles::Keep | OldFiles::Skip)) || !is_new_to_us {
            self.directories.push(LateDirectory { path: name.to_vec(), member: member.clone(), is_old });
        }
        Some(())
    }

    fn symbolic_link(&mut self, tar: &mut Tar, member: &Member, name: &[u8]) -> Option<()> {
        if Self::keeps_newer(tar, member, name) {
            return None;
        }
        let leads_out = member.target.starts_with(b"/") || super::names::has_dot_dot(&member.target);
        if leads_out && !tar.names.absolute {
            let mut stand_in = None;
            self.make(tar, name, "Cannot open", &mut |name| {
                stand_in = Some(OpenOptions::new().write(true).create_new(true).open(path::of(name))?);
                Ok(())
            });
            let stat = sys::fd_stat(stand_in?.as_raw_fd()).ok()?;
            let late = LateLink { paths: vec![name.to_vec()], member: member.clone(), stand_in: (stat.device, stat.inode) };
            self.links.push(late);
            return Some(());
        }
        let target = member.target.clone();
        let is_made = self.make(tar, name, "Cannot create symlink", &mut |name| path::symlink(&target, name));
        is_made.then(|| self.set_attributes(tar, member, name))
    }

    fn hard_link(&mut self, tar: &mut Tar, member: &Member, name: &[u8]) -> Option<()> {
        let target = tar.names.safe(&member.target, Role::HardLinkTarget);
        let target = tar.names.stripped(&target)?;
        let target = tar.names.below_top(tar.names.transformed(target, Some(false)));
        let identity = |path: &[u8]| sys::lstat(path).ok().map(|stat| (stat.device, stat.inode));
        let source = identity(&target);
        if source.is_some() && source == identity(name) {
            return Some(());
        }
        if let Some(late) = self.links.iter_mut().find(|late| Some(late.stand_in) == source) {
            late.paths.push(name.to_vec());
        }
        let what = format!("Cannot hard link to '{}'", escaped(&target));
        self.make(tar, name, &what, &mut |name| path::link(&target, name)).then_some(())
    }

    /// Sets what had to wait: the directories' attributes, and the links that lead outside.
    pub fn finish(&mut self, tar: &mut Tar) {
        for late in std::mem::take(&mut self.links) {
            for name in &late.paths {
                let is_ours = sys::lstat(name).is_ok_and(|stat| (stat.device, stat.inode) == late.stand_in);
                if !is_ours || std::fs::remove_file(path::of(name)).is_err() {
                    continue;
                }
                match path::symlink(&late.member.target, name) {
                    Ok(()) => self.set_attributes(tar, &late.member, name),
                    Err(error) => fail(tar, name, "Cannot create symlink", &error),
                }
            }
        }
        for late in std::mem::take(&mut self.directories).into_iter().rev() {
            let is_directory = sys::lstat(&late.path).is_ok_and(|stat| stat.is_directory());
            if is_directory && !(late.is_old && late.path == b".") {
                self.set_attributes(tar, &late.member, &late.path);
            }
        }
    }
}

/// Writes runs of data where they belong, holes between them.
fn sparse_content(
    reader: &mut Reader,
    map: &[(u64, u64)],
    size: u64,
    file: &mut File,
    buffer: &mut [u8],
) -> std::result::Result<(), ContentError> {
    for (offset, length) in map {
        file.seek(SeekFrom::Start(*offset)).map_err(ContentError::Write)?;
        reader.copy_run(*length, file, buffer)?;
    }
    file.flush().and_then(|()| file.set_len(size)).map_err(ContentError::Write)?;
    reader.skip_content().map_err(ContentError::Read)
}

fn tell(tar: &mut Tar, name: &[u8], what: &str, done: Result<()>) {
    if let Err(error) = done {
        fail(tar, name, what, &error);
    }
}

fn fail(tar: &mut Tar, name: &[u8], what: &str, error: &Error) {
    eprintln!("tar: {}: {what}: {}", escaped(name), message(error));
    tar.failed = 2;
}
