// What an overlay does to two stores, as Linux's overlayfs does it.

import { describe, expect, test } from "vitest";
import { Errno } from "../../src/kernel/errno.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { createOverlayFileSystem } from "../../src/kernel/overlay-file-system.js";
import type { OpenFile, VirtualFileSystem } from "../../src/kernel/virtual-file-system.js";
import { openExisting } from "../../src/kernel/virtual-file-system.js";
import { answeringLater } from "../async-store.js";
import { textOf, utf8 } from "./tables.js";

const node = { mode: 0o644, uid: 1, gid: 2 };
const creating = { create: true, exclusive: false, truncate: false, writable: true, node };

/** A store called so that failures are errors' names. */
function calls(store: VirtualFileSystem) {
  const call = async <T>(answer: T | Errno | Promise<T | Errno>): Promise<T | string> => {
    const settled = await answer;
    return settled instanceof Errno ? settled.code : settled;
  };
  const open = async (path: string, options = openExisting): Promise<OpenFile> => {
    const file = await store.open(path, options);
    if (file instanceof Errno) throw new Error(`open ${path}: ${file.code}`);
    return file;
  };
  const readFrom = async (file: OpenFile): Promise<string> => {
    const target = new Uint8Array(100);
    return textOf(target.subarray(0, Number(await file.read(target, 0))));
  };
  return {
    call,
    open,
    readFrom,
    read: async (path: string) => readFrom(await open(path)),
    write: async (path: string, text: string) => {
      const file = await open(path, { ...creating, truncate: true });
      await file.write(utf8(text), 0);
      await file.close();
    },
    names: async (path: string) => {
      const entries = await store.readDir(path);
      return entries instanceof Errno ? entries.code : entries.map(({ name }) => name).sort();
    },
    stat: async (path: string) => {
      const stat = await store.lstat(path);
      if (stat instanceof Errno) throw new Error(`lstat ${path}: ${stat.code}`);
      return stat;
    },
  };
}

const kinds: [string, (store: VirtualFileSystem) => VirtualFileSystem][] = [
  ["of stores that answer at once", (store) => store],
  ["of stores that answer later", (store) => answeringLater(store as never)],
];

