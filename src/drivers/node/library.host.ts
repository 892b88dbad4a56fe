/**
 * Node's own JavaScript library and what the host's Node says of its native half: taken from the
 * running binary (`--expose-internals`), once a container. Nothing of it is in this package.
 */
import { createRequire } from "node:module";
import { encodeConfiguration } from "./configuration-text.js";
import type { GuestConfiguration, Surface, SurfaceValue } from "./guest/host-hooks.js";

type RawBinding = Record<string, unknown>;

const bindingNames = (
  "async_wrap blob block_list buffer builtins cares_wrap config constants contextify credentials crypto " +
  "encoding_binding encoding errors fs fs_dir fs_event_wrap heap_utils http2 http_parser icu inspector js_stream " +
  "js_udp_wrap messaging mksnapshot module_wrap modules options os performance permission pipe_wrap " +
  "process_methods process_wrap report sea serdes signal_wrap spawn_sync stream_pipe stream_wrap " +
  "string_decoder symbols task_queue tcp_wrap timers tls_wrap trace_events tty_wrap types udp_wrap url " +
  "url_pattern util uv v8 wasi wasm_web_api watchdog worker zlib async_context_frame " +
  "cjs_lexer diagnostics_channel ipc_serdes locks"
).split(" ");

/** Bindings whose text constants are of this Node, not of this machine. */
const TEXT_ALLOWED: ReadonlySet<string> = new Set([
  "constants",
  "zlib",
  "http2",
  "http_parser",
  "uv",
  "util",
  "trace_events",
]);
const DEPTH_MAX = 4;
/** Members of `builtins` that guests are told in another way. */
const OF_CONFIGURATION: ReadonlySet<string> = new Set([
  "natives",
  "builtinIds",
  "builtinCategories",
  "config",
]);

/** The native half of the running Node: `--expose-internals`. */
export function internalBindings(): (name: string) => RawBinding {
  const require = createRequire(import.meta.url);
  const { internalBinding } = require("internal/test/binding") as {
    internalBinding(name: string): RawBinding;
  };
  return internalBinding;
}

/** Source texts by id. */
export function readSources(): Map<string, string> {
  const natives = internalBindings()("builtins").natives as Record<string, unknown>;
  const sources = new Map<string, string>();
  for (const id of Object.keys(natives)) {
    const text = natives[id];
    if (typeof text === "string") sources.set(id, text);
  }
  return sources;
}

/** What main threads boot with, as text. */
export function readConfiguration(): string {
  const internalBinding = internalBindings();
  const builtins = internalBinding("builtins");
  const optionsBinding = internalBinding("options");
  const info = (
    optionsBinding.getCLIOptionsInfo as () => {
      options: Map<string, Record<string, unknown>>;
      aliases: Map<string, string[]>;
    }
  )();
  const values = (
    optionsBinding.getCLIOptionsValues as () => Record<string, unknown> | Map<string, unknown>
  )();
  const errorMap = (internalBinding("uv").getErrorMap as () => Map<number, [string, string]>)();
  const categories = builtins.builtinCategories as { canBeRequired: string[] };
  const configuration: GuestConfiguration = {
    thread: 0,
    parentThread: 0,
    parentPort: 0,
    sharedEnvironment: 0,
    v8Flags: [],
    processOrigin: null,
    resourceLimits: [],
    arch: process.arch,
    versions: { ...process.versions } as Record<string, string>,
    release: { name: "node", ...(process.release.lts ? { lts: process.release.lts } : {}) },
    builtinIds: builtins.builtinIds as string[],
    canBeRequired: [...categories.canBeRequired],
    buildConfiguration: buildConfiguration(),
    options: defaultOptions(values instanceof Map ? Object.fromEntries(values) : values),
    optionKinds: [...info.options].map(
      ([name, { type, envVarSettings }]) => [name, Number(type), Number(envVarSettings)] as const,
    ),
    optionInfo: [...info.options].map(([name, option]) => [name, { ...option }] as const),
    optionAliases: [...info.aliases],
    optionTypes: { ...(optionsBinding.types as Record<string, number>) },
    envSettings: { ...(optionsBinding.envSettings as Record<string, number>) },
    uvErrors: [...errorMap],
    surface: readSurface(internalBinding),
  };
  return encodeConfiguration(configuration);
}

