//! Files: what WASI's filestat leaves out (mode, owner, inode times) and the umask.

use crate::{check, imports};
use std::io;

/// The structure `path_stat` and `fd_stat` fill in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    pub device: u64,
    pub inode: u64,
    /// Type and permission bits.
    pub mode: u32,
    pub link_count: u32,
    pub uid: u32,
    pub gid: u32,
    /// Device number of a device node.
    pub device_number: u64,
    pub size: u64,
    /// Allocated blocks of 512 bytes.
    pub blocks: u64,
    /// Nanoseconds since 1970, as are the next three.
    pub accessed_ns: i64,
    pub modified_ns: i64,
    pub changed_ns: i64,
    pub born_ns: i64,
    pub block_size: u32,
}

/// Bytes of the structure.
pub(crate) const STAT_SIZE: usize = 96;

const TYPE_MASK: u32 = 0o170000;

impl Stat {
    pub(crate) fn decode(bytes: &[u8; STAT_SIZE]) -> Stat {
        let u32_at = |offset: usize| {
            let mut word = [0; 4];
            word.copy_from_slice(&bytes[offset..offset + 4]);
            u32::from_le_bytes(word)
        };
        let u64_at = |offset: usize| u64::from(u32_at(offset)) | u64::from(u32_at(offset + 4)) << 32;
        Stat {
            device: u64_at(0),
            inode: u64_at(8),
            mode: u32_at(16),
            link_count: u32_at(20),
            uid: u32_at(24),
            gid: u32_at(28),
            device_number: u64_at(32),
            size: u64_at(40),
            blocks: u64_at(48),
            accessed_ns: u64_at(56) as i64,
            modified_ns: u64_at(64) as i64,
            changed_ns: u64_at(72) as i64,
            born_ns: u64_at(80) as i64,
            block_size: u32_at(88),
        }
    }

    pub fn is_directory(&self) -> bool {
        self.mode & TYPE_MASK == 0o040000
    }

    pub fn is_regular(&self) -> bool {
        self.mode & TYPE_MASK == 0o100000
    }

    pub fn is_symbolic_link(&self) -> bool {
        self.mode & TYPE_MASK == 0o120000
    }

    pub fn is_character_device(&self) -> bool {
        self.mode & TYPE_MASK == 0o020000
    }

    pub fn is_block_device(&self) -> bool {
        self.mode & TYPE_MASK == 0o060000
    }

    pub fn is_fifo(&self) -> bool {
        self.mode & TYPE_MASK == 0o010000
    }

    pub fn is_socket(&self) -> bool {
        self.mode & TYPE_MASK == 0o140000
    }

    /// The twelve permission bits.
    pub fn permissions(&self) -> u32 {
        self.mode & 0o7777
    }
}

fn path_stat(path: &[u8], flags: i32) -> io::Result<Stat> {
    let mut bytes = [0; STAT_SIZE];
    // SAFETY: the path comes with its length and the out-buffer has the ABI's size.
    check(unsafe { imports::path_stat(path.as_ptr(), path.len(), flags, bytes.as_mut_ptr()) })?;
    Ok(Stat::decode(&bytes))
}

/// Describes a file, following symbolic links.
pub fn stat(path: &[u8]) -> io::Result<Stat> {
    path_stat(path, 0)
}

/// Describes a file, or the symbolic link itself.
pub fn lstat(path: &[u8]) -> io::Result<Stat> {
    path_stat(path, 1)
}

pub fn fd_stat(fd: i32) -> io::Result<Stat> {
    let mut bytes = [0; STAT_SIZE];
    // SAFETY: the out-buffer has the ABI's size.
    check(unsafe { imports::fd_stat(fd, bytes.as_mut_ptr()) })?;
    Ok(Stat::decode(&bytes))
}

pub fn path_chmod(path: &[u8], mode: u32) -> io::Result<()> {
    // SAFETY: the path comes with its length.
    check(unsafe { imports::path_chmod(path.as_ptr(), path.len(), mode as i32) })
}

pub fn fd_chmod(fd: i32, mode: u32) -> io::Result<()> {
    // SAFETY: plain numbers.
    check(unsafe { imports::fd_chmod(fd, mode as i32) })
}

/// Changes owner and group; `None` leaves one as it is.
pub fn path_chown(path: &[u8], uid: Option<u32>, gid: Option<u32>, follow: bool) -> io::Result<()> {
    let number = |id: Option<u32>| id.map_or(-1, |id| id as i32);
    // SAFETY: the path comes with its length.
    check(unsafe { imports::path_chown(path.as_ptr(), path.len(), number(uid), number(gid), i32::from(!follow)) })
}

/// Whether the caller may do with a file what `mode` says (4 read, 2 write, 1 execute, 0 exists), by the effective ids.
pub fn path_access(path: &[u8], mode: u32) -> io::Result<()> {
    // SAFETY: the path comes with its length.
    check(unsafe { imports::path_access(path.as_ptr(), path.len(), mode as i32, 1) })
}

/// Makes a FIFO, a socket's name or an empty file, by the type bits of `mode`.
pub fn path_mknod(path: &[u8], mode: u32) -> io::Result<()> {
    // SAFETY: the path comes with its length.
    check(unsafe { imports::path_mknod(path.as_ptr(), path.len(), mode as i32) })
}

/// A file system's size and what is left of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileSystem {
    pub kind: u64,
    pub block_size: u64,
    pub blocks: u64,
    pub free_blocks: u64,
    pub inodes: u64,
    pub free_inodes: u64,
    pub longest_name: u64,
}

pub fn path_statfs(path: &[u8]) -> io::Result<FileSystem> {
    let mut words = [0u64; 8];
    // SAFETY: the path comes with its length and the out-buffer has the ABI's size.
    check(unsafe { imports::path_statfs(path.as_ptr(), path.len(), words.as_mut_ptr()) })?;
    let [kind, block_size, blocks, free_blocks, inodes, free_inodes, longest_name, _] = words;
    Ok(FileSystem { kind, block_size, blocks, free_blocks, inodes, free_inodes, longest_name })
}

/// Sets the umask and returns the old one.
pub fn umask(mask: u32) -> io::Result<u32> {
    let mut old = 0;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::umask(mask as i32, &mut old) })?;
    Ok(old as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_reads_the_documented_offsets() {
        let mut bytes = [0; STAT_SIZE];
        bytes[8] = 7;
        bytes[16..20].copy_from_slice(&0o100644u32.to_le_bytes());
        bytes[40..48].copy_from_slice(&(5u64 << 32).to_le_bytes());
        bytes[64..72].copy_from_slice(&(-1i64).to_le_bytes());
        let stat = Stat::decode(&bytes);
        assert_eq!((stat.inode, stat.size, stat.modified_ns), (7, 5 << 32, -1));
        assert!(stat.is_regular());
        assert_eq!(stat.permissions(), 0o644);
    }
}

/// What `flock` is asked to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    Shared = 1,
    Exclusive = 2,
    None = 8,
}

/// Locks a descriptor's file; without `waits` it fails with AGAIN while somebody else has it.
pub fn flock(fd: i32, lock: Lock, waits: bool) -> io::Result<()> {
    const NON_BLOCKING: i32 = 4;
    // SAFETY: plain numbers.
    check(unsafe { imports::fd_flock(fd, lock as i32 | if waits { 0 } else { NON_BLOCKING }) })
}
