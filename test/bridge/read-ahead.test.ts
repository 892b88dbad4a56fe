// The rows that save calls: `read_ahead` for who reads line after line, `inspect` for who looks at every name of a tree,
// `list_directories` for who walks it.

import { describe, expect, test } from "vitest";
import { AT_FDCWD, O_CREAT, O_RDWR } from "../../src/kernel/constants.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { PermissionPolicy } from "../../src/kernel/permission-policy.js";
import { bootTables, IdleDriver, openIn, start, textOf, utf8 } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

/** A guest with the ends of a pipe as descriptors 0 and 1. */
function piped() {
  const tables = bootTables();
  const process = start(tables, { fds: new FdTable(16) });
  const guest = new DirectGuest(tables, process);
  guest.do("pipe", { flags: 0 });
  return { tables, process, guest };
}

const show = (guest: DirectGuest, fd: number, taken: number, target = 100): string => {
  guest.do("read_ahead", { fd, taken, target });
  return textOf(guest.resultBytes);
};

describe("read_ahead", () => {
  test("shows without taking; what was used is taken by the next call, and others read the rest", () => {
    const { guest } = piped();
    guest.do("write", { fd: 1, data: utf8("one\ntwo\nthree\n") });
    expect(show(guest, 0, 0)).toBe("one\ntwo\nthree\n");
    expect(show(guest, 0, 4)).toBe("two\nthree\n");
    expect(show(guest, 0, 4, 0)).toBe("");
    guest.do("read", { fd: 0, target: 100 });
    expect(textOf(guest.resultBytes)).toBe("three\n");
  });

  test("waits for a writer, and is empty after the last one", () => {
    const { guest } = piped();
    expect(guest.try("read_ahead", { fd: 0, taken: 0, target: 10 })).toBe("waits");
    const other = piped().guest;
    other.do("close", { fd: 1 });
    expect(show(other, 0, 0)).toBe("");
  });

  test("makes room for a writer that waits", () => {
    const { guest } = piped();
    guest.do("write", { fd: 1, data: new Uint8Array(65_536) });
    expect(guest.try("write", { fd: 1, data: utf8("x") })).toBe("waits");
    show(guest, 0, 1, 0);
    expect(guest.outcome).toBe("ok");
  });

  test("follows a file's cursor", () => {
    const { tables, process, guest } = piped();
    const fd = openIn(tables, process, "/f", O_RDWR | O_CREAT);
    guest.do("write", { fd, data: utf8("abcdef") });
    guest.do("seek", { fd, offset: 0, whence: 0 });
    expect(show(guest, fd, 0, 4)).toBe("abcd");
    expect(show(guest, fd, 2)).toBe("cdef");
    guest.do("read", { fd, target: 10 });
    expect(textOf(guest.resultBytes)).toBe("cdef");
  });

  test("refuses what somebody else can read, too, but takes what was used", () => {
    const { guest } = piped();
    guest.do("write", { fd: 1, data: utf8("abcdef") });
    expect(show(guest, 0, 0)).toBe("abcdef");
    guest.do("dup", { fd: 0, minimum: 0, flags: 0 });
    expect(guest.try("read_ahead", { fd: 0, taken: 2, target: 10 })).toBe("ENOTSUP");
    guest.do("read", { fd: 0, target: 10 });
    expect(textOf(guest.resultBytes)).toBe("cdef");
    expect(guest.try("read_ahead", { fd: 9, taken: 0, target: 10 })).toBe("EBADF");
    expect(guest.try("read_ahead", { fd: 1, taken: 0, target: 10 })).toBe("EBADF");
  });
});

interface Record {
  readonly errno: number;
  readonly size: number;
  readonly content: string | null;
}

function records(bytes: Uint8Array): Record[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Record[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getInt32(at + 4, true);
    const content = length < 0 ? null : textOf(bytes.slice(at + 104, at + 104 + length));
    found.push({ errno: view.getInt32(at, true), size: view.getUint32(at + 48, true), content });
    at += 104 + Math.max(0, length);
  }
  return found;
}

