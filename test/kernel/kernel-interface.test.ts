// The system calls of a driver. What a user of the package sees is tested end to end in test/spec/.

import { describe, expect, test } from "vitest";
import {
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  SEEK_SET,
} from "../../src/kernel/constants.js";
import { KernelError } from "../../src/kernel/kernel-error.js";
import { pipeCapacity } from "../../src/kernel/limits.js";
import { SIGKILL } from "../../src/kernel/signals.js";
import { bootKernel, Puppets, turn } from "./drivers.js";
import { textOf, utf8 } from "./tables.js";

/** A kernel, a process `pid` of the driver under test, and one of another driver. */
async function boot(limits = {}) {
  const mine = new Puppets("mine");
  const others = new Puppets("others");
  const { kernel, tables } = await bootKernel([mine, others], { limits });
  const { pid } = kernel.spawn("mine", []);
  const stranger = kernel.spawn("others", []).pid;
  return { kernel, tables, mine, others, ki: mine.ki, pid, stranger };
}
type Booted = Awaited<ReturnType<typeof boot>>;

/** The code of what a call throws, at once or later. */
async function codeOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (thrown) {
    return thrown instanceof KernelError ? thrown.code : String(thrown);
  }
  return "ok";
}

describe("acting as a process", () => {
  const calls: [string, (b: Booted, pid: number) => unknown][] = [
    ["fdOpen", ({ ki }, pid) => ki.fdOpen(pid, "/tmp", O_RDONLY)],
    ["fdRead", ({ ki }, pid) => ki.fdRead(pid, 0, 1)],
    ["fdWrite", ({ ki }, pid) => ki.fdWrite(pid, 1, utf8("x"))],
    ["fdWriteAsync", ({ ki }, pid) => ki.fdWriteAsync(pid, 1, utf8("x"))],
    ["fdPread", ({ ki }, pid) => ki.fdPread(pid, 0, 1, 0n)],
    ["fdPwrite", ({ ki }, pid) => ki.fdPwrite(pid, 0, utf8("x"), 0n)],
    ["fdSeek", ({ ki }, pid) => ki.fdSeek(pid, 0, 0n, SEEK_SET)],
    ["fdClose", ({ ki }, pid) => ki.fdClose(pid, 0)],
    ["fdDup", ({ ki }, pid) => ki.fdDup(pid, 0)],
    ["fdDup2", ({ ki }, pid) => ki.fdDup2(pid, 0, 5)],
    ["fdStat", ({ ki }, pid) => ki.fdStat(pid, 0)],
    ["isatty", ({ ki }, pid) => ki.isatty(pid, 0)],
    ["devFdReadDir", ({ ki }, pid) => ki.devFdReadDir(pid)],
    ["devFdStat", ({ ki }, pid) => ki.devFdStat(pid, 0)],
    ["pipe", ({ ki }, pid) => ki.pipe(pid)],
    ["spawn", ({ ki }, pid) => ki.spawn("mine", [], { ppid: pid })],
    ["setsid", ({ ki }, pid) => ki.setsid(pid)],
  ];

  test.each(calls)("%s as another driver's is EPERM, as nobody ESRCH", async (_, call) => {
    const booted = await boot();
    const before = JSON.stringify(booted.tables.dump());
    expect(await codeOf(() => call(booted, booted.stranger))).toBe("EPERM");
    expect(await codeOf(() => call(booted, 4711))).toBe("ESRCH");
    expect(JSON.stringify(booted.tables.dump())).toBe(before);
  });

  test.each(calls)("%s as one that has ended is ESRCH", async (_, call) => {
    const booted = await boot();
    const child = booted.ki.spawn("mine", [], { ppid: booted.pid });
    child.kill(SIGKILL);
    expect(await codeOf(() => call(booted, child.pid))).toBe("ESRCH");
  });
});

