// A061: tar archives with `../`, absolute names, link-then-file, devices, too many entries → rejected entries, the rest intact.

import { packTar, type TarEntry } from "modern-tar";
import { describe, expect, test } from "vitest";
import { Errno } from "../../src/kernel/errno.js";
import { importJson } from "../../src/kernel/json-tree.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { importTar } from "../../src/kernel/tar-archive.js";
import { openExisting, type SynchronousFileSystem } from "../../src/kernel/virtual-file-system.js";
import { ok, textOf } from "../kernel/tables.js";
import { underOracle } from "./universal-oracle.js";

const file = (name: string, body = name): TarEntry => ({
  header: { name, size: new TextEncoder().encode(body).length, type: "file" },
  body,
});
const other = (
  name: string,
  type: NonNullable<TarEntry["header"]["type"]>,
  linkname?: string,
): TarEntry => ({ header: { name, size: 0, type, ...(linkname !== undefined && { linkname }) } });

function read(store: SynchronousFileSystem, path: string): string {
  const opened = store.open(path, openExisting);
  if (opened instanceof Errno) return opened.code;
  const target = new Uint8Array(100);
  const text = textOf(target.subarray(0, ok(opened.read(target, 0))));
  opened.close();
  return text;
}

describe("an archive", () => {
  test.each<[string, TarEntry[], string]>([
    ["../out", [file("../out")], "EINVAL"],
    ["a name with .. inside", [file("a/../../out")], "EINVAL"],
    ["an absolute name", [file("/etc/passwd")], "EINVAL"],
    ["a file behind a link", [other("l", "symlink", "/"), file("l/f")], "ENOTDIR"],
    ["a hard link out", [other("h", "link", "../../etc/passwd")], "EINVAL"],
    ["a hard link to nothing", [other("h", "link", "none")], "ENOENT"],
    ["a character device", [other("null", "character-device")], "EPERM"],
    ["a block device", [other("sda", "block-device")], "EPERM"],
    ["a long name", [file("n".repeat(300))], "ENAMETOOLONG"],
    ["a file over a directory", [other("d/", "directory"), file("d")], "EISDIR"],
  ])("with %s: that entry is rejected, those around it are unpacked", (_, entries, code) =>
    underOracle(async () => {
      const store = createInMemoryFileSystem();
      const archive = await packTar([file("before"), ...entries, file("sub/after")]);
      const result = await importTar(store, archive);
      expect(result).toMatchObject({ rejected: 1, rejections: [{ code }] });
      expect([read(store, "/before"), read(store, "/sub/after")]).toEqual(["before", "sub/after"]);
    }),
  );

  test("a file that replaces a link leaves what the link led to", () =>
    underOracle(async () => {
      const store = createInMemoryFileSystem();
      const archive = await packTar([
        file("kept", "old"),
        other("soft", "symlink", "kept"),
        other("hard", "link", "kept"),
        file("soft", "new"),
        file("hard", "new"),
      ]);
      expect(await importTar(store, archive)).toMatchObject({ unpacked: 5, rejected: 0 });
      expect([read(store, "/kept"), read(store, "/soft"), read(store, "/hard")]).toEqual([
        "old",
        "new",
        "new",
      ]);
    }));

  test("of too many entries ends with ENOSPC; a file that is too long is rejected unread", () =>
    underOracle(async () => {
      const store = createInMemoryFileSystem();
      const many = await packTar(Array.from({ length: 50 }, (_, index) => file(`f${index}`)));
      await expect(importTar(store, many, { entries: 20 })).rejects.toMatchObject({
        code: "ENOSPC",
      });
      expect(ok(store.readDir("/"))).toHaveLength(20);
      const long = await packTar([file("long", "x".repeat(2000)), file("short")]);
      expect(await importTar(store, long, { fileBytes: 1000 })).toMatchObject({
        rejections: [{ name: "long", code: "EFBIG" }],
      });
      expect(read(store, "/short")).toBe("short");
    }));

  test("that is cut off or no archive at all is EINVAL, and what does not fit is rejected", () =>
    underOracle(async () => {
      const store = createInMemoryFileSystem({ fileSystemBytes: 4096 });
      const good = await packTar([file("a"), file("big", "x".repeat(10_000)), file("b")]);
      expect(await importTar(store, good)).toMatchObject({
        unpacked: 2,
        rejections: [{ name: "big", code: "ENOSPC" }],
      });
      expect(read(store, "/big")).toBe("ENOENT");
      for (const bad of [good.subarray(0, 1000), new Uint8Array(2000).fill(65)]) {
        await expect(importTar(createInMemoryFileSystem(), bad)).rejects.toMatchObject({
          code: "EINVAL",
        });
      }
    }));
});

describe("JSON", () => {
  test.each(["../x", "x", "/a/../../x", "/\0"])("with the path %j is EINVAL", (path) =>
    underOracle(async () => {
      const store = createInMemoryFileSystem();
      await expect(importJson(store, { [path]: "x" })).rejects.toMatchObject({ code: "EINVAL" });
      expect(ok(store.readDir("/"))).toEqual([]);
    }),
  );
});
