/**
 * The guest threads of one driver in one kernel: each a warm worker with a place on the kernel's
 * hub. A thread serves one process at a time, and only processes of this kernel. It is used again
 * when its process left it by itself, and ended when it had to be torn away.
 */
import {
  type GuestConnection,
  type GuestSlot,
  SharedMemoryHub,
} from "../../bridge/shared-memory-hub.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { SIGKILL } from "../../kernel/signals.js";
import { exitCodeOf } from "../../kernel/wait-status.js";
import type { RunningGuest } from "./driver-process.js";
import { ThreadClock } from "./thread-clock.host.js";
import { WarmWorker } from "./warm-workers.host.js";

/** What a worker's file gets when it is made. */
export interface GuestThreadData {
  readonly connection: GuestConnection;
  /** `ThreadClock`'s. */
  readonly clock: SharedArrayBuffer;
}

export interface GuestThreadOptions<Message> {
  /** The worker's file. */
  readonly entry: URL;
  /** Node's own options for the threads. */
  readonly execArgv?: readonly string[];
  /** Idle threads kept; more are ended. An idle thread holds about 10 MB. */
  readonly idleMax: number;
  /**
   * Asks a thread to end its guest and itself, where it can listen while a guest runs. Ending it from outside comes
   * after that only.
   */
  readonly farewell?: Message;
  /** Called for each new thread, before it is asked for anything. */
  readonly onCreate?: (worker: WarmWorker<Message>) => void;
}

interface GuestThread<Message> {
  readonly worker: WarmWorker<Message>;
  readonly slot: GuestSlot;
  readonly clock: ThreadClock;
}

export class GuestThreads<Message> {
  readonly #hub: SharedMemoryHub;
  readonly #options: GuestThreadOptions<Message>;
  readonly #all = new Set<GuestThread<Message>>();
  readonly #idle: GuestThread<Message>[] = [];
  readonly #terminations = new Set<Promise<void>>();

  constructor(kernel: KernelInterface, options: GuestThreadOptions<Message>) {
    this.#hub = new SharedMemoryHub(kernel);
    this.#options = options;
  }

  /** Makes an idle thread ahead of need. */
  warmUp(): void {
    this.#idle.push(this.#create());
  }

  /**
   * Runs a guest as process `pid`.
   * @param begin - Tells the thread what to run.
   * @param onExit - Called once with its exit code (128 + signal).
   */
  run(
    pid: number,
    begin: (worker: WarmWorker<Message>) => void,
    onExit: (code: number) => void,
  ): RunningGuest {
    const thread = this.#idle.pop() ?? this.#create();
    const { worker, slot, clock } = thread;
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
    clock.begin();
    begin(worker);
    // The kernel ends the process, and that ends what serves it.
    return { kill: (signal) => onExit(128 + signal), cpuTime: () => clock.time };
  }

  async dispose(): Promise<void> {
    for (const thread of [...this.#all]) this.#terminate(thread);
    await Promise.all(this.#terminations);
  }

  #create(): GuestThread<Message> {
    const { entry, execArgv, onCreate } = this.#options;
    const slot = this.#hub.connect();
    const clock = new ThreadClock();
    const data: GuestThreadData = { connection: slot.connection, clock: clock.memory };
    const worker = new WarmWorker<Message>(entry, data, execArgv);
    const thread: GuestThread<Message> = { worker, slot, clock };
    worker.onDeath = () => this.#forget(thread);
    this.#all.add(thread);
    onCreate?.(worker);
    return thread;
  }

  #recycle(thread: GuestThread<Message>): void {
    if (this.#idle.length >= this.#options.idleMax) {
      this.#terminate(thread);
      return;
    }
    thread.worker.onDeath = () => this.#forget(thread);
    thread.worker.setBusy(false);
    this.#idle.push(thread);
  }

  #terminate(thread: GuestThread<Message>): void {
    this.#forget(thread);
    const termination = thread.worker.end(this.#options.farewell).finally(() => {
      this.#terminations.delete(termination);
    });
    this.#terminations.add(termination);
  }

  #forget(thread: GuestThread<Message>): void {
    if (!this.#all.delete(thread)) return;
    thread.slot.release();
    const index = this.#idle.indexOf(thread);
    if (index !== -1) this.#idle.splice(index, 1);
  }
}
