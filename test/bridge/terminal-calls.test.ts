// The rows about terminals as a guest makes them, and job control: what a process in the background meets.

import { describe, expect, test } from "vitest";
import {
  AT_FDCWD,
  O_NOCTTY,
  O_RDONLY,
  O_RDWR,
  POLLHUP,
  POLLIN,
  POLLOUT,
} from "../../src/kernel/constants.js";
import type { Process } from "../../src/kernel/process.js";
import {
  SIGCONT,
  SIGHUP,
  SIGINT,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGWINCH,
} from "../../src/kernel/signals.js";
import { defaultTermios } from "../../src/kernel/termios.js";
import { encodeTermios } from "../../src/kernel/termios-structure.js";
import { bootTables, ok, start, textOf, utf8 } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

/** A session leader (a shell) with a terminal on its 0 (master) and 1 (slave). */
function boot() {
  const tables = bootTables();
  const shell = start(tables);
  const guest = new DirectGuest(tables, shell);
  const master = guest.do("openpty", { flags: 0 });
  const slave = guest.secondResult;
  guest.do("set_controlling_terminal", { fd: slave });
  /** A child with a group of its own, or in the shell's, and the slave as its descriptor 0. */
  const job = (isOwnGroup = true): { process: Process; guest: DirectGuest } => {
    const process = start(tables, { parent: shell, newGroup: isOwnGroup });
    process.fds.install(0, ok(shell.fds.get(slave)));
    return { process, guest: new DirectGuest(tables, process) };
  };
  const type = (text: string) => guest.do("write", { fd: master, data: utf8(text) });
  return { tables, shell, guest, master, slave, job, type };
}

const attributes = (change: Partial<ReturnType<typeof defaultTermios>>): Uint8Array =>
  encodeTermios({ ...defaultTermios(), ...change });

