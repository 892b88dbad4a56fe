/** `modules`, from Node 22 on: package.json files, read once, and what of them the loaders ask for. */
import { O_CLOEXEC, O_RDONLY } from "../../../kernel/constants.js";
import type { Binding, Guest } from "../guest/guest.js";
import { utf8Decode } from "../guest/utf8.js";

/** name, main, type, imports, exports, the file's path; texts of objects stay JSON until they are asked for. */
type Serialized = readonly [
  name: string | undefined,
  main: string | undefined,
  type: "commonjs" | "module" | "none",
  imports: string | undefined,
  exports: string | undefined,
  path: string,
];

interface UrlModule {
  URL: new (url: string, base?: string) => { readonly href: string; readonly pathname: string };
  fileURLToPath(url: string): string;
}

const COMPILE_CACHE_DISABLED = 3;
const TYPE = 2;

export function modulesBinding(guest: Guest): Binding {
  const known = new Map<string, Serialized>();
  const { parse, stringify } = JSON;

  function read(path: string, specifier?: string, base?: string): Serialized | undefined {
    const cached = known.get(path);
    if (cached) return cached;
    if (guest.files.isMissing(path)) return undefined;
    const text = readText(guest, path);
    if (text === undefined) {
      guest.files.noteMissing(path);
      return undefined;
    }
    let content: unknown;
    try {
      content = parse(text);
    } catch {
      throw invalid(path, specifier, base);
    }
    if (typeof content !== "object" || content === null || Array.isArray(content)) {
      throw invalid(path, specifier, base);
    }
    const { name, main, type, imports, exports } = content as Record<string, unknown>;
    const jsonOf = (value: unknown): string | undefined =>
      typeof value === "object" && value !== null ? stringify(value) : undefined;
    const serialized: Serialized = [
      typeof name === "string" ? name : undefined,
      typeof main === "string" ? main : undefined,
      type === "module" || type === "commonjs" ? type : "none",
      jsonOf(imports),
      typeof exports === "string" ? exports : jsonOf(exports),
      path,
    ];
    known.set(path, serialized);
    return serialized;
  }

  function invalid(path: string, specifier?: string, base?: string): Error {
    const from = base?.startsWith("file:") ? urls().fileURLToPath(base) : base;
    const importing = from === undefined ? "" : ` while importing "${specifier}" from ${from}`;
    const error = new Error(`Invalid package config ${path}${importing}.`);
    return Object.assign(error, { code: "ERR_INVALID_PACKAGE_CONFIG" });
  }

  const urls = (): UrlModule => guest.require("internal/url") as UrlModule;

  /** The package.json of the nearest folder above a file, but for the root's and those above a node_modules. */
  function nearest(path: string): Serialized | undefined {
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
      if (folder.endsWith("/node_modules")) return undefined;
      const found = read(`${folder}/package.json`);
      if (found) return found;
    }
    return undefined;
  }

  /** The same by URL, the root's among them; a text: where the search ended. */
  function scopeOf(resolved: string): Serialized | string {
    const { URL, fileURLToPath } = urls();
    let url = new URL("./package.json", resolved);
    for (;;) {
      if (url.pathname.endsWith("node_modules/package.json")) break;
      const found = read(fileURLToPath(url.href));
      if (found) return found;
      const above = new URL("../package.json", url.href);
      if (above.pathname === url.pathname) break;
      url = above;
    }
    return fileURLToPath(url.href);
  }

  return {
    readPackageJSON: (path: string, _isEsm?: boolean, base?: string, specifier?: string) =>
      read(path, specifier, base),
    getNearestParentPackageJSON: (path: string) => nearest(path),
    getNearestParentPackageJSONType: (path: string) => nearest(path)?.[TYPE] ?? "none",
    getPackageScopeConfig: (resolved: string) => scopeOf(resolved),
    getPackageType(resolved: string) {
      const found = scopeOf(resolved);
      return typeof found === "string" || found[TYPE] === "none" ? undefined : found[TYPE];
    },
    setLazyPathHelpers(meta: Record<string, unknown>, url: string) {
      const filename = urls().fileURLToPath(url);
      meta.dirname = parentOf(filename) || "/";
      meta.filename = filename;
    },
    // Code caches of a guest's making are never taken, so there are none.
    enableCompileCache: () => [COMPILE_CACHE_DISABLED],
    getCompileCacheDir: () => undefined,
    flushCompileCache: () => undefined,
    getCompileCacheEntry: () => undefined,
    saveCompileCacheEntry: () => undefined,
  };
}

function readText({ kernel }: Guest, path: string): string | undefined {
  const fd = kernel.open(path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return undefined;
  const stat = kernel.fstat(fd);
  const bytes = new Uint8Array(typeof stat === "number" ? 0 : stat.size);
  const count = kernel.readFully(fd, bytes, -1);
  kernel.close(fd);
  if (count < 0) return undefined;
  const text = utf8Decode(bytes, 0, count);
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** The folder of a path; empty for the root. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
