/** The compiled WASM modules of one driver: read from the host's files, each compiled once. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { KernelError } from "../../kernel/kernel-error.js";

/** A compiled module; its key is the sha256 of its bytes, so that equal files are compiled once. */
export interface CompiledModule {
  readonly key: string;
  readonly module: WebAssembly.Module;
}

/** The modules of one driver, each compiled once. */
export class ModuleTable {
  readonly #byFile = new Map<string, CompiledModule>();
  readonly #byKey = new Map<string, CompiledModule>();

  add(file: string, compiled: CompiledModule): void {
    this.#byFile.set(file, compiled);
    this.#byKey.set(compiled.key, compiled);
  }

  /** The module of a file, compiled when it is first asked for. Throws ENOEXEC for a broken file. */
  get(file: string): CompiledModule {
    const known = this.#byFile.get(file);
    if (known) return known;
    const bytes = readBinary(file);
    const key = hashOf(bytes);
    const compiled = this.#byKey.get(key) ?? { key, module: compileSync(file, bytes) };
    this.add(file, compiled);
    return compiled;
  }
}

/** Compiles a file. Rejects with ENOENT (no such file), EIO (unreadable), ENOEXEC (no valid module). */
export async function compileFile(file: string): Promise<CompiledModule> {
  const bytes = readBinary(file);
  try {
    return { key: hashOf(bytes), module: await WebAssembly.compile(bytes) };
  } catch (thrown) {
    throw notExecutable(file, thrown);
  }
}

function compileSync(file: string, bytes: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (thrown) {
    throw notExecutable(file, thrown);
  }
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
