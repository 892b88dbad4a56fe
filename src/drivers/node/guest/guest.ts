/**
 * The guest half's centre: what every binding shim needs. One per isolate. It owns the loop, the
 * kernel calls and the way back into Node's library (callbacks, ticks, uncaught errors).
 */

import { decodeConfiguration } from "../configuration-text.js";
import type { ProcessOrigin } from "../worker-board.js";
import { Environment } from "./environment.js";
import { EventLoop } from "./event-loop.js";
import { Finalization } from "./finalization.js";
import type { GuestConfiguration, GuestFacts, HostHooks } from "./host-hooks.js";
import { connect, KernelCalls } from "./kernel-calls.js";
import { LiveContexts } from "./live-contexts.js";
import { ModuleFiles } from "./module-files.js";
import type { Native, Place } from "./native.js";
import { PrivateSymbols } from "./private-symbols.js";
import { utf8Encode } from "./utf8.js";
import { UvErrors } from "./uv-errors.js";
import { V8Flags } from "./v8-flags.js";

export type Binding = Record<PropertyKey, unknown>;

/** A function of Node's library. */
export type Callable = (...args: never[]) => unknown;

const { apply } = Reflect;
const SIGABRT = 6;

export class Guest {
  readonly hooks: HostHooks;
  readonly native: Native;
  readonly configuration: GuestConfiguration;
  /** Nobody's, until it begins. */
  facts: GuestFacts = { pid: 0, argv0: "node", args: [], env: {}, memoryLimitMb: 0, code: null };
  /** Values of Node's own options, once it has begun. */
  options: Readonly<Record<string, unknown>> = {};
  /** When it began, in `hooks.now`'s milliseconds. */
  startedAt = 0;
  /** When its process began. */
  processOrigin: ProcessOrigin = { startedAt: 0, calendarMs: 0 };
  #beginListeners: (() => void)[] | null = [];
  /** Of the host's Node, for what its versions do differently and its surface does not show. */
  readonly nodeMajor: number;
  readonly kernel: KernelCalls;
  readonly files: ModuleFiles;
  readonly loop: EventLoop;
  readonly uv: UvErrors;
  readonly privateSymbols: PrivateSymbols;
  readonly v8Flags = new V8Flags();
  /** What `process.env` was made of. */
  readonly environment: Environment;
  /** 0 while the library knows of somebody who waits for uncaught errors. */
  readonly abortToggle = new Uint32Array([1]);
  readonly finalization = new Finalization(this);
  /** The contexts of `vm` that are alive. */
  readonly contexts = new LiveContexts();
  /** The `symbols` binding: shared by many others. */
  readonly symbols: Readonly<Record<string, symbol>>;
  /** Node's `process` object. */
  readonly process: Record<PropertyKey, unknown> = makeProcessObject();
  /** Of Node's Buffer, from `setBufferPrototype`. */
  bufferPrototype: object = Uint8Array.prototype;
  /** From `task_queue`: whether ticks are scheduled, whether rejections wait. */
  readonly tickInfo = new Uint8Array(2);
  /** From `setTickCallback`. */
  tickCallback: (() => void) | null = null;
  /** From `async_wrap`: enters and leaves an asynchronous context. */
  asyncContext: {
    enter(resource: object): void;
    leave(resource: object): void;
    newId(): number;
    /** The id of what causes a resource that is made now. */
    triggerId(): number;
    emitInit(resource: object, type: string): void;
    emitDestroy(resource: object): void;
  } | null = null;
  /** What makes objects of a binding again out of a message, by the binding and the object's class. */
  readonly revivers = new Map<string, (data: unknown) => object>();
  /** How objects of bindings go into messages that have no method for it, as their prototypes are the library's. */
  readonly describers = new WeakMap<object, () => object>();
  primordials: Record<string, unknown> = {};
  internalBinding: (name: string) => Binding = () => {
    throw new Error("not booted");
  };
  /** Node's own `require`. */
  require: (id: string) => unknown = () => {
    throw new Error("not booted");
  };
  /** Prints an uncaught error the way Node does; set by `fatal.ts`. */
  reportFatal: (error: unknown, place: Place | undefined) => void = () => {};
  #hasWarnedOfValue = false;
  #depth = 0;
  #hasThrown = false;
  /** The exports of the host application's program, when it has been evaluated. */
  codeNamespace: (() => object | undefined) | null = null;
  /** That program is still to be compiled: its module is the first with its text. */
  isCodeAhead = false;
  /** Called once before the end that the guest itself makes, with the exit code; answers the one to end with. */
  onExit: ((code: number) => number) | null = null;
  /** Called before each turn of the loop. */
  onTurn: (() => void) | null = null;
  /** Ended by `exit`: no callback is called any more. */
  isExiting = false;

