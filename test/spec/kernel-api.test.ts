// The page "Kernel API reference", as far as this release has it: createKernel, Kernel, ManagedProcess,
// the descriptor, pipe and process calls of KernelInterface, KernelError, devices and constants.

import * as kernelEntry from "secure-exec/kernel";
import { KernelError, O_CREAT, O_RDONLY, O_RDWR, SEEK_SET } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { bootKernel, textOf } from "../boot.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { type Probe, ProbeDriver } from "../probe-driver.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function bootProbe(): Promise<{ probe: Probe; kernel: kernelEntry.Kernel }> {
  const driver = new ProbeDriver();
  const kernel = await bootKernel([driver]);
  return { probe: driver.start(kernel), kernel };
}

describe("kernel.exec", () => {
  test("returns exit code, stdout and stderr", async () => {
    const kernel = await bootKernel();
    const result = await kernel.exec("echo hello && ls /tmp", {
      timeout: 10_000,
      env: { DEBUG: "true" },
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: "hello\n", stderr: "" });
  });

  test("env is merged over the kernel's", async () => {
    const kernel = await bootKernel(undefined, { env: { A: "1", B: "1", PATH: "/bin" } });
    const result = await kernel.exec('echo "$A $B $C"', { env: { B: "2", C: "3" } });
    expect(result.stdout).toBe("1 2 3\n");
  });

  test("cwd is / unless the kernel or the call says otherwise", async () => {
    const plain = await bootKernel();
    expect((await plain.exec("pwd")).stdout).toBe("/\n");
    await plain.mkdir("/there");
    expect((await plain.exec("pwd", { cwd: "/there" })).stdout).toBe("/there\n");
    const placed = await bootKernel(undefined, { cwd: "/tmp" });
    expect((await placed.exec("pwd")).stdout).toBe("/tmp\n");
  });

  test("stdin is written, then closed; without it a reader sees the end at once", async () => {
    const kernel = await bootKernel();
    expect((await kernel.exec("cat", { stdin: "from the host" })).stdout).toBe("from the host");
    expect(await kernel.exec("cat")).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test("a timeout ends the session and rejects with what was written until then", async () => {
    const kernel = await bootKernel();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const ended = kernel.exec("echo begun; echo > /tmp/begun; sleep 60", { timeout: 500 });
    const rejected = ended.catch((e) => e);
    while (!(await kernel.exists("/tmp/begun"))) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(500);
    const error = await rejected;
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ code: "ETIMEDOUT", stdout: "begun\n", stderr: "" });
    expect([...kernel.processes.values()].filter(({ status }) => status === "running")).toEqual([]);
  });

  test("the output's bytes are there beside the text", async () => {
    const kernel = await bootKernel();
    const result = await kernel.exec("printf '\\377\\000'; printf x >&2");
    expect([...result.stdoutBytes]).toEqual([255, 0]);
    expect([...result.stderrBytes]).toEqual([120]);
    expect(result.truncated).toBe(false);
  });
});

describe("kernel.spawn and ManagedProcess", () => {
  test("streams output, takes stdin, tells the exit code", async () => {
    const kernel = await bootKernel();
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    const proc = kernel.spawn("sh", ["-c", "cat; echo problem >&2; exit 5"], {
      onStdout: (data) => void out.push(data),
      onStderr: (data) => void err.push(data),
    });
    expect(proc.pid).toBeGreaterThan(0);
    proc.writeStdin(encode("bytes "));
    proc.writeStdin("text");
    proc.closeStdin();
    expect(await proc.wait()).toBe(5);
    expect([textOf(out), textOf(err)]).toEqual(["bytes text", "problem\n"]);
  });

  test("kill(15) ends a process that waits for input", async () => {
    const kernel = await bootKernel();
    const proc = kernel.spawn("cat", []);
    proc.kill(15);
    expect(await proc.wait()).toBe(143);
  });

  test("kill(9) ends a process that computes", async () => {
    const kernel = await bootKernel();
    const proc = kernel.spawn("sh", ["-c", "echo begun; while true; do :; done"], {
      onStdout: () => void proc.kill(9),
    });
    expect(await proc.wait()).toBe(137);
  });

  test("an unknown command throws ENOENT: command not found", async () => {
    const kernel = await bootKernel();
    expect(() => kernel.spawn("no-such-command", [])).toThrow(KernelError);
    expect(() => kernel.spawn("no-such-command", [])).toThrow(/command not found/);
    try {
      kernel.spawn("no-such-command", []);
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOENT" });
    }
  });

  test("a process that nobody listens to does not wait for a listener", async () => {
    const kernel = await bootKernel();
    const proc = kernel.spawn("seq", ["1", "400000"]);
    expect(await proc.wait()).toBe(0);
  });
});