describe("rows", () => {
  test("openpty, isatty, ttyname, readable_bytes", () => {
    const { guest, master, slave, type } = boot();
    expect([master, slave]).toEqual([0, 1]);
    expect(guest.try("isatty", { fd: slave })).toBe("ok");
    expect(guest.try("isatty", { fd: master })).toBe("ENOTTY");
    expect(guest.try("isatty", { fd: 9 })).toBe("EBADF");
    for (const fd of [master, slave]) {
      guest.do("ttyname", { fd });
      expect(textOf(guest.resultBytes)).toBe("/dev/pts/0");
    }
    type("line\nrest");
    expect(guest.do("readable_bytes", { fd: slave })).toBe(5);
    expect(guest.do("readable_bytes", { fd: master })).toBe(10);
    guest.do("pipe", { flags: 0 });
    expect(guest.do("readable_bytes", { fd: 2 })).toBe(0);
  });

  test("tcgetattr and tcsetattr; flush drops what is typed", () => {
    const { guest, slave, type } = boot();
    guest.do("tcgetattr", { fd: slave });
    expect(guest.resultBytes).toEqual(encodeTermios(defaultTermios()));
    type("line\n");
    const wanted = attributes({ icanon: false, echo: false });
    guest.do("tcsetattr", { fd: slave, action: 0, attributes: wanted });
    guest.do("tcgetattr", { fd: slave });
    expect(guest.resultBytes).toEqual(wanted);
    expect(guest.do("readable_bytes", { fd: slave })).toBe(5);
    guest.do("tcsetattr", { fd: slave, action: 2, attributes: wanted });
    expect(guest.do("readable_bytes", { fd: slave })).toBe(0);
    const set = (action: number, bytes: Uint8Array) =>
      guest.try("tcsetattr", { fd: slave, action, attributes: bytes });
    expect(set(3, wanted)).toBe("EINVAL");
    expect(set(0, wanted.subarray(1))).toBe("EINVAL");
  });

  test("tcflush: the master's input is the slave's output", () => {
    const { guest, master, slave, type } = boot();
    type("line\n");
    guest.do("tcflush", { fd: master, queue: 0 });
    expect(guest.do("readable_bytes", { fd: master })).toBe(0);
    expect(guest.do("readable_bytes", { fd: slave })).toBe(5);
    guest.do("tcflush", { fd: slave, queue: 2 });
    expect(guest.do("readable_bytes", { fd: slave })).toBe(0);
    expect(guest.try("tcflush", { fd: slave, queue: 3 })).toBe("EINVAL");
  });

  test("tcflow stops and starts output, and types STOP and START", () => {
    const { guest, master, slave } = boot();
    guest.do("tcflow", { fd: slave, action: 0 });
    guest.do("set_status", { fd: slave, flags: 0o4000 });
    expect(guest.try("write", { fd: slave, data: utf8("x") })).toBe("EAGAIN");
    guest.do("tcflow", { fd: slave, action: 1 });
    guest.do("write", { fd: slave, data: utf8("x") });
    guest.do("tcflow", { fd: slave, action: 2 });
    guest.do("tcflow", { fd: slave, action: 3 });
    guest.do("read", { fd: master, target: 10 });
    expect(textOf(guest.resultBytes)).toBe("x\x13\x11");
    expect(guest.try("tcflow", { fd: slave, action: 4 })).toBe("EINVAL");
  });

  test("the foreground group and the session", () => {
    const { guest, master, slave, shell, job, tables } = boot();
    const { process } = job();
    expect(guest.do("tcgetpgrp", { fd: slave })).toBe(shell.pid);
    expect(guest.do("tcgetsid", { fd: slave })).toBe(shell.pid);
    guest.do("tcsetpgrp", { fd: slave, pgid: process.pid });
    expect(guest.do("tcgetpgrp", { fd: master })).toBe(process.pid);
    const stranger = start(tables);
    shell.ignoredSignals.add(SIGTTOU);
    const set = (pgid: number) => guest.try("tcsetpgrp", { fd: slave, pgid });
    expect([set(-1), set(9999), set(stranger.pid)]).toEqual(["EINVAL", "ESRCH", "EPERM"]);
    // Of another session, the slave says nothing.
    stranger.fds.install(0, ok(shell.fds.get(slave)));
    const other = new DirectGuest(tables, stranger);
    expect(other.try("tcgetpgrp", { fd: 0 })).toBe("ENOTTY");
    expect(other.try("tcsetpgrp", { fd: 0, pgid: stranger.pid })).toBe("ENOTTY");
    expect(other.try("tcgetsid", { fd: 0 })).toBe("ENOTTY");
  });

  test("the window's size: SIGWINCH to the foreground group only for another one", () => {
    const { guest, slave, shell } = boot();
    shell.caughtSignals.set(SIGWINCH, { interrupts: false });
    const size = new Uint8Array(Uint16Array.of(40, 120, 0, 0).buffer);
    guest.do("set_window_size", { fd: slave, size });
    expect(shell.pendingSignals.has(SIGWINCH)).toBe(true);
    guest.do("get_window_size", { fd: slave });
    expect(guest.resultBytes).toEqual(size);
    shell.pendingSignals.take(SIGWINCH);
    guest.do("set_window_size", { fd: slave, size });
    expect(shell.pendingSignals.has(SIGWINCH)).toBe(false);
    expect(guest.try("set_window_size", { fd: slave, size: size.subarray(1) })).toBe("EINVAL");
  });

  test("the controlling terminal: one a session, one session a terminal; opening takes it", () => {
    const { tables, guest, slave, shell, job } = boot();
    expect(guest.try("set_controlling_terminal", { fd: slave })).toBe("ok");
    const second = guest.do("openpty", { flags: 0 });
    expect(guest.try("set_controlling_terminal", { fd: second + 1 })).toBe("EPERM");
    expect(job().guest.try("set_controlling_terminal", { fd: 0 })).toBe("EPERM");
    const leader = start(tables);
    const other = new DirectGuest(tables, leader);
    const open = (path: string, flags: number) =>
      other.try("open", { directory: AT_FDCWD, path: utf8(path), flags, mode: 0, minimum: 0 });
    expect(open("/dev/tty", O_RDWR)).toBe("ENXIO");
    expect(open("/dev/pts/1", O_RDWR | O_NOCTTY)).toBe("ok");
    expect(open("/dev/tty", O_RDWR)).toBe("ENXIO");
    // Another session's terminal is opened, not taken.
    expect(open("/dev/pts/0", O_RDONLY)).toBe("ok");
    expect(open("/dev/tty", O_RDWR)).toBe("ENXIO");
    expect(open("/dev/pts/1", O_RDONLY)).toBe("ok");
    expect(open("/dev/tty", O_RDWR)).toBe("ok");
    expect(tables.terminals.controlledBy(shell)?.number).toBe(0);
  });

  test("giving the terminal up: for its leader the session loses it, and the foreground hears", () => {
    const { tables, guest, slave, shell, job } = boot();
    const { process } = job();
    expect(job().guest.try("drop_controlling_terminal", { fd: 0 })).toBe("ok");
    guest.do("tcsetpgrp", { fd: slave, pgid: process.pid });
    process.caughtSignals.set(SIGHUP, { interrupts: false });
    guest.do("drop_controlling_terminal", { fd: slave });
    expect(process.pendingSignals.has(SIGHUP)).toBe(true);
    expect(tables.terminals.controlledBy(shell)).toBeUndefined();
    expect(guest.try("drop_controlling_terminal", { fd: slave })).toBe("ENOTTY");
  });

  test("poll tells the truth on both sides", () => {
    const { guest, master, slave, type } = boot();
    const poll = (fd: number): number => {
      const entries = new Uint8Array(Int32Array.of(fd, POLLIN | POLLOUT).buffer);
      guest.do("poll", { entries, timeoutUs: 0 });
      return guest.resultBytes[0] ?? 0;
    };
    expect([poll(master), poll(slave)]).toEqual([POLLOUT, POLLOUT]);
    type("part");
    expect([poll(master), poll(slave)]).toEqual([POLLIN | POLLOUT, POLLOUT]);
    type("\n");
    expect(poll(slave)).toBe(POLLIN | POLLOUT);
    guest.do("close", { fd: slave });
    guest.do("read", { fd: master, target: 100 });
    expect(poll(master)).toBe(POLLOUT | POLLHUP);
  });

  test("a full set of descriptors leaves no half terminal", () => {
    const { tables, guest } = boot();
    for (let fd = 2; fd < tables.limits.descriptors - 1; fd++) {
      guest.do("dup", { fd: 0, minimum: 0, flags: 0 });
    }
    expect(guest.try("openpty", { flags: 0 })).toBe("EMFILE");
    expect(tables.terminals.size).toBe(1);
  });
});

