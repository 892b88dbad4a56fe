// The permission column of the table: what a row says is asked is asked, and nothing acts without it.

import { describe, expect, test } from "vitest";
import { type SyscallName, type SyscallRow, syscalls } from "../../src/bridge/syscalls.js";
import { hostActor } from "../../src/kernel/actor.js";
import { AT_FDCWD, O_CREAT, O_RDONLY, O_RDWR } from "../../src/kernel/constants.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { PermissionPolicy } from "../../src/kernel/permission-policy.js";
import type { PermissionRequest, Permissions } from "../../src/kernel/permissions.js";
import { encodeSocketAddress } from "../../src/kernel/socket-address.js";
import { AF_UNIX, SOCK_DGRAM, SOCK_STREAM } from "../../src/kernel/socket-constants.js";
import { IdleDriver, ok, openIn, start, utf8 } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

/**
 * A guest with the file /f open as 0, read only, the link /l to it, the directory /d, unbound unix sockets
 * as 1 (datagrams) and 2 (a stream), one that listens at /s as 3,
 * and a watch as 4.
 */
function boot() {
  const asked: string[] = [];
  let isOpen = true;
  const rule = (request: PermissionRequest): boolean => {
    if (!isOpen) asked.push(describeRequest(request));
    return isOpen;
  };
  const permissions: Permissions = { fs: rule, network: rule, childProcess: rule, env: true };
  const tables = new KernelTables(
    createInMemoryFileSystem(),
    { ...defaultLimits },
    undefined,
    new PermissionPolicy(permissions),
  );
  tables.commands.register(new IdleDriver());
  const process = start(tables, { fds: new FdTable(16) });
  const guest = new DirectGuest(tables, process);
  process.fds.close(openIn(tables, process, "/f", O_RDWR | O_CREAT));
  openIn(tables, process, "/f", O_RDONLY);
  ok(tables.vfs.symlink(hostActor, "/f", "/", "/l"));
  for (const type of [SOCK_DGRAM, SOCK_STREAM, SOCK_STREAM]) {
    guest.do("socket", { family: AF_UNIX, type, protocol: 0 });
  }
  guest.do("bind", { fd: 3, address: unixAddress("/s") });
  guest.do("listen", { fd: 3, backlog: 1 });
  guest.do("watch_open", { flags: 0 });
  ok(tables.vfs.mkdir(hostActor, "/", "/d", 0o755));
  isOpen = false;
  return { tables, guest, asked };
}

function describeRequest(request: PermissionRequest): string {
  switch (request.scope) {
    case "fs":
      return `${request.op} ${request.path}`;
    case "childProcess":
      return `spawn ${request.command}`;
    default:
      return request.scope;
  }
}

function unixAddress(path: string): Uint8Array {
  return encodeSocketAddress({ family: AF_UNIX, path });
}

const at = (path: string) => ({ directory: AT_FDCWD, path: utf8(path) });
const none = new Uint8Array(0);
const times = new Uint8Array(16);
const moved = (from: string, to: string) => ({
  oldDirectory: AT_FDCWD,
  oldPath: utf8(from),
  newDirectory: AT_FDCWD,
  newPath: utf8(to),
});

type Call = readonly [question: string, args: Record<string, unknown>];

/** For each row that asks: a call that would succeed, and the question it puts. */
const calls: Partial<Record<SyscallName, readonly Call[]>> = {
  spawn: [
    [
      "spawn idle",
      {
        path: utf8("idle"),
        argv: utf8("idle\0"),
        env: none,
        actions: none,
        flags: 0,
        attributes: none,
      },
    ],
  ],
  chdir: [["chdir /d", { path: utf8("/d") }]],
  open: [
    ["read /f", { ...at("/l"), flags: O_RDONLY, mode: 0, minimum: 0 }],
    ["readdir /d", { ...at("/d"), flags: O_RDONLY, mode: 0, minimum: 0 }],
    ["create /d/new", { ...at("/d/new"), flags: O_RDWR | O_CREAT, mode: 0o644, minimum: 0 }],
  ],
  stat: [
    ["stat /f", { ...at("/l"), flags: 0 }],
    ["stat /l", { ...at("/l"), flags: 0x100 }],
  ],
  mkdir: [["mkdir /d/new", { ...at("/d/new"), mode: 0o755 }]],
  unlink: [
    ["unlink /l", { ...at("/l"), flags: 0 }],
    ["rmdir /d", { ...at("/d"), flags: 0x200 }],
  ],
  rename: [["rename /f", moved("/f", "/d/f")]],
  link: [["link /d/f", { ...moved("/f", "/d/f"), flags: 0 }]],
  symlink: [["symlink /d/l", { target: utf8("/f"), ...at("/d/l") }]],
  readlink: [["readlink /l", at("/l")]],
  chmod: [["chmod /f", { ...at("/l"), mode: 0 }]],
  utimes: [["utimes /f", { ...at("/l"), times, set: 2, flags: 0 }]],
  fchmod: [["chmod /f", { fd: 0, mode: 0 }]],
  futimes: [["utimes /f", { fd: 0, times, set: 2 }]],
  access: [
    ["read /f", { ...at("/l"), mode: 4, flags: 0 }],
    ["write /f", { ...at("/l"), mode: 2, flags: 0 }],
    ["stat /f", { ...at("/l"), mode: 0, flags: 0 }],
    ["chdir /d", { ...at("/d"), mode: 1, flags: 0 }],
  ],
  chown: [
    ["chown /f", { ...at("/l"), uid: 5, gid: -1, flags: 0 }],
    ["chown /l", { ...at("/l"), uid: 5, gid: -1, flags: 0x100 }],
  ],
  fchown: [["chown /f", { fd: 0, uid: 5, gid: -1 }]],
  mknod: [["mknod /d/new", { ...at("/d/new"), mode: 0o010644 }]],
  statfs: [["statfs /f", at("/l")]],
  watch_add: [["watch /f", { fd: 4, path: utf8("/l"), mask: 2 }]],
  bind: [["mknod /d/new", { fd: 1, address: unixAddress("/d/new") }]],
};

