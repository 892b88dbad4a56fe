// Runs cases of other shells' test suites in the VM, each in a kernel of its own, after the host's bash: only what the
// host's bash passes counts. Cases that fail in the VM stand in the suite's expectations (name -> reason), a list that
// only shrinks: an unlisted failure and a listed case that passes both end the run with status 1.
//
// A case is { name, args, stdin, env, files, script, check }; `check(result)` says what differs, or nothing.

import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  createInMemoryFileSystem,
  createKernel,
  createWasmVmRuntime,
} from "../../../dist/index.js";
import { testProgramsDriver } from "./programs.mjs";

const HOST_LIMIT_MS = 6_000;
const GUEST_LIMIT_MS = 20_000;
const PARALLEL = 2;
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;

/**
 * @param {object} suite
 * @param {string} suite.name - Names the file of expectations, too.
 * @param {string} suite.version - Of the cases; the host's results are kept under it.
 * @param {string} suite.folder - Where they are kept.
 * @param {object[]} suite.cases
 * @param {Record<string, string>} suite.host - Environment on the host.
 * @param {Record<string, string>} suite.guest - Environment in the VM.
 * @param {(kernel: object) => Promise<void>} [suite.prepare] - Puts the suite's own files into a new kernel.
 * @param {string | undefined} filter - Part of a case's name.
 */
export async function runSuite(suite, filter) {
  const selected = suite.cases.filter(({ name }) => !filter || name.includes(filter));
  const host = await hostResults(suite, selected);
  const counted = selected.filter(({ name }) => host[name]);
  const failures = new Map();
  await inParallel(counted, async (one) => {
    const reason = await guestReason(suite, one);
    if (reason) failures.set(one.name, reason);
    if (process.env.SECURE_EXEC_VERBOSE && reason) {
      console.log(`---- ${one.name}\n${one.script ?? one.stdin}\n${reason}`);
    }
  });
  const passed = counted.length - failures.size;
  const share = counted.length === 0 ? "-" : ((100 * passed) / counted.length).toFixed(1);
  console.log(
    `${suite.name}: ${selected.length} cases, bash passes ${counted.length}, of those ${passed} pass here: ${share} %`,
  );
  await compareWithExpectations(suite, failures, counted, filter);
}

async function compareWithExpectations(suite, failures, counted, filter) {
  const file = new URL(`./${suite.name}-failures.json`, import.meta.url);
  const expected = JSON.parse(await readFile(file, "utf8").catch(() => "{}"));
  const unexpected = [...failures].filter(([name]) => !Object.hasOwn(expected, name));
  const known = new Set(counted.map(({ name }) => name));
  const mended = Object.keys(expected).filter((name) => known.has(name) && !failures.has(name));
  const gone = filter ? [] : Object.keys(expected).filter((name) => !known.has(name));
  for (const [name, reason] of unexpected.sort()) {
    console.log(`FAIL ${name}: ${reason.split("\n").slice(0, 3).join(" | ").slice(0, 300)}`);
  }
  for (const name of mended) console.log(`passes now, remove it from the list: ${name}`);
  for (const name of gone) console.log(`no case that bash passes: ${name}`);
  if (unexpected.length + mended.length + gone.length > 0) process.exitCode = 1;
}

/** Which cases the host's bash passes, by name; kept between runs. */
async function hostResults(suite, selected) {
  const file = path.join(suite.folder, `bash-passes-${suite.version}.json`);
  const known = JSON.parse(await readFile(file, "utf8").catch(() => "{}"));
  const missing = selected.filter(({ name }) => known[name] === undefined);
  await inParallel(missing, async (one) => {
    const result = await runOnHost(suite, one);
    known[one.name] = !one.check(result);
  });
  if (missing.length > 0) await writeFile(file, JSON.stringify(known, null, 1));
  return known;
}

