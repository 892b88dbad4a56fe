/**
 * Holds one guest's isolate: makes it, gives it its hooks, drives its event loop. Runs in a guest
 * host process or in a worker thread, never in the host application's own thread.
 */
import { performance } from "node:perf_hooks";
import type * as Ivm from "isolated-vm";
import { GuestLimit } from "../host/guest-runtime.js";
import { BUNDLE, type CachedScript } from "./code-cache-recording.host.js";
import { makeCompute } from "./compute.host.js";
import { builtinScript, type ContainerTools, workerConfiguration } from "./container-tools.host.js";
import { factsOf, type GuestProgram } from "./guest-program.js";
import { freeIsolate, makeIsolate } from "./isolates.host.js";
import { resetTimeZone } from "./time-zone.host.js";
import type { ThreadStart } from "./worker-board.js";

const MiB = 1024 * 1024;
/** V8's own text. */
const OUT_OF_MEMORY =
  "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory";

/** How a guest's calls leave its isolate. */
export interface GuestWire {
  /** Header and payload. */
  readonly channel: SharedArrayBuffer;
  readonly doorbell: { readonly words: SharedArrayBuffer; readonly slot: number } | null;
  /** `ThreadClock`'s, for a guest whose time is not that of an operating system process. */
  readonly clock: SharedArrayBuffer | null;
  /** Carries the call in `channel` and its answer; false when the process has ended. */
  carry(length: number): boolean;
}

/** The threads of the guest, as one of them sees them. */
export interface ContainerThreads {
  /** The number under which the addon keeps the guest's message ports. */
  readonly group: number;
  /** How workers have ended. */
  readonly board: SharedArrayBuffer;
  readonly thread: number;
  /** `clockOrigin()` where the main one runs: all have one clock. */
  readonly originMs: number;
  /** Starts a worker of this thread: a `ThreadStart` as JSON. */
  start(request: string): void;
  /** Ends a worker. */
  stop(thread: number): void;
}

/** The kernel has ended the process: there is nobody to answer to. */
export class GuestEnded extends Error {}

/** How often the two clocks are read: the least difference is the one with the least between them. */
const CLOCK_READINGS = 5;

/** When `performance.now()` of this thread began, on the machine's clock, in ms. */
export function clockOrigin(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < CLOCK_READINGS; reading++) {
    const now = performance.now();
    least = Math.min(least, Number(process.hrtime.bigint()) / 1e6 - now);
  }
  return least;
}

/** Numbers for guests' message ports: no two in one operating system process are alike. No secret: no guest names a group. */
export function newGroup(): number {
  return 1 + Math.floor(Math.random() * 2 ** 47);
}

/** The ports of the guest that ran before: forgotten when the next one boots. */
let endedGroup = 0;

/**
 * An isolate in which Node's library has booted: it runs one guest, or none. With a doorbell the isolate runs in a thread
 * of isolated-vm's then: the container's own thread has to stay free, or nobody could terminate it.
 */
export class GuestIsolate {
  readonly memoryLimitMb: number;
  readonly #ivm: typeof Ivm;
  readonly #isolate: Ivm.Isolate;
  readonly #tools: ContainerTools;
  readonly #wire: GuestWire;
  readonly #threads: ContainerThreads;
  readonly #start: ThreadStart | null;
  /** The addon's `isOutOfMemory`. */
  #askMemory: Ivm.Reference | null = null;
  readonly #drive: Ivm.Reference;
  readonly #sinceOriginMs: number;
  #isCoarse = false;
  #exitCode: number | null = null;
  #hasEnded = false;

