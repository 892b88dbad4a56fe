// The page's PTY, termios, openShell and ShellHandle rows.

import * as kernelEntry from "secure-exec/kernel";
import {
  defaultTermios,
  KernelError,
  O_NOCTTY,
  O_RDWR,
  SIGINT,
  SIGWINCH,
} from "secure-exec/kernel";
import { describe, expect, test } from "vitest";
import { bootKernel, textOf } from "../boot.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { type Probe, ProbeDriver } from "../probe-driver.js";
import { readSamples, runSample } from "./samples.js";

const sample = readSamples("terminals");
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const S_IFMT = 0o170000;
const S_IFCHR = 0o020000;

/** Probes that read their descriptors themselves. */
class DescriptorProbes extends ProbeDriver {
  readonly stdio = "descriptors";
}

async function bootProbe(): Promise<{ probe: Probe; kernel: kernelEntry.Kernel }> {
  const driver = new ProbeDriver();
  const kernel = await bootKernel([driver]);
  return { probe: driver.start(kernel), kernel };
}

/** The code of what `call` throws. */
function codeOf(call: () => unknown): string {
  try {
    call();
    return "nothing thrown";
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(KernelError);
    return (thrown as KernelError).code;
  }
}

describe("KernelInterface: PTY operations", () => {
  test("the page's sample: openpty, isatty, ptySetDiscipline, ptySetForegroundPgid", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { readFd: pipeFd } = ki.pipe(pid);
    const scope = { ki, pid, pipeFd, pgid: ki.getpgid(pid) };
    const names = ["masterFd", "slaveFd", "path"];
    const { masterFd, slaveFd, path } = await runSample(sample("pty"), scope, names);
    expect(path).toBe("/dev/pts/0");
    expect(ki.isatty(pid, slaveFd as number)).toBe(true);
    expect(ki.isatty(pid, masterFd as number)).toBe(false);
    expect(ki.isatty(pid, pipeFd)).toBe(false);
    expect(ki.tcgetpgrp(pid, slaveFd as number)).toBe(scope.pgid);
  });

  test("data flows both ways: input through the line discipline, output processed", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { masterFd, slaveFd } = ki.openpty(pid);
    expect(ki.fdWrite(pid, masterFd, encode("helo\x7flo\n"))).toBe(8);
    expect(textOf([await ki.fdRead(pid, slaveFd, 100)])).toBe("hello\n");
    expect(textOf([await ki.fdRead(pid, masterFd, 100)])).toBe("helo\b \blo\r\n");
    expect(ki.fdWrite(pid, slaveFd, encode("out\n"))).toBe(4);
    expect(textOf([await ki.fdRead(pid, masterFd, 100)])).toBe("out\r\n");
  });

  test("the slave has a name: /dev/pts/N is a character device while the master is open", async () => {
    const { probe, kernel } = await bootProbe();
    const { ki, pid } = probe;
    const { masterFd, slaveFd, path } = ki.openpty(pid);
    expect(ki.openpty(pid).path).toBe("/dev/pts/1");
    expect((await kernel.stat(path)).mode & S_IFMT).toBe(S_IFCHR);
    expect(await kernel.readdir("/dev/pts")).toEqual([]);
    const again = ki.fdOpen(pid, path, O_RDWR | O_NOCTTY);
    expect(ki.isatty(pid, again)).toBe(true);
    ki.fdWrite(pid, masterFd, encode("line\n"));
    expect(textOf([await ki.fdRead(pid, again, 100)])).toBe("line\n");
    for (const fd of [masterFd, slaveFd, again]) ki.fdClose(pid, fd);
    expect(await kernel.exists(path)).toBe(false);
    expect(codeOf(() => ki.fdOpen(pid, path, O_RDWR))).toBe("ENOENT");
  });

  test("/dev/ptmx makes a terminal, /dev/tty is the controlling one", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    expect(codeOf(() => ki.fdOpen(pid, "/dev/tty", O_RDWR))).toBe("ENXIO");
    const master = ki.fdOpen(pid, "/dev/ptmx", O_RDWR);
    // A session leader without a terminal gets the first that it opens.
    const slave = ki.fdOpen(pid, "/dev/pts/0", O_RDWR);
    expect(ki.tcgetpgrp(pid, slave)).toBe(ki.getpgid(pid));
    const tty = ki.fdOpen(pid, "/dev/tty", O_RDWR);
    ki.fdWrite(pid, tty, encode("x"));
    expect(textOf([await ki.fdRead(pid, master, 100)])).toBe("x");
  });

  test("fdStat: a character device, readable and writable; no positions: ESPIPE", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { masterFd, slaveFd } = ki.openpty(pid);
    for (const fd of [masterFd, slaveFd]) {
      expect(ki.fdStat(pid, fd)).toEqual({ filetype: S_IFCHR, flags: O_RDWR, rights: O_RDWR });
      expect(codeOf(() => ki.fdPread(pid, fd, 1, 0n))).toBe("ESPIPE");
      expect(codeOf(() => ki.fdSeek(pid, fd, 0n, 0))).toBe("ESPIPE");
      expect((await ki.devFdStat(pid, fd)).mode & S_IFMT).toBe(S_IFCHR);
    }
  });

  test("^C goes to the foreground group", async () => {
    const driver = new ProbeDriver();
    const kernel = await bootKernel([driver]);
    const { ki, pid } = driver.start(kernel);
    const child = driver.start(kernel, { ppid: pid });
    ki.setpgid(child.pid, child.pid);
    const { masterFd, slaveFd } = ki.openpty(pid);
    ki.ptySetForegroundPgid(pid, slaveFd, child.pid);
    ki.fdWrite(pid, masterFd, encode("\x03"));
    expect(await child.managed.wait()).toBe(128 + SIGINT);
    expect(codeOf(() => ki.ptySetForegroundPgid(pid, slaveFd, 9999))).toBe("ESRCH");
  });

  test("the limit of terminals is ENOSPC, and a closed one makes room", async () => {
    const driver = new ProbeDriver();
    const kernel = await bootKernel([driver], { limits: { terminals: 2 } });
    const { ki, pid } = driver.start(kernel);
    ki.openpty(pid);
    const { masterFd, slaveFd } = ki.openpty(pid);
    expect(codeOf(() => ki.openpty(pid))).toBe("ENOSPC");
    ki.fdClose(pid, masterFd);
    ki.fdClose(pid, slaveFd);
    expect(ki.openpty(pid).path).toBe("/dev/pts/1");
  });

  test("hangup: a read that waits rejects with EIO, later ones find the end, writes EIO", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { masterFd, slaveFd } = ki.openpty(pid);
    const waiting = ki.fdRead(pid, slaveFd, 10);
    ki.fdClose(pid, masterFd);
    await expect(waiting).rejects.toMatchObject({ code: "EIO" });
    expect(await ki.fdRead(pid, slaveFd, 10)).toHaveLength(0);
    expect(codeOf(() => ki.fdWrite(pid, slaveFd, encode("x")))).toBe("EIO");
    expect(codeOf(() => ki.tcgetattr(pid, slaveFd))).toBe("EIO");
  });

  test("the slave's last close is EIO for the master, until it is opened again", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { masterFd, slaveFd, path } = ki.openpty(pid);
    ki.fdWrite(pid, slaveFd, encode("last"));
    ki.fdClose(pid, slaveFd);
    expect(textOf([await ki.fdRead(pid, masterFd, 10)])).toBe("last");
    expect(codeOf(() => ki.fdRead(pid, masterFd, 10))).toBe("EIO");
    const again = ki.fdOpen(pid, path, O_RDWR | O_NOCTTY);
    const waiting = ki.fdRead(pid, masterFd, 10);
    ki.fdWrite(pid, again, encode("more"));
    expect(textOf([await waiting])).toBe("more");
  });

  test("64 KiB fit each way; then writers are told EAGAIN, or wait", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { masterFd, slaveFd } = ki.openpty(pid);
    ki.tcsetattr(pid, slaveFd, { icanon: false, echo: false, opost: false });
    const much = new Uint8Array(200_000).fill(0x61);
    expect(ki.fdWrite(pid, slaveFd, much)).toBe(65_536);
    expect(codeOf(() => ki.fdWrite(pid, slaveFd, much))).toBe("EAGAIN");
    // The line discipline's own queue holds another 4095 bytes of input.
    expect(ki.fdWrite(pid, masterFd, much)).toBe(65_536);
    expect(ki.fdWrite(pid, masterFd, much)).toBe(4095);
    expect(codeOf(() => ki.fdWrite(pid, masterFd, much))).toBe("EAGAIN");
    const all = ki.fdWriteAsync(pid, slaveFd, much);
    let seen = 0;
    while (seen < 65_536 + much.length) seen += (await ki.fdRead(pid, masterFd, 70_000)).length;
    expect(await all).toBe(much.length);
  });
});

