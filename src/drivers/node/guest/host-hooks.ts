/**
 * What the container (the thread or process that holds the isolate) gives the guest half. Each of
 * them stays inside closures of the shims: no guest code ever sees one.
 */

import type { CodeProgram } from "../node-code.js";
import type { ProcessOrigin } from "../worker-board.js";
import type { Native } from "./native.js";

/** Something of isolated-vm's: a handle to a value of this isolate. */
export interface IvmReference<T = unknown> {
  deref(): T;
  applySync(receiver: undefined, args: readonly unknown[], options?: object): unknown;
}

/** Pure computing that the container does with public modules; answers are copies. */
export type Compute = (operation: string, ...args: unknown[]) => unknown;

export interface HostHooks {
  readonly native: Native;
  /** Header and payload of the guest's channel. */
  readonly channel: SharedArrayBuffer;
  /** Thread isolation: the doorbell and the slot in it. Otherwise null, and `carry` is used. */
  readonly doorbell: { readonly words: SharedArrayBuffer; readonly slot: number } | null;
  /** Carries the call that is in `channel`: false when the process has ended. */
  readonly carry: (length: number, expectsReply: boolean) => boolean;
  readonly compute: Compute;
  /** How workers have ended (`worker-board.ts`). */
  readonly board: SharedArrayBuffer;
  /** Starts a worker: a `ThreadStart` as JSON. */
  readonly startWorker: (request: string) => void;
  readonly stopWorker: (thread: number) => void;
  /** Compiles one of Node's own modules: a reference to its wrapper function. */
  readonly compileBuiltin: IvmReference;
  /** Milliseconds since some fixed moment, with fractions. */
  readonly now: () => number;
  /** Ends the guest with an exit code. Does not return. */
  readonly exit: (code: number) => never;
  /** What `encodeConfiguration` made. */
  readonly configuration: string;
}

/** A binding of the host's Node as its names and constants: what a shim has to offer. */
export type SurfaceValue =
  | {
      readonly kind: "value";
      readonly value: unknown;
      /** What is in a table and not enumerable. */
      readonly hidden?: Readonly<Record<string, number>>;
    }
  | { readonly kind: "function" }
  | { readonly kind: "class"; readonly methods: readonly string[] }
  | { readonly kind: "array"; readonly type: string; readonly length: number }
  | { readonly kind: "symbols"; readonly names: Readonly<Record<string, string>> };

export type Surface = Readonly<Record<string, Readonly<Record<string, SurfaceValue>>>>;

/** What is known of a guest only when it starts: the library has booted by then. */
export interface GuestFacts {
  readonly pid: number;
  /** The name that the guest was started by. */
  readonly argv0: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly memoryLimitMb: number;
  /** The host application's own program, for which the arguments are. */
  readonly code: CodeProgram | null;
}

/** What the library boots with: the same for all guests, but for what a worker is. */
export interface GuestConfiguration {
  /** The thread of the process that it runs in: 0 is the main one. */
  readonly thread: number;
  /** Of a worker: who has started it. */
  readonly parentThread: number;
  /** Of a worker: the flags of V8's that its process has. */
  readonly v8Flags: readonly string[];
  /** Of a worker: when its process began. */
  readonly processOrigin: ProcessOrigin | null;
  /** The number of the environment that it has together with its parent; 0: its own. */
  readonly sharedEnvironment: number;
  /** Of a worker: the message port that it has with its parent. */
  readonly parentPort: number;
  /** Of a worker: what its parent has set, in Node's order; below 0: nothing. */
  readonly resourceLimits: readonly number[];
  readonly arch: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly release: Readonly<Record<string, unknown>>;
  /** Ids of Node's own modules. */
  readonly builtinIds: readonly string[];
  readonly canBeRequired: readonly string[];
  readonly buildConfiguration: string;
  /** Values of Node's command line options, as they are without any; those that have none are not there. */
  readonly options: readonly (readonly [name: string, value: unknown])[];
  /** What is to be known of an option to read it: its type, and whether the environment may have it. */
  readonly optionKinds: readonly (readonly [name: string, type: number, envVarSettings: number])[];
  /** From the host's `options` binding: what options there are, with texts for people. */
  readonly optionInfo: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  readonly optionAliases: readonly (readonly [string, readonly string[]])[];
  readonly optionTypes: Readonly<Record<string, number>>;
  readonly envSettings: Readonly<Record<string, number>>;
  /** uv error number → name and text. */
  readonly uvErrors: readonly (readonly [number, readonly [string, string]])[];
  readonly surface: Surface;
}
