/** What is known of a file, in Linux's terms; and the fixed 96-byte form that crosses the bridge. */

import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "./constants.js";
import type { Time } from "./virtual-file-system.js";

const NS_PER_MS = 1_000_000;

export interface VirtualStat {
  /** Number of the mount the file is on. */
  dev: number;
  ino: number;
  /** Type and permission bits (`S_IF*`). */
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  /** Number of the device, for a device node. */
  rdev: number;
  /** Size in bytes. */
  size: number;
  /** Allocated blocks of 512 bytes. */
  blocks: number;
  /** Preferred size of a read or write, in bytes. */
  blksize: number;
  /** Times in milliseconds since 1970. */
  atimeMs: number;
  mtimeMs: number;
  ctimeMs: number;
  birthtimeMs: number;
  /** The nanoseconds after them, 0 to 999,999. Missing: what the milliseconds have as a fraction. */
  atimeNs?: number;
  mtimeNs?: number;
  ctimeNs?: number;
  birthtimeNs?: number;
}

/** The moment of a number of milliseconds, which may have a fraction. */
export function timeOf(milliseconds: number): Time {
  const ms = Math.floor(milliseconds);
  return { ms, ns: Math.min(Math.round((milliseconds - ms) * NS_PER_MS), NS_PER_MS - 1) };
}

/** A stat of something that has no inode of its own, such as a pipe. */
export function syntheticStat(mode: number, ino = 0, rdev = 0): VirtualStat {
  const time = 0;
  return {
    dev: 0,
    ino,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev,
    size: 0,
    blocks: 0,
    blksize: 4096,
    atimeMs: time,
    mtimeMs: time,
    ctimeMs: time,
    birthtimeMs: time,
  };
}

export function isDirectory(stat: VirtualStat): boolean {
  return (stat.mode & S_IFMT) === S_IFDIR;
}

export function isRegularFile(stat: VirtualStat): boolean {
  return (stat.mode & S_IFMT) === S_IFREG;
}

export function isLink(stat: VirtualStat): boolean {
  return (stat.mode & S_IFMT) === S_IFLNK;
}
