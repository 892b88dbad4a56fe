/**
 * A store as it is, without the right to change it: whatever would change anything is EROFS, and
 * what is wrong with a name is told first, as on Linux.
 */
import { Errno, errno } from "./errno.js";
import type { VirtualStat } from "./stat.js";
import { whenAnswered } from "./suspension.js";
import type {
  Answer,
  DirectoryEntry,
  OpenFile,
  OpenOptions,
  StoreSpace,
  VirtualFileSystem,
} from "./virtual-file-system.js";

class ReadOnlyFile implements OpenFile {
  readonly #file: OpenFile;

  /** Takes over `file`. */
  constructor(file: OpenFile) {
    this.#file = file;
  }

  read(target: Uint8Array, position: number): Answer<number> {
    return this.#file.read(target, position);
  }
  write(): Errno {
    return errno.EROFS;
  }
  truncate(): Errno {
    return errno.EROFS;
  }
  stat(): Answer<VirtualStat> {
    return this.#file.stat();
  }
  setAttributes(): Errno {
    return errno.EROFS;
  }
  close(): void | Promise<void> {
    return this.#file.close();
  }
}

class ReadOnlyFileSystem implements VirtualFileSystem {
  readonly isReadOnly = true;
  readonly isSynchronous: boolean;
  readonly #store: VirtualFileSystem;

  constructor(store: VirtualFileSystem) {
    this.#store = store;
    this.isSynchronous = store.isSynchronous === true;
  }

  lstat(path: string): Answer<VirtualStat> {
    return this.#store.lstat(path);
  }

  open(path: string, options: OpenOptions): Answer<OpenFile> {
    if (options.create || options.writable || options.truncate) {
      return whenAnswered<VirtualStat, OpenFile>(this.#store.lstat(path), (stat) => {
        if (stat === errno.ENOENT && options.create) return errno.EROFS;
        if (stat instanceof Errno) return stat;
        if (options.create && options.exclusive) return errno.EEXIST;
        return options.writable || options.truncate ? errno.EROFS : this.#open(path, options);
      });
    }
    return this.#open(path, options);
  }

  readDir(path: string): Answer<DirectoryEntry[]> {
    return this.#store.readDir(path);
  }
  readlink(path: string): Answer<string> {
    return this.#store.readlink(path);
  }
  statfs(): Answer<StoreSpace> {
    return this.#store.statfs();
  }
  mkdir(): Errno {
    return errno.EROFS;
  }
  mknod(): Errno {
    return errno.EROFS;
  }
  rmdir(): Errno {
    return errno.EROFS;
  }
  unlink(): Errno {
    return errno.EROFS;
  }
  rename(): Errno {
    return errno.EROFS;
  }
  link(): Errno {
    return errno.EROFS;
  }
  symlink(): Errno {
    return errno.EROFS;
  }
  setAttributes(): Errno {
    return errno.EROFS;
  }

  #open(path: string, options: OpenOptions): Answer<OpenFile> {
    const opened = this.#store.open(path, { ...options, create: false });
    return whenAnswered(opened, (file) => (file instanceof Errno ? file : new ReadOnlyFile(file)));
  }
}

/**
 * Makes a view of a store that cannot be changed (EROFS). What is done to the store itself shows
 * through.
 */
export function createReadOnlyFileSystem(store: VirtualFileSystem): VirtualFileSystem {
  return new ReadOnlyFileSystem(store);
}
