// Stores that answer later: guests just wait, the host's promises resolve later, and what the kernel
// does is the same as over a store that answers at once.

import { describe, expect, onTestFinished, test } from "vitest";
import {
  AT_FDCWD,
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} from "../../src/kernel/constants.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import { createKernel } from "../../src/kernel/kernel.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { SIGKILL, SIGTERM, SIGUSR1 } from "../../src/kernel/signals.js";
import { answeringLater, Gate } from "../async-store.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { bootKernel, Puppets, turn } from "./drivers.js";
import { bootTables, start, textOf, utf8 } from "./tables.js";

/** A guest on tables whose /later answers through a gate; `below` is what is behind it. */
function boot() {
  const tables = bootTables();
  const process = start(tables);
  const below = createInMemoryFileSystem();
  const gate = new Gate();
  const asked: string[] = [];
  const later = answeringLater(below, gate.delay, (operation) => asked.push(operation));
  tables.vfs.mounts.mount("/later", later);
  const guest = new DirectGuest(tables, process);
  const open = async (path: string, flags: number): Promise<number> => {
    guest.try("open", { directory: AT_FDCWD, path: utf8(path), flags, mode: 0o644, minimum: 0 });
    await gate.releaseAll();
    expect(guest.outcome).toBe("ok");
    return guest.result;
  };
  return { tables, process, below, gate, asked, guest, open };
}

const mkdir = (path: string) => ({ directory: AT_FDCWD, path: utf8(path), mode: 0o755 });

describe("a guest's call to a store that answers later", () => {
  test("waits, and ends as it would at once", async () => {
    const { gate, guest } = boot();
    expect(guest.try("mkdir", mkdir("/later/d"))).toBe("waits");
    await gate.releaseAll();
    expect(guest.outcome).toBe("ok");
    expect(guest.try("mkdir", mkdir("/later/d"))).toBe("waits");
    await gate.releaseAll();
    expect(guest.outcome).toBe("EEXIST");
  });

  test("reads back what it wrote, through one cursor", async () => {
    const { gate, guest, open } = boot();
    const fd = await open("/later/f", O_RDWR | O_CREAT);
    for (const text of ["one ", "two"]) {
      expect(guest.try("write", { fd, data: utf8(text) })).toBe("waits");
      await gate.releaseAll();
      expect([guest.outcome, guest.result]).toEqual(["ok", text.length]);
    }
    guest.do("seek", { fd, offset: 0, whence: 0 });
    expect(guest.try("read", { fd, target: 100 })).toBe("waits");
    await gate.releaseAll();
    expect(textOf(guest.channel.payload.subarray(0, guest.result))).toBe("one two");
  });

  test("makes each change once, however often it is replayed", async () => {
    const { gate, guest, asked } = boot();
    guest.try("mkdir", mkdir("/later/d"));
    await gate.releaseAll();
    guest.try("rename", {
      oldDirectory: AT_FDCWD,
      oldPath: utf8("/later/d"),
      newDirectory: AT_FDCWD,
      newPath: utf8("/later/e"),
    });
    await gate.releaseAll();
    expect(guest.outcome).toBe("ok");
    expect(asked.filter((operation) => operation !== "lstat")).toEqual(["mkdir", "rename"]);
  });

  test("is resolved again when a name changes while it waits", async () => {
    const { tables, gate, guest } = boot();
    const { vfs } = tables;
    const host = await import("../../src/kernel/actor.js").then(({ hostActor }) => hostActor);
    for (const path of ["/a", "/b"]) vfs.mkdir(host, "/", path, 0o755);
    vfs.symlink(host, "/later", "/", "/link");
    guest.try("mkdir", mkdir("/link/d"));
    expect(gate.waiting).toEqual(["lstat"]);
    vfs.unlink(host, "/", "/link");
    vfs.symlink(host, "/b", "/", "/link");
    await gate.releaseAll();
    expect(guest.outcome).toBe("ok");
    expect(vfs.stat(host, "/", "/b/d")).toHaveProperty("ino");
  });

  test("ends with EINTR at a caught signal", async () => {
    const { tables, process, gate, guest } = boot();
    process.caughtSignals.set(SIGUSR1, { interrupts: true });
    expect(guest.try("mkdir", mkdir("/later/d"))).toBe("waits");
    tables.processes.deliver(process, SIGUSR1);
    expect(guest.outcome).toBe("EINTR");
    await gate.releaseAll();
    expect(guest.answers).toBe(1);
  });

  test("is gone with its process; a file that is opened too late is closed", async () => {
    const { tables, process, below, gate, guest } = boot();
    guest.try("open", {
      directory: AT_FDCWD,
      path: utf8("/later/f"),
      flags: O_RDWR | O_CREAT,
      mode: 0o644,
      minimum: 0,
    });
    while (gate.waiting[0] === "lstat") await gate.release();
    expect(gate.waiting).toEqual(["open"]);
    tables.processes.kill(process.pid, SIGKILL, null);
    await gate.release();
    expect(gate.waiting).toEqual(["close"]);
    await gate.releaseAll();
    expect(guest.answers).toBe(0);
    expect(below.unlink("/f")).toBeUndefined();
  });

  test("a read that comes too late leaves the guest's memory alone", async () => {
    const { tables, process, gate, guest, open } = boot();
    const fd = await open("/later/f", O_RDWR | O_CREAT);
    guest.try("write", { fd, data: utf8("secret") });
    await gate.releaseAll();
    guest.do("seek", { fd, offset: 0, whence: 0 });
    expect(guest.try("read", { fd, target: 6 })).toBe("waits");
    tables.processes.kill(process.pid, SIGKILL, null);
    guest.channel.payload.fill(0);
    await gate.releaseAll();
    expect(guest.channel.payload.every((byte) => byte === 0)).toBe(true);
  });

  test("writes to one description take turns", async () => {
    const { tables, process, gate, guest, open, below } = boot();
    const fd = await open("/later/f", O_WRONLY | O_CREAT | O_APPEND);
    const description = process.fds.get(fd);
    if (!("retain" in description)) throw new Error("not open");
    const fds = new FdTable(8);
    fds.install(fd, description);
    const other = new DirectGuest(tables, start(tables, { fds }));
    expect(guest.try("write", { fd, data: utf8("one ") })).toBe("waits");
    expect(other.try("write", { fd, data: utf8("two ") })).toBe("waits");
    await gate.releaseAll();
    const file = below.open("/f", {
      create: false,
      exclusive: false,
      truncate: false,
      writable: false,
      node: { mode: 0, uid: 0, gid: 0 },
    });
    const target = new Uint8Array(8);
    if ("read" in file) file.read(target, 0);
    expect(textOf(target)).toBe("one two ");
  });

  test("a store that rejects is EIO, with a KernelError its errno", async () => {
    const tables = bootTables();
    const guest = new DirectGuest(tables, start(tables));
    const { KernelError } = await import("../../src/kernel/kernel-error.js");
    let thrown: Error = new Error("broken");
    const broken = answeringLater(createInMemoryFileSystem(), async () => {
      throw thrown;
    });
    tables.vfs.mounts.mount("/later", broken);
    guest.try("mkdir", mkdir("/later/d"));
    await turn();
    expect(guest.outcome).toBe("EIO");
    thrown = new KernelError("ENOSPC");
    guest.try("mkdir", mkdir("/later/d"));
    await turn();
    expect(guest.outcome).toBe("ENOSPC");
  });
});

