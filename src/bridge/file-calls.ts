/** Handlers about names of files. Each takes the directory that a relative path starts from. */

import { realActorOf } from "../kernel/actor.js";
import { bytesOfText } from "../kernel/byte-text.js";
import { changeOpenFile } from "../kernel/change-open-file.js";
import {
  AT_EACCESS,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
} from "../kernel/constants.js";
import { DirectoryDescription } from "../kernel/directory-description.js";
import { Errno, errno } from "../kernel/errno.js";
import type { FileDescription } from "../kernel/file-description.js";
import type { Base } from "../kernel/held-directory.js";
import { openPath, statPath } from "../kernel/open.js";
import type { RequestedChange } from "../kernel/permission-bits.js";
import type { Process } from "../kernel/process.js";
import { Blocked, type Outcome } from "../kernel/wait.js";
import { parseTimes } from "./file-times.js";
import type { Caller, Handlers } from "./handler.js";
import { INSPECT_CONTENTS, inspectNames } from "./inspect-names.js";
import { listDirectories } from "./list-directories.js";
import { encodeSpace } from "./space-structure.js";
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
    const opening = description.opening();
    if (opening) return whenOpen(process, description, opening, minimum, flags);
    return process.fds.install(fd, description, (flags & O_CLOEXEC) !== 0);
  },

  stat(caller, { directory, path, flags }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    const follow = (flags & AT_SYMLINK_NOFOLLOW) === 0;
    const stat = statPath(caller.tables, caller.process, base, path, follow);
    return stat instanceof Errno ? stat : encodeStat(stat);
  },

  inspect(caller, { directory, names, flags, target }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    if (flags & ~INSPECT_CONTENTS) return errno.EINVAL;
    return inspectNames(caller, base, names, (flags & INSPECT_CONTENTS) !== 0, target);
  },

  list_directories(caller, { directory, names, target }) {
    const base = directoryPath(caller, directory);
    return base instanceof Errno ? base : listDirectories(caller, base, names, target);
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
    return target instanceof Errno ? target : bytesOfText(target);
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

  access({ tables, process }, { directory, path, mode, flags }) {
    const base = directoryPath({ tables, process }, directory);
    if (base instanceof Errno) return base;
    if (mode > ACCESS_MODES || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW)) return errno.EINVAL;
    const actor = flags & AT_EACCESS ? process.actor : realActorOf(process);
    return tables.vfs.access(actor, base, path, mode, (flags & AT_SYMLINK_NOFOLLOW) === 0);
  },

  chown(caller, { directory, path, uid, gid, flags }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    const follow = (flags & AT_SYMLINK_NOFOLLOW) === 0;
    const change = ownership(uid, gid);
    return caller.tables.vfs.setAttributes(caller.process.actor, base, path, change, follow);
  },

  fchown({ process }, { fd, uid, gid }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    return changeOpenFile(process.actor, description, ownership(uid, gid));
  },

  mknod(caller, { directory, path, mode }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    return caller.tables.vfs.mknod(caller.process.actor, base, path, mode);
  },

  statfs(caller, { directory, path }) {
    const base = directoryPath(caller, directory);
    if (base instanceof Errno) return base;
    const space = caller.tables.vfs.statfs(caller.process.actor, base, path);
    return space instanceof Errno ? space : encodeSpace(space);
  },

  fstatfs({ tables, process }, { fd }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    const stat = description.stat();
    if (stat instanceof Errno) return stat;
    const space = tables.vfs.statfsOf(stat.dev);
    return space instanceof Errno ? space : encodeSpace(space);
  },
} satisfies Partial<Handlers>;

/** R_OK, W_OK and X_OK. */
const ACCESS_MODES = 7;

/** -1 leaves what is there. */
function ownership(uid: number, gid: number): RequestedChange {
  return {
    isOwnership: true,
    uid: uid === -1 ? undefined : uid >>> 0,
    gid: gid === -1 ? undefined : gid >>> 0,
  };
}

/** Waits for the other side of a FIFO; a number is taken only then. */
function whenOpen(
  process: Process,
  description: FileDescription,
  opening: Blocked<undefined>,
  minimum: number,
  flags: number,
): Outcome<number> {
  description.retain();
  const install = (): number | Errno => {
    const fd = process.fds.allocate(description, (flags & O_CLOEXEC) !== 0, minimum);
    description.release();
    return fd;
  };
  const wait = (blocked: Blocked<undefined>): Blocked<number> =>
    new Blocked<number>({
      queues: blocked.queues,
      retry: () => {
        const outcome = blocked.retry();
        if (outcome instanceof Blocked) return wait(outcome);
        return install();
      },
      interrupted: (reason) => {
        description.release();
        return reason;
      },
    });
  return wait(opening);
}

/** The directory that a relative path starts from. */
export function directoryPath({ process }: Caller, fd: number): Base | Errno {
  if (fd === AT_FDCWD) return process.workingDirectory;
  const description = process.fds.get(fd);
  if (description instanceof Errno) return description;
  return description instanceof DirectoryDescription ? description.held : errno.ENOTDIR;
}
