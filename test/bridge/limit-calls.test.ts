// getrlimit(2), setpriority(2) and credentials(7).

import { describe, expect, test } from "vitest";
import { O_CREAT, O_RDWR } from "../../src/kernel/constants.js";
import { createKernel } from "../../src/kernel/kernel.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { SIGKILL, SIGXFSZ } from "../../src/kernel/signals.js";
import { bootTables, codeOf, ok, openIn, start, tryStart, utf8 } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

const [FSIZE, STACK, NPROC, NOFILE] = [1, 3, 6, 7];

function boot(overrides = {}, uid = 0) {
  const tables = bootTables(overrides);
  const process = start(tables);
  process.credentials.realUid = uid;
  process.credentials.effectiveUid = uid;
  process.credentials.savedUid = uid;
  const guest = new DirectGuest(tables, process);
  const limits = (resource: number) => {
    guest.do("get_limit", { resource });
    return [...new BigInt64Array(guest.resultBytes.slice().buffer)].map(Number);
  };
  const set = (resource: number, soft: number, hard: number) =>
    guest.try("set_limit", { resource, soft, hard });
  return { tables, process, guest, limits, set };
}

describe("limits", () => {
  test("are the kernel's own where it has them, and Linux's defaults otherwise", () => {
    const { guest, limits } = boot({ descriptors: 100, processes: 50 });
    expect([limits(NOFILE), limits(NPROC), limits(FSIZE), limits(STACK)]).toEqual([
      [100, 100],
      [50, 50],
      [-1, -1],
      [8 * 1024 * 1024, -1],
    ]);
    expect(guest.try("get_limit", { resource: 16 })).toBe("EINVAL");
  });

  test.each<[string, number, number, number, number, string]>([
    ["lower both", 1000, STACK, 1, 2, "ok"],
    ["soft above hard", 0, STACK, 3, 2, "EINVAL"],
    ["raise the hard one as root", 0, STACK, 3, -1, "ok"],
    ["beyond the kernel's, as root too", 0, NOFILE, 257, 257, "EPERM"],
    ["no limit at all where the kernel has one", 0, NPROC, -1, -1, "EPERM"],
    ["an unknown resource", 0, 16, 1, 1, "EINVAL"],
  ])("%s", (_, uid, resource, soft, hard, expected) => {
    expect(boot({}, uid).set(resource, soft, hard)).toBe(expected);
  });

  test("a lowered hard limit is raised by root only", () => {
    const { process, set } = boot();
    expect(set(STACK, 1, 1)).toBe("ok");
    process.credentials.effectiveUid = 1000;
    expect(set(STACK, 1, 2)).toBe("EPERM");
    process.credentials.effectiveUid = 0;
    expect(set(STACK, 1, 2)).toBe("ok");
  });

  test("are inherited, and each process's own afterwards", () => {
    const { tables, process, set } = boot();
    set(STACK, 10, 20);
    const child = start(tables, { parent: process });
    set(STACK, 5, 20);
    expect(child.limits.get(STACK)).toEqual({ soft: 10, hard: 20 });
  });

  test("NOFILE: no number from it up is given, those that are open stay", () => {
    const { tables, process, guest, set } = boot();
    for (let fd = 0; fd < 4; fd++) openIn(tables, process, "/tmp", 0);
    expect(set(NOFILE, 2, 256)).toBe("ok");
    expect(guest.try("dup", { fd: 3, minimum: 0, flags: 0 })).toBe("EMFILE");
    expect(guest.try("fstat", { fd: 3 })).toBe("ok");
    const child = ok(process.fds.fork([]));
    expect([child.numbers(), codeOf(child.lowestFree())]).toEqual([[0, 1, 2, 3], "EMFILE"]);
    child.closeAll();
  });

  test("NPROC: holds for users, not for root", () => {
    const { tables, process, set } = boot({}, 1000);
    set(NPROC, 2, 256);
    const start = () => codeOf(tryStart(tables, { parent: process }) as never);
    start();
    expect(start()).toBe("EAGAIN");
    process.credentials.realUid = 0;
    expect(start()).not.toBe("EAGAIN");
  });

  test("FSIZE: a write is cut at the limit, the next is EFBIG and SIGXFSZ", () => {
    const { tables, process, guest, set } = boot();
    process.ignoredSignals.add(SIGXFSZ);
    const fd = openIn(tables, process, "/tmp/f", O_RDWR | O_CREAT);
    set(FSIZE, 10, -1);
    expect(guest.do("write", { fd, data: utf8("12345678") })).toBe(8);
    expect(guest.do("write", { fd, data: utf8("12345678") })).toBe(2);
    expect(guest.try("write", { fd, data: utf8("1") })).toBe("EFBIG");
    expect(guest.try("pwrite", { fd, position: 10, data: utf8("1") })).toBe("EFBIG");
    expect(guest.do("pwrite", { fd, position: 9, data: utf8("12") })).toBe(1);
    expect(guest.try("ftruncate", { fd, size: 11 })).toBe("EFBIG");
    expect(guest.try("ftruncate", { fd, size: 10 })).toBe("ok");
    process.ignoredSignals.delete(SIGXFSZ);
    guest.post("write", { fd, data: utf8("1") });
    expect(process.deadlySignal).toBe(SIGXFSZ);
  });
});