describe.each(kinds)("an overlay %s", (_, wrap) => {
  /** /f, /d/g, /d/sub/h and the link /l below; nothing above. */
  async function boot() {
    const [lower, upper] = [createInMemoryFileSystem(), createInMemoryFileSystem()];
    const below = calls(lower);
    await below.write("/f", "lower");
    for (const path of ["/d", "/d/sub"]) lower.mkdir(path, { mode: 0o750, uid: 5, gid: 6 });
    await below.write("/d/g", "g");
    await below.write("/d/sub/h", "h");
    lower.symlink("f", "/l", node);
    lower.setAttributes("/d/g", { mode: 0o600, uid: 7, gid: 8, mtime: { ms: 1000, ns: 500 } });
    const store = createOverlayFileSystem({ lower: wrap(lower), upper: wrap(upper) });
    return { lower, upper, below, above: calls(upper), store, ...calls(store) };
  }

  test("shows what is below until it is changed, and never changes it", async () => {
    const { read, write, below, above, names } = await boot();
    expect(await read("/d/g")).toBe("g");
    expect(await above.names("/")).toEqual([]);
    await write("/d/g", "changed");
    expect(await read("/d/g")).toBe("changed");
    expect(await below.read("/d/g")).toBe("g");
    expect(await names("/d")).toEqual(["g", "sub"]);
  });

  test("copies up a file with its directories, mode, owner, times and number", async () => {
    const { store, stat, above, open } = await boot();
    const before = await stat("/d/g");
    const file = await open("/d/g", { ...openExisting, writable: true });
    expect(await file.stat()).toMatchObject({ ino: before.ino });
    expect(await stat("/d/g")).toMatchObject({
      ino: before.ino,
      mode: before.mode,
      uid: 7,
      gid: 8,
      mtimeMs: before.mtimeMs,
    });
    expect(await above.stat("/d")).toMatchObject({ uid: 5, gid: 6 });
    await store.setAttributes("/d/sub/h", { mode: 0o640 });
    expect((await above.stat("/d/sub/h")).mode & 0o777).toBe(0o640);
    expect(await above.read("/d/sub/h")).toBe("h");
  });

  test("what is removed is hidden, and stays so", async () => {
    const { store, call, names, write, read, lower } = await boot();
    expect(await call(store.unlink("/f"))).toBeUndefined();
    expect(await call(store.lstat("/f"))).toBe("ENOENT");
    expect(await names("/")).toEqual(["d", "l"]);
    expect(lower.lstat("/f")).not.toBeInstanceOf(Errno);
    await write("/f", "new");
    expect(await read("/f")).toBe("new");
    await store.unlink("/f");
    expect(await call(store.lstat("/f"))).toBe("ENOENT");
  });

  test("a directory made where one was removed is empty", async () => {
    const { store, call, names } = await boot();
    for (const path of ["/d/sub/h", "/d/g"]) await store.unlink(path);
    expect(await call(store.rmdir("/d"))).toBe("ENOTEMPTY");
    for (const path of ["/d/sub", "/d"]) expect(await call(store.rmdir(path))).toBeUndefined();
    await store.mkdir("/d", node);
    expect(await names("/d")).toEqual([]);
    expect(await call(store.lstat("/d/g"))).toBe("ENOENT");
  });

  test("a directory that is below is not renamed, one that is only above is", async () => {
    const { store, call, write, read } = await boot();
    expect(await call(store.rename("/d", "/e"))).toBe("EXDEV");
    await store.mkdir("/new", node);
    await write("/new/x", "x");
    expect(await call(store.rename("/new", "/moved"))).toBeUndefined();
    expect(await read("/moved/x")).toBe("x");
  });

  test("a directory moved over an empty one of below hides what was there", async () => {
    const { store, call, names, write } = await boot();
    await store.unlink("/d/sub/h");
    await store.mkdir("/new", node);
    await write("/new/x", "x");
    expect(await call(store.rename("/new", "/d/sub"))).toBeUndefined();
    expect(await names("/d/sub")).toEqual(["x"]);
  });

  test("a file of below is renamed by copy", async () => {
    const { store, call, read, names } = await boot();
    expect(await call(store.rename("/f", "/d/f2"))).toBeUndefined();
    expect(await read("/d/f2")).toBe("lower");
    expect(await names("/")).toEqual(["d", "l"]);
    expect(await call(store.rename("/l", "/l2"))).toBeUndefined();
    expect(await call(store.readlink("/l2"))).toBe("f");
  });

  test("a hard link to a file of below links its copy", async () => {
    const { store, call, stat, write, read } = await boot();
    expect(await call(store.link("/f", "/f2"))).toBeUndefined();
    expect((await stat("/f2")).ino).toBe((await stat("/f")).ino);
    await write("/f2", "both");
    expect(await read("/f")).toBe("both");
  });

  test("who has a file open for reading sees what is written to its copy", async () => {
    const { open, readFrom, write, stat } = await boot();
    const reader = await open("/f");
    const { ino } = await stat("/f");
    await write("/f", "upper");
    expect(await readFrom(reader)).toBe("upper");
    expect(await reader.stat()).toMatchObject({ ino });
    await reader.close();
  });

  test("a big file is copied up while others go on", async () => {
    const { lower, open, stat } = await boot();
    const size = 20 * 1024 * 1024;
    const big = lower.open("/big", creating);
    if (big instanceof Errno) throw new Error(big.code);
    big.write(utf8("end"), size - 3);
    const opening = open("/big", { ...openExisting, writable: true });
    const file = await opening;
    const target = new Uint8Array(3);
    await file.read(target, size - 3);
    expect(textOf(target)).toBe("end");
    expect((await stat("/big")).size).toBe(size);
  });

  test("a copy that does not fit fails and leaves nothing", async () => {
    const lower = createInMemoryFileSystem();
    const upper = createInMemoryFileSystem({ fileSystemBytes: 1024 });
    await calls(lower).write("/f", "x".repeat(5000));
    const store = createOverlayFileSystem({ lower: wrap(lower), upper: wrap(upper) });
    const { call, read } = calls(store);
    expect(await call(store.open("/f", { ...openExisting, writable: true }))).toBe("ENOSPC");
    expect(await calls(upper).names("/")).toEqual([]);
    expect((await read("/f")).length).toBe(100);
  });
});
