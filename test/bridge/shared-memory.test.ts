// The shared-memory transport with real threads: no call is lost, none is answered to another.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Doorbell, ring } from "../../src/bridge/doorbell.js";
import { type GuestEnd, SharedMemoryHub } from "../../src/bridge/shared-memory-hub.js";
import { syscalls } from "../../src/bridge/syscalls.js";
import { HEADER_WORDS, state, word } from "../../src/bridge/wire.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { createKernelInterface } from "../../src/kernel/driver-calls.js";
import { FileApi } from "../../src/kernel/file-api.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGKILL } from "../../src/kernel/signals.js";
import { bootTables, IdleDriver, ok, start } from "../kernel/tables.js";
import type { GuestWork } from "./getpid-guest.js";

let folder: string;
let guestFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "secure-exec-guest-"));
  guestFile = join(folder, "guest.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("getpid-guest.ts", import.meta.url))],
    outfile: guestFile,
    bundle: true,
    platform: "node",
    format: "esm",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

// Without the doorbell's watchdog: a wake-up that is lost hangs the test instead of costing a second.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function boot() {
  const tables = bootTables();
  const defaults = { env: {}, cwd: "/" };
  const ki = createKernelInterface(tables, new IdleDriver(), new FileApi(tables.vfs), defaults);
  return { tables, hub: new SharedMemoryHub(ki) };
}

/** A thread that runs the guest as `process`, and what it reports. */
function run(hub: SharedMemoryHub, process: Process, work: Omit<GuestWork, "connection">) {
  const slot = hub.connect();
  const ended = new Promise<GuestEnd>((resolve) => slot.serve(process.pid, resolve));
  const worker = new Worker(guestFile, { workerData: { ...work, connection: slot.connection } });
  const report = new Promise<{ pids: number[]; failures: number }>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  report.catch(() => {});
  const gone = new Promise((resolve) => worker.once("exit", resolve));
  return { report, ended, gone, slot };
}

describe("guest threads", () => {
  // Alone, a thread has nobody whose next call would make up for a wake-up that was lost.
  test.each([1, 4])("%d × 20,000 calls: each is answered, with its caller's pid", async (count) => {
    const { tables, hub } = boot();
    const processes = Array.from({ length: count }, () => start(tables));
    const guests = processes.map((process) => run(hub, process, { calls: 20_000 }));
    for (const [index, { report, ended, slot, gone }] of guests.entries()) {
      expect(await report).toEqual({ pids: [processes[index]?.pid], failures: 0 });
      expect((await ended).waitStatus).toBe(0);
      slot.release();
      await gone;
    }
    expect(tables.processes.size).toBe(0);
  });

  test("payloads go out and come back whole, side by side", async () => {
    const { tables, hub } = boot();
    const guests = [1, 60_000].map((echo) => {
      const process = start(tables);
      ok(openPipe(tables, process, false));
      return run(hub, process, { calls: 300, echo });
    });
    for (const { report, ended, slot, gone } of guests) {
      expect(await report).toMatchObject({ failures: 0 });
      await ended;
      slot.release();
      await gone;
    }
    expect(tables.pipes.size).toBe(0);
  });

  test("a thread that waits in a call when its process is killed unwinds, and is free", async () => {
    const { tables, hub } = boot();
    const process = start(tables);
    const peer = start(tables);
    const { readFd, writeFd } = ok(openPipe(tables, process, false));
    peer.fds.install(1, ok(process.fds.get(writeFd)));
    process.fds.close(writeFd);
    // The echo guest writes to descriptor 1 first: EBADF; then it reads from 0, and waits.
    expect(readFd).toBe(0);
    const { report, ended, gone, slot } = run(hub, process, { calls: 1, echo: 1 });
    await until(() => process.parked.size > 0);
    tables.processes.deliver(process, SIGKILL);
    expect(await ended).toEqual({ waitStatus: SIGKILL, isThreadFree: true });
    await expect(report).rejects.toMatchObject({ name: "ProcessEnded" });
    await gone;
    slot.release();
  });
});

/** A guest played by the test itself, in the kernel's thread. */
function playedGuest() {
  const { tables, hub } = boot();
  const process = start(tables);
  ok(openPipe(tables, process, false));
  const slot = hub.connect();
  slot.serve(process.pid, () => {});
  const { channel, doorbell, slot: number } = slot.connection;
  const header = new Int32Array(channel, 0, HEADER_WORDS);
  const bell = new Int32Array(doorbell);
  const publish = (call: number, ...words: number[]): void => {
    header[word.number] = call;
    header.set(words, word.arguments);
    Atomics.store(header, word.state, state.called);
    ring(bell, number);
  };
  return { tables, process, slot, header, publish, ring: () => ring(bell, number) };
}

