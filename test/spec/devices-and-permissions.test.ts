// The page's tables "Device layer", "/dev/fd pseudo-directory", "Permission presets" and "Introspection", and
// known-behaviours' "Devices and /proc", row by row.

import {
  allowAll,
  allowAllChildProcess,
  allowAllEnv,
  allowAllFs,
  allowAllNetwork,
  type Kernel,
  KernelError,
  type KernelOptions,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  type PermissionRequest,
  type Permissions,
} from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, test } from "vitest";
import { bootKernel, textOf } from "../boot.js";
import { type Probe, ProbeDriver } from "../probe-driver.js";

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
const S_IFIFO = 0o010000;

async function bootProbe(
  options: Partial<KernelOptions> = {},
): Promise<{ probe: Probe; kernel: Kernel }> {
  const driver = new ProbeDriver();
  const kernel = await bootKernel([driver], options);
  return { probe: driver.start(kernel), kernel };
}

/** The code and text of what `call` throws. */
function failure(call: () => unknown): string {
  try {
    call();
    return "nothing thrown";
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(KernelError);
    return (thrown as KernelError).message;
  }
}

describe("device nodes", () => {
  test("/dev/null: reads are the end, writes are taken", async () => {
    const { probe } = await bootProbe();
    const fd = probe.ki.fdOpen(probe.pid, "/dev/null", O_RDWR);
    expect(await probe.ki.fdRead(probe.pid, fd, 10)).toHaveLength(0);
    expect(probe.ki.fdWrite(probe.pid, fd, new Uint8Array(5000))).toBe(5000);
  });

  test("/dev/zero: reads are zero bytes", async () => {
    const { probe } = await bootProbe();
    const fd = probe.ki.fdOpen(probe.pid, "/dev/zero", O_RDONLY);
    expect(await probe.ki.fdRead(probe.pid, fd, 4)).toEqual(new Uint8Array(4));
  });

  test("/dev/full: writes are ENOSPC", async () => {
    const { probe } = await bootProbe();
    const fd = probe.ki.fdOpen(probe.pid, "/dev/full", O_RDWR);
    expect(failure(() => probe.ki.fdWrite(probe.pid, fd, new Uint8Array(1)))).toMatch(/^ENOSPC/);
    expect(await probe.ki.fdRead(probe.pid, fd, 2)).toEqual(new Uint8Array(2));
  });

  test.each(["random", "urandom"])("/dev/%s: two reads differ", async (name) => {
    const { probe } = await bootProbe();
    const fd = probe.ki.fdOpen(probe.pid, `/dev/${name}`, O_RDONLY);
    const first = await probe.ki.fdRead(probe.pid, fd, 32);
    expect(await probe.ki.fdRead(probe.pid, fd, 32)).not.toEqual(first);
  });

  test.each([
    ["stdin", 0],
    ["stdout", 1],
    ["stderr", 2],
  ])("/dev/%s is descriptor %d of the calling process", async (name, fd) => {
    const { probe } = await bootProbe();
    const copy = probe.ki.fdOpen(probe.pid, `/dev/${name}`, fd === 0 ? O_RDONLY : O_WRONLY);
    expect(probe.ki.fdStat(probe.pid, copy)).toEqual(probe.ki.fdStat(probe.pid, fd));
  });

  test.each([
    ["null", 1, 3],
    ["zero", 1, 5],
    ["full", 1, 7],
    ["random", 1, 8],
    ["urandom", 1, 9],
  ])("/dev/%s has Linux's numbers %d, %d", async (name, major, minor) => {
    const { kernel } = await bootProbe();
    expect((await kernel.stat(`/dev/${name}`)).rdev).toBe(major * 256 + minor);
  });

  test("/dev lists them; /dev/shm holds files", async () => {
    const { kernel } = await bootProbe();
    const names = ["null", "zero", "full", "random", "urandom", "stdin", "stdout", "stderr"];
    expect(await kernel.readdir("/dev")).toEqual(expect.arrayContaining([...names, "fd", "shm"]));
    await kernel.writeFile("/dev/shm/x", "shared");
    expect(textOf([await kernel.readFile("/dev/shm/x")])).toBe("shared");
  });
});

