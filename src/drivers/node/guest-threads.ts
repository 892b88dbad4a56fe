/**
 * Node guests in worker threads of the host (`isolation: "thread"`), each in an isolate of its own.
 * A thread serves one process at a time, and is used again when its guest left it by itself.
 */
import { type GuestSlot, SharedMemoryHub } from "../../bridge/shared-memory-hub.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { SIGKILL } from "../../kernel/signals.js";
import { exitCodeOf } from "../../kernel/wait-status.js";
import { WarmWorker } from "../host/warm-workers.host.js";
import type { GuestProgram } from "./isolate-container.host.js";
import type { WorkerData } from "./worker-data.js";

const IDLE_MAX = 4;
/** Node's library is read from the thread's own Node. */
const THREAD_FLAGS = ["--expose-internals", "--no-warnings"];

interface GuestThread {
  readonly worker: WarmWorker<GuestProgram>;
  readonly slot: GuestSlot;
}

export class GuestThreads {
  readonly #hub: SharedMemoryHub;
  readonly #entry: URL;
  readonly #all = new Set<GuestThread>();
  readonly #idle: GuestThread[] = [];
  readonly #terminations = new Set<Promise<void>>();

  /** @param entry - The worker's file. */
  constructor(kernel: KernelInterface, entry: URL) {
    this.#hub = new SharedMemoryHub(kernel);
    this.#entry = entry;
  }

  warmUp(): void {
    this.#idle.push(this.#create());
  }

  /**
   * Runs a program as process `pid`.
   * @param onExit - Called once with its exit code (128 + signal).
   */
  run(program: GuestProgram, onExit: (code: number) => void): { kill(signal: number): void } {
    const thread = this.#idle.pop() ?? this.#create();
    const { worker, slot } = thread;
    const { pid, args, env, cwd } = program;
    worker.setBusy(true);
    worker.onDeath = () => {
      this.#forget(thread);
      onExit(128 + SIGKILL);
    };
    slot.serve(pid, ({ waitStatus, isThreadFree }) => {
      if (isThreadFree && this.#all.has(thread)) this.#recycle(thread);
      else this.#terminate(thread);
      onExit(exitCodeOf(waitStatus));
    });
    worker.post({ pid, args, env, cwd });
    return { kill: (signal) => onExit(128 + signal) };
  }

  async dispose(): Promise<void> {
    for (const thread of [...this.#all]) this.#terminate(thread);
    await Promise.all(this.#terminations);
  }

  #create(): GuestThread {
    const slot = this.#hub.connect();
    const data: WorkerData = { connection: slot.connection };
    const worker = new WarmWorker<GuestProgram>(this.#entry, data, THREAD_FLAGS);
    const thread: GuestThread = { worker, slot };
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
