/**
 * Holds the isolates of a guest's workers, in a thread of the guest host process: the main thread is busy with the guest's main
 * isolate. Each worker's isolate runs in a thread of isolated-vm's, so that this one can always end it.
 */
import type * as Ivm from "isolated-vm";
import { GuestLimit } from "../host/guest-runtime.js";
import { countIsolates } from "../host/walls.host.js";
import {
  type ContainerThreads,
  GuestEnded,
  type GuestProgram,
  prepareTools,
  runThread,
} from "./isolate-container.host.js";
import type { ThreadRelay } from "./thread-relay.host.js";
import { markEnd, type ThreadStart, threadEnd } from "./worker-board.js";

/** What all threads of one guest have in common. */
export interface ThreadGroup {
  /** The number under which the addon keeps its ports. */
  readonly group: number;
  /** How threads have ended (`worker-board.ts`). */
  readonly board: SharedArrayBuffer;
  readonly program: GuestProgram;
}

const OLD_SPACE = 1;
const MEMORY_MIN_MB = 8;

export class WorkerKeeper {
  readonly #relay: ThreadRelay;
  readonly #group: ThreadGroup;
  readonly #files: { readonly bundle: URL; readonly cacheFolder: string | null };
  readonly #board: Int32Array;
  readonly #isolates = new Map<number, Ivm.Isolate>();
  /** Threads that their parents have ended. */
  readonly #stopped = new Set<number>();

  constructor(
    relay: ThreadRelay,
    group: ThreadGroup,
    files: { readonly bundle: URL; readonly cacheFolder: string | null },
  ) {
    this.#relay = relay;
    this.#group = group;
    this.#files = files;
    this.#board = new Int32Array(group.board);
  }

  /** Starts a worker: a request of the guest's, as JSON. */
  start(request: string, parent: number): void {
    const start = JSON.parse(request) as ThreadStart;
    void this.#run(start, parent);
  }

  /** Ends a worker, whatever it is doing. */
  stop(thread: number): void {
    const isolate = this.#isolates.get(thread);
    if (!isolate || isolate.isDisposed) return;
    this.#stopped.add(thread);
    isolate.dispose();
  }

  async #run(start: ThreadStart, parent: number): Promise<void> {
    const { thread } = start;
    const memory = this.#isolates.has(thread) ? null : this.#relay.open(thread);
    if (!memory) {
      this.#report(thread, threadEnd.failed, 1);
      return;
    }
    let outcome: number = threadEnd.exited;
    let code = 1;
    try {
      const tools = prepareTools(this.#files.bundle, this.#files.cacheFolder);
      const { pid, cwd, memoryLimitMb: ofProcess } = this.#group.program;
      const memoryLimitMb = memoryLimit(start, ofProcess);
      countIsolates(1);
      const isolate = new tools.ivm.Isolate({ memoryLimit: memoryLimitMb });
      this.#isolates.set(thread, isolate);
      const program = { pid, cwd, args: start.execArgv, env: start.env, memoryLimitMb };
      const threads: ContainerThreads = {
        ...this.#group,
        thread,
        start: (request) => this.start(request, thread),
        stop: (other) => this.stop(other),
      };
      const wire = { ...memory, clock: null, carry: () => false };
      code = await runThread(tools, isolate, wire, program, threads, start);
    } catch (thrown) {
      if (thrown instanceof GuestEnded) return;
      const isGone = this.#isolates.get(thread)?.isDisposed === true;
      outcome = isGone || thrown instanceof GuestLimit ? threadEnd.outOfMemory : threadEnd.failed;
      if (this.#stopped.delete(thread)) outcome = threadEnd.stopped;
    } finally {
      const isolate = this.#isolates.get(thread);
      if (isolate && !isolate.isDisposed) isolate.dispose();
      if (isolate) countIsolates(-1);
      this.#isolates.delete(thread);
      this.#report(thread, outcome, code);
      this.#relay.close(thread, parent);
    }
  }

  #report(thread: number, outcome: number, code: number): void {
    markEnd(this.#board, thread, outcome, code);
  }
}

/** What a worker asks for, if that is less than its process has. */
function memoryLimit({ resourceLimits }: ThreadStart, ofProcess: number): number {
  const asked = resourceLimits[OLD_SPACE] ?? -1;
  return asked > 0 ? Math.min(ofProcess, Math.max(MEMORY_MIN_MB, Math.ceil(asked))) : ofProcess;
}
