import { describe, expect, test } from "vitest";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import { KernelError } from "../../src/kernel/kernel-error.js";
import { SIGKILL, SIGTERM } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { bootKernel, Puppets, turn } from "./drivers.js";
import { bootTables, codeOf, ok, start, tryStart } from "./tables.js";

describe("what a driver is given", () => {
  test("command, arguments, ids, environment and working directory", async () => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets], { env: { A: "1", B: "2" }, cwd: "/tmp" });
    const { pid } = kernel.spawn("puppet", ["x", ""], { env: { B: "3" } });
    const { command, args, context } = puppets.last;
    expect([command, args]).toEqual(["puppet", ["x", ""]]);
    expect(context).toMatchObject({ pid, ppid: 0, cwd: "/tmp" });
    expect(context.fds).toEqual({ stdin: 0, stdout: 1, stderr: 2 });
    expect(context.env).toMatchObject({ A: "1", B: "3", HOME: "/root" });
  });

  test("a child has its parent's environment and directory, overlaid", async () => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets]);
    const { pid } = kernel.spawn("puppet", [], { env: { A: "1", B: "2" }, cwd: "/tmp" });
    puppets.ki.spawn("puppet", [], { ppid: pid, env: { B: "3" } });
    expect(puppets.last.context).toMatchObject({
      ppid: pid,
      cwd: "/tmp",
      env: { A: "1", B: "3" },
    });
  });

  test("changing its environment changes nobody else's", async () => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets], { env: { A: "1" } });
    const { pid } = kernel.spawn("puppet", []);
    puppets.last.context.env.A = "changed";
    puppets.ki.spawn("puppet", [], { ppid: pid });
    expect(puppets.last.context.env.A).toBe("1");
  });

  test.each(["__proto__", "constructor"])("%s is a variable like any other", async (name) => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets]);
    const env = Object.defineProperty({}, name, { value: "x", enumerable: true });
    kernel.spawn("puppet", [], { env });
    expect(Object.hasOwn(puppets.last.context.env, name)).toBe(true);
  });
});

describe("a start that fails", () => {
  test("an unknown command is ENOENT: command not found", async () => {
    const { kernel } = await bootKernel([new Puppets()]);
    expect(() => kernel.spawn("none", [])).toThrow(/^ENOENT.*none: command not found/);
    expect(kernel.processes.size).toBe(0);
  });

  test.each<[string, string | number, RegExp]>([
    ["the arguments", "args", /^E2BIG/],
    ["the environment", "env", /^E2BIG/],
  ])("too much in %s is E2BIG, counted in bytes", async (_, where, message) => {
    const { kernel } = await bootKernel([new Puppets()], { limits: { argumentBytes: 1000 } });
    const spawn = (text: string) =>
      where === "args"
        ? kernel.spawn("puppet", [text])
        : kernel.spawn("puppet", [], { env: { V: text } });
    spawn("x".repeat(800));
    expect(() => spawn("x".repeat(1000))).toThrow(message);
    expect(() => spawn("é".repeat(500))).toThrow(message);
  });

  test.each<[string, () => never, string]>([
    [
      "throws",
      () => {
        throw new Error("no licence");
      },
      "EIO",
    ],
    [
      "throws a KernelError",
      () => {
        throw new KernelError("EACCES");
      },
      "EACCES",
    ],
    ["returns nothing", () => undefined as never, "EIO"],
    ["returns a promise", () => Promise.resolve() as never, "EIO"],
  ])("a driver that %s leaves no process and no descriptor", async (_, spawn, code) => {
    const broken = driverOf("broken", spawn);
    const puppets = new Puppets();
    const { kernel, tables } = await bootKernel([puppets]);
    await kernel.mount(broken);
    expect(() => kernel.spawn("broken", [])).toThrow(expect.objectContaining({ code }));
    await expect(kernel.exec("broken", { stdin: "x" })).rejects.toMatchObject({ code });
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });

    const parent = kernel.spawn("puppet", []);
    const before = JSON.stringify(tables.dump());
    expect(() => puppets.ki.spawn("broken", [], { ppid: parent.pid })).toThrow(
      expect.objectContaining({ code }),
    );
    expect(JSON.stringify(tables.dump())).toBe(before);
  });

  test("closes the pipe that stdin was to come from, also for an unknown command", async () => {
    const { kernel, tables } = await bootKernel([new Puppets()]);
    expect(() => kernel.spawn("none", [])).toThrow("ENOENT");
    await expect(kernel.exec("none", { stdin: "x" })).rejects.toThrow("ENOENT");
    expect(tables.pipes.size).toBe(0);
  });

  test.each([
    ["/none", "ENOENT"],
    ["/dev/null", "ENOTDIR"],
  ])("in the directory %s is %s, and leaves nothing", async (cwd, code) => {
    const puppets = new Puppets();
    const { kernel, tables } = await bootKernel([puppets]);
    expect(() => kernel.spawn("puppet", [], { cwd })).toThrow(expect.objectContaining({ code }));
    await expect(kernel.exec("puppet", { cwd, stdin: "x" })).rejects.toMatchObject({ code });
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
  });

  test("at the pipe limit is ENFILE, and closes what the parent handed down", async () => {
    const puppets = new Puppets();
    const { kernel, tables } = await bootKernel([puppets], { limits: { pipes: 2 } });
    const parent = kernel.spawn("puppet", []);
    const { readFd, writeFd } = puppets.ki.pipe(parent.pid);
    const stdin = puppets.ki.fdDup(parent.pid, 0);
    puppets.ki.fdClose(parent.pid, 0);
    expect(() => puppets.ki.spawn("puppet", [], { ppid: parent.pid, stdoutFd: writeFd })).toThrow(
      "ENFILE",
    );
    for (const fd of [readFd, writeFd, stdin]) puppets.ki.fdClose(parent.pid, fd);
    expect(tables.pipes.size).toBe(1);
    parent.closeStdin();
    expect(tables.pipes.size).toBe(0);
  });

  test("ends what the driver began as that process: its waiting reads, its children", async () => {
    const reads: Promise<unknown>[] = [];
    const puppets = new Puppets();
    const failing = new Puppets("failing", (puppet, ki) => {
      const { pid } = puppet.context;
      reads.push(ki.fdRead(pid, 0, 1).catch((error) => error.code));
      ki.spawn("puppet", [], { ppid: pid });
      throw new Error("after all no");
    });
    const { kernel, tables } = await bootKernel([puppets, failing]);
    expect(() => kernel.spawn("failing", [])).toThrow("after all no");
    expect(await Promise.all(reads)).toEqual(["ESRCH"]);
    expect(kernel.processes.size).toBe(1);
    puppets.last.exit(0);
    await turn();
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
  });

  test("with a descriptor that is not open is EBADF, and keeps no reference", async () => {
    const puppets = new Puppets();
    const { kernel, tables } = await bootKernel([puppets]);
    const parent = kernel.spawn("puppet", []);
    const { readFd, writeFd } = puppets.ki.pipe(parent.pid);
    const options = { ppid: parent.pid, stdinFd: readFd, stdoutFd: 77 };
    expect(() => puppets.ki.spawn("puppet", [], options)).toThrow("EBADF");
    const before = tables.pipes.size;
    puppets.ki.fdClose(parent.pid, readFd);
    puppets.ki.fdClose(parent.pid, writeFd);
    expect(tables.pipes.size).toBe(before - 1);
  });
});