describe("arguments are checked", () => {
  test.each<[string, (b: Booted) => unknown, string]>([
    ["a negative length", ({ ki, pid }) => ki.fdRead(pid, 0, -1), "EINVAL"],
    ["a length that is no number", ({ ki, pid }) => ki.fdRead(pid, 0, Number.NaN), "EINVAL"],
    ["a broken length", ({ ki, pid }) => ki.fdPread(pid, 0, 0.5, 0n), "EINVAL"],
    ["a negative offset", ({ ki, pid }) => ki.fdPread(pid, 0, 1, -1n), "EINVAL"],
    ["an offset beyond 2^53", ({ ki, pid }) => ki.fdPwrite(pid, 0, utf8("x"), 1n << 60n), "EINVAL"],
    ["a descriptor that is not open", ({ ki, pid }) => ki.fdRead(pid, 9, 1), "EBADF"],
    ["the wrong direction: read", ({ ki, pid }) => ki.fdRead(pid, 1, 1), "EBADF"],
    ["the wrong direction: write", ({ ki, pid }) => ki.fdWrite(pid, 0, utf8("x")), "EBADF"],
    ["dup2 onto a broken number", ({ ki, pid }) => ki.fdDup2(pid, 0, 1.5), "EBADF"],
    ["a path that is not there", ({ ki, pid }) => ki.fdOpen(pid, "/none", O_RDONLY), "ENOENT"],
    ["pread on a pipe", ({ ki, pid }) => ki.fdPread(pid, 0, 1, 0n), "ESPIPE"],
    ["seek on a pipe", ({ ki, pid }) => ki.fdSeek(pid, 0, 0n, SEEK_SET), "ESPIPE"],
  ])("%s", async (_, call, code) => {
    const booted = await boot();
    expect(() => call(booted)).toThrow(expect.objectContaining({ code }));
  });
});

describe("reading and writing", () => {
  test("fdWrite takes what fits and counts it; nothing fits is EAGAIN", async () => {
    const { ki, pid } = await boot();
    const { readFd, writeFd } = ki.pipe(pid);
    expect(ki.fdWrite(pid, writeFd, new Uint8Array(pipeCapacity + 10))).toBe(pipeCapacity);
    expect(() => ki.fdWrite(pid, writeFd, utf8("x"))).toThrow("EAGAIN");
    await ki.fdRead(pid, readFd, 100);
    expect(() => ki.fdWrite(pid, writeFd, new Uint8Array(101))).toThrow("EAGAIN");
    expect(ki.fdWrite(pid, writeFd, new Uint8Array(5000))).toBe(100);
  });

  test("fdWriteAsync writes all of it, however long that takes", async () => {
    const { ki, pid } = await boot();
    const { readFd, writeFd } = ki.pipe(pid);
    const writing = ki.fdWriteAsync(pid, writeFd, new Uint8Array(3 * pipeCapacity).fill(7));
    let total = 0;
    while (total < 3 * pipeCapacity) total += (await ki.fdRead(pid, readFd, 10_000)).length;
    expect(await writing).toBe(3 * pipeCapacity);
  });

  test("writing without a reader is EPIPE, and SIGPIPE to the process", async () => {
    const { ki, pid, mine } = await boot();
    const { readFd, writeFd } = ki.pipe(pid);
    ki.fdClose(pid, readFd);
    expect(() => ki.fdWrite(pid, writeFd, utf8("x"))).toThrow("EPIPE");
    expect(mine.last.calls).toContain("kill 13");
  });

  test("a waiting read is rejected: EBADF at close, ESRCH at the end of the process", async () => {
    const { ki, pid } = await boot();
    const child = ki.spawn("mine", [], { ppid: pid });
    const { readFd } = ki.pipe(child.pid);
    const closed = ki.fdRead(child.pid, readFd, 1);
    ki.fdClose(child.pid, readFd);
    await expect(closed).rejects.toMatchObject({ code: "EBADF" });
    const again = ki.pipe(child.pid);
    const ended = ki.fdRead(child.pid, again.readFd, 1);
    child.kill(SIGKILL);
    await expect(ended).rejects.toMatchObject({ code: "ESRCH" });
  });

  test("one cursor for both descriptors of a dup", async () => {
    const { ki, pid } = await boot();
    const fd = ki.fdOpen(pid, "/tmp/f", O_RDWR | O_CREAT);
    ki.fdWrite(pid, fd, utf8("abcdef"));
    const copy = ki.fdDup(pid, fd);
    expect(await ki.fdSeek(pid, copy, 2n, SEEK_SET)).toBe(2n);
    expect(textOf(await ki.fdRead(pid, fd, 2))).toBe("cd");
    expect(textOf(await ki.fdPread(pid, fd, 2, 0n))).toBe("ab");
    expect(textOf(await ki.fdRead(pid, copy, 9))).toBe("ef");
  });

  test("without a free descriptor open is EMFILE, and makes and truncates nothing", async () => {
    const { kernel, ki, pid } = await boot({ descriptors: 3 });
    await kernel.writeFile("/tmp/f", "kept");
    expect(() => ki.fdOpen(pid, "/tmp/new", O_WRONLY | O_CREAT)).toThrow("EMFILE");
    expect(() => ki.fdOpen(pid, "/tmp/f", O_WRONLY | O_TRUNC)).toThrow("EMFILE");
    expect(await kernel.exists("/tmp/new")).toBe(false);
    expect(textOf(await kernel.readFile("/tmp/f"))).toBe("kept");
    expect(() => ki.pipe(pid)).toThrow("EMFILE");
  });

  test("a pipe that finds one free descriptor only leaves none behind", async () => {
    const { ki, pid, tables } = await boot({ descriptors: 4 });
    const before = JSON.stringify(tables.dump());
    expect(() => ki.pipe(pid)).toThrow("EMFILE");
    expect(JSON.stringify(tables.dump())).toBe(before);
  });
});