  /**
   * @param isolate - Of `memoryLimitMb`; it is this object's from now on.
   * @param start - Of a worker.
   */
  constructor(
    tools: ContainerTools,
    isolate: Ivm.Isolate,
    memoryLimitMb: number,
    wire: GuestWire,
    threads: ContainerThreads,
    start: ThreadStart | null = null,
  ) {
    this.memoryLimitMb = memoryLimitMb;
    this.#ivm = tools.ivm;
    this.#tools = tools;
    this.#isolate = isolate;
    this.#wire = wire;
    this.#threads = threads;
    this.#start = start;
    this.#sinceOriginMs = threads.thread === 0 ? 0 : clockOrigin() - threads.originMs;
    try {
      this.#drive = this.#boot();
    } catch (thrown) {
      throw this.#reasonOf(thrown);
    }
  }

  /** Boots one for a main thread, in an isolate of its own. */
  static boot(
    tools: ContainerTools,
    memoryLimitMb: number,
    wire: GuestWire,
    threads: ContainerThreads,
  ): GuestIsolate {
    const isolate = makeIsolate(tools, memoryLimitMb);
    try {
      return new GuestIsolate(tools, isolate, memoryLimitMb, wire, threads);
    } catch (thrown) {
      freeIsolate(isolate);
      throw thrown;
    }
  }

