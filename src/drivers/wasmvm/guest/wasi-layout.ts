/** What the functions on descriptors and on paths share: WASI's structures, and the one preopen. */
import {
  O_APPEND,
  O_DSYNC,
  O_NONBLOCK,
  O_SYNC,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
} from "../../../kernel/constants.js";
import type { Program } from "./program.js";

/** The preopen, named `/`. It is a name for `path_*` only: the kernel's descriptor 3 is another thing. */
export const PREOPEN_FD = 3;
export const PREOPEN_NAME = Uint8Array.of(0x2f);

export const FDFLAG_NONBLOCK = 4;
const FDFLAG_APPEND = 1;
const FDFLAG_DSYNC = 2;
const FDFLAG_RSYNC = 8;
const FDFLAG_SYNC = 16;

/** WASI's flags of an open descriptor as the kernel has them. */
export function statusFlags(wasiFlags: number): number {
  return (
    (wasiFlags & FDFLAG_APPEND ? O_APPEND : 0) |
    (wasiFlags & FDFLAG_NONBLOCK ? O_NONBLOCK : 0) |
    (wasiFlags & FDFLAG_DSYNC ? O_DSYNC : 0) |
    // As on Linux, reads that wait for data to be on disk are what O_SYNC has anyway.
    (wasiFlags & (FDFLAG_SYNC | FDFLAG_RSYNC) ? O_SYNC : 0)
  );
}

export function wasiFlagsOf(flags: number): number {
  const sync = (flags & O_SYNC) === O_SYNC ? FDFLAG_SYNC : flags & O_DSYNC ? FDFLAG_DSYNC : 0;
  return (flags & O_APPEND ? FDFLAG_APPEND : 0) | (flags & O_NONBLOCK ? FDFLAG_NONBLOCK : 0) | sync;
}

/** WASI's file types by Linux's type bits. */
const fileTypes: ReadonlyMap<number, number> = new Map([
  [S_IFCHR, 2],
  [S_IFDIR, 3],
  [S_IFREG, 4],
  [S_IFLNK, 7],
  // WASI tells streams (6) from datagrams (5); type bits do not.
  [S_IFSOCK, 6],
]);

export function wasiFileType(typeBits: number): number {
  return fileTypes.get(typeBits) ?? 0;
}

/** The times argument of `futimes` and `utimes`. */
export function encodeTimes(atime: bigint, mtime: bigint): Uint8Array {
  return new Uint8Array(BigInt64Array.of(atime, mtime).buffer);
}

/** Turns the stat structure of the last reply into WASI's `filestat`. */
export function writeFileStat({ kernel, memory }: Program, pointer: number): void {
  const stat = kernel.resultBytes.slice();
  const view = new DataView(stat.buffer);
  memory.setU64(pointer, view.getBigUint64(0, true));
  memory.setU64(pointer + 8, view.getBigUint64(8, true));
  memory.setU64(pointer + 16, BigInt(wasiFileType(view.getUint32(16, true) & S_IFMT)));
  memory.setU64(pointer + 24, BigInt(view.getUint32(20, true)));
  memory.setU64(pointer + 32, view.getBigUint64(40, true));
  memory.setU64(pointer + 40, view.getBigUint64(56, true));
  memory.setU64(pointer + 48, view.getBigUint64(64, true));
  memory.setU64(pointer + 56, view.getBigUint64(72, true));
}
