/** The driver of Node programs: `createNodeRuntime`. */
import { textWithoutBytes } from "../../kernel/byte-text.js";
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { defaultLimits } from "../../kernel/limits.js";
import type { DriverProcess, ProcessContext, RuntimeDriver } from "../../kernel/runtime-driver.js";
import { cacheFolderOf } from "../host/cache-folder.host.js";
import { type RunningGuest, startGuest } from "../host/driver-process.js";
import { GuestProcess } from "../host/guest-process.host.js";
import { guestProcessPool } from "../host/guest-process-pool.host.js";
import { GuestProcesses, guestProgram } from "../host/guest-processes.host.js";
import type { GuestStart } from "../host/guest-runtime.js";
import { GuestThreads } from "../host/guest-threads.js";
import { checkIsolatedVm } from "../host/isolated-vm.host.js";
import type { Walls } from "../host/process-walls.host.js";
import { Reaper } from "../host/reaper.host.js";
import { FAREWELL } from "./farewell.js";
import type { NodeGuestOptions } from "./guest-node.host.js";
import type { GuestProgram } from "./guest-program.js";
import { NodeCode } from "./node-code.js";
import {
  mountTrees,
  NPM_ENVIRONMENT,
  npmOf,
  npmProgram,
  packagesOf,
} from "./package-trees.host.js";

export interface NodeRuntimeOptions {
  /**
   * Where guests run: `process` (the default), a child process of the host each; `thread`, a worker
   * thread each, for trusted programs only: one line of JavaScript can end a process it runs in.
   */
  isolation?: "process" | "thread";
  /** Where V8's code caches of Node's library are kept; `$XDG_CACHE_HOME/secure-exec` by default. */
  cacheDir?: string;
  /**
   * The directory on the host of npm's own package, which `npm` and `npx` run; by default the one beside the
   * host's Node. It is mounted read-only on /usr/lib/node_modules/npm. False: no such commands.
   */
  npm?: string | false;
  /** A `node_modules` directory of the host, mounted read-only on /node_modules. */
  packages?: string;
  /** A guest's JavaScript heap in MiB, 8 or more; it ends when it needs more. By default its limit `heapBytes`. */
  memoryLimitMb?: number;
}

/** Any time: it keeps the application alive until it is cleared. */
const HOLD_MS = 5000;

/** Idle threads kept with `isolation: "thread"`. */
const IDLE_THREADS_MAX = 4;

/** isolated-vm's own minimum. */
const MEMORY_LIMIT_MIN_MB = 8;
const MiB = 1024 * 1024;

/** A way of running guests. */
interface Guests {
  run(start: GuestStart, onExit: (code: number) => void): RunningGuest;
  warmUp(): void;
  dispose(): Promise<void>;
}

/** Guests in worker threads. Node's library is read from the thread's own Node. */
function guestThreads(kernel: KernelInterface, entry: URL): Guests {
  const execArgv = ["--expose-internals", "--no-warnings"];
  const threads = new GuestThreads<GuestProgram | typeof FAREWELL>(kernel, {
    entry,
    execArgv,
    idleMax: IDLE_THREADS_MAX,
    farewell: FAREWELL,
    hasThreads: true,
  });
  return {
    run({ pid, args, env, cwd, isCoarse = false, options }, onExit) {
      const program = { pid, args, env, cwd, isCoarse, ...(options as NodeGuestOptions) };
      return threads.run(pid, (worker) => worker.post(program), onExit);
    },
    warmUp: () => threads.warmUp(),
    dispose: () => threads.dispose(),
  };
}

class NodeDriver implements RuntimeDriver {
  readonly name = "node";
  readonly stdio = "descriptors";
  readonly commands: string[];
  readonly #isolation: "process" | "thread";
  readonly #cacheDir: string | undefined;
  readonly #npm: string | null;
  readonly #packages: string | null;
  readonly #memoryLimitMb: number | undefined;
  #guests: Guests | null = null;

  constructor(options: NodeRuntimeOptions) {
    const { isolation = "process", cacheDir, npm, packages, memoryLimitMb } = options;
    if (isolation !== "process" && isolation !== "thread") {
      throw new TypeError(
        `createNodeRuntime: isolation must be "process" or "thread", got ${String(isolation)}`,
      );
    }
    this.#isolation = isolation;
    const isMissing = memoryLimitMb === undefined;
    if (!isMissing && (!Number.isInteger(memoryLimitMb) || memoryLimitMb < MEMORY_LIMIT_MIN_MB)) {
      throw new TypeError(
        `createNodeRuntime: memoryLimitMb must be an integer of ${MEMORY_LIMIT_MIN_MB} or more, got ${String(memoryLimitMb)}`,
      );
    }
    this.#memoryLimitMb = memoryLimitMb;
    this.#cacheDir = cacheDir;
    this.#npm = npmOf(npm);
    this.#packages = packagesOf(packages);
    this.commands = npm === false ? ["node"] : ["node", "npm", "npx"];
  }

