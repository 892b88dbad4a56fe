// A063–A065, A067: huge offsets, many names, deep directories; a full disk; POSIX lifetimes; odd names.

import { describe, expect, test } from "vitest";
import { AT_FDCWD, AT_REMOVEDIR, O_CREAT, O_RDWR, O_WRONLY } from "../../src/kernel/constants.js";
import { bootTables, textOf, utf8 } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

describe("A063: sizes", () => {
  test("a file is not longer than its limit, wherever one writes", () =>
    underOracle(() => {
      const attacker = new Attacker(bootTables({ fileBytes: 1_000_000 }));
      const fd = attacker.open("/tmp/f", O_RDWR | O_CREAT) as number;
      const { guest } = attacker;
      for (const position of [1_000_000, 2 ** 31, 2 ** 32, 2 ** 53 - 10]) {
        expect(guest.try("pwrite", { fd, position, data: utf8("x") })).toBe("EFBIG");
        expect(guest.try("ftruncate", { fd, size: position + 1 })).toBe("EFBIG");
      }
      expect(guest.try("seek", { fd, offset: Number.MAX_SAFE_INTEGER, whence: 0 })).toBe("ok");
      expect(guest.try("seek", { fd, offset: 1, whence: 1 })).toBe("EOVERFLOW");
      expect(guest.try("write", { fd, data: utf8("x") })).toBe("EFBIG");
      expect(guest.try("pread", { fd, position: Number.MAX_SAFE_INTEGER, target: 10 })).toBe("ok");
      expect(guest.result).toBe(0);
      expect(guest.try("pwrite", { fd, position: 999_999, data: utf8("x") })).toBe("ok");
    }));

  test("names until the inodes are used up: ENOSPC, and after a removal one more", () =>
    underOracle(() => {
      const attacker = new Attacker(bootTables({ inodes: 5000 }));
      let made = 0;
      let outcome: number | string = 0;
      while (typeof outcome === "number") {
        outcome = attacker.open(`/tmp/${made}`, O_WRONLY | O_CREAT);
        if (typeof outcome !== "number") break;
        attacker.guest.do("close", { fd: outcome });
        made++;
      }
      expect(outcome).toBe("ENOSPC");
      expect(made).toBeGreaterThan(4900);
      attacker.guest.do("unlink", { ...attacker.at("/tmp/0"), flags: 0 });
      expect(attacker.open("/tmp/again", O_WRONLY | O_CREAT)).toBeTypeOf("number");
    }));

  test("a tree as deep as inodes allow is made and removed from within", () =>
    underOracle(() => {
      const depth = 20_000;
      const attacker = new Attacker(bootTables({ descriptors: 8 }));
      const { guest } = attacker;
      let directory = attacker.open("/tmp") as number;
      const parents = (name: string, at: number) => ({ directory: at, path: utf8(name) });
      let made = 0;
      for (; made < depth; made++) {
        if (guest.try("mkdir", { ...parents("d", directory), mode: 0o755 }) !== "ok") break;
        const outcome = guest.try("open", {
          ...parents("d", directory),
          flags: 0,
          mode: 0,
          minimum: 0,
        });
        if (outcome !== "ok") break;
        const next = guest.result;
        guest.do("close", { fd: directory });
        directory = next;
      }
      // A whole path has to fit PATH_MAX here: so deep it goes, and then the answer says so.
      expect(made).toBeGreaterThan(1000);
      guest.do("close", { fd: directory });
      let path = `/tmp${"/d".repeat(made)}`;
      for (; path !== "/tmp"; path = path.slice(0, -2)) {
        const outcome = guest.try("unlink", { ...attacker.at(path), flags: AT_REMOVEDIR });
        expect(["ok", "ENOENT", "ENAMETOOLONG"]).toContain(outcome);
      }
      guest.try("unlink", { ...attacker.at("/tmp/d"), flags: AT_REMOVEDIR });
    }));
});

describe("A064: a full disk", () => {
  test("is ENOSPC in that sandbox only, and a removal makes room", () =>
    underOracle(() => {
      const [full, neighbour] = [
        new Attacker(bootTables({ fileSystemBytes: 200_000 })),
        new Attacker(bootTables({ fileSystemBytes: 200_000 })),
      ];
      const fd = full.open("/tmp/f", O_RDWR | O_CREAT) as number;
      let outcome = "ok";
      for (let at = 0; outcome === "ok"; at += 10_000) {
        outcome = full.guest.try("pwrite", { fd, position: at, data: new Uint8Array(10_000) });
      }
      expect(outcome).toBe("ENOSPC");
      const other = neighbour.open("/tmp/f", O_RDWR | O_CREAT) as number;
      expect(neighbour.guest.try("write", { fd: other, data: utf8("x") })).toBe("ok");
      expect(full.guest.try("ftruncate", { fd, size: 0 })).toBe("ok");
      expect(full.guest.try("write", { fd, data: utf8("x") })).toBe("ok");
    }));
});

describe("A065: lifetimes", () => {
  test("an open file outlives its name, a working directory its removal", () =>
    underOracle(() => {
      const attacker = new Attacker(bootTables());
      const { guest } = attacker;
      const fd = attacker.open("/tmp/f", O_RDWR | O_CREAT) as number;
      guest.do("write", { fd, data: utf8("kept") });
      guest.do("unlink", { ...attacker.at("/tmp/f"), flags: 0 });
      expect(guest.do("pread", { fd, position: 0, target: 10 })).toBe(4);
      expect(attacker.cat("/tmp/f")).toBe("ENOENT");
      const renamed = attacker.open("/tmp/g", O_RDWR | O_CREAT) as number;
      guest.do("rename", {
        oldDirectory: AT_FDCWD,
        oldPath: utf8("/tmp/g"),
        newDirectory: AT_FDCWD,
        newPath: utf8("/tmp/h"),
      });
      guest.do("write", { fd: renamed, data: utf8("moved") });
      expect(attacker.cat("/tmp/h")).toBe("moved");
      guest.do("mkdir", { ...attacker.at("/tmp/cwd"), mode: 0o755 });
      guest.do("chdir", { path: utf8("/tmp/cwd") });
      guest.do("unlink", { ...attacker.at("/tmp/cwd"), flags: AT_REMOVEDIR });
      expect(attacker.open("new", O_WRONLY | O_CREAT)).toBe("ENOENT");
      expect(attacker.open("/tmp/h")).toBeTypeOf("number");
    }));
});

describe("A067: names", () => {
  test("newlines, options, escapes and prototypes' names come back byte for byte", () =>
    underOracle((saw) => {
      const attacker = new Attacker(bootTables());
      const names = [
        "a\nb",
        "-rf",
        "--",
        "\u001b[2J\u0007",
        "__proto__",
        "$(id)",
        "`id`",
        " ",
        "*",
      ];
      attacker.guest.do("mkdir", { ...attacker.at("/tmp/d"), mode: 0o755 });
      for (const name of names) {
        const fd = attacker.open(`/tmp/d/${name}`, O_WRONLY | O_CREAT) as number;
        attacker.guest.do("write", { fd, data: utf8(name) });
        attacker.guest.do("close", { fd });
      }
      const listed = attacker.ls("/tmp/d");
      expect(listed).toEqual(expect.arrayContaining(names));
      for (const name of names) expect(attacker.cat(`/tmp/d/${name}`)).toBe(name);
      saw(String(listed));
      expect(textOf(utf8(names.join()))).toBe(names.join());
    }));
});
