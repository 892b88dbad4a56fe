// The `loop` call: what an event loop arms, sleeps for and gets; and the signals that it is told of.

import { expect, onTestFinished, test, vi } from "vitest";
import { type Completion, readCompletions } from "../../src/bridge/guest/loop-client.js";
import { loopOperation } from "../../src/bridge/loop-layout.js";
import { PAYLOAD_BYTES } from "../../src/bridge/wire.js";
import { POLLHUP, POLLIN, POLLOUT } from "../../src/kernel/constants.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { errno } from "../../src/kernel/errno.js";
import type { Limits } from "../../src/kernel/limits.js";
import { SIGCHLD, SIGINT, SIGKILL, SIGTERM, SIGUSR1 } from "../../src/kernel/signals.js";
import { exitStatus, signalStatus } from "../../src/kernel/wait-status.js";
import { bootTables, ok, openIn, start, textOf, utf8 } from "../kernel/tables.js";
import { Asleep, SocketGuest } from "./socket-guest.js";

function boot(limits: Partial<Limits> = {}) {
  const tables = bootTables(limits);
  const process = start(tables);
  const guest = new SocketGuest(tables, process);
  const { readFd, writeFd } = ok(openPipe(tables, process, false));
  const write = (text: string) => ok(ok(process.fds.get(writeFd)).write(utf8(text)));
  return { tables, process, guest, loop: guest.loop, readFd, writeFd, write };
}

/** Goes to sleep in `loop`, then has `happen` happen, and answers what the guest is woken with. */
function asleepUntil(guest: SocketGuest, happen: () => void): Completion[] {
  expect(() => guest.loop.wait(-1)).toThrow(Asleep);
  expect(guest.hasAnswer).toBe(false);
  happen();
  expect(guest.wakeUp()).toBe(0);
  return readCompletions(guest.stub.resultBytes);
}

const textIn = (completion: Completion | undefined) => textOf(completion?.data ?? utf8("none"));

test("nothing armed, no time: nothing happens", () => {
  expect(boot().loop.wait(0)).toEqual([]);
});

test("a read completes with its data", () => {
  const { loop, readFd, write } = boot();
  write("hello");
  const id = loop.armRead(readFd, 100, false);
  expect(loop.wait(-1)).toEqual([
    {
      id,
      operation: loopOperation.read,
      isArmed: false,
      result: 5,
      extra: 5,
      data: utf8("hello"),
    },
  ]);
  expect(loop.wait(0)).toEqual([]);
});

test("a read wakes a sleeping loop", () => {
  const { guest, loop, readFd, write } = boot();
  const id = loop.armRead(readFd, 100, false);
  const [completion] = asleepUntil(guest, () => write("hello"));
  expect(completion?.id).toBe(id);
  expect(textIn(completion)).toBe("hello");
});

test("a read that repeats goes on to the end of the file", () => {
  const { process, loop, readFd, writeFd, write } = boot();
  loop.armRead(readFd, 3, true);
  write("hello");
  const [first] = loop.wait(-1);
  expect([textIn(first), first?.isArmed]).toEqual(["hel", true]);
  const [second] = loop.wait(-1);
  expect([textIn(second), second?.isArmed]).toEqual(["lo", true]);
  process.fds.close(writeFd);
  const [end] = loop.wait(-1);
  expect([end?.result, end?.isArmed]).toEqual([0, false]);
  expect(loop.wait(0)).toEqual([]);
});

test("several reads complete in one call, each with its own data", () => {
  const { tables, process, loop } = boot();
  const texts = ["one", "twotwo", "", "threethree"];
  const ids = texts.map((text) => {
    const { readFd, writeFd } = ok(openPipe(tables, process, false));
    if (text) ok(ok(process.fds.get(writeFd)).write(utf8(text)));
    return loop.armRead(readFd, 100, false);
  });
  const completions = loop.wait(-1);
  expect(completions.map(({ id }) => id)).toEqual([ids[0], ids[1], ids[3]]);
  expect(completions.map(textIn)).toEqual(["one", "twotwo", "threethree"]);
});

