// The end of a process at any moment: whatever it was doing, nothing of it is left, and nobody else notices.

import { expect, test } from "vitest";
import { ProcessEnded } from "../../src/bridge/guest/guest-stub.js";
import { syscalls } from "../../src/bridge/syscalls.js";
import { HEADER_BYTES, PAYLOAD_BYTES, word } from "../../src/bridge/wire.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { pipeCapacity } from "../../src/kernel/limits.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGKILL } from "../../src/kernel/signals.js";
import { Blocked } from "../../src/kernel/wait.js";
import { bootTables, ok, start } from "../kernel/tables.js";
import { forSeeds, type Random } from "../random.js";
import { Asleep, SocketGuest } from "./socket-guest.js";
import { ThreadGuest } from "./thread-guest.js";

/** Makes some call; false when the guest now sleeps. */
function step(guest: SocketGuest | ThreadGuest, process: Process, random: Random): boolean {
  const fd = random.pick(process.fds.numbers() as [number, ...number[]]);
  const data = new Uint8Array(random.pick([1, 100, 5000, 70_000]));
  try {
    random.pick<() => unknown>([
      () => guest.stub.write(fd, data),
      () => guest.stub.write(fd, data),
      () => guest.stub.call("read", { fd, target: 65_536 }),
      () => guest.stub.call("write", { fd, data }),
      () => guest.stub.call("try_write", { fd, data }),
      () => guest.stub.call("pipe", { flags: 0 }),
      () => guest.stub.call("dup", { fd, minimum: 0, flags: 0 }),
      () => guest.loop.armRead(fd, 4096, random.chance(0.5)),
      () => guest.loop.armPoll(fd, 5, random.chance(0.5)),
      () => guest.loop.armTimer(1),
      () => guest.loop.wait(random.pick([0, 1, -1])),
      () =>
        guest.stub.call("signal_action", {
          signal: 10,
          disposition: 2,
          flags: 0,
          maskLow: 0,
          maskHigh: 0,
        }),
      () => guest.stub.call("waitpid", { pid: -1, options: 0 }),
    ])();
    return true;
  } catch (thrown) {
    if (thrown instanceof Asleep) return false;
    throw thrown;
  }
}

test.each([
  ["in a guest host process", SocketGuest],
  ["in a thread", ThreadGuest],
])("killed at any moment, a process %s leaves nothing behind", (_, Guest) => {
  forSeeds(300, (random) => {
    const tables = bootTables();
    const neighbour = start(tables);
    const pipe = ok(openPipe(tables, neighbour, false));
    const process = start(tables, { parent: neighbour, fds: ok(neighbour.fds.fork([])) });
    start(tables, { parent: process });
    const guest = new Guest(tables, process);
    for (let count = random.below(30); count > 0; count--) {
      if (!step(guest, process, random)) break;
    }
    if (random.chance(0.3)) tables.processes.deliver(process, 10);
    tables.processes.deliver(process, SIGKILL);
    tables.processes.deliver(process, SIGKILL);
    expect(process.isRunning).toBe(false);
    expect(process.parked.size).toBe(0);
    expect(process.fds.numbers()).toEqual([]);
    expect(guest.events.filter((event) => event.startsWith("ended"))).toHaveLength(1);
    // What the neighbour holds works on, and is all there is.
    expect(tables.pipes.size).toBe(1);
    const reader = ok(neighbour.fds.get(pipe.readFd));
    const rest = reader.read(new Uint8Array(pipeCapacity));
    expect(rest instanceof Blocked || typeof rest === "number").toBe(true);
    expect(ok(ok(neighbour.fds.get(pipe.writeFd)).write(new Uint8Array(10)))).toBe(10);
    expect(ok(reader.read(new Uint8Array(100)))).toBe(10);
  });
});

test("random frames never throw and never reach beyond their process", () => {
  const numbers = Object.values(syscalls).map(({ number }) => number);
  forSeeds(300, (random) => {
    const tables = bootTables();
    const process = start(tables);
    const neighbour = start(tables);
    ok(openPipe(tables, process, false));
    const guest = new SocketGuest(tables, process);
    for (let count = 0; count < 20 && process.isRunning; count++) {
      const frame = new Int32Array(HEADER_BYTES / 4 + 64);
      for (let index = 0; index < frame.length; index++) {
        frame[index] = random.chance(0.7) ? random.below(8) : Math.floor(random.next() * 2 ** 32);
      }
      frame[word.number] = random.chance(0.95)
        ? random.pick(numbers as [number, ...number[]])
        : random.below(300);
      frame[word.payloadLength] = random.chance(0.95) ? 256 : random.below(2 * PAYLOAD_BYTES);
      // Signals and the end of another process are its right: it may not be sent any here.
      if (frame[word.number] === syscalls.kill.number) continue;
      guest.send(new Uint8Array(frame.buffer));
      guest.flow();
    }
    expect(neighbour.isRunning).toBe(true);
    tables.processes.deliver(process, SIGKILL);
    expect(process.parked.size).toBe(0);
  });
});

test("a guest asleep when it is killed unwinds", () => {
  const tables = bootTables();
  const process = start(tables);
  const guest = new SocketGuest(tables, process);
  const { readFd } = ok(openPipe(tables, process, false));
  guest.loop.armRead(readFd, 10, false);
  expect(() => guest.loop.wait(-1)).toThrow(Asleep);
  tables.processes.deliver(process, SIGKILL);
  expect(() => guest.wakeUp()).toThrow(ProcessEnded);
});
