// The fixed layouts that cross the bridge: stat, directory entries, times.

import { describe, expect, test } from "vitest";
import { encodeEntries } from "../../src/bridge/directory-entries.js";
import { parseTimes } from "../../src/bridge/file-times.js";
import { encodeStat, STAT_BYTES } from "../../src/bridge/stat-structure.js";
import { S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from "../../src/kernel/constants.js";
import type { DirectoryEntry } from "../../src/kernel/virtual-file-system.js";
import { codeOf, textOf } from "../kernel/tables.js";
import { forSeeds } from "../random.js";

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

describe("the stat structure", () => {
  const stat = {
    dev: 1,
    ino: 2 ** 40 + 3,
    mode: S_IFREG | 0o644,
    nlink: 4,
    uid: 5,
    gid: 6,
    rdev: 0x103,
    size: 3 * 2 ** 30,
    blocks: 8,
    blksize: 65536,
    atimeMs: 1,
    mtimeMs: 1_700_000_000_123,
    ctimeMs: 0,
    birthtimeMs: -1,
  };

  test("has each field at its place", () => {
    const bytes = encodeStat(stat);
    const view = viewOf(bytes);
    expect(bytes).toHaveLength(STAT_BYTES);
    const longs = [0, 8, 32, 40, 48].map((offset) => Number(view.getBigUint64(offset, true)));
    expect(longs).toEqual([1, 2 ** 40 + 3, 0x103, 3 * 2 ** 30, 8]);
    const words = [16, 20, 24, 28, 88].map((offset) => view.getUint32(offset, true));
    expect(words).toEqual([S_IFREG | 0o644, 4, 5, 6, 65536]);
    const times = [56, 64, 72, 80].map((offset) => view.getBigInt64(offset, true));
    expect(times).toEqual([1_000_000n, 1_700_000_000_123_000_000n, 0n, -1_000_000n]);
  });

  test("keeps fractions of a millisecond, to the microsecond", () => {
    const view = viewOf(encodeStat({ ...stat, atimeMs: 1.5, mtimeMs: 1_700_000_000_000.25 }));
    expect(view.getBigInt64(56, true)).toBe(1_500_000n);
    expect(view.getBigInt64(64, true)).toBe(1_700_000_000_000_250_000n);
  });
});

/** Entries from the bytes of one call: whole ones only. */
function decodeEntries(bytes: Uint8Array) {
  const view = viewOf(bytes);
  const found: { next: number; ino: number; type: number; name: string }[] = [];
  for (let offset = 0; offset + 24 <= bytes.length; ) {
    const length = view.getUint32(offset + 16, true);
    const end = offset + 24 + length;
    if (end > bytes.length) break;
    found.push({
      next: Number(view.getBigUint64(offset, true)),
      ino: Number(view.getBigUint64(offset + 8, true)),
      type: view.getUint8(offset + 20),
      name: textOf(bytes.subarray(offset + 24, end)),
    });
    offset = end;
  }
  return found;
}

describe("directory entries", () => {
  const entries: DirectoryEntry[] = [
    { name: ".", ino: 1, type: S_IFDIR },
    { name: "zürich", ino: 2 ** 33, type: S_IFREG },
    { name: "link", ino: 3, type: S_IFLNK },
    { name: "null", ino: 4, type: S_IFCHR },
    { name: "fifo", ino: 5, type: S_IFIFO },
  ];

  test("are WASI's: position behind it, inode, name's bytes, type", () => {
    const target = new Uint8Array(1000);
    const filled = encodeEntries(entries, 10, target);
    expect(decodeEntries(target.subarray(0, filled))).toEqual([
      { next: 11, ino: 1, type: 3, name: "." },
      { next: 12, ino: 2 ** 33, type: 4, name: "zürich" },
      { next: 13, ino: 3, type: 7, name: "link" },
      { next: 14, ino: 4, type: 2, name: "null" },
      { next: 15, ino: 5, type: 0, name: "fifo" },
    ]);
  });

  test.each([0, 1, 23, 24, 25, 26, 60])("fill a room of %d bytes and no more", (room) => {
    const memory = new Uint8Array(room + 1).fill(0xee);
    const whole = new Uint8Array(1000);
    encodeEntries(entries, 0, whole);
    expect(encodeEntries(entries, 0, memory.subarray(0, room))).toBe(room);
    expect(memory.subarray(0, room)).toEqual(whole.subarray(0, room));
    expect(memory[room]).toBe(0xee);
  });

  test("are at most 1024 a call", () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({
      name: `${index}`,
      ino: index,
      type: S_IFREG,
    }));
    const target = new Uint8Array(200_000);
    const filled = encodeEntries(many, 0, target);
    expect(filled).toBeLessThan(target.length);
    expect(decodeEntries(target.subarray(0, filled))).toHaveLength(1024);
  });

  test("read on from where the last whole one ended, each is seen once", () => {
    forSeeds(20, (random) => {
      const all = Array.from({ length: 1 + random.below(200) }, (_, index) => ({
        name: `n${index}`.padEnd(1 + random.below(60), "x"),
        ino: index + 1,
        type: S_IFREG,
      }));
      const seen: string[] = [];
      for (let position = 0; position < all.length; ) {
        const target = new Uint8Array(100 + random.below(500));
        const filled = encodeEntries(all.slice(position), position, target);
        const page = decodeEntries(target.subarray(0, filled));
        seen.push(...page.map(({ name }) => name));
        position = page.at(-1)?.next ?? all.length;
      }
      expect(seen).toEqual(all.map(({ name }) => name));
    });
  });
});

describe("times", () => {
  const bytes = new Uint8Array(BigInt64Array.of(5_000_000n, -6_999_997n).buffer);
  const times = { 5: { ms: 5, ns: 0 }, [-7]: { ms: -7, ns: 3 } };
  const at = (ms: 5 | -7 | undefined) => ms && times[ms];

  test.each<[number, 5 | undefined, -7 | undefined]>([
    [0, undefined, undefined],
    [1, 5, undefined],
    [4, undefined, -7],
    [5, 5, -7],
  ])("with set %d", (set, atimeMs, mtimeMs) => {
    expect(parseTimes(bytes, set)).toMatchObject({ atime: at(atimeMs), mtime: at(mtimeMs) });
  });

  test.each([
    [2, "atime"],
    [8, "mtime"],
  ] as const)("with set %d: now", (set, which) => {
    const before = Date.now();
    const change = parseTimes(bytes, set);
    if ("code" in change) throw new Error(change.code);
    expect(change[which]?.ms).toBeGreaterThanOrEqual(before);
    expect(change[which === "atime" ? "mtime" : "atime"]).toBeUndefined();
  });

  test.each([0, 15, 17])("of %d bytes are EINVAL", (length) => {
    expect(codeOf(parseTimes(new Uint8Array(length), 5))).toMatch("EINVAL");
  });
});
