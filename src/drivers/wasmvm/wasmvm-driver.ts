/** The driver of WASM commands: `createWasmVmRuntime`. */
import { KernelError } from "../../kernel/kernel-error.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import type { DriverProcess, ProcessContext, RuntimeDriver } from "../../kernel/runtime-driver.js";
import { findCommands, type WasmVmRuntimeOptions } from "./command-source.host.js";
import { GuestThreads } from "./guest-threads.js";
import { ModuleTable } from "./module-table.host.js";

/** Threads made while the driver is mounted: the shell's own. */
const WARM_THREADS = 1;

class WasmVmDriver implements RuntimeDriver {
  readonly name = "wasmvm";
  readonly stdio = "descriptors";
  commands: string[] = [];
  readonly #options: WasmVmRuntimeOptions;
  #files = new Map<string, string>();
  #modules = new ModuleTable();
  #threads: GuestThreads | null = null;

  constructor(options: WasmVmRuntimeOptions) {
    this.#options = options;
  }

  async init(kernel: KernelInterface): Promise<void> {
    if (this.#threads) throw new Error("wasmvm: init() called twice without dispose()");
    const { files, main } = await findCommands(this.#options);
    this.#files = files;
    this.commands = [...files.keys()];
    if (main) this.#modules.add(main.file, main.compiled);
    // dist/ holds the worker's file beside the chunk this code is bundled into.
    const workerEntry = new URL("./wasmvm-worker.js", import.meta.url);
    this.#threads = new GuestThreads(kernel, workerEntry, main?.compiled ?? null);
    this.#threads.warmUp(WARM_THREADS);
  }

  spawn(command: string, args: string[], ctx: ProcessContext): DriverProcess {
    const threads = this.#threads;
    if (!threads) throw new Error("wasmvm: spawn() called before init()");
    const file = this.#files.get(command);
    if (file === undefined) throw new KernelError("ENOENT", command);
    const module = this.#modules.get(file);
    let exited: (code: number) => void = () => {};
    const exit = new Promise<number>((resolve) => {
      exited = resolve;
    });
    const program = threads.run(
      ctx.pid,
      module,
      {
        type: "start",
        moduleKey: module.key,
        command,
        start: {
          args: stringBlock([command, ...args]),
          env: stringBlock(Object.entries(ctx.env).map(([name, value]) => `${name}=${value}`)),
          cwd: new TextEncoder().encode(ctx.cwd),
        },
      },
      (code) => {
        driverProcess.onExit?.(code);
        exited(code);
      },
    );
    const driverProcess: DriverProcess = {
      // Standard streams are descriptors: the kernel calls neither.
      writeStdin() {},
      closeStdin() {},
      kill: (signal) => program.kill(signal),
      wait: () => exit,
      onExit: null,
      onStdout: null,
      onStderr: null,
    };
    return driverProcess;
  }

  async dispose(): Promise<void> {
    await this.#threads?.dispose();
    this.#threads = null;
    this.#modules = new ModuleTable();
  }
}

function stringBlock(strings: readonly string[]): Uint8Array {
  return new TextEncoder().encode(strings.map((text) => `${text}\0`).join(""));
}

/**
 * A runtime of WASM commands: the shell (`sh`, `bash`) and the commands of this package, or those
 * of the given files.
 *
 * @param options - `wasmBinaryPath`: a multi-call binary; `commandsDir`: a directory with a file a
 *   command. Mounting rejects with ENOENT (no such file) or ENOEXEC (not a WASM module, or no
 *   list of commands in it).
 */
export function createWasmVmRuntime(options: WasmVmRuntimeOptions = {}): RuntimeDriver {
  return new WasmVmDriver(options);
}
