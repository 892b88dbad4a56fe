/** The times argument of `utimes` and `futimes`. */
import { type Errno, errno } from "../kernel/errno.js";
import type { RequestedChange } from "../kernel/permission-bits.js";
import type { Time } from "../kernel/virtual-file-system.js";

const TIMES_BYTES = 16;
const NS_PER_MS = 1_000_000n;

/** Bits of the `set` argument: WASI's fstflags. A time without a bit stays (UTIME_OMIT). */
const SET_ATIME = 1;
const ATIME_NOW = 2;
const SET_MTIME = 4;
const MTIME_NOW = 8;

export function parseTimes(times: Uint8Array, set: number): RequestedChange | Errno {
  if (times.length !== TIMES_BYTES) return errno.EINVAL;
  if (set & SET_ATIME && set & ATIME_NOW) return errno.EINVAL;
  if (set & SET_MTIME && set & MTIME_NOW) return errno.EINVAL;
  const view = new DataView(times.buffer, times.byteOffset, times.length);
  const now: Time = { ms: Date.now(), ns: 0 };
  const choose = (offset: number, explicit: number, asNow: number): Time | undefined => {
    if (set & asNow) return now;
    return set & explicit ? timeOf(view.getBigInt64(offset, true)) : undefined;
  };
  return {
    atime: choose(0, SET_ATIME, ATIME_NOW),
    mtime: choose(8, SET_MTIME, MTIME_NOW),
    // Linux lets who may write set both times to now, but not one of them.
    isNow: (set & (ATIME_NOW | MTIME_NOW)) === (ATIME_NOW | MTIME_NOW),
  };
}

function timeOf(nanoseconds: bigint): Time {
  const ms = nanoseconds / NS_PER_MS;
  const rest = nanoseconds % NS_PER_MS;
  // Before 1970 the remainder is negative.
  if (rest < 0n) return { ms: Number(ms - 1n), ns: Number(rest + NS_PER_MS) };
  return { ms: Number(ms), ns: Number(rest) };
}
