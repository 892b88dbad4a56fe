/**
 * Places below a host's directory where directories can't be held open as on Linux: the path of the
 * directory is walked name by name without links, and its real path and identity are compared before
 * and after the act. A name in another spelling (case, Unicode form) of what is there is missing.
 */
import type { BigIntStats } from "node:fs";
import { Errno, errno } from "../../kernel/errno.js";
import { KernelError } from "../../kernel/kernel-error.js";
import {
  createFile,
  type Directory,
  done,
  type HostDirectories,
  hostCall,
  hostFs,
  namesOf,
  type Place,
} from "./host-directory.host.js";

export class PortableDirectories implements HostDirectories {
  readonly #root: string;

  /** @throws KernelError when `root` is no directory. */
  constructor(root: string) {
    const real = hostCall(() => {
      const path = hostFs().realpathSync.native(root);
      return hostFs().statSync(path).isDirectory() ? path : errno.ENOTDIR;
    });
    if (real instanceof Errno) throw new KernelError(real.code, "root of a host file system");
    this.#root = real;
  }

  at<T>(path: string, act: (place: Place) => T | Errno): T | Errno {
    return hostCall(() => {
      const names = namesOf(path);
      if (names instanceof Errno) return names;
      const name = names.pop();
      return this.#within(names, (directory) => {
        if (name === undefined) return act(new PortablePlace(directory));
        const refused = checkSpelling(directory, name);
        return refused ?? act(new PortablePlace(`${directory}/${name}`));
      });
    });
  }

  inDirectory<T>(path: string, act: (directory: Directory) => T | Errno): T | Errno {
    return hostCall(() => {
      const names = namesOf(path);
      if (names instanceof Errno) return names;
      return this.#within(names, (directory) => {
        const at = (name: string): string => `${directory}/${name}`;
        return act({ self: directory, at, keep: () => ({ at, close: () => {} }) });
      });
    });
  }

  #within<T>(names: readonly string[], act: (directory: string) => T | Errno): T | Errno {
    const fs = hostFs();
    let directory = this.#root;
    for (const name of names) {
      const refused = checkSpelling(directory, name);
      if (refused) return refused;
      directory = `${directory}/${name}`;
      const stat = fs.lstatSync(directory);
      if (stat.isSymbolicLink()) return errno.ELOOP;
      if (!stat.isDirectory()) return errno.ENOTDIR;
    }
    const before = identityOf(directory);
    const result = act(directory);
    return identityOf(directory) === before ? result : errno.EIO;
  }
}

/** Where a directory really is, and which one it is. EIO when that is not where it was looked for. */
function identityOf(directory: string): string {
  const fs = hostFs();
  if (fs.realpathSync.native(directory) !== directory) throw new KernelError("EIO");
  const { dev, ino } = fs.lstatSync(directory, { bigint: true });
  return `${dev} ${ino}`;
}

/** ENOENT for a name that is there in another spelling only. */
function checkSpelling(directory: string, name: string): undefined | Errno {
  const fs = hostFs();
  const path = `${directory}/${name}`;
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isSymbolicLink()) {
    return fs.realpathSync.native(path) === path ? undefined : errno.ENOENT;
  }
  return fs.readdirSync(directory).includes(name) ? undefined : errno.ENOENT;
}

class PortablePlace implements Place {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  lstat(): BigIntStats {
    return hostFs().lstatSync(this.path, { bigint: true });
  }

  openRegular(writable: boolean): number | Errno {
    return hostCall(() => {
      const fs = hostFs();
      const seen = this.lstat();
      if (seen.isDirectory()) return errno.EISDIR;
      if (seen.isSymbolicLink()) return errno.ELOOP;
      if (!seen.isFile()) return errno.EACCES;
      const { O_RDONLY, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
      const fd = fs.openSync(this.path, (writable ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK);
      const opened = fs.fstatSync(fd, { bigint: true });
      if (opened.dev === seen.dev && opened.ino === seen.ino) return fd;
      fs.closeSync(fd);
      return errno.EIO;
    });
  }

  create(mode: number): number | Errno {
    return createFile(this.path, mode);
  }

  chmod(mode: number): undefined | Errno {
    const fd = this.openRegular(false);
    if (fd === errno.EISDIR) return hostCall(() => done(hostFs().chmodSync(this.path, mode)));
    if (fd instanceof Errno) return fd;
    const changed = hostCall(() => done(hostFs().fchmodSync(fd, mode)));
    hostFs().closeSync(fd);
    return changed;
  }
}