describe("/dev/fd", () => {
  test("opening /dev/fd/N is dup(N): one cursor", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const fd = ki.fdOpen(pid, "/tmp/f", O_RDWR | O_CREAT);
    ki.fdWrite(pid, fd, new TextEncoder().encode("abc"));
    await ki.fdSeek(pid, fd, 0n, 0);
    const copy = ki.fdOpen(pid, `/dev/fd/${fd}`, O_RDONLY);
    await ki.fdRead(pid, copy, 2);
    expect(textOf([await ki.fdRead(pid, fd, 2)])).toBe("c");
  });

  test("devFdReadDir lists the open numbers, readDir of the VFS none", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const fd = ki.fdOpen(pid, "/dev/null", O_RDONLY);
    ki.fdDup2(pid, fd, 9);
    expect(ki.devFdReadDir(pid)).toEqual(["0", "1", "2", String(fd), "9"]);
    expect(await ki.vfs.readDir("/dev/fd")).toEqual([]);
    expect((await ki.vfs.stat("/dev/fd")).mode & S_IFMT).toBe(S_IFDIR);
  });

  test("devFdStat: the file's, for a pipe a made-up one", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const fd = ki.fdOpen(pid, "/tmp/f", O_RDWR | O_CREAT);
    ki.fdWrite(pid, fd, new Uint8Array(7));
    expect(await ki.devFdStat(pid, fd)).toMatchObject({ size: 7 });
    expect((await ki.devFdStat(pid, ki.pipe(pid).readFd)).mode & S_IFMT).toBe(S_IFIFO);
  });

  test("a closed number is EBADF, more rights than the description has EACCES", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { readFd } = ki.pipe(pid);
    expect(failure(() => ki.fdOpen(pid, "/dev/fd/99", O_RDONLY))).toMatch(/^EBADF/);
    expect(failure(() => ki.fdOpen(pid, `/dev/fd/${readFd}`, O_WRONLY))).toMatch(/^EACCES/);
  });
});

describe("/proc, as programs see it", () => {
  test.each([
    ["cat /proc/self/comm", "cat\n"],
    ["cat /proc/self/cmdline | tr '\\0' ,", "cat,/proc/self/cmdline,"],
    ["cd /tmp; readlink /proc/self/cwd", "/tmp\n"],
    ["readlink /proc/self/exe", "/bin/readlink\n"],
    ["cat /proc/self/maps", ""],
    ["A=b cat /proc/self/environ | tr '\\0' '\\n' | grep A=", "A=b\n"],
    ["echo in | cat /proc/self/fd/0", "in\n"],
    ["cat < /dev/null | readlink /proc/self/fd/0 | cut -d: -f1", "pipe\n"],
    ["readlink /proc/self/fd/0 < /dev/null", "/dev/null\n"],
    ["cat /proc/sys/kernel/hostname", "sandbox\n"],
    ["cut -d' ' -f3 /proc/version", "6.1.0\n"],
    ["grep -c processor /proc/cpuinfo", "1\n"],
    ["cut -d' ' -f1-3 /proc/loadavg", "0.00 0.00 0.00\n"],
    ["grep ' / ' /proc/mounts | cut -d' ' -f2", "/\n"],
    ["grep MemTotal /proc/meminfo | tr -s ' '", "MemTotal: 1048576 kB\n"],
    ["test -r /proc/self/status && echo ok", "ok\n"],
    ["test -d /proc/$$ && test ! -e /proc/1 && test ! -e /sys && echo ok", "ok\n"],
  ])("%s", async (command, stdout) => {
    const kernel = await bootKernel();
    expect(await kernel.exec(command)).toMatchObject({ stdout, stderr: "" });
  });

  test("the host application reads it too", async () => {
    const { kernel, probe } = await bootProbe({ env: { A: "b" } });
    expect(textOf([await kernel.readFile(`/proc/${probe.pid}/comm`)])).toBe("probe\n");
    expect(await kernel.readdir("/proc")).toContain(String(probe.pid));
  });
});

