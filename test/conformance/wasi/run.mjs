// `npm run conformance -- wasi [filter]`: the WASI test suite for preview 1. Each test is a program in a kernel of its
// own whose root holds the test's files, as the suite's specification has it. A failure that expectations.json does not
// name with a reason, and a success that it names as a failure, end with 1.

import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import {
  createInMemoryFileSystem,
  createKernel,
  createWasmVmRuntime,
} from "../../../dist/index.js";
import { wasiTests } from "./sources.mjs";

const TIME_LIMIT_MS = 30_000;
const PROGRAM = "/usr/local/bin/wasi-test";

/** Test → why it fails. */
const expectations = JSON.parse(
  readFileSync(new URL("./expectations.json", import.meta.url), "utf8"),
);

/** @param {string | undefined} filter - Part of a test's name. */
export async function run(filter) {
  const tests = (await wasiTests()).filter(({ name }) => !filter || name.includes(filter));
  let passed = 0;
  for (const test of tests) {
    const problem = await runOne(test);
    const reason = expectations[test.name];
    if (problem === undefined) passed++;
    if ((problem === undefined) === (reason === undefined)) continue;
    process.exitCode = 1;
    console.log(
      problem === undefined
        ? `passes, but is listed: ${test.name}`
        : `FAIL ${test.name}\n${problem}`,
    );
  }
  console.log(
    `wasi: ${passed} of ${tests.length} pass, ${Object.keys(expectations).length} listed with a reason`,
  );
}

/** Runs one test; what is wrong, or undefined. */
async function runOne({ name, directory }) {
  const base = path.join(directory, path.basename(name));
  const specification = JSON.parse(await readFile(`${base}.json`, "utf8").catch(() => "{}"));
  const expected = { args: [], env: {}, root: null, exit_code: 0, ...specification };
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createWasmVmRuntime());
    if (expected.root) await copyTree(kernel, path.join(directory, expected.root), "/");
    await kernel.mkdir(path.dirname(PROGRAM), { recursive: true });
    await kernel.writeFile(PROGRAM, await readFile(`${base}.wasm`));
    await kernel.exec(`chmod +x ${PROGRAM}`);
    const output = { stdout: "", stderr: "" };
    // The kernel gives every process an environment: `env -i` takes it away.
    const environment = Object.entries(expected.env).map(([key, value]) => `${key}=${value}`);
    const child = kernel.spawn("env", ["-i", ...environment, PROGRAM, ...expected.args], {
      cwd: "/",
      onStdout: (data) => {
        output.stdout += Buffer.from(data);
      },
      onStderr: (data) => {
        output.stderr += Buffer.from(data);
      },
    });
    child.closeStdin();
    const timer = setTimeout(() => child.kill(9), TIME_LIMIT_MS);
    const code = await child.wait();
    clearTimeout(timer);
    const isOutputRight = output.stdout === (expected.stdout ?? output.stdout);
    if (code === expected.exit_code && isOutputRight) return undefined;
    return `exit code ${code}, expected ${expected.exit_code}\n${output.stdout}${output.stderr}`.slice(
      0,
      2000,
    );
  } finally {
    await kernel.dispose();
  }
}

async function copyTree(kernel, from, to) {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.posix.join(to, entry.name)];
    if (entry.isDirectory()) {
      await kernel.mkdir(target, { recursive: true });
      await copyTree(kernel, source, target);
    } else {
      await kernel.writeFile(target, await readFile(source));
    }
  }
}
