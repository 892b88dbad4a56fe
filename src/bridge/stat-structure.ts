/** The 96-byte form of a stat that crosses the bridge; docs/wasm-abi.md has its layout. */
import type { VirtualStat } from "../kernel/stat.js";

export const STAT_BYTES = 96;

const NS_PER_MS = 1_000_000;
const TWO_TO_32 = 0x1_0000_0000;

export function encodeStat(stat: VirtualStat): Uint8Array {
  const bytes = new Uint8Array(STAT_BYTES);
  const view = new DataView(bytes.buffer);
  putLong(view, 0, stat.dev);
  putLong(view, 8, stat.ino);
  view.setUint32(16, stat.mode, true);
  view.setUint32(20, stat.nlink, true);
  view.setUint32(24, stat.uid, true);
  view.setUint32(28, stat.gid, true);
  putLong(view, 32, stat.rdev);
  putLong(view, 40, stat.size);
  putLong(view, 48, stat.blocks);
  putTime(view, 56, stat.atimeMs, stat.atimeNs);
  putTime(view, 64, stat.mtimeMs, stat.mtimeNs);
  putTime(view, 72, stat.ctimeMs, stat.ctimeNs);
  putTime(view, 80, stat.birthtimeMs, stat.birthtimeNs);
  view.setUint32(88, stat.blksize, true);
  return bytes;
}

/** Puts an integer within 2^53 as a u64. */
export function putLong(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_TO_32), true);
}

/** Puts nanoseconds since 1970, computed in halves: as one number they would not fit, as a bigint be slow. */
function putTime(view: DataView, offset: number, timeMs: number, ns?: number): void {
  const ms = Math.floor(timeMs);
  const high = Math.floor(ms / TWO_TO_32);
  const rest = ns ?? Math.round((timeMs - ms) * NS_PER_MS);
  const low = (ms - high * TWO_TO_32) * NS_PER_MS + rest;
  view.setUint32(offset, low, true);
  view.setInt32(offset + 4, high * NS_PER_MS + Math.floor(low / TWO_TO_32), true);
}