test("what there is no room for comes in the next call, and nobody is starved", () => {
  const { tables, process, loop } = boot();
  const pipes = Array.from({ length: 6 }, () => ok(openPipe(tables, process, false)));
  const ids = pipes.map(({ readFd, writeFd }) => {
    ok(ok(process.fds.get(writeFd)).write(new Uint8Array(65536)));
    return loop.armRead(readFd, 65536, true);
  });
  const first = loop.wait(-1);
  const second = loop.wait(-1);
  const bytes = (completions: Completion[]) =>
    completions.reduce((sum, { result }) => sum + result, 0);
  expect(bytes(first)).toBeLessThan(PAYLOAD_BYTES);
  expect(bytes(first) + bytes(second)).toBe(6 * 65536);
  expect(new Set([...first, ...second].map(({ id }) => id))).toEqual(new Set(ids));
});

test("a cancelled read takes no data", () => {
  const { loop, readFd, write } = boot();
  const id = loop.armRead(readFd, 100, true);
  expect(loop.wait(0)).toEqual([]);
  write("kept");
  loop.cancel(id);
  expect(loop.wait(0)).toEqual([]);
  loop.armRead(readFd, 100, false);
  expect(textIn(loop.wait(0)[0])).toBe("kept");
});

test("what can't be armed completes with its error", () => {
  const { process, loop, writeFd, readFd } = boot();
  loop.armRead(99, 10, false);
  loop.armRead(writeFd, 10, false);
  loop.armRead(readFd, 0, false);
  loop.armPoll(99, POLLIN, false);
  loop.armChild(12345);
  const results = loop.wait(-1).map(({ result }) => -result);
  expect(results).toEqual(
    [errno.EBADF, errno.EBADF, errno.EINVAL, errno.EBADF, errno.ECHILD].map(({ number }) => number),
  );
  expect(process.submissions.size).toBe(0);
});

test("a descriptor closed under a read is EBADF, also when its number is used again", () => {
  const { tables, process, loop, readFd } = boot();
  loop.armRead(readFd, 10, true);
  expect(loop.wait(0)).toEqual([]);
  process.fds.close(readFd);
  const other = ok(openPipe(tables, process, false));
  expect(other.readFd).toBe(readFd);
  ok(ok(process.fds.get(other.writeFd)).write(utf8("not for this read")));
  expect(loop.wait(-1)[0]?.result).toBe(-errno.EBADF.number);
});

test("poll tells what holds, once or in every call", () => {
  const { process, loop, readFd, writeFd, write } = boot();
  const once = loop.armPoll(writeFd, POLLOUT, false);
  const always = loop.armPoll(readFd, POLLIN, true);
  expect(loop.wait(-1)).toMatchObject([{ id: once, result: POLLOUT, isArmed: false }]);
  write("x");
  for (let count = 0; count < 2; count++) {
    expect(loop.wait(-1)).toMatchObject([{ id: always, result: POLLIN, isArmed: true }]);
  }
  process.fds.close(writeFd);
  expect(loop.wait(-1)).toMatchObject([{ id: always, result: POLLIN | POLLHUP }]);
});

test("timers complete when they are due and not before, the loop's timeout with nothing", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const { guest, loop } = boot();
  const id = loop.armTimer(20);
  loop.armTimer(60_000);
  expect(() => loop.wait(-1)).toThrow(Asleep);
  vi.advanceTimersByTime(19);
  expect(guest.hasAnswer).toBe(false);
  vi.advanceTimersByTime(1);
  expect(guest.wakeUp()).toBe(0);
  expect(readCompletions(guest.stub.resultBytes)).toMatchObject([{ id, result: 0 }]);
  expect(() => loop.wait(20)).toThrow(Asleep);
  vi.advanceTimersByTime(19);
  expect(guest.hasAnswer).toBe(false);
  vi.advanceTimersByTime(1);
  expect(guest.wakeUp()).toBe(0);
  expect(readCompletions(guest.stub.resultBytes)).toEqual([]);
});

