/**
 * A directory of the host as a store. It cannot be left: no call of it follows a symbolic link, `..`
 * is no name here, and whoever renames or swaps directories meanwhile changes only what is found, not
 * where. On Linux that holds by construction (`host-directory-linux.host.ts`), elsewhere by checking
 * before and after (`host-directory-portable.host.ts`). It is safe against guests; another program of
 * the host that changes the tree at the same time is outside of it on systems other than Linux.
 *
 * What the host's files are to guests: owned by one user, without set-user-ID and sticky bits; FIFOs,
 * sockets and devices of the host are seen as files that nobody may open (EACCES), and none are made.
 */

import type { BigIntStats, Dir } from "node:fs";
import { isCharacters } from "../../kernel/byte-text.js";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../kernel/constants.js";
import { Errno, errno } from "../../kernel/errno.js";
import { createReadOnlyFileSystem } from "../../kernel/read-only-file-system.js";
import type { VirtualStat } from "../../kernel/stat.js";
import type {
  Answer,
  AttributeChange,
  DirectoryEntry,
  NewNode,
  OpenFile,
  OpenOptions,
  StoreSpace,
  Time,
  VirtualFileSystem,
} from "../../kernel/virtual-file-system.js";
import { done, type HostDirectories, hostCall, hostFs, type Place } from "./host-directory.host.js";
import { LinuxDirectories } from "./host-directory-linux.host.js";
import { PortableDirectories } from "./host-directory-portable.host.js";

export interface HostFileSystemOptions {
  /** The host's directory that is shown as the root of the store. */
  root: string;
  /** Refuses every change with EROFS. Default true. */
  readOnly?: boolean;
  /** Who owns the files, as guests see it. Default uid 0, gid 0. */
  owner?: { uid: number; gid: number };
}

/** Permission bits that guests may set: set-user-ID and its like would mean something to the host. */
const MODE_BITS = 0o777;

/** One read or write of the host at most, so that none takes long. */
const CHUNK_BYTES = 1024 * 1024;

/** So many entries of a directory are read at once; the rest comes later, in portions of this size. */
const ENTRIES_AT_ONCE = 512;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

class HostFile implements OpenFile {
  readonly #fd: number;
  readonly #owner: Owner;

  /** Takes over `fd`. */
  constructor(fd: number, owner: Owner) {
    this.#fd = fd;
    this.#owner = owner;
  }

