// Record locks between processes: what the battery, which is one process, cannot show.

import { expect, test } from "vitest";
import { lockCalls } from "../../src/bridge/lock-calls.js";
import { O_CREAT, O_RDONLY, O_RDWR } from "../../src/kernel/constants.js";
import { errno } from "../../src/kernel/errno.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import { Blocked } from "../../src/kernel/wait.js";
import { blocked, bootTables, codeOf, ok, openIn, start } from "./tables.js";

const READ = 0;
const WRITE = 1;
const UNLOCK = 2;
const WAIT = 16;

/** A process with the file open, and its calls. */
function locker(tables: KernelTables, flags = O_RDWR) {
  const process: Process = start(tables);
  const fd = openIn(tables, process, "/tmp/f", flags | O_CREAT);
  const lock = (kind: number, from: number, length: number) =>
    lockCalls.lock_record({ tables, process }, { fd, kind, start: from, length });
  const test = (kind: number, from: number, length: number) => {
    const answer = lockCalls.test_record_lock(
      { tables, process },
      { fd, kind, start: from, length },
    );
    if (!(answer instanceof Uint8Array)) return codeOf(answer);
    const view = new DataView(answer.buffer);
    const [type, pid] = [view.getInt32(0, true), view.getInt32(4, true)];
    return [type, pid, Number(view.getBigInt64(8, true)), Number(view.getBigInt64(16, true))];
  };
  return { process, fd, lock, test, pid: process.pid };
}

function result(outcome: unknown): string {
  if (outcome instanceof Blocked) return "blocks";
  return outcome === undefined ? "ok" : String(codeOf(outcome as never));
}

test("readers share a range, a writer has it alone, other ranges are free", () => {
  const tables = bootTables();
  const [a, b] = [locker(tables), locker(tables)];
  expect(result(a.lock(READ, 0, 10))).toBe("ok");
  expect(result(b.lock(READ, 5, 10))).toBe("ok");
  expect(result(b.lock(WRITE, 5, 1))).toBe("EAGAIN");
  expect(result(b.lock(WRITE, 10, 5))).toBe("ok");
  expect(result(a.lock(READ, 14, 1))).toBe("EAGAIN");
  expect(result(a.lock(WRITE, 15, 0))).toBe("ok");
  expect(result(b.lock(READ, 1e15, 1))).toBe("EAGAIN");
});

test("F_GETLK names the lock in the way", () => {
  const tables = bootTables();
  const [a, b] = [locker(tables), locker(tables)];
  ok(a.lock(WRITE, 10, 5));
  ok(a.lock(READ, 20, 0));
  expect(b.test(READ, 0, 10)).toEqual([UNLOCK, 0, 0, 0]);
  expect(b.test(READ, 0, 11)).toEqual([WRITE, a.pid, 10, 5]);
  expect(b.test(READ, 15, 0)).toEqual([UNLOCK, 0, 0, 0]);
  expect(b.test(WRITE, 15, 0)).toEqual([READ, a.pid, 20, 0]);
  expect(a.test(WRITE, 0, 0)).toEqual([UNLOCK, 0, 0, 0]);
  expect(b.test(UNLOCK, 0, 0)).toBe("EINVAL");
});

test("ranges are split, shortened, turned and joined", () => {
  const tables = bootTables();
  const a = locker(tables);
  const ranges = () => tables.locks.dump().flatMap(({ records }) => records);
  const range = (type: string, from: number, end: number) => ({
    pid: a.pid,
    type,
    start: from,
    end,
  });
  ok(a.lock(WRITE, 0, 100));
  ok(a.lock(UNLOCK, 40, 20));
  expect(ranges()).toEqual([range("exclusive", 0, 40), range("exclusive", 60, 100)]);
  ok(a.lock(READ, 30, 40));
  expect(ranges()).toEqual([
    range("exclusive", 0, 30),
    range("shared", 30, 70),
    range("exclusive", 70, 100),
  ]);
  ok(a.lock(WRITE, 30, 40));
  expect(ranges()).toEqual([range("exclusive", 0, 100)]);
  ok(a.lock(WRITE, 100, 0));
  expect(ranges()).toEqual([range("exclusive", 0, Number.POSITIVE_INFINITY)]);
  ok(a.lock(UNLOCK, 0, 0));
  expect(tables.locks.size).toBe(0);
});

test("a negative length reaches back; what is before the file or beyond all numbers is refused", () => {
  const tables = bootTables();
  const [a, b] = [locker(tables), locker(tables)];
  ok(a.lock(WRITE, 10, -4));
  expect(b.test(READ, 0, 0)).toEqual([WRITE, a.pid, 6, 4]);
  expect(result(a.lock(WRITE, 3, -4))).toBe("EINVAL");
  expect(result(a.lock(WRITE, -1, 1))).toBe("EINVAL");
  expect(result(a.lock(WRITE, Number.MAX_SAFE_INTEGER, 2))).toBe("EOVERFLOW");
  expect(result(a.lock(3, 0, 1))).toBe("EINVAL");
  expect(result(a.lock(WRITE + 4 * 3, 0, 1))).toBe("EINVAL");
});

