// The calls as a guest makes them: what each answers, and its errors.

import { describe, expect, test } from "vitest";
import { hostActor } from "../../src/kernel/actor.js";
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  S_IFDIR,
  S_IFIFO,
  S_IFREG,
  WNOHANG,
} from "../../src/kernel/constants.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import { pipeCapacity } from "../../src/kernel/limits.js";
import { SIGKILL, SIGTERM } from "../../src/kernel/signals.js";
import { exitStatus } from "../../src/kernel/wait-status.js";
import { bootTables, start, textOf, utf8 } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

function boot(limits = {}) {
  const tables = bootTables(limits);
  const process = start(tables, { fds: new FdTable(tables.limits.descriptors) });
  const guest = new DirectGuest(tables, process);
  const at = (path: string) => ({ directory: AT_FDCWD, path: utf8(path) });
  const file = (path: string, flags: number, minimum = 0) =>
    guest.do("open", { ...at(path), flags, mode: 0o666, minimum });
  const text = (): string => textOf(guest.resultBytes);
  return { tables, process, guest, at, file, text };
}

const none = new Uint8Array(0);

describe("descriptors", () => {
  test("read fills what the guest asked for, write answers what was taken", () => {
    const { guest, file, text } = boot();
    const fd = file("/tmp/f", O_RDWR | O_CREAT);
    expect(guest.do("write", { fd, data: utf8("hello") })).toBe(5);
    expect(guest.do("seek", { fd, offset: 1, whence: 0 })).toBe(1);
    expect(guest.do("read", { fd, target: 3 })).toBe(3);
    expect(text()).toBe("ell");
    expect(guest.do("pread", { fd, position: 0, target: 100 })).toBe(5);
    expect(guest.do("pwrite", { fd, position: 4, data: utf8("!") })).toBe(1);
    expect(guest.do("pread", { fd, position: 3, target: 100 })).toBe(2);
    expect(text()).toBe("l!");
  });

  test.each([
    ["read", { fd: 0, target: 1 }],
    ["write", { fd: 1, data: utf8("x") }],
    ["pread", { fd: 0, position: -1, target: 1 }],
    ["pwrite", { fd: 0, position: 0, data: utf8("x") }],
    ["seek", { fd: 0, offset: 0, whence: 0 }],
    ["close", { fd: -1 }],
    ["dup", { fd: 9, minimum: 0, flags: 0 }],
    ["dup2", { fd: 9, newFd: 0, flags: 0 }],
    ["get_fd_flags", { fd: 9 }],
    ["set_fd_flags", { fd: 9, flags: 1 }],
    ["get_status", { fd: 9 }],
    ["set_status", { fd: 9, flags: 0 }],
    ["fstat", { fd: 9 }],
    ["ftruncate", { fd: 9, size: 0 }],
    ["fchmod", { fd: 9, mode: 0 }],
    ["fsync", { fd: 9 }],
    ["futimes", { fd: 9, times: new Uint8Array(16), set: 0 }],
    ["read_directory", { fd: 9, position: 0, target: 1 }],
  ] as const)("%s of what is not open is EBADF", (name, args) => {
    expect(boot().guest.try(name, args)).toBe("EBADF");
  });

  test("the wrong direction is EBADF, the wrong kind what Linux says", () => {
    const { guest, file } = boot();
    const [read, write] = [file("/tmp/f", O_RDONLY | O_CREAT), file("/tmp/f", O_WRONLY)];
    const directory = file("/tmp", O_RDONLY);
    expect(guest.try("write", { fd: read, data: utf8("x") })).toBe("EBADF");
    expect(guest.try("read", { fd: write, target: 1 })).toBe("EBADF");
    expect(guest.try("read", { fd: directory, target: 1 })).toBe("EISDIR");
    expect(guest.try("write", { fd: directory, data: utf8("x") })).toBe("EBADF");
    expect(guest.try("ftruncate", { fd: read, size: 0 })).toBe("EINVAL");
    expect(guest.try("ftruncate", { fd: write, size: -1 })).toBe("EINVAL");
    expect(guest.try("read_directory", { fd: read, position: 0, target: 1 })).toBe("ENOTDIR");
    expect(guest.try("pread", { fd: read, position: -1, target: 1 })).toBe("EINVAL");
  });

  test("dup from a minimum up, dup2, and the close-on-exec flag", () => {
    const { guest, file } = boot();
    const fd = file("/tmp/f", O_RDWR | O_CREAT | O_CLOEXEC);
    expect(guest.do("get_fd_flags", { fd })).toBe(1);
    const copy = guest.do("dup", { fd, minimum: 10, flags: 1 });
    expect([copy, guest.do("get_fd_flags", { fd: copy })]).toEqual([10, 1]);
    guest.do("dup2", { fd, newFd: 20, flags: 0 });
    expect(guest.do("get_fd_flags", { fd: 20 })).toBe(0);
    guest.do("set_fd_flags", { fd: 20, flags: 1 });
    expect(guest.do("get_fd_flags", { fd: 20 })).toBe(1);
    expect(guest.try("dup", { fd, minimum: -1, flags: 0 })).toBe("EINVAL");
    expect(guest.try("dup2", { fd, newFd: 256, flags: 0 })).toBe("EBADF");
  });

  test("get_status and set_status: O_APPEND and O_NONBLOCK come and go, the mode stays", () => {
    const { guest, file } = boot();
    const fd = file("/tmp/f", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
    expect([guest.do("get_status", { fd }), guest.secondResult]).toEqual([
      S_IFREG,
      O_WRONLY | O_APPEND,
    ]);
    guest.do("set_status", { fd, flags: O_NONBLOCK | O_RDWR | O_CREAT });
    guest.do("get_status", { fd });
    expect(guest.secondResult).toBe(O_WRONLY | O_NONBLOCK);
  });

  test("O_NONBLOCK: EAGAIN instead of waiting, a partial count where there is one", () => {
    const { guest } = boot();
    guest.do("pipe", { flags: 0 });
    for (const fd of [0, 1]) guest.do("set_status", { fd, flags: O_NONBLOCK });
    expect(guest.try("read", { fd: 0, target: 1 })).toBe("EAGAIN");
    expect(guest.do("write", { fd: 1, data: new Uint8Array(pipeCapacity + 1) })).toBe(pipeCapacity);
    expect(guest.try("write", { fd: 1, data: utf8("x") })).toBe("EAGAIN");
  });

  test("a waiting write goes on in the guest's payload until all of it is taken", () => {
    const { guest, tables, process } = boot();
    guest.do("pipe", { flags: 0 });
    const reader = new DirectGuest(
      tables,
      start(tables, { parent: process, fds: process.fds.forkStandardStreams() }),
    );
    const data = new Uint8Array(200_000).map((_, index) => index % 251);
    expect(guest.try("write", { fd: 1, data })).toBe("waits");
    const got: number[] = [];
    while (got.length < data.length) {
      reader.do("read", { fd: 0, target: 30_000 });
      got.push(...reader.resultBytes);
    }
    expect([guest.outcome, guest.result]).toEqual(["ok", data.length]);
    expect(Buffer.from(got).equals(Buffer.from(data))).toBe(true);
  });

  test("pipe: two ends, close-on-exec when asked, EMFILE and ENFILE at the limits", () => {
    const { guest } = boot({ descriptors: 4, pipes: 2 });
    expect([guest.do("pipe", { flags: 1 }), guest.secondResult]).toEqual([0, 1]);
    expect(guest.do("get_fd_flags", { fd: 1 })).toBe(1);
    guest.do("get_status", { fd: 0 });
    expect(guest.result).toBe(S_IFIFO);
    guest.do("dup", { fd: 0, minimum: 0, flags: 0 });
    expect(guest.try("pipe", { flags: 0 })).toBe("EMFILE");
    guest.do("close", { fd: 2 });
    guest.do("pipe", { flags: 0 });
    expect(guest.try("pipe", { flags: 0 })).toBe("ENFILE");
  });
});

describe("open", () => {
  test("gives the lowest free descriptor from the minimum up", () => {
    const { file } = boot();
    expect([file("/tmp", O_RDONLY), file("/tmp", O_RDONLY, 3), file("/tmp", O_RDONLY)]).toEqual([
      0, 3, 1,
    ]);
  });

  test("without a free descriptor is EMFILE: nothing is made, nothing is truncated", () => {
    const { guest, at, file } = boot({ descriptors: 1 });
    const fd = file("/tmp/f", O_RDWR | O_CREAT);
    guest.do("write", { fd, data: utf8("kept") });
    const flags = O_WRONLY | O_CREAT | O_TRUNC;
    expect(guest.try("open", { ...at("/tmp/f"), flags, mode: 0, minimum: 0 })).toBe("EMFILE");
    expect(guest.try("open", { ...at("/tmp/g"), flags, mode: 0, minimum: 0 })).toBe("EMFILE");
    expect(guest.try("open", { ...at("/tmp/g"), flags, mode: 0, minimum: 1 })).toBe("EINVAL");
    expect(guest.try("stat", { ...at("/tmp/g"), flags: 0 })).toBe("ENOENT");
    expect(guest.do("pread", { fd, position: 0, target: 10 })).toBe(4);
  });

  test("starts at a directory descriptor; another kind is ENOTDIR, none EBADF", () => {
    const { guest, file, at } = boot();
    const directory = file("/tmp", O_RDONLY | O_DIRECTORY);
    const open = { path: utf8("f"), flags: O_RDWR | O_CREAT, mode: 0o600, minimum: 0 };
    const fd = guest.do("open", { ...open, directory });
    guest.do("stat", { ...at("/tmp/f"), flags: 0 });
    expect(guest.try("open", { ...open, directory: fd })).toBe("ENOTDIR");
    expect(guest.try("open", { ...open, directory: 77 })).toBe("EBADF");
    expect(guest.try("open", { ...open, directory: -1 })).toBe("EBADF");
  });
});

describe("names", () => {
  test("mkdir, rename, link, symlink, readlink, unlink do what they say", () => {
    const { guest, at, text } = boot();
    guest.do("mkdir", { ...at("/tmp/d"), mode: 0o777 });
    guest.do("stat", { ...at("/tmp/d"), flags: 0 });
    const mode = new DataView(guest.payload.buffer, guest.payload.byteOffset).getUint32(16, true);
    expect(mode).toBe(S_IFDIR | 0o755);
    const two = (from: string, to: string) => ({
      oldDirectory: AT_FDCWD,
      oldPath: utf8(from),
      newDirectory: AT_FDCWD,
      newPath: utf8(to),
    });
    guest.do("rename", two("/tmp/d", "/tmp/e"));
    guest.do("symlink", { target: utf8("e"), ...at("/tmp/l") });
    guest.do("readlink", at("/tmp/l"));
    expect(text()).toBe("e");
    expect(guest.try("link", { ...two("/tmp/l", "/tmp/m"), flags: AT_SYMLINK_FOLLOW })).toBe(
      "EPERM",
    );
    guest.do("link", { ...two("/tmp/l", "/tmp/m"), flags: 0 });
    guest.do("unlink", { ...at("/tmp/l"), flags: 0 });
    expect(guest.try("unlink", { ...at("/tmp/e"), flags: 0 })).toBe("EISDIR");
    expect(guest.try("unlink", { ...at("/tmp/m"), flags: AT_REMOVEDIR })).toBe("ENOTDIR");
    guest.do("unlink", { ...at("/tmp/e"), flags: AT_REMOVEDIR });
    expect(guest.try("stat", { ...at("/tmp/m"), flags: 0 })).toBe("ENOENT");
    guest.do("stat", { ...at("/tmp/m"), flags: AT_SYMLINK_NOFOLLOW });
  });

  test("umask, chmod, utimes", () => {
    const { guest, at, file, tables } = boot();
    expect(guest.do("umask", { mask: 0o7077 })).toBe(0o022);
    expect(guest.do("umask", { mask: 0o077 })).toBe(0o077);
    const fd = file("/tmp/f", O_RDWR | O_CREAT);
    const stat = () => tables.vfs.stat(hostActor, "/", "/tmp/f");
    expect(stat()).toMatchObject({ mode: S_IFREG | 0o600 });
    guest.do("chmod", { ...at("/tmp/f"), mode: 0o170751 });
    expect(stat()).toMatchObject({ mode: S_IFREG | 0o751 });
    guest.do("fchmod", { fd, mode: 0o640 });
    const times = new Uint8Array(BigInt64Array.of(1_000_000n, 2_000_000n).buffer);
    guest.do("utimes", { ...at("/tmp/f"), times, set: 5, flags: 0 });
    expect(stat()).toMatchObject({ mode: S_IFREG | 0o640, atimeMs: 1, mtimeMs: 2 });
    guest.do("futimes", {
      fd,
      times: new Uint8Array(BigInt64Array.of(9_000_000n, 0n).buffer),
      set: 1,
    });
    expect(stat()).toMatchObject({ atimeMs: 9, mtimeMs: 2 });
    expect(guest.try("futimes", { fd, times: none, set: 1 })).toBe("EINVAL");
  });

  test("chdir and getcwd: the real path, and only of a directory", () => {
    const { guest, at, file, text } = boot();
    guest.do("mkdir", { ...at("/tmp/d"), mode: 0o755 });
    guest.do("symlink", { target: utf8("/tmp/d"), ...at("/link") });
    guest.do("chdir", { path: utf8("/link/.") });
    guest.do("getcwd", {});
    expect(text()).toBe("/tmp/d");
    file("here", O_WRONLY | O_CREAT);
    expect(guest.try("chdir", { path: utf8("here") })).toBe("ENOTDIR");
    expect(guest.try("chdir", { path: utf8("none") })).toBe("ENOENT");
    guest.do("chdir", { path: utf8("..") });
    guest.do("getcwd", {});
    expect(text()).toBe("/tmp");
  });

  test("read_directory: . and .. first, each name once, also while it is emptied", () => {
    const { guest, at, file } = boot();
    for (let count = 0; count < 50; count++) file(`/tmp/f${count}`, O_WRONLY | O_CREAT);
    const fd = file("/tmp", O_RDONLY | O_DIRECTORY);
    const seen: string[] = [];
    for (let position = 0; ; ) {
      guest.do("read_directory", { fd, position, target: 200 });
      const bytes = guest.resultBytes.slice();
      const view = new DataView(bytes.buffer);
      const before = seen.length;
      for (let offset = 0; offset + 24 <= bytes.length; ) {
        const end = offset + 24 + view.getUint32(offset + 16, true);
        if (end > bytes.length) break;
        seen.push(textOf(bytes.subarray(offset + 24, end)));
        position = Number(view.getBigUint64(offset, true));
        offset = end;
      }
      if (seen.length === before) break;
      for (const name of seen.slice(before).filter((each) => !each.startsWith("."))) {
        guest.do("unlink", { ...at(`/tmp/${name}`), flags: 0 });
      }
    }
    expect(seen.slice(0, 2)).toEqual([".", ".."]);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(52);
    expect(guest.do("read_directory", { fd, position: 2 ** 40, target: 200 })).toBe(0);
    expect(guest.try("read_directory", { fd, position: -1, target: 200 })).toBe("EINVAL");
  });
});

describe("poll", () => {
  /** Polls at once: the events of each descriptor. */
  function events(guest: DirectGuest, ...entries: [fd: number, events: number][]): number[] {
    const bytes = new Uint8Array(Int32Array.from(entries.flat()).buffer);
    guest.do("poll", { entries: bytes, timeoutUs: 0 });
    return [...new Int32Array(guest.resultBytes.slice().buffer)];
  }

  test("tells what is so now, and only what was asked for or is an error", () => {
    const { guest, file } = boot();
    guest.do("pipe", { flags: 0 });
    const fd = file("/tmp/f", O_RDWR | O_CREAT);
    const both = POLLIN | POLLOUT;
    expect(events(guest, [0, both], [1, both], [fd, both], [fd, POLLIN], [9, POLLIN])).toEqual([
      0,
      POLLOUT,
      both,
      POLLIN,
      POLLNVAL,
    ]);
    guest.do("write", { fd: 1, data: utf8("x") });
    expect(events(guest, [0, POLLIN], [0, 0])).toEqual([POLLIN, 0]);
    guest.do("close", { fd: 1 });
    expect(events(guest, [0, POLLIN], [0, 0])).toEqual([POLLIN | POLLHUP, POLLHUP]);
  });

  test("a write end without a reader is POLLERR", () => {
    const { guest } = boot();
    guest.do("pipe", { flags: 0 });
    guest.do("close", { fd: 0 });
    expect(events(guest, [1, 0])).toEqual([POLLERR]);
  });

  test("a negative descriptor is left out", () => {
    expect(events(boot().guest, [-1, POLLIN], [-7, POLLOUT])).toEqual([0, 0]);
  });

  test("waits for the first thing to happen, on whichever descriptor", () => {
    const { guest, tables, process } = boot();
    guest.do("pipe", { flags: 0 });
    guest.do("pipe", { flags: 0 });
    const other = new DirectGuest(
      tables,
      start(tables, { parent: process, fds: process.fds.fork([]) as FdTable }),
    );
    const entries = new Uint8Array(Int32Array.of(0, POLLIN, 2, POLLIN).buffer);
    expect(guest.try("poll", { entries, timeoutUs: -1 })).toBe("waits");
    other.do("write", { fd: 3, data: utf8("x") });
    expect(guest.outcome).toBe("ok");
    expect([...new Int32Array(guest.resultBytes.slice().buffer)]).toEqual([0, POLLIN]);
    expect(process.parked.size).toBe(0);
  });

  test("of a broken list is EINVAL", () => {
    expect(boot().guest.try("poll", { entries: new Uint8Array(7), timeoutUs: 0 })).toBe("EINVAL");
  });
});

describe("processes", () => {
  const idle = {
    path: utf8("idle"),
    argv: utf8("idle\0a\0"),
    env: none,
    actions: none,
    flags: 0,
    attributes: none,
  };

  test("spawn, waitpid, kill, getpid and getppid", () => {
    const { guest, tables, process } = boot();
    const pid = guest.do("spawn", idle);
    const child = tables.processes.get(pid);
    expect(child).toMatchObject({ args: ["a"], ppid: process.pid, pgid: process.pgid });
    expect(guest.do("waitpid", { pid: -1, options: WNOHANG })).toBe(0);
    expect(guest.try("waitpid", { pid, options: 0 })).toBe("waits");
    tables.processes.kill(pid, SIGKILL, null);
    expect([guest.outcome, guest.result, guest.secondResult]).toEqual(["ok", pid, SIGKILL]);
    expect(guest.try("waitpid", { pid, options: 0 })).toBe("ECHILD");
    expect(guest.do("getppid", {})).toBe(0);
    expect(guest.try("kill", { pid, signal: 0 })).toBe("ESRCH");
    expect(guest.try("kill", { pid: process.pid, signal: 65 })).toBe("EINVAL");
  });

  test("the environment: NAME=value, the first = counts, the rest is dropped", () => {
    const { guest, tables } = boot();
    const env = utf8("A=1\0B=x=y\0EMPTY=\0=bad\0noequals\0__proto__=p\0");
    const child = tables.processes.get(guest.do("spawn", { ...idle, env }));
    if ("code" in child) throw new Error(child.code);
    expect(Object.entries(child.env)).toEqual([
      ["A", "1"],
      ["B", "x=y"],
      ["EMPTY", ""],
      ["__proto__", "p"],
    ]);
  });

  test("descriptor actions: duplicated, closed, refused", () => {
    const { guest, tables } = boot();
    guest.do("pipe", { flags: 0 });
    const actions = (...words: number[]) => new Uint8Array(Int32Array.from(words).buffer);
    const pid = guest.do("spawn", { ...idle, actions: actions(5, 1, 0, -1) });
    const child = tables.processes.get(pid);
    expect("fds" in child && child.fds.numbers()).toEqual([1, 5]);
    for (const bad of [actions(0, 9), actions(-1, 0), actions(0, -2), actions(256, 0)]) {
      expect(guest.try("spawn", { ...idle, actions: bad })).toBe("EBADF");
    }
    expect(guest.try("spawn", { ...idle, actions: new Uint8Array(7) })).toBe("EINVAL");
    expect(tables.processes.size).toBe(2);
  });

  test.each([
    ["none", "ENOENT"],
    ["/tmp", "EACCES"],
    ["", "ENOENT"],
  ])("spawn of %j is %s", (path, code) => {
    expect(boot().guest.try("spawn", { ...idle, path: utf8(path) })).toBe(code);
  });

  test("groups: getpgid, setpgid, and a group for a new child", () => {
    const { guest, process } = boot();
    const first = guest.do("spawn", { ...idle, flags: 1 });
    expect(guest.do("getpgid", { pid: first })).toBe(first);
    expect(guest.do("getpgid", { pid: 0 })).toBe(process.pid);
    const second = guest.do("spawn", idle);
    guest.do("setpgid", { pid: second, pgid: first });
    expect(guest.do("getpgid", { pid: second })).toBe(first);
    guest.do("kill", { pid: -first, signal: SIGKILL });
    const ended = [1, 2].map(() => guest.do("waitpid", { pid: -first, options: 0 }));
    expect(ended.sort()).toEqual([first, second].sort());
    expect(guest.try("getpgid", { pid: 4711 })).toBe("ESRCH");
    expect(guest.try("setpgid", { pid: 0, pgid: 0 })).toBe("EPERM");
  });

  test("ignore_signal is inherited, and is not for SIGKILL, SIGSTOP or numbers out of range", () => {
    const { guest, tables, process } = boot();
    guest.do("ignore_signal", { signal: SIGTERM, ignored: 1 });
    const pid = guest.do("spawn", idle);
    guest.do("kill", { pid, signal: SIGTERM });
    expect(guest.do("waitpid", { pid, options: WNOHANG })).toBe(0);
    for (const signal of [0, -1, 9, 19, 65]) {
      expect(guest.try("ignore_signal", { signal, ignored: 1 })).toBe("EINVAL");
    }
    tables.processes.end(process, exitStatus(0));
    expect(guest.try("getpid", {})).toBe("waits");
  });
});
