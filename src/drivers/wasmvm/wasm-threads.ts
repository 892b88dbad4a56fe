/** Guest threads that run our own WASM modules: each is sent a module once, and then only programs. */
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import type { RunningGuest } from "../host/driver-process.js";
import { GuestThreads } from "../host/guest-threads.js";
import type { WarmWorker } from "../host/warm-workers.host.js";
import type { ProgramStart } from "./guest/program.js";
import type { CompiledModule } from "./module-table.host.js";
import type { WorkerMessage } from "./worker-messages.js";

const IDLE_MAX = 8;

export class WasmThreads {
  readonly #threads: GuestThreads<WorkerMessage>;
  /** The keys of the modules that a thread has. */
  readonly #known = new WeakMap<WarmWorker<WorkerMessage>, Set<string>>();

  /** @param hotModule - The module that is asked for most: every thread prepares an instance of it. */
  constructor(kernel: KernelInterface, entry: URL, hotModule: CompiledModule | null) {
    const onCreate = (worker: WarmWorker<WorkerMessage>) => {
      this.#known.set(worker, new Set());
      if (hotModule) this.#send(worker, hotModule);
    };
    this.#threads = new GuestThreads(kernel, { entry, idleMax: IDLE_MAX, onCreate });
  }

  warmUp(): void {
    this.#threads.warmUp();
  }

  /**
   * Runs a program as process `pid`.
   * @param onExit - Called once with its exit code (128 + signal).
   */
  run(
    pid: number,
    module: CompiledModule,
    command: string,
    start: ProgramStart,
    onExit: (code: number) => void,
  ): RunningGuest {
    const begin = (worker: WarmWorker<WorkerMessage>) => {
      if (!this.#known.get(worker)?.has(module.key)) this.#send(worker, module);
      worker.post({ type: "start", moduleKey: module.key, command, start });
    };
    return this.#threads.run(pid, begin, onExit);
  }

  async dispose(): Promise<void> {
    await this.#threads.dispose();
  }

  #send(worker: WarmWorker<WorkerMessage>, { key, module }: CompiledModule): void {
    this.#known.get(worker)?.add(key);
    worker.post({ type: "module", key, module });
  }
}
