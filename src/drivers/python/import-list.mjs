// Part of the build: the functions that CPython's module imports are those that guests are given or refused by name,
// no more and no fewer. Another release of pyodide, or a name that was forgotten, ends the build.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The module of the pyodide that is installed, which a build without Python guests may be without. */
export async function pyodideModule() {
  try {
    const manifest = createRequire(import.meta.url).resolve("pyodide/package.json");
    return await readFile(new URL("pyodide.asm.wasm", `file://${manifest}`));
  } catch {
    return null;
  }
}

/**
 * Rejects when the lists differ, and names what is on one of them only.
 *
 * @param {Uint8Array} wasm - The module.
 */
export async function checkImportList(wasm) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./guest/import-list.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  const source = Buffer.from(outputFiles[0].contents).toString("base64");
  const { compareImports } = await import(`data:text/javascript;base64,${source}`);
  const { unknown, unused } = compareImports(new WebAssembly.Module(wasm));
  if (unknown.length + unused.length === 0) return;
  const parts = [
    unknown.length > 0 ? `imports that are not known: ${unknown.join(", ")}` : "",
    unused.length > 0 ? `names that it does not import: ${unused.join(", ")}` : "",
  ];
  throw new Error(
    `CPython's module and guests' imports differ: ${parts.filter(Boolean).join("; ")}`,
  );
}
