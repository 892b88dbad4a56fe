/**
 * The script that runs inside a Python guest's isolate: `secureExecGuest.boot(hooks)` instantiates
 * CPython, `start` runs a command line. It hands nothing of JavaScript to the guest: CPython's module
 * sees the functions of its import object and no object of theirs.
 */
import type { GuestHooks, GuestStrings } from "./guest-hooks.js";
import { importsOf, importTable } from "./import-table.js";
import { Machine, type PythonExports } from "./machine.js";

const SIGINT = 2;
const SIGPIPE = 13;
const SIGXFSZ = 25;
const IGNORE = 1;
const CATCH = 2;
/** `signal_action`'s flag: the signal ends calls that would go on otherwise. */
const INTERRUPTS = 1;

export interface PythonGuest {
  /** Runs a command line to its end: `exit` of the hooks is called with its exit code. */
  start(argv: Uint8Array, environ: Uint8Array): void;
}

export function boot(hooks: GuestHooks): PythonGuest {
  const machine = new Machine(hooks);
  const none = new Uint8Array(0);
  let strings: GuestStrings = { argv: none, environ: none };
  const imports = importsOf(
    hooks.module,
    importTable(machine, () => strings),
  );
  if (Array.isArray(imports)) {
    throw new Error(`this build of pyodide has unknown imports: ${imports.join(", ")}`);
  }
  const instance = new WebAssembly.Instance(hooks.module, imports);
  const exports = instance.exports as unknown as PythonExports;
  machine.attach(exports);
  return {
    start(argv, environ) {
      strings = { argv, environ };
      takeSignals(machine);
      exports.__wasm_call_ctors();
      machine.memory.view.setInt32(Number(exports.Py_EMSCRIPTEN_SIGNAL_HANDLING.value), 1, true);
      const { count, pointer } = putArguments(machine, argv);
      machine.exit(exports.Py_BytesMain(count, pointer));
    },
  };
}

/** What CPython does with signals at its start; what is ignored already stays so. */
function takeSignals(machine: Machine): void {
  const mask = { maskLow: 0, maskHigh: 0 };
  const failed = machine.call("get_signal_action", { signal: SIGINT });
  const isIgnored = !failed && machine.structure.getUint32(0, true) === IGNORE;
  if (!isIgnored) {
    const action = { signal: SIGINT, disposition: CATCH, flags: INTERRUPTS, ...mask };
    machine.call("signal_action", action);
  }
  for (const signal of [SIGPIPE, SIGXFSZ]) {
    machine.call("signal_action", { signal, disposition: IGNORE, flags: 0, ...mask });
  }
}

/** Puts `argv` into the guest's memory, where it stays. */
function putArguments(machine: Machine, argv: Uint8Array): { count: number; pointer: number } {
  const starts: number[] = [];
  for (let at = 0; at < argv.length; at = argv.indexOf(0, at) + 1) starts.push(at);
  const bytes = machine.exports.malloc(argv.length) >>> 0;
  const pointer = machine.exports.malloc((starts.length + 1) * 4) >>> 0;
  machine.memory.bytes(bytes, argv.length).set(argv);
  for (const [index, start] of starts.entries()) {
    machine.memory.setU32(pointer + index * 4, bytes + start);
  }
  machine.memory.setU32(pointer + starts.length * 4, 0);
  return { count: starts.length, pointer };
}
