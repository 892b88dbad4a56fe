// The `loop` call over shared memory: the same stub calls, the other transport.

import { expect, test } from "vitest";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { SIGTERM } from "../../src/kernel/signals.js";
import { bootTables, ok, start, textOf, utf8 } from "../kernel/tables.js";
import { Asleep } from "./socket-guest.js";
import { ThreadGuest } from "./thread-guest.js";

test("reads, signals and writes work as over a socket", () => {
  const tables = bootTables();
  const process = start(tables);
  const { stub, loop } = new ThreadGuest(tables, process);
  const { readFd, writeFd } = ok(openPipe(tables, process, false));
  expect(stub.write(writeFd, utf8("one"))).toBe(0);
  expect(stub.write(writeFd, utf8("two"))).toBe(0);
  stub.call("signal_action", {
    signal: SIGTERM,
    disposition: 2,
    flags: 0,
    maskLow: 0,
    maskHigh: 0,
  });
  tables.processes.deliver(process, SIGTERM);
  const id = loop.armRead(readFd, 100, true);
  const [signal, read] = loop.wait(-1);
  expect(signal?.result).toBe(SIGTERM);
  expect(read?.id).toBe(id);
  expect(textOf(read?.data ?? utf8(""))).toBe("onetwo");
  loop.cancel(id);
  expect(loop.wait(0)).toEqual([]);
});

test("a guest that rings again before it is answered is not served twice", () => {
  const tables = bootTables();
  const process = start(tables);
  const { channel, stub } = new ThreadGuest(tables, process);
  const { readFd } = ok(openPipe(tables, process, false));
  expect(() => stub.call("read", { fd: readFd, target: 10 })).toThrow(Asleep);
  channel.advance();
  channel.advance();
  expect(process.parked.size).toBe(1);
});