describe("priorities", () => {
  const [PROCESS, PGRP, USER] = [0, 1, 2];

  test("are kept, bounded and inherited", () => {
    const { tables, process, guest } = boot();
    guest.do("set_priority", { which: PROCESS, who: 0, nice: 99 });
    expect(guest.do("get_priority", { which: PROCESS, who: 0 })).toBe(19);
    expect(start(tables, { parent: process }).nice).toBe(19);
  });

  test("of a group or a user: the lowest nice value", () => {
    const { tables, process, guest } = boot();
    start(tables, { parent: process }).nice = 7;
    guest.do("set_priority", { which: PROCESS, who: process.pid, nice: 3 });
    expect(guest.do("get_priority", { which: PGRP, who: 0 })).toBe(3);
    expect(guest.do("get_priority", { which: USER, who: 0 })).toBe(3);
  });

  test("EINVAL, ESRCH, EACCES and EPERM", () => {
    const { tables, process, guest } = boot({}, 1000);
    const child = start(tables, { parent: process });
    child.credentials.realUid = 5;
    child.credentials.effectiveUid = 5;
    const stranger = start(tables);
    const set = (which: number, who: number, nice: number) =>
      guest.try("set_priority", { which, who, nice });
    expect([set(3, 0, 1), set(PROCESS, 4711, 1), set(PROCESS, stranger.pid, 1)]).toEqual([
      "EINVAL",
      "ESRCH",
      "ESRCH",
    ]);
    expect([set(PROCESS, 0, -1), set(PROCESS, child.pid, 1)]).toEqual(["EACCES", "EPERM"]);
  });
});

describe("resource usage", () => {
  const SELF = 0;
  const CHILDREN = -1;

  /** User and system time, in µs. */
  const times = (guest: DirectGuest, who: number): [number, number] => {
    guest.do("resource_usage", { who });
    expect(guest.resultBytes.length).toBe(144);
    const words = [...new BigInt64Array(guest.resultBytes.slice().buffer)].map(Number);
    const [seconds = 0, us = 0, systemSeconds = 0, systemUs = 0, ...rest] = words;
    expect(rest.every((word) => word === 0)).toBe(true);
    return [seconds * 1e6 + us, systemSeconds * 1e6 + systemUs];
  };

  test("is what the driver says; a child's is its parent's once it has waited", () => {
    const { tables, process, guest } = boot();
    expect([times(guest, SELF), times(guest, CHILDREN)]).toEqual([
      [0, 0],
      [0, 0],
    ]);
    process.cpu.start(() => ({ userMs: 2500, systemMs: 40 }));
    const child = start(tables, { parent: process });
    child.cpu.start(() => ({ userMs: 30, systemMs: 1010 }));
    child.cpu.children = { userMs: 5, systemMs: 0 };
    expect(times(guest, SELF)).toEqual([2_500_000, 40_000]);
    expect(times(guest, CHILDREN)).toEqual([0, 0]);
    tables.processes.deliver(child, SIGKILL);
    expect(times(guest, CHILDREN)).toEqual([0, 0]);
    guest.do("waitpid", { pid: child.pid, options: 0 });
    expect(times(guest, CHILDREN)).toEqual([35_000, 1_010_000]);
  });

  test("never goes back, and stays when the driver can't tell any more", () => {
    const { process, guest } = boot();
    const measured = [{ userMs: 20, systemMs: 0 }, { userMs: 10, systemMs: 10 }, null];
    process.cpu.start(() => measured.shift() ?? null);
    expect([1, 2, 3].map(() => times(guest, SELF))).toEqual([
      [20_000, 0],
      [20_000, 10_000],
      [20_000, 10_000],
    ]);
  });

  test("of nobody else: EINVAL", () => {
    expect(boot().guest.try("resource_usage", { who: 1 })).toBe("EINVAL");
  });
});