describe("files", () => {
  test("the convenience methods", async () => {
    const kernel = await bootKernel([]);
    await kernel.writeFile("/tmp/data.txt", "hello");
    expect(textOf([await kernel.readFile("/tmp/data.txt")])).toBe("hello");
    await kernel.mkdir("/tmp/subdir");
    expect((await kernel.readdir("/tmp")).sort()).toEqual(["data.txt", "subdir"]);
    const stat = await kernel.stat("/tmp/data.txt");
    expect(stat).toMatchObject({ size: 5 });
    expect(stat.mode & 0o777).toBe(0o644);
    expect(await kernel.exists("/tmp/data.txt")).toBe(true);
    expect(await kernel.exists("/tmp/none.txt")).toBe(false);
  });

  test("bytes go in and come out as they are", async () => {
    const kernel = await bootKernel([]);
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index * 7);
    await kernel.writeFile("/tmp/bytes", bytes);
    expect(Buffer.compare(await kernel.readFile("/tmp/bytes"), bytes)).toBe(0);
  });

  test("writeFile replaces what was there", async () => {
    const kernel = await bootKernel([]);
    await kernel.writeFile("/tmp/data.txt", "a long text");
    await kernel.writeFile("/tmp/data.txt", "short");
    expect(textOf([await kernel.readFile("/tmp/data.txt")])).toBe("short");
  });
});

describe("introspection", () => {
  test("commands maps a command to its driver's name", async () => {
    const kernel = await bootKernel();
    expect(kernel.commands.get("sh")).toBe("wasmvm");
    expect(kernel.commands.has("no-such-command")).toBe(false);
  });

  test("processes maps a pid to what runs under it", async () => {
    const { kernel, probe } = await bootProbe();
    expect(kernel.processes.get(probe.pid)).toMatchObject({ pid: probe.pid, status: "running" });
    probe.exit(0);
    await probe.managed.wait();
    expect(kernel.processes.get(probe.pid)?.status).not.toBe("running");
  });
});

describe("kernel.dispose", () => {
  test("all later calls throw that it is disposed; a second dispose is harmless", async () => {
    const kernel = await bootKernel();
    await kernel.exec("true");
    await kernel.dispose();
    await expect(kernel.exec("true")).rejects.toThrow("disposed");
    await expect(kernel.readFile("/x")).rejects.toThrow("disposed");
    await expect(kernel.mount(createWasmVmRuntime())).rejects.toThrow("disposed");
    expect(() => kernel.spawn("true", [])).toThrow("disposed");
    await kernel.dispose();
  });

  test("ends running processes: those that do not care about SIGTERM after a second of grace", async () => {
    const stubborn = driverOf("stubborn", () => {
      const { process, exit } = idleProcess();
      process.kill = (signal) => {
        if (signal === 9) exit(128 + signal);
      };
      return process;
    });
    const kernel = await bootKernel([createWasmVmRuntime(), stubborn]);
    const willing = Promise.all([
      kernel.spawn("sleep", ["60"]).wait(),
      kernel.spawn("sh", ["-c", "while true; do :; done"]).wait(),
    ]);
    const last = kernel.spawn("stubborn", []);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const disposed = kernel.dispose();
    expect(await willing).toEqual([143, 143]);
    await vi.advanceTimersByTimeAsync(999);
    expect(kernel.processes.get(last.pid)?.status).toBe("running");
    await vi.advanceTimersByTimeAsync(1);
    expect(await last.wait()).toBe(137);
    await disposed;
  });
});

