/** `worker`: the threads of this process, as the library's `Worker` class starts and ends them. */
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { HRTIME_BASE_MS } from "../guest/high-resolution-time.js";
import { OptionParser, splitNodeOptions } from "../guest/option-parser.js";
import {
  END_MARK,
  endMarkOf,
  LoopBoard,
  snapshotState,
  type ThreadStart,
  threadEnd,
} from "../worker-board.js";
import type { MakeSnapshotHandle } from "./heap_utils.js";
import type { MessagingParts, Port } from "./messaging.js";

const RESOURCE_LIMITS = 4;
/** What a worker has when nothing is set: young, old generation, code range, stack in MB. */
const LIMIT_DEFAULTS = [48, 128, 0, 4] as const;

/** Options of the whole process: a worker can't have its own. */
const PROCESS_OPTIONS: ReadonlySet<string> = new Set([
  "--title",
  "--trace-event-categories",
  "--trace-event-file-pattern",
  "--v8-pool-size",
  "--zero-fill-buffers",
  "--debug-arraybuffer-allocations",
  "--disable-proto",
  "--node-snapshot",
  "--build-snapshot",
  "--snapshot-blob",
  "--security-revert",
  "--icu-data-dir",
  "--openssl-config",
  "--openssl-legacy-provider",
  "--openssl-shared-config",
  "--enable-fips",
  "--force-fips",
  "--secure-heap",
  "--secure-heap-min",
  "--tls-cipher-list",
  "--use-openssl-ca",
  "--use-bundled-ca",
  "--report-signal",
  "--report-on-signal",
  "--report-on-fatalerror",
  "--report-compact",
  "--max-http-header-size",
  "--disable-wasm-trap-handler",
  "--version",
  "--help",
  "--v8-options",
  "--completion-bash",
]);

