/**
 * Copy-on-write: a store to look into (`lower`) and one that takes every change (`upper`), seen as
 * one. The semantics are those of Linux's overlayfs (Documentation/filesystems/overlayfs.rst):
 *
 * - A name is looked for in `upper`, then in `lower`. What is changed is copied up first; what is
 *   removed from `lower` is hidden. A hidden name that is made again as a directory is opaque.
 * - A directory that is partly or wholly in `lower` is not renamed: EXDEV, and `mv` copies.
 * - A file keeps its inode number when it is copied up. Copying up one of several hard links in
 *   `lower` parts it from the others.
 *
 * Unlike overlayfs, a file that is open for reading while it is copied up shows what is written
 * later. What is hidden is kept here, not in `upper`: it lives as long as this object.
 */
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { GuardedStore } from "./guarded-store.js";
import { OverlayFile } from "./overlay-file.js";
import { isWithin, parentPath } from "./path.js";
import type { VirtualStat } from "./stat.js";
import { Replay } from "./suspension.js";
import type {
  Answer,
  AttributeChange,
  DirectoryEntry,
  NewNode,
  OpenFile,
  OpenOptions,
  StoreSpace,
  SynchronousOpenFile,
  VirtualFileSystem,
} from "./virtual-file-system.js";
import { openExisting } from "./virtual-file-system.js";

export interface OverlayOptions {
  /** What is looked into; nothing there is ever changed. */
  lower: VirtualFileSystem;
  /** What takes the changes: an empty store, or the upper store of an earlier overlay. */
  upper: VirtualFileSystem;
}

/** A copy goes in pieces of this many bytes; more than `COPY_AT_ONCE` lets others run in between. */
const COPY_BYTES = 1024 * 1024;
const COPY_AT_ONCE = 8 * COPY_BYTES;

class OverlayFileSystem implements VirtualFileSystem {
  readonly isReadOnly = false;
  readonly #replay = new Replay();
  readonly #lower: GuardedStore;
  readonly #upper: GuardedStore;
  /** Paths at and below which `lower` is not looked into. Only what `lower` has gets in here. */
  readonly #hidden = new Set<string>();
  /**
   * The path that was last found not to be hidden: who walks down a path name by name asks about each
   * name once, and not about all names above it.
   */
  #shown = "/";
  /** From the inode number of a copy in `upper` to that of its original. */
  readonly #origins = new Map<number, number>();
  /** Files of `lower` that are open, by inode number: they follow a copy. */
  readonly #openLower = new Map<number, Set<OverlayFile>>();
  /** What the call that runs changes in here: done when it ends, since it may run again until then. */
  #effects: (() => void)[] = [];
  /** The last of the calls that wait; those that come meanwhile queue up behind it. */
  #last: Promise<unknown> | null = null;

  constructor({ lower, upper }: OverlayOptions) {
    this.#lower = new GuardedStore(lower, this.#replay);
    this.#upper = new GuardedStore(upper, this.#replay);
  }

  lstat(path: string): Answer<VirtualStat> {
    return this.#answer(() => this.#lstat(path));
  }

  open(path: string, options: OpenOptions): Answer<OpenFile> {
    return this.#answer<OpenFile>(() => this.#open(path, options));
  }

  readDir(path: string): Answer<DirectoryEntry[]> {
    return this.#answer(() => this.#readDir(path));
  }

