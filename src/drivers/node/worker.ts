/**
 * The thread a Node guest runs in with `isolation: "thread"`. It serves one process at a time, each
 * in a fresh isolate.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ProcessEnded } from "../../bridge/guest/guest-stub.js";
import { SharedMemoryStub } from "../../bridge/guest/shared-memory-stub.js";
import { syscalls } from "../../bridge/syscalls.js";
import { defaultLimits } from "../../kernel/limits.js";
import { SIGABRT } from "../../kernel/signals.js";
import { GuestLimit } from "../host/guest-runtime.js";
import type { GuestThreadData } from "../host/guest-threads.js";
import { FAREWELL } from "./farewell.js";
import {
  GuestEnded,
  GuestIsolate,
  type GuestProgram,
  type GuestWire,
  newGroup,
  prepareTools,
} from "./isolate-container.host.js";
import { BOARD_BYTES, markEnd, type ThreadStart, threadEnd } from "./worker-board.js";

const { connection, clock } = workerData as GuestThreadData;
const bundleFile = new URL("./node-guest.js", import.meta.url);
/** The driver names it in the URL of this file. */
const cacheFolder = new URL(import.meta.url).searchParams.get("cache");
const kernel = new SharedMemoryStub(connection, syscalls);

const MiB = 1024 * 1024;

const wire: GuestWire = {
  channel: connection.channel,
  doorbell: { words: connection.doorbell, slot: connection.slot },
  clock,
  // The isolate makes its calls by itself.
  carry: () => false,
};

function boot(memoryLimitMb: number): GuestIsolate {
  const board = new SharedArrayBuffer(BOARD_BYTES);
  return GuestIsolate.boot(prepareTools(bundleFile, cacheFolder), memoryLimitMb, wire, {
    group: newGroup(),
    board,
    thread: 0,
    // No keeper here: the guest hears that it can't be started.
    start(request) {
      const { thread } = JSON.parse(request) as ThreadStart;
      markEnd(new Int32Array(board), thread, threadEnd.failed, 1);
    },
    stop() {},
  });
}

/** Booted ahead of the guest that it is for, which mostly has the limit that the last one had. */
let ready: GuestIsolate | null = null;
let running: GuestIsolate | null = null;

function rest(memoryLimitMb: number): void {
  try {
    ready ??= boot(memoryLimitMb);
  } catch {
    // The next guest boots it again, and says what is wrong.
  }
}

function isolateFor(memoryLimitMb: number): GuestIsolate {
  const isolate = ready;
  ready = null;
  if (isolate?.memoryLimitMb === memoryLimitMb) return isolate;
  isolate?.dispose();
  return boot(memoryLimitMb);
}

/** Runs a program and ends its process. */
async function start(program: GuestProgram): Promise<void> {
  try {
    running = isolateFor(program.memoryLimitMb);
    kernel.post("exit", { code: await running.run(program) });
  } catch (thrown) {
    // With its process gone there is nobody who would answer a call.
    if (thrown instanceof GuestEnded || isLeaving) return;
    abort(program.pid, thrown);
  }
  running = null;
  if (!isLeaving) rest(program.memoryLimitMb);
}

/** The isolate could not go on: out of memory, as a rule. */
function abort(pid: number, thrown: unknown): void {
  try {
    if (thrown instanceof GuestLimit) {
      kernel.call("abort_at_limit", { limit: thrown.limit, value: thrown.value });
    }
    kernel.call("kill", { pid, signal: SIGABRT });
  } catch (thrown) {
    if (!(thrown instanceof ProcessEnded)) throw thrown;
  }
}

/** Whether the process has ended, and this thread shall. */
let isLeaving = false;
let current: Promise<void> = Promise.resolve();

parentPort?.on("message", (message: GuestProgram | typeof FAREWELL) => {
  if (message !== FAREWELL) {
    current = start(message);
    return;
  }
  // The guest's own thread may be waiting for an answer of this one: it has to be gone first.
  isLeaving = true;
  running?.dispose();
  void current.finally(() => process.exit());
});

rest(Math.floor(defaultLimits.heapBytes / MiB));
