// Runs modules of CPython's own tests in the sandbox. A module passes when all of its tests do. What fails is listed
// with a reason in expected-failures.json, which only shrinks.

import { existsSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  createInMemoryFileSystem,
  createKernel,
  createPythonRuntime,
  createWasmVmRuntime,
} from "../../../dist/index.js";
import { modules, sample } from "./modules.mjs";
import { pythonTests } from "./sources.mjs";

/** Of one module, on a machine that has nothing else to do; another one is given so many times that. */
const LIMIT_MS = 240_000 * Number(process.env.SECURE_EXEC_PATIENCE ?? 1);
/** An archive of xz at its best takes 674 MB to make, and test_random has a needs a GB and more. */
const MEMORY_MB = 3072;
const PARALLEL = 2;
/** Failures of a module that are printed. */
const SHOWN = 40;
/** Where CPython looks for its library as files: so programs that ignore PYTHONPATH find the tests too. */
const LIBRARY = "/usr/lib/python3.14";
/** Modules of CPython's library, in Python, that tests are about and that pyodide's package leaves out. */
const LEFT_OUT = ["_pydecimal.py", "dbm"];
const DRIVER = "/tmp/run_module.py";
const list = new URL("./expected-failures.json", import.meta.url);
const MB = 1024 * 1024;

/**
 * @param {string | undefined} filter - Modules with commas between; `--sample`: those that CI runs; without it all, and the results are
 *   written.
 */
export async function run(filter) {
  const names = selectModules(filter);
  const expected = existsSync(list) ? JSON.parse(await readFile(list, "utf8")) : {};
  const tests = await pythonTests();
  const kernel = createKernel({
    filesystem: createInMemoryFileSystem(),
    limits: { fileSystemBytes: 512 * MB, fileSystemInodes: 100_000 },
  });
  const results = [];
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mount(createPythonRuntime({ memoryLimitMb: MEMORY_MB }));
    for (const name of ["test", ...LEFT_OUT]) await copy(kernel, tests, name);
    await kernel.writeFile(DRIVER, await readFile(new URL("./run_module.py", import.meta.url)));
    const queue = [...names];
    const work = async () => {
      for (let name = queue.shift(); name; name = queue.shift()) {
        const result = await runModule(kernel, name);
        console.log(lineOf(result));
        for (const [test, reason] of result.failed.slice(0, SHOWN))
          console.log(`     ${test}: ${reason}`);
        if (filter && !filter.startsWith("--")) console.log(result.output);
        results.push(result);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  } finally {
    await kernel.dispose();
  }
  if (!report(results, expected)) process.exitCode = 1;
  if (!filter) await writeResults(results);
}

function selectModules(filter) {
  if (filter === "--sample") return sample;
  return filter ? filter.split(",") : modules;
}

async function copy(kernel, tests, name) {
  const source = path.join(tests, name);
  if (!existsSync(source)) return;
  if (!(await stat(source)).isDirectory()) {
    await kernel.writeFile(`${LIBRARY}/${name}`, await readFile(source));
    return;
  }
  await kernel.mkdir(`${LIBRARY}/${name}`, { recursive: true });
  for (const entry of await readdir(source)) await copy(kernel, tests, `${name}/${entry}`);
}

async function runModule(kernel, name) {
  const cwd = `/tmp/${name}`;
  await kernel.mkdir(cwd, { recursive: true });
  const chunks = [];
  const keep = (data) => void chunks.push(Buffer.from(data));
  const args = [DRIVER, name, ...(process.env.SECURE_EXEC_VERBOSE ? ["-v"] : [])];
  const child = kernel.spawn("python3", args, {
    cwd,
    env: { PATH: "/usr/bin:/bin", HOME: "/root", LANG: "C.UTF-8" },
    onStdout: keep,
    onStderr: keep,
  });
  child.closeStdin();
  const began = performance.now();
  const timer = setTimeout(() => child.kill(9), LIMIT_MS);
  const code = await child.wait();
  clearTimeout(timer);
  const ms = Math.round(performance.now() - began);
  const output = Buffer.concat(chunks).toString("utf8");
  const told = /^RESULT (.*)$/m.exec(output)?.[1];
  if (!told)
    return { name, ms, passed: false, failed: [["", endOf(output, code)]], ran: 0, output };
  const { ran, skipped, failed } = JSON.parse(told);
  return { name, ms, ran, skipped, failed, passed: failed.length === 0 && ran > skipped, output };
}

const endOf = (output, code) =>
  `exit code ${code}: ${output.trim().split("\n").at(-1)?.slice(0, 200)}`;

function lineOf({ name, passed, ran, skipped = 0, failed, ms }) {
  const counts = `${ran - skipped - failed.length} of ${ran - skipped}`;
  return `${passed ? "ok  " : "FAIL"} ${name.padEnd(26)} ${counts.padStart(12)} ${(ms / 1000).toFixed(1)} s`;
}

/** Says what is not as expected; true when all is. */
function report(results, expected) {
  const surprises = results.filter(({ name, passed }) => !passed && !Object.hasOwn(expected, name));
  const passing = results.filter(({ name, passed }) => passed && Object.hasOwn(expected, name));
  for (const { name, failed } of surprises) {
    for (const [test, reason] of failed.slice(0, 40))
      console.log(`FAIL ${name} ${test}: ${reason}`);
  }
  for (const { name } of passing) {
    console.log(`FAIL ${name} passes: remove it from expected-failures.json`);
  }
  const passed = results.filter((result) => result.passed).length;
  const share = ((100 * passed) / results.length).toFixed(1);
  console.log(`${passed} of ${results.length} modules pass, ${share} %`);
  return surprises.length + passing.length === 0;
}

async function writeResults(results) {
  const sorted = [...results].sort((a, b) => a.name.localeCompare(b.name));
  const passed = sorted.filter((result) => result.passed).length;
  const rows = sorted.map(({ name, passed: ok, ran, skipped = 0, failed }) => ({
    name,
    passed: ok,
    ran,
    skipped,
    failed: failed.map(([test, reason]) => `${test}: ${reason}`).slice(0, 20),
  }));
  const data = {
    generatedBy: "npm run conformance -- python",
    modules: results.length,
    passed,
    results: rows,
  };
  await writeFile(new URL("./results.json", import.meta.url), `${JSON.stringify(data, null, 2)}\n`);
}
