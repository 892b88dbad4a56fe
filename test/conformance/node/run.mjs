// Runs Node's own tests on the host's Node (once: its answers are kept) and in the sandbox, and writes what passes,
// by module, to results.json. Only files that pass on the host count.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  createInMemoryFileSystem,
  createKernel,
  createNodeRuntime,
  createWasmVmRuntime,
} from "../../../dist/index.js";
import { modules as known, selectFiles } from "./modules.mjs";
import { checkSample, recordExpected, selectSample } from "./sample.mjs";
import { nodeTests } from "./sources.mjs";

const HOST_LIMIT_MS = 30_000;
/** In the sandbox a test has this long, and ten times what it took on the host. */
const GUEST_LIMIT_MS = 6_000;
const PARALLEL = 2;
/** Fixtures above this size belong to tests of other modules. */
const FIXTURE_BYTES_MAX = 1024 * 1024;
const GUEST_TESTS = "/node/test";

/**
 * @param {string | undefined} filter - A module or part of a file's name; without it the results are written.
 *   `--sample`: the files that CI runs, with what is expected of them; `--record-sample` writes that, and the results.
 */
export async function run(filter) {
  const isSample = filter === "--sample" || filter === "--record-sample";
  const tests = await nodeTests();
  const hostAnswers = await readHostAnswers(tests);
  const selected = isSample ? await selectSample(tests) : await selectFiles(tests, filter);
  const results = [];
  const queue = [...selected];
  // One test at a time in a kernel: what it leaves behind can be told, and ended.
  const work = async () => {
    const kernel = await bootKernel(tests);
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        results.push(await runOne(kernel, tests, next, hostAnswers));
        for (const pid of kernel.processes.keys()) await kernel.exec(`kill -9 ${pid}`);
      }
    } finally {
      await kernel.dispose();
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  await writeFile(hostFile(tests), JSON.stringify(hostAnswers));
  await report(results, filter);
  if (filter === "--record-sample") await recordExpected(results);
  if (isSample && !(await checkSample(results))) process.exitCode = 1;
}

async function bootKernel(tests) {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime());
  await kernel.mount(createNodeRuntime());
  for (const name of ["common", "fixtures"]) await copyTree(kernel, tests, name);
  return kernel;
}

async function copyTree(kernel, tests, relative) {
  const from = path.join(tests, relative);
  await kernel.mkdir(`${GUEST_TESTS}/${relative}`, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const name = `${relative}/${entry.name}`;
    if (entry.isDirectory()) await copyTree(kernel, tests, name);
    if (!entry.isFile() || (await stat(path.join(tests, name))).size > FIXTURE_BYTES_MAX) continue;
    await kernel.writeFile(`${GUEST_TESTS}/${name}`, await readFile(path.join(tests, name)));
  }
}

/** What the host's Node made of each test, by file: its exit code, and how long it took in ms. */
async function readHostAnswers(tests) {
  const file = hostFile(tests);
  return existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : {};
}

function hostFile(tests) {
  return path.join(tests, `../host-${process.version}.json`);
}

async function runOne(kernel, tests, { module, file }, hostAnswers) {
  const source = await readFile(path.join(tests, file));
  const flags = /^\/\/ Flags: (.*)$/m.exec(source.toString("utf8"))?.[1]?.split(/\s+/) ?? [];
  hostAnswers[file] ??= await runOnHost(tests, file, flags);
  const { code, ms } = hostAnswers[file];
  if (code !== 0) return { module, file, host: false, guest: false };
  const guest = await runInGuest(kernel, tests, file, source, flags, GUEST_LIMIT_MS + 10 * ms);
  const passed = guest.code === 0;
  if (process.env.SECURE_EXEC_VERBOSE || !passed) console.log(passed ? "ok  " : "FAIL", file);
  if (process.env.SECURE_EXEC_VERBOSE && !passed) console.log(guest.output.slice(0, 2000));
  return { module, file, host: true, guest: passed, reason: passed ? undefined : reasonOf(guest) };
}

