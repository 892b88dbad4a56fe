// Writes that a guest in a thread posts: in order, bounded, without trust, and with no trace after its end.

import { expect, test } from "vitest";
import { ProcessEnded } from "../../src/bridge/guest/guest-stub.js";
import { PostedWriter, RING_BYTES } from "../../src/bridge/posted-ring.js";
import { POSTED_OFFSET } from "../../src/bridge/wire.js";
import { O_CREAT, O_NONBLOCK, O_RDWR } from "../../src/kernel/constants.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { errno } from "../../src/kernel/errno.js";
import { pipeCapacity, postedWriteCredit } from "../../src/kernel/limits.js";
import { SIGKILL, SIGPIPE, SIGSTOP, SIGSYS } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { bootTables, ok, openIn, start, textOf, utf8 } from "../kernel/tables.js";
import { forSeeds } from "../random.js";
import { Asleep } from "./socket-guest.js";
import { ThreadGuest } from "./thread-guest.js";

/** A guest that has the write end of a pipe and may post to it; a neighbour has the read end. */
function boot() {
  const tables = bootTables();
  const reader = start(tables);
  const { readFd, writeFd } = ok(openPipe(tables, reader, false));
  const process = start(tables);
  process.fds.install(writeFd, ok(reader.fds.get(writeFd)));
  ok(reader.fds.close(writeFd));
  const guest = new ThreadGuest(tables, process);
  const { stub } = guest;
  expect(stub.write(writeFd, utf8("first "))).toBe(0);
  /** What is in the pipe now. */
  const taken = (bytes = pipeCapacity): Uint8Array => {
    const target = new Uint8Array(bytes);
    return target.subarray(0, ok(ok(reader.fds.get(readFd)).read(target)));
  };
  taken();
  /** Fills the pipe by answered writes, which leave the credit as it is. */
  const fill = (bytes = pipeCapacity): void => {
    expect(stub.call("write", { fd: writeFd, data: new Uint8Array(bytes) })).toBe(0);
  };
  return { tables, process, guest, stub, reader, readFd, writeFd, taken, fill };
}

/** Words of the ring's memory. */
function ringOf(guest: ThreadGuest) {
  return {
    indexes: new Int32Array(guest.channel.buffer, POSTED_OFFSET, 4),
    words: new Int32Array(guest.channel.buffer, POSTED_OFFSET + 16, RING_BYTES / 4),
  };
}

test("a write within the credit does not wait, and has happened before the next call", () => {
  const { guest, stub, writeFd, taken } = boot();
  stub.isHeard = false;
  for (const text of ["a", "bc", "def"]) {
    expect(stub.write(writeFd, utf8(text))).toBe(0);
    expect(stub.result).toBe(text.length);
  }
  stub.isHeard = true;
  expect(stub.call("getpid", {})).toBe(0);
  expect(textOf(taken())).toBe("abcdef");
  expect(guest.events).toEqual([]);
});

test("without credit it is an answered write, which gives new credit", () => {
  const { guest, stub, writeFd, taken } = boot();
  stub.isHeard = false;
  expect(stub.write(writeFd, new Uint8Array(postedWriteCredit - 1))).toBe(0);
  expect(stub.write(writeFd, new Uint8Array(1))).toBe(0);
  expect(() => stub.write(writeFd, new Uint8Array(1))).toThrow(Asleep);
  guest.channel.advance();
  taken();
  expect([guest.wakeUp(), stub.result]).toEqual([0, 1]);
  stub.isHeard = true;
  stub.write(writeFd, new Uint8Array(1));
  stub.isHeard = false;
  expect(stub.write(writeFd, new Uint8Array(postedWriteCredit))).toBe(0);
});

test("files, non-blocking pipes and descriptors that lead elsewhere get no credit", () => {
  const { tables, process, stub, writeFd } = boot();
  const file = openIn(tables, process, "/f", O_CREAT | O_RDWR);
  stub.call("write", { fd: file, data: utf8("x") });
  expect(stub.secondResult).toBe(0);
  stub.call("dup2", { fd: file, newFd: writeFd, flags: 0 });
  expect(stub.write(writeFd, utf8("to the file"))).toBe(0);
  expect(ok(ok(process.fds.get(file)).stat()).size).toBe(12);

  const other = boot();
  other.stub.call("set_status", { fd: other.writeFd, flags: O_NONBLOCK });
  other.stub.write(other.writeFd, new Uint8Array(pipeCapacity));
  expect(other.stub.write(other.writeFd, utf8("x"))).toBe(errno.EAGAIN.number);
});

