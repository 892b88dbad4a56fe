// /proc as proc(5) describes it, with virtual values only: known-behaviours, "Devices and /proc".

import { describe, expect, test } from "vitest";
import { type Actor, hostActor } from "../../src/kernel/actor.js";
import { O_APPEND, O_CREAT, O_RDONLY, O_RDWR, O_WRONLY } from "../../src/kernel/constants.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { Errno } from "../../src/kernel/errno.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import { ProcFs } from "../../src/kernel/proc-fs.js";
import type { Process } from "../../src/kernel/process.js";
import { openExisting } from "../../src/kernel/virtual-file-system.js";
import { bootTables, codeOf, ok, openIn, start, textOf } from "./tables.js";

const reading = openExisting;

/** /proc as `caller` sees it. */
function view(tables: KernelTables, caller: Process | null) {
  const proc = new ProcFs(tables, caller);
  const cat = (path: string): string => {
    const file = proc.open(path, reading);
    if (file instanceof Errno) return file.code;
    const target = new Uint8Array(8192);
    return textOf(target.subarray(0, ok(file.read(target, 0))));
  };
  const readlink = (path: string): string => codeOf(proc.readlink(path));
  const list = (path: string): string[] | string => {
    const entries = proc.readDir(path);
    return entries instanceof Errno ? entries.code : entries.map(({ name }) => name);
  };
  return { proc, cat, readlink, list };
}

