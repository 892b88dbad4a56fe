/** open(2) and stat(2) for a process: from a path to a description, devices and /dev/fd included. */
import { isCommandStub } from "./command-directory.js";
import {
  O_ACCMODE,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_SYNC,
  O_TRUNC,
  O_WRONLY,
  S_IFCHR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "./constants.js";
import { openDevice } from "./device.js";
import { DirectoryDescription } from "./directory-description.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { Base } from "./held-directory.js";
import type { KernelTables } from "./kernel-tables.js";
import { type ExistingLocation, exists, type Location } from "./location.js";
import { OpenInode } from "./open-inode.js";
import { MAY_READ, MAY_WRITE } from "./permission-bits.js";
import type { Process } from "./process.js";
import { RegularFile } from "./regular-file.js";
import { isDirectory, type VirtualStat } from "./stat.js";
import { openExisting } from "./virtual-file-system.js";

/** The flags that stay with the description. Every write is with its store when it returns: O_SYNC is kept, no more. */
const STATUS_FLAGS = O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC;

/**
 * Opens `path` for `process`, relative to `directory`.
 * @param mode - Permission bits of a new file, before the umask.
 * @returns a description without references yet, whose `opening()` may have to be waited for (or, for /dev/fd/N, the one that N has).
 */
export function openPath(
  tables: KernelTables,
  process: Process,
  directory: Base,
  path: string,
  flags: number,
  mode: number,
): FileDescription | Errno {
  const { actor } = process;
  if (flags & O_CREAT && flags & O_DIRECTORY) return errno.EINVAL;
  const isExclusive = (flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0;
  if (flags & O_CREAT && path.endsWith("/")) {
    const place = tables.vfs.lastName(actor, directory, path);
    if (place instanceof Errno) return place;
    if (place.isName) return errno.EISDIR;
  }
  const follow = (flags & O_NOFOLLOW) === 0 && !isExclusive;
  const location = tables.vfs.resolve(actor, directory, path, follow, (flags & O_CREAT) !== 0);
  if (location instanceof Errno) return location;
  if (location.description) return openAgain(location.description, flags);
  // A file may take the place of a command's stub.
  const isReplaced =
    (flags & O_ACCMODE) !== O_RDONLY && exists(location) && isCommandStub(location.stat);
  if (isExclusive && exists(location)) return errno.EEXIST;
  if (!exists(location) || (isReplaced && flags & O_CREAT)) {
    if (!(flags & O_CREAT)) return errno.ENOENT;
    const created = tables.vfs.create(actor, location, mode, isExclusive);
    if (created instanceof Errno) return created;
    return named(
      new RegularFile(created, location.mount.id, flags & STATUS_FLAGS, tables.vfs),
      location,
    );
  }
  if (isDirectory(location.stat)) {
    const wantsChange = (flags & O_ACCMODE) !== O_RDONLY || (flags & (O_CREAT | O_TRUNC)) !== 0;
    if (wantsChange) return errno.EISDIR;
    const refused = tables.vfs.checkAccess(actor, location, MAY_READ);
    return refused ?? named(new DirectoryDescription(tables.vfs, location), location);
  }
  if (flags & O_DIRECTORY) return errno.ENOTDIR;
  const type = location.stat.mode & S_IFMT;
  if (type === S_IFLNK) return errno.ELOOP;
  const refused = tables.vfs.checkAccess(actor, location, accessOf(flags));
  if (refused) return refused;
  switch (type) {
    case S_IFREG:
      return openRegular(tables, process, location, flags);
    case S_IFCHR:
      return named(openCharacterDevice(tables, process, location.stat.rdev, flags), location);
    case S_IFIFO: {
      const inode = new OpenInode(tables.vfs, location);
      return named(tables.fifos.open(inode, flags & STATUS_FLAGS), location);
    }
    default:
      return errno.ENXIO;
  }
}

/** stat(2), or lstat(2) without `follow`. */
export function statPath(
  tables: KernelTables,
  process: Process,
  directory: Base,
  path: string,
  follow: boolean,
): VirtualStat | Errno {
  return tables.vfs.stat(process.actor, directory, path, follow);
}

/** Opening /dev/fd/N or /proc/self/fd/N is dup(N), within the rights that N has. */
function openAgain(description: FileDescription, flags: number): FileDescription | Errno {
  const wanted = flags & O_ACCMODE;
  const had = description.flags & O_ACCMODE;
  return had === wanted || had === O_RDWR ? description : errno.EACCES;
}

/** What opening with `flags` wants to be allowed to do. */
function accessOf(flags: number): number {
  const access = flags & O_ACCMODE;
  const wanted = access === O_RDONLY ? MAY_READ : access === O_WRONLY ? MAY_WRITE : 0;
  return (wanted || MAY_READ | MAY_WRITE) | (flags & O_TRUNC ? MAY_WRITE : 0);
}

function openCharacterDevice(
  tables: KernelTables,
  process: Process,
  device: number,
  flags: number,
): FileDescription | Errno {
  const terminal = tables.terminals.open(process, device, flags & (STATUS_FLAGS | O_NOCTTY));
  return terminal ?? openDevice(device, flags & STATUS_FLAGS);
}

function openRegular(
  tables: KernelTables,
  { actor }: Process,
  location: ExistingLocation,
  flags: number,
): FileDescription | Errno {
  const truncate = (flags & O_TRUNC) !== 0;
  const writable = truncate || (flags & O_ACCMODE) !== O_RDONLY;
  const options = { ...openExisting, writable };
  const file = truncate
    ? tables.vfs.openTruncated(actor, location, options)
    : tables.vfs.open(location, options);
  if (file instanceof Errno) return file;
  return named(
    new RegularFile(file, location.mount.id, flags & STATUS_FLAGS, tables.vfs),
    location,
  );
}

/** Notes where a description was opened, for /proc/PID/fd. */
function named(opened: FileDescription | Errno, { path }: Location): FileDescription | Errno {
  if (!(opened instanceof Errno)) opened.openedPath = path;
  return opened;
}