describe("a kernel whose root answers later", () => {
  const later = () => answeringLater(createInMemoryFileSystem());

  test("is furnished before anything else happens", async () => {
    const kernel = createKernel({ filesystem: later() });
    onTestFinished(() => kernel.dispose());
    expect(await kernel.readdir("/")).toEqual(expect.arrayContaining(["tmp", "etc", "bin", "dev"]));
  });

  test("serves the host application", async () => {
    const kernel = createKernel({ filesystem: later() });
    onTestFinished(() => kernel.dispose());
    await kernel.writeFile("/new/dir/f", "text");
    expect(textOf(await kernel.readFile("/new/dir/f"))).toBe("text");
    await expect(kernel.readFile("/none")).rejects.toMatchObject({ code: "ENOENT" });
    expect(await kernel.exists("/new/dir")).toBe(true);
  });

  test("spawn answers at once, and the program starts later", async () => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets], { filesystem: later() });
    const child = kernel.spawn("puppet", ["x"]);
    expect(child.pid).toBeGreaterThan(0);
    expect(puppets.all).toHaveLength(0);
    await turn();
    expect(puppets.last.args).toEqual(["x"]);
    puppets.last.exit(3);
    expect(await child.wait()).toBe(3);
  });

  test.each([
    ["none", "/", 127, "none: command not found\n"],
    ["/etc/passwd-none", "/", 127, "/etc/passwd-none: command not found\n"],
    ["/etc", "/", 126, "/etc: permission denied\n"],
  ])(
    "a late failure of %s is an exit code and a line on stderr",
    async (command, cwd, code, line) => {
      const { kernel } = await bootKernel([new Puppets()], { filesystem: later() });
      let stderr = "";
      const child = kernel.spawn(command, [], {
        cwd,
        onStderr: (data) => {
          stderr += textOf(data);
        },
      });
      expect(await child.wait()).toBe(code);
      expect(stderr).toBe(line);
    },
  );

  test("a process can be killed before its program is found", async () => {
    const gate = new Gate();
    const filesystem = answeringLater(createInMemoryFileSystem(), gate.delay);
    const tables = new KernelTables(filesystem, defaultLimits);
    const process = start(tables, { command: "none" });
    expect(process.isRunning).toBe(true);
    tables.processes.kill(process.pid, SIGTERM, null);
    expect(process.isRunning).toBe(false);
    await gate.releaseAll();
  });

  test("calls that cannot wait say which one does", async () => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets], { filesystem: later() });
    const { pid } = kernel.spawn("puppet", []);
    await turn();
    await kernel.writeFile("/f", "abc");
    const { ki } = puppets;
    expect(() => ki.fdOpen(pid, "/f", O_RDONLY)).toThrow(/^EAGAIN.*fdOpenAsync/);
    const fd = await ki.fdOpenAsync(pid, "/f", O_RDWR);
    expect(textOf(await ki.fdRead(pid, fd, 10))).toBe("abc");
    expect(() => ki.fdStat(pid, fd)).toThrow(/^EAGAIN.*fdStatAsync/);
    expect(await ki.fdStatAsync(pid, fd)).toMatchObject({ flags: O_RDWR });
    expect(() => ki.fdWrite(pid, fd, utf8("x"))).toThrow(/^EAGAIN.*fdWriteAsync/);
    expect(await ki.fdWriteAsync(pid, fd, utf8("d"))).toBe(1);
    expect(textOf(await ki.fdPread(pid, fd, 10, 0n))).toBe("abcd");
    expect(await ki.fdSeek(pid, fd, -1n, 2)).toBe(3n);
    await expect(ki.fdOpenAsync(pid, "/none", O_RDONLY)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
