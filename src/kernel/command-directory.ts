/**
 * The store mounted on /bin and /usr/bin: the directory of the store below, and in it a stub for
 * every registered command that has no file there. Stubs make commands visible to `ls`, `test -x`
 * and PATH searches; running one runs the registered command. Changes go to the store below.
 */
import type { CommandRegistry } from "./command-registry.js";
import { S_IFREG } from "./constants.js";
import { Errno, errno } from "./errno.js";
import type { GuardedStore } from "./guarded-store.js";
import { parentPath } from "./path.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import type {
  AttributeChange,
  DirectoryEntry,
  NewNode,
  OpenOptions,
  StoreSpace,
  SynchronousFileSystem,
  SynchronousOpenFile,
} from "./virtual-file-system.js";

class StubFile implements SynchronousOpenFile {
  readonly #content: Uint8Array;

  constructor(content: Uint8Array) {
    this.#content = content;
  }

  read(target: Uint8Array, position: number): number {
    const part = this.#content.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }
  write(): Errno {
    return errno.EROFS;
  }
  truncate(): Errno {
    return errno.EROFS;
  }
  stat(): VirtualStat {
    return stubStat(this.#content.length);
  }
  setAttributes(): Errno {
    return errno.EROFS;
  }
  close(): void {}
}

/** Marks a stub's stat: no other store uses this inode number. */
const STUB_INO = 0xffffffff;

export function isCommandStub(stat: VirtualStat): boolean {
  return stat.ino === STUB_INO;
}

function stubStat(size: number): VirtualStat {
  return { ...syntheticStat(S_IFREG | 0o755, STUB_INO), size };
}

export class CommandDirectory implements SynchronousFileSystem {
  /** It returns no promises; when the store below answers later, asking that suspends the call. */
  readonly isSynchronous: boolean;
  readonly #commands: CommandRegistry;
  readonly #below: GuardedStore;
  readonly #prefix: string;

  /** @param prefix - Where the directory lies in the store below. */
  constructor(commands: CommandRegistry, below: GuardedStore, prefix: string) {
    this.#commands = commands;
    this.#below = below;
    this.isSynchronous = below.isSynchronous;
    this.#prefix = prefix;
  }

  get isReadOnly(): boolean {
    return this.#below.isReadOnly;
  }

  lstat(path: string): VirtualStat | Errno {
    const found = this.#below.lstat(this.#path(path));
    if (!isMissing(found)) return found;
    const content = this.#stub(path);
    if (content) return stubStat(content.length);
    return found === errno.ENOENT && this.#stub(parentPath(path)) ? errno.ENOTDIR : found;
  }

  open(path: string, options: OpenOptions): SynchronousOpenFile | Errno {
    const content = this.#stub(path);
    if (content && isMissing(this.#below.lstat(this.#path(path)))) {
      if (options.create && options.exclusive) return errno.EEXIST;
      if (!options.writable) return new StubFile(content);
      if (!options.create) return errno.EPERM;
    }
    return this.#below.open(this.#path(path), options);
  }

  readDir(path: string): DirectoryEntry[] | Errno {
    const found = this.#below.readDir(this.#path(path));
    if (path !== "/" || (found instanceof Errno && found !== errno.ENOENT)) return found;
    const entries = found instanceof Errno ? [] : found;
    const names = new Set(entries.map(({ name }) => name));
    for (const name of this.#commands.names()) {
      if (!names.has(name)) entries.push({ name, ino: STUB_INO, type: S_IFREG });
    }
    return entries;
  }

  mkdir(path: string, node: NewNode): undefined | Errno {
    return this.#below.mkdir(this.#path(path), node);
  }
  mknod(path: string, node: NewNode): undefined | Errno {
    return this.#below.mknod(this.#path(path), node);
  }
  rmdir(path: string): undefined | Errno {
    return this.#below.rmdir(this.#path(path));
  }
  unlink(path: string): undefined | Errno {
    return this.#orStubRefusal(path, this.#below.unlink(this.#path(path)));
  }
  rename(oldPath: string, newPath: string): undefined | Errno {
    const renamed = this.#below.rename(this.#path(oldPath), this.#path(newPath));
    return this.#orStubRefusal(oldPath, renamed);
  }
  link(existingPath: string, newPath: string): undefined | Errno {
    const linked = this.#below.link(this.#path(existingPath), this.#path(newPath));
    return this.#orStubRefusal(existingPath, linked);
  }
  symlink(target: string, path: string, node: NewNode): undefined | Errno {
    return this.#below.symlink(target, this.#path(path), node);
  }
  readlink(path: string): string | Errno {
    const target = this.#below.readlink(this.#path(path));
    return target === errno.ENOENT && this.#stub(path) ? errno.EINVAL : target;
  }
  setAttributes(path: string, change: AttributeChange): undefined | Errno {
    return this.#orStubRefusal(path, this.#below.setAttributes(this.#path(path), change));
  }
  statfs(): StoreSpace | Errno {
    return this.#below.statfs();
  }

  #path(path: string): string {
    return path === "/" ? this.#prefix : this.#prefix + path;
  }

  /** The text of the stub at `path`, when a command has that name. */
  #stub(path: string): Uint8Array | undefined {
    const driver = this.#commands.get(path.slice(1));
    return driver && new TextEncoder().encode(`#!secure-exec ${driver.name}\n`);
  }

  /** A stub is there, but is not a file that could be changed. */
  #orStubRefusal(path: string, result: undefined | Errno): undefined | Errno {
    return result === errno.ENOENT && this.#stub(path) ? errno.EPERM : result;
  }
}

function isMissing(found: VirtualStat | Errno): boolean {
  return found === errno.ENOENT || found === errno.ENOTDIR;
}
