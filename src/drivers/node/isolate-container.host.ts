/**
 * Holds one guest's isolate: makes it, gives it its hooks, drives its event loop. Runs in a guest
 * host process or in a worker thread, never in the host application's own thread.
 */
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import type * as Ivm from "isolated-vm";
import { GuestLimit } from "../host/guest-runtime.js";
import { countIsolates } from "../host/walls.host.js";
import { cacheKey, readCache, writeCache } from "./code-cache.host.js";
import {
  BUNDLE,
  type CachedScript,
  RECORDED_PROGRAM,
  recordCode,
} from "./code-cache-recording.host.js";
import { makeCompute } from "./compute.host.js";
import type { GuestConfiguration } from "./guest/host-hooks.js";
import { type Library, readLibrary } from "./library.host.js";
import { addonFile } from "./native-addon.host.js";
import type { CodeProgram } from "./node-code.js";
import type { ThreadStart } from "./worker-board.js";

/** The Node whose V8 enters running loops in Maglev's code. */
const MAGLEV_SINCE = 24;
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

export interface GuestProgram {
  readonly pid: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Of the isolate's heap. */
  readonly memoryLimitMb: number;
  /** Its clocks go in steps of 1 ms. */
  readonly isCoarse?: boolean;
  /** Runs instead of what the arguments name; those are its own then. */
  readonly code?: CodeProgram | null;
}

/** The threads of the guest, as one of them sees them. */
export interface ContainerThreads {
  /** The number under which the addon keeps the guest's message ports. */
  readonly group: number;
  /** How workers have ended. */
  readonly board: SharedArrayBuffer;
  readonly thread: number;
  /** Starts a worker of this thread: a `ThreadStart` as JSON. */
  start(request: string): void;
  /** Ends a worker. */
  stop(thread: number): void;
}

/** The kernel has ended the process: there is nobody to answer to. */
export class GuestEnded extends Error {}

/** The isolate of the guest that runs. */
let running: Ivm.Isolate | null = null;

/** Takes the running guest's isolate away. */
export function endGuest(): void {
  if (running && !running.isDisposed) running.dispose();
}

export interface Tools {
  readonly ivm: typeof Ivm;
  readonly addon: Ivm.NativeModule;
  readonly library: Library;
  readonly bundle: CachedScript;
  /** V8's code caches by a builtin's id, and our bundle's. */
  readonly caches: ReadonlyMap<string, Ivm.ExternalCopy<ArrayBuffer>>;
}

let tools: Tools | undefined;

/**
 * Loads what every guest needs.
 * @param cacheFolder - Where code caches are kept; null for none.
 */
export function prepareTools(bundleFile: URL, cacheFolder: string | null): Tools {
  if (tools) return tools;
  // What a call of a guest's uses that is deprecated its own library tells it, not the host's.
  process.noDeprecation = true;
  keepLoopsEndable();
  const ivm = createRequire(import.meta.url)("isolated-vm") as typeof Ivm;
  const addon = new ivm.NativeModule(addonFile());
  const library = readLibrary();
  const source = `(() => { ${readFileSync(bundleFile, "utf8")}\nreturn secureExecGuest.boot; })()`;
  const bundle = { source, filename: BUNDLE, columnOffset: 0 };
  const caches = cacheFolder === null ? new Map() : loadCaches(ivm, library, bundle, cacheFolder);
  tools = { ivm, addon, library, bundle, caches };
  return tools;
}

/**
 * On Node 24 and 26 a hot loop that has gone from Maglev's code to TurboFan's in an isolate of isolated-vm's hears of no interrupt
 * any more: nothing could end it but the end of the process, neither a timeout nor the limit of its heap. Straight to TurboFan,
 * as before Maglev, it does.
 */
function keepLoopsEndable(): void {
  if (Number.parseInt(process.versions.node, 10) >= MAGLEV_SINCE) {
    setFlagsFromString("--no-maglev-osr");
  }
}

