/** The times argument of `utimes` and `futimes`. */
import { type Errno, errno } from "../kernel/errno.js";

const TIMES_BYTES = 16;
const NS_PER_MS = 1_000_000n;

/** Bits of the `set` argument: WASI's fstflags. */
const SET_ATIME = 1;
const ATIME_NOW = 2;
const SET_MTIME = 4;
const MTIME_NOW = 8;

export interface TimesChange {
  atimeMs: number | undefined;
  mtimeMs: number | undefined;
}

export function parseTimes(times: Uint8Array, set: number): TimesChange | Errno {
  if (times.length !== TIMES_BYTES) return errno.EINVAL;
  const view = new DataView(times.buffer, times.byteOffset, times.length);
  const choose = (offset: number, explicit: number, now: number): number | undefined => {
    if (set & now) return Date.now();
    if (!(set & explicit)) return undefined;
    return Number(view.getBigInt64(offset, true) / NS_PER_MS);
  };
  return {
    atimeMs: choose(0, SET_ATIME, ATIME_NOW),
    mtimeMs: choose(8, SET_MTIME, MTIME_NOW),
  };
}
