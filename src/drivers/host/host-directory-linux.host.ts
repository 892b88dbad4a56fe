/**
 * Places below a host's directory, on Linux: each directory on the way is opened by its name in the
 * one before (`/proc/self/fd/N/name`), without following links. A held directory stays the same
 * whatever is renamed meanwhile, so nothing that is swapped can lead out.
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

/** open(2): only a handle, nothing is opened for use: no FIFO waits, no device hears of it. */
const O_PATH = 0o10000000;
const O_DIRECTORY = 0o200000;
const O_NOFOLLOW = 0o400000;
const O_NONBLOCK = 0o4000;

export class LinuxDirectories implements HostDirectories {
  readonly #root: string;

  /** @throws KernelError when `root` is no directory. */
  constructor(root: string) {
    const real = hostCall(() => {
      const path = hostFs().realpathSync(root);
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
      return this.#walk(names, (fd) =>
        act(new LinuxPlace(name === undefined ? `/proc/self/fd/${fd}/.` : inside(fd, name))),
      );
    });
  }

  inDirectory<T>(path: string, act: (directory: Directory) => T | Errno): T | Errno {
    return hostCall(() => {
      const names = namesOf(path);
      if (names instanceof Errno) return names;
      return this.#walk(names, (fd) =>
        act({
          self: `/proc/self/fd/${fd}`,
          at: (name) => inside(fd, name),
          keep: () => {
            const kept = hostFs().openSync(`/proc/self/fd/${fd}`, O_PATH | O_DIRECTORY);
            return {
              at: (name) => inside(kept, name),
              close: () => hostFs().closeSync(kept),
            };
          },
        }),
      );
    });
  }

  /** Opens the directories `names` one in the other and calls `act` with the last. */
  #walk<T>(names: readonly string[], act: (fd: number) => T | Errno): T | Errno {
    const fs = hostFs();
    const flags = O_PATH | O_DIRECTORY | O_NOFOLLOW;
    let fd = fs.openSync(this.#root, flags);
    try {
      for (const name of names) {
        const next = openDirectory(inside(fd, name), flags);
        if (next instanceof Errno) return next;
        fs.closeSync(fd);
        fd = next;
      }
      return act(fd);
    } finally {
      fs.closeSync(fd);
    }
  }
}

function inside(fd: number, name: string): string {
  return `/proc/self/fd/${fd}/${name}`;
}

function openDirectory(path: string, flags: number): number | Errno {
  const opened = hostCall(() => hostFs().openSync(path, flags));
  if (opened !== errno.ENOTDIR) return opened;
  const isLink = hostCall(() => hostFs().lstatSync(path).isSymbolicLink());
  return isLink === true ? errno.ELOOP : errno.ENOTDIR;
}

class LinuxPlace implements Place {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  lstat(): BigIntStats {
    return hostFs().lstatSync(this.path, { bigint: true });
  }

  openRegular(writable: boolean): number | Errno {
    return this.#held((held) => {
      const stat = hostFs().fstatSync(held);
      if (stat.isDirectory()) return errno.EISDIR;
      if (stat.isSymbolicLink()) return errno.ELOOP;
      if (!stat.isFile()) return errno.EACCES;
      const access = writable ? 2 : 0;
      return hostFs().openSync(`/proc/self/fd/${held}`, access | O_NONBLOCK);
    });
  }

  create(mode: number): number | Errno {
    return createFile(this.path, mode);
  }

  chmod(mode: number): undefined | Errno {
    return this.#held((held) => {
      if (hostFs().fstatSync(held).isSymbolicLink()) return errno.ENOTSUP;
      return done(hostFs().chmodSync(`/proc/self/fd/${held}`, mode));
    });
  }

  /** Calls `act` with a handle of what is here: what is looked at is what is acted on. */
  #held<T>(act: (held: number) => T | Errno): T | Errno {
    return hostCall(() => {
      const held = hostFs().openSync(this.path, O_PATH | O_NOFOLLOW);
      try {
        return act(held);
      } finally {
        hostFs().closeSync(held);
      }
    });
  }
}
