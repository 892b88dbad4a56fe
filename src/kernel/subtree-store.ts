/** A directory of a store as a store of its own: the same inodes, by paths that begin at the directory. */
import type { Errno } from "./errno.js";
import type { VirtualStat } from "./stat.js";
import type {
  Answer,
  AttributeChange,
  DirectoryEntry,
  NewNode,
  OpenFile,
  OpenOptions,
  StoreSpace,
  VirtualFileSystem,
} from "./virtual-file-system.js";

export class SubtreeStore implements VirtualFileSystem {
  readonly isSynchronous: boolean;
  readonly #store: VirtualFileSystem;
  readonly #root: string;

  /** @param root - The directory's path in `store`, normalised, not `/`. */
  constructor(store: VirtualFileSystem, root: string) {
    this.isSynchronous = store.isSynchronous === true;
    this.#store = store;
    this.#root = root;
  }

  get isReadOnly(): boolean {
    return this.#store.isReadOnly;
  }

  lstat(path: string): Answer<VirtualStat> {
    return this.#store.lstat(this.#at(path));
  }
  open(path: string, options: OpenOptions): OpenFile | Errno | Promise<OpenFile | Errno> {
    return this.#store.open(this.#at(path), options);
  }
  readDir(path: string): Answer<DirectoryEntry[]> {
    return this.#store.readDir(this.#at(path));
  }
  mkdir(path: string, node: NewNode): Answer<undefined> {
    return this.#store.mkdir(this.#at(path), node);
  }
  mknod(path: string, node: NewNode): Answer<undefined> {
    return this.#store.mknod(this.#at(path), node);
  }
  rmdir(path: string): Answer<undefined> {
    return this.#store.rmdir(this.#at(path));
  }
  unlink(path: string): Answer<undefined> {
    return this.#store.unlink(this.#at(path));
  }
  rename(oldPath: string, newPath: string): Answer<undefined> {
    return this.#store.rename(this.#at(oldPath), this.#at(newPath));
  }
  link(existingPath: string, newPath: string): Answer<undefined> {
    return this.#store.link(this.#at(existingPath), this.#at(newPath));
  }
  symlink(target: string, path: string, node: NewNode): Answer<undefined> {
    return this.#store.symlink(target, this.#at(path), node);
  }
  readlink(path: string): Answer<string> {
    return this.#store.readlink(this.#at(path));
  }
  setAttributes(path: string, change: AttributeChange): Answer<undefined> {
    return this.#store.setAttributes(this.#at(path), change);
  }
  statfs(): Answer<StoreSpace> {
    return this.#store.statfs();
  }

  #at(path: string): string {
    return path === "/" ? this.#root : this.#root + path;
  }
}
