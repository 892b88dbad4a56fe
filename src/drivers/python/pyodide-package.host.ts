/** The optional peer dependency pyodide: CPython compiled to WebAssembly, and its standard library. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The one release whose imports and structures are known. */
export const PYODIDE_VERSION = "314.0.7";

/** pyodide is not installed, or another release of it. */
export class PyodideMissingError extends Error {
  readonly code = "ERR_PYODIDE_MISSING";

  constructor(reason: string) {
    super(`${reason}; Python guests run it. Install it: npm install pyodide@${PYODIDE_VERSION}`);
    this.name = "PyodideMissingError";
  }
}

export interface PyodidePackage {
  /** CPython's module. */
  readonly wasm: string;
  /** The standard library's sources. */
  readonly stdlib: string;
}

/** Where the package is; throws PyodideMissingError. */
export function findPyodide(): PyodidePackage {
  let manifest: string;
  try {
    manifest = createRequire(import.meta.url).resolve("pyodide/package.json");
  } catch {
    throw new PyodideMissingError("The optional peer dependency pyodide is not installed");
  }
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  if (version !== PYODIDE_VERSION) {
    throw new PyodideMissingError(`pyodide ${version} is installed`);
  }
  const directory = path.dirname(manifest);
  return {
    wasm: path.join(directory, "pyodide.asm.wasm"),
    stdlib: path.join(directory, "python_stdlib.zip"),
  };
}
