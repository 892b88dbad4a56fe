/**
 * The guest threads of one kernel: each a warm worker with a place on the kernel's hub. A thread
 * serves one process at a time, and only processes of this kernel. It is used again when its
 * process left it by itself, and ended when it had to be torn away.
 */
import { type GuestSlot, SharedMemoryHub } from "../../bridge/shared-memory-hub.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { SIGKILL } from "../../kernel/signals.js";
import { exitCodeOf, signalStatus } from "../../kernel/wait-status.js";
import { WarmWorker } from "../host/warm-workers.host.js";
import type { CompiledModule } from "./module-table.host.js";
import type { StartMessage, WorkerData, WorkerMessage } from "./worker-messages.js";

/** Idle threads kept; more are ended. An idle thread holds about 10 MB. */
const IDLE_MAX = 8;

interface GuestThread {
  readonly worker: WarmWorker<WorkerMessage>;
  readonly slot: GuestSlot;
  readonly knownModules: Set<string>;
}

/** A program on its thread. */
export interface RunningProgram {
  /** Ends it now; `onExit` is called with 128 + `signal`. */
  kill(signal: number): void;
}

export class GuestThreads {
  readonly #hub: SharedMemoryHub;
  readonly #workerEntry: URL;
  readonly #hotModule: CompiledModule | null;
  readonly #all = new Set<GuestThread>();
  readonly #idle: GuestThread[] = [];
  readonly #terminations = new Set<Promise<void>>();

  constructor(kernel: KernelInterface, workerEntry: URL, hotModule: CompiledModule | null) {
    this.#hub = new SharedMemoryHub(kernel);
    this.#workerEntry = workerEntry;
    this.#hotModule = hotModule;
  }

  /** Makes idle threads ahead of need. */
  warmUp(count: number): void {
    for (let index = 0; index < count; index++) this.#idle.push(this.#create());
  }

  /**
   * Runs a program as process `pid`.
   * @param onExit - Called once with its exit code (128 + signal).
   */
  run(
    pid: number,
    module: CompiledModule,
    message: StartMessage,
    onExit: (code: number) => void,
  ): RunningProgram {
    const thread = this.#idle.pop() ?? this.#create();
    const { worker, slot } = thread;
    worker.setBusy(true);
    worker.onDeath = () => {
      // The thread is gone (out of memory): its process with it.
      this.#forget(thread);
      onExit(128 + SIGKILL);
    };
    slot.serve(pid, ({ waitStatus, isThreadFree }) => {
      // A thread that died is forgotten already.
      if (isThreadFree && this.#all.has(thread)) this.#recycle(thread);
      else this.#terminate(thread);
      onExit(exitCodeOf(waitStatus));
    });
    if (!thread.knownModules.has(module.key)) {
      thread.knownModules.add(module.key);
      worker.post({ type: "module", ...module });
    }
    worker.post(message);
    return { kill: (signal) => onExit(exitCodeOf(signalStatus(signal))) };
  }

  async dispose(): Promise<void> {
    for (const thread of [...this.#all]) this.#terminate(thread);
    await Promise.all(this.#terminations);
  }

  #create(): GuestThread {
    const slot = this.#hub.connect();
    const data: WorkerData = { connection: slot.connection };
    const worker = new WarmWorker<WorkerMessage>(this.#workerEntry, data);
    const thread: GuestThread = { worker, slot, knownModules: new Set() };
    if (this.#hotModule) {
      thread.knownModules.add(this.#hotModule.key);
      worker.post({ type: "module", ...this.#hotModule });
    }
    worker.onDeath = () => this.#forget(thread);
    this.#all.add(thread);
    return thread;
  }

  #recycle(thread: GuestThread): void {
    if (this.#idle.length >= IDLE_MAX) {
      this.#terminate(thread);
      return;
    }
    thread.worker.onDeath = () => this.#forget(thread);
    thread.worker.setBusy(false);
    this.#idle.push(thread);
  }

  #terminate(thread: GuestThread): void {
    this.#forget(thread);
    const termination = thread.worker.terminate().finally(() => {
      this.#terminations.delete(termination);
    });
    this.#terminations.add(termination);
  }

  #forget(thread: GuestThread): void {
    if (!this.#all.delete(thread)) return;
    thread.slot.release();
    const index = this.#idle.indexOf(thread);
    if (index !== -1) this.#idle.splice(index, 1);
  }
}