describe("KernelInterface: descriptors", () => {
  test("open, read, write, seek, close", async () => {
    const { kernel, probe } = await bootProbe();
    const { ki, pid } = probe;
    await kernel.writeFile("/tmp/file.txt", "hello world");
    const fd = ki.fdOpen(pid, "/tmp/file.txt", O_RDWR, 0o644);
    expect(fd).toBe(3);
    expect(textOf([await ki.fdRead(pid, fd, 5)])).toBe("hello");
    expect(ki.fdWrite(pid, fd, encode("-"))).toBe(1);
    expect(await ki.fdSeek(pid, fd, 0n, SEEK_SET)).toBe(0n);
    expect(textOf([await ki.fdRead(pid, fd, 1024)])).toBe("hello-world");
    expect(await ki.fdRead(pid, fd, 1024)).toHaveLength(0);
    ki.fdClose(pid, fd);
    expect(() => ki.fdClose(pid, fd)).toThrow("EBADF");
  });

  test("O_CREAT makes the file with the mode less the umask", async () => {
    const { kernel, probe } = await bootProbe();
    const fd = probe.ki.fdOpen(probe.pid, "/tmp/new", O_RDWR | O_CREAT, 0o666);
    expect(probe.ki.fdWrite(probe.pid, fd, encode("x"))).toBe(1);
    const { size, mode } = await kernel.stat("/tmp/new");
    expect([size, mode & 0o777]).toEqual([1, 0o644]);
  });

  test("dup takes the lowest free number and shares the cursor; dup2 takes the number given", async () => {
    const { kernel, probe } = await bootProbe();
    const { ki, pid } = probe;
    await kernel.writeFile("/tmp/f", "abcdef");
    const fd = ki.fdOpen(pid, "/tmp/f", O_RDONLY, 0);
    expect(ki.fdDup(pid, fd)).toBe(4);
    ki.fdDup2(pid, fd, 9);
    expect(textOf([await ki.fdRead(pid, fd, 2)])).toBe("ab");
    expect(textOf([await ki.fdRead(pid, 4, 2)])).toBe("cd");
    expect(textOf([await ki.fdRead(pid, 9, 2)])).toBe("ef");
    ki.fdClose(pid, 4);
    expect(ki.fdDup(pid, 9)).toBe(4);
  });

  test("positional I/O leaves the cursor; a pipe has no positions", async () => {
    const { kernel, probe } = await bootProbe();
    const { ki, pid } = probe;
    await kernel.writeFile("/tmp/f", "hello, there");
    const fd = ki.fdOpen(pid, "/tmp/f", O_RDWR, 0);
    expect(textOf([await ki.fdPread(pid, fd, 5, 0n)])).toBe("hello");
    expect(await ki.fdPwrite(pid, fd, encode("world"), 7n)).toBe(5);
    expect(textOf([await ki.fdRead(pid, fd, 64)])).toBe("hello, world");
    const { readFd } = ki.pipe(pid);
    expect(() => ki.fdPread(pid, readFd, 10, 0n)).toThrow("ESPIPE");
    expect(() => ki.fdSeek(pid, readFd, 0n, SEEK_SET)).toThrow("ESPIPE");
  });

  test("fdStat tells the file type and the flags", async () => {
    const { probe } = await bootProbe();
    const { readFd } = probe.ki.pipe(probe.pid);
    expect(Object.keys(probe.ki.fdStat(probe.pid, readFd))).toEqual(
      expect.arrayContaining(["filetype", "flags", "rights"]),
    );
  });

  test("a closed descriptor throws a KernelError at once", async () => {
    const { probe } = await bootProbe();
    let error: unknown;
    try {
      void probe.ki.fdRead(probe.pid, 999, 1024);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ code: "EBADF", message: "EBADF: bad file descriptor" });
  });

  test("a driver acts only as a pid that it runs", async () => {
    const mine = new ProbeDriver("mine");
    const other = new ProbeDriver("other");
    const kernel = await bootKernel([mine, other]);
    const { ki, pid } = mine.start(kernel);
    const stranger = other.start(kernel);
    expect(() => ki.pipe(stranger.pid)).toThrow("EPERM");
    expect(() => ki.pipe(pid + 1_000)).toThrow("ESRCH");
  });
});