describe("KernelInterface: termios operations", () => {
  test("the page's sample: tcgetattr, tcsetattr, tcsetpgrp, tcgetpgrp", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { slaveFd } = ki.openpty(pid);
    const scope = { ki, pid, slaveFd, pgid: ki.getpgid(pid) };
    const { termios, fgPgid } = await runSample(sample("termios"), scope, ["termios", "fgPgid"]);
    expect(termios).toMatchObject({ icanon: true, echo: true, isig: true, cc: { vintr: 0x03 } });
    expect(fgPgid).toBe(scope.pgid);
    expect(ki.tcgetattr(pid, slaveFd)).toMatchObject({ icanon: false, echo: false, isig: false });
  });

  test("tcgetattr answers a deep copy", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { slaveFd } = ki.openpty(pid);
    const termios = ki.tcgetattr(pid, slaveFd);
    termios.echo = false;
    termios.cc.vintr = 0x18;
    expect(ki.tcgetattr(pid, slaveFd)).toEqual(defaultTermios());
  });

  test("tcsetattr: what is left out stays, down to the control characters; nonsense is EINVAL", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { slaveFd } = ki.openpty(pid);
    ki.tcsetattr(pid, slaveFd, { echo: false, cc: { vintr: 0x18 } });
    const expected = defaultTermios();
    expected.echo = false;
    expected.cc.vintr = 0x18;
    expect(ki.tcgetattr(pid, slaveFd)).toEqual(expected);
    for (const wrong of [{ echo: 1 }, { cc: { vintr: 256 } }, { cc: 3 }, null, "raw"]) {
      expect(codeOf(() => ki.tcsetattr(pid, slaveFd, wrong as never))).toBe("EINVAL");
    }
    expect(ki.tcgetattr(pid, slaveFd)).toEqual(expected);
  });

  test("on what is no terminal all of them are ENOTTY, on what is not open EBADF", async () => {
    const { probe } = await bootProbe();
    const { ki, pid } = probe;
    const { readFd } = ki.pipe(pid);
    for (const [fd, code] of [
      [readFd, "ENOTTY"],
      [99, "EBADF"],
    ] as const) {
      expect(codeOf(() => ki.tcgetattr(pid, fd))).toBe(code);
      expect(codeOf(() => ki.tcsetattr(pid, fd, { echo: false }))).toBe(code);
      expect(codeOf(() => ki.tcgetpgrp(pid, fd))).toBe(code);
      expect(codeOf(() => ki.tcsetpgrp(pid, fd, 1))).toBe(code);
      expect(codeOf(() => ki.ptySetDiscipline(pid, fd, { echo: true }))).toBe(code);
      expect(codeOf(() => ki.ptySetForegroundPgid(pid, fd, 1))).toBe(code);
    }
    expect(codeOf(() => ki.isatty(pid, 99))).toBe("EBADF");
  });

  test("defaultTermios as on the page", async () => {
    const { termios } = await runSample(sample("default-termios"), {}, ["termios"]);
    expect(termios).toMatchObject({
      icanon: true,
      echo: true,
      isig: true,
      cc: { vintr: 0x03, vquit: 0x1c, vsusp: 0x1a, veof: 0x04, verase: 0x7f },
    });
    expect(kernelEntry.defaultTermios()).not.toBe(kernelEntry.defaultTermios());
  });
});

