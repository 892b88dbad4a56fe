/** The packed standard library as a store: read-only, with one time, and no memory but for its names. */
import { S_IFDIR, S_IFMT, S_IFREG } from "../../kernel/constants.js";
import { type Errno, errno } from "../../kernel/errno.js";
import { syntheticStat, type VirtualStat } from "../../kernel/stat.js";
import type {
  DirectoryEntry,
  OpenOptions,
  StoreSpace,
  SynchronousFileSystem,
  SynchronousOpenFile,
} from "../../kernel/virtual-file-system.js";
import type { PackedEntry, PackedLibrary } from "./packed-library.host.js";

const FILE_MODE = S_IFREG | 0o644;
const DIRECTORY_MODE = S_IFDIR | 0o755;
const BLOCK_BYTES = 512;

export class LibraryStore implements SynchronousFileSystem {
  readonly isSynchronous = true;
  readonly isReadOnly = true;
  readonly mkdir = refuse;
  readonly mknod = refuse;
  readonly rmdir = refuse;
  readonly unlink = refuse;
  readonly rename = refuse;
  readonly link = refuse;
  readonly symlink = refuse;
  readonly setAttributes = refuse;
  readonly #library: PackedLibrary;

  constructor(library: PackedLibrary) {
    this.#library = library;
  }

  statfs(): StoreSpace {
    return { blockSize: 4096, blocks: 0, freeBlocks: 0, files: 0, freeFiles: 0 };
  }

  lstat(path: string): VirtualStat | Errno {
    const entry = this.#library.find(path);
    return entry ? this.#statOf(entry) : this.#missing(path);
  }

  open(path: string, options: OpenOptions): SynchronousOpenFile | Errno {
    const entry = this.#library.find(path);
    if (!entry) {
      const missing = this.#missing(path);
      return missing === errno.ENOENT && options.create ? errno.EROFS : missing;
    }
    if (options.create && options.exclusive) return errno.EEXIST;
    if (entry.kind === "directory") return errno.EISDIR;
    if (options.writable || options.truncate) return errno.EROFS;
    const stat = this.#statOf(entry);
    const library = this.#library;
    return {
      read: (target, position) => hostRead(() => library.read(path, target, position)),
      write: () => errno.EROFS,
      truncate: () => errno.EROFS,
      stat: () => ({ ...stat }),
      setAttributes: () => errno.EROFS,
      close: () => undefined,
    };
  }

  readDir(path: string): DirectoryEntry[] | Errno {
    const entry = this.#library.find(path);
    if (!entry) return this.#missing(path);
    if (entry.kind === "file") return errno.ENOTDIR;
    return entry.names.map((name) => {
      const child = this.#library.find(path === "/" ? `/${name}` : `${path}/${name}`);
      const mode = child?.kind === "directory" ? DIRECTORY_MODE : FILE_MODE;
      return { name, ino: child?.ino ?? 0, type: mode & S_IFMT };
    });
  }

  readlink(path: string): Errno {
    return this.#library.find(path) ? errno.EINVAL : this.#missing(path);
  }

  #missing(path: string): Errno {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const above = this.#library.find(path.slice(0, at));
      if (above) return above.kind === "file" ? errno.ENOTDIR : errno.ENOENT;
    }
    return errno.ENOENT;
  }

  #statOf(entry: PackedEntry): VirtualStat {
    const { timeMs } = this.#library;
    const isFile = entry.kind === "file";
    const size = isFile ? entry.size : 0;
    return {
      ...syntheticStat(isFile ? FILE_MODE : DIRECTORY_MODE, entry.ino),
      nlink: isFile ? 1 : 2,
      size,
      blocks: Math.ceil(size / BLOCK_BYTES),
      atimeMs: timeMs,
      mtimeMs: timeMs,
      ctimeMs: timeMs,
      birthtimeMs: timeMs,
    };
  }
}

function refuse(): Errno {
  return errno.EROFS;
}

function hostRead(read: () => number): number | Errno {
  try {
    return read();
  } catch {
    return errno.EIO;
  }
}