describe("credentials", () => {
  function ids(guest: DirectGuest): number[] {
    guest.do("get_ids", {});
    return [...new Uint32Array(guest.resultBytes.slice().buffer)].slice(0, 3);
  }

  test("root sets any ids, and is root no more by setuid", () => {
    const { guest } = boot();
    guest.do("set_user_ids", { real: 1, effective: 0, saved: -1 });
    expect(ids(guest)).toEqual([1, 0, 0]);
    guest.do("set_user", { id: 7 });
    expect(ids(guest)).toEqual([7, 7, 7]);
    expect(guest.try("set_user", { id: 0 })).toBe("EPERM");
    expect(guest.try("set_group", { id: 5 })).toBe("EPERM");
    expect(guest.try("set_groups", { groups: new Uint8Array(4) })).toBe("EPERM");
  });

  test("others choose among the ids that they have", () => {
    const { guest } = boot();
    guest.do("set_user_ids", { real: 1, effective: 2, saved: 3 });
    expect(guest.try("set_user_ids", { real: 4, effective: -1, saved: -1 })).toBe("EPERM");
    guest.do("set_user_ids", { real: 2, effective: 3, saved: -1 });
    expect(ids(guest)).toEqual([2, 3, 3]);
    guest.do("set_user", { id: 2 });
    expect(ids(guest)).toEqual([2, 2, 3]);
    expect(guest.try("set_user", { id: 1 })).toBe("EPERM");
    expect(guest.try("set_user", { id: -1 })).toBe("EINVAL");
  });

  test("groups are set by root, and a child has all of it", () => {
    const { tables, process, guest } = boot();
    guest.do("set_groups", { groups: new Uint8Array(Uint32Array.of(4, 20).buffer) });
    guest.do("set_group_ids", { real: 4, effective: 20, saved: 4 });
    expect(guest.try("set_groups", { groups: new Uint8Array(3) })).toBe("EINVAL");
    const child = new DirectGuest(tables, start(tables, { parent: process }));
    child.do("get_groups", {});
    expect([...new Uint32Array(child.resultBytes.slice().buffer)]).toEqual([4, 20]);
    child.do("get_ids", {});
    expect([...new Uint32Array(child.resultBytes.slice().buffer)].slice(3)).toEqual([4, 20, 4]);
  });

  test("kill reaches processes of the same user; SIGCONT the session", () => {
    const { tables, process, guest } = boot();
    const child = start(tables, { parent: process });
    guest.do("set_user", { id: 7 });
    const kill = (signal: number) => guest.try("kill", { pid: child.pid, signal });
    expect([kill(0), kill(9), kill(18)]).toEqual(["EPERM", "EPERM", "ok"]);
    child.credentials.savedUid = 7;
    expect(kill(0)).toBe("ok");
  });
});

describe("the user's home", () => {
  const ann = { uid: 1000, gid: 100, name: "ann", shell: "/bin/sh" };

  test.each(["/home/ann", "/srv/people/ann", "/srv/people/ann/"])(
    "%s is made for the user, in directories of root",
    async (home) => {
      const kernel = createKernel({
        filesystem: createInMemoryFileSystem(),
        user: { ...ann, home },
      });
      const path = home.replace(/\/$/, "");
      const mode = 0o40755;
      expect(await kernel.stat(path)).toMatchObject({ mode, uid: 1000, gid: 100 });
      const above = path.slice(0, path.lastIndexOf("/")) || "/";
      expect(await kernel.stat(above)).toMatchObject({ mode, uid: 0, gid: 0 });
      await kernel.dispose();
    },
  );

  test.each(["/root", "/tmp", "/etc"])("%s stays root's", async (home) => {
    const filesystem = createInMemoryFileSystem();
    const kernel = createKernel({ filesystem, user: { ...ann, home } });
    expect(await kernel.stat(home)).toMatchObject({ uid: 0, gid: 0 });
    await kernel.dispose();
  });

  test("stays as the store has it", async () => {
    const filesystem = createInMemoryFileSystem();
    filesystem.mkdir("/house", { mode: 0o700, uid: 7, gid: 8 });
    const kernel = createKernel({ filesystem, user: { ...ann, home: "/house" } });
    expect(await kernel.stat("/house")).toMatchObject({ mode: 0o40700, uid: 7, gid: 8 });
    await kernel.dispose();
  });
});

describe("the files of /etc", () => {
  const user = { uid: 1000, gid: 100, name: "ann", home: "/home/ann", shell: "/bin/bash" };
  const text = async (kernel: ReturnType<typeof createKernel>, path: string) =>
    new TextDecoder().decode(await kernel.readFile(path));

  test("name root, the user and the system's accounts, each id once", async () => {
    const kernel = createKernel({ filesystem: createInMemoryFileSystem(), user });
    const users = (await text(kernel, "/etc/passwd")).split("\n");
    expect(users.slice(0, 2)).toEqual([
      "root:x:0:0:root:/root:/bin/sh",
      "ann:x:1000:100:ann:/home/ann:/bin/bash",
    ]);
    expect(users).toContain("www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin");
    expect(users).toContain("nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin");
    const groups = (await text(kernel, "/etc/group")).trimEnd().split("\n");
    expect(groups.slice(0, 2)).toEqual(["root:x:0:", "ann:x:100:"]);
    expect(groups).toContain("sys:x:3:");
    expect(groups).toContain("nogroup:x:65534:");
    const ids = groups.map((line) => line.split(":")[2]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await text(kernel, "/etc/hosts")).toContain("127.0.0.1\tlocalhost\n");
    expect(await text(kernel, "/etc/hostname")).toBe("sandbox\n");
    await kernel.dispose();
  });

  test("leave alone what the store has", async () => {
    const filesystem = createInMemoryFileSystem();
    const first = createKernel({ filesystem });
    await first.writeFile("/etc/hosts", "mine\n");
    await first.dispose();
    const second = createKernel({ filesystem, user });
    expect(await text(second, "/etc/hosts")).toBe("mine\n");
    expect(await text(second, "/etc/passwd")).not.toContain("ann");
    await second.dispose();
  });
});
