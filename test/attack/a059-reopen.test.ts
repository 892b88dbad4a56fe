// A059: reopening /dev/fd/N, /proc/self/fd/N or /dev/stdin with more rights than the description has → EACCES.

import { describe, expect, test } from "vitest";
import {
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "../../src/kernel/constants.js";
import { bootTables } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An attacker who holds the file /tmp/f, "content", open as descriptor 0 with `flags`. */
function holding(flags: number): Attacker {
  const attacker = new Attacker(bootTables());
  expect(attacker.open("/tmp/f", O_WRONLY | O_CREAT)).toBe(0);
  attacker.guest.do("write", { fd: 0, data: utf8("content") });
  attacker.guest.do("close", { fd: 0 });
  expect(attacker.open("/tmp/f", flags)).toBe(0);
  return attacker;
}

const names = ["/dev/fd/0", "/dev/stdin", "/proc/self/fd/0", "/proc/thread-self/fd/0"];

describe.each(names)("%s", (name) => {
  test.each([
    ["read only", O_RDONLY, O_WRONLY],
    ["read only", O_RDONLY, O_RDWR],
    ["read only", O_RDONLY, O_WRONLY | O_APPEND],
    ["write only", O_WRONLY, O_RDONLY],
    ["write only", O_WRONLY, O_RDWR],
  ])("of a descriptor that is %s: more is EACCES", (_rights, had, wanted) =>
    underOracle(() => {
      expect(holding(had).open(name, wanted)).toBe("EACCES");
    }),
  );

  test("O_TRUNC with O_RDONLY truncates nothing", () =>
    underOracle(() => {
      const attacker = holding(O_RDONLY);
      attacker.open(name, O_RDONLY | O_TRUNC);
      expect(attacker.cat("/tmp/f")).toBe("content");
    }));

  test("the same rights are the same description: one cursor", () =>
    underOracle(() => {
      const attacker = holding(O_RDONLY);
      const fd = attacker.open(name) as number;
      attacker.guest.do("read", { fd: 0, target: 3 });
      expect(attacker.guest.do("seek", { fd, offset: 0, whence: 1 })).toBe(3);
    }));

  test("chmod through it is chmod of the file; unlink of it is refused", () =>
    underOracle(() => {
      const attacker = holding(O_RDONLY);
      expect(attacker.guest.try("chmod", { ...attacker.at(name), mode: 0o600 })).toBe("ok");
      expect(attacker.guest.try("unlink", { ...attacker.at(name), flags: 0 })).toBe("EROFS");
    }));
});

test("numbers that are no descriptors", () =>
  underOracle(() => {
    const attacker = holding(O_RDONLY);
    for (const name of ["00", "1", "-1", "0x0", " 0", "0 ", "1e0", "+0", "4294967296", "../fd/1"]) {
      expect(attacker.open(`/dev/fd/${name}`)).toBe("EBADF");
    }
    for (const name of ["00", "1", "-1", "4294967296"]) {
      expect(attacker.open(`/proc/self/fd/${name}`)).toBe("ENOENT");
    }
  }));

test("a removed directory's descriptor leads to nothing, though another has its name now", () =>
  underOracle(() => {
    const attacker = new Attacker(bootTables());
    const { guest } = attacker;
    guest.do("mkdir", { ...attacker.at("/tmp/d"), mode: 0o755 });
    const fd = attacker.open("/tmp/d");
    guest.do("chdir", { path: utf8("/tmp/d") });
    guest.do("unlink", { ...attacker.at("/tmp/d"), flags: 0x200 });
    guest.do("mkdir", { ...attacker.at("/tmp/d"), mode: 0o755 });
    attacker.open("/tmp/d/secret", O_WRONLY | O_CREAT);
    expect(attacker.cat(`/proc/self/fd/${fd}/secret`)).toBe("ENOENT");
    expect(attacker.cat(`/dev/fd/${fd}/secret`)).toBe("ENOENT");
    expect(attacker.cat("/proc/self/cwd/secret")).toBe("ENOENT");
    expect(attacker.readlink("/proc/self/cwd")).toBe("/tmp/d (deleted)");
    expect(attacker.readlink(`/proc/self/fd/${fd}`)).toBe("/tmp/d (deleted)");
  }));

test("an open directory that was renamed is still that directory", () =>
  underOracle(() => {
    const attacker = new Attacker(bootTables());
    const { guest } = attacker;
    guest.do("mkdir", { ...attacker.at("/tmp/d"), mode: 0o755 });
    attacker.open("/tmp/d/f", O_WRONLY | O_CREAT);
    const fd = attacker.open("/tmp/d");
    const { directory, path } = attacker.at("/tmp/d");
    const names = { oldDirectory: directory, oldPath: path, newDirectory: directory };
    guest.do("rename", { ...names, newPath: utf8("/tmp/e") });
    expect(attacker.ls(`/proc/self/fd/${fd}/`)).toContain("f");
    expect(attacker.readlink(`/proc/self/fd/${fd}`)).toBe("/tmp/e");
    expect(attacker.cat(`/dev/fd/${fd}/f`)).toBe("");
  }));
