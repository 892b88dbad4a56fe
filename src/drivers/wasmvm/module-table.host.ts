/**
 * The WASM modules of one driver: read from the host's files and checked, once each. Those that are
 * trusted are compiled here; others are compiled only in the guest host process that runs them.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { KernelError } from "../../kernel/kernel-error.js";
import { sharedModule, shareModule, signatureOf } from "./shared-modules.host.js";
import { BadModule, type CheckedModule, checkModule, wasmMemoryBytes } from "./wasm-module.js";

/** A compiled module; its key is the sha256 of its file and the limit of its memory: equal ones are compiled once. */
export interface CompiledModule {
  readonly key: string;
  readonly module: WebAssembly.Module;
}

/** A module that may not be compiled in the host application. */
export interface UntrustedModule {
  /** Checked, with a memory that keeps to the limit. */
  readonly bytes: Uint8Array;
}

export type LoadedModule = CompiledModule | UntrustedModule;

/** Which modules may be compiled and run in threads of the host application. */
export interface Trust {
  /** All of them: the host application has said so. */
  readonly all: boolean;
  /** The sha256 of those that ship with this package. */
  readonly hashes: ReadonlySet<string>;
}

/** Other limits of memory than the default under which one module is kept compiled. */
const VARIANTS_MAX = 16;

export class ModuleTable {
  readonly #trust: Trust;
  readonly #byFile = new Map<string, LoadedModule>();
  readonly #byKey = new Map<string, LoadedModule>();
  /** Modules with another limit of their memory: V8 takes it from the module. The oldest goes first. */
  readonly #variants = new Map<string, LoadedModule>();

  constructor(trust: Trust) {
    this.#trust = trust;
  }

  add(file: string, loaded: LoadedModule): void {
    this.#byFile.set(file, loaded);
  }

  /**
   * The module of a file, loaded when it is first asked for. Throws ENOEXEC for a broken file.
   * @param memoryBytes - What its memory is limited to.
   */
  get(file: string, memoryBytes: number = wasmMemoryBytes): LoadedModule {
    if (memoryBytes !== wasmMemoryBytes) return this.#variant(file, memoryBytes);
    const known = this.#byFile.get(file);
    if (known) return known;
    const signature = signatureOf(file);
    const shared = sharedModule(signature);
    const loaded = shared && isOurs(this.#trust, shared.key) ? shared : this.#read(file, signature);
    this.#byFile.set(file, loaded);
    return loaded;
  }

  #read(file: string, signature: string | null): LoadedModule {
    const bytes = readBinary(file);
    const key = hashOf(bytes);
    const loaded = this.#byKey.get(key) ?? this.#load(file, key, bytes);
    this.#byKey.set(key, loaded);
    if ("module" in loaded && isOurs(this.#trust, key)) shareModule(signature, loaded);
    return loaded;
  }

  #variant(file: string, memoryBytes: number): LoadedModule {
    const name = `${file}\0${memoryBytes}`;
    const known = this.#variants.get(name);
    if (known) return known;
    const bytes = readBinary(file);
    const loaded = this.#load(file, hashOf(bytes), bytes, memoryBytes);
    const [oldest] = this.#variants.keys();
    if (this.#variants.size >= VARIANTS_MAX && oldest !== undefined) this.#variants.delete(oldest);
    this.#variants.set(name, loaded);
    return loaded;
  }

  #load(
    file: string,
    hash: string,
    bytes: Uint8Array,
    memoryBytes = wasmMemoryBytes,
  ): LoadedModule {
    const checked = checkedModule(file, bytes, memoryBytes);
    if (!isTrusted(this.#trust, hash)) return checked;
    const key = memoryBytes === wasmMemoryBytes ? hash : `${hash} ${memoryBytes}`;
    try {
      return { key, module: new WebAssembly.Module(checked.bytes) };
    } catch (thrown) {
      throw notExecutable(file, thrown);
    }
  }
}

/**
 * Loads a file and shows its custom sections. Rejects with ENOENT (no such file), EIO (unreadable),
 * ENOEXEC (no valid module).
 */
export async function loadFile(
  file: string,
  trust: Trust,
): Promise<{ loaded: LoadedModule; customSections: CheckedModule["customSections"] }> {
  const bytes = readBinary(file);
  const key = hashOf(bytes);
  const checked = checkedModule(file, bytes);
  const { customSections } = checked;
  if (!isTrusted(trust, key)) return { loaded: checked, customSections };
  try {
    const module = await WebAssembly.compile(checked.bytes);
    return { loaded: { key, module }, customSections };
  } catch (thrown) {
    throw notExecutable(file, thrown);
  }
}

/** Checks a module that has been read. Throws ENOEXEC, with `file` in its text. */
export function checkedModule(
  file: string,
  bytes: Uint8Array,
  memoryBytes?: number,
): CheckedModule {
  const checked = checkModule(bytes, memoryBytes);
  if (checked instanceof BadModule) throw new KernelError("ENOEXEC", `${file}: ${checked.reason}`);
  return checked;
}

/**
 * The module of a file that ships with this package, compiled once for all kernels.
 * @throws EIO: the file is not the one that the manifest beside it names. Also as `loadFile`.
 */
export async function loadPackaged(file: string, trust: Trust): Promise<CompiledModule> {
  const signature = signatureOf(file);
  const shared = sharedModule(signature);
  if (shared && isOurs(trust, shared.key)) return shared;
  const { loaded } = await loadFile(file, trust);
  // It would run, but as a stranger's: slowly, in a process of its own.
  if (!("module" in loaded)) {
    throw new KernelError("EIO", `${file} is not the file that the manifest beside it names`);
  }
  if (isOurs(trust, loaded.key)) shareModule(signature, loaded);
  return loaded;
}

/** Whether a module ships with this package. */
function isOurs(trust: Trust, key: string): boolean {
  return trust.hashes.has(key);
}

function isTrusted(trust: Trust, key: string): boolean {
  return trust.all || trust.hashes.has(key);
}

function notExecutable(file: string, thrown: unknown): KernelError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new KernelError("ENOEXEC", `${file}: ${reason}`, { cause: thrown });
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function readBinary(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (thrown) {
    const isMissing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    throw new KernelError(isMissing ? "ENOENT" : "EIO", `wasm file ${file}`, { cause: thrown });
  }
}
