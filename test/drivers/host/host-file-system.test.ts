// A directory of the host as a store: the contract of stores, and that nothing leads out of it.

import { spawnSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  createHostFileSystem,
  createPortableHostFileSystem,
} from "../../../src/drivers/host/host-file-system.host.js";
import { Errno } from "../../../src/kernel/errno.js";
import { fileSystemConformance } from "../../../src/kernel/file-system-conformance.js";
import { openExisting, type VirtualFileSystem } from "../../../src/kernel/virtual-file-system.js";

/** A new directory of the host, gone when the test ends. */
function directory(): string {
  const made = realpathSync(mkdtempSync(path.join(tmpdir(), "secure-exec-store-")));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const node = { mode: 0o644, uid: 0, gid: 0 };
const creating = { create: true, exclusive: false, truncate: false, writable: true, node };

const codeOf = (result: unknown): unknown => (result instanceof Errno ? result.code : result);

describe("a directory of the host", () =>
  fileSystemConformance({
    describe,
    test,
    makeStore: () => createHostFileSystem({ root: directory(), readOnly: false }),
    makeReadOnlyStore: async (fill) => {
      const root = directory();
      await fill(createHostFileSystem({ root, readOnly: false }));
      return createHostFileSystem({ root });
    },
    without: ["owners", "fifos"],
  }));

describe("a directory of the host, with the checks of other systems", () =>
  fileSystemConformance({
    describe,
    test,
    makeStore: () => createPortableHostFileSystem(directory()),
    without: ["owners", "fifos"],
  }));

const kinds: [string, (root: string) => VirtualFileSystem][] = [
  ["on Linux", (root) => createHostFileSystem({ root, readOnly: false })],
  ["elsewhere", createPortableHostFileSystem],
];

describe.each(kinds)("a host directory %s", (_, make) => {
  /** A store of `inside`, next to a file it must not reach. */
  function boot() {
    const base = directory();
    const inside = path.join(base, "inside");
    mkdirSync(inside);
    writeFileSync(path.join(base, "canary"), "outside");
    return { base, inside, store: make(inside) };
  }

  test.each(["/../canary", "/..", "/./x", "/a/../../canary", "/\0"])("%j is no path", (bad) => {
    const { store } = boot();
    expect(codeOf(store.lstat(bad))).toBe("EINVAL");
    expect(codeOf(store.open(bad, creating))).toBe("EINVAL");
    expect(codeOf(store.readDir(bad))).toBe("EINVAL");
    expect(codeOf(store.rename(bad, "/x"))).toBe("EINVAL");
  });

  test("links of the host that lead out are links, and nothing behind them", () => {
    const { base, inside, store } = boot();
    symlinkSync("../canary", path.join(inside, "file"));
    symlinkSync("..", path.join(inside, "up"));
    symlinkSync(path.join(base, "new"), path.join(inside, "dangling"));
    expect(store.readlink("/file")).toBe("../canary");
    expect(codeOf(store.open("/file", openExisting))).toBe("ELOOP");
    expect(codeOf(store.open("/up/canary", openExisting))).toBe("ELOOP");
    expect(codeOf(store.lstat("/up/canary"))).toBe("ELOOP");
    expect(codeOf(store.readDir("/up"))).toBe("ELOOP");
    expect(codeOf(store.unlink("/up/canary"))).toBe("ELOOP");
    expect(codeOf(store.open("/dangling", creating))).toBe("ELOOP");
    expect(codeOf(store.setAttributes("/file", { mode: 0o777 }))).not.toBeUndefined();
    expect(readdirSync(base).sort()).toEqual(["canary", "inside"]);
    expect(lstatSync(path.join(base, "canary")).mode & 0o777).toBe(0o644);
  });

  test("FIFOs, sockets and devices are files that nobody may open, and nobody waits", async () => {
    const { inside, store } = boot();
    spawnSync("mkfifo", [path.join(inside, "fifo")]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path.join(inside, "socket"), resolve));
    onTestFinished(() => void server.close());
    for (const name of ["/fifo", "/socket"]) {
      for (const writable of [false, true]) {
        expect(codeOf(store.open(name, { ...openExisting, writable }))).toBe("EACCES");
      }
      expect(store.lstat(name)).toMatchObject({ mode: 0o100000, size: 0 });
      expect(codeOf(store.link(name, "/other"))).toBe("EACCES");
    }
    expect(codeOf(store.mknod("/mine", { ...node, mode: 0o010644 }))).toBe("EPERM");
  });

  test("set-user-ID bits and owners have no host meaning", () => {
    const { inside, store } = boot();
    writeFileSync(path.join(inside, "f"), "");
    expect(store.setAttributes("/f", { mode: 0o6755 })).toBeUndefined();
    expect(lstatSync(path.join(inside, "f")).mode & 0o7777).toBe(0o755);
    expect(codeOf(store.setAttributes("/f", { uid: 12345 }))).toBe("EPERM");
    expect(store.lstat("/f")).toMatchObject({ uid: 0, gid: 0 });
  });

  test("a big directory is listed whole, the rest of it later", async () => {
    const { inside, store } = boot();
    for (let index = 0; index < 2000; index++) writeFileSync(path.join(inside, `f${index}`), "");
    const listing = store.readDir("/");
    expect(listing).toBeInstanceOf(Promise);
    const entries = await listing;
    expect(entries instanceof Errno ? entries : new Set(entries.map(({ name }) => name)).size).toBe(
      2000,
    );
  });

  test("a big write is carried out in pieces", async () => {
    const { inside, store } = boot();
    const file = await store.open("/f", creating);
    if (file instanceof Errno) throw new Error(file.code);
    const data = new Uint8Array(5 * 1024 * 1024).fill(7);
    expect(await file.write(data, 0)).toBe(data.length);
    await file.close();
    expect(readFileSync(path.join(inside, "f")).equals(data)).toBe(true);
  });

  test("names that are no characters are EILSEQ: the host would get others", () => {
    const root = directory();
    const store = createHostFileSystem({ root, readOnly: false });
    expect(codeOf(store.open("/a\udcff", creating))).toBe("EILSEQ");
    expect(codeOf(store.mkdir("/\ud800", node))).toBe("EILSEQ");
    expect(codeOf(store.symlink("\udc80", "/l", node))).toBe("EILSEQ");
    expect(readdirSync(root)).toEqual([]);
  });

  test("errors carry no path of the host", () => {
    const { base, store } = boot();
    for (const result of [store.lstat("/none"), store.open("/none/x", creating)]) {
      expect(JSON.stringify(result)).not.toContain(base);
    }
    expect(() => make(path.join(base, "none"))).toThrow(/^ENOENT/);
    expect(() => make(path.join(base, "canary"))).toThrow(/^ENOTDIR/);
    expect(() => make(path.join(base, "none"))).not.toThrow(base);
  });
});

describe("a read-only host directory", () => {
  test("is the default", () => {
    const root = directory();
    const store = createHostFileSystem({ root });
    expect(store.isReadOnly).toBe(true);
    expect(codeOf(store.open("/f", creating))).toBe("EROFS");
    expect(readdirSync(root)).toEqual([]);
  });
});