/** Reads the code caches, or makes them when there are none. */
function loadCaches(
  ivm: typeof Ivm,
  library: Library,
  bundle: CachedScript,
  folder: string,
): Map<string, Ivm.ExternalCopy<ArrayBuffer>> {
  const key = cacheKey(new Map([...library.sources, [BUNDLE, bundle.source]]));
  let bytes = readCache(folder, key);
  if (!bytes) {
    const nobody = { pid: 1, args: ["-e", RECORDED_PROGRAM], env: {}, cwd: "/", memoryLimitMb: 0 };
    bytes = recordCode({
      bundle,
      builtin: (id) => builtinScript(library, id),
      sources: library.sources,
      configuration: configurationOf(library, nobody),
    });
    writeCache(folder, key, bytes);
  }
  const caches = new Map<string, Ivm.ExternalCopy<ArrayBuffer>>();
  for (const [name, data] of bytes) {
    caches.set(name, new ivm.ExternalCopy(data.slice().buffer as ArrayBuffer));
  }
  return caches;
}

/** One of Node's modules as the script that its loader's C++ half compiles. */
function builtinScript({ sources }: Library, id: string): CachedScript | null {
  const source = sources.get(id);
  if (source === undefined) return null;
  const head = `(function (${parametersOf(id).join(", ")}) {`;
  return { source: `${head}${source}\n})`, filename: `node:${id}`, columnOffset: -head.length };
}

function configurationOf(
  { shared }: Library,
  program: GuestProgram,
  thread = 0,
  start: ThreadStart | null = null,
): string {
  const { pid, args, env, cwd, memoryLimitMb } = program;
  const configuration: GuestConfiguration = {
    ...shared,
    pid,
    ppid: 0,
    thread,
    parentPort: start?.port ?? 0,
    resourceLimits: start?.resourceLimits ?? [],
    args,
    env,
    cwd,
    memoryLimitMb,
    code: program.code ?? null,
  };
  return JSON.stringify(configuration);
}

/**
 * Runs one guest to its end and answers its exit code. With a doorbell the isolate runs in a thread of
 * isolated-vm's: the container's own thread has to stay free, or nobody could terminate it.
 */
export async function runGuest(
  wire: GuestWire,
  program: GuestProgram,
  bundleFile: URL,
  cacheFolder: string | null,
  threads: ContainerThreads,
): Promise<number> {
  const tools = prepareTools(bundleFile, cacheFolder);
  countIsolates(1);
  const isolate = new tools.ivm.Isolate({ memoryLimit: program.memoryLimitMb });
  running = isolate;
  try {
    return await new Run(tools, isolate, wire, program, threads).run();
  } finally {
    running = null;
    endedGroup = threads.group;
    if (!isolate.isDisposed) isolate.dispose();
    countIsolates(-1);
  }
}

/** The ports of the guest that ran before: forgotten when the next one starts. */
let endedGroup = 0;

/** Numbers for guests' message ports: no two in one operating system process are alike. */
export function newGroup(): number {
  return randomInt(1, 2 ** 47);
}

/** Runs a worker in its isolate to its end and answers its exit code. */
export function runThread(
  tools: Tools,
  isolate: Ivm.Isolate,
  wire: GuestWire,
  program: GuestProgram,
  threads: ContainerThreads,
  start: ThreadStart,
): Promise<number> {
  return new Run(tools, isolate, wire, program, threads, start).run();
}

/** One guest from its start to its end. */
class Run {
  readonly #ivm: typeof Ivm;
  readonly #isolate: Ivm.Isolate;
  readonly #tools: Tools;
  readonly #wire: GuestWire;
  readonly #program: GuestProgram;
  readonly #threads: ContainerThreads;
  readonly #start: ThreadStart | null;
  /** The addon's `isOutOfMemory`. */
  #askMemory: Ivm.Reference | null = null;
  #exitCode: number | null = null;
  #hasEnded = false;

  constructor(
    tools: Tools,
    isolate: Ivm.Isolate,
    wire: GuestWire,
    program: GuestProgram,
    threads: ContainerThreads,
    start: ThreadStart | null = null,
  ) {
    this.#ivm = tools.ivm;
    this.#tools = tools;
    this.#isolate = isolate;
    this.#wire = wire;
    this.#program = program;
    this.#threads = threads;
    this.#start = start;
  }