test("one that has to wait holds up the next call until there is room", () => {
  const { guest, stub, process, writeFd, taken, fill } = boot();
  fill(65_000);
  // It goes in piece by piece.
  expect(stub.write(writeFd, new Uint8Array(60_000))).toBe(0);
  expect(() => stub.call("getpid", {})).toThrow(Asleep);
  expect(process.parked.size).toBe(1);
  expect(taken(30_000).length).toBe(30_000);
  expect(guest.hasAnswer).toBe(false);
  expect(taken().length).toBe(pipeCapacity);
  expect(guest.wakeUp()).toBe(0);
  expect(stub.result).toBe(process.pid);
  expect(taken().length).toBe(125_000 - 30_000 - pipeCapacity);
});

test("a broken pipe is SIGPIPE; caught, the next write says EPIPE", () => {
  const killed = boot();
  ok(killed.reader.fds.close(killed.readFd));
  killed.stub.write(killed.writeFd, utf8("x"));
  expect(killed.process.deadlySignal).toBe(SIGPIPE);

  const { stub, reader, readFd, writeFd } = boot();
  stub.call("signal_action", {
    signal: SIGPIPE,
    disposition: 2,
    flags: 0,
    maskLow: 0,
    maskHigh: 0,
  });
  ok(reader.fds.close(readFd));
  expect(stub.write(writeFd, utf8("x"))).toBe(0);
  stub.call("getpid", {});
  expect(stub.write(writeFd, utf8("y"))).toBe(errno.EPIPE.number);
});

test("random lengths come out whole and in order, however often the ring goes round", () => {
  forSeeds(30, (random) => {
    const { guest, stub, writeFd, taken } = boot();
    let sent = 0;
    let got = 0;
    const drain = () => {
      for (;;) {
        const bytes = sent > got ? taken() : new Uint8Array(0);
        const expected = Uint8Array.from(bytes, (_, index) => (got + index) % 251);
        expect(Buffer.compare(bytes, expected)).toBe(0);
        got += bytes.length;
        if (got === sent) return;
      }
    };
    for (let count = 0; count < 60; count++) {
      stub.isHeard = random.chance(0.3);
      const length = random.pick([1, 7, 80, 1024, 4097, random.below(20_000) + 1]);
      const data = Uint8Array.from({ length }, (_, index) => (sent + index) % 251);
      sent += length;
      try {
        stub.write(writeFd, data);
      } catch (thrown) {
        if (!(thrown instanceof Asleep)) throw thrown;
        stub.isHeard = true;
        guest.channel.advance();
        drain();
        expect(guest.wakeUp()).toBe(0);
      }
    }
    guest.channel.advance();
    drain();
    expect(guest.events.filter((event) => event !== "more")).toEqual([]);
  });
});

test("many small ones are carried out in turns", () => {
  const { guest, stub, writeFd, taken } = boot();
  stub.isHeard = false;
  for (let count = 0; count < 300; count++) stub.write(writeFd, utf8("."));
  guest.channel.advance();
  expect(guest.events).toEqual(["more"]);
  expect(taken().length).toBeLessThan(300);
  guest.channel.advance();
  guest.channel.advance();
  expect(guest.events).toEqual(["more", "more"]);
});

test("killed, its posted writes are carried out as far as there is room", () => {
  const { tables, guest, stub, process, writeFd, taken } = boot();
  stub.isHeard = false;
  stub.write(writeFd, utf8("last "));
  stub.write(writeFd, utf8("words"));
  tables.processes.deliver(process, SIGKILL);
  expect(guest.events).toEqual(["ended outside"]);
  expect(textOf(taken())).toBe("last words");
  // Its end of the pipe is closed: nobody waits for more.
  expect(taken().length).toBe(0);
  tables.processes.deliver(process, SIGKILL);
});

test("stopped and then killed, what it had posted before is carried out", () => {
  const { tables, stub, process, writeFd, taken } = boot();
  tables.processes.deliver(process, SIGSTOP);
  stub.write(writeFd, utf8("posted "));
  stub.write(writeFd, utf8("before"));
  expect(process.isStopped).toBe(true);
  tables.processes.deliver(process, SIGKILL);
  expect(textOf(taken())).toBe("posted before");
});