describe("job control", () => {
  test("spawn with POSIX_SPAWN_TCSETPGROUP: the child's group has the terminal at once", () => {
    const { guest, slave, shell, tables, job } = boot();
    const attributesOf = (flags: number, fd: number) => {
      const bytes = new Uint8Array(32);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, flags, true);
      view.setInt32(24, fd, true);
      return bytes;
    };
    const spawn = (by: DirectGuest, flags: number, fd: number) => {
      const [path, argv, none] = [utf8("idle"), utf8("idle\0"), new Uint8Array(0)];
      const request = { path, argv, env: none, actions: none, flags: 0 };
      return by.try("spawn", { ...request, attributes: attributesOf(flags, fd) });
    };
    const [inGroup, withTerminal, inSession] = [2, 0x100, 0x80];
    expect(spawn(guest, inGroup | withTerminal, slave)).toBe("ok");
    const child = ok(tables.processes.get(guest.result));
    expect(guest.do("tcgetpgrp", { fd: slave })).toBe(child.pid);
    // From the background: refused, unless SIGTTOU is ignored.
    expect(spawn(guest, inGroup | withTerminal, slave)).toBe("EPERM");
    shell.ignoredSignals.add(SIGTTOU);
    expect(spawn(guest, inGroup | withTerminal, slave)).toBe("ok");
    const { guest: other } = job();
    expect(spawn(other, inGroup | withTerminal, 0)).toBe("ok");
    expect(spawn(guest, inSession | withTerminal, slave)).toBe("EPERM");
    expect(spawn(guest, withTerminal, 9)).toBe("EBADF");
    expect(spawn(guest, inGroup, slave)).toBe("EINVAL");
  });

  test("a read from the background stops the group (SIGTTIN), and goes on in the foreground", () => {
    const { guest, slave, tables, job, type } = boot();
    const { process, guest: reader } = job();
    expect(reader.try("read", { fd: 0, target: 10 })).toBe("waits");
    expect([process.isStopped, process.stopSignal]).toEqual([true, SIGTTIN]);
    type("line\n");
    expect(reader.answers).toBe(0);
    guest.do("tcsetpgrp", { fd: slave, pgid: process.pid });
    tables.processes.deliver(process, SIGCONT);
    expect(reader.outcome).toBe("ok");
    expect(textOf(reader.resultBytes)).toBe("line\n");
  });

  test("continued in the background it is stopped again", () => {
    const { tables, job } = boot();
    const { process, guest: reader } = job();
    reader.try("read", { fd: 0, target: 10 });
    tables.processes.deliver(process, SIGCONT);
    expect(process.isStopped).toBe(true);
    expect(reader.answers).toBe(0);
  });

  test("who waits in the foreground and is sent to the background is stopped when input comes", () => {
    const { guest, slave, shell, job, type } = boot();
    const { process, guest: reader } = job();
    guest.do("tcsetpgrp", { fd: slave, pgid: process.pid });
    expect(reader.try("read", { fd: 0, target: 10 })).toBe("waits");
    expect(process.isStopped).toBe(false);
    shell.ignoredSignals.add(SIGTTOU);
    guest.do("tcsetpgrp", { fd: slave, pgid: shell.pid });
    type("line\n");
    expect([process.isStopped, process.stopSignal]).toEqual([true, SIGTTIN]);
  });

  test("a read is EIO for who ignores or blocks SIGTTIN, and for an orphaned group", () => {
    const { tables, job, shell, slave } = boot();
    const ignoring = job();
    ignoring.process.ignoredSignals.add(SIGTTIN);
    expect(ignoring.guest.try("read", { fd: 0, target: 10 })).toBe("EIO");
    const blocking = job();
    blocking.process.blockedSignals.add(SIGTTIN);
    expect(blocking.guest.try("read", { fd: 0, target: 10 })).toBe("EIO");
    // A group whose only tie to the session, the parent's group, is its own.
    const parent = job();
    const orphan = start(tables, { parent: parent.process });
    orphan.fds.install(0, ok(shell.fds.get(slave)));
    parent.process.parent = null;
    const guest = new DirectGuest(tables, orphan);
    expect(guest.try("read", { fd: 0, target: 10 })).toBe("EIO");
    expect(orphan.isStopped).toBe(false);
  });

  test("who catches SIGTTIN is told EINTR", () => {
    const { job } = boot();
    const { process, guest } = job();
    process.caughtSignals.set(SIGTTIN, { interrupts: false });
    expect(guest.try("read", { fd: 0, target: 10 })).toBe("EINTR");
    expect(process.pendingSignals.has(SIGTTIN)).toBe(true);
  });

  test("a write from the background: free, with TOSTOP SIGTTOU", () => {
    const { guest, slave, tables, job, master } = boot();
    const { process, guest: writer } = job();
    expect(writer.try("write", { fd: 0, data: utf8("free ") })).toBe("ok");
    guest.do("tcsetattr", { fd: slave, action: 0, attributes: attributes({ tostop: true }) });
    expect(writer.try("write", { fd: 0, data: utf8("late") })).toBe("waits");
    expect([process.isStopped, process.stopSignal]).toEqual([true, SIGTTOU]);
    guest.do("tcsetpgrp", { fd: slave, pgid: process.pid });
    tables.processes.deliver(process, SIGCONT);
    guest.do("read", { fd: master, target: 100 });
    expect(textOf(guest.resultBytes)).toBe("free late");
    const ignoring = job();
    ignoring.process.ignoredSignals.add(SIGTTOU);
    expect(ignoring.guest.try("write", { fd: 0, data: utf8("x") })).toBe("ok");
  });

  test.each([
    ["tcsetattr", { fd: 0, action: 0, attributes: attributes({ echo: false }) }],
    ["tcflush", { fd: 0, queue: 0 }],
    ["tcflow", { fd: 0, action: 1 }],
    ["tcsetpgrp", { fd: 0, pgid: 3 }],
  ] as const)("%s from the background raises SIGTTOU; who ignores it goes on", (name, args) => {
    const { job, tables } = boot();
    const { process, guest } = job();
    expect(guest.try(name, args)).toBe("waits");
    expect([process.isStopped, process.stopSignal]).toEqual([true, SIGTTOU]);
    process.ignoredSignals.add(SIGTTOU);
    tables.processes.deliver(process, SIGCONT);
    expect(["ok", "ESRCH"]).toContain(guest.outcome);
    expect(process.isStopped).toBe(false);
  });

  test("^C and ^Z go to the whole foreground group and nobody else", () => {
    const { guest, slave, shell, tables, job, type } = boot();
    const { process } = job();
    const friend = start(tables, { parent: shell, attributes: { group: process.pid } });
    const background = job();
    guest.do("tcsetpgrp", { fd: slave, pgid: process.pid });
    type("\x1a");
    expect(
      [process, friend, background.process, shell].map(({ stopSignal }) => stopSignal),
    ).toEqual([SIGTSTP, SIGTSTP, 0, 0]);
    for (const each of [process, friend]) {
      tables.processes.deliver(each, SIGCONT);
      each.caughtSignals.set(SIGINT, { interrupts: false });
    }
    type("\x03");
    expect([process, friend].map(({ pendingSignals }) => pendingSignals.has(SIGINT))).toEqual([
      true,
      true,
    ]);
    expect(shell.isRunning && background.process.isRunning).toBe(true);
  });

  test("the end of the session's leader: SIGHUP to the foreground, and the terminal is free", () => {
    const { guest, slave, shell, tables, job } = boot();
    const { process } = job();
    const background = job();
    for (const each of [process, background.process]) {
      each.caughtSignals.set(SIGHUP, { interrupts: false });
    }
    guest.do("tcsetpgrp", { fd: slave, pgid: process.pid });
    const { pty } = ok(tables.terminals.createPair(0)).master;
    tables.processes.end(shell, 0);
    expect(process.pendingSignals.has(SIGHUP)).toBe(true);
    expect(background.process.pendingSignals.has(SIGHUP)).toBe(false);
    expect(tables.terminals.controlledBy(process)).toBeUndefined();
    pty.closeSlave();
    pty.closeMaster();
  });

  test("hangup: SIGHUP and SIGCONT to the leader and the foreground group, each once", () => {
    const { tables, job, guest, slave } = boot();
    const holder = start(tables);
    const { process } = job();
    const stopped = job();
    guest.do("tcsetpgrp", { fd: slave, pgid: process.pid });
    const background = job();
    for (const each of [process, background.process]) {
      each.caughtSignals.set(SIGHUP, { interrupts: false });
    }
    holder.fds.install(0, ok(process.fds.get(0)));
    expect(stopped.guest.try("read", { fd: 0, target: 1 })).toBe("waits");
    guest.do("close", { fd: 0 });
    expect(process.pendingSignals.has(SIGHUP)).toBe(true);
    expect(background.process.pendingSignals.has(SIGHUP)).toBe(false);
    const late = new DirectGuest(tables, holder);
    expect(late.do("read", { fd: 0, target: 10 })).toBe(0);
    expect(late.try("write", { fd: 0, data: utf8("x") })).toBe("EIO");
    expect(late.try("tcgetattr", { fd: 0 })).toBe("EIO");
  });
});
