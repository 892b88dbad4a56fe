/**
 * The import object of CPython's module: an allow-list by topic. Every import that the module names
 * is here or is refused here by name: a module with another list does not start.
 */
import type { GuestStrings } from "./guest-hooks.js";
import { DirectoryReader } from "./imports/directories.js";
import { fileImports } from "./imports/files.js";
import { memoryImports } from "./imports/memory.js";
import { nameImports } from "./imports/names.js";
import { hostNameImports } from "./imports/names-of-hosts.js";
import { processImports } from "./imports/processes.js";
import { refusedImports } from "./imports/refused.js";
import { socketImports } from "./imports/sockets.js";
import { terminalImports } from "./imports/terminals.js";
import { timeImports } from "./imports/time.js";
import type { Machine } from "./machine.js";

type ImportTable = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Every import of CPython's module by name, from `env` and `wasi_snapshot_preview1` alike. */
export function importTable(machine: Machine, strings: () => GuestStrings): ImportTable {
  const directories = new DirectoryReader(machine);
  return {
    ...refusedImports(machine),
    ...fileImports(machine, directories),
    ...nameImports(machine, directories),
    ...memoryImports(machine),
    ...processImports(machine, strings),
    ...terminalImports(machine),
    ...timeImports(machine),
    ...socketImports(machine),
    ...hostNameImports(machine),
    /** CPython calls functions of fewer parameters than it has arguments for through JavaScript. */
    _PyEM_TrampolineCall_JS(callee: number, first: number, second: number, third: number): number {
      const action = machine.exports.__indirect_function_table.get(callee);
      return action ? action(first, second, third) : machine.abort();
    },
    _Py_emscripten_runtime: (): number => 0,
  };
}

/** The import object, or the names that the table does not know. */
export function importsOf(
  module: WebAssembly.Module,
  table: ImportTable,
): WebAssembly.Imports | string[] {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {
    env: {},
    wasi_snapshot_preview1: {},
    "GOT.func": {},
  };
  const unknown: string[] = [];
  for (const { module: room, name, kind } of WebAssembly.Module.imports(module)) {
    const target = Object.hasOwn(imports, room) ? imports[room] : undefined;
    const known = Object.hasOwn(table, name) ? table[name] : undefined;
    if (room === "GOT.func" && kind === "global" && target) {
      // Addresses of functions of a graphics library, which nobody calls.
      target[name] = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
    } else if (target && kind === "function" && known) {
      target[name] = known as WebAssembly.ImportValue;
    } else {
      unknown.push(`${room}.${name}`);
    }
  }
  return unknown.length > 0 ? unknown : imports;
}