  async init(kernel: KernelInterface): Promise<void> {
    if (this.#guests) throw new Error("node: init() called twice without dispose()");
    checkIsolatedVm("Node");
    await mountTrees(kernel, { npm: this.#npm, packages: this.#packages });
    const isThread = this.#isolation === "thread";
    const entry = entryOf(isThread ? "./node-worker.js" : "./guest-node.cjs", this.#cacheDir);
    this.#guests = isThread
      ? guestThreads(kernel, entry)
      : new GuestProcesses(kernel, guestProgram(entry));
    this.#guests.warmUp();
  }

  spawn(command: string, args: string[], ctx: ProcessContext): DriverProcess {
    const guests = this.#guests;
    if (!guests) throw new Error("node: spawn() called before init()");
    const { pid, env, cwd, hostData, limits = defaultLimits, timing } = ctx;
    const argv0 = command === "node" ? (ctx.argv0 ?? command) : "node";
    const heapMb = Math.max(MEMORY_LIMIT_MIN_MB, Math.floor(limits.heapBytes / MiB));
    const memoryLimitMb = this.#memoryLimitMb ?? heapMb;
    const code = command === "node" && hostData instanceof NodeCode ? { ...hostData } : null;
    const isNode = command === "node";
    const words = isNode ? args : npmProgram(command, args);
    const start = {
      pid,
      command,
      // JavaScript has text only, as Node decodes it.
      args: words.map(textWithoutBytes),
      env: textEnvironment(isNode ? env : { ...NPM_ENVIRONMENT, ...env }),
      cwd,
      isCoarse: timing === "coarse",
      // Of a heap V8 may have two copies while it tidies up.
      memoryBytes: 2 * memoryLimitMb * MiB + limits.wasmBytes,
      options: { memoryLimitMb, code, argv0 } satisfies NodeGuestOptions,
      data: new Uint8Array(0),
    };
    return startGuest((onExit) => guests.run(start, onExit));
  }

  async dispose(): Promise<void> {
    await this.#guests?.dispose();
    this.#guests = null;
  }
}

/** The file of guests' own half. */
function entryOf(name: string, cacheDir: string | undefined): URL {
  // dist/ holds the guests' files beside the chunk this code is bundled into.
  const entry = new URL(name, import.meta.url);
  // In the URL, so that a warm guest host knows the folder before it has a guest.
  entry.searchParams.set("cache", cacheFolderOf(cacheDir));
  return entry;
}

/**
 * Lets a process for Node guests start while a kernel is still being made that will have some.
 * @returns what ends that, when its driver is mounted or never will be. Resolves when nothing of it is left.
 */
export function expectNodeGuests(): () => Promise<void> {
  const owner = { program: guestProgram(entryOf("./guest-node.cjs", undefined)) };
  guestProcessPool.join(owner);
  return () => guestProcessPool.leave(owner);
}

/**
 * Keeps processes ready for Node guests of any kernel, until `dispose`. Resolves when they are up.
 * @param count - How many.
 */
export async function warmNodeGuests(count: number): Promise<{ dispose(): Promise<void> }> {
  checkIsolatedVm("Node");
  const program = guestProgram(entryOf("./guest-node.cjs", undefined));
  const owner = { program, fresh: count };
  guestProcessPool.join(owner, false);
  await guestProcessPool.warmed(owner);
  return { dispose: () => guestProcessPool.leave(owner) };
}

/** Which walls stand around Node guests on this machine: those around a guest host process that is started for the answer. */
export async function nodeGuestWalls(): Promise<Walls> {
  checkIsolatedVm("Node");
  const program = guestProgram(entryOf("./guest-node.cjs", undefined));
  const process = new GuestProcess(program, new Reaper());
  // Processes that nobody uses keep no application alive: who waits for them does.
  const hold = setInterval(() => {}, HOLD_MS);
  await process.settled;
  clearInterval(hold);
  const { walls } = process;
  process.kill();
  await process.gone;
  if (!walls) throw new Error("a guest process could not be started");
  return walls;
}

/**
 * A runtime of Node programs: the commands `node`, `npm` and `npx`. Guests run the JavaScript library of the host's own
 * Node, so their version is the host's.
 *
 * @param options - `isolation`: where guests run; `cacheDir`: where code caches are kept;
 *   `npm` and `packages`: trees of packages that guests see; `memoryLimitMb`: a guest's heap. Mounting rejects with ERR_ISOLATED_VM_MISSING when the
 *   optional dependency isolated-vm is not there.
 */
export function createNodeRuntime(options: NodeRuntimeOptions = {}): RuntimeDriver {
  return new NodeDriver(options);
}

function textEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(env);
  return Object.fromEntries(entries.map((entry) => entry.map(textWithoutBytes)));
}
