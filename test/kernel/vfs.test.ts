// What linux-parity.test.ts cannot ask Linux: mounts, stores of third parties, limits of paths.

import { describe, expect, test } from "vitest";
import { hostActor } from "../../src/kernel/actor.js";
import { S_IFDIR, S_IFREG } from "../../src/kernel/constants.js";
import { type Errno, errno } from "../../src/kernel/errno.js";
import { KernelError } from "../../src/kernel/kernel-error.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { ReadOnlyStore } from "../../src/kernel/read-only-store.js";
import { syntheticStat, type VirtualStat } from "../../src/kernel/stat.js";
import { Vfs } from "../../src/kernel/vfs.js";
import {
  type DirectoryEntry,
  type OpenFile,
  openExisting,
} from "../../src/kernel/virtual-file-system.js";
import { codeOf, ok } from "./tables.js";

function create(vfs: Vfs, path: string): OpenFile | Errno {
  return vfs.create(hostActor, ok(vfs.resolve(hostActor, "/", path, true)), 0o644, false);
}

function makeFile(vfs: Vfs, path: string): void {
  ok(create(vfs, path)).close();
}

/** A store with the one file `/file`, which cannot be changed. */
class OneFile extends ReadOnlyStore {
  override lstat(path: string): VirtualStat | Errno {
    if (path === "/") return syntheticStat(S_IFDIR | 0o755, 1);
    return path === "/file" ? syntheticStat(S_IFREG | 0o644, 2) : errno.ENOENT;
  }
  override open(): Errno {
    return errno.EROFS;
  }
  override readDir(): DirectoryEntry[] {
    return [{ name: "file", ino: 2, type: S_IFREG }];
  }
  override readlink(): Errno {
    return errno.EINVAL;
  }
}

/** An empty root with a read-only store on /mnt and a second memory store on /mnt2. */
function mounted(): Vfs {
  const vfs = new Vfs(createInMemoryFileSystem());
  for (const path of ["/mnt", "/mnt2", "/d"]) ok(vfs.mkdir(hostActor, "/", path, 0o755));
  vfs.mounts.mount("/mnt", new OneFile());
  vfs.mounts.mount("/mnt2", createInMemoryFileSystem());
  makeFile(vfs, "/f");
  makeFile(vfs, "/mnt2/g");
  return vfs;
}