describe("a process that ends while its driver starts it", () => {
  test("by SIGKILL: the handle knows it", async () => {
    const puppets = new Puppets("puppet", ({ context }, ki) => ki.kill(context.pid, SIGKILL));
    const { kernel, tables } = await bootKernel([puppets]);
    const managed = kernel.spawn("puppet", []);
    expect(await managed.wait()).toBe(137);
    expect((await kernel.exec("puppet")).exitCode).toBe(137);
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
  });

  test("by a signal that its driver is to carry out: it hears of it after the start", async () => {
    const puppets = new Puppets("puppet", ({ context }, ki) => ki.kill(context.pid, SIGTERM));
    const { kernel } = await bootKernel([puppets]);
    expect(await kernel.spawn("puppet", []).wait()).toBe(143);
    expect(puppets.last.calls).toContain("kill 15");
  });
});

describe("how a process ends", () => {
  test.each([
    ["its wait() resolves", (exit: () => void) => exit()],
    ["onExit is called", (_: () => void, onExit: () => void) => onExit()],
    [
      "both, in either order",
      (exit: () => void, onExit: () => void) => {
        onExit();
        exit();
        onExit();
      },
    ],
  ])("%s: with the driver's exit code", async (_, finish) => {
    const puppets = new Puppets();
    const { kernel } = await bootKernel([puppets]);
    const managed = kernel.spawn("puppet", []);
    const { process, exit } = puppets.last;
    finish(
      () => exit(3),
      () => process.onExit?.(3),
    );
    expect(await managed.wait()).toBe(3);
    expect(managed.exitCode).toBe(3);
  });

  test("a wait() that rejects is exit code 1", async () => {
    const puppets = new Puppets("puppet", ({ process }) => {
      process.wait = () => Promise.reject(new Error("lost"));
    });
    const { kernel } = await bootKernel([puppets]);
    expect(await kernel.spawn("puppet", []).wait()).toBe(1);
  });

  test("128 + n is a signal's status only when the kernel had passed that signal on", async () => {
    const tables = bootTables();
    const parent = start(tables);
    const ends: ((code: number) => void)[] = [];
    tables.commands.register(
      driverOf("held", () => {
        const { process } = idleProcess();
        process.kill = () => {};
        ends.push((code) => process.onExit?.(code));
        return process;
      }),
    );
    const [killed, exited] = [1, 2].map(() => start(tables, { command: "held", parent }));
    if (!killed || !exited) throw new Error("unreachable");
    tables.processes.deliver(killed, SIGTERM);
    for (const end of ends) end(143);
    expect([killed.waitStatus, exited.waitStatus]).toEqual([signalStatus(SIGTERM), 143 << 8]);
  });
});

describe("descriptors of a spawned process", () => {
  test("are taken over, and closed when the start is refused", () => {
    const tables = bootTables({ processes: 1 });
    const parent = start(tables);
    const { readFd, writeFd } = ok(openPipe(tables, parent, false));
    const fds = ok(parent.fds.fork([]));
    expect(codeOf(tryStart(tables, { parent, fds }))).toBe("EAGAIN");
    expect(fds.numbers()).toEqual([]);
    parent.fds.close(readFd);
    parent.fds.close(writeFd);
    expect(tables.pipes.size).toBe(0);
  });

  test("are closed at its end, so that the other end of a pipe sees it", () => {
    const tables = bootTables();
    const parent = start(tables);
    const { readFd, writeFd } = ok(openPipe(tables, parent, false));
    const child = start(tables, { parent, fds: ok(parent.fds.fork([])) });
    parent.fds.close(writeFd);
    tables.processes.end(child, 0);
    expect(ok(parent.fds.get(readFd)).read(new Uint8Array(1))).toBe(0);
  });

  test("of a process of the host are empty but for what it is given", () => {
    const tables = bootTables();
    expect(start(tables, { fds: new FdTable(8) }).fds.numbers()).toEqual([]);
  });
});
