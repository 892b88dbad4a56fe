/** What is known of a file, in Linux's terms; and the fixed 96-byte form that crosses the bridge. */

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
