/** `struct stat` and `struct statfs` of musl for 32 bits, from the kernel's own structures. */

export const STAT_BYTES = 96;
const NS_PER_S = 1_000_000_000n;

/** @param stat - The kernel's, of 96 bytes. */
export function putStat(target: Uint8Array, stat: DataView): void {
  const view = new DataView(target.buffer, target.byteOffset, STAT_BYTES);
  const u32 = (to: number, from: number) => view.setUint32(to, stat.getUint32(from, true), true);
  const time = (to: number, from: number) => {
    const ns = stat.getBigInt64(from, true);
    const rest = ((ns % NS_PER_S) + NS_PER_S) % NS_PER_S;
    view.setBigInt64(to, (ns - rest) / NS_PER_S, true);
    view.setBigInt64(to + 8, rest, true);
  };
  u32(0, 0);
  u32(4, 16);
  u32(8, 20);
  u32(12, 24);
  u32(16, 28);
  u32(20, 32);
  view.setBigInt64(24, stat.getBigInt64(40, true), true);
  u32(32, 88);
  u32(36, 48);
  time(40, 56);
  time(56, 64);
  time(72, 72);
  view.setBigInt64(88, stat.getBigInt64(8, true), true);
}

export const STATFS_BYTES = 72;

/** @param space - The kernel's, eight u64. */
export function putSpace(target: Uint8Array, space: DataView): void {
  const view = new DataView(target.buffer, target.byteOffset, STATFS_BYTES);
  const long = (index: number) => space.getBigUint64(index * 8, true);
  target.fill(0);
  view.setUint32(0, Number(long(0)), true);
  view.setUint32(4, Number(long(1)), true);
  view.setBigUint64(8, long(2), true);
  view.setBigUint64(16, long(3), true);
  view.setBigUint64(24, long(3), true);
  view.setBigUint64(32, long(4), true);
  view.setBigUint64(40, long(5), true);
  view.setUint32(56, Number(long(6)), true);
  view.setUint32(60, Number(long(1)), true);
}
