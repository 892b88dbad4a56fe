/**
 * A store as the kernel asks it: every method answers at once or suspends the call that asks
 * (`suspension.ts`), and never throws an error, whatever a third party's code does.
 */
import { Errno } from "./errno.js";
import { closeFile, GuardedFile, now } from "./guarded-file.js";
import type { VirtualStat } from "./stat.js";
import type { Replay } from "./suspension.js";
import type {
  AttributeChange,
  DirectoryEntry,
  NewNode,
  OpenFile,
  OpenOptions,
  StoreSpace,
  SynchronousFileSystem,
  VirtualFileSystem,
} from "./virtual-file-system.js";

export class GuardedStore implements SynchronousFileSystem {
  /** What is guarded. */
  readonly store: VirtualFileSystem;
  readonly isSynchronous: boolean;
  readonly #replay: Replay;
  readonly #open = new Set<OpenFile>();

  constructor(store: VirtualFileSystem, replay: Replay) {
    this.store = store;
    this.isSynchronous = store.isSynchronous === true;
    this.#replay = replay;
  }

  get isReadOnly(): boolean {
    return this.store.isReadOnly;
  }

  lstat(path: string): VirtualStat | Errno {
    return this.#ask("lstat", path, 0, () => this.store.lstat(path));
  }

  open(path: string, options: OpenOptions): GuardedFile | Errno {
    const put = () => this.store.open(path, options);
    const key = this.isSynchronous ? "" : JSON.stringify(options);
    const file = this.#ask<OpenFile>("open", path, key, put, this.#drop);
    if (file instanceof Errno || file instanceof GuardedFile) return file;
    this.#open.add(file);
    return new GuardedFile(file, this.isSynchronous, this.#replay, this.#closed);
  }

  /** How many of its files are open. */
  get openFiles(): number {
    return this.#open.size;
  }

  readonly #closed = (file: OpenFile): void => void this.#open.delete(file);

  /** Closes a file that was opened for a call that has ended. */
  readonly #drop = (answer: unknown): void => {
    if (!answer || answer instanceof Errno) return;
    this.#open.delete(answer as OpenFile);
    closeFile(answer as OpenFile);
  };

  entries(path: string): Iterable<DirectoryEntry> | Errno {
    if (!this.isSynchronous || !this.store.entries) return this.readDir(path);
    return now(() => this.store.entries?.(path) ?? []);
  }

  readDir(path: string): DirectoryEntry[] | Errno {
    return this.#ask("readDir", path, 0, () => this.store.readDir(path));
  }

  mkdir(path: string, node: NewNode): undefined | Errno {
    return this.#ask("mkdir", path, keyOf(node), () => this.store.mkdir(path, node));
  }

  mknod(path: string, node: NewNode): undefined | Errno {
    return this.#ask("mknod", path, keyOf(node), () => this.store.mknod(path, node));
  }

  rmdir(path: string): undefined | Errno {
    return this.#ask("rmdir", path, 0, () => this.store.rmdir(path));
  }

  unlink(path: string): undefined | Errno {
    return this.#ask("unlink", path, 0, () => this.store.unlink(path));
  }

  rename(oldPath: string, newPath: string): undefined | Errno {
    return this.#ask("rename", oldPath, newPath, () => this.store.rename(oldPath, newPath));
  }

  link(existingPath: string, newPath: string): undefined | Errno {
    return this.#ask("link", existingPath, newPath, () => this.store.link(existingPath, newPath));
  }

  symlink(target: string, path: string, node: NewNode): undefined | Errno {
    return this.#ask("symlink", target, path, () => this.store.symlink(target, path, node));
  }

  readlink(path: string): string | Errno {
    return this.#ask("readlink", path, 0, () => this.store.readlink(path));
  }

  setAttributes(path: string, change: AttributeChange): undefined | Errno {
    const key = this.isSynchronous ? "" : JSON.stringify(change);
    return this.#ask("setAttributes", path, key, () => this.store.setAttributes(path, change));
  }

  statfs(): StoreSpace | Errno {
    return this.#ask("statfs", 0, 0, () => this.store.statfs());
  }

  #ask<T>(
    operation: string,
    first: unknown,
    second: unknown,
    put: () => T | Errno | Promise<T | Errno>,
    drop?: (answer: unknown) => void,
  ): T | Errno {
    if (this.isSynchronous) return now(put);
    return this.#replay.ask(this.store, operation, first, second, put, drop);
  }
}

function keyOf({ mode, uid, gid }: NewNode): string {
  return `${mode} ${uid} ${gid}`;
}
