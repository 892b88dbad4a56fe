// Whatever a guest sends: the kernel never throws, answers each call at most once, and stays whole.

import { expect, test } from "vitest";
import { syscalls } from "../../src/bridge/syscalls.js";
import { PAYLOAD_BYTES } from "../../src/bridge/wire.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { errno } from "../../src/kernel/errno.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGSYS } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { bootTables, ok, start, utf8 } from "../kernel/tables.js";
import { forSeeds, type Random } from "../random.js";
import { MemoryChannel } from "./direct-guest.js";

const CALLS_PER_SEED = 500;
const SEEDS = 40;

const numbers = Object.values(syscalls).map((row) => row.number) as [number, ...number[]];
const knownErrors = new Set(Object.values(errno).map(({ number }) => number));

const texts = [
  ...[
    "/tmp/a",
    "/tmp/b",
    "/tmp/a/b",
    "/tmp",
    "/",
    ".",
    "..",
    "/dev/null",
    "/dev/zero",
    "/dev/fd/0",
  ],
  ...["/bin/idle", "idle", "/none", "", "/tmp/link", "/tmp/link/", "a\0b\0", "PATH=/bin\0", "\0"],
].map(utf8);

/** An argument word: often a plausible one, sometimes the edge of the world. */
function randomWord(random: Random): number {
  return random.pick([
    random.below(8),
    random.below(8),
    random.below(70),
    random.pick([-1, -100, 0, 1, 2, 4, 0o100, 0o1101, 0o2102, 0o200000, 4096]),
    random.pick([2 ** 31 - 1, -(2 ** 31), PAYLOAD_BYTES, PAYLOAD_BYTES + 1, 2 ** 30]),
    random.below(2 ** 32) | 0,
  ]);
}

function randomPayload(random: Random, payload: Uint8Array, words: number[]): void {
  if (random.chance(0.2)) {
    payload.set(random.bytes(random.below(64)));
    return;
  }
  // Texts one behind the other, and their lengths in some of the words.
  let end = 0;
  for (const index of words.keys()) {
    if (!random.chance(0.5)) continue;
    const text = texts[random.below(texts.length)] ?? utf8("");
    payload.set(text, end);
    end += text.length;
    words[index] = text.length;
  }
}

/** A process with a pipe on 0 and 1, and its channel. */
function startGuest(tables: KernelTables): { process: Process; channel: MemoryChannel } {
  const process = start(tables, { parent: null });
  ok(openPipe(tables, process, false));
  return { process, channel: new MemoryChannel(process) };
}

test("random calls: never an exception, never two answers, nothing left in the end", () => {
  let calls = 0;
  let answered = 0;
  forSeeds(SEEDS, (random) => {
    const tables = bootTables({ fileSystemBytes: 4 << 20, inodes: 200 });
    let { process, channel } = startGuest(tables);
    for (let step = 0; step < CALLS_PER_SEED; step++) {
      const number = random.chance(0.97) ? random.pick(numbers) : randomWord(random);
      const words = Array.from({ length: 6 }, () => randomWord(random));
      randomPayload(random, channel.payload, words);
      const before = channel.replies.length;
      channel.dispatch(tables, number, words);
      calls++;
      const answers = channel.replies.length - before;
      answered += answers;
      if (answers > 1) throw new Error(`call ${number} was answered ${answers} times`);
      const reply = channel.replies.at(-1);
      if (answers === 1 && reply) {
        const { errno: error, payloadLength } = reply;
        if (error !== 0 && !knownErrors.has(error)) throw new Error(`unknown error ${error}`);
        if (payloadLength < 0 || payloadLength > PAYLOAD_BYTES) throw new Error("bad length");
      }
      if (process.waitStatus === signalStatus(SIGSYS)) {
        throw new Error(`call ${number}(${words}) broke an invariant`);
      }
      const isWaiting = process.parked.size > 0;
      if (isWaiting && process.parked.size > 1) throw new Error("more than one call waits");
      if (!process.isRunning || isWaiting) {
        const total = channel.replies.length;
        tables.processes.end(process, 0);
        if (channel.replies.length !== total) throw new Error("a dead process was answered");
        ({ process, channel } = startGuest(tables));
      }
    }
    for (const each of [...tables.processes.all()]) tables.processes.end(each, 0);
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
  });
  // The dictionary must reach past the first check: most calls are answered, many of them well.
  expect(answered).toBeGreaterThan(calls / 2);
});
