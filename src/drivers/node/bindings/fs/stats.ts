/** Files' status as arrays of numbers, as the library reads them. */
import type { FileStat } from "../../guest/kernel-calls.js";

export const STAT_FIELDS = 18;

export function fillStat(target: Float64Array | BigInt64Array, stat: FileStat): void {
  const NS = 1_000_000_000n;
  const fields: (number | bigint)[] = [
    stat.dev,
    stat.mode,
    stat.nlink,
    stat.uid,
    stat.gid,
    stat.rdev,
    stat.blksize,
    stat.ino,
    stat.size,
    stat.blocks,
  ];
  for (const time of [stat.atimeNs, stat.mtimeNs, stat.ctimeNs, stat.birthtimeNs]) {
    fields.push(time / NS, time % NS);
  }
  for (let index = 0; index < fields.length; index++) {
    const value = fields[index] as number | bigint;
    if (target instanceof BigInt64Array) target[index] = BigInt(value);
    else target[index] = Number(value);
  }
}