/** Options as a Node without any arguments has them: the container's own are taken back. */
function defaultOptions(values: Record<string, unknown>): [string, unknown][] {
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    options[name] = typeof value === "bigint" ? Number(value) : value;
  }
  const own = {
    "--expose-internals": false,
    "--warnings": true,
    "--node-snapshot": true,
    "--eval": undefined,
    "--print": false,
    "[has_eval_string]": false,
    ...withoutRefused(options),
  };
  return Object.entries({ ...options, ...own }).filter(([, value]) => value !== undefined);
}

/** Modules that guests are refused are not there for them, as in a Node that was built without them. */
function withoutRefused(options: Record<string, unknown>): Record<string, unknown> {
  const refused = ["--experimental-sqlite", "--experimental-webstorage", "--webstorage"];
  return Object.fromEntries(refused.filter((name) => name in options).map((name) => [name, false]));
}

/** How this Node was built, without the paths of the machine it was built on. */
function buildConfiguration(): string {
  const { variables } = process.config as unknown as { variables: Record<string, unknown> };
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(variables)) {
    const isPlain = typeof value === "number" || typeof value === "boolean";
    if (isPlain || (typeof value === "string" && !value.includes("/"))) kept[name] = value;
  }
  return JSON.stringify({ target_defaults: {}, variables: kept });
}

function readSurface(internalBinding: (name: string) => RawBinding): Surface {
  const surface: Record<string, Record<string, SurfaceValue>> = {};
  for (const name of bindingNames) {
    let binding: RawBinding;
    try {
      binding = internalBinding(name);
    } catch {
      continue;
    }
    const entries: Record<string, SurfaceValue> = {};
    for (const key of Object.keys(binding)) {
      if (name === "builtins" && OF_CONFIGURATION.has(key)) continue;
      const described = describeValue(name, key, binding[key]);
      if (described) entries[key] = described;
    }
    surface[name] = entries;
  }
  return surface;
}

function describeValue(binding: string, key: string, value: unknown): SurfaceValue | undefined {
  if (typeof value === "symbol") return { kind: "symbols", names: { [key]: key } };
  if (typeof value === "function") return describeFunction(value);
  if (ArrayBuffer.isView(value)) {
    const { constructor: type, length } = value as unknown as {
      constructor: { name: string };
      length: number;
    };
    return { kind: "array", type: type.name, length };
  }
  if (binding === "util" && key === "privateSymbols") {
    const names: Record<string, string> = {};
    for (const name of Object.keys(value as object)) names[name] = name;
    return { kind: "symbols", names };
  }
  const copied = copyConstants(value, TEXT_ALLOWED.has(binding), 0);
  if (copied === undefined) return undefined;
  const hidden = hiddenConstants(value);
  return hidden ? { kind: "value", value: copied, hidden } : { kind: "value", value: copied };
}

/** Numbers that Node's own library reads and programs do not see. */
function hiddenConstants(value: unknown): Record<string, number> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const table: Record<string, number> = {};
  for (const name of Object.getOwnPropertyNames(value)) {
    const constant = (value as Record<string, unknown>)[name];
    const isHidden = !Object.prototype.propertyIsEnumerable.call(value, name);
    if (isHidden && typeof constant === "number") table[name] = constant;
  }
  return Object.keys(table).length > 0 ? table : undefined;
}

function describeFunction(value: unknown): SurfaceValue {
  const { prototype } = value as { prototype?: object };
  if (!prototype) return { kind: "function" };
  const methods: string[] = [];
  for (
    let at: object | null = prototype;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    methods.push(...Object.getOwnPropertyNames(at));
  }
  return methods.length > 1 || /^[A-Z]/.test((value as { name: string }).name)
    ? { kind: "class", methods }
    : { kind: "function" };
}

/** Numbers, booleans and tables of them; texts only where they can't be paths. */
function copyConstants(value: unknown, withTexts: boolean, depth: number): unknown {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return withTexts ? value : undefined;
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return undefined;
  if (Array.isArray(value))
    return value.map((entry) => copyConstants(entry, true, depth + 1) ?? null);
  const table: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const copied = copyConstants(entry, withTexts, depth + 1);
    if (copied !== undefined) table[key] = copied;
  }
  return table;
}
