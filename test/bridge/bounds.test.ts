// What a single call may ask for is bounded, so that none keeps the host's thread: the errors at the bounds.
// How long the worst cases take is measured by bench/worst-syscall.mjs.

import { expect, test } from "vitest";
import { AT_FDCWD } from "../../src/kernel/constants.js";
import { pathNames, stringCount, terminalWriteBytes } from "../../src/kernel/limits.js";
import { bootTables, start, utf8 } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

function boot() {
  const tables = bootTables();
  return new DirectGuest(tables, start(tables));
}

const at = (path: string) => ({ directory: AT_FDCWD, path: utf8(path) });

test("poll of more entries than there may be descriptors is EINVAL", () => {
  const guest = boot();
  expect(guest.try("poll", { entries: new Uint8Array(256 * 8).fill(255), timeoutUs: 0 })).toBe(
    "ok",
  );
  expect(guest.try("poll", { entries: new Uint8Array(257 * 8).fill(255), timeoutUs: 0 })).toBe(
    "EINVAL",
  );
});

test("a path that leads through too many names by its links is ELOOP", () => {
  const guest = boot();
  guest.do("mkdir", { ...at("/tmp/d"), mode: 0o755 });
  guest.do("chdir", { path: utf8("/tmp") });
  const wander = "d/../".repeat(600);
  guest.do("symlink", { target: utf8(`${wander}d`), ...at("one") });
  for (const [from, to] of [
    ["one", "two"],
    ["two", "three"],
    ["three", "four"],
  ] as const) {
    guest.do("symlink", { target: utf8(`${wander}${from}`), ...at(to) });
  }
  expect(3 * 1200).toBeLessThan(pathNames);
  expect(guest.try("stat", { ...at("three"), flags: 0 })).toBe("ok");
  expect(guest.try("stat", { ...at("four"), flags: 0 })).toBe("ELOOP");
});

test("more arguments or variables than the limit are E2BIG, however short", () => {
  const guest = boot();
  const spawn = (argv: string, env: string) =>
    guest.try("spawn", {
      path: utf8("/bin/idle"),
      argv: utf8(argv),
      env: utf8(env),
      actions: new Uint8Array(0),
      flags: 0,
      attributes: new Uint8Array(0),
    });
  expect(spawn("\0".repeat(stringCount), "")).toBe("ok");
  expect(spawn("\0".repeat(stringCount + 1), "")).toBe("E2BIG");
  expect(spawn("idle\0", "\0".repeat(200_000))).toBe("E2BIG");
});

test("one call types only so much on a terminal: the count is short", () => {
  const guest = boot();
  guest.do("openpty", { flags: 0 });
  const data = new Uint8Array(200_000).fill(97);
  expect(guest.do("write", { fd: 0, data })).toBe(terminalWriteBytes);
  expect(guest.do("try_write", { fd: 0, data })).toBeLessThanOrEqual(terminalWriteBytes);
});

test("down and up a deep tree, a moved directory is not found at its old place", () => {
  const guest = boot();
  for (const path of ["/tmp/a", "/tmp/a/b", "/tmp/a/b/c"]) {
    guest.do("mkdir", { ...at(path), mode: 0o755 });
  }
  guest.do("stat", { ...at("/tmp/a/b/c"), flags: 0 });
  guest.do("stat", { ...at("/tmp/a/b/c/../../b"), flags: 0 });
  guest.do("rename", {
    oldDirectory: AT_FDCWD,
    oldPath: utf8("/tmp/a"),
    newDirectory: AT_FDCWD,
    newPath: utf8("/tmp/z"),
  });
  expect(guest.try("stat", { ...at("/tmp/a/b/c"), flags: 0 })).toBe("ENOENT");
  expect(guest.try("stat", { ...at("/tmp/z/b/c"), flags: 0 })).toBe("ok");
  guest.do("unlink", { ...at("/tmp/z/b/c"), flags: 0x200 });
  guest.do("mkdir", { ...at("/tmp/z/b/c"), mode: 0o755 });
  expect(guest.try("mkdir", { ...at("/tmp/z/b/c/d"), mode: 0o755 })).toBe("ok");
  expect(guest.try("stat", { ...at("/tmp/z/b/c/d/.."), flags: 0 })).toBe("ok");
});