describe("KernelInterface: pipes", () => {
  test("data flows, and the end shows when the last writer has closed", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { readFd, writeFd } = ki.pipe(pid);
    const second = ki.fdDup(pid, writeFd);
    expect(ki.fdWrite(pid, writeFd, encode("data"))).toBe(4);
    expect(textOf([await ki.fdRead(pid, readFd, 2)])).toBe("da");
    expect(textOf([await ki.fdRead(pid, readFd, 100)])).toBe("ta");
    ki.fdClose(pid, writeFd);
    const waiting = ki.fdRead(pid, readFd, 100);
    expect(ki.fdWrite(pid, second, encode("more"))).toBe(4);
    expect(textOf([await waiting])).toBe("more");
    ki.fdClose(pid, second);
    expect(await ki.fdRead(pid, readFd, 100)).toHaveLength(0);
  });

  test("a full pipe takes what fits, then says EAGAIN; 64 KiB fit", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { readFd, writeFd } = ki.pipe(pid);
    expect(ki.fdWrite(pid, writeFd, new Uint8Array(100_000))).toBe(65_536);
    expect(() => ki.fdWrite(pid, writeFd, encode("x"))).toThrow("EAGAIN");
    expect(await ki.fdRead(pid, readFd, 4096)).toHaveLength(4096);
    expect(ki.fdWrite(pid, writeFd, new Uint8Array(4096))).toBe(4096);
  });

  test("wrong ends are EBADF", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { readFd, writeFd } = ki.pipe(pid);
    expect(() => ki.fdRead(pid, writeFd, 1)).toThrow("EBADF");
    expect(() => ki.fdWrite(pid, readFd, encode("x"))).toThrow("EBADF");
  });
});

describe("KernelInterface: processes", () => {
  test("spawn, then waitpid tells pid and status", async () => {
    const driver = new ProbeDriver();
    const kernel = await bootKernel([createWasmVmRuntime(), driver]);
    const { ki, pid } = driver.start(kernel);
    const child = ki.spawn("sh", ["-c", "exit 3"], { ppid: pid });
    const waited = await ki.waitpid(child.pid);
    expect(waited.pid).toBe(child.pid);
    expect(await child.wait()).toBe(3);
  });

  test("kill ends a child", async () => {
    const driver = new ProbeDriver();
    const kernel = await bootKernel([createWasmVmRuntime(), driver]);
    const { ki, pid } = driver.start(kernel);
    const child = ki.spawn("sleep", ["60"], { ppid: pid });
    ki.kill(child.pid, 15);
    expect(await child.wait()).toBe(143);
    expect(() => ki.kill(999_999, 15)).toThrow("ESRCH");
  });
});

describe("devices", () => {
  test.each([
    ["echo gone > /dev/null && cat /dev/null", ""],
    ["head -c 3 /dev/zero | tr '\\000' z", "zzz"],
    ["head -c 32 /dev/urandom | wc -c", "32\n"],
    ["echo in | cat /dev/stdin", "in\n"],
    ["echo out > /dev/stdout", "out\n"],
  ])("%s", async (command, stdout) => {
    const kernel = await bootKernel();
    expect(await kernel.exec(command)).toMatchObject({ exitCode: 0, stdout });
  });

  test("echo err > /dev/stderr", async () => {
    const kernel = await bootKernel();
    expect(await kernel.exec("echo err > /dev/stderr")).toMatchObject({
      stdout: "",
      stderr: "err\n",
    });
  });
});

describe("constants", () => {
  test.each([
    ["SIGINT", 2],
    ["SIGQUIT", 3],
    ["SIGKILL", 9],
    ["SIGTERM", 15],
    ["SIGCHLD", 17],
    ["SIGTSTP", 20],
    ["SIGWINCH", 28],
    ["O_RDONLY", 0],
    ["O_WRONLY", 1],
    ["O_RDWR", 2],
    ["O_CREAT", 0o100],
    ["O_EXCL", 0o200],
    ["O_TRUNC", 0o1000],
    ["O_APPEND", 0o2000],
    ["SEEK_SET", 0],
    ["SEEK_CUR", 1],
    ["SEEK_END", 2],
  ])("%s is Linux's %d", (name, value) => {
    expect(Object.entries(kernelEntry)).toContainEqual([name, value]);
  });
});