/** What rows that ask about the network ask about unix sockets' paths; the rest is in the network's tests. */
const reaching: readonly [SyscallName, ...Call][] = [
  ["connect", "write /s", { fd: 2, address: unixAddress("/s") }],
  ["send_to", "write /s", { fd: 1, flags: 0, address: unixAddress("/s"), data: utf8("x") }],
];

const asking = (Object.entries(syscalls) as [SyscallName, SyscallRow][])
  .filter(([, { permission }]) => permission !== "none" && permission !== "network")
  .map(([name]) => name);

test("there is a call here for each row that asks", () => {
  expect(Object.keys(calls).sort()).toEqual([...asking].sort());
});

describe.each(asking)("%s, with everything denied", (name) => {
  test.each(calls[name] ?? [])("asks %j: EACCES, and nothing has changed", (question, args) => {
    const { tables, guest, asked } = boot();
    const before = JSON.stringify(tables.dump());
    expect(guest.try(name, args as never)).toBe("EACCES");
    expect(asked).toEqual([question]);
    expect(JSON.stringify(tables.dump())).toBe(before);
    for (const path of ["/f", "/l", "/d"]) ok(tables.vfs.stat(hostActor, "/", path, false));
    expect(ok(tables.vfs.stat(hostActor, "/", "/f")).mode & 0o777).toBe(0o644);
    for (const path of ["/d/new", "/d/f", "/d/l"]) {
      expect(tables.vfs.stat(hostActor, "/", path, false)).toMatchObject({ code: "ENOENT" });
    }
  });
});

test.each(reaching)("%s asks %j: EACCES, and nobody is reached", (name, question, args) => {
  const { tables, guest, asked } = boot();
  const before = JSON.stringify(tables.dump());
  expect(guest.try(name, args as never)).toBe("EACCES");
  expect(asked).toEqual([question]);
  expect(JSON.stringify(tables.dump())).toBe(before);
});

test("a rename asks about both paths, whether the old one may be read, and about all that moves along", () => {
  const asked: string[] = [];
  const fs = (request: PermissionRequest): boolean => asked.push(describeRequest(request)) > 0;
  const policy = new PermissionPolicy({ fs, childProcess: true, env: true });
  const limits = { ...defaultLimits };
  const tables = new KernelTables(createInMemoryFileSystem(), limits, undefined, policy);
  tables.commands.register(new IdleDriver());
  const guest = new DirectGuest(tables, start(tables, { fds: new FdTable(16) }));
  guest.do("mkdir", { ...at("/a"), mode: 0o755 });
  guest.do("mkdir", { ...at("/a/in"), mode: 0o755 });
  guest.do("symlink", { target: utf8("/a"), ...at("/alias") });
  asked.length = 0;
  guest.do("rename", moved("/alias/../a", "/b"));
  const own = ["rename /a", "read /a", "rename /b"];
  expect(asked).toEqual([...own, "rename /a/in", "read /a/in", "rename /b/in"]);
});

test("what the kernel makes up is not asked about", () => {
  const { guest, asked } = boot();
  for (const path of ["/dev/null", "/dev/fd/0", "/proc/self/status", "/bin/idle", "/dev"]) {
    guest.do("stat", { ...at(path), flags: 0 });
    guest.do("open", { ...at(path), flags: O_RDONLY, mode: 0, minimum: 0 });
  }
  expect(asked).toEqual([]);
});

test("/dev/shm is a place for files like others", () => {
  const { guest, asked } = boot();
  const args = { ...at("/dev/shm/x"), flags: O_RDWR | O_CREAT, mode: 0o600, minimum: 0 };
  expect(guest.try("open", args)).toBe("EACCES");
  expect(asked).toEqual(["create /dev/shm/x"]);
});
