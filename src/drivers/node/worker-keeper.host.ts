/**
 * Holds the isolates of a guest's workers, in a thread of the guest host process: the main thread is busy with the guest's main
 * isolate. Each worker's isolate runs in a thread of isolated-vm's, so that this one can always end it.
 */
import type * as Ivm from "isolated-vm";
import { type ContainerFiles, prepareTools } from "./container-tools.host.js";
import type { GuestProgram } from "./guest-program.js";
import { type ContainerThreads, GuestEnded, GuestIsolate } from "./isolate-container.host.js";
import { freeIsolate, makeIsolate } from "./isolates.host.js";
import type { ThreadRelay } from "./thread-relay.host.js";
import { markEnd, type ThreadStart, threadEnd } from "./worker-board.js";

/** What all threads of one guest have in common. */
export interface ThreadGroup {
  /** The number under which the addon keeps its ports. */
  readonly group: number;
  /** How threads have ended (`worker-board.ts`). */
  readonly board: SharedArrayBuffer;
  /** `clockOrigin()` where the main thread runs. */
  readonly originMs: number;
  readonly program: GuestProgram;
}

const OLD_SPACE = 1;
const MEMORY_MIN_MB = 8;

export class WorkerKeeper {
  readonly #relay: ThreadRelay;
  readonly #group: ThreadGroup;
  readonly #files: ContainerFiles;
  readonly #board: Int32Array;
  readonly #isolates = new Map<number, Ivm.Isolate>();
  /** Threads that their parents have ended. */
  readonly #stopped = new Set<number>();
  readonly #runs = new Set<Promise<void>>();
  readonly #clocks: readonly SharedArrayBuffer[];

  /** @param clocks - For the threads of a guest whose time is not that of an operating system process, by slot. */
  constructor(
    relay: ThreadRelay,
    group: ThreadGroup,
    files: ContainerFiles,
    clocks: readonly SharedArrayBuffer[] = [],
  ) {
    this.#relay = relay;
    this.#group = group;
    this.#files = files;
    this.#clocks = clocks;
    this.#board = new Int32Array(group.board);
  }

  /** Starts a worker: a request of the guest's, as JSON. */
  start(request: string, parent: number): void {
    const start = JSON.parse(request) as ThreadStart;
    const run = this.#run(start, parent).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  /** Ends all workers; resolves when they are gone. */
  async endAll(): Promise<void> {
    for (const thread of this.#isolates.keys()) this.stop(thread);
    await Promise.all(this.#runs);
  }

  /** Ends a worker, whatever it is doing. */
  stop(thread: number): void {
    const isolate = this.#isolates.get(thread);
    if (!isolate || isolate.isDisposed) return;
    this.#stopped.add(thread);
    // What it is doing fails before it is gone, and nobody shall hear of that.
    this.#relay.silence(thread);
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
      const tools = prepareTools(this.#files);
      const { pid, argv0, cwd, memoryLimitMb: ofProcess } = this.#group.program;
      const memoryLimitMb = memoryLimit(start, ofProcess);
      const isolate = makeIsolate(tools, memoryLimitMb);
      this.#isolates.set(thread, isolate);
      const { execArgv: args, env } = start;
      const program = { pid, argv0, cwd, args, env, memoryLimitMb };
      const threads: ContainerThreads = {
        ...this.#group,
        thread,
        start: (request) => this.start(request, thread),
        stop: (other) => this.stop(other),
      };
      const clock = this.#clocks[memory.doorbell.slot] ?? null;
      const wire = { ...memory, clock, carry: () => false };
      const room = new GuestIsolate(tools, isolate, memoryLimitMb, wire, threads, start);
      code = await room.run(program);
    } catch (thrown) {
      if (thrown instanceof GuestEnded) return;
      const isGone = this.#isolates.get(thread)?.isDisposed === true;
      outcome = isGone ? threadEnd.outOfMemory : threadEnd.failed;
      if (this.#stopped.delete(thread)) outcome = threadEnd.stopped;
    } finally {
      const isolate = this.#isolates.get(thread);
      if (isolate) freeIsolate(isolate);
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
