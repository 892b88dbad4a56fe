// The allow-list of imports, and what mounting refuses.

import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createPythonRuntime } from "secure-exec/python";
import { describe, expect, onTestFinished, test } from "vitest";
import { importsOf, importTable } from "../../../src/drivers/python/guest/import-table.js";
import { Machine } from "../../../src/drivers/python/guest/machine.js";

const emptyModule = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** A module that imports the function `env.NAME`. */
function moduleImporting(name: string): WebAssembly.Module {
  const text = [...name].map((unit) => unit.charCodeAt(0));
  const entry = [1, 3, 0x65, 0x6e, 0x76, text.length, ...text, 0x00, 0x00];
  const type = [0x01, 4, 1, 0x60, 0, 0];
  return new WebAssembly.Module(
    new Uint8Array([...emptyModule, ...type, 0x02, entry.length, ...entry]),
  );
}

function tableFor(module: WebAssembly.Module) {
  const refuse = (): never => {
    throw new Error("not called");
  };
  const channel = new SharedArrayBuffer(512 * 1024);
  const hooks = {
    module,
    channel,
    carry: () => false,
    now: () => 0,
    fillRandom: () => {},
    exit: refuse,
    stackBytes: 0,
    memoryLimit: () => 0,
    loadTls: () => null,
    rootCertificates: () => "",
  };
  const none = new Uint8Array(0);
  return importTable(new Machine(hooks), () => ({ argv: none, environ: none }));
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

test("every import of the installed pyodide is on the list, and nothing else is", () => {
  const require = createRequire(import.meta.url);
  const file = require.resolve("pyodide/package.json").replace("package.json", "pyodide.asm.wasm");
  const module = new WebAssembly.Module(readFileSync(file));
  const table = tableFor(module);
  const imports = importsOf(module, table);
  expect(Array.isArray(imports)).toBe(false);
  const names = new Set(WebAssembly.Module.imports(module).map(({ name }) => name));
  expect(Object.keys(table).filter((name) => !names.has(name))).toEqual([]);
});

test.each(["emscripten_run_script", "constructor", "__proto__"])(
  "a module that imports %s does not start",
  (name) => {
    const module = moduleImporting(name);
    expect(importsOf(module, tableFor(module))).toEqual([`env.${name}`]);
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
