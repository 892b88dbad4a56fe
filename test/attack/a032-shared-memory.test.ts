// A032: a guest that rewrites its call after it was taken. A033: forged states and storms of notifications. A034: two
// calls at once on one channel. Only the guest itself is hurt.

import { expect, test } from "vitest";
import { syscalls } from "../../src/bridge/syscalls.js";
import { HEADER_BYTES, HEADER_WORDS, state, word } from "../../src/bridge/wire.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { pipeCapacity } from "../../src/kernel/limits.js";
import { SIGKILL, SIGSYS } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { Asleep, SocketGuest } from "../bridge/socket-guest.js";
import { ThreadGuest } from "../bridge/thread-guest.js";
import { bootTables, ok, start } from "../kernel/tables.js";
import { forSeeds } from "../random.js";
import { underOracle } from "./universal-oracle.js";

function boot() {
  const tables = bootTables();
  const process = start(tables);
  const neighbour = start(tables);
  ok(openPipe(tables, process, false));
  ok(openPipe(tables, neighbour, false));
  const guest = new ThreadGuest(tables, process);
  const header = new Int32Array(guest.channel.buffer, 0, HEADER_WORDS);
  return { tables, process, neighbour, guest, header };
}

test("A032: a call that waits keeps the number and lengths it was taken with", () =>
  underOracle(() => {
    const { process, guest, header } = boot();
    const data = new Uint8Array(pipeCapacity + 1000).fill(1);
    expect(() => guest.stub.call("write", { fd: 1, data })).toThrow(Asleep);
    header[word.number] = syscalls.exit.number;
    header.fill(2 ** 30, word.arguments, word.result);
    new Uint8Array(guest.channel.buffer, HEADER_BYTES).fill(2);
    const target = new Uint8Array(2 * pipeCapacity);
    const reader = ok(process.fds.get(0));
    const first = ok(reader.read(target));
    const second = ok(reader.read(target.subarray(first)));
    // Its bytes are its own to spoil, how many they are is not.
    expect(first + second).toBe(data.length);
    expect([guest.wakeUp(), guest.stub.result]).toEqual([0, data.length]);
    expect(process.isRunning).toBe(true);
  }));

test("A033: forged words and storms of the doorbell hurt nobody else", () =>
  underOracle(() => {
    forSeeds(200, (random) => {
      const { tables, process, neighbour, guest, header } = boot();
      for (let count = 0; count < 40 && process.isRunning; count++) {
        for (let spoilt = random.below(6); spoilt > 0; spoilt--) {
          header[random.below(HEADER_WORDS)] = random.pick([0, 1, 2, 3, -1, random.below(70)]);
        }
        if (header[word.number] === syscalls.kill.number) continue;
        Atomics.store(header, word.state, random.pick([...Object.values(state), 77] as [number]));
        for (let storm = random.below(4); storm > 0; storm--) {
          Atomics.notify(header, word.state);
          guest.channel.advance();
        }
        expect(process.parked.size).toBeLessThanOrEqual(1);
      }
      expect(process.waitStatus).not.toBe(signalStatus(SIGSYS));
      expect(neighbour.isRunning).toBe(true);
      expect(neighbour.fds.numbers()).toEqual([0, 1]);
      tables.processes.deliver(process, SIGKILL);
      expect(process.parked.size).toBe(0);
    });
  }));

test("A034: in shared memory, a second call before the first is answered is not heard", () =>
  underOracle(() => {
    const { process, guest, header } = boot();
    expect(() => guest.stub.call("read", { fd: 0, target: 10 })).toThrow(Asleep);
    header[word.number] = syscalls.pipe.number;
    Atomics.store(header, word.state, state.called);
    guest.channel.advance();
    expect(process.fds.numbers()).toEqual([0, 1]);
    expect(process.parked.size).toBe(1);
  }));

test("A034: over a socket, a second call before the first is answered ends its process", () =>
  underOracle(() => {
    const { tables, process } = boot();
    const guest = new SocketGuest(tables, process);
    expect(() => guest.stub.call("read", { fd: 0, target: 10 })).toThrow(Asleep);
    const again = new Int32Array(HEADER_WORDS);
    again[word.number] = syscalls.getpid.number;
    guest.send(new Uint8Array(again.buffer));
    guest.flow();
    expect(guest.events).toContain("violation");
    tables.processes.deliver(process, SIGKILL);
  }));