  readlink(path: string): Answer<string> {
    return this.#answer(() => {
      const found = this.#find(path);
      return found instanceof Errno ? found : found.store.readlink(path);
    });
  }

  mkdir(path: string, node: NewNode): Answer<undefined> {
    return this.#answer(() => this.#newName(path) ?? this.#upper.mkdir(path, node));
  }

  mknod(path: string, node: NewNode): Answer<undefined> {
    return this.#answer(() => this.#newName(path) ?? this.#upper.mknod(path, node));
  }

  symlink(target: string, path: string, node: NewNode): Answer<undefined> {
    return this.#answer(() => this.#newName(path) ?? this.#upper.symlink(target, path, node));
  }

  link(existingPath: string, newPath: string): Answer<undefined> {
    return this.#answer(() => {
      const stat = this.#lstat(existingPath);
      if (stat instanceof Errno) return stat;
      if (typeOf(stat) === S_IFDIR) return errno.EPERM;
      const refused = this.#newName(newPath) ?? this.#copyUp(existingPath);
      return refused ?? this.#upper.link(existingPath, newPath);
    });
  }

  unlink(path: string): Answer<undefined> {
    return this.#answer(() => {
      const found = this.#find(path);
      if (found instanceof Errno) return found;
      if (typeOf(found.stat) === S_IFDIR) return errno.EISDIR;
      const failed = found.store === this.#upper ? this.#upper.unlink(path) : undefined;
      return failed ?? this.#hide(path);
    });
  }

  rmdir(path: string): Answer<undefined> {
    return this.#answer(() => {
      if (path === "/") return errno.EBUSY;
      const found = this.#find(path);
      if (found instanceof Errno) return found;
      if (typeOf(found.stat) !== S_IFDIR) return errno.ENOTDIR;
      const names = this.#readDir(path);
      if (names instanceof Errno) return names;
      if (names.length > 0) return errno.ENOTEMPTY;
      const failed = found.store === this.#upper ? this.#upper.rmdir(path) : undefined;
      return failed ?? this.#hide(path);
    });
  }

  rename(oldPath: string, newPath: string): Answer<undefined> {
    return this.#answer(() => this.#rename(oldPath, newPath));
  }

  setAttributes(path: string, change: AttributeChange): Answer<undefined> {
    return this.#answer(() => this.#copyUp(path) ?? this.#upper.setAttributes(path, change));
  }

  statfs(): Answer<StoreSpace> {
    return this.#answer(() => this.#upper.statfs());
  }

  /** Changes a file of `lower` that is open: EROFS when it has no name any more to copy it up by. */
  changeOpen(file: OverlayFile, change: AttributeChange): Answer<undefined> {
    return this.#answer(() => {
      const found = this.#find(file.path);
      if (found instanceof Errno || found.stat.ino !== file.lowerIno) return errno.EROFS;
      return this.#copyUp(file.path) ?? this.#upper.setAttributes(file.path, change);
    });
  }

  shownIno(upperIno: number): number {
    const origin = this.#origins.get(upperIno);
    return origin === undefined ? upperIno * 2 + 1 : origin * 2;
  }

  closed(file: OverlayFile): void {
    const { lowerIno } = file;
    if (lowerIno === undefined) return;
    const files = this.#openLower.get(lowerIno);
    files?.delete(file);
    if (files?.size === 0) this.#openLower.delete(lowerIno);
  }

  /** Runs one call: calls that have to wait run one after the other. */
  #answer<T>(call: () => T | Errno): Answer<T> {
    const whole = (): T | Errno => {
      this.#effects = [];
      const result = call();
      for (const effect of this.#effects) effect();
      return result;
    };
    if (this.#last) return this.#queue(this.#last.then(() => this.#replay.promise(whole)));
    const answer = this.#replay.answer(whole);
    return answer instanceof Promise ? this.#queue(answer) : answer;
  }

  #queue<T>(answer: Promise<T>): Promise<T> {
    const done = answer.then(() => {
      if (this.#last === done) this.#last = null;
    });
    this.#last = done;
    return answer;
  }

  /** Where the file at `path` is. */
  #find(path: string): { store: GuardedStore; stat: VirtualStat } | Errno {
    const upper = this.#upper.lstat(path);
    if (!(upper instanceof Errno)) return { store: this.#upper, stat: upper };
    if (upper !== errno.ENOENT || this.#isHidden(path)) return upper;
    const lower = this.#lower.lstat(path);
    return lower instanceof Errno ? lower : { store: this.#lower, stat: lower };
  }

  #isHidden(path: string): boolean {
    for (let at = path; !isWithin(this.#shown, at); at = parentPath(at)) {
      if (this.#hidden.has(at)) return true;
    }
    this.#shown = path;
    return false;
  }

  #hide(path: string): undefined {
    if (!this.#isHidden(path) && !(this.#lower.lstat(path) instanceof Errno)) {
      this.#effects.push(() => {
        this.#hidden.add(path);
        this.#shown = "/";
      });
    }
  }

  #lstat(path: string): VirtualStat | Errno {
    const found = this.#find(path);
    return found instanceof Errno ? found : { ...found.stat, ino: this.#inoOf(found) };
  }

  /** Numbers of both stores in one: a copy keeps that of its original. */
  #inoOf({ store, stat }: { store: GuardedStore; stat: { ino: number } }): number {
    return store === this.#lower ? stat.ino * 2 : this.shownIno(stat.ino);
  }

  #open(path: string, options: OpenOptions): OverlayFile | Errno {
    const found = this.#find(path);
    if (found instanceof Errno) {
      if (found !== errno.ENOENT || !options.create) return found;
      const refused = this.#copyUpParent(path);
      return refused ?? this.#openUpper(path, options);
    }
    if (options.create && options.exclusive) return errno.EEXIST;
    if (typeOf(found.stat) === S_IFDIR) return errno.EISDIR;
    if (typeOf(found.stat) === S_IFLNK) return errno.ELOOP;
    if (options.writable || options.truncate) {
      const refused = this.#copyUp(path, options.truncate);
      if (refused) return refused;
    }
    if (found.store === this.#upper || options.writable || options.truncate) {
      return this.#openUpper(path, options);
    }
    const opened = this.#lower.open(path, options);
    if (opened instanceof Errno) return opened;
    const { ino } = found.stat;
    const file = new OverlayFile(this, opened, path, ino);
    this.#effects.push(() => {
      const files = this.#openLower.get(ino) ?? new Set();
      this.#openLower.set(ino, files.add(file));
    });
    return file;
  }

  #openUpper(path: string, options: OpenOptions): OverlayFile | Errno {
    const file = this.#upper.open(path, options);
    return file instanceof Errno ? file : new OverlayFile(this, file, path, undefined);
  }

  #readDir(path: string): DirectoryEntry[] | Errno {
    const upper = this.#upper.readDir(path);
    if (upper instanceof Errno && upper !== errno.ENOENT) return upper;
    const lower = this.#isHidden(path) ? errno.ENOENT : this.#lower.readDir(path);
    if (upper instanceof Errno && lower instanceof Errno) return lower;
    const entries = new Map<string, DirectoryEntry>();
    for (const entry of lower instanceof Errno ? [] : lower) {
      if (this.#hidden.has(childPath(path, entry.name))) continue;
      entries.set(entry.name, { ...entry, ino: entry.ino * 2 });
    }
    for (const entry of upper instanceof Errno ? [] : upper) {
      const ino = this.#inoOf({ store: this.#upper, stat: entry });
      entries.set(entry.name, { ...entry, ino });
    }
    return [...entries.values()];
  }

  #rename(oldPath: string, newPath: string): undefined | Errno {
    const from = this.#find(oldPath);
    if (from instanceof Errno) return from;
    const isDirectory = typeOf(from.stat) === S_IFDIR;
    if (newPath.startsWith(`${oldPath}/`)) return errno.EINVAL;
    const to = this.#find(newPath);
    if (to instanceof Errno && to !== errno.ENOENT) return to;
    if (!(to instanceof Errno)) {
      if (this.#inoOf(to) === this.#inoOf(from)) return undefined;
      const refused = this.#mayReplace(isDirectory, newPath, to.stat);
      if (refused) return refused;
    }
    const isInLower = !this.#isHidden(oldPath) && !(this.#lower.lstat(oldPath) instanceof Errno);
    if (isDirectory && isInLower) return errno.EXDEV;
    const refused = this.#copyUpParent(newPath) ?? this.#copyUp(oldPath);
    if (refused) return refused;
    const failed = this.#upper.rename(oldPath, newPath);
    if (failed) return failed;
    this.#hide(newPath);
    return this.#hide(oldPath);
  }

  #mayReplace(isDirectory: boolean, path: string, stat: VirtualStat): undefined | Errno {
    if (typeOf(stat) !== S_IFDIR) return isDirectory ? errno.ENOTDIR : undefined;
    if (!isDirectory) return errno.EISDIR;
    const names = this.#readDir(path);
    if (names instanceof Errno) return names;
    return names.length > 0 ? errno.ENOTEMPTY : undefined;
  }

  /** Makes room for a name: EEXIST, or what is wrong with its directory. */
  #newName(path: string): undefined | Errno {
    const found = this.#find(path);
    if (!(found instanceof Errno)) return errno.EEXIST;
    return found === errno.ENOENT ? this.#copyUpParent(path) : found;
  }

  #copyUpParent(path: string): undefined | Errno {
    const parent = this.#find(parentPath(path));
    if (parent instanceof Errno) return parent;
    return typeOf(parent.stat) === S_IFDIR ? this.#copyUp(parentPath(path)) : errno.ENOTDIR;
  }

  /** Sees to it that what is at `path` is in `upper`; its content may be left out. */
  #copyUp(path: string, isEmptied = false): undefined | Errno {
    const found = this.#find(path);
    if (found instanceof Errno) return found;
    if (found.store === this.#upper) return undefined;
    const refused = path === "/" ? undefined : this.#copyUp(parentPath(path));
    if (refused) return refused;
    const failed = this.#copy(path, found.stat, isEmptied);
    if (failed) {
      if (typeOf(found.stat) === S_IFREG) this.#upper.unlink(path);
      return failed;
    }
    const copy = this.#upper.lstat(path);
    if (copy instanceof Errno) return copy;
    this.#effects.push(() => this.#origins.set(copy.ino, found.stat.ino));
    return this.#follow(path, found.stat.ino);
  }

  #copy(path: string, stat: VirtualStat, isEmptied: boolean): undefined | Errno {
    const node = { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
    const failed = this.#copyNode(path, stat, node, isEmptied);
    if (failed || typeOf(stat) === S_IFLNK) return failed;
    const { atimeMs, atimeNs, mtimeMs, mtimeNs } = stat;
    const times = {
      atime: { ms: Math.floor(atimeMs), ns: atimeNs ?? 0 },
      mtime: { ms: Math.floor(mtimeMs), ns: mtimeNs ?? 0 },
    };
    return this.#upper.setAttributes(path, { mode: node.mode, ...times });
  }

  #copyNode(path: string, stat: VirtualStat, node: NewNode, isEmptied: boolean): undefined | Errno {
    switch (typeOf(stat)) {
      case S_IFDIR:
        return this.#upper.mkdir(path, node);
      case S_IFLNK: {
        const target = this.#lower.readlink(path);
        return target instanceof Errno ? target : this.#upper.symlink(target, path, node);
      }
      case S_IFREG:
        return this.#copyContent(path, isEmptied ? 0 : stat.size, node);
      default:
        return this.#upper.mknod(path, { ...node, mode: stat.mode });
    }
  }

  #copyContent(path: string, size: number, node: NewNode): undefined | Errno {
    const creating = { create: true, exclusive: true, truncate: false, writable: true, node };
    const target = this.#upper.open(path, creating);
    if (target instanceof Errno) return target;
    const source = this.#lower.open(path, openExisting);
    if (source instanceof Errno) {
      target.close();
      return source;
    }
    const copied =
      size <= COPY_AT_ONCE
        ? copyBytes(source, target, 0, size)
        : this.#replay.ask(target.file, "copy", size, 0, () =>
            copyInSlices(this.#replay, source, target, size),
          );
    source.close();
    target.close();
    return copied;
  }

  /** Has the open files of `lower` go on with the copy. */
  #follow(path: string, ino: number): undefined | Errno {
    for (const file of this.#openLower.get(ino) ?? []) {
      const copy = this.#upper.open(path, openExisting);
      if (copy instanceof Errno) return copy;
      this.#effects.push(() => file.goOnWith(copy));
    }
    this.#effects.push(() => this.#openLower.delete(ino));
    return undefined;
  }
}

