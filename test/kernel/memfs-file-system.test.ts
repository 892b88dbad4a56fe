import { describe, expect, test } from "vitest";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../../src/kernel/constants.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import type {
  NewNode,
  SynchronousFileSystem,
  SynchronousOpenFile,
} from "../../src/kernel/virtual-file-system.js";
import { codeOf, ok, textOf, utf8 } from "./tables.js";

/** A new inode of root's. */
function owned(mode: number): NewNode {
  return { mode, uid: 0, gid: 0 };
}

const KiB = 1024;
const GiB = 1024 ** 3;

const forWriting = {
  create: true,
  exclusive: false,
  truncate: false,
  writable: true,
  node: owned(0o644),
};
const forReading = { ...forWriting, create: false, writable: false };

function openFile(store: SynchronousFileSystem, path: string): SynchronousOpenFile {
  return ok(store.open(path, forWriting));
}

/** Makes a file with a content and closes it. */
function makeFile(store: SynchronousFileSystem, path: string, content = ""): void {
  const file = openFile(store, path);
  ok(file.write(utf8(content), 0));
  file.close();
}

function readText(file: SynchronousOpenFile): string {
  const target = new Uint8Array(100);
  return textOf(target.subarray(0, ok(file.read(target, 0))));
}

function nlink(store: SynchronousFileSystem, path: string): number {
  return ok(store.lstat(path)).nlink;
}

/** What a store of limited size still takes: the number of files until ENOSPC. */
function filesUntilFull(store: SynchronousFileSystem, prefix: string): number {
  for (let count = 0; ; count++) {
    const file = store.open(`/${prefix}${count}`, forWriting);
    if ("code" in file) return count;
    file.close();
  }
}

