/**
 * The default store: memfs keeps the names, links, modes and times; content is paged.
 *
 * memfs' own operations throw, follow symbolic links and drop a renamed-over file's link count, so
 * this store works on memfs' tree (`Superblock`, `Link`, `Node`) directly. The tree stays a valid
 * memfs volume: `new Volume(superblock)` of memfs shows the same files.
 */
import type { Link } from "@jsonjoy.com/fs-core";
import { S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from "./constants.js";
import { Errno, errno } from "./errno.js";
import type { FileSystemSnapshot, SnapshotStore } from "./file-system-snapshot.js";
import { KernelError } from "./kernel-error.js";
import { defaultLimits, type Limits } from "./limits.js";
import { ByteQuota } from "./paged-content.js";
import { type PagedNode, PagedSuperblock } from "./paged-superblock.js";
import { baseName, parentPath } from "./path.js";
import { atOnce, inSlices } from "./slices.js";
import { SnapshotCapture } from "./snapshot-capture.js";
import { rebuild } from "./snapshot-rebuild.js";
import type { VirtualStat } from "./stat.js";
import type {
  AttributeChange,
  DirectoryEntry,
  NewNode,
  OpenOptions,
  StoreSpace,
  SynchronousFileSystem,
  SynchronousOpenFile,
} from "./virtual-file-system.js";

/** Space is shown as a disk would give it out: in 4 KiB, counted in blocks of 512 bytes. */
const ALLOCATION_BYTES = 4096;
const BLOCKS_PER_ALLOCATION = ALLOCATION_BYTES / 512;
const PREFERRED_IO_BYTES = 64 * 1024;

/** The limits a memory store keeps to. */
export interface InMemoryFileSystemOptions extends Partial<InMemoryLimits> {
  /** What it begins with: its content is shared with the snapshot until it is changed. */
  snapshot?: FileSystemSnapshot;
}

type InMemoryLimits = Pick<Limits, "fileSystemBytes" | "fileBytes" | "inodes">;

/** A store in memory, which can be snapshotted. */
export interface InMemoryFileSystem extends SynchronousFileSystem, SnapshotStore {}

class PagedFile implements SynchronousOpenFile {
  readonly #node: PagedNode;
  readonly #fileBytes: number;

  constructor(node: PagedNode, fileBytes: number) {
    this.#node = node;
    this.#fileBytes = fileBytes;
    node.openCount++;
  }

  read(target: Uint8Array, position: number): number {
    if (target.length > 0) this.#node.accessed();
    return this.#node.content.read(target, position);
  }

  write(data: Uint8Array, position: number): number | Errno {
    if (data.length === 0) return 0;
    if (position + data.length > this.#fileBytes) return errno.EFBIG;
    this.#node.preserve();
    const written = this.#node.content.write(data, position);
    if (typeof written === "number" && written > 0) this.#node.touch();
    return written;
  }

  truncate(size: number): undefined | Errno {
    if (size > this.#fileBytes) return errno.EFBIG;
    this.#node.truncate(size);
    return undefined;
  }

  stat(): VirtualStat {
    return statOf(this.#node);
  }

  setAttributes(change: AttributeChange): undefined {
    changeAttributes(this.#node, change);
  }

  close(): void {
    this.#node.openCount--;
    this.#node.freeWhenUnused();
  }
}

class PagedFileSystem implements InMemoryFileSystem {
  readonly isSynchronous = true;
  readonly isReadOnly = false;
  #superblock: PagedSuperblock;
  readonly #limits: InMemoryLimits;
  /** The last snapshot or restore: one at a time. */
  #busy: Promise<unknown> = Promise.resolve();
  /**
   * The directory that was looked up last: who walks down a path name by name pays for each name once,
   * and not for all names above it. Good until a directory is moved or removed.
   */
  #recent: { readonly path: string; readonly link: Link; readonly moves: number } | undefined;

  constructor(options: InMemoryFileSystemOptions) {
    this.#limits = { ...defaultLimits, ...options };
    this.#superblock = new PagedSuperblock(new ByteQuota(this.#limits.fileSystemBytes));
    if (!options.snapshot) return;
    const restored = this.#rebuilt(options.snapshot);
    if (restored instanceof Errno) throw new KernelError(restored.code, "the snapshot");
    this.#superblock = atOnce(restored);
  }

  snapshot(): Promise<FileSystemSnapshot> {
    return this.#inTurn(async () => {
      const superblock = this.#superblock;
      const capture = new SnapshotCapture(superblock.root);
      superblock.capture = capture;
      try {
        return await inSlices(capture.walk());
      } finally {
        superblock.capture = undefined;
      }
    });
  }

  restore(snapshot: FileSystemSnapshot): Promise<undefined | Errno> {
    return this.#inTurn(async () => {
      const steps = this.#rebuilt(snapshot);
      if (steps instanceof Errno) return steps;
      this.#superblock = await inSlices(steps);
      this.#recent = undefined;
      return undefined;
    });
  }

  /** Builds a tree of what a snapshot holds, an inode a step. */
  #rebuilt(snapshot: FileSystemSnapshot): Generator<void, PagedSuperblock> | Errno {
    const { inodes, fileSystemBytes } = this.#limits;
    if (snapshot.inodes > inodes || snapshot.bytes > fileSystemBytes) return errno.ENOSPC;
    return rebuild(
      new PagedSuperblock(new ByteQuota(fileSystemBytes), this.#superblock.ino),
      snapshot,
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }

  lstat(path: string): VirtualStat | Errno {
    const link = this.#lookup(path);
    return link instanceof Errno ? link : statOf(nodeOf(link));
  }

  open(path: string, options: OpenOptions): SynchronousOpenFile | Errno {
    const found = this.#lookup(path);
    if (found instanceof Errno) {
      if (found !== errno.ENOENT || !options.create) return found;
      const created = this.#create(path, S_IFREG, options.node);
      return created instanceof Errno ? created : new PagedFile(created, this.#limits.fileBytes);
    }
    if (options.create && options.exclusive) return errno.EEXIST;
    const node = nodeOf(found);
    if (node.isDirectory()) return errno.EISDIR;
    if (node.isSymlink()) return errno.ELOOP;
    if (options.truncate) node.truncate(0);
    return new PagedFile(node, this.#limits.fileBytes);
  }

  entries(path: string): Iterable<DirectoryEntry> | Errno {
    const directory = this.#lookupDirectory(path);
    if (directory instanceof Errno) return directory;
    nodeOf(directory).accessed();
    return entriesOf(directory);
  }

  readDir(path: string): DirectoryEntry[] | Errno {
    const directory = this.#lookupDirectory(path);
    if (directory instanceof Errno) return directory;
    nodeOf(directory).accessed();
    return [...entriesOf(directory)];
  }

  mkdir(path: string, node: NewNode): undefined | Errno {
    return failure(this.#create(path, S_IFDIR, node));
  }

  mknod(path: string, node: NewNode): undefined | Errno {
    const type = node.mode & S_IFMT;
    if (type !== S_IFIFO && type !== S_IFSOCK) return errno.EPERM;
    return failure(this.#create(path, type, node));
  }

  symlink(target: string, path: string, node: NewNode): undefined | Errno {
    const made = this.#create(path, S_IFLNK, { ...node, mode: 0o777 });
    if (made instanceof Errno) return made;
    made.symlink = target;
    return undefined;
  }

  readlink(path: string): string | Errno {
    const link = this.#lookup(path);
    if (link instanceof Errno) return link;
    const node = nodeOf(link);
    if (!node.isSymlink()) return errno.EINVAL;
    node.accessed();
    return node.symlink;
  }

  link(existingPath: string, newPath: string): undefined | Errno {
    const existing = this.#lookup(existingPath);
    if (existing instanceof Errno) return existing;
    const node = nodeOf(existing);
    if (node.isDirectory()) return errno.EPERM;
    const directory = this.#lookupDirectory(parentPath(newPath));
    if (directory instanceof Errno) return directory;
    if (directory.children.has(baseName(newPath))) return errno.EEXIST;
    node.preserve();
    directory.createChild(baseName(newPath), node);
    node.nlink++;
    return undefined;
  }

  unlink(path: string): undefined | Errno {
    const link = this.#lookup(path);
    if (link instanceof Errno) return link;
    if (nodeOf(link).isDirectory()) return errno.EISDIR;
    this.#remove(link);
    return undefined;
  }

  rmdir(path: string): undefined | Errno {
    const link = this.#lookupDirectory(path);
    if (link instanceof Errno) return link;
    if (link === this.#superblock.root) return errno.EBUSY;
    if (!isEmpty(link)) return errno.ENOTEMPTY;
    this.#remove(link);
    return undefined;
  }

  rename(oldPath: string, newPath: string): undefined | Errno {
    const link = this.#lookup(oldPath);
    if (link instanceof Errno) return link;
    const directory = this.#lookupDirectory(parentPath(newPath));
    if (directory instanceof Errno) return directory;
    const oldParent = link.parent;
    if (!oldParent) return errno.EBUSY;
    if (newPath.startsWith(`${oldPath}/`)) return errno.EINVAL;
    const replaced = directory.children.get(baseName(newPath));
    if (replaced) {
      if (nodeOf(replaced) === nodeOf(link)) return undefined;
      const refused = mayReplace(nodeOf(link), replaced);
      if (refused) return refused;
      this.#remove(replaced);
    }
    oldParent.deleteChild(link);
    link.name = baseName(newPath);
    directory.setChild(link.name, link);
    nodeOf(link).ctime = new Date();
    return undefined;
  }

  setAttributes(path: string, change: AttributeChange): undefined | Errno {
    const link = this.#lookup(path);
    if (link instanceof Errno) return link;
    changeAttributes(nodeOf(link), change);
    return undefined;
  }

  statfs(): StoreSpace {
    const { limitBytes, usedBytes } = this.#superblock.quota;
    const { inodes } = this.#limits;
    return {
      blockSize: ALLOCATION_BYTES,
      blocks: Math.floor(limitBytes / ALLOCATION_BYTES),
      freeBlocks: Math.floor((limitBytes - usedBytes) / ALLOCATION_BYTES),
      files: inodes,
      freeFiles: Math.max(0, inodes - this.#superblock.inodeCount),
    };
  }

  #lookup(path: string): Link | Errno {
    const { root, directoryMoves } = this.#superblock;
    if (path === "/") return root;
    const recent = this.#recent;
    const parent = path.slice(0, path.lastIndexOf("/"));
    let link: Link | Errno;
    if (recent?.moves === directoryMoves && parent === recent.path) {
      link = childIn(recent.link, baseName(path));
    } else if (recent?.moves === directoryMoves && path === parentPath(recent.path)) {
      // Every directory but the root has a parent.
      link = recent.link.parent ?? root;
    } else {
      link = root;
      // Not split at once: of a long path often the first name is missing already.
      for (let start = 1, end = 0; end !== -1; start = end + 1) {
        end = path.indexOf("/", start);
        link = childIn(link, end === -1 ? path.slice(start) : path.slice(start, end));
        if (link instanceof Errno) return link;
      }
    }
    if (!(link instanceof Errno) && link.getNode().isDirectory()) {
      this.#recent = { path, link, moves: directoryMoves };
    }
    return link;
  }

  #lookupDirectory(path: string): Link | Errno {
    const link = this.#lookup(path);
    if (link instanceof Errno) return link;
    const node = link.getNode();
    if (node.isSymlink()) return errno.ELOOP;
    return node.isDirectory() ? link : errno.ENOTDIR;
  }

  #create(path: string, type: number, { mode, uid, gid }: NewNode): PagedNode | Errno {
    const directory = this.#lookupDirectory(parentPath(path));
    if (directory instanceof Errno) return directory;
    if (path === "/" || directory.children.has(baseName(path))) return errno.EEXIST;
    if (this.#superblock.inodeCount >= this.#limits.inodes) return errno.ENOSPC;
    this.#superblock.inodeCount++;
    const node = this.#superblock.createNode(type | (mode & 0o7777), uid, gid);
    directory.createChild(baseName(path), node);
    return node;
  }

  #remove(link: Link): void {
    const node = nodeOf(link);
    link.parent?.deleteChild(link);
    // A directory's own "." is a name, too.
    if (node.isDirectory()) node.nlink = 1;
    node.unlinked();
  }
}

function childIn(directory: Link, name: string): Link | Errno {
  const node = directory.getNode();
  if (node.isSymlink()) return errno.ELOOP;
  if (!node.isDirectory()) return errno.ENOTDIR;
  return directory.children.get(name) ?? errno.ENOENT;
}

/** Every node of this store is made by `PagedSuperblock.createNode`. */
function nodeOf(link: Link): PagedNode {
  return link.getNode() as PagedNode;
}

/**
 * The names in a directory, at most as many as there are now: a Map shows those added meanwhile, and a
 * reader that adds a name for each it sees would never come to an end.
 */
function* entriesOf(directory: Link): Iterable<DirectoryEntry> {
  let count = directory.children.size;
  for (const [name, child] of childrenOf(directory)) {
    if (count === 0) return;
    count--;
    const node = nodeOf(child);
    yield { name, ino: node.ino, type: node.mode & S_IFMT };
  }
}

function* childrenOf(directory: Link): Iterable<[string, Link]> {
  for (const [name, child] of directory.children) {
    if (child && name !== "." && name !== "..") yield [name, child];
  }
}

function isEmpty(directory: Link): boolean {
  for (const _child of childrenOf(directory)) return false;
  return true;
}

function mayReplace(node: PagedNode, replaced: Link): undefined | Errno {
  if (!nodeOf(replaced).isDirectory()) return node.isDirectory() ? errno.ENOTDIR : undefined;
  if (!node.isDirectory()) return errno.EISDIR;
  return isEmpty(replaced) ? undefined : errno.ENOTEMPTY;
}

function changeAttributes(node: PagedNode, change: AttributeChange): void {
  node.preserve();
  if (change.mode !== undefined) node.perm = change.mode & 0o7777;
  if (change.uid !== undefined) node.uid = change.uid;
  if (change.gid !== undefined) node.gid = change.gid;
  if (change.atime) {
    node.atimeMs = change.atime.ms;
    node.atimeNs = change.atime.ns;
  }
  if (change.mtime) {
    node.mtimeMs = change.mtime.ms;
    node.mtimeNs = change.mtime.ns;
  }
  node.ctimeMs = Date.now();
}

function statOf(node: PagedNode): VirtualStat {
  return {
    dev: 0,
    ino: node.ino,
    mode: node.mode,
    nlink: node.nlink,
    uid: node.uid,
    gid: node.gid,
    rdev: node.rdev,
    size: node.isDirectory() ? ALLOCATION_BYTES : node.getSize(),
    blocks: blocksOf(node),
    blksize: PREFERRED_IO_BYTES,
    atimeMs: node.atimeMs,
    mtimeMs: node.mtimeMs,
    ctimeMs: node.ctimeMs,
    birthtimeMs: node.birthtimeMs,
    atimeNs: node.atimeNs,
    mtimeNs: node.mtimeNs,
    ctimeNs: 0,
    birthtimeNs: 0,
  };
}

function blocksOf(node: PagedNode): number {
  const allocated = node.isDirectory() ? ALLOCATION_BYTES : node.content.allocatedBytes;
  return Math.ceil(allocated / ALLOCATION_BYTES) * BLOCKS_PER_ALLOCATION;
}

function failure(result: unknown): undefined | Errno {
  return result instanceof Errno ? result : undefined;
}

/**
 * Makes an empty file system in memory, kept by memfs with paged content.
 *
 * @param options - Limits: `fileSystemBytes` (ENOSPC), `fileBytes` (EFBIG), `inodes` (ENOSPC).
 *   The defaults are those of `defaultLimits`. `snapshot`: what it begins with.
 * @throws KernelError ENOSPC: the snapshot holds more than the limits allow.
 */
export function createInMemoryFileSystem(
  options: InMemoryFileSystemOptions = {},
): InMemoryFileSystem {
  return new PagedFileSystem(options);
}
