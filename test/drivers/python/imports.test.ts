// The allow-list of imports, and what mounting refuses.

import { createPythonRuntime } from "secure-exec/python";
import { expect, test } from "vitest";
import { compareImports } from "../../../src/drivers/python/guest/import-list.js";
import { checkImportList, pyodideModule } from "../../../src/drivers/python/import-list.mjs";

const emptyModule = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** A module that imports the function `env.NAME`. */
function bytesImporting(name: string): Uint8Array<ArrayBuffer> {
  const text = [...name].map((unit) => unit.charCodeAt(0));
  const entry = [1, 3, 0x65, 0x6e, 0x76, text.length, ...text, 0x00, 0x00];
  const type = [0x01, 4, 1, 0x60, 0, 0];
  return new Uint8Array([...emptyModule, ...type, 0x02, entry.length, ...entry]);
}

test("every import of the installed pyodide is on the list, and nothing else is", async () => {
  const wasm = await pyodideModule();
  expect(wasm).not.toBeNull();
  if (wasm) await checkImportList(wasm);
});

test("the build ends at a list that is another", async () => {
  await expect(checkImportList(bytesImporting("emscripten_run_script"))).rejects.toThrow(
    "imports that are not known: env.emscripten_run_script; names that it does not import: ",
  );
});

test.each(["emscripten_run_script", "constructor", "__proto__"])(
  "a module that imports %s does not start",
  (name) => {
    const module = new WebAssembly.Module(bytesImporting(name));
    expect(compareImports(module).unknown).toEqual([`env.${name}`]);
  },
);

test("options are checked", () => {
  for (const options of [
    { memoryLimitMb: 1 },
    { memoryLimitMb: 5000 },
    { memoryLimitMb: Number.NaN },
    { isolation: "none" as "process" },
  ]) {
    expect(() => createPythonRuntime(options)).toThrow(TypeError);
  }
});
