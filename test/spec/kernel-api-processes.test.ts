// The page "Kernel API reference", the rows about processes: KernelInterface (operations, groups and
// sessions), ProcessContext, DriverProcess, ManagedProcess, introspection, KernelError; and "Processes and
// signals" of known-behaviours as a driver in process sees it.

import { defaultLimits, KernelError, type KernelErrorCode } from "secure-exec/kernel";
import { describe, expect, test } from "vitest";
import { bootKernel } from "../boot.js";
import { ProbeDriver } from "../probe-driver.js";

async function boot() {
  const driver = new ProbeDriver();
  const other = new ProbeDriver("other");
  const kernel = await bootKernel([driver, other]);
  return { kernel, driver, other, parent: driver.start(kernel) };
}

function codeOf(call: () => unknown): string {
  try {
    call();
    return "ok";
  } catch (thrown) {
    return thrown instanceof KernelError ? thrown.code : String(thrown);
  }
}

describe("process operations", () => {
  test("ki.spawn: ppid, env, cwd and output; ki.waitpid tells pid and status", async () => {
    const { kernel, driver, parent } = await boot();
    await kernel.mkdir("/app");
    const out: string[] = [];
    const child = parent.ki.spawn("probe", [], {
      ppid: parent.pid,
      env: { A: "1" },
      cwd: "/app",
      onStdout: (data) => void out.push(new TextDecoder().decode(data)),
    });
    const probe = driver.last;
    expect(probe.context).toMatchObject({ pid: child.pid, ppid: parent.pid, cwd: "/app" });
    expect(probe.context.env.A).toBe("1");
    probe.driverProcess.onStdout?.(new TextEncoder().encode("out"));
    probe.exit(3);
    expect(await parent.ki.waitpid(child.pid)).toMatchObject({ pid: child.pid, status: 3 });
    expect(out).toEqual(["out"]);
  });

  test("ki.kill: a process, a group, nobody, the kernel", async () => {
    const { driver, parent } = await boot();
    const child = parent.ki.spawn("probe", [], { ppid: parent.pid });
    const probe = driver.last;
    parent.ki.setpgid(child.pid, child.pid);
    parent.ki.kill(-child.pid, 2);
    expect(probe.calls).toContain("kill 2");
    expect(parent.calls).not.toContain("kill 2");
    expect(await parent.ki.waitpid(child.pid)).toMatchObject({ status: 130, waitStatus: 2 });
    expect(codeOf(() => parent.ki.kill(child.pid, 15))).toBe("ESRCH");
    expect(codeOf(() => parent.ki.kill(-child.pid, 15))).toBe("ESRCH");
    expect(codeOf(() => parent.ki.kill(1, 15))).toBe("EPERM");
    expect(codeOf(() => parent.ki.kill(parent.pid, 65))).toBe("EINVAL");
    expect(codeOf(() => parent.ki.kill(parent.pid, 0))).toBe("ok");
  });

  test("ki.kill is called on the driver only for signals whose default action ends a process", async () => {
    const { parent } = await boot();
    for (const signal of [17, 18, 23, 28]) parent.ki.kill(parent.pid, signal);
    expect(parent.calls.filter((call) => call.startsWith("kill"))).toEqual([]);
    parent.ki.kill(parent.pid, 64);
    expect(parent.calls).toContain("kill 64");
  });

  test("an orphan's status goes to nobody: ECHILD", async () => {
    const { driver, parent } = await boot();
    const child = parent.ki.spawn("probe", [], { ppid: parent.pid });
    const orphan = driver.last;
    parent.exit(0);
    await parent.managed.wait();
    expect(orphan.context.ppid).toBe(parent.pid);
    expect(() => parent.ki.waitpid(child.pid)).toThrow(KernelError);
    orphan.exit(0);
  });

  test("a waiting read is rejected: EINTR at a signal that the driver gets", async () => {
    const { parent } = await boot();
    const { readFd } = parent.ki.pipe(parent.pid);
    parent.driverProcess.onSignal = () => true;
    const reading = parent.ki.fdRead(parent.pid, readFd, 1);
    const rejected = expect(reading).rejects.toMatchObject({ code: "EINTR" });
    parent.ki.kill(parent.pid, 28);
    await rejected;
    parent.driverProcess.onSignal = () => false;
    const again = parent.ki.fdRead(parent.pid, readFd, 1);
    parent.ki.kill(parent.pid, 28);
    const { writeFd } = parent.ki.pipe(parent.pid);
    parent.ki.fdClose(parent.pid, writeFd);
    const closed = expect(again).rejects.toMatchObject({ code: "EBADF" });
    parent.ki.fdClose(parent.pid, readFd);
    await closed;
  });
});