/** A program on a terminal that the test drives. */
async function bootProgram(): Promise<{
  kernel: kernelEntry.Kernel;
  open: (options?: kernelEntry.OpenShellOptions) => {
    shell: kernelEntry.ShellHandle;
    program: Omit<Probe, "managed">;
  };
}> {
  const driver = new DescriptorProbes("program");
  const kernel = await bootKernel([driver]);
  return {
    kernel,
    open(options = {}) {
      const shell = kernel.openShell({ command: "program", ...options });
      return { shell, program: driver.adopt(shell.pid) };
    },
  };
}

describe("kernel.openShell", () => {
  test("the program leads a session with the terminal, in the foreground, on 0, 1 and 2", async () => {
    const { open, kernel } = await bootProgram();
    const { program } = open();
    const { ki, pid } = program;
    for (const fd of [0, 1, 2]) expect(ki.isatty(pid, fd)).toBe(true);
    expect(ki.getsid(pid)).toBe(pid);
    expect(ki.tcgetpgrp(pid, 0)).toBe(pid);
    expect(program.context.env).toMatchObject({ TERM: "xterm-256color", HOME: "/root" });
    expect(program.context.cwd).toBe("/");
    expect(kernel.processes.get(pid)?.command).toBe("program");
  });

  test("args, env and cwd are the program's", async () => {
    const { open, kernel } = await bootProgram();
    await kernel.mkdir("/there");
    const { program } = open({ args: ["-x", "y"], env: { TERM: "dumb", A: "b" }, cwd: "/there" });
    expect(program.context).toMatchObject({ cwd: "/there", env: { TERM: "dumb", A: "b" } });
    expect(kernel.processes.get(program.pid)?.args).toEqual(["-x", "y"]);
  });

  test.each([
    [{ cols: 0 }, "cols"],
    [{ rows: 65_536 }, "rows"],
    [{ cols: 80.5 }, "cols"],
    [{ args: "x" }, "args"],
    [{ command: "" }, "command"],
    [{ env: { A: 1 } }, "env"],
    [{ cwd: 3 }, "cwd"],
  ])("%o is EINVAL and names it", async (options, name) => {
    const { kernel } = await bootProgram();
    const open = () => kernel.openShell({ command: "program", ...options } as never);
    expect(codeOf(open)).toBe("EINVAL");
    expect(open).toThrow(name);
    expect(kernel.processes.size).toBe(0);
  });

  test("a shell that is missing is ENOENT, with what to mount; no terminal is left", async () => {
    const { kernel } = await bootProgram();
    expect(() => kernel.openShell()).toThrow(/ENOENT.*sh: command not found.*createWasmVmRuntime/);
    expect(() => kernel.openShell({ command: "zsh" })).toThrow(/ENOENT.*zsh: command not found/);
    expect(kernel.dump()).toMatchObject({ terminals: [] });
  });

  test("what is typed is echoed and read; what is printed is delivered", async () => {
    const { open } = await bootProgram();
    const { shell, program } = open();
    const shown: Uint8Array[] = [];
    shell.onData = (data) => void shown.push(data);
    await shell.write("hi\r");
    expect(textOf([await program.ki.fdRead(program.pid, 0, 100)])).toBe("hi\n");
    program.ki.fdWrite(program.pid, 1, encode("out\n"));
    program.exit(3);
    expect(await shell.wait()).toBe(3);
    expect(textOf(shown)).toBe("hi\r\nout\r\n");
  });

  test("onData set late gets what was printed until then; wait() resolves after it is delivered", async () => {
    const { open } = await bootProgram();
    const { shell, program } = open();
    program.ki.fdWrite(program.pid, 1, encode("early"));
    const shown: Uint8Array[] = [];
    shell.onData = (data) => void shown.push(data);
    expect(textOf(shown)).toBe("early");
    let release: () => void = () => {};
    shell.onData = (data) => {
      shown.push(data);
      return new Promise((resolve) => {
        release = resolve;
      });
    };
    program.ki.fdWrite(program.pid, 1, encode(" one"));
    program.ki.fdWrite(program.pid, 1, encode(" two"));
    program.exit(0);
    let isOver = false;
    const over = shell.wait().then(() => {
      isOver = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(textOf(shown)).toBe("early one");
    expect(isOver).toBe(false);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(textOf(shown)).toBe("early one two");
    expect(isOver).toBe(false);
    release();
    await over;
  });

  test("a promise of onData holds programs back: 64 KiB wait in the terminal", async () => {
    const { open } = await bootProgram();
    const { shell, program } = open();
    const { ki, pid } = program;
    shell.onData = () => new Promise(() => {});
    ki.tcsetattr(pid, 1, { opost: false });
    ki.fdWrite(pid, 1, encode("x"));
    expect(ki.fdWrite(pid, 1, new Uint8Array(200_000))).toBe(65_536);
    expect(codeOf(() => ki.fdWrite(pid, 1, encode("x")))).toBe("EAGAIN");
    shell.onData = null;
  });

  test("resize stores the size; SIGWINCH goes to the foreground group, once a change", async () => {
    const { open } = await bootProgram();
    const { shell, program } = open({ cols: 100, rows: 30 });
    const signals: number[] = [];
    program.driverProcess.onSignal = (signal) => signals.push(signal) > 0;
    shell.resize(100, 30);
    expect(signals).toEqual([]);
    shell.resize(120, 40);
    shell.resize(120, 40);
    expect(signals).toEqual([SIGWINCH]);
    expect(codeOf(() => shell.resize(0, 40))).toBe("EINVAL");
  });

  test("kill: SIGTERM unless another signal is given; wait tells of it", async () => {
    const { open } = await bootProgram();
    const first = open();
    first.shell.kill();
    expect(await first.shell.wait()).toBe(143);
    first.shell.kill();
    const second = open();
    second.shell.kill(9);
    expect(await second.shell.wait()).toBe(137);
    expect(codeOf(() => second.shell.kill(99))).toBe("EINVAL");
  });

  test("^C ends a program that does not care, ^D is the end of its input", async () => {
    const { open } = await bootProgram();
    const first = open();
    const reading = first.program.ki.fdRead(first.program.pid, 0, 10);
    await first.shell.write("\x04");
    expect(await reading).toHaveLength(0);
    await first.shell.write("\x03");
    expect(await first.shell.wait()).toBe(130);
  });

  test("at its end the terminal is gone; typing rejects with EPIPE", async () => {
    const { open, kernel } = await bootProgram();
    const { shell, program } = open();
    program.exit(0);
    await shell.wait();
    expect(kernel.dump()).toMatchObject({ terminals: [], processes: [] });
    await expect(shell.write("x")).rejects.toMatchObject({ code: "EPIPE" });
  });

  test("a callback driver gets typed lines by writeStdin, and its output is shown", async () => {
    const { process: idle, exit } = idleProcess();
    const lines: string[] = [];
    idle.writeStdin = (data) => {
      lines.push(Buffer.from(data).toString());
      idle.onStdout?.(encode("got it\n"));
      exit(0);
    };
    const kernel = await bootKernel([driverOf("lines", () => idle)]);
    const shell = kernel.openShell({ command: "lines" });
    const shown: Uint8Array[] = [];
    shell.onData = (data) => void shown.push(data);
    shell.write("a line\n");
    expect(await shell.wait()).toBe(0);
    expect(lines).toEqual(["a line\n"]);
    expect(textOf(shown)).toBe("a line\r\ngot it\r\n");
  });

  test("dispose ends a shell", async () => {
    const { open, kernel } = await bootProgram();
    const { shell } = open();
    const code = shell.wait();
    await kernel.dispose();
    expect(await code).toBe(143);
    expect(() => kernel.openShell({ command: "program" })).toThrow("disposed");
  });
});

describe("the shell on a terminal", () => {
  test("the page's sample: openShell, onData, write, resize", async () => {
    const kernel = await bootKernel();
    const shown: Uint8Array[] = [];
    const process = { stdout: { write: (data: Uint8Array) => void shown.push(data) } };
    // The sample waits for a shell that nobody ends: the terminal's end of input ends it.
    const opened: kernelEntry.ShellHandle[] = [];
    const held = {
      openShell: (options: kernelEntry.OpenShellOptions) => {
        const shell = kernel.openShell(options);
        opened.push(shell);
        setImmediate(() => shell.write("exit 7\n"));
        return shell;
      },
    };
    const { exitCode } = await runSample(sample("open-shell"), { kernel: held, process }, [
      "exitCode",
    ]);
    expect(exitCode).toBe(7);
    expect(opened).toHaveLength(1);
    expect(textOf(shown)).toContain("hello\r\n");
  });

  test("runs lines as they are typed, reads from /dev/tty, ends at ^D", async () => {
    const kernel = await bootKernel();
    const shell = kernel.openShell();
    const shown: Uint8Array[] = [];
    shell.onData = (data) => void shown.push(data);
    shell.write("echo one-$((1+1)); [ -t 0 ] && echo termi''nal\n");
    shell.write("[ -t 1 ] < /dev/null && echo thr''ee > /dev/tty\n");
    shell.write("\x04");
    expect(await shell.wait()).toBe(0);
    const text = textOf(shown);
    expect(text).toContain("one-2\r\n");
    expect(text).toContain("terminal\r\n");
    expect(text).toContain("three\r\n");
  });

  test("^C ends a command that waits in the foreground", async () => {
    const kernel = await bootKernel();
    const shell = kernel.openShell({ command: "cat" });
    shell.onData = () => {};
    await shell.write("line\n");
    await shell.write("\x03");
    expect(await shell.wait()).toBe(130);
  });

  test("an unread flood of output ends with its program", async () => {
    const kernel = await bootKernel();
    const shell = kernel.openShell({ command: "seq", args: ["1", "100000"] });
    let bytes = 0;
    shell.onData = async (data) => {
      bytes += data.length;
      await new Promise((resolve) => setImmediate(resolve));
    };
    expect(await shell.wait()).toBe(0);
    // 588,895 bytes, and a CR for each line.
    expect(bytes).toBe(588_895 + 100_000);
  });
});

/** A terminal to connect to, whose person types `keys`, and what it has shown. */
function personTyping(keys: string): {
  terminal: kernelEntry.HostTerminal;
  shown: Uint8Array[];
  calls: string[];
} {
  const shown: Uint8Array[] = [];
  const calls: string[] = [];
  const terminal: kernelEntry.HostTerminal = {
    size: () => ({ cols: 132, rows: 50 }),
    open(user) {
      calls.push("open");
      queueMicrotask(() => void user.input(encode(keys)));
      return { write: (data) => void shown.push(data), close: () => void calls.push("close") };
    },
  };
  return { terminal, shown, calls };
}

describe("kernel.connectTerminal", () => {
  test("the page's sample: an interactive shell; its exit code", async () => {
    const kernel = await bootKernel();
    const { terminal, shown, calls } = personTyping("echo on-$((6*7)); exit 5\r");
    const codes: number[] = [];
    const scope = {
      kernel: { connectTerminal: () => kernel.connectTerminal({ terminal }) },
      process: { exit: (code: number) => void codes.push(code) },
    };
    await runSample(sample("connect-terminal"), scope);
    expect(codes).toEqual([5]);
    expect(textOf(shown)).toContain("on-42\r\n");
    expect(calls).toEqual(["open", "close"]);
  });

  test("the page's sample with options: onData gets the output in the terminal's place", async () => {
    const seen: string[][] = [];
    const { process: idle, exit } = idleProcess();
    idle.writeStdin = () => {
      idle.onStdout?.(encode("prompt> "));
      exit(0);
    };
    const node = driverOf("node", (_command, args) => {
      seen.push(args);
      return idle;
    });
    const kernel = await bootKernel([node]);
    const { terminal, shown } = personTyping("1+1\r");
    const output: Uint8Array[] = [];
    const scope = {
      kernel: {
        connectTerminal: (options: kernelEntry.ConnectTerminalOptions) =>
          kernel.connectTerminal({ ...options, terminal }),
      },
      myTerminal: { write: (data: Uint8Array) => void output.push(data) },
    };
    const { exitCode } = await runSample(sample("connect-terminal-options"), scope, ["exitCode"]);
    expect(exitCode).toBe(0);
    expect(seen).toEqual([["--interactive"]]);
    expect(textOf(output)).toBe("1+1\r\nprompt> ");
    expect(shown).toEqual([]);
  });

  test("wrong options reject before the terminal is touched", async () => {
    const kernel = await bootKernel([]);
    const { terminal, calls } = personTyping("");
    await expect(kernel.connectTerminal({ terminal })).rejects.toMatchObject({ code: "ENOENT" });
    const wrong = { terminal, onData: 3 as never };
    await expect(kernel.connectTerminal(wrong)).rejects.toMatchObject({ code: "EINVAL" });
    expect(calls).toEqual([]);
  });

  test("a terminal that can't be opened ends the program, and the error comes back", async () => {
    const driver = new DescriptorProbes("program");
    const kernel = await bootKernel([driver]);
    const broken: kernelEntry.HostTerminal = {
      size: () => undefined,
      open: () => {
        throw new Error("no raw mode here");
      },
    };
    const options = { command: "program", terminal: broken };
    await expect(kernel.connectTerminal(options)).rejects.toThrow("no raw mode here");
    await new Promise((resolve) => setImmediate(resolve));
    expect([...kernel.processes.values()].filter(({ status }) => status === "running")).toEqual([]);
  });

  test("ShellHandle's sample: write, resize, kill, wait", async () => {
    const kernel = await bootKernel();
    const terminal = { write: () => {} };
    const { exitCode } = await runSample(sample("shell-handle"), { kernel, terminal }, [
      "exitCode",
    ]);
    expect(exitCode).toBe(143);
  });
});
