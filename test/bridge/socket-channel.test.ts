// The channel over a socketpair: whole frames from pieces, one call at a time, posted writes, broken frames.

import { expect, test } from "vitest";
import { ProcessEnded } from "../../src/bridge/guest/guest-stub.js";
import { syscalls } from "../../src/bridge/syscalls.js";
import { HEADER_BYTES, PAYLOAD_BYTES, word } from "../../src/bridge/wire.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { errno } from "../../src/kernel/errno.js";
import { pipeCapacity, postedWriteCredit } from "../../src/kernel/limits.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGKILL, SIGPIPE } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { bootTables, ok, start, textOf, utf8 } from "../kernel/tables.js";
import { Asleep, SocketGuest } from "./socket-guest.js";

function boot() {
  const tables = bootTables();
  const process = start(tables);
  const guest = new SocketGuest(tables, process);
  const { readFd, writeFd } = ok(openPipe(tables, process, false));
  return { tables, process, guest, readFd, writeFd };
}

/** What can be read from a pipe of the process without waiting. */
function contentOf(process: Process, fd: number): string {
  const target = new Uint8Array(pipeCapacity);
  return textOf(target.subarray(0, ok(ok(process.fds.get(fd)).read(target))));
}

test("a call goes over and is answered", () => {
  const { process, guest } = boot();
  expect(guest.stub.call("getpid", {})).toBe(0);
  expect(guest.stub.result).toBe(process.pid);
});

test.each([1, 7, 64, 65])(
  "frames that come in pieces of %i bytes are put together",
  (pieceBytes) => {
    const { guest, readFd, writeFd } = boot();
    guest.pieceBytes = pieceBytes;
    const data = utf8("0123456789".repeat(30));
    expect(guest.stub.call("write", { fd: writeFd, data })).toBe(0);
    expect(guest.stub.call("read", { fd: readFd, target: 1000 })).toBe(0);
    expect(textOf(guest.stub.resultBytes)).toBe(textOf(data));
  },
);

test("a call that waits is answered when it ends", () => {
  const { process, guest, readFd, writeFd } = boot();
  expect(() => guest.stub.call("read", { fd: readFd, target: 10 })).toThrow(Asleep);
  expect(guest.hasAnswer).toBe(false);
  ok(ok(process.fds.get(writeFd)).write(utf8("late")));
  expect(guest.wakeUp()).toBe(0);
  expect(textOf(guest.stub.resultBytes)).toBe("late");
});

test("lengths beyond what came are EFAULT: no stale bytes are taken", () => {
  const { guest, process, readFd, writeFd } = boot();
  guest.stub.call("write", { fd: writeFd, data: utf8("secret") });
  contentOf(process, readFd);
  const frame = new Int32Array(HEADER_BYTES / 4);
  frame[word.number] = syscalls.write.number;
  frame[word.arguments] = writeFd;
  frame[word.arguments + 1] = 6;
  guest.send(new Uint8Array(frame.buffer));
  expect(guest.wakeUp()).toBe(errno.EFAULT.number);
});

test("an unknown number is ENOSYS", () => {
  const { guest } = boot();
  const frame = new Int32Array(HEADER_BYTES / 4);
  frame[word.number] = 9999;
  guest.send(new Uint8Array(frame.buffer));
  expect(guest.wakeUp()).toBe(errno.ENOSYS.number);
});

test.each([
  ["too long", PAYLOAD_BYTES + 1],
  ["of negative length", -1],
])("a frame %s breaks the channel", (_, length) => {
  const { guest } = boot();
  const frame = new Int32Array(HEADER_BYTES / 4);
  frame[word.number] = syscalls.getpid.number;
  frame[word.payloadLength] = length;
  guest.send(new Uint8Array(frame.buffer));
  expect(guest.events).toEqual(["violation"]);
  guest.send(new Uint8Array(frame.buffer));
  expect(guest.events).toEqual(["violation"]);
  expect(guest.hasAnswer).toBe(false);
});

test("a call before the answer of the last breaks the channel", () => {
  const { guest, readFd } = boot();
  expect(() => guest.stub.call("read", { fd: readFd, target: 10 })).toThrow(Asleep);
  guest.send(new Uint8Array(HEADER_BYTES));
  expect(guest.events).toEqual(["violation"]);
});

test("calls before there is a process break the channel", () => {
  const { guest } = boot();
  guest.channel.process = null;
  expect(() => guest.stub.call("getpid", {})).toThrow(Asleep);
  expect(guest.events).toEqual(["violation"]);
});

test("a guest that waits when its process ends is told to unwind, and gets ready", () => {
  const { tables, process, guest, readFd } = boot();
  expect(() => guest.stub.call("read", { fd: readFd, target: 10 })).toThrow(Asleep);
  tables.processes.end(process, signalStatus(SIGKILL));
  expect(guest.events).toEqual(["ended in a call"]);
  expect(() => guest.wakeUp()).toThrow(ProcessEnded);
  guest.stub.ready();
  expect(guest.events).toEqual(["ended in a call", "ready"]);
});

test("exit is not answered", () => {
  const { process, guest } = boot();
  guest.stub.post("exit", { code: 3 });
  expect(process.waitStatus).toBe(3 << 8);
  expect(guest.events).toEqual(["ended in a call"]);
  expect(guest.hasAnswer).toBe(false);
});

test("the first write is answered and opens the credit, the next ones are posted", () => {
  const { process, guest, readFd, writeFd } = boot();
  expect(guest.stub.write(writeFd, utf8("a"))).toBe(0);
  expect(guest.stub.secondResult).toBe(postedWriteCredit);
  for (const letter of ["b", "c", "d"]) {
    expect(guest.stub.write(writeFd, utf8(letter))).toBe(0);
    expect(guest.stub.result).toBe(1);
    expect(guest.hasAnswer).toBe(false);
  }
  expect(contentOf(process, readFd)).toBe("abcd");
});

