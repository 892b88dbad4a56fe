// Trees in and out of stores, as JSON and as tar.

import { describe, expect, test } from "vitest";
import { exportJson, importJson, type JsonTree } from "../../src/kernel/json-tree.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { exportTar, importTar } from "../../src/kernel/tar-archive.js";
import type { VirtualFileSystem } from "../../src/kernel/virtual-file-system.js";
import { answeringLater } from "../async-store.js";

const details = { mode: 0o640, uid: 5, gid: 6, mtimeMs: 1_600_000_000_000 };

const tree: JsonTree = {
  "/d": { directory: true, mode: 0o750, uid: 1, gid: 2, mtimeMs: 1_500_000_000_000 },
  "/d/text": { text: "héllo\n", ...details },
  "/d/bytes": { base64: btoa("\u00ff\u0000\u00fe"), ...details },
  "/empty": { text: "", ...details },
  "/link": { target: "d/text", uid: 0, gid: 0 },
  "/__proto__": { text: "odd", ...details },
  [`/${"long".repeat(60)}`]: { text: "x".repeat(1000), ...details },
};

/** Times of directories move when something is put into them. */
const sorted = (exported: JsonTree): [string, unknown][] =>
  Object.entries(exported)
    .map(([name, value]): [string, unknown] =>
      value && typeof value === "object" && value.directory
        ? [name, { ...value, mtimeMs: undefined }]
        : [name, value],
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as never).arrayBuffer());
}

describe.each<[string, () => VirtualFileSystem]>([
  ["answers at once", () => createInMemoryFileSystem()],
  ["answers later", () => answeringLater(createInMemoryFileSystem())],
])("a store that %s", (_, make) => {
  test("gives out as JSON what was put in as JSON", async () => {
    const store = make();
    await importJson(store, tree);
    expect(sorted(await exportJson(store))).toEqual(sorted(tree));
  });

  test("gives out as tar what can be put in again", async () => {
    const [store, copy] = [make(), make()];
    await importJson(store, tree);
    const archive = await bytesOf(exportTar(store));
    expect(await importTar(copy, archive)).toMatchObject({ rejected: 0 });
    expect(sorted(await exportJson(copy))).toEqual(sorted(tree));
  });
});

test("JSON in memfs' form: texts and null for a directory; parents are made", async () => {
  const store = createInMemoryFileSystem();
  await importJson(store, { "/a/b/c.txt": "text", "/a/empty": null });
  expect(Object.keys(await exportJson(store)).sort()).toEqual([
    "/a",
    "/a/b",
    "/a/b/c.txt",
    "/a/empty",
  ]);
  await importJson(store, { "/a/b/c.txt": "replaced" });
  expect((await exportJson(store))["/a/b/c.txt"]).toMatchObject({ text: "replaced" });
});

test("a hard link stays one through a tar archive", async () => {
  const [store, copy] = [createInMemoryFileSystem(), createInMemoryFileSystem()];
  await importJson(store, { "/f": "text" });
  store.link("/f", "/g");
  await importTar(copy, exportTar(store));
  expect(copy.lstat("/g")).toMatchObject({ nlink: 2 });
});