  constructor(hooks: HostHooks) {
    this.hooks = hooks;
    this.native = hooks.native;
    this.configuration = decodeConfiguration(hooks.configuration);
    this.environment = new Environment(
      this.native,
      (zone) => this.#useTimeZone(zone),
      () => this.#warnOfOddValue(),
    );
    this.nodeMajor = Number.parseInt(this.configuration.versions.node ?? "", 10);
    this.kernel = new KernelCalls(
      connect(hooks, this.configuration.thread),
      this.configuration.thread === 0,
      () => hooks.exit(-1),
    );
    this.files = new ModuleFiles(this.kernel);
    this.loop = new EventLoop(this.kernel, hooks.now);
    this.loop.runCallback = (callback) => this.callback(this.process, callback, []);
    this.uv = new UvErrors(this.configuration);
    const privateNames = namesOf(this.configuration, "util", "privateSymbols");
    this.privateSymbols = new PrivateSymbols(this.native, privateNames);
    this.symbols = makeSymbols(this.configuration);
  }

  /** The library has booted, and the guest that it is for is known: its program runs next. */
  begin(facts: GuestFacts): void {
    this.facts = facts;
    this.isCodeAhead = facts.code !== null;
    this.startedAt = this.hooks.now();
    const { startedAt } = this;
    const origin = this.configuration.processOrigin;
    this.processOrigin = origin ?? { startedAt, calendarMs: Date.now() };
    const listeners = this.#beginListeners ?? [];
    this.#beginListeners = null;
    for (const listener of listeners) listener();
  }