test("without credit a write waits", () => {
  const { guest, writeFd } = boot();
  guest.stub.write(writeFd, utf8("a"));
  // The pipe holds 64 KiB: the credit is used up together with it.
  expect(guest.stub.write(writeFd, new Uint8Array(postedWriteCredit - 1))).toBe(0);
  expect(guest.stub.write(writeFd, utf8("b"))).toBe(0);
  expect(guest.channel.isIdle).toBe(false);
  expect(() => guest.stub.write(writeFd, utf8("c"))).toThrow(Asleep);
});

test("a call behind a posted write that waits is served after it", () => {
  const { process, guest, readFd, writeFd } = boot();
  ok(ok(process.fds.get(writeFd)).write(new Uint8Array(10)));
  guest.stub.write(writeFd, utf8("a"));
  ok(ok(process.fds.get(writeFd)).write(new Uint8Array(pipeCapacity - 11)));
  expect(guest.stub.write(writeFd, utf8("posted"))).toBe(0);
  expect(() => guest.stub.call("getpid", {})).toThrow(Asleep);
  expect(guest.events).toEqual([]);
  expect(guest.isFlowing).toBe(false);
  contentOf(process, readFd);
  expect(guest.isFlowing).toBe(true);
  expect(guest.wakeUp()).toBe(0);
  expect(guest.stub.result).toBe(process.pid);
  expect(contentOf(process, readFd)).toBe("posted");
});

test("files take no posted writes: their errors can't wait", () => {
  const { guest } = boot();
  guest.stub.call("open", {
    directory: -100,
    path: utf8("/file"),
    flags: 0o101,
    mode: 0o644,
    minimum: 0,
  });
  const fd = guest.stub.result;
  for (let count = 0; count < 2; count++) {
    guest.stub.write(fd, utf8("x"));
    expect(guest.stub.secondResult).toBe(0);
  }
});

test.each(["write", "close", "fsync"] as const)(
  "a posted write's error comes with the next %s",
  (next) => {
    const { process, guest, readFd, writeFd } = boot();
    process.ignoredSignals.add(SIGPIPE);
    guest.stub.write(writeFd, utf8("a"));
    process.fds.close(readFd);
    expect(guest.stub.write(writeFd, utf8("b"))).toBe(0);
    const failed =
      next === "write"
        ? guest.stub.call("write", { fd: writeFd, data: utf8("c") })
        : guest.stub.call(next, { fd: writeFd });
    expect(failed).toBe(errno.EPIPE.number);
    if (next === "close") expect(process.fds.get(writeFd)).toBe(errno.EBADF);
  },
);

test("after a posted error the next write of the stub waits for its answer", () => {
  const { process, guest, readFd, writeFd } = boot();
  process.ignoredSignals.add(SIGPIPE);
  guest.stub.write(writeFd, utf8("a"));
  process.fds.close(readFd);
  guest.stub.write(writeFd, utf8("b"));
  guest.stub.call("getpid", {});
  expect(guest.stub.write(writeFd, utf8("c"))).toBe(errno.EPIPE.number);
});

test("a posted write to a closed pipe raises SIGPIPE", () => {
  const { process, guest, readFd, writeFd } = boot();
  guest.stub.write(writeFd, utf8("a"));
  process.fds.close(readFd);
  guest.stub.write(writeFd, utf8("b"));
  expect(process.deadlySignal).toBe(SIGPIPE);
});

test("credit does not outlive its descriptor", () => {
  const { guest, writeFd } = boot();
  guest.stub.write(writeFd, utf8("a"));
  guest.stub.call("close", { fd: writeFd });
  expect(guest.stub.write(writeFd, utf8("b"))).toBe(errno.EBADF.number);
});

test("writes that were posted before the end are carried out, calls are not", () => {
  const { tables, process, guest, readFd, writeFd } = boot();
  const reader = start(tables);
  reader.fds.install(0, ok(process.fds.get(readFd)));
  guest.stub.write(writeFd, utf8("a"));
  // Still in the socket when the process ends.
  guest.isFlowing = false;
  guest.stub.write(writeFd, utf8("b"));
  guest.stub.write(writeFd, utf8("c"));
  expect(() => guest.stub.call("umask", { mask: 0 })).toThrow(Asleep);
  guest.stub.write(writeFd, utf8("d"));
  tables.processes.end(process, signalStatus(SIGKILL));
  expect(contentOf(reader, 0)).toBe("abc");
  expect(process.umask).toBe(0o022);
});

test("the reply shows caught signals that are pending", () => {
  const { tables, process, guest } = boot();
  guest.stub.call("signal_action", {
    signal: 15,
    disposition: 2,
    flags: 0,
    maskLow: 0,
    maskHigh: 0,
  });
  guest.stub.call("signal_action", {
    signal: 40,
    disposition: 2,
    flags: 0,
    maskLow: 0,
    maskHigh: 0,
  });
  tables.processes.deliver(process, 15);
  tables.processes.deliver(process, 40);
  guest.stub.call("getpid", {});
  expect(guest.stub.pendingSignals).toBe(1 << 14);
  expect(guest.stub.pendingSignalsHigh).toBe(1 << 7);
  guest.stub.call("take_signals", {});
  expect([guest.stub.result, guest.stub.secondResult]).toEqual([1 << 14, 1 << 7]);
  guest.stub.call("getpid", {});
  expect(guest.stub.pendingSignals).toBe(0);
});
