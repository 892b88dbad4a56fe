/** open(2) and stat(2) for a process: from a path to a description, devices and /dev/fd included. */
import {
  O_ACCMODE,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_TRUNC,
  S_IFCHR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "./constants.js";
import { openDevice } from "./device.js";
import { descriptorOf } from "./device-fs.js";
import { DirectoryDescription } from "./directory-description.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Process } from "./process.js";
import { RegularFile } from "./regular-file.js";
import type { VirtualStat } from "./stat.js";
import { exists, isDirectory, type Location } from "./vfs.js";

/** The flags that stay with the description. */
const STATUS_FLAGS = O_ACCMODE | O_APPEND | O_NONBLOCK;

/**
 * Opens `path` for `process`, relative to `directory`.
 * @param mode - Permission bits of a new file, before the umask.
 * @returns a description without references yet (or, for /dev/fd/N, the one that N has).
 */
export function openPath(
  tables: KernelTables,
  process: Process,
  directory: string,
  path: string,
  flags: number,
  mode: number,
): FileDescription | Errno {
  if (flags & O_CREAT && flags & O_DIRECTORY) return errno.EINVAL;
  const isExclusive = (flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0;
  if (flags & O_CREAT && path.endsWith("/")) {
    const place = tables.vfs.lastName(directory, path);
    if (place instanceof Errno) return place;
    if (place.isName) return errno.EISDIR;
  }
  const follow = (flags & O_NOFOLLOW) === 0 && !isExclusive;
  const location = tables.vfs.resolve(directory, path, follow);
  if (location instanceof Errno) return location;
  const alias = descriptorOf(location.path);
  if (alias !== undefined) return openAlias(process, alias, flags);
  if (!exists(location)) {
    if (!(flags & O_CREAT)) return errno.ENOENT;
    return openRegular(tables, process, location, flags, mode);
  }
  if (isExclusive) return errno.EEXIST;
  if (isDirectory(location.stat)) {
    const wantsChange = (flags & O_ACCMODE) !== O_RDONLY || (flags & (O_CREAT | O_TRUNC)) !== 0;
    return wantsChange
      ? errno.EISDIR
      : named(new DirectoryDescription(tables.vfs, location), location);
  }
  if (flags & O_DIRECTORY) return errno.ENOTDIR;
  switch (location.stat.mode & S_IFMT) {
    case S_IFREG:
      return openRegular(tables, process, location, flags, mode);
    case S_IFCHR:
      return named(openDevice(location.stat.rdev, flags & STATUS_FLAGS), location);
    case S_IFLNK:
      return errno.ELOOP;
    default:
      return errno.ENXIO;
  }
}

/** stat(2), or lstat(2) without `follow`. */
export function statPath(
  tables: KernelTables,
  process: Process,
  directory: string,
  path: string,
  follow: boolean,
): VirtualStat | Errno {
  const location = tables.vfs.resolveExisting(directory, path, follow);
  if (location instanceof Errno) return location;
  const alias = descriptorOf(location.path);
  if (alias === undefined) return location.stat;
  const description = process.fds.get(alias);
  return description instanceof Errno ? description : description.stat();
}

/** Opening /dev/fd/N is dup(N), within the rights that N has. */
function openAlias(process: Process, fd: number, flags: number): FileDescription | Errno {
  const description = process.fds.get(fd);
  if (description instanceof Errno) return description;
  const wanted = flags & O_ACCMODE;
  const had = description.flags & O_ACCMODE;
  const isAllowed = had === wanted || (had & O_ACCMODE) === 2;
  return isAllowed ? description : errno.EACCES;
}

function openRegular(
  tables: KernelTables,
  process: Process,
  location: Location,
  flags: number,
  mode: number,
): FileDescription | Errno {
  const writable = (flags & O_ACCMODE) !== O_RDONLY;
  const file = tables.vfs.open(location, {
    create: (flags & O_CREAT) !== 0,
    exclusive: (flags & O_EXCL) !== 0,
    truncate: (flags & O_TRUNC) !== 0,
    writable: writable || (flags & O_TRUNC) !== 0,
    mode: mode & ~process.umask & 0o7777,
  });
  if (file instanceof Errno) return file;
  return named(new RegularFile(file, location.mount.id, flags & STATUS_FLAGS), location);
}

/** Notes where a description was opened, for /proc/PID/fd. */
function named(opened: FileDescription | Errno, { path }: Location): FileDescription | Errno {
  if (!(opened instanceof Errno)) opened.openedPath = path;
  return opened;
}
