/**
 * The thread a WASM program runs in. It serves one process at a time: instance and memory go when
 * the program ends, the compiled module and this thread stay.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ProcessEnded } from "../../bridge/guest/guest-stub.js";
import { SharedMemoryStub } from "../../bridge/guest/shared-memory-stub.js";
import { syscalls } from "../../bridge/syscalls.js";
import { SIGABRT } from "../../kernel/signals.js";
import { Program, ProgramExit } from "./guest/program.js";
import { secureExecFunctions } from "./guest/secure-exec-imports.js";
import { descriptorFunctions } from "./guest/wasi-descriptors.js";
import { fileFunctions } from "./guest/wasi-files.js";
import { programFunctions } from "./guest/wasi-program.js";
import type { StartMessage, WorkerData, WorkerMessage } from "./worker-messages.js";

interface PreparedProgram {
  readonly program: Program;
  readonly instance: WebAssembly.Instance;
}

const kernel = new SharedMemoryStub((workerData as WorkerData).connection, syscalls);
const modules = new Map<string, WebAssembly.Module>();
/** The module that came first, the driver's main one, is instantiated ahead: it is asked for most. */
let hottestKey: string | undefined;
let prepared: PreparedProgram | undefined;

function instantiate(module: WebAssembly.Module): PreparedProgram {
  const program = new Program(kernel);
  const instance = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: {
      ...descriptorFunctions(program),
      ...fileFunctions(program),
      ...programFunctions(program),
    },
    secure_exec: secureExecFunctions(program),
  });
  const { memory } = instance.exports;
  if (memory instanceof WebAssembly.Memory) program.memory.attach(memory);
  return { program, instance };
}

function prepare(): void {
  const module = hottestKey === undefined ? undefined : modules.get(hottestKey);
  if (module && !prepared) prepared = instantiate(module);
}

function takePrepared(key: string): PreparedProgram {
  if (key === hottestKey && prepared) {
    const taken = prepared;
    prepared = undefined;
    return taken;
  }
  const module = modules.get(key);
  if (!module) throw new Error(`module ${key} was not sent`);
  return instantiate(module);
}

/** Runs the program and returns its exit code. */
function run({ moduleKey, start }: StartMessage): number {
  const { program, instance } = takePrepared(moduleKey);
  program.begin(start);
  const entry = instance.exports._start;
  if (typeof entry !== "function") throw new Error("no _start function is exported");
  try {
    (entry as () => void)();
  } catch (thrown) {
    if (thrown instanceof ProgramExit) return thrown.code;
    throw thrown;
  }
  return 0;
}

/** Ends the process as abort(3) does, with a line that says what happened. */
function reportTrap(command: string, thrown: unknown): void {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const data = new TextEncoder().encode(`${command}: trap: ${reason}\n`);
  kernel.call("write", { fd: 2, data });
  kernel.call("getpid", {});
  kernel.call("kill", { pid: kernel.result, signal: SIGABRT });
}

function start(message: StartMessage): void {
  try {
    const code = run(message);
    kernel.post("exit", { code });
  } catch (thrown) {
    if (!(thrown instanceof ProcessEnded)) endByTrap(message.command, thrown);
  }
}

function endByTrap(command: string, thrown: unknown): void {
  try {
    reportTrap(command, thrown);
  } catch (ended) {
    if (!(ended instanceof ProcessEnded)) throw ended;
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
