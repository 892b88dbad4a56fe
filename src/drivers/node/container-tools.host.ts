/** What a container needs for any guest: read once a process, from the binary and from the cache folder. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Ivm from "isolated-vm";
import { cacheKey, readCache, writeCache } from "./code-cache.host.js";
import { BUNDLE, type CachedScript, recordCode } from "./code-cache-recording.host.js";
import type { GuestConfiguration } from "./guest/host-hooks.js";
import { factsOf } from "./guest-program.js";
import { readConfiguration, readSources } from "./library.host.js";
import { addonFile } from "./native-addon.host.js";
import type { ThreadStart } from "./worker-board.js";

export interface ContainerTools {
  readonly ivm: typeof Ivm;
  readonly addon: Ivm.NativeModule;
  /** Texts of Node's own modules, by id. */
  readonly sources: ReadonlyMap<string, string>;
  readonly bundle: CachedScript;
  /** What main threads boot with: JSON of a `GuestConfiguration`. */
  readonly configuration: string;
  /** V8's code caches by a builtin's id, and our bundle's. */
  readonly caches: ReadonlyMap<string, Ivm.ExternalCopy<ArrayBuffer>>;
  /** What these caches are found by. */
  readonly cacheKey: string;
}

/** Where it is read from. */
export interface ContainerFiles {
  readonly bundle: URL;
  /** Where code caches are kept; null for none. */
  readonly cacheFolder: string | null;
  /** What they are found by, where another thread of the process has asked the binary: behind the walls it can't be seen. */
  readonly cacheKey?: string;
}

/** What is kept between processes. */
interface Kept {
  readonly configuration: string;
  readonly code: ReadonlyMap<string, Uint8Array>;
}

/** The name of the configuration among the caches: asking the binary for it takes longer than reading it. */
const CONFIGURATION = "secure-exec:configuration";

let tools: ContainerTools | undefined;

/** Loads what every guest needs. */
export function prepareTools(files: ContainerFiles): ContainerTools {
  if (tools) return tools;
  // What a call of a guest's uses that is deprecated its own library tells it, not the host's.
  process.noDeprecation = true;
  const ivm = createRequire(import.meta.url)("isolated-vm") as typeof Ivm;
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
  tools = { ivm, addon, sources, bundle, configuration, caches, cacheKey: key };
  return tools;
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
  const common = JSON.parse(configuration) as GuestConfiguration;
  const { thread, parent, port, resourceLimits, sharedEnvironment, v8Flags, processOrigin } = start;
  const own = {
    thread,
    parentThread: parent,
    parentPort: port,
    resourceLimits,
    sharedEnvironment,
    v8Flags,
    processOrigin,
  };
  return JSON.stringify({ ...common, ...own } satisfies GuestConfiguration);
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
