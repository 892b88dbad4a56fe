/** The driver of Python programs: `createPythonRuntime`. */
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { defaultLimits } from "../../kernel/limits.js";
import type { DriverProcess, ProcessContext, RuntimeDriver } from "../../kernel/runtime-driver.js";
import { cacheFolderOf } from "../host/cache-folder.host.js";
import { startGuest } from "../host/driver-process.js";
import { GuestProcesses, guestProgram } from "../host/guest-processes.host.js";
import { checkIsolatedVm } from "../host/isolated-vm.host.js";
import type { PythonGuestOptions } from "./guest-python.host.js";
import { PackedLibrary } from "./packed-library.host.js";
import { findPyodide } from "./pyodide-package.host.js";
import { codeArguments, PythonCode } from "./python-code.js";
import { mountLibrary, packedLibrary } from "./stdlib.host.js";

export interface PythonRuntimeOptions {
  /**
   * Where guests run: `process` (the default), a child process of the host each. There is no other way yet.
   */
  isolation?: "process";
  /** Where the packed standard library is kept; `$XDG_CACHE_HOME/secure-exec` by default. */
  cacheDir?: string;
  /** A guest's memory in MiB, 64 to 4095; MemoryError when it needs more. By default its limit `wasmBytes`. */
  memoryLimitMb?: number;
}

const COMMANDS = ["python", "python3", "python3.14", "pip", "pip3"];
const MEMORY_MIN_MB = 64;
/**
 * CPython measures its depth by the module's own stack, of which its functions use little: V8's has to last as
 * long.
 */
const STACK_KB = 60_000;
/** WebAssembly's addresses have 32 bits. */
const MEMORY_MAX_MB = 4095;
const MiB = 1024 * 1024;

function isMemory(mebibytes: number): boolean {
  const isWithin = mebibytes >= MEMORY_MIN_MB && mebibytes <= MEMORY_MAX_MB;
  return isWithin && Number.isInteger(mebibytes);
}

class PythonDriver implements RuntimeDriver {
  readonly name = "python";
  readonly stdio = "descriptors";
  readonly commands = COMMANDS;
  readonly #cacheDir: string | undefined;
  readonly #memoryLimitMb: number | undefined;
  #guests: GuestProcesses | null = null;
  #library: PackedLibrary | null = null;

  constructor(options: PythonRuntimeOptions) {
    const { isolation = "process", cacheDir, memoryLimitMb } = options;
    if (isolation !== "process") {
      throw new TypeError(
        `createPythonRuntime: isolation must be "process", got ${String(isolation)}`,
      );
    }
    if (memoryLimitMb !== undefined && !isMemory(memoryLimitMb)) {
      throw new TypeError(
        `createPythonRuntime: memoryLimitMb must be an integer from ${MEMORY_MIN_MB} to ${MEMORY_MAX_MB}, got ${String(memoryLimitMb)}`,
      );
    }
    this.#cacheDir = cacheDir;
    this.#memoryLimitMb = memoryLimitMb;
  }

  async init(kernel: KernelInterface): Promise<void> {
    if (this.#guests) throw new Error("python: init() called twice without dispose()");
    checkIsolatedVm("Python");
    const pyodide = findPyodide();
    const library = await packedLibrary(cacheFolderOf(this.#cacheDir), pyodide);
    this.#library = new PackedLibrary(library);
    await mountLibrary(kernel, this.#library);
    // dist/ holds the guests' files beside the chunk this code is bundled into.
    const entry = new URL("./guest-python.js", import.meta.url);
    // In the URL, so that a warm guest host knows it before it has a guest.
    entry.searchParams.set("library", library);
    this.#guests = new GuestProcesses(kernel, guestProgram(entry, STACK_KB));
    this.#guests.warmUp();
  }

  spawn(command: string, args: string[], ctx: ProcessContext): DriverProcess {
    const guests = this.#guests;
    if (!guests) throw new Error("python: spawn() called before init()");
    const { pid, env, cwd, timing, hostData, limits = defaultLimits } = ctx;
    const memoryMb = this.#memoryLimitMb ?? Math.max(MEMORY_MIN_MB, limits.wasmBytes / MiB);
    const isCoarse = timing === "coarse";
    const start = {
      pid,
      command,
      args: hostData instanceof PythonCode ? codeArguments(hostData, args) : args,
      env,
      cwd,
      isCoarse,
      options: {
        memoryBytes: Math.min(memoryMb, MEMORY_MAX_MB) * MiB,
      } satisfies PythonGuestOptions,
      data: new Uint8Array(0),
    };
    return startGuest((onExit) => guests.run(start, onExit));
  }

  async dispose(): Promise<void> {
    await this.#guests?.dispose();
    this.#guests = null;
    this.#library?.close();
    this.#library = null;
  }
}

/**
 * A runtime of Python programs: the commands `python`, `python3`, `python3.14`, `pip` and `pip3`. Guests run CPython as the npm
 * package pyodide has it, without its bridge to JavaScript.
 *
 * @param options - `cacheDir`: where the packed standard library is kept; `memoryLimitMb`: a guest's memory.
 *   Mounting rejects with ERR_ISOLATED_VM_MISSING or ERR_PYODIDE_MISSING when the package of that name is not
 *   there, and takes some seconds the first time on a machine, when it packs the standard library.
 */
export function createPythonRuntime(options: PythonRuntimeOptions = {}): RuntimeDriver {
  return new PythonDriver(options);
}
