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
import type { CpuTime } from "../../kernel/cpu-time.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { SIGKILL } from "../../kernel/signals.js";
import { exitCodeOf } from "../../kernel/wait-status.js";
import type { RunningGuest } from "./driver-process.js";
import { ThreadClock } from "./thread-clock.host.js";
import { ThreadFrames } from "./thread-frames.host.js";
import { WarmWorker } from "./warm-workers.host.js";

/** What a worker's file gets when it is made. */
export interface GuestThreadData {
  readonly connection: GuestConnection;
  /** `ThreadClock`'s. */
  readonly clock: SharedArrayBuffer;
  /** For a guest that may have other threads: their connection to the kernel, and their clocks. */
  readonly threads: {
    readonly port: ThreadFrames["port"];
    readonly clocks: SharedArrayBuffer[];
  } | null;
}

/** As many other threads as a process may have. */
const THREADS_MAX = 64;

export interface GuestThreadOptions<Message> {
  /** The worker's file. */
  readonly entry: URL;
  /** Node's own options for the threads. */
  readonly execArgv?: readonly string[];
  /** Whether guests may have threads beside their main one. */
  readonly hasThreads?: boolean;
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
  /** Of the main thread, then of others. */
  readonly clocks: readonly ThreadClock[];
  readonly frames: ThreadFrames | null;
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
    const { worker, slot, clocks, frames } = thread;
    worker.setBusy(true);
    worker.onDeath = () => {
      // The thread is gone (out of memory): its process with it.
      this.#forget(thread);
      onExit(128 + SIGKILL);
    };
    slot.serve(pid, ({ waitStatus, isThreadFree }) => {
      // A thread that died is forgotten already.
      const isReusable = isThreadFree && !frames?.wereUsed && this.#all.has(thread);
      if (isReusable) this.#recycle(thread);
      else this.#terminate(thread);
      onExit(exitCodeOf(waitStatus));
    });
    for (const clock of clocks) clock.begin();
    begin(worker);
    // The kernel ends the process, and that ends what serves it.
    return { kill: (signal) => onExit(128 + signal), cpuTime: () => sumOf(clocks) };
  }

  async dispose(): Promise<void> {
    for (const thread of [...this.#all]) this.#terminate(thread);
    await Promise.all(this.#terminations);
  }

  #create(): GuestThread<Message> {
    const { entry, execArgv, onCreate, hasThreads = false } = this.#options;
    const frames = hasThreads ? new ThreadFrames() : null;
    const slot = this.#hub.connect(frames?.connection);
    const clock = new ThreadClock();
    const others = Array.from({ length: frames ? THREADS_MAX : 0 }, () => new ThreadClock());
    const data: GuestThreadData = {
      connection: slot.connection,
      clock: clock.memory,
      threads: frames && { port: frames.port, clocks: others.map(({ memory }) => memory) },
    };
    const worker = new WarmWorker<Message>(entry, data, execArgv, frames ? [frames.port] : []);
    const clocks = [clock, ...others];
    const thread: GuestThread<Message> = { worker, slot, clocks, frames };
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
    thread.frames?.close();
    const index = this.#idle.indexOf(thread);
    if (index !== -1) this.#idle.splice(index, 1);
  }
}

/** What all threads of a guest have computed; null: not known of its main one. */
function sumOf([main, ...others]: readonly ThreadClock[]): CpuTime | null {
  const time = main?.time;
  if (!time) return null;
  let { userMs, systemMs } = time;
  for (const { time: more } of others) {
    userMs += more?.userMs ?? 0;
    systemMs += more?.systemMs ?? 0;
  }
  return { userMs, systemMs };
}