function copyBytes(
  source: SynchronousOpenFile,
  target: SynchronousOpenFile,
  from: number,
  to: number,
): undefined | Errno {
  const buffer = new Uint8Array(Math.min(COPY_BYTES, to - from));
  for (let at = from; at < to; ) {
    const count = source.read(buffer.subarray(0, Math.min(buffer.length, to - at)), at);
    if (count instanceof Errno) return count;
    if (count === 0) return undefined;
    const written = target.write(buffer.subarray(0, count), at);
    if (written instanceof Errno) return written;
    at += count;
  }
  return undefined;
}

/** Copies a big file with pauses, in which other work of the host's thread gets its turn. */
async function copyInSlices(
  replay: Replay,
  source: SynchronousOpenFile,
  target: SynchronousOpenFile,
  size: number,
): Promise<undefined | Errno> {
  for (let at = 0; at < size; at += COPY_AT_ONCE) {
    const to = Math.min(size, at + COPY_AT_ONCE);
    const failed = await replay.promise(() => copyBytes(source, target, at, to));
    if (failed) return failed;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return undefined;
}

function typeOf(stat: VirtualStat): number {
  return stat.mode & S_IFMT;
}

function childPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/**
 * Makes a store that shows `lower` and keeps every change in `upper`.
 *
 * Renaming a directory that is in `lower` is EXDEV, as on Linux's overlayfs. A file of more than
 * 8 MiB that is opened for writing for the first time is copied later: the call answers with a promise.
 */
export function createOverlayFileSystem(options: OverlayOptions): VirtualFileSystem {
  return new OverlayFileSystem(options);
}
