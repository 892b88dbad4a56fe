/**
 * The script that runs inside a Python guest's isolate: `secureExecGuest.boot(hooks)` instantiates
 * CPython, `start` runs a command line. It hands nothing of JavaScript to the guest: CPython's module
 * sees the functions of its import object and no object of theirs.
 */
import { cString, EarlyStart, type PlainCommand, placeStrings } from "./early-start.js";
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
  /** Initialises the interpreter before there is a guest. */
  prepare(): void;
  /** After `prepare`: runs a plain command line to its end. `exit` of the hooks is called with its exit code. */
  resume(kind: PlainCommand["kind"], text: Uint8Array, argv: Uint8Array, refresh: Uint8Array): void;
  /** Without `prepare`: runs any command line to its end. */
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
  let early: EarlyStart | null = null;
  return {
    prepare() {
      begin(machine, exports);
      early = new EarlyStart(machine);
    },
    resume(kind, text, argv, refresh) {
      if (!early) throw new Error("not prepared");
      machine.startClock();
      takeSignals(machine);
      end(machine, early.run({ kind, text, argv, refresh }));
    },
    start(argv, environ) {
      strings = { argv, environ };
      machine.startClock();
      takeSignals(machine);
      begin(machine, exports);
      const { count, pointer } = placeStrings(machine, argv);
      end(machine, exports.Py_BytesMain(count, pointer));
    },
  };
}

function begin(machine: Machine, exports: PythonExports): void {
  exports.__wasm_call_ctors();
  const base = exports.emscripten_stack_get_base();
  exports.emscripten_stack_set_limits(base, base - machine.hooks.stackBytes);
  // What `sys.platform` and the prompt's first line say.
  const platform = cString("linux");
  machine.memory.bytes(exports.Py_GetPlatform(), platform.length).set(platform);
  const isHandling = Number(exports.Py_EMSCRIPTEN_SIGNAL_HANDLING.value);
  machine.memory.view.setInt32(isHandling, 1, true);
}

/**
 * Ends with what CPython's main function has answered. `sys.exit` does not come here: this code is its word for a
 * KeyboardInterrupt that nobody caught, after which CPython ends by the signal where it can.
 */
function end(machine: Machine, code: number): never {
  if (code !== 128 + SIGINT) return machine.exit(code);
  machine.exports.fflush(0);
  return machine.die(SIGINT);
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
