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
import type { HostHooks } from "./guest/host-hooks.js";
import type { Native } from "./guest/native.js";

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
  /** JSON of a guest's configuration. */
  readonly configuration: string;
}

const ENOSYS = 38;
/** Where the mode stands in the stat structure. */
const STAT_MODE = 16;

/** Loads what programs use most. */
export const RECORDED_PROGRAM =
  "console.log(1); process.stdin.on('data', () => {}); require('child_process'); require('fs/promises'); import('fs')";
/** The name of our own script. */
export const BUNDLE = "secure-exec:guest";

/** Thrown by the guest's own exit. */
class Exit extends Error {}

/** Caches by the id of a builtin, and the bundle's. */
export function recordCode(parts: RecordingParts): Map<string, Uint8Array> {
  const context = createContext({});
  const scripts = new Map<string, Script>();
  const compile = (name: string, { source, filename, columnOffset }: CachedScript): Script => {
    const script = new Script(source, { filename, columnOffset });
    scripts.set(name, script);
    return script;
  };
  const channel = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES);
  const header = new Int32Array(channel, 0, HEADER_WORDS);
  const payload = new Uint8Array(channel, HEADER_BYTES);
  const reference = (value: unknown) => ({ deref: () => value, applySync: () => undefined });
  const hooks = {
    native: recordedNative(context),
    channel,
    doorbell: null,
    carry() {
      const [number, first, second = 0] = header.subarray(word.number);
      header.fill(0, word.result);
      if (number === syscalls.fstat.number && Number(first) <= 2) {
        // Standard streams are pipes, as a program mostly finds them.
        payload.fill(0, 0, STAT_BYTES);
        new DataView(channel, HEADER_BYTES).setUint32(STAT_MODE, S_IFIFO | 0o600, true);
        header[word.payloadLength] = STAT_BYTES;
      } else if (number === syscalls.write.number) header[word.result] = second;
      else header[word.errno] = ENOSYS;
      return true;
    },
    compute: makeCompute(() => ({ total: 0, used: 0, limit: 0 }), parts.sources),
    compileBuiltin: {
      deref: () => undefined,
      applySync(_: undefined, [id]: readonly unknown[]) {
        const script = parts.builtin(String(id));
        return script ? reference(compile(String(id), script).runInContext(context)) : null;
      },
    },
    now: () => performance.now(),
    exit() {
      throw new Exit();
    },
    configuration: parts.configuration,
  };
  const boot = compile(BUNDLE, parts.bundle).runInContext(context) as (hooks: HostHooks) => {
    start(): boolean;
  };
  try {
    boot(hooks as unknown as HostHooks).start();
  } catch {
    // What has run until here is what there is to keep.
  }
  const caches = new Map<string, Uint8Array>();
  for (const [name, script] of scripts) caches.set(name, new Uint8Array(script.createCachedData()));
  return caches;
}

/** As much of the addon as Node's library asks for while it boots and runs one program. */
function recordedNative(context: Context): Native {
  const types: Native["types"] = Object.fromEntries(
    Object.entries(valueTypes).map(([name, test]) => [name, test as (value: unknown) => boolean]),
  );
  const native: Partial<Native> = {
    types,
    HostObject: class {},
    setCallbacks() {},
    setPromiseRejectCallback() {},
    setPromiseHooks() {},
    runMicrotasks() {},
    enqueueMicrotask() {},
    getPromiseDetails: () => undefined,
    getProxyDetails: () => undefined,
    previewEntries: () => [],
    getConstructorName: () => "Object",
    getOwnNonIndexProperties: () => [],
    tryCall: (callee, receiver, args) => Reflect.apply(callee as () => unknown, receiver, args),
    placeOfError: () => undefined,
    checkScript: () => undefined,
    runScript: (source, filename) => new Script(source, { filename }).runInContext(context),
    compileFunction: (source, filename, _line, _column, _symbol, parameters) => [
      compileFunction(source, [...parameters], { filename, parsingContext: context }) as never,
      undefined,
    ],
    compileModule() {
      throw new Exit();
    },
  };
  return native as Native;
}
