/** Handlers about names of files. Each takes the directory that a relative path starts from. */
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
} from "../kernel/constants.js";
import { DirectoryDescription } from "../kernel/directory-description.js";
import { Errno, errno } from "../kernel/errno.js";
import { openPath, statPath } from "../kernel/open.js";
import { parseTimes } from "./file-times.js";
import type { Caller, Handlers } from "./handler.js";
import { encodeStat } from "./stat-structure.js";

export const fileCalls = {
  open(caller, { directory, path, flags, mode, minimum }) {
    const { tables, process } = caller;
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    // As on Linux: without a free number nothing is made or truncated.
    const fd = process.fds.lowestFree(minimum);
    if (fd instanceof Errno) return fd;
    const description = openPath(tables, process, base, path, flags, mode);
    if (description instanceof Errno) return description;
    return process.fds.install(fd, description, (flags & O_CLOEXEC) !== 0);
  },

  stat(caller, { directory, path, flags }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    const follow = (flags & AT_SYMLINK_NOFOLLOW) === 0;
    const stat = statPath(caller.tables, caller.process, base, path, follow);
    return stat instanceof Errno ? stat : encodeStat(stat);
  },

  mkdir(caller, { directory, path, mode }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    return caller.tables.vfs.mkdir(caller.process.actor, base, path, mode);
  },

  unlink(caller, { directory, path, flags }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    const { vfs } = caller.tables;
    const { actor } = caller.process;
    return flags & AT_REMOVEDIR ? vfs.rmdir(actor, base, path) : vfs.unlink(actor, base, path);
  },

  rename(caller, { oldDirectory, oldPath, newDirectory, newPath }) {
    const oldBase = directoryPath(caller, oldDirectory);
    if (oldBase instanceof Errno) return oldBase;
    const newBase = directoryPath(caller, newDirectory);
    if (newBase instanceof Errno) return newBase;
    return caller.tables.vfs.rename(caller.process.actor, oldBase, oldPath, newBase, newPath);
  },

  link(caller, { oldDirectory, oldPath, newDirectory, newPath, flags }) {
    const oldBase = directoryPath(caller, oldDirectory);
    if (oldBase instanceof Errno) return oldBase;
    const newBase = directoryPath(caller, newDirectory);
    if (newBase instanceof Errno) return newBase;
    const follow = (flags & AT_SYMLINK_FOLLOW) !== 0;
    return caller.tables.vfs.link(caller.process.actor, oldBase, oldPath, newBase, newPath, follow);
  },

  symlink(caller, { target, directory, path }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    return caller.tables.vfs.symlink(caller.process.actor, target, base, path);
  },

  readlink(caller, { directory, path }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    const target = caller.tables.vfs.readlink(caller.process.actor, base, path);
    return target instanceof Errno ? target : new TextEncoder().encode(target);
  },

  chmod(caller, { directory, path, mode }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    return caller.tables.vfs.setAttributes(
      caller.process.actor,
      base,
      path,
      { mode: mode & 0o7777 },
      true,
    );
  },

  utimes(caller, { directory, path, times, set, flags }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    const change = parseTimes(times, set);
    if (change instanceof Errno) return change;
    const follow = (flags & AT_SYMLINK_NOFOLLOW) === 0;
    return caller.tables.vfs.setAttributes(caller.process.actor, base, path, change, follow);
  },
} satisfies Partial<Handlers>;

/** The path of the directory that a relative path starts from. */
function directoryPath({ process }: Caller, fd: number): string | Errno {
  if (fd === AT_FDCWD) return process.cwd;
  const description = process.fds.get(fd);
  if (description instanceof Errno) return description;
  return description instanceof DirectoryDescription ? description.path : errno.ENOTDIR;
}