async function inParallel(items, work) {
  const queue = [...items];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

const environment = (one, cwd, own) => ({ HOME: "/root", ...one.env, TMP: cwd, ...own });

async function runOnHost(suite, one) {
  const root = await mkdtemp(path.join(tmpdir(), "shell-suite-"));
  const cwd = path.join(root, "cwd");
  await mkdir(cwd);
  for (const { kind, name, mode, text } of one.files ?? []) {
    const file = path.join(cwd, name);
    if (kind === "dir") await mkdir(file);
    if (kind === "symlink") await symlink(text, file);
    if (kind === "file") await writeFile(file, text, "latin1");
    if (kind !== "symlink") await chmod(file, mode);
  }
  const script = path.join(root, "script");
  if (one.script !== undefined) await writeFile(script, one.script, "latin1");
  const args = one.script === undefined ? one.args : [...one.args, script];
  const env = environment(one, cwd, suite.host);
  const child = spawn("bash", args, { cwd, env, detached: true });
  const output = collect();
  child.stdout.on("data", output.stdout);
  child.stderr.on("data", output.stderr);
  child.stdin.on("error", () => {});
  child.stdin.end(Buffer.from(one.stdin ?? "", "latin1"));
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    endGroup(child.pid);
    child.stdout.destroy();
    child.stderr.destroy();
  }, HOST_LIMIT_MS);
  const status = await new Promise((resolve) => {
    const ended = (code, signal) => resolve(signal ? signalStatus(signal) : code);
    child.on("close", ended);
  });
  clearTimeout(timer);
  endGroup(child.pid);
  await rm(root, { recursive: true, force: true });
  return { ...output.texts(), status, isTimedOut };
}

function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of its group is left.
  }
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11 };
const MORE_SIGNALS = { SIGUSR1: 10, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15 };
const signalStatus = (signal) => 128 + ({ ...SIGNALS, ...MORE_SIGNALS }[signal] ?? 127);

async function guestReason(suite, one) {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mount(testProgramsDriver());
    await suite.prepare?.(kernel);
    return one.check(await runInGuest(kernel, suite, one));
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : error}`;
  } finally {
    await kernel.dispose();
  }
}

async function runInGuest(kernel, suite, one) {
  const cwd = "/tmp/case/cwd";
  await kernel.mkdir(cwd, { recursive: true });
  for (const { kind, name, mode, text } of one.files ?? []) {
    const file = `${cwd}/${name}`;
    if (kind === "dir") await kernel.mkdir(file);
    if (kind === "symlink") await kernel.exec(`ln -s '${text}' '${file}'`);
    if (kind === "file") await kernel.writeFile(file, Buffer.from(text, "latin1"));
    if (kind !== "symlink") await kernel.exec(`chmod ${mode.toString(8)} '${file}'`);
  }
  const script = "/tmp/case/script";
  if (one.script !== undefined) {
    await kernel.writeFile(script, Buffer.from(one.script, "latin1"));
  }
  const args = one.script === undefined ? one.args : [...one.args, script];
  const output = collect();
  const env = environment(one, cwd, suite.guest);
  const child = kernel.spawn("bash", args, {
    cwd,
    env,
    onStdout: output.stdout,
    onStderr: output.stderr,
  });
  await child.writeStdin(Buffer.from(one.stdin ?? "", "latin1"));
  child.closeStdin();
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    child.kill(9);
  }, GUEST_LIMIT_MS);
  const status = await child.wait();
  clearTimeout(timer);
  return { ...output.texts(), status, isTimedOut };
}

function collect() {
  const chunks = { stdout: [], stderr: [] };
  let bytes = 0;
  const keep = (stream) => (data) => {
    bytes += data.length;
    if (bytes < OUTPUT_BYTES_MAX) chunks[stream].push(Buffer.from(data));
  };
  return {
    stdout: keep("stdout"),
    stderr: keep("stderr"),
    texts: () => ({
      stdout: Buffer.concat(chunks.stdout).toString("latin1"),
      stderr: Buffer.concat(chunks.stderr).toString("latin1"),
    }),
  };
}
