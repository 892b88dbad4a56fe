/**
 * The thread a WASM program runs in. It serves one process at a time: instance and memory go when
 * the program ends, the compiled module and this thread stay.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ProcessEnded } from "../../bridge/guest/guest-stub.js";
import { SharedMemoryStub } from "../../bridge/guest/shared-memory-stub.js";
import { syscalls } from "../../bridge/syscalls.js";
import type { GuestThreadData } from "../host/guest-threads.js";
import { showThread } from "../host/thread-clock.host.js";
import {
  endByTrap,
  type PreparedProgram,
  prepareProgram,
  runProgram,
} from "./guest/run-program.js";
import type { StartMessage, WorkerMessage } from "./worker-messages.js";

const { connection, clock } = workerData as GuestThreadData;
const kernel = new SharedMemoryStub(connection, syscalls);
showThread(clock);
const modules = new Map<string, WebAssembly.Module>();
/** The module that came first, the driver's main one, is instantiated ahead: it is asked for most. */
let hottestKey: string | undefined;
let prepared: PreparedProgram | undefined;

function prepare(): void {
  const module = hottestKey === undefined ? undefined : modules.get(hottestKey);
  if (module && !prepared) prepared = prepareProgram(kernel, module);
}

function takePrepared(key: string): PreparedProgram {
  if (key === hottestKey && prepared) {
    const taken = prepared;
    prepared = undefined;
    return taken;
  }
  const module = modules.get(key);
  if (!module) throw new Error(`module ${key} was not sent`);
  return prepareProgram(kernel, module);
}

function start({ moduleKey, command, start }: StartMessage): void {
  kernel.begin();
  try {
    const code = runProgram(takePrepared(moduleKey), start);
    kernel.post("exit", { code });
  } catch (thrown) {
    if (!(thrown instanceof ProcessEnded)) endByTrap(kernel, command, thrown);
  }
}

parentPort?.on("message", (message: WorkerMessage) => {
  if (message.type === "module") {
    modules.set(message.key, message.module);
    hottestKey ??= message.key;
  } else {
    start(message);
  }
  prepare();
});

// It is loaded (WarmWorker).
parentPort?.postMessage(null);
