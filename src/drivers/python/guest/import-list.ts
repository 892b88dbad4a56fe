/** Compares a module's imports with the allow-list and the refused ones, for the build and its tests. */
import type { GuestHooks } from "./guest-hooks.js";
import { importsOf, importTable } from "./import-table.js";
import { Machine } from "./machine.js";

/** What only one of the two has: imports as `module.name`, and names of the lists. */
export interface ImportDifferences {
  readonly unknown: readonly string[];
  readonly unused: readonly string[];
}

export function compareImports(module: WebAssembly.Module): ImportDifferences {
  const none = new Uint8Array(0);
  const table = importTable(new Machine(hooksFor(module)), () => ({ argv: none, environ: none }));
  const imports = importsOf(module, table);
  const names = new Set(WebAssembly.Module.imports(module).map(({ name }) => name));
  return {
    unknown: Array.isArray(imports) ? imports : [],
    unused: Object.keys(table).filter((name) => !names.has(name)),
  };
}

/** The imports are looked at, none is called. */
function hooksFor(module: WebAssembly.Module): GuestHooks {
  const refuse = (): never => {
    throw new Error("not called");
  };
  return {
    module,
    channel: new SharedArrayBuffer(512 * 1024),
    carry: () => false,
    now: () => 0,
    fillRandom: refuse,
    exit: refuse,
    stackBytes: 0,
    memoryLimit: () => 0,
  };
}
