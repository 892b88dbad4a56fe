/** The driver of WASM commands: `createWasmVmRuntime`. */
import { KernelError } from "../../kernel/kernel-error.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { defaultLimits } from "../../kernel/limits.js";
import type {
  DriverProcess,
  ExecutableFile,
  ProcessContext,
  RuntimeDriver,
} from "../../kernel/runtime-driver.js";
import { type RunningGuest, startGuest } from "../host/driver-process.js";
import { GuestProcesses, guestProgram } from "../host/guest-processes.host.js";
import { findCommands } from "./command-source.host.js";
import { programStart } from "./guest/program.js";
import { checkedModule, type LoadedModule, ModuleTable, type Trust } from "./module-table.host.js";
import type { WasmVmRuntimeOptions } from "./runtime-options.js";
import { wasmMagic, wasmModuleBytes } from "./wasm-module.js";
import { WasmThreads } from "./wasm-threads.js";

const noModules: Trust = { all: false, hashes: new Set() };

/** How long after it is mounted a driver has a thread ready. */
const WARM_UP_MS = 200;

class WasmVmDriver implements RuntimeDriver {
  readonly name = "wasmvm";
  readonly stdio = "descriptors";
  readonly formats = [wasmMagic];
  commands: string[] = [];
  readonly #options: WasmVmRuntimeOptions;
  #files = new Map<string, string>();
  #modules = new ModuleTable(noModules);
  /** Where our own modules run. */
  #threads: WasmThreads | null = null;
  /** Where all others run. */
  #processes: GuestProcesses | null = null;
  #warmUp: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WasmVmRuntimeOptions) {
    this.#options = options;
  }

  async init(kernel: KernelInterface): Promise<void> {
    if (this.#threads) throw new Error("wasmvm: init() called twice without dispose()");
    const { files, main, trust } = await findCommands(this.#options);
    this.#files = files;
    this.commands = [...files.keys()];
    this.#modules = new ModuleTable(trust);
    if (main) this.#modules.add(main.file, main.loaded);
    // dist/ holds the guests' files beside the chunk this code is bundled into.
    const workerEntry = new URL("./wasmvm-worker.cjs", import.meta.url);
    const hotModule = main && "module" in main.loaded ? main.loaded : null;
    this.#threads = new WasmThreads(kernel, workerEntry, hotModule);
    // Not at once: who runs something at once starts a thread for it, and others do not wait for one then.
    this.#warmUp = setTimeout(() => this.#threads?.warmUp(), WARM_UP_MS);
    this.#warmUp.unref();
    this.#processes = new GuestProcesses(
      kernel,
      guestProgram(new URL("./guest-wasm.js", import.meta.url)),
    );
  }

  spawn(command: string, args: string[], ctx: ProcessContext): DriverProcess {
    const { wasmBytes } = ctx.limits ?? defaultLimits;
    const loaded = ctx.executable
      ? fromFile(ctx.executable, wasmBytes)
      : this.#command(command, wasmBytes);
    return startGuest((onExit) => this.#run(loaded, command, args, ctx, onExit));
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#warmUp);
    await Promise.all([this.#threads?.dispose(), this.#processes?.dispose()]);
    this.#threads = null;
    this.#processes = null;
    this.#modules = new ModuleTable(noModules);
  }

  #command(command: string, memoryBytes: number): LoadedModule {
    const file = this.#files.get(command);
    if (file === undefined) throw new KernelError("ENOENT", command);
    return this.#modules.get(file, memoryBytes);
  }

  #run(
    loaded: LoadedModule,
    command: string,
    args: string[],
    { pid, env, cwd, argv0, executable, timing, limits = defaultLimits }: ProcessContext,
    onExit: (code: number) => void,
  ): RunningGuest {
    if (!this.#threads || !this.#processes) throw new Error("wasmvm: spawn() called before init()");
    const isCoarse = timing === "coarse";
    if (!("module" in loaded)) {
      const { bytes: data } = loaded;
      // A program of its own, not one of many in a module, is told what it was called as.
      const name = executable ? (argv0 ?? command) : command;
      const memoryBytes = limits.wasmBytes;
      const options = null;
      const start = { pid, command: name, args, env, cwd, isCoarse, memoryBytes, options, data };
      return this.#processes.run(start, onExit);
    }
    const start = programStart(command, args, env, cwd, isCoarse, argv0);
    return this.#threads.run(pid, loaded, command, start, onExit);
  }
}

/** A module that a guest may have written. */
function fromFile(file: ExecutableFile, memoryBytes: number): LoadedModule {
  if (file.size > wasmModuleBytes) {
    throw new KernelError("ENOEXEC", `${file.path}: larger than ${wasmModuleBytes} bytes`);
  }
  return checkedModule(file.path, file.read(), memoryBytes);
}

/**
 * A runtime of WASM commands: the shell (`sh`, `bash`) and the commands of this package, or those
 * of the given files.
 *
 * @param options - `wasmBinaryPath`: a multi-call binary; `commandsDir`: a directory with a file a
 *   command; `trusted`: whether those files may run in threads of this process. Mounting rejects with
 *   ENOENT (no such file) or ENOEXEC (not a WASM module, or no list of commands in it).
 */
export function createWasmVmRuntime(options: WasmVmRuntimeOptions = {}): RuntimeDriver {
  return new WasmVmDriver(options);
}