describe("permissions", () => {
  const sample: Permissions = {
    fs: allowAllFs,
    network: false,
    childProcess: allowAllChildProcess,
    env: (req) => ["HOME", "PATH"].includes(req.name),
  };

  test("the page's sample: files and children, no network, two variables", async () => {
    const options = { permissions: sample, env: { HOME: "/root", PATH: "/bin", SECRET: "x" } };
    const kernel = await bootKernel([createWasmVmRuntime()], options);
    const command = "echo x > /tmp/f; cat /tmp/f; env | sort";
    expect((await kernel.exec(command)).stdout).toBe("x\nHOME=/root\nPATH=/bin\n");
  });

  test("the presets are what allowAll is made of", () => {
    expect(allowAll).toEqual({
      fs: allowAllFs,
      network: allowAllNetwork,
      childProcess: allowAllChildProcess,
      env: allowAllEnv,
    });
  });

  test("fs: paths are resolved; the shell says what it is refused", async () => {
    const asked = new Set<string>();
    const fs = ({ op, path }: { op: string; path: string }): boolean => {
      asked.add(`${op} ${path}`);
      return !path.startsWith("/secret");
    };
    const options = { permissions: { ...allowAll, fs } };
    const kernel = await bootKernel([createWasmVmRuntime()], options);
    await kernel.writeFile("/secret/f", "secret");
    const { stdout, stderr } = await kernel.exec("ln -s /secret/f /tmp/l; cat /tmp/../tmp/l");
    expect(stdout).toBe("");
    expect(stderr).toMatch(/permission denied/i);
    expect([...asked]).toEqual(expect.arrayContaining(["symlink /tmp/l", "read /secret/f"]));
    expect(textOf([await kernel.readFile("/secret/f")])).toBe("secret");
  });

  test("childProcess: false keeps the shell to its builtins", async () => {
    const permissions = { ...allowAll, childProcess: false };
    const kernel = await bootKernel([createWasmVmRuntime()], { permissions });
    const { exitCode, stdout, stderr } = await kernel.exec("echo builtin; ls");
    expect({ exitCode, stdout }).toEqual({ exitCode: 126, stdout: "builtin\n" });
    expect(stderr).toMatch(/permission denied/i);
  });

  test("a driver's calls as a process are asked about; the reason is in the error's text", async () => {
    const fs = () => ({ allow: false, reason: "nothing for probes" });
    const { probe } = await bootProbe({ permissions: { ...allowAll, fs } });
    expect(failure(() => probe.ki.fdOpen(probe.pid, "/tmp", O_RDONLY))).toBe(
      "EACCES: permission denied, /tmp: nothing for probes",
    );
    expect(await probe.ki.vfs.readDir("/tmp")).toEqual([]);
  });

  test("a later answer: fdOpen is EAGAIN and names fdOpenAsync, which waits", async () => {
    const fs = async ({ path }: { path: string }) =>
      path === "/tmp" ? true : { allow: false, reason: "later no" };
    const { probe } = await bootProbe({ permissions: { ...allowAll, fs } });
    const { ki, pid } = probe;
    expect(failure(() => ki.fdOpen(pid, "/tmp", O_RDONLY))).toMatch(/^EAGAIN.*fdOpenAsync/);
    expect(await ki.fdOpenAsync(pid, "/tmp", O_RDONLY)).toBeGreaterThan(2);
    await expect(ki.fdOpenAsync(pid, "/home", O_RDONLY)).rejects.toThrow(
      "EACCES: permission denied, /home: later no",
    );
  });

  test("a later answer: programs just wait for it", async () => {
    const fs = async ({ path }: { path: string }): Promise<boolean> => path !== "/tmp/no";
    const childProcess = async ({ command }: { command: string }) =>
      command === "ls" ? { allow: false, reason: "no names" } : true;
    const options = { permissions: { ...allowAll, fs, childProcess } };
    const kernel = await bootKernel([createWasmVmRuntime()], options);
    const command = "echo yes > /tmp/yes; cat /tmp/yes; echo no > /tmp/no; ls; echo $?";
    const { stdout, stderr } = await kernel.exec(command);
    expect(stdout).toBe("yes\n126\n");
    expect(stderr).toContain("ls: permission denied: no names\n");
    expect(await kernel.exists("/tmp/no")).toBe(false);
  });

  test("onDenied hears of each refusal", async () => {
    const denied: string[] = [];
    const onDenied = (request: PermissionRequest, reason: string | undefined): void => {
      if (request.scope === "childProcess") denied.push(`${request.command}: ${reason}`);
    };
    const childProcess = () => ({ allow: false, reason: "no" });
    const options = { permissions: { ...allowAll, childProcess, onDenied } };
    const kernel = await bootKernel([createWasmVmRuntime()], options);
    await kernel.exec("ls");
    expect(denied).toContain("ls: no");
  });

  test("a rule that is none is EINVAL when the kernel is made", async () => {
    await expect(bootProbe({ permissions: { fs: "all" as never } })).rejects.toThrow(/^EINVAL/);
  });
});

describe("introspection", () => {
  test("dump() is JSON and shows nothing of environments and files", async () => {
    const { kernel, probe } = await bootProbe({ env: { SECRET: "s3cret" } });
    await kernel.writeFile("/tmp/f", "c0ntent");
    probe.ki.pipe(probe.pid);
    const text = JSON.stringify(kernel.dump());
    expect(JSON.parse(text)).toEqual(kernel.dump());
    expect(kernel.dump()).toMatchObject({ processes: [{ pid: probe.pid, command: "probe" }] });
    for (const word of ["s3cret", "c0ntent"]) expect(text).not.toContain(word);
  });
});
