/**
 * Makes the code caches: boots Node's library over our shims once in a context of the container's own
 * V8, with a kernel that knows no call, and asks V8 for the code of what ran. No guest is there yet.
 */
import { types as valueTypes } from "node:util";
import { type Context, compileFunction, createContext, Script } from "node:vm";
import { STAT_BYTES } from "../../bridge/stat-structure.js";
import { syscalls } from "../../bridge/syscalls.js";
import { HEADER_BYTES, HEADER_WORDS, PAYLOAD_BYTES, word } from "../../bridge/wire.js";
import { S_IFIFO } from "../../kernel/constants.js";
import { makeCompute } from "./compute.host.js";
import type { Drive } from "./guest/boot.js";
import type { HostHooks } from "./guest/host-hooks.js";
import type { Native } from "./guest/native.js";
import type { GuestProgram } from "./guest-program.js";
import type { CodeProgram } from "./node-code.js";
import { BOARD_BYTES } from "./worker-board.js";

/** A script as it is compiled for guests: what V8 compares. */
export interface CachedScript {
  readonly source: string;
  readonly filename: string;
  readonly columnOffset: number;
}

export interface RecordingParts {
  readonly bundle: CachedScript;
  builtin(id: string): CachedScript | null;
  readonly sources: ReadonlyMap<string, string>;
  /** What guests boot with, as text. */
  readonly configuration: string;
  /** JSON of the facts of a guest that runs one of `recordedPrograms`. */
  factsOf(program: RecordedProgram): string;
}

/** A command line, or code of the host application's. */
export type RecordedProgram = Pick<GuestProgram, "args"> & { readonly code: CodeProgram | null };

/** Load what programs use most. */
export const recordedPrograms: readonly RecordedProgram[] = [
  {
    args: [
      "-e",
      "console.log(1); process.stdin.on('data', () => {}); require('child_process'); require('fs/promises')",
    ],
    code: null,
  },
  { args: [], code: { source: "", resultFd: null } },
];

const ENOSYS = 38;
/** Where the mode stands in the stat structure. */
const STAT_MODE = 16;
/** A module's status as V8 counts. */
const EVALUATED = 5;
/** The name of our own script. */
export const BUNDLE = "secure-exec:guest";

/** Thrown by the guest's own exit. */
class Exit extends Error {}

/** Caches by the id of a builtin, and the bundle's. */
export function recordCode(parts: RecordingParts): Map<string, Uint8Array> {
  const scripts = new Map<string, Script>();
  // What a program leaves undone rejects promises when nobody listens any more.
  const ignore = (): void => {};
  process.on("unhandledRejection", ignore);
  for (const program of recordedPrograms) recordProgram(parts, program, scripts);
  setImmediate(() => process.off("unhandledRejection", ignore));
  const caches = new Map<string, Uint8Array>();
  for (const [name, script] of scripts) caches.set(name, new Uint8Array(script.createCachedData()));
  return caches;
}

/** Runs one program in a context of its own; its scripts are those of the programs before it. */
function recordProgram(
  parts: RecordingParts,
  program: RecordedProgram,
  scripts: Map<string, Script>,
): void {
  const context = createContext({}, { microtaskMode: "afterEvaluate" });
  const compile = (name: string, { source, filename, columnOffset }: CachedScript): Script => {
    const script = scripts.get(name) ?? new Script(source, { filename, columnOffset });
    scripts.set(name, script);
    return script;
  };
  const channel = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES);
  const reference = (value: unknown) => ({ deref: () => value, applySync: () => undefined });
  const hooks = {
    native: recordedNative(context),
    channel,
    doorbell: null,
    carry: () => answerCall(channel),
    compute: makeCompute(() => ({ total: 0, used: 0, limit: 0 }), parts.sources, false),
    compileBuiltin: {
      deref: () => undefined,
      applySync(_: undefined, [id]: readonly unknown[]) {
        const script = parts.builtin(String(id));
        return script ? reference(compile(String(id), script).runInContext(context)) : null;
      },
    },
    board: new SharedArrayBuffer(BOARD_BYTES),
    startWorker() {},
    stopWorker() {},
    now: () => performance.now(),
    exit() {
      throw new Exit();
    },
    configuration: parts.configuration,
  };
  const boot = compile(BUNDLE, parts.bundle).runInContext(context) as (hooks: HostHooks) => Drive;
  try {
    const drive = boot(hooks as unknown as HostHooks);
    drive.begin(parts.factsOf(program));
    drive.start();
    // Its microtasks run after a script.
    new Script("0").runInContext(context);
    drive.finish();
  } catch {
    // What has run until here is what there is to keep.
  }
}

/** Answers the call that is in the channel as a kernel would that has nothing but standard streams, which are pipes. */
function answerCall(channel: SharedArrayBuffer): boolean {
  const header = new Int32Array(channel, 0, HEADER_WORDS);
  const [number, first, second = 0] = header.subarray(word.number);
  header.fill(0, word.result);
  if (number === syscalls.fstat.number && Number(first) <= 2) {
    new Uint8Array(channel, HEADER_BYTES).fill(0, 0, STAT_BYTES);
    new DataView(channel, HEADER_BYTES).setUint32(STAT_MODE, S_IFIFO | 0o600, true);
    header[word.payloadLength] = STAT_BYTES;
  } else if (number === syscalls.getcwd.number) {
    new Uint8Array(channel, HEADER_BYTES)[0] = "/".charCodeAt(0);
    header[word.payloadLength] = 1;
  } else if (number === syscalls.write.number) header[word.result] = second;
  else header[word.errno] = ENOSYS;
  return true;
}

/**
 * As much of the addon as Node's library needs to boot and run one program. Functions that are not here answer undefined: what
 * is new in the addon must not end the recording.
 */
function recordedNative(context: Context): Native {
  const types: Native["types"] = Object.fromEntries(
    Object.entries(valueTypes).map(([name, test]) => [name, test as (value: unknown) => boolean]),
  );
  const native: Partial<Native> = {
    types,
    HostObject: class {},
    takeReady: () => [],
    previewEntries: () => [],
    getConstructorName: () => "Object",
    getOwnNonIndexProperties: () => [],
    getProxyDetails: () => undefined,
    privateSymbols: (names) => Object.fromEntries(names.map((name) => [name, Symbol(name)])),
    withoutMicrotasks: (call) => call(),
    tryCall: (callee, receiver, args) => Reflect.apply(callee as () => unknown, receiver, args),
    runScript: (source, filename) => new Script(source, { filename }).runInContext(context),
    compileFunction: (source, filename, _line, _column, _symbol, parameters) => [
      compileFunction(source, [...parameters], { filename, parsingContext: context }) as never,
      undefined,
    ],
    // A module without imports that has been evaluated.
    compileModule: () => 0,
    moduleRequests: () => [],
    moduleStatus: () => EVALUATED,
    isGraphAsync: () => false,
    evaluateModule: () => Promise.resolve(),
    moduleNamespace: () => ({}),
  };
  return new Proxy(native, {
    get: (known, name) => Reflect.get(known, name) ?? (() => undefined),
  }) as Native;
}
