import { describe, expect, test } from "vitest";
import { type SyscallName, syscalls } from "../../src/bridge/syscalls.js";
import { ARGUMENT_WORDS, PAYLOAD_BYTES } from "../../src/bridge/wire.js";
import { AT_FDCWD, O_RDONLY } from "../../src/kernel/constants.js";
import { errno } from "../../src/kernel/errno.js";
import { OutputSink } from "../../src/kernel/output-sink.js";
import { SIGPIPE, SIGSYS } from "../../src/kernel/signals.js";
import { Blocked, WaitQueue } from "../../src/kernel/wait.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { bootTables, start, utf8 } from "../kernel/tables.js";
import { DirectGuest, MemoryChannel } from "./direct-guest.js";

function boot() {
  const tables = bootTables();
  const process = start(tables);
  return { tables, process, guest: new DirectGuest(tables, process) };
}

/** The errno of the answer to a raw call: number, argument words, payload. */
function rawCall(number: number, words: number[] = [], payload: Uint8Array = new Uint8Array(0)) {
  const { tables, guest } = boot();
  guest.channel.payload.set(payload);
  guest.channel.dispatch(tables, number, words);
  expect(guest.answers).toBe(1);
  return guest.outcome;
}

describe("the table of calls", () => {
  test("numbers are unique and positive; arguments fit into the argument words", () => {
    const rows = Object.values(syscalls);
    const numbers = rows.map((row) => row.number);
    expect(new Set(numbers).size).toBe(rows.length);
    for (const row of rows) {
      const words = Object.values(row.arguments as Record<string, string>).map((kind) =>
        kind === "i64" ? 2 : 1,
      );
      expect(row.number).toBeGreaterThan(0);
      expect(words.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(ARGUMENT_WORDS);
    }
  });

  test("every call is answered, waits or ends its process, with arguments that are all zero", () => {
    for (const name of Object.keys(syscalls) as SyscallName[]) {
      const { tables, process, guest } = boot();
      guest.channel.dispatch(tables, syscalls[name].number);
      const isAnswered = guest.answers === 1 || guest.channel.releases === 1;
      const isWaiting = syscalls[name].blocks && process.parked.size === 1;
      const isOver = isAnswered || isWaiting || !process.isRunning;
      expect(isOver, name).toBe(true);
    }
  });
});

describe("a number that is no call", () => {
  test.each([0, -1, 1000, 2 ** 31 - 1, -(2 ** 31)])("%d is ENOSYS", (number) => {
    expect(rawCall(number)).toBe("ENOSYS");
  });
});

describe("a broken invariant in a retry", () => {
  test("ends the process that waits, not the one that wakes it", () => {
    const { tables, process, guest } = boot();
    const waker = start(tables);
    const queue = new WaitQueue();
    const broken = new OutputSink({ take() {} });
    broken.write = () =>
      new Blocked<number>({
        queues: [queue],
        retry: () => {
          throw new Error("broken");
        },
      });
    process.fds.install(1, broken);
    expect(guest.try("write", { fd: 1, data: utf8("x") })).toBe("waits");
    expect(() => queue.wake()).not.toThrow();
    expect(process.waitStatus).toBe(signalStatus(SIGSYS));
    expect([waker.isRunning, process.parked.size]).toEqual([true, 0]);
  });
});

describe("identity", () => {
  test("is the channel's, whatever the arguments say", () => {
    const { tables, process, guest } = boot();
    const other = start(tables);
    guest.channel.dispatch(tables, syscalls.getpid.number, [other.pid, other.pid]);
    expect(guest.result).toBe(process.pid);
  });

  test("a channel that serves nobody, or one that has ended, is not answered", () => {
    const { tables, process } = boot();
    const idle = new MemoryChannel(null);
    idle.dispatch(tables, syscalls.getpid.number);
    const ended = new MemoryChannel(process);
    tables.processes.end(process, 0);
    ended.dispatch(tables, syscalls.getpid.number);
    expect([idle.replies, ended.replies]).toEqual([[], []]);
  });

  test("a call that ends after its channel went to another process is not answered there", () => {
    const { tables, process, guest } = boot();
    guest.do("pipe", { flags: 0 });
    expect(guest.try("read", { fd: 0, target: 1 })).toBe("waits");
    guest.channel.process = start(tables);
    const before = guest.answers;
    process.fds.close(1);
    expect(guest.answers).toBe(before);
  });
});

describe("lengths", () => {
  const path = utf8("/tmp/f");

  test.each<[string, number, string]>([
    ["negative", -1, "EFAULT"],
    ["the most negative", -(2 ** 31), "EFAULT"],
    ["one beyond the payload", PAYLOAD_BYTES + 1, "EFAULT"],
    ["the greatest", 2 ** 31 - 1, "EFAULT"],
    ["zero: no path", 0, "ENOENT"],
  ])("a path's is %s", (_, length, expected) => {
    const words = [AT_FDCWD, length, 0];
    expect(rawCall(syscalls.stat.number, words, path)).toBe(expected);
  });

  test("of two strings together may not go beyond the payload either", () => {
    const words = [AT_FDCWD, PAYLOAD_BYTES - 1, AT_FDCWD, 2];
    const letters = new Uint8Array(PAYLOAD_BYTES).fill(0x61);
    expect(rawCall(syscalls.rename.number, words, letters)).toBe("EFAULT");
    expect(rawCall(syscalls.rename.number, [AT_FDCWD, 6, AT_FDCWD, -1], path)).toBe("EFAULT");
  });

  test("of what came with the call count, not of the payload's memory", () => {
    const { tables, guest } = boot();
    guest.channel.payload.set(path);
    guest.channel.receivedBytes = 4;
    guest.channel.dispatch(tables, syscalls.stat.number, [AT_FDCWD, 6, 0]);
    expect(guest.outcome).toBe("EFAULT");
    guest.channel.dispatch(tables, syscalls.stat.number, [AT_FDCWD, 4, 0]);
    expect(guest.outcome).toBe("ok");
  });

  test("a room to fill that is negative is EINVAL, one beyond the payload is cut", () => {
    const { guest, tables } = boot();
    const fd = guest.do("open", {
      directory: AT_FDCWD,
      path: utf8("/dev/zero"),
      flags: O_RDONLY,
      mode: 0,
      minimum: 0,
    });
    guest.channel.dispatch(tables, syscalls.read.number, [fd, -1]);
    expect(guest.outcome).toBe("EINVAL");
    expect(guest.do("read", { fd, target: 2 ** 31 - 1 })).toBe(PAYLOAD_BYTES);
  });
});

describe("text", () => {
  test.each<[string, number[], string]>([
    ["a lone continuation byte", [0x80], "ENOENT"],
    ["a cut sequence", [0x2f, 0xc3], "ENOENT"],
    ["an overlong slash", [0xc0, 0xaf], "ENOENT"],
    ["a surrogate", [0xed, 0xa0, 0x80], "ENOENT"],
    ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80], "ENOENT"],
    ["a NUL", [0x2f, 0], "EINVAL"],
    ["a byte order mark is part of a name", [0xef, 0xbb, 0xbf], "ENOENT"],
    ["an umlaut", [0x2f, 0xc3, 0xa4], "ENOENT"],
  ])("%s in a path", (_, bytes, expected) => {
    const payload = Uint8Array.from(bytes);
    expect(rawCall(syscalls.stat.number, [AT_FDCWD, bytes.length, 0], payload)).toBe(expected);
  });

  test.each<[string, string, string]>([
    ["without a NUL at the end", "idle", "EINVAL"],
    ["empty: no arguments", "", "ok"],
    ["of empty strings", "\0\0\0", "ok"],
  ])("a list of strings %s", (_, argv, expected) => {
    const { guest } = boot();
    const none = new Uint8Array(0);
    const streams = { path: utf8("idle"), argv: utf8(argv), env: none, actions: none };
    const args = { ...streams, flags: 0, attributes: none };
    expect(guest.try("spawn", args)).toBe(expected);
  });
});

