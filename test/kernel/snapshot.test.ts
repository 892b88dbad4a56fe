// Snapshots of the memory store: one moment, shared content, and a serialised form that is parsed as
// hostile input.

import { describe, expect, onTestFinished, test } from "vitest";
import { Errno } from "../../src/kernel/errno.js";
import { FileSystemSnapshot } from "../../src/kernel/file-system-snapshot.js";
import { createKernel } from "../../src/kernel/kernel.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { createReadOnlyFileSystem } from "../../src/kernel/read-only-file-system.js";
import { parseFileSystemSnapshot, SnapshotError } from "../../src/kernel/snapshot-parser.js";
import type { SynchronousFileSystem } from "../../src/kernel/virtual-file-system.js";
import { openExisting } from "../../src/kernel/virtual-file-system.js";
import { Random } from "../random.js";
import { ok, textOf, utf8 } from "./tables.js";

const node = { mode: 0o640, uid: 3, gid: 4 };
const creating = { create: true, exclusive: false, truncate: true, writable: true, node };

function write(store: SynchronousFileSystem, path: string, text: string): void {
  const file = ok(store.open(path, creating));
  ok(file.write(utf8(text), 0));
  file.close();
}

function read(store: SynchronousFileSystem, path: string): string {
  const file = ok(store.open(path, openExisting));
  const target = new Uint8Array(200);
  const text = textOf(target.subarray(0, ok(file.read(target, 0))));
  file.close();
  return text;
}

function freeBlocks(store: SynchronousFileSystem): number {
  return ok(store.statfs()).freeBlocks;
}

/** Everything in a store: names, attributes but numbers, contents. */
function tree(store: SynchronousFileSystem, path = "/"): unknown[] {
  return ok(store.readDir(path)).flatMap(({ name }) => {
    const full = path === "/" ? `/${name}` : `${path}/${name}`;
    // To look is to change the time of access.
    const { ino: _, ctimeMs: _c, atimeMs: _a, atimeNs: _n, ...stat } = ok(store.lstat(full));
    const type = stat.mode & 0o170000;
    if (type === 0o040000) return [[full, stat], ...tree(store, full)];
    const content =
      type === 0o120000 ? store.readlink(full) : type === 0o100000 && read(store, full);
    return [[full, stat, content]];
  });
}

