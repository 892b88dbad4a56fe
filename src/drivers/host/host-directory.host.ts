/** What the store of a host's directory needs of the operating system, and how errors come back. */

import type * as Fs from "node:fs";
import type { BigIntStats } from "node:fs";
import { isCharacters } from "../../kernel/byte-text.js";
import { type Errno, type ErrnoCode, errno } from "../../kernel/errno.js";
import { KernelError } from "../../kernel/kernel-error.js";

/** A name in a directory that has been reached without leaving the root. */
export interface Place {
  /** Names it to calls that do not follow a last symbolic link. Valid during the call only. */
  readonly path: string;
  lstat(): BigIntStats;
  /**
   * Opens a regular file, never anything else, without following links: EISDIR, ELOOP (a link),
   * EACCES (a FIFO, socket or device).
   */
  openRegular(writable: boolean): number | Errno;
  /** Makes a regular file: EEXIST when there is anything. */
  create(mode: number): number | Errno;
  chmod(mode: number): undefined | Errno;
}

/** A directory that has been reached without leaving the root. */
export interface Directory {
  /** Names the directory itself. */
  readonly self: string;
  /** Names what is in it. */
  readonly at: (name: string) => string;
  /** Keeps it for work that goes on later. */
  keep(): { readonly at: (name: string) => string; close(): void };
}

/** Finds places below a root. Errors of the host become errno values; none of its paths gets out. */
export interface HostDirectories {
  at<T>(path: string, act: (place: Place) => T | Errno): T | Errno;
  inDirectory<T>(path: string, act: (directory: Directory) => T | Errno): T | Errno;
}

/** Node's fs. Not imported: the entry point of this module loads in browsers, too. */
export function hostFs(): typeof Fs {
  return globalThis.process.getBuiltinModule("node:fs");
}

/** Calls the host; what it throws becomes an errno. */
export function hostCall<T>(call: () => T | Errno): T | Errno {
  try {
    return call();
  } catch (thrown) {
    return errnoOf(thrown);
  }
}

/** The result of a call that has none. */
export function done(_nothing: unknown): undefined {
  return undefined;
}

function errnoOf(thrown: unknown): Errno {
  if (thrown instanceof KernelError) return errno[thrown.code];
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (code === "ERR_INVALID_ARG_VALUE" || code === "ERR_OUT_OF_RANGE") return errno.EINVAL;
  return Object.hasOwn(errno, code) ? errno[code as ErrnoCode] : errno.EIO;
}

/** Makes a regular file with exactly these permission bits, whatever the application's umask. */
export function createFile(path: string, mode: number): number | Errno {
  return hostCall(() => {
    const fd = hostFs().openSync(path, "wx+", mode);
    hostFs().fchmodSync(fd, mode);
    return fd;
  });
}

/** The names of a store's path. `.` and `..` mean something to the host: they are no names here. */
export function namesOf(path: string): string[] | Errno {
  const names = path.split("/").filter((name) => name !== "");
  if (names.some((name) => name === "." || name === "..")) return errno.EINVAL;
  if (path.includes("\0")) return errno.EINVAL;
  // Node would write them as U+FFFD, so that several names would be one.
  return isCharacters(path) ? names : errno.EILSEQ;
}