describe("mounts", () => {
  test("the innermost mount serves a path; each has a device number of its own", () => {
    const vfs = mounted();
    const devices = ["/f", "/d", "/mnt", "/mnt/file", "/mnt2", "/mnt2/g"].map(
      (path) => ok(vfs.stat(hostActor, "/", path)).dev,
    );
    const [root, , mnt, , mnt2] = devices;
    expect(devices).toEqual([root, root, mnt, mnt, mnt2, mnt2]);
    expect(new Set([root, mnt, mnt2]).size).toBe(3);
  });

  test("a name that only begins like a mount point is not below it", () => {
    const vfs = mounted();
    ok(vfs.mkdir(hostActor, "/", "/mntx", 0o755));
    expect(ok(vfs.stat(hostActor, "/", "/mntx")).dev).toBe(ok(vfs.stat(hostActor, "/", "/")).dev);
  });

  test("a place takes one mount: a second is EBUSY", () => {
    expect(codeOf(mounted().mounts.mount("/mnt", createInMemoryFileSystem()) ?? "ok")).toBe(
      "EBUSY",
    );
  });

  test.each<[string, (vfs: Vfs) => undefined | Errno, string]>([
    ["rename out of a mount", (vfs) => vfs.rename(hostActor, "/", "/mnt2/g", "/", "/d/g"), "EXDEV"],
    ["rename into a mount", (vfs) => vfs.rename(hostActor, "/", "/f", "/", "/mnt2/f"), "EXDEV"],
    ["link across mounts", (vfs) => vfs.link(hostActor, "/", "/f", "/", "/mnt2/f", false), "EXDEV"],
    ["rename a mount point", (vfs) => vfs.rename(hostActor, "/", "/mnt2", "/", "/d/x"), "EBUSY"],
    ["rename over a mount point", (vfs) => vfs.rename(hostActor, "/", "/d", "/", "/mnt2"), "EBUSY"],
    ["remove a mount point", (vfs) => vfs.rmdir(hostActor, "/", "/mnt2"), "EBUSY"],
    ["remove the root", (vfs) => vfs.rmdir(hostActor, "/", "/"), "EBUSY"],
    ["rename the root", (vfs) => vfs.rename(hostActor, "/", "/", "/", "/x"), "EBUSY"],
    ["rename over the root", (vfs) => vfs.rename(hostActor, "/", "/d", "/", "/"), "EBUSY"],
    ["unlink the root", (vfs) => vfs.unlink(hostActor, "/", "/"), "EISDIR"],
    ["make the root", (vfs) => vfs.mkdir(hostActor, "/", "/", 0o755), "EEXIST"],
  ])("%s is refused", (_, change, code) => {
    const vfs = mounted();
    expect(change(vfs)).toBe(errno[code as "EBUSY"]);
    for (const path of ["/f", "/mnt2/g", "/d", "/mnt/file"]) ok(vfs.stat(hostActor, "/", path));
  });

  test.each<[string, (vfs: Vfs) => unknown]>([
    ["open for writing", (vfs) => create(vfs, "/mnt/new")],
    ["mkdir", (vfs) => vfs.mkdir(hostActor, "/", "/mnt/new", 0o755)],
    ["unlink", (vfs) => vfs.unlink(hostActor, "/", "/mnt/file")],
    ["rename", (vfs) => vfs.rename(hostActor, "/", "/mnt/file", "/", "/mnt/new")],
    ["link", (vfs) => vfs.link(hostActor, "/", "/mnt/file", "/", "/mnt/new", false)],
    ["symlink", (vfs) => vfs.symlink(hostActor, "t", "/", "/mnt/new")],
    ["setAttributes", (vfs) => vfs.setAttributes(hostActor, "/", "/mnt/file", { mode: 0 }, true)],
  ])("%s on a read-only mount is EROFS", (_, change) => {
    expect(change(mounted())).toBe(errno.EROFS);
  });

  test("mount points are among their directory's names, once", () => {
    const vfs = mounted();
    vfs.mounts.mount("/only-mounted", createInMemoryFileSystem());
    const names = ok(vfs.readDir(ok(vfs.resolve(hostActor, "/", "/", true)))).map(
      ({ name }) => name,
    );
    expect(names.sort()).toEqual(["d", "f", "mnt", "mnt2", "only-mounted"]);
  });

  test("links and .. cross mounts in both directions", () => {
    const vfs = mounted();
    ok(vfs.symlink(hostActor, "/mnt2/g", "/", "/to-mount"));
    ok(vfs.symlink(hostActor, "../f", "/", "/mnt2/to-root"));
    expect(ok(vfs.resolve(hostActor, "/", "/to-mount", true)).path).toBe("/mnt2/g");
    expect(ok(vfs.resolve(hostActor, "/", "/mnt2/to-root", true)).path).toBe("/f");
    expect(ok(vfs.resolve(hostActor, "/mnt2", "../mnt/file", true)).path).toBe("/mnt/file");
  });
});