  /** Takes the isolate away, whatever it is doing. */
  dispose(): void {
    freeIsolate(this.#isolate);
  }

  /** Runs a guest to its end and answers its exit code. Once only: the isolate is gone then. */
  async run(program: GuestProgram): Promise<number> {
    try {
      return await this.#run(program);
    } finally {
      if (this.#threads.thread === 0) endedGroup = this.#threads.group;
      if (this.#wire.doorbell === null) resetTimeZone();
      this.dispose();
    }
  }

  async #run(program: GuestProgram): Promise<number> {
    this.#isCoarse = program.isCoarse === true;
    try {
      await this.#runToEnd(factsOf(program));
    } catch (thrown) {
      if (this.#hasEnded) throw new GuestEnded();
      if (this.#exitCode === null) throw this.#reasonOf(thrown);
    }
    if (this.#hasEnded) throw new GuestEnded();
    return this.#exitCode ?? 0;
  }

  /** Whether isolated-vm has taken it away, or the addon has ended it at the limit of its heap: why it ended then. */
  #reasonOf(thrown: unknown): unknown {
    const isOutOfMemory =
      this.#isolate.isDisposed || this.#askMemory?.applySync(undefined, []) === true;
    if (!isOutOfMemory) return thrown;
    return new GuestLimit("heapBytes", this.memoryLimitMb * MiB, OUT_OF_MEMORY);
  }

  #boot(): Ivm.Reference {
    const isolate = this.#isolate;
    const context = isolate.createContextSync();
    const native = this.#tools.addon.createSync(context);
    this.#askMemory = native.getSync("isOutOfMemory", { reference: true }) as Ivm.Reference;
    const boot = this.#compile(context, BUNDLE, this.#tools.bundle);
    const starter = isolate
      .compileScriptSync(STARTER, { filename: "secure-exec:guest-starter" })
      .runSync(context, { reference: true }) as Ivm.Reference;
    return starter.applySync(
      undefined,
      [boot, native, endedGroup, this.#threads.group, ...this.#hooks(context)] as never[],
      { result: { reference: true } },
    ) as Ivm.Reference;
  }

  async #runToEnd(facts: string): Promise<void> {
    const method = (name: string) =>
      this.#drive.getSync(name, { reference: true }) as Ivm.Reference;
    const [begin, turn, finish] = [method("begin"), method("turn"), method("finish")];
    let isAlive = (await this.#enter(begin, facts)) === true;
    for (;;) {
      while (isAlive) isAlive = (await this.#enter(turn)) === true;
      // Comes back only when a handler has made more work.
      await this.#enter(finish);
      isAlive = true;
    }
  }

  /** Lets the isolate run: here, or in a thread of isolated-vm's. */
  #enter(step: Ivm.Reference, ...args: string[]): unknown {
    return this.#wire.doorbell ? step.apply(undefined, args) : step.applySync(undefined, args);
  }

  #hooks(context: Ivm.Context): unknown[] {
    const ivm = this.#ivm;
    const isolate = this.#isolate;
    const { sources } = this.#tools;
    const shareMemory = (memory: SharedArrayBuffer) =>
      new ivm.ExternalCopy(memory).copyInto({ release: true });
    const heap = () => {
      const statistics = isolate.getHeapStatisticsSync();
      return {
        total: statistics.total_heap_size,
        used: statistics.used_heap_size,
        limit: statistics.heap_size_limit,
      };
    };
    const { channel, doorbell, clock } = this.#wire;
    const { board, thread } = this.#threads;
    const compileBuiltin = (id: unknown): unknown => {
      const script = builtinScript(this.#tools.sources, String(id));
      return script && this.#compile(context, String(id), script);
    };
    return [
      thread,
      shareMemory(board),
      new ivm.Callback((request: unknown) => this.#threads.start(String(request))),
      new ivm.Callback((other: unknown) => this.#threads.stop(Number(other))),
      shareMemory(channel),
      doorbell ? shareMemory(doorbell.words) : null,
      doorbell?.slot ?? -1,
      clock ? shareMemory(clock) : null,
      new ivm.Callback((length: number) => this.#carry(length)),
      new ivm.Callback(makeCompute(heap, sources, doorbell === null)),
      new ivm.Reference(compileBuiltin),
      new ivm.Callback(() => this.#now()),
      new ivm.Callback((code: number) => this.#exit(code)),
      this.#start ? workerConfiguration(this.#tools, this.#start) : this.#tools.configuration,
    ];
  }

  /** Compiles and runs one of our or of Node's scripts, from its cache when there is one. */
  #compile(context: Ivm.Context, name: string, script: CachedScript): Ivm.Reference {
    const { source, filename, columnOffset } = script;
    const cachedData = this.#tools.caches.get(name);
    return this.#isolate
      .compileScriptSync(source, { filename, columnOffset, ...(cachedData ? { cachedData } : {}) })
      .runSync(context, { reference: true }) as Ivm.Reference;
  }

  #now(): number {
    const nowMs = performance.now() + this.#sinceOriginMs;
    return this.#isCoarse ? Math.floor(nowMs) : nowMs;
  }

  #carry(length: number): boolean {
    try {
      if (this.#wire.carry(length)) return true;
    } catch {
      // A broken channel: nothing of the reason may reach the guest.
    }
    this.#hasEnded = true;
    return false;
  }

  /** Unwinds the guest, whatever it is doing: its isolate is gone when this returns. */
  #exit(code: number): void {
    if (code === ENDED) this.#hasEnded = true;
    else this.#exitCode ??= code & 0xff;
    this.#isolate.dispose();
  }
}

/** "Exit code" of a guest whose process the kernel has ended. */
const ENDED = -1;

/** Guest side: puts the hooks into the shape that `boot` takes. Nothing of it stays reachable. */
const STARTER = `(boot, module, endedGroup, group, thread, board, startWorker, stopWorker, channel, words, slot, clock, carry, compute, compileBuiltin, now, exit, configuration) => {
  const addon = module.deref();
  if (endedGroup > 0) addon.endGroup(endedGroup);
  addon.joinGroup(group, thread);
  const { timedStep, isOutOfMemory, ...native } = addon;
  const drive = boot.deref()({
    native, board, startWorker, stopWorker, channel, carry, compute, compileBuiltin, now, exit, configuration,
    doorbell: words === null ? null : { words, slot },
  });
  const begin = (facts) => {
    drive.begin(facts);
    return drive.start();
  };
  const steps = { begin, turn: drive.turn, finish: drive.finish };
  if (clock === null) return steps;
  const timed = (step) => (facts) => timedStep(clock, () => step(facts));
  return { begin: timed(steps.begin), turn: timed(steps.turn), finish: timed(steps.finish) };
}`;
