// A process can be killed wherever it waits: no call, descriptor, timer or table entry is left of it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type SyscallName, type SyscallRow, syscalls } from "../../src/bridge/syscalls.js";
import { hostActor } from "../../src/kernel/actor.js";
import {
  AT_FDCWD,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  POLLIN,
  POLLOUT,
  S_IFIFO,
} from "../../src/kernel/constants.js";
import { errno } from "../../src/kernel/errno.js";
import type { FileDescription } from "../../src/kernel/file-description.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import { pipeCapacity } from "../../src/kernel/limits.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGKILL, SIGTERM } from "../../src/kernel/signals.js";
import { encodeSocketAddress, internetAddress } from "../../src/kernel/socket-address.js";
import { AF_INET, AF_UNIX, MSG_DONTWAIT } from "../../src/kernel/socket-constants.js";
import { openTerminal } from "../../src/kernel/terminal-control.js";
import { WaitQueue } from "../../src/kernel/wait.js";
import { exitStatus } from "../../src/kernel/wait-status.js";
import { bootTables, ok, openIn, start, utf8 } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

interface Scene {
  readonly tables: KernelTables;
  readonly parent: Process;
  readonly process: Process;
  readonly guest: DirectGuest;
}

/** A parent with a child whose descriptors are the ends of a pipe: 0 to read, 1 to write. */
function scene(): Scene {
  const tables = bootTables();
  const parent = start(tables);
  const process = start(tables, { parent });
  const guest = new DirectGuest(tables, process);
  guest.do("pipe", { flags: 0 });
  return { tables, parent, process, guest };
}

function interest(fd: number, events: number): Uint8Array {
  return new Uint8Array(Int32Array.of(fd, events).buffer);
}

function fill({ guest }: Scene): void {
  guest.do("write", { fd: 1, data: new Uint8Array(pipeCapacity) });
}

const TERMINAL = 9;

/** Puts the child into the background of a terminal that its parent's session has. */
function sendToBackground({ tables, parent, process }: Scene): void {
  const opened = ok(openTerminal(tables, parent, true));
  tables.terminals.takeControl(parent, opened.pty);
  process.fds.install(TERMINAL, ok(parent.fds.get(opened.slaveFd)));
  process.pgid = process.pid;
}

/** A call that stops its process, because it comes from the background. */
function fromBackground(
  name: SyscallName,
  args: Parameters<DirectGuest["post"]>[1],
): [string, SyscallName, (scene: Scene) => void] {
  const park = (s: Scene): void => {
    sendToBackground(s);
    s.guest.post(name, args as never);
    expect(s.process.isStopped).toBe(true);
  };
  return [`${name} from the background`, name, park];
}