describe("paths", () => {
  test("a relative path starts at the given directory; .. above the root is the root", () => {
    const vfs = mounted();
    makeFile(vfs, "/d/inner");
    expect(ok(vfs.resolve(hostActor, "/d", "inner", true)).path).toBe("/d/inner");
    expect(ok(vfs.resolve(hostActor, "/d", "../../../f", true)).path).toBe("/f");
  });

  test(".. behind a link is where the link leads, not where it is written", () => {
    const vfs = mounted();
    ok(vfs.mkdir(hostActor, "/", "/d/deep", 0o755));
    ok(vfs.symlink(hostActor, "d/deep", "/", "/link"));
    expect(ok(vfs.resolve(hostActor, "/", "/link/..", true)).path).toBe("/d");
  });

  test("a NUL is EINVAL", () => {
    expect(codeOf(mounted().resolve(hostActor, "/", "/f\0", true))).toBe("EINVAL");
  });

  test.each([
    ["4095 bytes", 4095, "ok"],
    ["4096 bytes: no room for the NUL", 4096, "ENAMETOOLONG"],
  ])("a path of %s", (_, length, expected) => {
    const result = mounted().stat(hostActor, "/", "f".padStart(length, "/"));
    expect(result === errno.ENAMETOOLONG ? "ENAMETOOLONG" : "ok").toBe(expected);
  });

  test("length is counted in bytes, not in characters", () => {
    const vfs = mounted();
    expect(codeOf(vfs.stat(hostActor, "/", `/${"é".repeat(127)}x`))).toBe("ENOENT");
    expect(codeOf(vfs.stat(hostActor, "/", `/${"é".repeat(128)}`))).toBe("ENAMETOOLONG");
    expect(codeOf(vfs.stat(hostActor, "/", `/${"./".repeat(1950)}${"é/".repeat(98)}`))).toBe(
      "ENAMETOOLONG",
    );
  });

  test("a path of a million slashes is refused, not worked on for minutes", () => {
    const vfs = mounted();
    const path = `${"/".repeat(2 ** 20)}x`;
    expect(codeOf(vfs.mkdir(hostActor, "/", path, 0o755) ?? "ok")).toBe("ENAMETOOLONG");
    expect(codeOf(vfs.rmdir(hostActor, "/", path) ?? "ok")).toBe("ENAMETOOLONG");
    expect(codeOf(vfs.rename(hostActor, "/", path, "/", path) ?? "ok")).toBe("ENAMETOOLONG");
  });

  test.each(["__proto__", "constructor"])("%s is a name like any other", (name) => {
    const vfs = mounted();
    expect(codeOf(vfs.stat(hostActor, "/", `/${name}`))).toBe("ENOENT");
    ok(vfs.mkdir(hostActor, "/", `/${name}`, 0o755));
    ok(vfs.stat(hostActor, "/", `/${name}/..`));
  });
});

describe("a store that throws", () => {
  const throwing = (thrown: unknown): Vfs => {
    const vfs = mounted();
    const store = new OneFile();
    store.lstat = () => {
      throw thrown;
    };
    vfs.mounts.mount("/d", store);
    return vfs;
  };

  test("a KernelError counts as its errno", () => {
    expect(codeOf(throwing(new KernelError("EACCES")).stat(hostActor, "/", "/d/x"))).toBe("EACCES");
  });

  test.each(["read", "write", "truncate", "stat", "setAttributes"] as const)(
    "an open file of its whose %s throws gives an errno, and can be closed",
    (call) => {
      const throwing = (thrown: unknown) => (): never => {
        throw thrown;
      };
      for (const thrown of [new KernelError("ENOSPC"), new Error("broken")]) {
        const vfs = mounted();
        const store = new OneFile();
        store.open = () => ({ close: throwing(thrown), [call]: throwing(thrown) }) as never;
        vfs.mounts.mount("/d", store);
        const opened = ok(vfs.open(ok(vfs.resolve(hostActor, "/", "/d/file", true)), openExisting));
        const results = {
          read: () => opened.read(new Uint8Array(1), 0),
          write: () => opened.write(new Uint8Array(1), 0),
          truncate: () => opened.truncate(0),
          stat: () => opened.stat(),
          setAttributes: () => opened.setAttributes({}),
        };
        expect(results[call]()).toBe(thrown instanceof KernelError ? errno.ENOSPC : errno.EIO);
        expect(() => opened.close()).not.toThrow();
      }
    },
  );

  test.each([new Error("broken"), "text", null])("anything else (%s) is EIO", (thrown) => {
    expect(codeOf(throwing(thrown).stat(hostActor, "/", "/d/x"))).toBe("EIO");
  });
});