test("a child's end completes with its status, and the child is gone", () => {
  const { tables, process, guest, loop } = boot();
  const [child, other] = [start(tables, { parent: process }), start(tables, { parent: process })];
  const id = loop.armChild(child.pid);
  const completions = asleepUntil(guest, () => {
    tables.processes.end(other, exitStatus(1));
    tables.processes.end(child, exitStatus(42));
  });
  expect(completions).toMatchObject([{ id, result: child.pid, extra: 42 << 8 }]);
  expect(tables.processes.get(child.pid)).toBe(errno.ESRCH);
  expect(tables.processes.get(other.pid)).toBe(other);
});

test("an id is armed once; submissions have a limit", () => {
  const { loop, readFd } = boot({ submissions: 2 });
  loop.armRead(readFd, 10, true);
  loop.armTimer(1000);
  loop.armTimer(1000);
  expect(loop.wait(-1)).toMatchObject([{ id: 3, result: -errno.EAGAIN.number }]);
});

test("malformed submissions are EINVAL, and arm nothing", () => {
  const { process, guest, readFd } = boot();
  const call = (submissions: Uint8Array, target = 1000) =>
    guest.stub.call("loop", { submissions, timeoutUs: 0, target });
  expect(call(new Uint8Array(23))).toBe(errno.EINVAL.number);
  expect(call(new Uint8Array(24))).toBe(errno.EINVAL.number);
  const read = new Uint8Array(Uint32Array.from([1, 1, readFd, 10, 0, 0]).buffer);
  expect(call(read, 15)).toBe(errno.EINVAL.number);
  expect(process.submissions.size).toBe(0);
  expect(call(read)).toBe(0);
  expect(process.submissions.dump()).toEqual([{ id: 1, operation: "read" }]);
});

test("thousands of submissions go in one wait", () => {
  const { process, loop } = boot();
  for (let count = 0; count < 9000; count++) loop.armTimer(0);
  const completions = [];
  while (process.submissions.size > 0 || completions.length === 0)
    completions.push(...loop.wait(0));
  expect(completions).toHaveLength(9000);
});

test("caught signals complete, one each, lowest first; others keep their default", () => {
  const { tables, process, guest } = boot();
  for (const signal of [SIGTERM, SIGINT]) {
    guest.stub.call("signal_action", { signal, disposition: 2, flags: 0, maskLow: 0, maskHigh: 0 });
  }
  const woken = asleepUntil(guest, () => tables.processes.deliver(process, SIGTERM));
  expect(woken).toMatchObject([{ id: 0, operation: loopOperation.signal, result: SIGTERM }]);
  for (const signal of [SIGTERM, SIGINT, SIGTERM]) tables.processes.deliver(process, signal);
  expect(guest.loop.wait(-1).map(({ result }) => result)).toEqual([SIGINT, SIGTERM]);
  tables.processes.deliver(process, SIGUSR1);
  expect(process.deadlySignal).toBe(SIGUSR1);
});

test("SIGCHLD is told when it is caught", () => {
  const { tables, process, guest } = boot();
  const child = start(tables, { parent: process });
  guest.stub.call("signal_action", {
    signal: SIGCHLD,
    disposition: 2,
    flags: 0,
    maskLow: 0,
    maskHigh: 0,
  });
  const woken = asleepUntil(guest, () => tables.processes.end(child, exitStatus(0)));
  expect(woken).toMatchObject([{ operation: loopOperation.signal, result: SIGCHLD }]);
});