const parks: [string, SyscallName, (scene: Scene) => void][] = [
  ["read on an empty pipe", "read", ({ guest }) => guest.post("read", { fd: 0, target: 10 })],
  [
    "read_until on an empty pipe",
    "read_until",
    ({ guest }) => guest.post("read_until", { fd: 0, delimiter: 10, target: 10 }),
  ],
  [
    "read_ahead on an empty pipe",
    "read_ahead",
    ({ guest }) => guest.post("read_ahead", { fd: 0, taken: 0, target: 10 }),
  ],
  [
    "write on a full pipe",
    "write",
    (s) => {
      fill(s);
      s.guest.post("write", { fd: 1, data: utf8("x") });
    },
  ],
  [
    "a large write, half done",
    "write",
    ({ guest }) => guest.post("write", { fd: 1, data: new Uint8Array(pipeCapacity + 10_000) }),
  ],
  [
    "a posted write on a full pipe",
    "posted_write",
    (s) => {
      fill(s);
      s.guest.post("posted_write", { fd: 1, data: utf8("x") });
    },
  ],
  [
    "waitpid",
    "waitpid",
    ({ tables, process, guest }) => {
      start(tables, { parent: process });
      guest.post("waitpid", { pid: -1, options: 0 });
    },
  ],
  [
    "poll without a timeout",
    "poll",
    (s) => {
      fill(s);
      s.guest.post("poll", { entries: interest(1, POLLOUT), timeoutUs: -1 });
    },
  ],
  [
    "poll with a timeout",
    "poll",
    ({ guest }) => guest.post("poll", { entries: interest(0, POLLIN), timeoutUs: 60_000_000 }),
  ],
  [
    "sleep, by poll on nothing",
    "poll",
    ({ guest }) => guest.post("poll", { entries: new Uint8Array(0), timeoutUs: 60_000_000 }),
  ],
  ["sigsuspend", "suspend", ({ guest }) => guest.post("suspend", { low: 0, high: 0 })],
  [
    "sigtimedwait",
    "wait_signal",
    ({ guest }) => guest.post("wait_signal", { low: 1, high: 0, timeoutUs: 60_000_000 }),
  ],
  [
    "clock_nanosleep",
    "sleep",
    ({ guest }) => guest.post("sleep", { clock: 1, flags: 0, timeUs: 60_000_000 }),
  ],
  [
    "an event loop with nothing to do",
    "loop",
    ({ guest }) =>
      guest.post("loop", { submissions: new Uint8Array(0), timeoutUs: 60_000_000, target: 1000 }),
  ],
  fromBackground("read", { fd: TERMINAL, target: 10 }),
  fromBackground("tcsetattr", { fd: TERMINAL, action: 0, attributes: new Uint8Array(60) }),
  fromBackground("tcflush", { fd: TERMINAL, queue: 0 }),
  fromBackground("tcflow", { fd: TERMINAL, action: 0 }),
  fromBackground("tcsetpgrp", { fd: TERMINAL, pgid: 1 }),
  [
    "accept without a caller",
    "accept",
    ({ guest }) => {
      const fd = guest.do("socket", { family: AF_INET, type: 1, protocol: 0 });
      guest.do("listen", { fd, backlog: 1 });
      guest.post("accept", { fd, flags: 0 });
    },
  ],
  [
    "connect to a network that does not answer",
    "connect",
    ({ guest, tables }) => {
      const settled = new WaitQueue();
      const pending = { settled, result: undefined, abandon: () => {} };
      tables.sockets.outside = { connect: () => pending, openDatagramPath: () => errno.EIO };
      const fd = guest.do("socket", { family: AF_INET, type: 1, protocol: 0 });
      const address = encodeSocketAddress(internetAddress(AF_INET, "192.0.2.1", 80));
      guest.post("connect", { fd, address });
    },
  ],
  [
    "resolve by a network that does not answer",
    "resolve",
    ({ guest, tables }) => {
      tables.network.adapter = { resolve: never, connect: never };
      guest.post("resolve", { name: utf8("name.test"), family: 0 });
    },
  ],
  [
    "a TLS handshake that is not answered",
    "start_tls",
    ({ guest, tables }) => {
      tables.network.adapter = { resolve: never, connect: never, startTls: never };
      guest.do("socketpair", { family: AF_UNIX, type: 1, protocol: 0 });
      guest.post("start_tls", { fd: guest.result, options: utf8("servername=name.test\0") });
    },
  ],
  [
    "receive without data",
    "receive",
    ({ guest }) => {
      const [fd] = socketPair(guest);
      guest.post("receive", { fd, flags: 0, target: 10 });
    },
  ],
  [
    "receive_from without a message",
    "receive_from",
    ({ guest }) => {
      const [fd] = socketPair(guest);
      guest.post("receive_from", { fd, flags: 0, target: 200 });
    },
  ],
  [
    "send to who does not read",
    "send",
    ({ guest }) => guest.post("send", { fd: fullSocket(guest), flags: 0, data: utf8("x") }),
  ],
  [
    "send_to to who does not read",
    "send_to",
    ({ guest }) => {
      const call = { fd: fullSocket(guest), flags: 0, data: utf8("x") };
      guest.post("send_to", { ...call, address: new Uint8Array(0) });
    },
  ],
  [
    "receive_message without a message",
    "receive_message",
    ({ guest }) => {
      const [fd] = socketPair(guest);
      guest.post("receive_message", { fd, flags: 0, most: 1, target: 200 });
    },
  ],
  [
    "send_message to who does not read",
    "send_message",
    ({ guest }) => {
      const call = { fd: fullSocket(guest), flags: 0, data: utf8("x") };
      // Its own other end goes with it.
      const descriptors = new Uint8Array(Int32Array.of(call.fd).buffer);
      guest.post("send_message", { ...call, address: new Uint8Array(0), descriptors });
    },
  ],
  [
    "opening a FIFO that nobody writes",
    "open",
    ({ tables, guest }) => {
      ok(tables.vfs.mknod(hostActor, "/", "/tmp/fifo", S_IFIFO | 0o600));
      guest.post("open", { ...at("/tmp/fifo"), flags: O_RDONLY, mode: 0, minimum: 0 });
    },
  ],
  [
    "flock of what another one has locked",
    "flock",
    ({ tables, process, guest }) => {
      const holder = start(tables);
      ok(tables.locks.flock(openLocked(tables, holder), 2));
      openLocked(tables, process);
      guest.post("flock", { fd: 2, operation: 2 });
    },
  ],
  [
    "a record lock that another one has",
    "lock_record",
    ({ tables, process, guest }) => {
      const holder = start(tables);
      const all = { start: 0, end: Number.POSITIVE_INFINITY };
      ok(tables.locks.lock(holder, openLocked(tables, holder), "exclusive", all, false));
      openLocked(tables, process);
      guest.post("lock_record", { fd: 2, kind: 1 + 16, start: 5, length: 1 });
    },
  ],
];