describe("reaching others", () => {
  test.each<[string, (b: Booted) => unknown]>([
    ["kill", ({ ki, stranger }) => ki.kill(stranger, 15)],
    ["kill of a group", ({ ki, stranger }) => ki.kill(-stranger, 15)],
    ["kill with signal 0", ({ ki, stranger }) => ki.kill(stranger, 0)],
    ["setpgid", ({ ki, stranger }) => ki.setpgid(stranger, 0)],
    ["waitpid", ({ ki, stranger }) => ki.waitpid(stranger)],
  ])("%s of a stranger is EPERM", async (_, call) => {
    const booted = await boot();
    expect(await codeOf(() => call(booted))).toBe("EPERM");
    expect(booted.others.last.calls).not.toContain("kill 15");
  });

  test("a descendant run by another driver can be killed and waited for", async () => {
    const { ki, pid } = await boot();
    const child = ki.spawn("others", [], { ppid: pid });
    const waiting = ki.waitpid(child.pid);
    ki.kill(child.pid, 15);
    expect(await waiting).toEqual({ pid: child.pid, status: 143, waitStatus: 15 });
    expect(await codeOf(() => ki.waitpid(child.pid))).toBe("ECHILD");
  });

  test("kill(-1) reaches the driver's own and their descendants, nobody else", async () => {
    const { ki, pid, mine, others, stranger, kernel } = await boot();
    const child = ki.spawn("others", [], { ppid: pid });
    ki.kill(-1, SIGKILL);
    await turn();
    expect([...kernel.processes.keys()]).toEqual([stranger]);
    expect(mine.all[0]?.calls).toContain("kill 9");
    expect(others.all.map(({ context, calls }) => [context.pid, calls.includes("kill 9")])).toEqual(
      [
        [stranger, false],
        [child.pid, true],
      ],
    );
  });

  test.each<[string, (b: Booted) => unknown, string]>([
    ["kill of nobody", ({ ki }) => ki.kill(4711, 15), "ESRCH"],
    ["an unknown signal", ({ ki, pid }) => ki.kill(pid, 65), "EINVAL"],
    ["waitpid of nobody", ({ ki }) => ki.waitpid(4711), "ECHILD"],
    ["waitpid of a process of the host", ({ ki, pid }) => ki.waitpid(pid), "ECHILD"],
    ["getpgid of nobody", ({ ki }) => ki.getpgid(4711), "ESRCH"],
    ["getsid of nobody", ({ ki }) => ki.getsid(4711), "ESRCH"],
    ["setsid of a leader", ({ ki, pid }) => ki.setsid(pid), "EPERM"],
  ])("%s", async (_, call, code) => {
    const booted = await boot();
    expect(await codeOf(() => call(booted))).toBe(code);
  });
});