describe("names and inodes", () => {
  test("type bits, permission bits and inode numbers", () => {
    const store = createInMemoryFileSystem();
    makeFile(store, "/file");
    ok(store.mkdir("/directory", owned(0o750)));
    ok(store.symlink("file", "/link", owned(0o777)));
    const stats = ["/", "/file", "/directory", "/link"].map((path) => ok(store.lstat(path)));
    expect(stats.map(({ mode }) => mode)).toEqual([
      S_IFDIR | 0o755,
      S_IFREG | 0o644,
      S_IFDIR | 0o750,
      S_IFLNK | 0o777,
    ]);
    expect(new Set(stats.map(({ ino }) => ino)).size).toBe(4);
  });

  test("an inode number is not used again", () => {
    const store = createInMemoryFileSystem();
    const seen = new Set<number>();
    for (let round = 0; round < 10; round++) {
      makeFile(store, "/file");
      seen.add(ok(store.lstat("/file")).ino);
      ok(store.unlink("/file"));
    }
    expect(seen.size).toBe(10);
  });

  test("a symbolic link's size is its target's length in bytes", () => {
    const store = createInMemoryFileSystem();
    ok(store.symlink("zürich", "/link", owned(0o777)));
    expect(ok(store.lstat("/link")).size).toBe(7);
  });

  test("readDir lists names, inodes and types, without . and ..", () => {
    const store = createInMemoryFileSystem();
    makeFile(store, "/b");
    ok(store.mkdir("/a", owned(0o755)));
    const entries = ok(store.readDir("/")).sort((x, y) => x.name.localeCompare(y.name));
    expect(entries).toEqual([
      { name: "a", ino: ok(store.lstat("/a")).ino, type: S_IFDIR },
      { name: "b", ino: ok(store.lstat("/b")).ino, type: S_IFREG },
    ]);
    expect(ok(store.readDir("/a"))).toEqual([]);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s is a name like any other",
    (name) => {
      const store = createInMemoryFileSystem();
      expect(codeOf(store.lstat(`/${name}`))).toBe("ENOENT");
      makeFile(store, `/${name}`, "text");
      expect(readText(openFile(store, `/${name}`))).toBe("text");
    },
  );

  test("a link before the last name is ELOOP: the kernel walks, not the store", () => {
    const store = createInMemoryFileSystem();
    ok(store.mkdir("/directory", owned(0o755)));
    ok(store.symlink("directory", "/link", owned(0o777)));
    expect(codeOf(store.lstat("/link/file"))).toBe("ELOOP");
    expect(codeOf(store.mkdir("/link/new", owned(0o755)))).toBe("ELOOP");
    expect(codeOf(store.open("/link/new", forWriting))).toBe("ELOOP");
    expect(codeOf(store.open("/link", forReading))).toBe("ELOOP");
  });
});

describe("link counts", () => {
  test("of a file follow its names; the inode stays while one is left", () => {
    const store = createInMemoryFileSystem();
    makeFile(store, "/a", "text");
    ok(store.link("/a", "/b"));
    ok(store.link("/b", "/c"));
    expect([nlink(store, "/a"), nlink(store, "/c")]).toEqual([3, 3]);
    ok(store.unlink("/a"));
    expect(nlink(store, "/b")).toBe(2);
    expect(readText(openFile(store, "/c"))).toBe("text");
  });

  test("of a directory are two, and one more for each directory in it", () => {
    const store = createInMemoryFileSystem();
    expect(nlink(store, "/")).toBe(2);
    ok(store.mkdir("/a", owned(0o755)));
    ok(store.mkdir("/a/x", owned(0o755)));
    ok(store.mkdir("/a/y", owned(0o755)));
    makeFile(store, "/a/file");
    expect([nlink(store, "/"), nlink(store, "/a"), nlink(store, "/a/x")]).toEqual([3, 4, 2]);
    ok(store.rmdir("/a/x"));
    expect(nlink(store, "/a")).toBe(3);
  });

  test("follow a directory that is moved, also over an empty one", () => {
    const store = createInMemoryFileSystem();
    for (const path of ["/a", "/a/moved", "/b", "/b/old"]) ok(store.mkdir(path, owned(0o755)));
    ok(store.rename("/a/moved", "/b/moved"));
    expect([nlink(store, "/a"), nlink(store, "/b"), nlink(store, "/b/moved")]).toEqual([2, 4, 2]);
    ok(store.rename("/b/moved", "/b/old"));
    expect([nlink(store, "/b"), nlink(store, "/b/old")]).toEqual([3, 2]);
  });

  test("a file that another is renamed over loses a name", () => {
    const store = createInMemoryFileSystem();
    makeFile(store, "/a", "old");
    ok(store.link("/a", "/also"));
    makeFile(store, "/new", "new");
    ok(store.rename("/new", "/a"));
    expect([nlink(store, "/also"), nlink(store, "/a")]).toEqual([1, 1]);
    expect(readText(openFile(store, "/a"))).toBe("new");
  });

  test("renaming one name of a file over another of the same leaves both", () => {
    const store = createInMemoryFileSystem();
    makeFile(store, "/a", "text");
    ok(store.link("/a", "/b"));
    ok(store.rename("/a", "/b"));
    expect([nlink(store, "/a"), nlink(store, "/b")]).toEqual([2, 2]);
  });
});

describe("a moved directory", () => {
  test("keeps everything below it, and a new one can take its place", () => {
    const store = createInMemoryFileSystem();
    for (const path of ["/a", "/a/b", "/a/b/c"]) ok(store.mkdir(path, owned(0o755)));
    makeFile(store, "/a/b/c/file", "deep");
    ok(store.rename("/a/b", "/moved"));
    expect(readText(openFile(store, "/moved/c/file"))).toBe("deep");
    expect(codeOf(store.lstat("/a/b"))).toBe("ENOENT");
    ok(store.mkdir("/a/b", owned(0o755)));
    ok(store.rename("/moved/c/file", "/a/b/file"));
    ok(store.unlink("/a/b/file"));
    ok(store.rmdir("/moved/c"));
    ok(store.rmdir("/moved"));
  });

  test("can't go into itself", () => {
    const store = createInMemoryFileSystem();
    ok(store.mkdir("/a", owned(0o755)));
    expect(codeOf(store.rename("/a", "/a/b"))).toBe("EINVAL");
    ok(store.rename("/a", "/ab"));
  });
});

describe("open files", () => {
  test.each<[string, (store: SynchronousFileSystem) => void]>([
    ["unlinked", (store) => ok(store.unlink("/file"))],
    ["renamed", (store) => ok(store.rename("/file", "/elsewhere"))],
    [
      "renamed over",
      (store) => {
        makeFile(store, "/new", "new");
        ok(store.rename("/new", "/file"));
      },
    ],
  ])("that are %s keep their data until they are closed", (_, change) => {
    const store = createInMemoryFileSystem();
    const file = openFile(store, "/file");
    ok(file.write(utf8("kept"), 0));
    change(store);
    ok(file.write(utf8("!"), 4));
    expect(readText(file)).toBe("kept!");
    file.close();
  });

  test("an unlinked file has no names, and its space is free after the last close", () => {
    const store = createInMemoryFileSystem({ fileSystemBytes: 64 * KiB, inodes: 2 });
    const [first, second] = [openFile(store, "/file"), openFile(store, "/file")];
    ok(first.write(new Uint8Array(64 * KiB), 0));
    ok(store.unlink("/file"));
    expect(ok(first.stat()).nlink).toBe(0);
    first.close();
    expect(codeOf(store.open("/other", forWriting))).toBe("ENOSPC");
    second.close();
    const other = openFile(store, "/other");
    ok(other.write(new Uint8Array(64 * KiB), 0));
  });

  test("opening with truncate empties the file, for those too who have it open", () => {
    const store = createInMemoryFileSystem();
    makeFile(store, "/file", "text");
    const before = openFile(store, "/file");
    ok(store.open("/file", { ...forWriting, truncate: true }));
    expect(ok(before.stat()).size).toBe(0);
  });
});

describe("limits are checked before anything changes", () => {
  test("a sparse write at 3 GiB costs what it writes", () => {
    const store = createInMemoryFileSystem({ fileBytes: 4 * GiB, fileSystemBytes: 64 * KiB });
    const file = openFile(store, "/file");
    expect(file.write(utf8("x".repeat(100)), 3 * GiB)).toBe(100);
    const { size, blocks } = ok(file.stat());
    expect(size).toBe(3 * GiB + 100);
    expect(blocks * 512).toBeLessThanOrEqual(64 * KiB);
    ok(file.truncate(4 * GiB));
    expect(ok(file.stat()).blocks).toBe(blocks);
  });

  test("a file beyond its size limit is EFBIG, by write and by truncate", () => {
    const store = createInMemoryFileSystem({ fileBytes: 1000 });
    const file = openFile(store, "/file");
    ok(file.write(utf8("x".repeat(1000)), 0));
    expect(codeOf(file.write(utf8("y"), 1000))).toBe("EFBIG");
    expect(codeOf(file.write(utf8("yy"), 999))).toBe("EFBIG");
    expect(codeOf(file.truncate(1001))).toBe("EFBIG");
    expect(ok(file.stat()).size).toBe(1000);
    ok(file.truncate(1000));
  });

  test("an empty write is 0 wherever it is", () => {
    const store = createInMemoryFileSystem({ fileBytes: 1000 });
    const file = openFile(store, "/file");
    expect(file.write(new Uint8Array(0), 5000)).toBe(0);
    expect(ok(file.stat()).size).toBe(0);
  });

  test("a full store is ENOSPC: the file stays as it was", () => {
    const store = createInMemoryFileSystem({ fileSystemBytes: 8 * KiB });
    makeFile(store, "/big", "x".repeat(8 * KiB));
    const file = openFile(store, "/file");
    expect(codeOf(file.write(utf8("y"), 0))).toBe("ENOSPC");
    expect(ok(file.stat())).toMatchObject({ size: 0, blocks: 0 });
    ok(store.unlink("/big"));
    expect(file.write(utf8("y"), 0)).toBe(1);
  });

  test.each<[string, (store: SynchronousFileSystem) => unknown]>([
    ["a file", (store) => store.open("/new", forWriting)],
    ["a directory", (store) => store.mkdir("/new", owned(0o755))],
    ["a symbolic link", (store) => store.symlink("target", "/new", owned(0o777))],
  ])("at the inode limit %s is ENOSPC and leaves no name", (_, make) => {
    const store = createInMemoryFileSystem({ inodes: 3 });
    makeFile(store, "/a");
    ok(store.mkdir("/b", owned(0o755)));
    expect(make(store)).toMatchObject({ code: "ENOSPC" });
    expect(codeOf(store.lstat("/new"))).toBe("ENOENT");
    // A further name needs no inode.
    ok(store.link("/a", "/again"));
  });

  test("inodes come back: by unlink, rmdir, rename over, and the last name of several", () => {
    const store = createInMemoryFileSystem({ inodes: 10 });
    expect(filesUntilFull(store, "x")).toBe(9);
    for (let count = 0; count < 9; count++) ok(store.unlink(`/x${count}`));
    ok(store.mkdir("/directory", owned(0o755)));
    ok(store.rmdir("/directory"));
    makeFile(store, "/a");
    makeFile(store, "/b");
    ok(store.rename("/a", "/b"));
    ok(store.link("/b", "/c"));
    ok(store.unlink("/b"));
    ok(store.unlink("/c"));
    ok(store.symlink("t", "/link", owned(0o777)));
    ok(store.unlink("/link"));
    expect(filesUntilFull(store, "y")).toBe(9);
  });
});

test("times: a directory's mtime moves when a name comes, goes or is renamed", () => {
  const store = createInMemoryFileSystem();
  ok(store.mkdir("/d", owned(0o755)));
  makeFile(store, "/d/first");
  const changes: [string, () => unknown][] = [
    ["create", () => makeFile(store, "/d/second")],
    ["rename", () => ok(store.rename("/d/first", "/d/third"))],
    ["unlink", () => ok(store.unlink("/d/second"))],
    ["mkdir", () => ok(store.mkdir("/d/e", owned(0o755)))],
    ["rmdir", () => ok(store.rmdir("/d/e"))],
    ["symlink", () => ok(store.symlink("t", "/d/l", owned(0o777)))],
    ["link", () => ok(store.link("/d/third", "/d/fourth"))],
  ];
  for (const [name, change] of changes) {
    ok(store.setAttributes("/d", { mtime: { ms: 1000, ns: 0 } }));
    change();
    expect(ok(store.lstat("/d")).mtimeMs, name).toBeGreaterThan(1000);
  }
});

test("setAttributes changes what it is given, and never the type", () => {
  const store = createInMemoryFileSystem();
  makeFile(store, "/file");
  ok(
    store.setAttributes("/file", {
      mode: 0o170777,
      atime: { ms: 1, ns: 7 },
      mtime: { ms: 2, ns: 999_999 },
      uid: 3,
      gid: 4,
    }),
  );
  const stat = ok(store.lstat("/file"));
  expect(stat).toMatchObject({ mode: S_IFREG | 0o777, atimeMs: 1, mtimeMs: 2, uid: 3, gid: 4 });
  expect(stat).toMatchObject({ atimeNs: 7, mtimeNs: 999_999 });
  ok(store.setAttributes("/file", { mtime: { ms: 5, ns: 0 } }));
  expect(ok(store.lstat("/file"))).toMatchObject({ atimeMs: 1, mtimeMs: 5, uid: 3 });
  expect(stat.mode & S_IFMT).toBe(S_IFREG);
});
