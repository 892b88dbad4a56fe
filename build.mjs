// Builds dist/: ESM entry points that share chunks, guests' programs as self-contained files, and type
// declarations (by tsc, in parallel). `--no-types` leaves the declarations as they are: a build in milliseconds.

import { execFile } from "node:child_process";
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { checkImportList, pyodideModule } from "./src/drivers/python/import-list.mjs";

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, "dist");
const withTypes = !process.argv.includes("--no-types");

/** Removes what an earlier build left. Afterwards: a program that runs from dist/ meanwhile keeps its files. */
async function removeStale(results) {
  const built = new Set(["types", "native", "python-stdlib", "llhttp.wasm"]);
  for (const { metafile } of results) {
    for (const file of Object.keys(metafile.outputs)) built.add(path.basename(file));
  }
  const stale = (await readdir(dist)).filter((name) => !built.has(name));
  await Promise.all(stale.map((name) => rm(path.join(dist, name), { recursive: true })));
}

/** @type {import("esbuild").BuildOptions} */
const shared = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

function buildEntryPoints() {
  const names = ["index", "kernel", "wasmvm", "node", "python", "testing", "cli", "ai", "mcp"];
  return build({ ...shared, splitting: true, entryPoints: names.map((name) => `src/${name}.ts`) });
}

/**
 * The kernel for browsers: with memfs and what that takes of Node (`Buffer`, paths), so that a user's bundler needs
 * nothing. One file: the kernel's room has no host import.
 */
function buildForBrowsers() {
  return build({
    ...shared,
    platform: "browser",
    target: "es2022",
    packages: "bundle",
    legalComments: "inline",
    entryPoints: { "kernel.browser": "src/kernel.ts" },
    alias: { "node:buffer": "buffer/", "node:path": "path-browserify" },
  });
}

/**
 * What guests' threads and processes load. One file each, because they pay for every module they have to load
 * before they can run anything.
 */
function buildGuests() {
  const entryPoints = {
    "wasmvm-worker": "src/drivers/wasmvm/worker.ts",
    "guest-wasm": "src/drivers/wasmvm/guest-wasm.ts",
    "node-worker": "src/drivers/node/worker.ts",
    "node-keeper": "src/drivers/node/node-keeper.host.ts",
    "guest-python": "src/drivers/python/guest-python.host.ts",
    "python-packer": "src/drivers/python/stdlib-packer.host.ts",
  };
  return build({ ...shared, entryPoints });
}

/** What stands between the start of a process and its first guest: CommonJS, which Node loads without its loader of ES modules. */
function buildGuestHosts() {
  return build({
    ...shared,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    define: { "import.meta.url": "ownUrl" },
    banner: { js: 'const ownUrl = require("node:url").pathToFileURL(__filename).href;' },
    entryPoints: {
      "guest-host": "src/drivers/host/guest-host.host.ts",
      "guest-node": "src/drivers/node/guest-node.host.ts",
      "late-operations": "src/drivers/node/late-operations.ts",
    },
  });
}

/** Programs of the facade's own that run in guests, as ES modules. */
function buildGuestPrograms() {
  const entryPoints = { "guest-resident": "src/runtime/guest/resident.ts" };
  return build({ ...shared, packages: "bundle", minify: true, sourcemap: false, entryPoints });
}

/** What runs inside a Node guest's isolate: one script, with everything it needs in it. */
function buildIsolateScript() {
  return build({
    ...shared,
    packages: "bundle",
    platform: "neutral",
    mainFields: ["module", "main"],
    // The lexer without WebAssembly, which a guest may have taken away from its globals.
    alias: { "cjs-module-lexer": "./node_modules/cjs-module-lexer/lexer.js" },
    format: "iife",
    globalName: "secureExecGuest",
    minify: true,
    keepNames: true,
    sourcemap: false,
    entryPoints: { "node-guest": "src/drivers/node/guest/boot.ts" },
  });
}

/** What runs inside a Python guest's isolate. */
function buildPythonIsolateScript() {
  return build({
    ...shared,
    packages: "bundle",
    platform: "neutral",
    format: "iife",
    globalName: "secureExecGuest",
    minify: true,
    keepNames: true,
    sourcemap: false,
    entryPoints: { "python-guest": "src/drivers/python/guest/boot.ts" },
  });
}

/** What CPython's module imports is what guests are given or refused. */
async function checkPythonImports() {
  const wasm = await pyodideModule();
  if (wasm) await checkImportList(wasm);
}

/** The Python sources that go into guests' standard library. */
async function copyPythonSources() {
  const target = path.join(dist, "python-stdlib");
  await rm(target, { recursive: true, force: true });
  await cp(path.join(root, "src/drivers/python/stdlib"), target, { recursive: true });
}

/** The parser of HTTP for Node guests: undici's build of it is llhttp 9, which Node 20's own undici is not yet. */
async function copyHttpParser() {
  const wasm = createRequire(import.meta.url)("undici/lib/llhttp/llhttp-wasm.js");
  await mkdir(dist, { recursive: true });
  await writeFile(path.join(dist, "llhttp.wasm"), wasm);
}

async function buildTypes() {
  const require = createRequire(import.meta.url);
  const tsc = path.join(path.dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const args = [tsc, "--project", path.join(root, "tsconfig.build.json")];
  await promisify(execFile)(process.execPath, args).catch((error) => {
    throw new Error(`tsc failed:\n${error.stdout}${error.stderr}`);
  });
}

try {
  if (withTypes) await rm(path.join(dist, "types"), { recursive: true, force: true });
  const [results] = await Promise.all([
    Promise.all([
      buildEntryPoints(),
      buildForBrowsers(),
      buildGuests(),
      buildGuestHosts(),
      buildGuestPrograms(),
      buildIsolateScript(),
      buildPythonIsolateScript(),
    ]),
    withTypes ? buildTypes() : undefined,
    copyPythonSources(),
    copyHttpParser(),
    checkPythonImports(),
  ]);
  await removeStale(results);
} catch (error) {
  // esbuild has printed its own messages.
  if (!error.errors) console.error(error.message);
  process.exitCode = 1;
}