/** A store with some of everything. */
function sample(): ReturnType<typeof createInMemoryFileSystem> {
  const store = createInMemoryFileSystem();
  store.mkdir("/d", node);
  store.mkdir("/d/sub", node);
  write(store, "/d/f", "content");
  write(store, "/empty", "");
  store.link("/d/f", "/d/sub/hard");
  store.symlink("../f", "/d/sub/soft", node);
  store.mknod("/fifo", { ...node, mode: 0o010600 });
  write(store, "/__proto__", "odd");
  const sparse = ok(store.open("/sparse", creating));
  ok(sparse.write(utf8("far"), 10_027_008));
  sparse.close();
  store.setAttributes("/d", { mtime: { ms: 1_000_000, ns: 5 }, atime: { ms: -5, ns: 7 } });
  return store;
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

describe("a snapshot", () => {
  test("makes stores that hold the same", async () => {
    const store = sample();
    const before = tree(store);
    const snapshot = await store.snapshot();
    const copy = createInMemoryFileSystem({ snapshot });
    expect(ok(copy.lstat("/fifo")).atimeMs).toBe(ok(store.lstat("/fifo")).atimeMs);
    expect(tree(copy)).toEqual(before);
    expect(freeBlocks(copy)).toBe(freeBlocks(store));
    expect(ok(copy.statfs()).freeFiles).toBe(ok(store.statfs()).freeFiles);
  });

  test("store and copies change apart from each other", async () => {
    const store = sample();
    const snapshot = await store.snapshot();
    const [one, two] = [
      createInMemoryFileSystem({ snapshot }),
      createInMemoryFileSystem({ snapshot }),
    ];
    write(store, "/d/f", "of the store");
    ok(ok(one.open("/d/f", { ...openExisting, writable: true })).write(utf8("CON"), 0));
    ok(two.open("/sparse", { ...openExisting, writable: true })).truncate(10_027_009);
    two.unlink("/empty");
    expect([read(store, "/d/f"), read(one, "/d/f"), read(two, "/d/f")]).toEqual([
      "of the store",
      "CONtent",
      "content",
    ]);
    const third = createInMemoryFileSystem({ snapshot });
    expect(read(third, "/d/sub/hard")).toBe("content");
    expect(ok(third.lstat("/sparse")).size).toBe(10_027_011);
    expect(ok(third.lstat("/empty")).size).toBe(0);
    const far = new Uint8Array(3);
    ok(ok(third.open("/sparse", openExisting)).read(far, 10_027_008));
    expect(textOf(far)).toBe("far");
  });

  test("without hard links is unfolded by who looks, and no difference is to be seen", async () => {
    const origin = createInMemoryFileSystem();
    for (const directory of ["/a", "/a/b", "/a/b/c", "/d", "/d/e", "/f"]) {
      origin.mkdir(directory, node);
      for (let file = 0; file < 4; file++) write(origin, `${directory}/${file}`, directory);
    }
    origin.symlink("a/b", "/link", node);
    const first = await origin.snapshot();
    expect(first.isTree).toBe(true);
    // What is not said to be a tree is rebuilt at once.
    const atOnce = new FileSystemSnapshot(first.root, first.inodes, first.bytes);
    const paths = ["/a", "/a/b", "/a/b/c", "/d", "/d/e", "/f", "/new", "/a/b/new"] as const;
    for (let seed = 1; seed <= 40; seed++) {
      const random = new Random(seed);
      let [folded, whole] = [first, atOnce].map((snapshot) =>
        createInMemoryFileSystem({ snapshot }),
      );
      if (!folded || !whole) throw new Error("two stores");
      for (let step = 0; step < 12; step++) {
        const [one, two] = [random.pick(paths), random.pick(paths)];
        const name = `${one}/${random.below(5)}`;
        const change = random.below(8);
        const outcomes = [folded, whole].map((store) => {
          if (change === 0) return store.rename(one, two);
          if (change === 1) return store.rmdir(one);
          if (change === 2) return store.unlink(name);
          if (change === 3) return store.mkdir(one, node);
          if (change === 4) return store.rename(name, `${two}/moved`);
          if (change === 5) return store.setAttributes(one, { mode: 0o700 });
          if (change === 6) {
            const file = store.open(name, creating);
            if (file instanceof Errno) return file;
            file.write(utf8("changed"), 0);
            file.close();
            return undefined;
          }
          return ok(store.readDir("/")).length;
        });
        expect(outcomes[0], `seed ${seed}`).toBe(outcomes[1]);
        if (change !== 7) continue;
        // A snapshot of what has been looked into here and there, changed while it is taken.
        const taking = [folded.snapshot(), whole.snapshot()];
        for (const store of [folded, whole]) store.unlink("/a/b/c/1");
        const [left, right] = await Promise.all(taking);
        expect([left?.inodes, left?.bytes], `seed ${seed}`).toEqual([right?.inodes, right?.bytes]);
        folded = createInMemoryFileSystem(left && { snapshot: left });
        whole = createInMemoryFileSystem(right && { snapshot: right });
      }
      expect(folded.statfs(), `seed ${seed}`).toEqual(whole.statfs());
      expect(ok(folded.lstat("/")).nlink).toBe(ok(whole.lstat("/")).nlink);
      const stamped = (rows: unknown[]) =>
        JSON.stringify(rows).replaceAll(/"(mtimeMs|birthtimeMs)":1[\d.]{12,}/g, "now");
      expect(stamped(tree(folded)), `seed ${seed}`).toBe(stamped(tree(whole)));
    }
  });

  test("the quota counts what a store holds, shared or not, and gives it back", async () => {
    const store = sample();
    const free = freeBlocks(createInMemoryFileSystem());
    const copy = createInMemoryFileSystem({ snapshot: await store.snapshot() });
    write(copy, "/d/f", "changed");
    expect(freeBlocks(copy)).toBe(freeBlocks(store));
    for (const path of ["/d/f", "/d/sub/hard", "/empty", "/sparse", "/__proto__"])
      copy.unlink(path);
    expect(freeBlocks(copy)).toBe(free);
  });

  test("is of one moment, whatever changes while it is taken", async () => {
    const store = createInMemoryFileSystem();
    for (let directory = 0; directory < 100; directory++) {
      store.mkdir(`/${directory}`, node);
      for (let file = 0; file < 100; file++) write(store, `/${directory}/${file}`, "old");
    }
    const before = tree(store);
    const taking = store.snapshot();
    const random = new Random(1);
    await Promise.resolve();
    // The walk stops for the event loop; by then all of this has happened.
    for (let step = 0; step < 2000; step++) {
      const path = `/${random.below(100)}/${random.below(100)}`;
      const other = `/${random.below(100)}/${random.below(200)}`;
      switch (random.below(6)) {
        case 0:
          store.unlink(path);
          break;
        case 1:
          store.rename(path, other);
          break;
        case 2:
          store.setAttributes(path, { mode: 0o777 });
          break;
        case 3:
          store.link(path, other);
          break;
        default:
          if (!(store.lstat(other) instanceof Errno)) write(store, other, "new");
          else write(store, `/${random.below(100)}/new${step}`, "new");
      }
    }
    store.rename("/7", "/8/moved");
    expect(tree(createInMemoryFileSystem({ snapshot: await taking }))).toEqual(before);
  });

  test("that is too big for a store is ENOSPC", async () => {
    const snapshot = await sample().snapshot();
    expect(() => createInMemoryFileSystem({ snapshot, inodes: 3 })).toThrow(/^ENOSPC/);
    const small = createInMemoryFileSystem({ fileSystemBytes: 100 });
    expect(await small.restore(snapshot)).toHaveProperty("code", "ENOSPC");
  });
});

describe("kernel.snapshotFileSystem and restoreFileSystem", () => {
  test("go back to what was there; files that are open keep what they had", async () => {
    const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
    onTestFinished(() => kernel.dispose());
    await kernel.writeFile("/f", "one");
    const snapshot = await kernel.snapshotFileSystem();
    await kernel.writeFile("/f", "two");
    await kernel.writeFile("/g", "new");
    await kernel.restoreFileSystem(snapshot);
    expect(textOf(await kernel.readFile("/f"))).toBe("one");
    expect(await kernel.exists("/g")).toBe(false);
    expect(await kernel.readdir("/")).toContain("tmp");
  });

  test("of another store is ENOTSUP", async () => {
    const kernel = createKernel({
      filesystem: createReadOnlyFileSystem(createInMemoryFileSystem()),
    });
    onTestFinished(() => kernel.dispose());
    expect(() => kernel.snapshotFileSystem()).toThrow(/^ENOTSUP/);
  });
});

describe("a serialised snapshot", () => {
  test("is parsed back to the same, in chunks of any size", async () => {
    const store = sample();
    const bytes = await bytesOf((await store.snapshot()).serialize());
    for (const size of [bytes.length, 1000, 7]) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const parsed = await parseFileSystemSnapshot(chunks);
      expect(tree(createInMemoryFileSystem({ snapshot: parsed }))).toEqual(tree(store));
    }
  });

  const reasonOf = async (bytes: Uint8Array, limits = {}): Promise<string> => {
    try {
      await parseFileSystemSnapshot(bytes, limits);
      return "parsed";
    } catch (thrown) {
      if (thrown instanceof SnapshotError) return thrown.reason;
      throw thrown;
    }
  };

  test("of another version, cut short, changed, or too long is told apart", async () => {
    const bytes = await bytesOf((await sample().snapshot()).serialize());
    const changed = (at: number, byte: number): Uint8Array => {
      const copy = bytes.slice();
      copy[at] = byte;
      return copy;
    };
    expect(await reasonOf(changed(8, 2))).toBe("version");
    expect(await reasonOf(changed(0, 0))).toBe("malformed");
    expect(await reasonOf(changed(13, 1))).toBe("checksum");
    expect(await reasonOf(changed(100, 0xee))).toBe("checksum");
    for (const length of [0, 10, 28, 40, bytes.length - 1]) {
      expect(await reasonOf(bytes.subarray(0, length))).toBe("truncated");
    }
    expect(await reasonOf(new Uint8Array([...bytes, 0]))).toBe("malformed");
    expect(await reasonOf(bytes, { inodes: 2 })).toBe("limit");
    expect(await reasonOf(bytes, { fileSystemBytes: 10 })).toBe("limit");
    expect(await reasonOf(bytes, { fileBytes: 1000 })).toBe("limit");
  });

  test("with random changes and good checksums never makes anything but a good tree", async () => {
    const { crc32 } = await import("../../src/kernel/snapshot-layout.js");
    const seed = 20261121;
    const random = new Random(seed);
    const original = await bytesOf((await sample().snapshot()).serialize());
    let parsedCount = 0;
    for (let round = 0; round < 2000; round++) {
      const bytes = original.slice();
      for (let change = 0; change <= random.below(3); change++) {
        bytes[28 + random.below(bytes.length - 28)] = random.below(256);
      }
      // The checksums are made right again: the parser has to see for itself.
      const view = new DataView(bytes.buffer);
      for (let at = 28; at + 8 <= bytes.length; ) {
        const end = at + 8 + view.getUint32(at + 4, true);
        if (end + 4 > bytes.length) break;
        view.setUint32(end, crc32(bytes.subarray(at, end)), true);
        at = end + 4;
      }
      try {
        const snapshot = await parseFileSystemSnapshot(bytes);
        const store = createInMemoryFileSystem({ snapshot });
        tree(store);
        parsedCount++;
      } catch (thrown) {
        if (!(thrown instanceof SnapshotError)) throw new Error(`seed ${seed}`, { cause: thrown });
      }
    }
    expect(parsedCount).toBeGreaterThan(0);
  });
});