test("a read lock wants a descriptor for reading, a write lock one for writing", () => {
  const tables = bootTables();
  const a = locker(tables, O_RDONLY);
  expect(result(a.lock(READ, 0, 0))).toBe("ok");
  expect(result(a.lock(WRITE, 0, 0))).toBe("EBADF");
  expect(result(a.lock(UNLOCK, 0, 0))).toBe("ok");
});

test("F_SETLKW waits until the range is free", () => {
  const tables = bootTables();
  const [a, b] = [locker(tables), locker(tables)];
  ok(a.lock(WRITE, 0, 10));
  const waiting = blocked(b.lock(WRITE | WAIT, 5, 1));
  ok(a.lock(UNLOCK, 0, 5));
  expect(waiting.retry()).toBeInstanceOf(Blocked);
  ok(a.lock(UNLOCK, 0, 0));
  expect(waiting.retry()).toBeUndefined();
  expect(result(a.lock(WRITE, 5, 1))).toBe("EAGAIN");
});

test("two who would wait for each other: the second gets EDEADLK", () => {
  const tables = bootTables();
  const [a, b, c] = [locker(tables), locker(tables), locker(tables)];
  ok(a.lock(WRITE, 0, 1));
  ok(b.lock(WRITE, 1, 1));
  ok(c.lock(WRITE, 2, 1));
  blocked(a.lock(WRITE | WAIT, 1, 1));
  blocked(b.lock(WRITE | WAIT, 2, 1));
  expect(result(c.lock(WRITE | WAIT, 0, 1))).toBe("EDEADLK");
  ok(c.lock(UNLOCK, 0, 0));
});

test("a call that is cut short waits for nobody any more", () => {
  const tables = bootTables();
  const [a, b] = [locker(tables), locker(tables)];
  ok(a.lock(WRITE, 0, 1));
  ok(b.lock(WRITE, 1, 1));
  expect(blocked(a.lock(WRITE | WAIT, 1, 1)).interrupted(errno.EINTR)).toBe(errno.EINTR);
  expect(result(b.lock(WRITE | WAIT, 0, 1))).toBe("blocks");
});

test("closing any descriptor of the file gives all of the process's locks on it up", () => {
  const tables = bootTables();
  const [a, b] = [locker(tables), locker(tables)];
  ok(a.lock(WRITE, 0, 0));
  const other = openIn(tables, a.process, "/tmp/f", O_RDONLY);
  expect(result(b.lock(WRITE, 0, 0))).toBe("EAGAIN");
  ok(a.process.fds.close(other));
  expect(result(b.lock(WRITE, 0, 0))).toBe("ok");
});

test("the end of a process gives its locks up and wakes who waits", () => {
  const tables = bootTables();
  const [a, b] = [locker(tables), locker(tables)];
  ok(a.lock(WRITE, 0, 0));
  const waiting = blocked(b.lock(READ | WAIT, 0, 0));
  tables.processes.end(a.process, 0);
  expect(waiting.retry()).toBeUndefined();
  tables.processes.end(b.process, 0);
  expect(tables.locks.size).toBe(0);
});

test("a child does not inherit record locks", () => {
  const tables = bootTables();
  const a = locker(tables);
  ok(a.lock(WRITE, 0, 0));
  const child = start(tables, { parent: a.process, fds: ok(a.process.fds.fork([])) });
  const lock = lockCalls.lock_record(
    { tables, process: child },
    { fd: a.fd, kind: READ, start: 0, length: 0 },
  );
  expect(result(lock)).toBe("EAGAIN");
});

test("flock goes with the last copy of the description, in whatever process", () => {
  const tables = bootTables();
  const [a, b] = [locker(tables), locker(tables)];
  const flock = (process: Process, fd: number, operation: number) =>
    result(lockCalls.flock({ tables, process }, { fd, operation }));
  expect(flock(a.process, a.fd, 2)).toBe("ok");
  const child = start(tables, { parent: a.process, fds: ok(a.process.fds.fork([])) });
  tables.processes.end(a.process, 0);
  expect(flock(b.process, b.fd, 6)).toBe("EAGAIN");
  expect(flock(b.process, b.fd, 2)).toBe("blocks");
  tables.processes.end(child, 0);
  expect(flock(b.process, b.fd, 6)).toBe("ok");
  tables.processes.end(b.process, 0);
  expect(tables.locks.size).toBe(0);
});

test("too many locks are ENOLCK", () => {
  const tables = bootTables({ recordLocks: 10 });
  const a = locker(tables);
  const results = Array.from({ length: 12 }, (_, index) => result(a.lock(WRITE, index * 2, 1)));
  expect(results.slice(0, 9)).toEqual(Array(9).fill("ok"));
  expect(results.at(-1)).toBe("ENOLCK");
  expect(result(a.lock(UNLOCK, 0, 0))).toBe("ok");
  expect(result(a.lock(WRITE, 0, 1))).toBe("ok");
});