  /** A worker's variables are its own, and no more than that. */
  #useTimeZone(zone: string): void {
    if (this.configuration.thread !== 0) return;
    if (this.hooks.compute("setTimeZone", zone) === true) this.native.timeZoneChanged();
  }

  #warnOfOddValue(): void {
    if (this.options["--pending-deprecation"] !== true || this.#hasWarnedOfValue) return;
    this.#hasWarnedOfValue = true;
    const emitWarning = this.process.emitWarning as (...args: string[]) => void;
    const text =
      "Assigning any value other than a string, number, or boolean to a process.env property is deprecated. " +
      "Please make sure to convert the value to a string before setting process.env with it.";
    emitWarning(text, "DeprecationWarning", "DEP0104");
  }

  /** Calls back when it begins; at once when it has. */
  whenBegun(listener: () => void): void {
    if (this.#beginListeners) this.#beginListeners.push(listener);
    else listener();
  }

  /**
   * Calls into Node's library from the loop: its context, then its ticks and microtasks.
   * @param resource - Whose asynchronous context it is.
   */
  callback(
    resource: object,
    fn: unknown,
    args: readonly unknown[],
    receiver: object = resource,
  ): unknown {
    this.#depth++;
    this.asyncContext?.enter(resource);
    this.#hasThrown = false;
    const result = this.native.tryCall(fn, receiver, args, this.#onThrow);
    // What has thrown left no context, and its ticks are Node's to run: in the next immediate.
    const hasThrown = this.#hasThrown;
    this.#hasThrown = false;
    if (!hasThrown) this.asyncContext?.leave(resource);
    this.#depth--;
    if (this.isIdle && !hasThrown) this.runTicks();
    return result;
  }

  /** Whether no callback is running: the next one is followed by its ticks. */
  get isIdle(): boolean {
    return this.#depth === 0;
  }

  // The library ends the contexts that the error has left, and tells hooks of it.
  readonly #onThrow = (error: unknown, place: Place | undefined): void => {
    this.uncaught(error, false, place);
    this.#hasThrown = true;
  };

  /** Runs what a callback left: ticks, then microtasks. */
  runTicks(): void {
    const { tickInfo } = this;
    // What is called back from within them has its ticks behind these.
    this.#depth++;
    if (tickInfo[0] === 0) this.native.runMicrotasks();
    if (this.tickCallback && (tickInfo[0] !== 0 || tickInfo[1] !== 0)) {
      this.native.tryCall(this.tickCallback, this.process, [], this.#onThrow);
    }
    this.#depth--;
  }

  /** An error that nobody caught: Node's handlers, else the end. */
  uncaught(error: unknown, fromPromise: boolean, place = this.native.placeOfError(error)): void {
    this.#abortIfAsked(error);
    const handler = this.process._fatalException;
    if (typeof handler !== "function") {
      this.reportFatal(error, place);
      this.exit(6);
    }
    let isHandled = false;
    try {
      isHandled = apply(handler as Callable, this.process, [
        error,
        fromPromise,
      ] as never[]) as boolean;
    } catch (second) {
      this.#abortIfAsked(second);
      this.reportFatal(second, this.native.placeOfError(second));
      this.exit(7);
    }
    if (isHandled) return;
    this.reportFatal(error, place);
    const fields = this.process[this.privateSymbols.get("exit_info_private_symbol")] as Int32Array;
    this.exit(fields[2] ? (fields[1] as number) : 1);
  }

  /** V8's own end for it, where the flag asks and the library does not say that somebody waits for the error. */
  #abortIfAsked(error: unknown): void {
    // Of a worker it is its parent's to hear.
    if (!this.v8Flags.abortsOnUncaught || this.configuration.thread !== 0) return;
    if (this.abortToggle[0] === 0) return;
    const stack = (error as { stack?: unknown } | null)?.stack;
    const text =
      typeof stack === "string"
        ? stack.replace(/\n {4}at /g, "\n").replace("\n", "\n\nFROM\n")
        : String(error);
    this.kernel.writeFully(2, utf8Encode(`Uncaught ${text}\n`), -1);
    this.abort();
  }

  /** Ends the process as `abort` of C's library does. */
  abort(): never {
    this.kernel.call("kill", { pid: this.facts.pid, signal: SIGABRT });
    return this.exit(128 + SIGABRT);
  }

  /** Ends the process at once. */
  exit(code: number): never {
    this.isExiting = true;
    const { onExit } = this;
    this.onExit = null;
    // Its process goes on: what a thread holds open goes with it.
    if (this.configuration.thread !== 0) this.loop.handles.closeAll();
    this.hooks.exit(onExit ? onExit(code) : code);
    // V8 notices the end in a loop or a call, not in a straight line.
    for (;;);
  }

  /** A call that this release has no answer for. */
  notImplemented(binding: string, name: string): Error {
    const error = new Error(
      `ENOSYS: function not implemented, ${name} of Node's binding "${binding}" is not part of this sandbox`,
    );
    return Object.assign(error, { errno: -38, code: "ENOSYS", syscall: name });
  }

  /** For a whole binding that is refused: SQLite, the inspector's profiler, foreign functions, QUIC. */
  noBinding(name: string): Error {
    const error = new Error(
      `ENOSYS: function not implemented, Node's binding "${name}" is not part of this sandbox`,
    );
    return Object.assign(error, { errno: -38, code: "ENOSYS", syscall: name });
  }

  /** A binding's function on the host's Node that shims leave out. */
  missing(binding: string, name: string): Callable {
    const stub = {
      [name]: () => {
        throw this.notImplemented(binding, name);
      },
    }[name];
    return stub as Callable;
  }
}

function namesOf(configuration: GuestConfiguration, binding: string, key: string): string[] {
  const value = configuration.surface[binding]?.[key];
  return value?.kind === "symbols" ? Object.keys(value.names) : [];
}

function makeSymbols(configuration: GuestConfiguration): Record<string, symbol> {
  const symbols: Record<string, symbol> = {};
  const surface = configuration.surface.symbols ?? {};
  for (const name of Object.keys(surface)) symbols[name] = Symbol(name);
  return symbols;
}

/** Node makes `process` an instance of a function called `process`. */
function makeProcessObject(): Record<PropertyKey, unknown> {
  // From its text: a minified name would show in messages, `#<process>`.
  const process = Function("return function process() {}")() as { prototype: object };
  const prototype = Object.create(Object.prototype, {
    constructor: { value: process, writable: true, enumerable: false, configurable: true },
  });
  process.prototype = prototype;
  return Object.create(prototype);
}