test("signal_action answers what was set, and refuses SIGKILL", () => {
  const { process, guest } = boot();
  const set = (signal: number, disposition: number) =>
    guest.stub.call("signal_action", { signal, disposition, flags: 0, maskLow: 0, maskHigh: 0 }) ||
    guest.stub.result;
  expect([set(SIGINT, 2), set(SIGINT, 1), set(SIGINT, 0), set(SIGINT, 0)]).toEqual([0, 2, 1, 0]);
  expect(set(SIGKILL, 2)).toBe(errno.EINVAL.number);
  expect(set(0, 1)).toBe(errno.EINVAL.number);
  expect(set(65, 1)).toBe(errno.EINVAL.number);
  expect(set(SIGINT, 3)).toBe(errno.EINVAL.number);
  expect([process.ignoredSignals.size, process.caughtSignals.size]).toEqual([0, 0]);
});

test("a caught signal ends poll with EINTR; a read goes on, unless the signal interrupts", () => {
  const { tables, process, guest, readFd, write } = boot();
  guest.stub.call("signal_action", {
    signal: SIGINT,
    disposition: 2,
    flags: 0,
    maskLow: 0,
    maskHigh: 0,
  });
  const entries = new Uint8Array(Int32Array.from([readFd, POLLIN]).buffer);
  expect(() => guest.stub.call("poll", { entries, timeoutUs: -1 })).toThrow(Asleep);
  tables.processes.deliver(process, SIGINT);
  expect(guest.wakeUp()).toBe(errno.EINTR.number);
  expect(() => guest.stub.call("read", { fd: readFd, target: 10 })).toThrow(Asleep);
  tables.processes.deliver(process, SIGINT);
  expect(guest.hasAnswer).toBe(false);
  write("x");
  expect(guest.wakeUp()).toBe(0);
  guest.stub.call("signal_action", {
    signal: SIGINT,
    disposition: 2,
    flags: 1,
    maskLow: 0,
    maskHigh: 0,
  });
  expect(() => guest.stub.call("read", { fd: readFd, target: 10 })).toThrow(Asleep);
  tables.processes.deliver(process, SIGINT);
  expect(guest.wakeUp()).toBe(errno.EINTR.number);
});

test("children inherit ignored signals, not caught ones", () => {
  const { tables, process, guest } = boot();
  guest.stub.call("signal_action", {
    signal: SIGINT,
    disposition: 2,
    flags: 0,
    maskLow: 0,
    maskHigh: 0,
  });
  guest.stub.call("signal_action", {
    signal: SIGTERM,
    disposition: 1,
    flags: 0,
    maskLow: 0,
    maskHigh: 0,
  });
  const child = start(tables, { parent: process });
  expect([...child.ignoredSignals]).toEqual([SIGTERM]);
  expect(child.caughtSignals.size).toBe(0);
});

test("the end of a process cancels what it waits for", () => {
  const { tables, process, guest, loop, readFd } = boot();
  const reader = ok(process.fds.get(readFd));
  loop.armRead(readFd, 10, true);
  loop.armTimer(1000);
  expect(() => loop.wait(-1)).toThrow(Asleep);
  tables.processes.end(process, signalStatus(SIGKILL));
  expect(process.parked.size).toBe(0);
  expect(reader.pollQueues[0]?.length).toBe(0);
  expect(guest.events).toEqual(["ended in a call"]);
});

test("try_write takes what there is room for, then EAGAIN", () => {
  const { guest, writeFd } = boot();
  const data = new Uint8Array(100_000);
  expect(guest.stub.call("try_write", { fd: writeFd, data })).toBe(0);
  expect(guest.stub.result).toBe(65_536);
  expect(guest.stub.call("try_write", { fd: writeFd, data })).toBe(errno.EAGAIN.number);
});

test("a file can be read through the loop too", () => {
  const { tables, process, loop } = boot();
  const fd = openIn(tables, process, "/file", 0o102);
  ok(ok(process.fds.get(fd)).pwrite(utf8("content"), 0));
  loop.armRead(fd, 100, true);
  expect(textIn(loop.wait(-1)[0])).toBe("content");
  expect(loop.wait(-1)[0]?.result).toBe(0);
});
