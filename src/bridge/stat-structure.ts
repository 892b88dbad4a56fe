/** The 96-byte form of a stat that crosses the bridge; docs/wasm-abi.md has its layout. */
import type { VirtualStat } from "../kernel/stat.js";

export const STAT_BYTES = 96;

const NS_PER_MS = 1_000_000;

export function encodeStat(stat: VirtualStat): Uint8Array {
  const bytes = new Uint8Array(STAT_BYTES);
  const view = new DataView(bytes.buffer);
  const putLong = (offset: number, value: number) =>
    view.setBigUint64(offset, BigInt(Math.trunc(value)), true);
  const putTime = (offset: number, timeMs: number) =>
    view.setBigInt64(offset, BigInt(Math.round(timeMs * 1000)) * BigInt(NS_PER_MS / 1000), true);
  putLong(0, stat.dev);
  putLong(8, stat.ino);
  view.setUint32(16, stat.mode, true);
  view.setUint32(20, stat.nlink, true);
  view.setUint32(24, stat.uid, true);
  view.setUint32(28, stat.gid, true);
  putLong(32, stat.rdev);
  putLong(40, stat.size);
  putLong(48, stat.blocks);
  putTime(56, stat.atimeMs);
  putTime(64, stat.mtimeMs);
  putTime(72, stat.ctimeMs);
  putTime(80, stat.birthtimeMs);
  view.setUint32(88, stat.blksize, true);
  return bytes;
}