test("killed while one waits, it unwinds from its call and what came behind never happens", () => {
  const { tables, guest, stub, process, writeFd, taken, fill } = boot();
  fill();
  stub.write(writeFd, utf8("waits"));
  expect(() => stub.write(writeFd, utf8("never"))).not.toThrow();
  expect(() => stub.call("getpid", {})).toThrow(Asleep);
  tables.processes.deliver(process, SIGKILL);
  expect(guest.events).toEqual(["ended in a call"]);
  expect(() => guest.wakeUp()).toThrow(ProcessEnded);
  expect(process.parked.size).toBe(0);
  expect(taken().length).toBe(65_536);
  expect(taken().length).toBe(0);
});

test("what one process posted is never the next one's", () => {
  const { tables, guest, stub, process, writeFd, taken, fill } = boot();
  fill();
  stub.write(writeFd, utf8("waits"));
  stub.write(writeFd, utf8("behind"));
  expect(() => stub.call("getpid", {})).toThrow(Asleep);
  const next = start(tables);
  next.fds.install(writeFd, ok(process.fds.get(writeFd)));
  tables.processes.deliver(process, SIGKILL);
  guest.serve(next);
  taken();
  expect(stub.call("getpid", {})).toBe(0);
  expect(stub.result).toBe(next.pid);
  // Nor is its credit: the first write waits for its answer.
  stub.isHeard = false;
  expect(() => stub.write(writeFd, utf8("x"))).toThrow(Asleep);
});

test.each<[string, (indexes: Int32Array, words: Int32Array) => void]>([
  ["a head far ahead", (indexes) => void Atomics.add(indexes, 0, RING_BYTES + 8)],
  ["a head behind", (indexes) => void Atomics.sub(indexes, 0, 8)],
  ["a head in the middle of a word", (indexes) => void Atomics.add(indexes, 0, 3)],
  ["a frame without its bytes", (indexes) => void Atomics.add(indexes, 0, 8)],
  ["a negative length", (_, words) => words.fill(-2)],
  ["a length beyond the ring", (_, words) => words.fill(RING_BYTES)],
  ["a length beyond what is posted", (_, words) => words.fill(4096)],
  ["only skips", (_, words) => words.fill(-1)],
])("%s ends its process with SIGSYS, and nobody else's", (_, spoil) => {
  const { guest, stub, process, reader, writeFd } = boot();
  stub.isHeard = false;
  stub.write(writeFd, new Uint8Array(100));
  const { indexes, words } = ringOf(guest);
  if (_ === "a frame without its bytes") words.fill(100, 28, 64);
  spoil(indexes, words);
  guest.channel.advance();
  expect(process.waitStatus).toBe(signalStatus(SIGSYS));
  expect(guest.events).toContain("violation");
  expect(reader.isRunning).toBe(true);
});

test("random indexes and frames never throw and never reach beyond their process", () => {
  forSeeds(300, (random) => {
    const { tables, guest, process, reader } = boot();
    const { indexes, words } = ringOf(guest);
    for (let count = 0; count < 30 && process.isRunning; count++) {
      for (let spoilt = random.below(8); spoilt > 0; spoilt--) {
        words[random.below(64)] = random.pick([0, 1, 8, 100, -1, random.below(2 ** 32) | 0]);
      }
      Atomics.add(indexes, random.below(2), random.pick([8, 16, 24, 120, 2 ** 17, -8, 1]));
      guest.channel.advance();
    }
    expect(reader.isRunning).toBe(true);
    tables.processes.deliver(process, SIGKILL);
    expect(process.parked.size).toBe(0);
    expect(process.fds.numbers()).toEqual([]);
  });
});

test("a guest that rewrites a frame under way changes nothing of its size and descriptor", () => {
  const { guest, stub, process, writeFd, taken, fill } = boot();
  fill();
  expect(stub.write(writeFd, utf8("waits"))).toBe(0);
  ringOf(guest).words.fill(7);
  taken();
  expect(taken().length).toBe(5);
  expect(process.isRunning).toBe(true);
});

test("the ring takes no more than it has room for", () => {
  const memory = new SharedArrayBuffer(RING_BYTES + 16);
  const writer = new PostedWriter(memory, 0);
  const frame = new Uint8Array(1016);
  let count = 0;
  while (writer.tryPost(1, frame)) count++;
  expect(count).toBe(RING_BYTES / 1024);
});
