/**
 * The runtime of WASM programs that are not ours (`dist/guest-wasm.js`): they are compiled here, in
 * a guest host process, and nowhere else. `start.data` is the module, checked by the driver.
 */
import { type GuestStub, ProcessEnded } from "../../bridge/guest/guest-stub.js";
import type { GuestStart } from "../host/guest-runtime.js";
import { programStart } from "./guest/program.js";
import { endByTrap, prepareProgram, runProgram } from "./guest/run-program.js";

export function run(kernel: GuestStub, start: GuestStart): number {
  const { command, args, env, cwd, isCoarse, data } = start;
  try {
    const module = new WebAssembly.Module(data);
    const begin = programStart(command, args, env, cwd, isCoarse);
    return runProgram(prepareProgram(kernel, module), begin);
  } catch (thrown) {
    if (thrown instanceof ProcessEnded) throw thrown;
    endByTrap(kernel, command, thrown);
    throw new ProcessEnded();
  }
}