  read(target: Uint8Array, position: number): number | Errno {
    const length = Math.min(target.length, CHUNK_BYTES);
    return hostCall(() => hostFs().readSync(this.#fd, target, 0, length, position));
  }

  write(data: Uint8Array, position: number): Answer<number> {
    const first = this.#writeChunk(data, 0, position);
    if (first instanceof Errno || first === data.length) return first;
    return this.#writeRest(data, first, position);
  }

  truncate(size: number): undefined | Errno {
    return hostCall(() => done(hostFs().ftruncateSync(this.#fd, size)));
  }

  stat(): VirtualStat | Errno {
    return hostCall(() => statOf(hostFs().fstatSync(this.#fd, { bigint: true }), this.#owner));
  }

  setAttributes(change: AttributeChange): undefined | Errno {
    return (
      refuseOwner(change, this.#owner) ??
      hostCall(() => {
        const fs = hostFs();
        if (change.mode !== undefined) fs.fchmodSync(this.#fd, change.mode & MODE_BITS);
        if (!change.atime && !change.mtime) return undefined;
        const { atimeMs, mtimeMs } = fs.fstatSync(this.#fd);
        const atime = secondsOf(change.atime ?? timeOfMs(atimeMs));
        return done(fs.futimesSync(this.#fd, atime, secondsOf(change.mtime ?? timeOfMs(mtimeMs))));
      })
    );
  }

  close(): void {
    hostCall(() => done(hostFs().closeSync(this.#fd)));
  }

  #writeChunk(data: Uint8Array, from: number, position: number): number | Errno {
    const length = Math.min(data.length - from, CHUNK_BYTES);
    return hostCall(() => hostFs().writeSync(this.#fd, data, from, length, position + from));
  }

  /** Writes on in pieces, and lets the host's thread do other work in between. */
  async #writeRest(data: Uint8Array, done: number, position: number): Promise<number | Errno> {
    for (let at = done; at < data.length; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const written = this.#writeChunk(data, at, position);
      if (written instanceof Errno) return written;
      at += written;
    }
    return data.length;
  }
}

class HostFileSystem implements VirtualFileSystem {
  readonly isReadOnly = false;
  readonly #directories: HostDirectories;
  readonly #owner: Owner;

  constructor(directories: HostDirectories, owner: Owner) {
    this.#directories = directories;
    this.#owner = owner;
  }

  lstat(path: string): VirtualStat | Errno {
    return this.#at(path, (place) => statOf(place.lstat(), this.#owner));
  }

  open(path: string, options: OpenOptions): OpenFile | Errno {
    const fd = this.#at(path, (place) => openFile(place, options));
    return fd instanceof Errno ? fd : new HostFile(fd, this.#owner);
  }

  readDir(path: string): Answer<DirectoryEntry[]> {
    // What is read later is read from the same open directory.
    return this.#directories.inDirectory(path, (directory) => {
      const dir = hostFs().opendirSync(directory.self, { bufferSize: ENTRIES_AT_ONCE });
      const entries: DirectoryEntry[] = [];
      const names: string[] = [];
      for (let entry = dir.readSync(); entry; entry = dir.readSync()) {
        names.push(entry.name);
        if (names.length < ENTRIES_AT_ONCE) continue;
        addEntries(entries, names.splice(0), directory.at);
        return readLater(dir, entries, directory.keep());
      }
      dir.closeSync();
      addEntries(entries, names, directory.at);
      return entries;
    });
  }

  mkdir(path: string, node: NewNode): undefined | Errno {
    return this.#at(path, (place) => {
      hostFs().mkdirSync(place.path, node.mode & MODE_BITS);
      // The application's umask is not the guest's.
      return place.chmod(node.mode & MODE_BITS);
    });
  }

  /** A FIFO or socket on the host would reach programs of the host. */
  mknod(): Errno {
    return errno.EPERM;
  }

  rmdir(path: string): undefined | Errno {
    if (path === "/") return errno.EBUSY;
    return this.#at(path, (place) => done(hostFs().rmdirSync(place.path)));
  }

  unlink(path: string): undefined | Errno {
    return this.#at(path, (place) => {
      if (place.lstat().isDirectory()) return errno.EISDIR;
      return done(hostFs().unlinkSync(place.path));
    });
  }

  rename(oldPath: string, newPath: string): undefined | Errno {
    if (oldPath === newPath) return failureOf(this.lstat(oldPath));
    if (newPath.startsWith(`${oldPath}/`)) return failureOf(this.lstat(oldPath)) ?? errno.EINVAL;
    return this.#at(oldPath, (from) =>
      this.#at(newPath, (to) => done(hostFs().renameSync(from.path, to.path))),
    );
  }

  link(existingPath: string, newPath: string): undefined | Errno {
    return this.#at(existingPath, (from) => {
      const stat = from.lstat();
      if (stat.isDirectory()) return errno.EPERM;
      // A second name for a socket or device would be one more way to it.
      if (!stat.isFile() && !stat.isSymbolicLink()) return errno.EACCES;
      return this.#at(newPath, (to) => done(hostFs().linkSync(from.path, to.path)));
    });
  }

  symlink(target: string, path: string): undefined | Errno {
    if (!isCharacters(target)) return errno.EILSEQ;
    return this.#at(path, (place) => done(hostFs().symlinkSync(target, place.path)));
  }

  readlink(path: string): string | Errno {
    return this.#at(path, (place) => hostFs().readlinkSync(place.path));
  }

  setAttributes(path: string, change: AttributeChange): undefined | Errno {
    return this.#at(path, (place) => {
      const refused = refuseOwner(change, this.#owner);
      const stat = place.lstat();
      if (refused) return refused;
      if (typeOf(stat) !== Number(stat.mode & BigInt(S_IFMT))) return errno.EACCES;
      if (change.mode !== undefined) {
        const failed = place.chmod(change.mode & MODE_BITS);
        if (failed) return failed;
      }
      if (!change.atime && !change.mtime) return undefined;
      const atime = secondsOf(change.atime ?? timeOfNs(stat.atimeNs));
      const mtime = secondsOf(change.mtime ?? timeOfNs(stat.mtimeNs));
      return done(hostFs().lutimesSync(place.path, atime, mtime));
    });
  }

  statfs(): StoreSpace | Errno {
    const space = this.#directories.inDirectory("/", ({ self }) => hostFs().statfsSync(self));
    if (space instanceof Errno) return space;
    return {
      blockSize: space.bsize,
      blocks: space.blocks,
      freeBlocks: space.bavail,
      files: space.files,
      freeFiles: space.ffree,
    };
  }

  #at<T>(path: string, act: (place: Place) => T | Errno): T | Errno {
    return this.#directories.at(path, act);
  }
}

/** Opens a regular file; it never opens anything else, not even for a moment. */
function openFile(place: Place, options: OpenOptions): number | Errno {
  // A name that comes and goes meanwhile is looked for again; who does that for ever gets EIO.
  for (let tries = 0; tries < 100; tries++) {
    const opened = place.openRegular(options.writable || options.truncate);
    if (typeof opened === "number") {
      if (options.create && options.exclusive) {
        hostFs().closeSync(opened);
        return errno.EEXIST;
      }
      if (options.truncate) hostFs().ftruncateSync(opened, 0);
      return opened;
    }
    if (options.create && options.exclusive && opened !== errno.ENOENT) return errno.EEXIST;
    if (opened !== errno.ENOENT || !options.create) return opened;
    const created = place.create(options.node.mode & MODE_BITS);
    if (created !== errno.EEXIST) return created;
  }
  return errno.EIO;
}

function addEntries(
  entries: DirectoryEntry[],
  names: readonly string[],
  at: (name: string) => string,
): void {
  for (const name of names) {
    const stat = hostFs().lstatSync(at(name), { bigint: true, throwIfNoEntry: false });
    if (stat) entries.push({ name, ino: Number(stat.ino), type: typeOf(stat) });
  }
}

/** Reads the rest of a big directory, with pauses. */
async function readLater(
  dir: Dir,
  entries: DirectoryEntry[],
  kept: { at(name: string): string; close(): void },
): Promise<DirectoryEntry[] | Errno> {
  try {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const names: string[] = [];
      for (let entry = dir.readSync(); entry; entry = dir.readSync()) {
        names.push(entry.name);
        if (names.length === ENTRIES_AT_ONCE) break;
      }
      addEntries(entries, names, kept.at);
      if (names.length < ENTRIES_AT_ONCE) return entries;
    }
  } catch {
    return errno.EIO;
  } finally {
    dir.closeSync();
    kept.close();
  }
}

/** The type as guests see it: what they may not open looks like a file. */
function typeOf(stat: BigIntStats): number {
  const type = Number(stat.mode & BigInt(S_IFMT));
  return type === S_IFDIR || type === S_IFLNK ? type : S_IFREG;
}

function statOf(stat: BigIntStats, { uid, gid }: Owner): VirtualStat {
  const isSpecial = typeOf(stat) !== Number(stat.mode & BigInt(S_IFMT));
  const permissions = stat.isSymbolicLink() ? 0o777 : Number(stat.mode) & MODE_BITS;
  const [atime, mtime] = [timeOfNs(stat.atimeNs), timeOfNs(stat.mtimeNs)];
  const [ctime, birthtime] = [timeOfNs(stat.ctimeNs), timeOfNs(stat.birthtimeNs)];
  return {
    dev: 0,
    ino: Number(stat.ino),
    mode: typeOf(stat) | (isSpecial ? 0 : permissions),
    nlink: Number(stat.nlink),
    uid,
    gid,
    rdev: 0,
    size: isSpecial ? 0 : Number(stat.size),
    blocks: Number(stat.blocks),
    blksize: Number(stat.blksize),
    atimeMs: atime.ms,
    mtimeMs: mtime.ms,
    ctimeMs: ctime.ms,
    birthtimeMs: birthtime.ms,
    atimeNs: atime.ns,
    mtimeNs: mtime.ns,
    ctimeNs: ctime.ns,
    birthtimeNs: birthtime.ns,
  };
}

const NS_PER_MS = 1_000_000n;

function timeOfNs(ns: bigint): Time {
  const rest = ((ns % NS_PER_MS) + NS_PER_MS) % NS_PER_MS;
  return { ms: Number((ns - rest) / NS_PER_MS), ns: Number(rest) };
}

function timeOfMs(ms: number): Time {
  const whole = Math.floor(ms);
  return { ms: whole, ns: Math.floor((ms - whole) * 1e6) };
}

/**
 * Node takes seconds and keeps microseconds, cutting off the rest: half a one more makes it exact. A
 * negative number would mean the current time to it.
 */
function secondsOf({ ms, ns }: Time): number | Date {
  if (ms < 0) return new Date(ms);
  return (ms * 1000 + Math.floor(ns / 1000) + 0.5) / 1e6;
}

/** Files have one owner here: EPERM for any other. */
function refuseOwner({ uid, gid }: AttributeChange, owner: Owner): undefined | Errno {
  const isSame = (uid ?? owner.uid) === owner.uid && (gid ?? owner.gid) === owner.gid;
  return isSame ? undefined : errno.EPERM;
}

function failureOf(result: unknown): undefined | Errno {
  return result instanceof Errno ? result : undefined;
}

/**
 * Makes a store of a directory of the host.
 *
 * @param options - `root`: the directory. `readOnly`: true unless set to false.
 * @throws KernelError ENOENT, ENOTDIR, EACCES: `root` is no directory that can be looked into.
 */
export function createHostFileSystem(options: HostFileSystemOptions): VirtualFileSystem {
  const { root, readOnly = true, owner = { uid: 0, gid: 0 } } = options;
  const isLinux = globalThis.process.platform === "linux";
  const directories = isLinux ? new LinuxDirectories(root) : new PortableDirectories(root);
  const store = new HostFileSystem(directories, owner);
  return readOnly ? createReadOnlyFileSystem(store) : store;
}

/** The store with the checks of systems other than Linux, for tests of them. */
export function createPortableHostFileSystem(root: string): VirtualFileSystem {
  return new HostFileSystem(new PortableDirectories(root), { uid: 0, gid: 0 });
}