function reasonOf({ code, output }) {
  const line = output.split("\n").find((text) => /^\s*\w*(Error|Assertion|ENOSYS)/.test(text));
  return (line ?? output.trim().split("\n")[0] ?? "").trim().slice(0, 160) || `exit code ${code}`;
}

async function runOnHost(tests, file, flags) {
  const temporary = await mkdtemp(path.join(tmpdir(), "node-test-"));
  const began = performance.now();
  const child = spawn(process.execPath, [...flags, path.join(tests, file)], {
    cwd: tests,
    env: { ...process.env, NODE_TEST_DIR: temporary, NODE_OPTIONS: "" },
    stdio: ["ignore", "ignore", "ignore"],
    timeout: HOST_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  await rm(temporary, { recursive: true, force: true });
  return { code, ms: Math.round(performance.now() - began) };
}

let runs = 0;

/** Tests that vary others require them from beside themselves. */
async function copyNeighbours(kernel, tests, file, source, copied = new Set([file])) {
  for (const [, name] of source
    .toString("utf8")
    .matchAll(/['"](?:\.\/)?(test-[\w.-]+?)(?:\.js)?['"]/g)) {
    const neighbour = `${path.dirname(file)}/${name}.js`;
    if (copied.has(neighbour) || !existsSync(path.join(tests, neighbour))) continue;
    copied.add(neighbour);
    const text = await readFile(path.join(tests, neighbour));
    await kernel.writeFile(`${GUEST_TESTS}/${neighbour}`, text);
    await copyNeighbours(kernel, tests, neighbour, text, copied);
  }
}

async function runInGuest(kernel, tests, file, source, flags, limitMs) {
  const path_ = `${GUEST_TESTS}/${file}`;
  const temporary = `/tmp/run-${++runs}`;
  await kernel.mkdir(temporary, { recursive: true });
  await kernel.writeFile(path_, source);
  await copyNeighbours(kernel, tests, file, source);
  const chunks = [];
  const keep = (data) => void chunks.push(Buffer.from(data));
  const child = kernel.spawn("node", [...flags, path_], {
    cwd: GUEST_TESTS,
    env: { NODE_TEST_DIR: temporary, PATH: "/usr/bin:/bin" },
    onStdout: keep,
    onStderr: keep,
  });
  child.closeStdin();
  const timer = setTimeout(() => child.kill(9), limitMs);
  const code = await child.wait();
  clearTimeout(timer);
  return { code, output: Buffer.concat(chunks).toString("utf8") };
}

async function report(results, filter) {
  const modules = {};
  for (const { module, host, guest } of results) {
    modules[module] ??= { files: 0, host: 0, guest: 0 };
    modules[module].files++;
    if (host) modules[module].host++;
    if (guest) modules[module].guest++;
  }
  const total = { files: 0, host: 0, guest: 0 };
  for (const [name, , aim] of known) {
    const counts = modules[name];
    if (!counts) continue;
    for (const key of Object.keys(total)) total[key] += counts[key];
    counts.share = share(counts);
    console.log(`${name.padEnd(16)} ${counts.guest}/${counts.host} ${counts.share} (aim ${aim} %)`);
  }
  total.share = share(total);
  console.log(`${"total".padEnd(16)} ${total.guest}/${total.host} ${total.share}`);
  if (filter && filter !== "--record-sample") return;
  const failures = results
    .filter(({ host, guest }) => host && !guest)
    .map(({ file, reason }) => ({ file, reason }))
    .sort((a, b) => a.file.localeCompare(b.file));
  const data = {
    generatedBy: ["npm run conformance -- node", ...(filter ? [filter] : [])].join(" "),
    node: process.version,
    total,
    modules,
    failures,
  };
  await writeFile(new URL("./results.json", import.meta.url), `${JSON.stringify(data, null, 2)}\n`);
}

const share = ({ guest, host }) => (host === 0 ? "-" : `${((100 * guest) / host).toFixed(1)} %`);
