/** What a container needs for any guest: read once a process, from the binary and from the cache folder. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type V8 from "node:v8";
import type * as Ivm from "isolated-vm";
import { addonFile } from "../host/native-addon.host.js";
import { cacheKey, readCache, writeCache } from "./code-cache.host.js";
import { BUNDLE, type CachedScript, recordCode } from "./code-cache-recording.host.js";
import { withCommon } from "./configuration-text.js";
import { factsOf } from "./guest-program.js";
import { readConfiguration, readSources } from "./library.host.js";
import type { ThreadStart } from "./worker-board.js";

export interface ContainerTools {
  readonly ivm: typeof Ivm;
  readonly addon: Ivm.NativeModule;
  /** Texts of Node's own modules, by id. */
  readonly sources: ReadonlyMap<string, string>;
  readonly bundle: CachedScript;
  /** What main threads boot with, as text. */
  readonly configuration: string;
  /** V8's code caches by a builtin's id, and our bundle's. */
  readonly caches: ReadonlyMap<string, Ivm.ExternalCopy<ArrayBuffer>>;
  /** What these caches are found by. */
  readonly cacheKey: string;
  /** The file of isolated-vm that is loaded. */
  readonly isolatedVm: string;
}

/** Where it is read from. */
export interface ContainerFiles {
  readonly bundle: URL;
  /** Where code caches are kept; null for none. */
  readonly cacheFolder: string | null;
  /** What they are found by, where another thread of the process has asked the binary: behind the walls it can't be seen. */
  readonly cacheKey?: string;
  /** isolated-vm's own file, found by another thread: what looks for it among those that were built ahead can't see them. */
  readonly isolatedVm?: string;
}

/** What is kept between processes. */
interface Kept {
  readonly configuration: string;
  readonly code: ReadonlyMap<string, Uint8Array>;
}

/** The Node whose V8 enters running loops in Maglev's code. */
const MAGLEV_SINCE = 24;
/** The Node whose V8 finishes a collection that is under way when an isolate goes. */
const COLLECTS_AT_END_SINCE = 22;
/** The name of the configuration among the caches: asking the binary for it takes longer than reading it. */
const CONFIGURATION = "secure-exec:configuration";

let tools: ContainerTools | undefined;

/** Loads what every guest needs. */
export function prepareTools(files: ContainerFiles): ContainerTools {
  if (tools) return tools;
  // What a call of a guest's uses that is deprecated its own library tells it, not the host's.
  process.noDeprecation = true;
  const require = createRequire(import.meta.url);
  keepLoopsEndable(require);
  const ivm: typeof Ivm =
    files.isolatedVm === undefined ? require("isolated-vm") : require(files.isolatedVm).ivm;
  const addon = new ivm.NativeModule(addonFile());
  const sources = readSources();
  const source = `(() => { ${readFileSync(files.bundle, "utf8")}\nreturn secureExecGuest.boot; })()`;
  const bundle = { source, filename: BUNDLE, columnOffset: 0 };
  const key = files.cacheKey ?? cacheKey(sources, bundle.source);
  const { configuration, code } =
    files.cacheFolder === null
      ? { configuration: readConfiguration(), code: new Map() }
      : keptIn(files.cacheFolder, key, sources, bundle);
  const caches = new Map<string, Ivm.ExternalCopy<ArrayBuffer>>();
  for (const [name, data] of code) {
    caches.set(name, new ivm.ExternalCopy(data.slice().buffer as ArrayBuffer));
  }
  const isolatedVm = files.isolatedVm ?? fileOf(require, ivm);
  tools = { ivm, addon, sources, bundle, configuration, caches, cacheKey: key, isolatedVm };
  return tools;
}

/**
 * On Node 24 and 26 a hot loop that has gone from Maglev's code to TurboFan's in an isolate of isolated-vm's hears of no interrupt
 * any more: nothing could end it but the end of the process, neither a timeout nor the limit of its heap. Straight to TurboFan,
 * as before Maglev, it does.
 */
function keepLoopsEndable(require: NodeJS.Require): void {
  setFlagSince(MAGLEV_SINCE, "--no-maglev-osr", require);
}

/**
 * For a process whose worker threads hold isolates: isolated-vm aborts when an object of its dies in the collection that ends a
 * worker's own isolate, which V8 makes when it was marking.
 */
export function keepThreadsEndable(): void {
  const require = createRequire(import.meta.url);
  setFlagSince(COLLECTS_AT_END_SINCE, "--no-incremental-marking", require);
}

/** Sets a flag of V8 for the whole process. */
function setFlagSince(major: number, flag: string, require: NodeJS.Require): void {
  if (Number.parseInt(process.versions.node, 10) < major) return;
  const { setFlagsFromString } = require("node:v8") as typeof V8;
  setFlagsFromString(flag);
}

/** The addon among the modules that are loaded, by what it exports. */
function fileOf(require: NodeJS.Require, ivm: typeof Ivm): string {
  const modules = Object.entries(require.cache);
  return modules.find(([, loaded]) => loaded?.exports?.ivm === ivm)?.[0] ?? "";
}

/** Reads what is kept in the folder, or makes it when there is nothing. */
function keptIn(
  folder: string,
  key: string,
  sources: ReadonlyMap<string, string>,
  bundle: CachedScript,
): Kept {
  const entries = readCache(folder, key);
  const found = entries?.get(CONFIGURATION);
  if (entries && found) {
    entries.delete(CONFIGURATION);
    return { configuration: Buffer.from(found).toString(), code: entries };
  }
  const configuration = readConfiguration();
  const nobody = { pid: 1, argv0: "node", env: {}, cwd: "/", memoryLimitMb: 0 };
  const code = recordCode({
    bundle,
    builtin: (id) => builtinScript(sources, id),
    sources,
    configuration,
    factsOf: (program) => factsOf({ ...nobody, ...program }),
  });
  writeCache(folder, key, new Map([...code, [CONFIGURATION, Buffer.from(configuration)]]));
  return { configuration, code };
}

/** What a worker boots with. */
export function workerConfiguration({ configuration }: ContainerTools, start: ThreadStart): string {
  return withCommon(configuration, {
    thread: start.thread,
    parentThread: start.parent,
    parentPort: start.port,
    v8Flags: start.v8Flags,
    processOrigin: start.processOrigin,
    sharedEnvironment: start.sharedEnvironment,
    resourceLimits: start.resourceLimits,
  });
}

/** One of Node's modules as the script that its loader's C++ half compiles. */
export function builtinScript(
  sources: ReadonlyMap<string, string>,
  id: string,
): CachedScript | null {
  const source = sources.get(id);
  if (source === undefined) return null;
  const head = `(function (${parametersOf(id).join(", ")}) {`;
  return { source: `${head}${source}\n})`, filename: `node:${id}`, columnOffset: -head.length };
}

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