describe("groups and sessions", () => {
  test("a child has its parent's group and session; the host's processes have their own", async () => {
    const { kernel, driver, parent } = await boot();
    const { ki, pid } = parent;
    const child = ki.spawn("probe", [], { ppid: pid });
    expect([ki.getpgid(pid), ki.getsid(pid)]).toEqual([pid, pid]);
    expect([ki.getpgid(child.pid), ki.getsid(child.pid)]).toEqual([pid, pid]);
    const stranger = driver.start(kernel);
    expect(ki.getsid(stranger.pid)).toBe(stranger.pid);
  });

  test("setpgid: a group of its own, an existing one; others are EPERM", async () => {
    const { kernel, driver, parent } = await boot();
    const { ki, pid } = parent;
    const [first, second] = [1, 2].map(() => ki.spawn("probe", [], { ppid: pid }));
    if (!first || !second) throw new Error("two were spawned");
    ki.setpgid(first.pid, 0);
    ki.setpgid(second.pid, first.pid);
    expect([ki.getpgid(first.pid), ki.getpgid(second.pid)]).toEqual([first.pid, first.pid]);
    expect(codeOf(() => ki.setpgid(second.pid, 4711))).toBe("EPERM");
    expect(codeOf(() => ki.setpgid(second.pid, driver.start(kernel).pid))).toBe("EPERM");
    expect(codeOf(() => ki.setpgid(second.pid, -1))).toBe("EINVAL");
    expect(codeOf(() => ki.getpgid(4711))).toBe("ESRCH");
  });

  test("setsid: a new session, once; EPERM for a group leader", async () => {
    const { parent } = await boot();
    const { ki, pid } = parent;
    const child = ki.spawn("probe", [], { ppid: pid });
    expect(ki.setsid(child.pid)).toBe(child.pid);
    expect([ki.getsid(child.pid), ki.getpgid(child.pid)]).toEqual([child.pid, child.pid]);
    expect(codeOf(() => ki.setsid(child.pid))).toBe("EPERM");
    expect(codeOf(() => ki.setsid(pid))).toBe("EPERM");
  });

  test("are a driver's own affair: acting as another driver's process is EPERM", async () => {
    const { kernel, other, parent } = await boot();
    const stranger = other.start(kernel);
    expect(codeOf(() => parent.ki.setsid(stranger.pid))).toBe("EPERM");
    expect(codeOf(() => parent.ki.setpgid(stranger.pid, 0))).toBe("EPERM");
    expect(codeOf(() => parent.ki.kill(stranger.pid, 9))).toBe("EPERM");
    expect(codeOf(() => parent.ki.spawn("probe", [], { ppid: stranger.pid }))).toBe("EPERM");
  });
});

describe("ManagedProcess and introspection", () => {
  test("pids start at 2 and are never used again", async () => {
    const { kernel, driver, parent } = await boot();
    expect(parent.pid).toBe(2);
    parent.exit(0);
    await parent.managed.wait();
    expect(driver.start(kernel).pid).toBe(3);
  });

  test("kernel.processes shows every process: running, stopped, exited until it is waited for", async () => {
    const { kernel, driver, parent } = await boot();
    const child = parent.ki.spawn("probe", ["-x"], { ppid: parent.pid });
    const shown = () => kernel.processes.get(child.pid);
    expect(shown()).toMatchObject({
      pid: child.pid,
      ppid: parent.pid,
      command: "probe",
      args: ["-x"],
      driver: "probe-driver",
      cwd: "/",
      status: "running",
    });
    child.kill(19);
    expect(shown()?.status).toBe("stopped");
    child.kill(18);
    driver.last.exit(4);
    await parent.ki.waitpid(child.pid).then(({ status }) => expect(status).toBe(4));
    expect(shown()).toBe(undefined);
  });

  test("kill: SIGTERM by default, any signal, EINVAL for none, nothing for who has ended", async () => {
    const { parent } = await boot();
    expect(codeOf(() => parent.managed.kill(65))).toBe("EINVAL");
    parent.managed.kill();
    expect(parent.calls).toContain("kill 15");
    expect(await parent.managed.wait()).toBe(143);
    expect(parent.managed.exitCode).toBe(143);
    expect(codeOf(() => parent.managed.kill(9))).toBe("ok");
  });

  test("writeStdin and closeStdin reach the driver, stopped or not in order", async () => {
    const { parent } = await boot();
    parent.managed.kill(19);
    void parent.managed.writeStdin("a");
    parent.managed.closeStdin();
    parent.managed.kill(18);
    await expect.poll(() => parent.calls).toEqual(["writeStdin a", "closeStdin"]);
  });
});

describe("environment", () => {
  test("has the user's HOME, USER, LOGNAME and SHELL, and a PATH", async () => {
    const { parent } = await boot();
    expect(parent.context.env).toMatchObject({
      HOME: "/root",
      USER: "root",
      LOGNAME: "root",
      SHELL: "/bin/sh",
    });
    expect(parent.context.env.PATH).toContain("/bin");
  });
});

describe("limits", () => {
  test("256 processes and 64 generations by default", () => {
    expect(defaultLimits).toMatchObject({ processes: 256, spawnDepth: 64, timers: 10_000 });
  });

  test("maxProcesses is EAGAIN", async () => {
    const driver = new ProbeDriver();
    const kernel = await bootKernel([driver], { limits: { processes: 2 } });
    driver.start(kernel);
    driver.start(kernel);
    expect(codeOf(() => kernel.spawn("probe", []))).toBe("EAGAIN");
  });
});

describe("KernelError", () => {
  const codes =
    "EACCES EBADF EEXIST EINVAL EIO EISDIR ENOENT ENOSYS ENOTEMPTY ENOTDIR EPERM EPIPE ESPIPE ESRCH " +
    "ETIMEDOUT EADDRINUSE EAGAIN ECHILD ECONNREFUSED ECONNRESET EFBIG EINPROGRESS EINTR EISCONN ELOOP " +
    "EMFILE EMSGSIZE ENAMETOOLONG ENFILE ENOSPC ENOTCONN ENOTSOCK ENOTTY ENXIO EOVERFLOW ERANGE EROFS " +
    "ETXTBSY EXDEV E2BIG";

  test.each(codes.split(" "))("%s has its code and a text that begins with it", (code) => {
    const error = new KernelError(code as KernelErrorCode);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code]).toEqual(["KernelError", code]);
    expect(error.message).toMatch(new RegExp(`^${code}: [a-z]`));
  });

  test("EBADF: bad file descriptor", async () => {
    const { parent } = await boot();
    expect(() => parent.ki.fdRead(parent.pid, 999, 1024)).toThrow("EBADF: bad file descriptor");
  });
});