  async run(): Promise<number> {
    try {
      await this.#drive();
    } catch (thrown) {
      if (this.#hasEnded) throw new GuestEnded();
      if (this.#exitCode === null) {
        const limit = this.#program.memoryLimitMb * MiB;
        throw this.#isOutOfMemory() ? new GuestLimit("heapBytes", limit, OUT_OF_MEMORY) : thrown;
      }
    }
    if (this.#hasEnded) throw new GuestEnded();
    return this.#exitCode ?? 0;
  }

  /** Whether isolated-vm has taken it away, or the addon has ended it at the limit of its heap. */
  #isOutOfMemory(): boolean {
    const isolate = this.#isolate;
    if (isolate.isDisposed) return true;
    return this.#askMemory?.applySync(undefined, []) === true;
  }

  async #drive(): Promise<void> {
    const isolate = this.#isolate;
    const context = isolate.createContextSync();
    const native = this.#tools.addon.createSync(context);
    this.#askMemory = native.getSync("isOutOfMemory", { reference: true }) as Ivm.Reference;
    const boot = this.#compile(context, BUNDLE, this.#tools.bundle);
    const starter = isolate
      .compileScriptSync(STARTER, { filename: "secure-exec:guest-starter" })
      .runSync(context, { reference: true }) as Ivm.Reference;
    const drive = starter.applySync(
      undefined,
      [boot, native, endedGroup, this.#threads.group, ...this.#hooks(context)] as never[],
      { result: { reference: true } },
    ) as Ivm.Reference;
    const method = (name: string) => drive.getSync(name, { reference: true }) as Ivm.Reference;
    const [start, turn, finish] = [method("start"), method("turn"), method("finish")];
    let isAlive = (await this.#enter(start)) === true;
    for (;;) {
      while (isAlive) isAlive = (await this.#enter(turn)) === true;
      // Comes back only when a handler has made more work.
      await this.#enter(finish);
      isAlive = true;
    }
  }

  /** Lets the isolate run: here, or in a thread of isolated-vm's. */
  #enter(step: Ivm.Reference): unknown {
    return this.#wire.doorbell ? step.apply(undefined, []) : step.applySync(undefined, []);
  }

  #hooks(context: Ivm.Context): unknown[] {
    const ivm = this.#ivm;
    const isolate = this.#isolate;
    const { sources } = this.#tools.library;
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
    const { isCoarse } = this.#program;
    const { board, thread } = this.#threads;
    const compileBuiltin = (id: unknown): unknown => {
      const script = builtinScript(this.#tools.library, String(id));
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
      new ivm.Callback(makeCompute(heap, sources)),
      new ivm.Reference(compileBuiltin),
      new ivm.Callback(isCoarse ? () => Math.floor(performance.now()) : () => performance.now()),
      new ivm.Callback((code: number) => this.#exit(code)),
      configurationOf(this.#tools.library, this.#program, thread, this.#start),
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

/** Parameters of Node's module wrappers (BuiltinLoader::LookupAndCompile). */
function parametersOf(id: string): string[] {
  if (id.startsWith("internal/bootstrap/realm")) {
    return ["process", "getLinkedBinding", "getInternalBinding", "primordials"];
  }
  if (id.startsWith("internal/per_context/")) {
    return ["exports", "primordials", "privateSymbols", "perIsolateSymbols"];
  }
  if (id.startsWith("internal/main/") || id.startsWith("internal/bootstrap/")) {
    return ["process", "require", "internalBinding", "primordials"];
  }
  return ["exports", "require", "module", "process", "internalBinding", "primordials"];
}

/** Guest side: puts the hooks into the shape that `boot` takes. Nothing of it stays reachable. */
const STARTER = `(boot, module, endedGroup, group, thread, board, startWorker, stopWorker, channel, words, slot, clock, carry, compute, compileBuiltin, now, exit, configuration) => {
  const addon = module.deref();
  if (endedGroup > 0) addon.endGroup(endedGroup);
  addon.joinGroup(group, thread);
  const { timedStep, isOutOfMemory, ...native } = addon;
  const steps = boot.deref()({
    native, board, startWorker, stopWorker, channel, carry, compute, compileBuiltin, now, exit, configuration,
    doorbell: words === null ? null : { words, slot },
  });
  if (clock === null) return steps;
  const timed = (step) => () => timedStep(clock, step);
  return { start: timed(steps.start), turn: timed(steps.turn), finish: timed(steps.finish) };
}`;