describe("inspect", () => {
  const names = (...paths: string[]) => utf8(paths.map((path) => `${path}\0`).join(""));
  const look = (guest: DirectGuest, list: Uint8Array, flags = 0, target = 100_000) => {
    guest.do("inspect", { directory: AT_FDCWD, names: list, flags, target });
    return records(guest.resultBytes.slice());
  };

  function withFiles() {
    const { tables, process, guest } = piped();
    for (const [path, data] of [
      ["/small", "hello"],
      ["/empty", ""],
      ["/large", "x".repeat(70_000)],
    ] as const) {
      const fd = openIn(tables, process, path, O_RDWR | O_CREAT);
      guest.do("write", { fd, data: utf8(data) });
      guest.do("close", { fd });
    }
    guest.do("symlink", { target: utf8("small"), directory: AT_FDCWD, path: utf8("/link") });
    return guest;
  }

  test("answers the status of each name, errors among them", () => {
    expect(look(withFiles(), names("/small", "/none", "/link", "/large"))).toEqual([
      { errno: 0, size: 5, content: null },
      { errno: 2, size: 0, content: null },
      { errno: 0, size: 5, content: null },
      { errno: 0, size: 70_000, content: null },
    ]);
  });

  test("with contents, those of small regular files", () => {
    const found = look(withFiles(), names("/small", "/empty", "/link", "/large", "/"), 1);
    expect(found.map(({ content }) => content)).toEqual(["hello", "", null, null, null]);
  });

  test("stops where the room ends", () => {
    const guest = withFiles();
    expect(look(guest, names("/small", "/small", "/small"), 1, 2 * 109)).toHaveLength(2);
    // The second would have to go without its content.
    expect(look(guest, names("/empty", "/small"), 1, 2 * 104)).toHaveLength(1);
    expect(look(guest, names("/small"), 1, 104)).toEqual([{ errno: 0, size: 5, content: null }]);
    expect(look(guest, names("/small"), 0, 100)).toEqual([]);
    expect(look(guest, utf8(""))).toEqual([]);
    const bad = { directory: AT_FDCWD, names: utf8("/small"), flags: 0, target: 500 };
    expect(guest.try("inspect", bad)).toBe("EINVAL");
    expect(guest.try("inspect", { ...bad, names: names("/small"), flags: 2 })).toBe("EINVAL");
  });

  test("asks the policy of each name, and before it shows a content", () => {
    let isOpen = true;
    const policy = new PermissionPolicy({
      fs: ({ op, path }) => isOpen || (path !== "/secret" && op !== "read"),
    });
    const tables = new KernelTables(createInMemoryFileSystem(), defaultLimits, undefined, policy);
    tables.commands.register(new IdleDriver());
    const process = start(tables, { fds: new FdTable(16) });
    const guest = new DirectGuest(tables, process);
    for (const path of ["/secret", "/shown"]) {
      guest.do("close", { fd: openIn(tables, process, path, O_RDWR | O_CREAT) });
    }
    isOpen = false;
    expect(look(guest, names("/shown", "/secret"), 1)).toEqual([
      { errno: 0, size: 0, content: null },
      { errno: 13, size: 0, content: null },
    ]);
  });
});

describe("list_directories", () => {
  const paths = (...list: string[]) => utf8(list.map((path) => `${path}\0`).join(""));

  /** What the call answers: an errno, the names, or null for a directory that has to be opened. */
  function list(guest: DirectGuest, names: Uint8Array, target = 100_000): unknown[] {
    guest.do("list_directories", { directory: AT_FDCWD, names, target });
    const bytes = guest.resultBytes.slice();
    const view = new DataView(bytes.buffer);
    const found: unknown[] = [];
    for (let at = 0; at < bytes.length; ) {
      const [failed, length] = [view.getInt32(at, true), view.getInt32(at + 4, true)];
      at += 8;
      const end = at + Math.max(0, length);
      const own: string[] = [];
      while (at < end) {
        const nameLength = view.getUint32(at + 16, true);
        own.push(textOf(bytes.slice(at + 24, at + 24 + nameLength)));
        at += 24 + nameLength;
      }
      found.push(failed || (length < 0 ? null : own.toSorted()));
    }
    return found;
  }

  function withTree(policy?: PermissionPolicy) {
    const tables = new KernelTables(createInMemoryFileSystem(), defaultLimits, undefined, policy);
    tables.commands.register(new IdleDriver());
    const process = start(tables, { fds: new FdTable(16) });
    const guest = new DirectGuest(tables, process);
    for (const path of ["/a", "/a/b", "/c"]) {
      guest.do("mkdir", { directory: AT_FDCWD, path: utf8(path), mode: 0o755 });
    }
    guest.do("close", { fd: openIn(tables, process, "/a/file", O_RDWR | O_CREAT) });
    return { tables, process, guest };
  }

  test("answers the names in each directory, errors among them", () => {
    const { guest } = withTree();
    expect(list(guest, paths("/a", "/none", "/a/file", "/c", "/a/b/"))).toEqual([
      [".", "..", "b", "file"],
      2,
      20,
      [".", ".."],
      [".", ".."],
    ]);
    expect(
      guest.do("open", { directory: AT_FDCWD, path: utf8("/c"), flags: 0, mode: 0, minimum: 0 }),
    ).toBe(0);
  });

  test("stops where the room ends, and leaves what is too long to who opens it", () => {
    const { tables, process, guest } = withTree();
    const room = 8 + 4 * 24 + ". .. b file".replaceAll(" ", "").length + 1;
    expect(list(guest, paths("/a", "/c"), room)).toEqual([[".", "..", "b", "file"]]);
    expect(list(guest, paths("/a", "/c"), room - 1)).toEqual([null, [".", ".."]]);
    expect(list(guest, paths("/a"), 4)).toEqual([]);
    for (let index = 0; index < 1022; index++) {
      guest.do("close", { fd: openIn(tables, process, `/c/${index}`, O_RDWR | O_CREAT) });
    }
    expect(list(guest, paths("/c", "/a/b"))).toEqual([null, [".", ".."]]);
  });

  test("asks the policy of each directory", () => {
    let isOpen = true;
    const policy = new PermissionPolicy({ fs: ({ path }) => isOpen || path !== "/a" });
    const { guest } = withTree(policy);
    isOpen = false;
    expect(list(guest, paths("/a", "/c"))).toEqual([13, [".", ".."]]);
  });
});
