// A053: hard link and rename across mounts → EXDEV; a directory into itself → EINVAL.

import { expect, test } from "vitest";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { bootTables, utf8 } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { hostMount } from "./host-mount.js";
import { underOracle } from "./universal-oracle.js";

/** Arguments of a rename or a link. */
const both = (from: string, to: string) => ({
  oldDirectory: -100,
  oldPath: utf8(from),
  newDirectory: -100,
  newPath: utf8(to),
});

test("a directory in which something is mounted stays where it is", () =>
  underOracle(() => {
    const tables = bootTables();
    const { guest, at } = new Attacker(tables);
    for (const path of ["/a", "/a/b"]) guest.do("mkdir", { ...at(path), mode: 0o755 });
    tables.vfs.mounts.mount("/a/b/c", createInMemoryFileSystem());
    expect(guest.try("rename", both("/a", "/x"))).toBe("EBUSY");
    expect(guest.try("rename", both("/a/b", "/a/y"))).toBe("EBUSY");
    guest.do("mkdir", { ...at("/a/b/cc"), mode: 0o755 });
    guest.do("rename", both("/a/b/cc", "/z"));
  }));

test("nothing moves or links from one store to another", () =>
  underOracle(() => {
    const { attacker } = hostMount();
    for (const [from, to] of [
      ["/mnt/file", "/tmp/file"],
      ["/dev/null", "/mnt/null"],
      ["/proc/self/status", "/mnt/status"],
    ] as const) {
      expect(attacker.guest.try("rename", both(from, to))).toMatch(/^(EXDEV|EROFS|EPERM)$/);
      expect(attacker.guest.try("link", { ...both(from, to), flags: 0 })).toMatch(
        /^(EXDEV|EROFS|EPERM)$/,
      );
    }
    attacker.guest.do("mkdir", { ...attacker.at("/mnt/d"), mode: 0o755 });
    expect(attacker.guest.try("rename", both("/mnt/d", "/mnt/d/e"))).toBe("EINVAL");
    expect(attacker.guest.try("rename", both("/mnt", "/tmp/m"))).toBe("EBUSY");
    expect(attacker.cat("/mnt/file")).toBe("inside");
  }));
