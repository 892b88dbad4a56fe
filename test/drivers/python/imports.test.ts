// The allow-list of imports, and what mounting refuses.

import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createPythonRuntime } from "secure-exec/python";
import { describe, expect, onTestFinished, test } from "vitest";
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

/** Mounts Python's runtime and prints what it was refused with. */
const mounting = `
import { createInMemoryFileSystem, createKernel } from "./dist/kernel.js";
import { createPythonRuntime } from "./dist/python.js";
const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
const failed = await kernel.mount(createPythonRuntime()).catch((error) => error);
console.log(JSON.stringify([failed?.code, failed?.message]));
await kernel.dispose();
`;

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

describe.each([
  ["no pyodide", null, "The optional peer dependency pyodide is not installed"],
  ["another release of pyodide", '{ "version": "0.28.0" }', "pyodide 0.28.0 is installed"],
])("%s", (_, manifest, reason) => {
  test("mounting the runtime says what to install", () => {
    const folder = mkdtempSync("/tmp/python-without-pyodide-");
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const repository = fileURLToPath(new URL("../../..", import.meta.url));
    cpSync(path.join(repository, "dist"), path.join(folder, "dist"), { recursive: true });
    mkdirSync(path.join(folder, "node_modules"));
    for (const name of readdirSync(path.join(repository, "node_modules"))) {
      if (name === "pyodide" || name.startsWith(".")) continue;
      symlinkSync(
        path.join(repository, "node_modules", name),
        path.join(folder, "node_modules", name),
      );
    }
    if (manifest !== null) {
      mkdirSync(path.join(folder, "node_modules/pyodide"));
      writeFileSync(path.join(folder, "node_modules/pyodide/package.json"), manifest);
    }
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(path.join(folder, "mount.js"), mounting);
    const { stdout, stderr } = spawnSync(process.execPath, ["mount.js"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    expect(stderr).toBe("");
    const repair = "Python guests run it. Install it: npm install pyodide@314.0.7";
    expect(JSON.parse(stdout)).toEqual(["ERR_PYODIDE_MISSING", `${reason}; ${repair}`]);
  });
});

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
