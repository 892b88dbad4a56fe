/**
 * The interface of a store of files. A mount table routes paths to stores. Every method may answer
 * at once or with a promise (`VirtualFileSystem`); the kernel's own stores answer at once.
 *
 * What a store may rely on: paths are absolute within the store, normalised (no `.`, `..`, empty
 * parts or trailing slash), and their names are at most NAME_MAX bytes. A byte of a name that is no UTF-8 is a lone
 * surrogate (`byte-text.ts`); a store that can't keep such names answers EILSEQ.
 * What it must do: never follow a symbolic link. When one stands before the last name of a path,
 * the answer is `errno.ELOOP`, and the kernel walks the path itself. Errors are returned, not
 * thrown; a thrown `KernelError` (or a promise rejected with one) counts as its errno, anything else
 * as EIO. A method may be called again with the same arguments while an earlier call is still
 * under way, when a second process asks the same.
 */
import type { Errno } from "./errno.js";
import type { VirtualStat } from "./stat.js";

export interface DirectoryEntry {
  name: string;
  ino: number;
  /** File type bits (`S_IFMT` part of a mode). */
  type: number;
}

/** What a new inode begins with. */
export interface NewNode {
  /** Permission bits, the umask already applied; for `mknod` with type bits (S_IFIFO, S_IFSOCK). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A moment: milliseconds since 1970, and the nanoseconds after them (0 to 999,999). */
export interface Time {
  readonly ms: number;
  readonly ns: number;
}

/** How much a store holds and has room for. */
export interface StoreSpace {
  /** Bytes of one block. */
  blockSize: number;
  blocks: number;
  freeBlocks: number;
  /** Inodes. */
  files: number;
  freeFiles: number;
}

/** What `setAttributes` changes; what is undefined stays. The time of change becomes now. */
export interface AttributeChange {
  /** Permission bits. */
  mode?: number | undefined;
  uid?: number | undefined;
  gid?: number | undefined;
  atime?: Time | undefined;
  mtime?: Time | undefined;
}

/** An opened inode that answers at once. It stays usable after the last name is gone. */
export interface SynchronousOpenFile {
  /** Fills `target` from `position`; returns the bytes read, 0 at the end. */
  read(target: Uint8Array, position: number): number | Errno;
  /** Writes all of `data` at `position`, or fails (ENOSPC, EFBIG) before changing anything. */
  write(data: Uint8Array, position: number): number | Errno;
  truncate(size: number): undefined | Errno;
  stat(): VirtualStat | Errno;
  setAttributes(change: AttributeChange): undefined | Errno;
  close(): void;
}

export interface OpenOptions {
  /** Make the file when it is missing, as `node` says. */
  create: boolean;
  /** With `create`: fail with EEXIST when it exists. */
  exclusive: boolean;
  truncate: boolean;
  writable: boolean;
  node: NewNode;
}

/** Opens what is there for reading. */
export const openExisting: Readonly<OpenOptions> = Object.freeze({
  create: false,
  exclusive: false,
  truncate: false,
  writable: false,
  node: Object.freeze({ mode: 0, uid: 0, gid: 0 }),
});

/** A store that answers at once. */
export interface SynchronousFileSystem {
  /**
   * Set by stores that never answer with a promise: they may then read and write the memory of
   * guests directly. Without it the kernel gives them copies.
   */
  readonly isSynchronous?: boolean;
  /** Whether every change is refused with EROFS. */
  readonly isReadOnly: boolean;
  lstat(path: string): VirtualStat | Errno;
  /**
   * Opens a regular file. A directory gives EISDIR, a symbolic link ELOOP. A FIFO or a socket is opened
   * for its attributes only, its content is the kernel's; a store that can't do that gives ENXIO.
   */
  open(path: string, options: OpenOptions): SynchronousOpenFile | Errno;
  readDir(path: string): DirectoryEntry[] | Errno;
  /**
   * `readDir` one by one, for directories too large to be listed in one call: what is there when it
   * begins; names that come or go meanwhile may be among them, each once at most. It answers at once.
   */
  entries?(path: string): Iterable<DirectoryEntry> | Errno;
  mkdir(path: string, node: NewNode): undefined | Errno;
  /** Makes a FIFO or a socket's name, by the type bits of the mode; EPERM for other types. */
  mknod(path: string, node: NewNode): undefined | Errno;
  rmdir(path: string): undefined | Errno;
  unlink(path: string): undefined | Errno;
  rename(oldPath: string, newPath: string): undefined | Errno;
  link(existingPath: string, newPath: string): undefined | Errno;
  /** Makes a symbolic link. Its permission bits are always 0777. */
  symlink(target: string, path: string, node: NewNode): undefined | Errno;
  readlink(path: string): string | Errno;
  setAttributes(path: string, change: AttributeChange): undefined | Errno;
  statfs(): StoreSpace | Errno;
}

/** What somebody answers who may answer later. */
export type Answer<T> = T | Errno | Promise<T | Errno>;

/** The same methods, each of which may answer with a promise. */
type MayAnswerLater<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: infer Arguments) => infer Answer
    ? (...args: Arguments) => Answer | Promise<Answer>
    : Methods[Name];
};

/**
 * An opened inode: it stays usable after the last name is gone. The kernel calls `close` once and
 * does not wait for it.
 */
export interface OpenFile extends MayAnswerLater<SynchronousOpenFile> {}

/** A store of files, as third parties write them. */
export interface VirtualFileSystem extends MayAnswerLater<Omit<SynchronousFileSystem, "open">> {
  /** Opens a regular file. A directory gives EISDIR, a symbolic link ELOOP. */
  open(path: string, options: OpenOptions): OpenFile | Errno | Promise<OpenFile | Errno>;
}
