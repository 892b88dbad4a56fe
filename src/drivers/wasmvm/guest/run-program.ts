/** From a compiled module to the end of its run, whatever carries the program's calls. */
import { type GuestStub, ProcessEnded } from "../../../bridge/guest/guest-stub.js";
import { SIGABRT } from "../../../kernel/signals.js";
import { Program, ProgramExit, type ProgramStart } from "./program.js";
import { secureExecFunctions } from "./secure-exec-imports.js";
import { descriptorFunctions } from "./wasi-descriptors.js";
import { fileFunctions } from "./wasi-files.js";
import { programFunctions } from "./wasi-program.js";

/** An instance that has not run yet. */
export interface PreparedProgram {
  readonly program: Program<GuestStub>;
  readonly instance: WebAssembly.Instance;
}

/** Links a module to its imports. Throws LinkError for one that needs others. */
export function prepareProgram(kernel: GuestStub, module: WebAssembly.Module): PreparedProgram {
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

/** Runs the program and returns its exit code. Throws what it traps with, and ProcessEnded. */
export function runProgram({ program, instance }: PreparedProgram, start: ProgramStart): number {
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
export function endByTrap(kernel: GuestStub, command: string, thrown: unknown): void {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const data = new TextEncoder().encode(`${command}: trap: ${reason}\n`);
  try {
    kernel.call("write", { fd: 2, data });
    kernel.call("getpid", {});
    kernel.call("kill", { pid: kernel.result, signal: SIGABRT });
  } catch (ended) {
    if (!(ended instanceof ProcessEnded)) throw ended;
  }
}
