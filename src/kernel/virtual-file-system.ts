/**
 * The interface of a store of files. A mount table routes paths to stores.
 *
 * What a store may rely on: paths are absolute within the store, normalised (no `.`, `..`, empty
 * parts or trailing slash), and their names are at most NAME_MAX bytes.
 * What it must do: never follow a symbolic link. When one stands before the last name of a path,
 * the answer is `errno.ELOOP`, and the kernel walks the path itself. Errors are returned, not
 * thrown; a thrown `KernelError` counts as its errno, anything else as EIO.
 */
import type { Errno } from "./errno.js";
import type { VirtualStat } from "./stat.js";

export interface DirectoryEntry {
  name: string;
  ino: number;
  /** File type bits (`S_IFMT` part of a mode). */
  type: number;
}

/** What `setAttributes` changes; what is undefined stays. */
export interface AttributeChange {
  /** Permission bits. */
  mode?: number | undefined;
  uid?: number | undefined;
  gid?: number | undefined;
  atimeMs?: number | undefined;
  mtimeMs?: number | undefined;
}

/** An opened inode: it stays usable after the last name is gone. */
export interface OpenFile {
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
  /** Make the file when it is missing (with `mode`). */
  create: boolean;
  /** With `create`: fail with EEXIST when it exists. */
  exclusive: boolean;
  truncate: boolean;
  writable: boolean;
  /** Permission bits of a new file, the umask already applied. */
  mode: number;
}

export interface VirtualFileSystem {
  /** Whether every change is refused with EROFS. */
  readonly isReadOnly: boolean;
  lstat(path: string): VirtualStat | Errno;
  /** Opens a regular file. A directory gives EISDIR, a symbolic link ELOOP. */
  open(path: string, options: OpenOptions): OpenFile | Errno;
  readDir(path: string): DirectoryEntry[] | Errno;
  mkdir(path: string, mode: number): undefined | Errno;
  rmdir(path: string): undefined | Errno;
  unlink(path: string): undefined | Errno;
  rename(oldPath: string, newPath: string): undefined | Errno;
  link(existingPath: string, newPath: string): undefined | Errno;
  symlink(target: string, path: string): undefined | Errno;
  readlink(path: string): string | Errno;
  setAttributes(path: string, change: AttributeChange): undefined | Errno;
}
