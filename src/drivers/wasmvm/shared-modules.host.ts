/**
 * Modules of this package that are compiled already, for all kernels of this application: reading, hashing and
 * compiling the shell's takes longer than all else that a kernel's start does. Compiled code has no state, so kernels
 * see nothing of each other. A module that no kernel uses any more may go.
 */
import { statSync } from "node:fs";
import type { CompiledModule } from "./module-table.host.js";

const compiled = new Map<string, WeakRef<CompiledModule>>();

/** What says that a file is still the one that was compiled; null: it can't be told. */
export function signatureOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat ? `${file}:${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}` : null;
}

export function sharedModule(signature: string | null): CompiledModule | undefined {
  return signature === null ? undefined : compiled.get(signature)?.deref();
}

export function shareModule(signature: string | null, module: CompiledModule): void {
  if (signature !== null) compiled.set(signature, new WeakRef(module));
}