function never(): Promise<never> {
  return new Promise(() => {});
}

function socketPair(guest: DirectGuest): [number, number] {
  guest.do("socketpair", { family: AF_UNIX, type: 2, protocol: 0 });
  return [guest.result, guest.secondResult];
}

/** A socket whose other end has no room for more. */
function fullSocket(guest: DirectGuest): number {
  const [fd] = socketPair(guest);
  const data = new Uint8Array(60_000);
  while (guest.try("send", { fd, flags: MSG_DONTWAIT, data }) === "ok");
  return fd;
}

function at(path: string) {
  return { directory: AT_FDCWD, path: utf8(path) };
}

function openLocked(tables: KernelTables, process: Process): FileDescription {
  return ok(process.fds.get(openIn(tables, process, "/tmp/locked", O_RDWR | O_CREAT)));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("every call that may wait is among these", () => {
  const rows: [string, SyscallRow][] = Object.entries(syscalls);
  const waiting = rows.filter(([, row]) => row.blocks).map(([name]) => name);
  expect(new Set(parks.map(([, name]) => name))).toEqual(new Set(waiting));
});

describe.each(parks)("%s", (_, __, park) => {
  test("waits", () => {
    const s = scene();
    const before = s.guest.answers;
    park(s);
    expect(s.process.parked.size).toBe(1);
    // Only what prepares the call is answered.
    expect(s.guest.answers - before).toBeLessThanOrEqual(5);
  });

  test.each<[string, (s: Scene) => void]>([
    ["SIGKILL", ({ tables, process }) => tables.processes.deliver(process, SIGKILL)],
    ["the end of its thread", ({ tables, process }) => tables.processes.end(process, 0)],
    [
      "a kill of its group",
      ({ tables, process }) => {
        tables.processes.kill(-process.pgid, SIGKILL, null);
      },
    ],
  ])("is left without a trace by %s", (__, kill) => {
    const s = scene();
    park(s);
    const { answers } = s.guest;
    kill(s);
    for (const process of [...s.tables.processes.all()]) {
      if (process !== s.parent) s.tables.processes.end(process, 0);
    }
    s.tables.processes.end(s.parent, 0);
    expect(s.tables.dump()).toMatchObject({ processes: [], openPipes: 0, terminals: [] });
    expect(s.tables.dump()).toMatchObject({
      processes: [],
      openPipes: 0,
      sockets: [],
      openConnections: 0,
    });
    expect(s.process.parked.size).toBe(0);
    expect(s.process.childChanged.length + s.process.signalled.length).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(s.guest.answers).toBe(answers);
  });

  test("by SIGKILL: the zombie has nothing but its status", () => {
    const s = scene();
    park(s);
    s.tables.processes.deliver(s.process, SIGKILL);
    const entry = s.tables.processes.dump().find(({ pid }) => pid === s.process.pid);
    expect(entry).toMatchObject({ status: "exited", waitStatus: 9, fds: {}, parkedCalls: 0 });
    expect(s.tables.pipes.size).toBe(0);
  });
});

test("SIGTERM to a waiting process is carried out by its driver, and then nothing is left", async () => {
  const s = scene();
  s.guest.post("read", { fd: 0, target: 10 });
  s.tables.processes.deliver(s.process, SIGTERM);
  await vi.advanceTimersByTimeAsync(0);
  expect(s.process.isRunning).toBe(false);
  expect(s.process.waitStatus).toBe(SIGTERM);
  expect(s.process.parked.size).toBe(0);
});

test("what a dead process waited for can happen later without harm", () => {
  const tables = bootTables();
  const parent = start(tables);
  const guest = new DirectGuest(tables, parent);
  guest.do("pipe", { flags: 0 });
  const reader = start(tables, { parent, fds: parent.fds.forkStandardStreams() });
  const waiting = new DirectGuest(tables, reader);
  waiting.post("read", { fd: 0, target: 10 });
  tables.processes.end(reader, exitStatus(0));
  guest.do("write", { fd: 1, data: utf8("for nobody") });
  expect(waiting.answers).toBe(0);
  expect(guest.do("read", { fd: 0, target: 100 })).toBe(10);
});
