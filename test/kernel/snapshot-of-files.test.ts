// What a store begins with when files are given: the same as if they had been written one after the other.

import { expect, test } from "vitest";
import { FileApi } from "../../src/kernel/file-api.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { type GivenFile, snapshotOfFiles } from "../../src/kernel/snapshot-of-files.js";
import { parseFileSystemSnapshot } from "../../src/kernel/snapshot-parser.js";

const given: GivenFile[] = [
  ["/a/b/c.txt", "text é"],
  ["/a/b/empty", ""],
  ["/a/bytes", new Uint8Array([0, 1, 255])],
  ["/page", "x".repeat(64 * 1024)],
  ["/plain", "1"],
];
const notPlain: GivenFile[] = [
  ["/large", "y".repeat(64 * 1024 + 1)],
  ["/a/../up", "2"],
  ["/plain", "again"],
  ["/plain/below", "none"],
  ["/a/b", "none"],
  ["//double", "3"],
  ["/nul\0", ""],
];

/** All that is in a store: names, modes, sizes, owners, links, and how much space is left. */
async function treeOf(store: ReturnType<typeof createInMemoryFileSystem>): Promise<unknown> {
  const list: unknown[] = [];
  const walk = (path: string): void => {
    const entries = store.readDir(path || "/");
    if (!Array.isArray(entries)) throw new Error(path);
    for (const { name, type } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const stat = store.lstat(`${path}/${name}`);
      if (!("ino" in stat)) throw new Error(name);
      const { mode, uid, gid, nlink, size, blocks } = stat;
      list.push([`${path}/${name}`, mode, uid, gid, nlink, size, blocks]);
      if (type === 0o040000) walk(`${path}/${name}`);
    }
  };
  walk("");
  return { list, space: store.statfs() };
}

test("is what writing them one after the other makes", async () => {
  const written = createInMemoryFileSystem();
  const files = new FileApi(new KernelTables(written, defaultLimits).vfs);
  for (const [path, content] of given) await files.writeFile(path, content);
  const { snapshot, left } = snapshotOfFiles([...given, ...notPlain], defaultLimits);
  expect(left.map(([path]) => path)).toEqual(notPlain.map(([path]) => path));
  const store = createInMemoryFileSystem({ snapshot });
  const tables = new KernelTables(store, defaultLimits);
  expect(await treeOf(store)).toEqual(await treeOf(written));
  const api = new FileApi(tables.vfs);
  for (const [path, content] of given) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    expect([path, await api.readFile(path)]).toEqual([path, bytes]);
  }
  // What it shares with the snapshot it copies when it writes.
  await api.writeFile("/a/b/c.txt", "new");
  const again = createInMemoryFileSystem({ snapshot });
  expect(
    await new FileApi(new KernelTables(again, defaultLimits).vfs).readTextFile("/a/b/c.txt"),
  ).toBe("text é");
});

test("a snapshot of a store that nobody has looked into holds it all", async () => {
  const { snapshot } = snapshotOfFiles(given, defaultLimits);
  const again = await createInMemoryFileSystem({ snapshot }).snapshot();
  expect([again.inodes, again.bytes]).toEqual([snapshot.inodes, snapshot.bytes]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of again.serialize()) chunks.push(chunk);
  const parsed = await parseFileSystemSnapshot(chunks);
  expect(await treeOf(createInMemoryFileSystem({ snapshot: parsed }))).toEqual(
    await treeOf(createInMemoryFileSystem({ snapshot })),
  );
});

test("what is beyond the limits is left to the store, which says so", () => {
  const limits = { ...defaultLimits, inodes: 4, fileSystemBytes: 300 };
  const { snapshot, left } = snapshotOfFiles(
    [
      ["/a/1", "x"],
      ["/a/2", "x"],
      ["/3", "x"],
    ],
    limits,
  );
  expect([snapshot.inodes, snapshot.bytes]).toEqual([4, 256]);
  expect(left.map(([path]) => path)).toEqual(["/a/2"]);
  expect(
    snapshotOfFiles([["/b", "x".repeat(200)]], { ...limits, fileBytes: 100 }).left,
  ).toHaveLength(1);
});