describe("numbers", () => {
  test.each<[string, number, number, string]>([
    ["2^53 - 1", -1, 0x1fffff, "ok"],
    ["2^53", 0, 0x200000, "EINVAL"],
    ["2^63 - 1", -1, 0x7fffffff, "EINVAL"],
    ["-2^63", 0, -(2 ** 31), "EINVAL"],
    ["-1", -1, -1, "EINVAL"],
  ])("an offset of %s", (_, low, high, expected) => {
    const { guest, tables } = boot();
    const file = { directory: AT_FDCWD, path: utf8("/tmp/f"), flags: 0o102, mode: 0o600 };
    const fd = guest.do("open", { ...file, minimum: 0 });
    guest.channel.dispatch(tables, syscalls.seek.number, [fd, low, high, 0]);
    expect(guest.outcome).toBe(expected);
    if (expected === "ok") expect(guest.longResult).toBe(2n ** 53n - 1n);
  });
});

describe("what a call does to its process", () => {
  test("exit is not answered", () => {
    const { process, guest } = boot();
    guest.post("exit", { code: 3 });
    expect([process.isRunning, process.waitStatus, guest.answers]).toEqual([false, 3 << 8, 0]);
  });

  test("a write without a reader is SIGPIPE, and EPIPE for who ignores that", () => {
    const { guest, process } = boot();
    guest.do("pipe", { flags: 0 });
    guest.do("close", { fd: 0 });
    guest.do("ignore_signal", { signal: SIGPIPE, ignored: 1 });
    expect(guest.try("write", { fd: 1, data: utf8("x") })).toBe("EPIPE");
    expect(process.deadlySignal).toBe(0);
    guest.do("ignore_signal", { signal: SIGPIPE, ignored: 0 });
    guest.try("write", { fd: 1, data: utf8("x") });
    expect(process.deadlySignal).toBe(SIGPIPE);
  });

  test("a broken invariant ends the process by SIGSYS, never the host, and shows nothing", () => {
    const { tables, process, guest } = boot();
    const parent = process;
    const child = start(tables, { parent });
    Object.defineProperty(child.fds, "get", {
      value: () => {
        throw new Error("invariant");
      },
    });
    const broken = new DirectGuest(tables, child);
    broken.post("read", { fd: 0, target: 1 });
    expect([child.isRunning, child.waitStatus]).toEqual([false, signalStatus(SIGSYS)]);
    expect(broken.answers).toBe(0);
    expect(guest.do("getpid", {})).toBe(parent.pid);
  });

  test("the kernel's own errors have Linux's numbers", () => {
    expect([errno.ENOENT, errno.EILSEQ, errno.ENOSYS].map(({ number }) => number)).toEqual([
      2, 84, 38,
    ]);
  });
});