/** Lets the event loop turn until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await rounds(1);
}

/** Lets the event loop turn, to show that something does not happen. */
async function rounds(count: number): Promise<void> {
  for (let round = 0; round < count; round++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a hostile guest", () => {
  test("that rings again and again during a call has one call parked, not many", async () => {
    const guest = playedGuest();
    guest.publish(syscalls.read.number, 0, 10);
    await until(() => guest.process.parked.size > 0);
    for (let count = 0; count < 50; count++) {
      guest.ring();
      await rounds(2);
    }
    expect(guest.process.parked.size).toBe(1);
    guest.tables.processes.end(guest.process, 0);
    guest.slot.release();
  });

  test("that rings without a call, or for a slot of nobody, is not served", async () => {
    const guest = playedGuest();
    guest.ring();
    await rounds(5);
    expect(Atomics.load(guest.header, word.state)).toBe(state.idle);
    ring(new Int32Array(guest.slot.connection.doorbell), 1023);
    await rounds(5);
    guest.publish(syscalls.getpid.number);
    await until(() => Atomics.load(guest.header, word.state) === state.answered);
    expect(guest.header[word.result]).toBe(guest.process.pid);
    guest.slot.release();
  });

  test("that changes its arguments after ringing changes nothing of a call that was taken", async () => {
    const guest = playedGuest();
    guest.publish(syscalls.read.number, 0, 10);
    await until(() => guest.process.parked.size > 0);
    guest.header[word.number] = syscalls.exit.number;
    guest.header.set([1, 1], word.arguments);
    ok(ok(guest.process.fds.get(1)).write(new Uint8Array(4)));
    expect([guest.header[word.errno], guest.header[word.result]]).toEqual([0, 4]);
    expect(guest.process.isRunning).toBe(true);
    guest.slot.release();
  });
});

describe("the doorbell", () => {
  test("calls for every slot that rang, each once a ring", async () => {
    const heard: number[] = [];
    const doorbell = new Doorbell((slot) => heard.push(slot));
    const words = new Int32Array(doorbell.buffer);
    const slots = [0, 1, 30, 31, 32, 63, 511, 1023];
    doorbell.open();
    for (const slot of slots) ring(words, slot);
    await until(() => heard.length >= slots.length);
    await rounds(10);
    expect(heard.sort((a, b) => a - b)).toEqual(slots);
    ring(words, 31);
    await until(() => heard.length > slots.length);
    await rounds(10);
    expect(heard.at(-1)).toBe(31);
    expect(heard).toHaveLength(slots.length + 1);
    doorbell.close();
  });

  test.each([
    ["before it says that it sleeps", "store"],
    ["before it sleeps", "waitAsync"],
  ] as const)("rung after the last look, %s, it is heard", async (_, moment) => {
    const heard: number[] = [];
    const doorbell = new Doorbell((slot) => heard.push(slot));
    const words = new Int32Array(doorbell.buffer);
    const original = Atomics[moment] as (...args: unknown[]) => unknown;
    const spy = vi.spyOn(Atomics, moment).mockImplementation((...args: unknown[]): never => {
      spy.mockRestore();
      ring(words, 9);
      return original(...args) as never;
    });
    doorbell.open();
    await until(() => heard.length > 0);
    expect(heard).toEqual([9]);
    doorbell.close();
  });

  test("rung before it is opened, it is heard", async () => {
    const heard: number[] = [];
    const doorbell = new Doorbell((slot) => heard.push(slot));
    ring(new Int32Array(doorbell.buffer), 5);
    doorbell.open();
    await until(() => heard.length > 0);
    expect(heard).toEqual([5]);
    doorbell.close();
  });

  test("closed, it hears nothing; opened again it does", async () => {
    const heard: number[] = [];
    const doorbell = new Doorbell((slot) => heard.push(slot));
    const words = new Int32Array(doorbell.buffer);
    doorbell.open();
    await rounds(5);
    doorbell.close();
    await rounds(5);
    ring(words, 7);
    await rounds(5);
    expect(heard).toEqual([]);
    doorbell.open();
    await until(() => heard.length > 0);
    expect(heard).toEqual([7]);
    doorbell.close();
  });

  test("opened and closed many times, it sleeps once, not once for each time", async () => {
    const doorbell = new Doorbell(() => {});
    const words = new Int32Array(doorbell.buffer);
    doorbell.open();
    await rounds(5);
    for (let count = 0; count < 20; count++) {
      doorbell.close();
      doorbell.open();
    }
    await rounds(20);
    // The number of sleepers that a wake-up reaches.
    expect(Atomics.notify(words, 0)).toBe(1);
    doorbell.close();
  });
});
