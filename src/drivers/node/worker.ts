/**
 * The thread a Node guest runs in with `isolation: "thread"`. It serves one process at a time, each
 * in a fresh isolate.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ProcessEnded } from "../../bridge/guest/guest-stub.js";
import { SharedMemoryStub } from "../../bridge/guest/shared-memory-stub.js";
import { syscalls } from "../../bridge/syscalls.js";
import { SIGABRT } from "../../kernel/signals.js";
import { GuestLimit } from "../host/guest-runtime.js";
import type { GuestThreadData } from "../host/guest-threads.js";
import { FAREWELL } from "./farewell.js";
import {
  clockOrigin,
  endGuest,
  GuestEnded,
  type GuestProgram,
  newGroup,
  runGuest,
} from "./isolate-container.host.js";
import { ThreadRelay } from "./thread-relay.host.js";
import { BOARD_BYTES } from "./worker-board.js";
import { type ThreadGroup, WorkerKeeper } from "./worker-keeper.host.js";

const { connection, clock, threads: others } = workerData as GuestThreadData;
const bundleFile = new URL("./node-guest.js", import.meta.url);
/** The driver names it in the URL of this file. */
const cacheFolder = new URL(import.meta.url).searchParams.get("cache");
const kernel = new SharedMemoryStub(connection, syscalls);

/** Holds the guest's workers, once it has one. Then this thread serves no other guest. */
let keeper: WorkerKeeper | null = null;

/** The isolates run in threads of isolated-vm's, so this one is free to end them. */
function makeKeeper(group: ThreadGroup): WorkerKeeper {
  const relay = new ThreadRelay((frame) => others?.port.postMessage(frame));
  others?.port.on("message", (bytes: Uint8Array) => relay.receive(bytes));
  return new WorkerKeeper(relay, group, { bundle: bundleFile, cacheFolder }, others?.clocks);
}

/** Runs a program and ends its process. */
async function start(program: GuestProgram): Promise<void> {
  try {
    const wire = {
      channel: connection.channel,
      doorbell: { words: connection.doorbell, slot: connection.slot },
      clock,
      // The isolate makes its calls by itself.
      carry: () => false,
    };
    const group = {
      group: newGroup(),
      board: new SharedArrayBuffer(BOARD_BYTES),
      originMs: clockOrigin(),
      program,
    };
    const threads = {
      ...group,
      thread: 0,
      start(request: string) {
        keeper ??= makeKeeper(group);
        keeper.start(request, 0);
      },
      stop: (thread: number) => keeper?.stop(thread),
    };
    const code = await runGuest(wire, program, bundleFile, cacheFolder, threads);
    kernel.post("exit", { code });
  } catch (thrown) {
    // With its process gone there is nobody who would answer a call.
    if (thrown instanceof GuestEnded || isLeaving) return;
    abort(program.pid, thrown);
  }
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
  endGuest();
  void Promise.all([current, keeper?.endAll()]).finally(() => process.exit());
});
