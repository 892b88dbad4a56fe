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
import { type ContainerFiles, keepThreadsEndable, prepareTools } from "./container-tools.host.js";
import { FAREWELL } from "./farewell.js";
import type { GuestProgram } from "./guest-program.js";
import {
  clockOrigin,
  GuestEnded,
  GuestIsolate,
  type GuestWire,
  newGroup,
} from "./isolate-container.host.js";
import { ThreadRelay } from "./thread-relay.host.js";
import { BOARD_BYTES } from "./worker-board.js";
import { type ThreadGroup, WorkerKeeper } from "./worker-keeper.host.js";

const { connection, clock, threads: others } = workerData as GuestThreadData;
const bundleFile = new URL("./node-guest.js", import.meta.url);
/** The driver names it in the URL of this file. */
const cacheFolder = new URL(import.meta.url).searchParams.get("cache");
const files: ContainerFiles = { bundle: bundleFile, cacheFolder };
const kernel = new SharedMemoryStub(connection, syscalls);
keepThreadsEndable();

const MiB = 1024 * 1024;

const wire: GuestWire = {
  channel: connection.channel,
  doorbell: { words: connection.doorbell, slot: connection.slot },
  clock,
  // The isolate makes its calls by itself.
  carry: () => false,
};

/** Holds the guest's workers, once it has one. Then this thread serves no other guest. */
let keeper: WorkerKeeper | null = null;

/** The isolates run in threads of isolated-vm's, so this one is free to end them. */
function makeKeeper(group: ThreadGroup): WorkerKeeper {
  const relay = new ThreadRelay((frame) => others?.port.postMessage(frame));
  others?.port.on("message", (bytes: Uint8Array) => relay.receive(bytes));
  return new WorkerKeeper(relay, group, files, others?.clocks);
}

/** What a guest runs in. */
interface Room {
  readonly isolate: GuestIsolate;
  /** Of the guest, before it runs. */
  program: GuestProgram | null;
}

function makeRoom(memoryLimitMb: number): Room {
  const group = newGroup();
  const board = new SharedArrayBuffer(BOARD_BYTES);
  const originMs = clockOrigin();
  const isolate = GuestIsolate.boot(prepareTools(files), memoryLimitMb, wire, {
    group,
    board,
    originMs,
    thread: 0,
    start(request) {
      const { program } = room;
      if (!program) throw new Error("a worker before its process");
      keeper ??= makeKeeper({ group, board, originMs, program });
      keeper.start(request, 0);
    },
    stop: (thread) => keeper?.stop(thread),
  });
  const room: Room = { isolate, program: null };
  return room;
}

/** Made ahead of the guest that it is for, which mostly has the limit that the last one had. */
let ready: Room | null = null;
let running: GuestIsolate | null = null;

function rest(memoryLimitMb: number): void {
  try {
    ready ??= makeRoom(memoryLimitMb);
  } catch {
    // The next guest boots it again, and says what is wrong.
  }
}

function roomFor(memoryLimitMb: number): Room {
  const room = ready;
  ready = null;
  if (room?.isolate.memoryLimitMb === memoryLimitMb) return room;
  room?.isolate.dispose();
  return makeRoom(memoryLimitMb);
}

/** Runs a program and ends its process. */
async function start(program: GuestProgram): Promise<void> {
  try {
    const room = roomFor(program.memoryLimitMb);
    room.program = program;
    running = room.isolate;
    kernel.post("exit", { code: await running.run(program) });
  } catch (thrown) {
    // With its process gone there is nobody who would answer a call.
    if (thrown instanceof GuestEnded || isLeaving) return;
    abort(program.pid, thrown);
  }
  running = null;
  if (!isLeaving && !keeper) rest(program.memoryLimitMb);
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
  void Promise.all([current, keeper?.endAll()]).finally(() => process.exit());
});

rest(Math.floor(defaultLimits.heapBytes / MiB));
// It is loaded (WarmWorker).
parentPort?.postMessage(null);