export function workerBinding(
  guest: Guest,
  HandleWrap: HandleClass,
  messaging: MessagingParts,
  makeSnapshotHandle: MakeSnapshotHandle,
): Binding {
  const { configuration, kernel, loop, native, hooks } = guest;
  const board = new Int32Array(hooks.board);
  const children = new Map<number, Worker>();
  const { thread } = configuration;
  let parentPort: object | undefined;
  let lastMissing = -1;

  class Worker extends HandleWrap {
    readonly threadId: number;
    readonly messagePort: Port;
    onexit: unknown = undefined;
    invalidExecArgv: string[] | undefined;
    invalidNodeOptions: string[] | undefined;
    readonly #port: number;
    /** Why there is no thread, below 0. */
    readonly #failed: number;
    #hasEnded = false;
    readonly #start: Omit<ThreadStart, "port">;
    readonly #waiter: { readonly isReferenced: boolean };
    readonly #loop: LoopBoard;
    /** Who wants a heap snapshot, in their order. */
    readonly #takers: SnapshotTaker[] = [];

    constructor(
      _url: unknown,
      env: Readonly<Record<string, string>> | null | undefined,
      execArgv: readonly unknown[] | undefined,
      resourceLimits: Float64Array,
    ) {
      super("WORKER");
      const args = execArgv?.map(String) ?? (guest.process.execArgv as string[]);
      const invalid = execArgv ? invalidOptions(guest, args) : [];
      if (invalid.length > 0) this.invalidExecArgv = invalid;
      const wrong = env ? wrongNodeOptions(guest, String(env.NODE_OPTIONS ?? "")) : undefined;
      if (wrong !== undefined) this.invalidNodeOptions = [wrong];
      const isRefused = invalid.length > 0 || wrong !== undefined;
      this.#failed = isRefused ? 0 : kernel.call("create_thread", {});
      // One that never runs has a number, too, which no other has.
      this.threadId = isRefused || this.#failed ? --lastMissing : kernel.result;
      const channel = messaging.openChannel();
      this.messagePort = channel.port;
      this.#port = channel.other;
      this.#start = {
        thread: this.threadId,
        parent: thread,
        execArgv: args,
        v8Flags: guest.v8Flags.all,
        processOrigin: guest.processOrigin,
        // Nothing given is SHARE_ENV; null, a copy of the parent's.
        env: env === undefined ? {} : { ...((env ?? guest.process.env) as Record<string, string>) },
        sharedEnvironment: env === undefined ? guest.environment.share() : 0,
        resourceLimits: [...resourceLimits].slice(0, RESOURCE_LIMITS),
      };
      this.#loop = new LoopBoard(hooks.board, Math.max(0, this.threadId));
      const isReferenced = (): boolean => this.isHandleReferenced;
      this.#waiter = {
        get isReferenced() {
          return isReferenced();
        },
      };
    }

    override get isHandleActive(): boolean {
      return children.has(this.threadId);
    }

    startThread(): void {
      if (this.#failed) {
        loop.enqueue(() => this.#tellEnd(1, "ERR_WORKER_INIT_FAILED", guest.uv.name(this.#failed)));
        return;
      }
      const place = endMarkOf(this.threadId);
      Atomics.store(board, place + END_MARK.outcome, threadEnd.running);
      this.#loop.reset();
      native.givePort(this.#port, this.threadId);
      children.set(this.threadId, this);
      loop.waiters.add(this.#waiter);
      hooks.startWorker(JSON.stringify({ ...this.#start, port: this.#port }));
      // One that could not be started wakes nobody.
      loop.enqueue(() => this.look());
    }

    stopThread(): void {
      if (children.has(this.threadId)) hooks.stopWorker(this.threadId);
    }

    /** Tells the library when the thread has ended. */
    look(): void {
      if (!children.has(this.threadId)) return;
      this.#lookForSnapshot();
      const place = endMarkOf(this.threadId);
      const outcome = Atomics.load(board, place + END_MARK.outcome);
      if (outcome === threadEnd.running) return;
      children.delete(this.threadId);
      loop.waiters.delete(this.#waiter);
      const code = outcome === threadEnd.exited ? (board[place + END_MARK.code] ?? 0) : 1;
      if (outcome === threadEnd.outOfMemory) {
        this.#tellEnd(code, "ERR_WORKER_OUT_OF_MEMORY", "JS heap out of memory");
      } else if (outcome === threadEnd.failed) {
        this.#tellEnd(code, "ERR_WORKER_INIT_FAILED", "EAGAIN");
      } else this.#tellEnd(code, null, null);
      messaging.wake(native.closeThread(this.threadId) ?? []);
      // Of this guest's other threads; its own come with what it does next.
      messaging.wake(native.releaseLocksOf(this.threadId));
      loop.onLocks?.();
      messaging.deliver();
    }

    #tellEnd(code: number, failure: string | null, reason: string | null): void {
      guest.callback(this, this.onexit, [code, failure, reason]);
      this.#hasEnded = true;
      guest.asyncContext?.emitDestroy(this);
    }

    override hasRef(): boolean | undefined {
      return this.#hasEnded ? undefined : super.hasRef();
    }

    getResourceLimits(): Float64Array {
      const given = this.#start.resourceLimits;
      return new Float64Array(
        LIMIT_DEFAULTS.map((limit, index) => {
          const set = given[index] ?? -1;
          return set > 0 ? set : limit;
        }),
      );
    }

    /** The worker takes it when it comes to its loop. Without a worker there is no taker. */
    takeHeapSnapshot(options: Uint8Array): SnapshotTaker | undefined {
      if (!children.has(this.threadId)) return undefined;
      const taker: SnapshotTaker = { ondone: undefined, options: snapshotBits(options) };
      this.#takers.push(taker);
      if (this.#takers.length === 1) this.#askForSnapshot();
      return taker;
    }

    #askForSnapshot(): void {
      const [taker] = this.#takers;
      if (!taker) return;
      this.#loop.snapshotOptions = taker.options;
      this.#loop.snapshot = snapshotState.asked;
      messaging.wake([this.threadId]);
    }

    #lookForSnapshot(): void {
      if (this.#loop.snapshot <= snapshotState.asked) return;
      this.#loop.snapshot = snapshotState.none;
      const taker = this.#takers.shift();
      if (!taker) return;
      const handle = makeSnapshotHandle(this.threadId);
      guest.callback(taker, taker.ondone, [handle]);
      this.#askForSnapshot();
    }

    loopIdleTime(): number {
      return this.#loop.idleTime(hooks.now());
    }

    /** On the clock of `process.hrtime()`; -1: its first turn is still to come. */
    loopStartTime(): number {
      const { startedAt } = this.#loop;
      return startedAt > 0 ? startedAt + HRTIME_BASE_MS : -1;
    }
  }

  const own = new LoopBoard(hooks.board, thread);
  if (thread === 0) own.reset();
  loop.board = own;

  /** Another thread may want a snapshot of this one's heap. */
  const takeSnapshot = (): void => {
    if (own.snapshot !== snapshotState.asked) return;
    const bits = own.snapshotOptions;
    const isTaken = native.takeHeapSnapshot((bits & 1) !== 0, (bits & 2) !== 0);
    own.snapshot = isTaken ? snapshotState.taken : snapshotState.failed;
    messaging.wake([configuration.parentThread]);
  };

  loop.onWake = () => {
    if (thread !== 0) takeSnapshot();
    messaging.deliver();
    loop.onLocks?.();
    for (const worker of [...children.values()]) worker.look();
  };

  return {
    Worker,
    isMainThread: thread === 0,
    isInternalThread: false,
    ownsProcessState: thread === 0,
    threadId: thread,
    threadName: "",
    resourceLimits: new Float64Array(
      LIMIT_DEFAULTS.map((limit, index) => {
        const set = configuration.resourceLimits[index] ?? -1;
        return set > 0 ? set : limit;
      }),
    ),
    getEnvMessagePort() {
      if (thread === 0) return undefined;
      parentPort ??= messaging.portOf(configuration.parentPort);
      return parentPort;
    },
  };
}

/** Who waits for a snapshot of a worker's heap. */
interface SnapshotTaker {
  ondone: unknown;
  readonly options: number;
}

/** Bit 0: internals; bit 1: numbers. */
function snapshotBits(options: Uint8Array | undefined): number {
  return (options?.[0] ? 1 : 0) | (options?.[1] ? 2 : 0);
}

/** What is wrong with the `NODE_OPTIONS` that a worker is given. */
function wrongNodeOptions({ configuration }: Guest, text: string): string | undefined {
  if (text === "") return undefined;
  const words = splitNodeOptions(text);
  if (typeof words === "string") return words;
  return new OptionParser(configuration).parse(words, "environment");
}

/** Options that a worker can't have. */
function invalidOptions(guest: Guest, args: readonly string[]): string[] {
  const { optionInfo, optionAliases, optionTypes } = guest.configuration;
  const known = new Map(optionInfo);
  const aliased = new Set(optionAliases.map(([name]) => name));
  const { kV8Option, kBoolean, kNoOp } = optionTypes;
  const flags: readonly unknown[] = [kBoolean, kNoOp, kV8Option];
  const invalid: string[] = [];
  for (const [index, arg] of args.entries()) {
    if (arg === "--") break;
    if (!arg.startsWith("-")) continue;
    const [name = arg] = arg.split("=", 1);
    const positive = name.startsWith("--no-") ? `--${name.slice(5)}` : name;
    const info = known.get(name) ?? known.get(positive);
    const isKnown = info !== undefined || aliased.has(name);
    if (!isKnown || info?.type === kV8Option || PROCESS_OPTIONS.has(positive)) invalid.push(arg);
    const isLast = index === args.length - 1 && !arg.includes("=");
    if (isLast && info && !flags.includes(info.type)) invalid.push(`${arg} requires an argument`);
  }
  return invalid;
}