describe("/proc", () => {
  test("lists every process and the machine's files", () => {
    const tables = bootTables();
    const [one, two] = [start(tables), start(tables)];
    const names = view(tables, one).list("/");
    for (const name of [String(one.pid), String(two.pid), "self", "meminfo", "cpuinfo", "mounts"])
      expect(names).toContain(name);
  });

  test("self is the caller; the host application is no process", () => {
    const tables = bootTables();
    const process = start(tables);
    expect(view(tables, process).readlink("/self")).toBe(String(process.pid));
    expect(view(tables, null).readlink("/self")).toBe("ENOENT");
  });

  test("an entry is gone with its process", () => {
    const tables = bootTables();
    const [one, two] = [start(tables), start(tables)];
    tables.processes.end(two, 0);
    const { proc } = view(tables, one);
    expect(codeOf(proc.lstat(`/${two.pid}`))).toBe("ENOENT");
  });

  test.each([
    ["uptime", /^\d+\.\d\d \d+\.\d\d\n$/],
    ["loadavg", /^0\.00 0\.00 0\.00 1\/1 2\n$/],
    ["version", /^Linux version 6\.1\.0 \(secure-exec\) #1 SMP secure-exec\n$/],
    ["meminfo", /^MemTotal: {8}1048576 kB\nMemFree: /],
    ["cpuinfo", /^processor\t: 0\nvendor_id\t: virtual\n/],
    ["stat", /^cpu {2}0 .*\ncpu0 0 .*\nintr 0\nctxt 0\nbtime \d{10}\nprocesses 2\n/],
    ["filesystems", /^nodev\tproc\n/],
    ["sys/kernel/hostname", /^sandbox\n$/],
    ["sys/kernel/ostype", /^Linux\n$/],
    ["sys/kernel/osrelease", /^6\.1\.0\n$/],
    ["sys/kernel/pid_max", /^4194304\n$/],
    [
      "sys/kernel/random/uuid",
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/,
    ],
    ["sys/kernel/random/boot_id", /^[0-9a-f-]{36}\n$/],
  ])("%s has its format", (name, format) => {
    const tables = bootTables();
    expect(view(tables, start(tables)).cat(`/${name}`)).toMatch(format);
  });

  test("boot_id stays, uuid is another one each time", () => {
    const tables = bootTables();
    const { cat } = view(tables, start(tables));
    expect(cat("/sys/kernel/random/boot_id")).toBe(cat("/sys/kernel/random/boot_id"));
    expect(cat("/sys/kernel/random/uuid")).not.toBe(cat("/sys/kernel/random/uuid"));
  });

  test("nothing can be made, removed or written", () => {
    const tables = bootTables();
    const { proc } = view(tables, start(tables));
    expect(codeOf(proc.open("/uptime", { ...reading, writable: true }))).toBe("EACCES");
    expect(codeOf(proc.open("/new", { ...reading, create: true }))).toBe("EROFS");
    expect(codeOf(proc.unlink("/uptime"))).toBe("EROFS");
  });
});

describe("/proc/PID", () => {
  test("says who the process is", () => {
    const tables = bootTables();
    const parent = start(tables);
    const child = start(tables, { parent, args: ["a b", ""], env: { X: "1", Y: "" }, cwd: "/tmp" });
    const { cat, readlink } = view(tables, parent);
    expect(cat(`/${child.pid}/cmdline`)).toBe("idle\0a b\0\0");
    expect(cat(`/${child.pid}/environ`)).toBe("X=1\0Y=\0");
    expect(cat(`/${child.pid}/comm`)).toBe("idle\n");
    expect(cat(`/${child.pid}/maps`)).toBe("");
    expect(readlink(`/${child.pid}/cwd`)).toBe("/tmp");
    expect(readlink(`/${child.pid}/exe`)).toBe("/bin/idle");
    expect(readlink(`/${child.pid}/root`)).toBe("/");
  });

  test("stat has Linux's 52 fields, and status its rows", () => {
    const tables = bootTables();
    const parent = start(tables);
    const child = start(tables, { parent });
    const { cat } = view(tables, parent);
    const fields = cat(`/${child.pid}/stat`).trimEnd().split(" ");
    expect(fields).toHaveLength(52);
    expect(fields.slice(0, 6).map(String)).toEqual(
      [child.pid, "(idle)", "R", parent.pid, parent.pgid, parent.sid].map(String),
    );
    const status = cat(`/${child.pid}/status`);
    expect(status).toMatch(/^Name:\tidle\nUmask:\t0022\nState:\tR \(running\)\n/);
    expect(status).toContain(`\nPPid:\t${parent.pid}\n`);
  });

  test("a zombie is one", () => {
    const tables = bootTables();
    const parent = start(tables);
    const child = start(tables, { parent });
    tables.processes.end(child, 0);
    expect(view(tables, parent).cat(`/${child.pid}/stat`)).toMatch(/^\d+ \(idle\) Z /);
  });

  test("fd has a link for each descriptor", () => {
    const tables = bootTables();
    const process = start(tables);
    openIn(tables, process, "/tmp/f", O_WRONLY | O_CREAT);
    openIn(tables, process, "/dev/null", O_RDWR);
    ok(openPipe(tables, process, false));
    openIn(tables, process, "/tmp", O_RDONLY);
    const { list, readlink, cat, proc } = view(tables, process);
    expect(list("/2/fd")).toEqual(["0", "1", "2", "3", "4"]);
    expect(["0", "1", "4"].map((fd) => readlink(`/2/fd/${fd}`))).toEqual([
      "/tmp/f",
      "/dev/null",
      "/tmp",
    ]);
    expect(readlink("/2/fd/2")).toMatch(/^pipe:\[\d+\]$/);
    expect(readlink("/2/fd/2")).toBe(readlink("/2/fd/3"));
    expect(readlink("/2/fd/9")).toBe("ENOENT");
    ok(tables.vfs.unlink(hostActor, "/", "/tmp/f"));
    expect(readlink("/2/fd/0")).toBe("/tmp/f (deleted)");
    expect(codeOf(proc.descriptionAt("/2/fd/0") ?? "none")).toBe(ok(process.fds.get(0)));
    expect(cat("/2/fdinfo/0")).toMatch(/^pos:\t0\nflags:\t01\nmnt_id:\t\d+\n$/);
  });

  test("fdinfo shows cursor and flags", () => {
    const tables = bootTables();
    const process = start(tables);
    openIn(tables, process, "/tmp/f", O_RDWR | O_CREAT | O_APPEND);
    ok(ok(process.fds.get(0)).write(new Uint8Array(7)));
    expect(view(tables, process).cat("/2/fdinfo/0")).toMatch(/^pos:\t7\nflags:\t02002\n/);
  });
});

describe("an open file of /proc", () => {
  test("is what it was, when it is short", () => {
    const tables = bootTables();
    const process = start(tables, { env: { A: "1" } });
    const file = ok(view(tables, null).proc.open(`/${process.pid}/environ`, openExisting));
    tables.processes.end(process, 0);
    const target = new Uint8Array(10);
    expect(textOf(target.subarray(0, ok(file.read(target, 0))))).toBe("A=1\0");
  });

  test("holds on to no process: a long one is ESRCH when the process is gone", () => {
    const tables = bootTables();
    const process = start(tables, { env: { A: "x".repeat(5000) } });
    const file = ok(view(tables, null).proc.open(`/${process.pid}/environ`, openExisting));
    const target = new Uint8Array(6000);
    expect(file.read(target, 0)).toBe(5003);
    expect(file.read(target, 5000)).toBe(3);
    tables.processes.end(process, 0);
    expect(codeOf(file.read(target, 0))).toBe("ESRCH");
  });
});

describe("of a process in another session", () => {
  test("environment, descriptors and directories are EACCES", () => {
    const tables = bootTables();
    const [one, other] = [start(tables), start(tables, { env: { SECRET: "x" } })];
    openIn(tables, other, "/dev/null", O_RDONLY);
    const { cat, readlink, list, proc } = view(tables, one);
    const at = `/${other.pid}`;
    expect([cat(`${at}/environ`), cat(`${at}/maps`)]).toEqual(["EACCES", "EACCES"]);
    expect([readlink(`${at}/cwd`), readlink(`${at}/exe`), readlink(`${at}/root`)]).toEqual(
      Array(3).fill("EACCES"),
    );
    expect([list(`${at}/fd`), list(`${at}/fdinfo`)]).toEqual(["EACCES", "EACCES"]);
    expect([cat(`${at}/fdinfo/0`), readlink(`${at}/fd/0`)]).toEqual(["EACCES", "EACCES"]);
    expect(codeOf(proc.descriptionAt(`${at}/fd/0`) ?? "none")).toBe("EACCES");
    expect(cat(`${at}/mem`)).toBe("ENOENT");
  });

  test("what Linux shows to everybody is shown", () => {
    const tables = bootTables();
    const [one, other] = [start(tables), start(tables)];
    const { cat } = view(tables, one);
    expect(cat(`/${other.pid}/cmdline`)).toBe("idle\0");
    expect(cat(`/${other.pid}/status`)).toMatch(/^Name:\tidle\n/);
  });

  test("the host application sees all", () => {
    const tables = bootTables();
    const process = start(tables, { env: { A: "1" } });
    expect(view(tables, null).cat(`/${process.pid}/environ`)).toBe("A=1\0");
  });
});

describe("/dev/pts", () => {
  test("shows a process the terminals there are, the host none; stat says which one controls", () => {
    const tables = bootTables();
    const process = start(tables);
    const names = (actor: Actor) => {
      const location = ok(tables.vfs.resolveExisting(actor, "/", "/dev/pts", true));
      return ok(tables.vfs.readDir(location)).map(({ name }) => name);
    };
    expect(names(process.actor)).toEqual([]);
    const { master, slave } = ok(tables.terminals.createPair(0));
    ok(process.fds.allocate(master));
    ok(process.fds.allocate(slave));
    ok(tables.terminals.takeControl(process, master.pty));
    expect(names(process.actor)).toEqual(["0"]);
    expect(names(hostActor)).toEqual([]);
    const fields = view(tables, process).cat(`/${process.pid}/stat`).split(" ");
    expect(fields.slice(6, 8)).toEqual([String(136 * 256), String(process.pgid)]);
    expect(view(tables, process).readlink(`/${process.pid}/fd/1`)).toMatch(
      /^(pty:\[\d+\]|\/dev\/pts\/0)$/,
    );
  });
});
