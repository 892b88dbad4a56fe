// The project matrix: each row is a small program that uses a real package of the npm registry. It runs on the
// host's Node and in the sandbox, where the same `node_modules` is mounted read-only; exit code and output must be equal.
// Rows that are known to differ stand with their reason in expected-failures.json, which only shrinks.

import { spawn } from "node:child_process";
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  createHostNetwork,
  createInMemoryFileSystem,
  createKernel,
  createNodeRuntime,
  createWasmVmRuntime,
} from "../../../dist/index.js";
import { installPackages } from "./install.mjs";
import { startService } from "./services.mjs";

const HOST_LIMIT_MS = 120_000;
/** In the sandbox a row has this long, and ten times what it took on the host. */
const GUEST_LIMIT_MS = 30_000;
/** Compilers and bundlers do not fit into the default of 128 MiB. */
const MEMORY_LIMIT_MB = 1024;
const rows = new URL("./rows/", import.meta.url);

/** Names of the rows; the part that comes with `filter` in its name. */
export async function selectRows(filter = "") {
  return (await readdir(rows)).filter((name) => name.includes(filter)).sort();
}

/** @param {string | undefined} filter - Part of a row's name. */
export async function run(filter) {
  const packages = await installPackages();
  const expected = JSON.parse(await readFile(new URL("./expected-failures.json", import.meta.url)));
  const counts = { equal: 0, expected: 0, wrong: 0, skipped: 0 };
  for (const name of await selectRows(filter)) {
    const { outcome, text } = await runRow(name, packages, expected[name]);
    counts[outcome]++;
    console.log(`${outcome.padEnd(8)} ${name}${text === "" ? "" : `\n${text}`}`);
  }
  const { equal, expected: known, wrong, skipped } = counts;
  console.log(`${equal} equal, ${known} known to differ, ${wrong} wrong, ${skipped} skipped`);
  if (wrong > 0) process.exitCode = 1;
}

/**
 * Runs one row in both places.
 * @param {string} name - Its file.
 * @param {string} packages - The host's `node_modules`.
 * @param {string | undefined} reason - Why it is known to differ.
 */
export async function runRow(name, packages, reason) {
  const source = await readFile(new URL(name, rows));
  const service = await startService(/^\/\/ needs: (\w+)/.exec(source.toString("utf8"))?.[1]);
  if (service.missing) return { outcome: "skipped", text: service.missing };
  try {
    const host = await runOnHost(name, packages, service);
    if (host.code !== 0) {
      return { outcome: "wrong", text: `fails on the host: ${shown(host)}` };
    }
    const guest = await runInGuest(name, source, packages, service, host.ms);
    const isEqual = host.code === guest.code && host.output === guest.output;
    if (isEqual && reason)
      return { outcome: "wrong", text: "passes: remove it from expected-failures.json" };
    if (isEqual) return { outcome: "equal", text: `         ${guest.ms} ms, host ${host.ms} ms` };
    if (reason && !process.env.SECURE_EXEC_VERBOSE)
      return { outcome: "expected", text: `         ${reason}` };
    return { outcome: reason ? "expected" : "wrong", text: difference(host, guest) };
  } finally {
    await service.stop();
  }
}

async function runOnHost(name, packages, { hostEnv }) {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), "project-row-")));
  try {
    await mkdir(path.join(root, "app"));
    await symlink(packages, path.join(root, "node_modules"));
    const file = path.join(root, "app", name);
    await copyFile(new URL(name, rows), file);
    const began = performance.now();
    const child = spawn(process.execPath, [file], {
      cwd: path.join(root, "app"),
      env: { HOME: root, PATH: process.env.PATH, ...hostEnv },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: HOST_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    const [output, errors] = [collect(child.stdout), collect(child.stderr)];
    const code = await new Promise((resolve) => child.on("close", resolve));
    const ms = Math.round(performance.now() - began);
    const text = `${output()}--- stderr\n${errors()}`
      .replaceAll(packages, "/node_modules")
      .replaceAll(root, "");
    return { code, ms, output: text };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function runInGuest(name, source, packages, { guestEnv, network }, hostMs) {
  const kernel = createKernel({
    filesystem: createInMemoryFileSystem(),
    ...(network ? { network: createHostNetwork(), permissions: network } : {}),
  });
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mount(createNodeRuntime({ packages, memoryLimitMb: MEMORY_LIMIT_MB }));
    await kernel.writeFile(`/app/${name}`, source);
    const [output, errors] = [[], []];
    const began = performance.now();
    const child = kernel.spawn("node", [`/app/${name}`], {
      cwd: "/app",
      env: { HOME: "/", ...guestEnv },
      onStdout: (data) => void output.push(Buffer.from(data)),
      onStderr: (data) => void errors.push(Buffer.from(data)),
    });
    child.closeStdin();
    const timer = setTimeout(() => child.kill(9), GUEST_LIMIT_MS + 10 * hostMs);
    const code = await child.wait();
    clearTimeout(timer);
    const ms = Math.round(performance.now() - began);
    const text = `${Buffer.concat(output)}--- stderr\n${Buffer.concat(errors)}`;
    return { code, ms, output: text };
  } finally {
    await kernel.dispose();
  }
}

function collect(stream) {
  const chunks = [];
  stream.on("data", (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

const shown = ({ code, output }) => `exit code ${code}\n${output.slice(0, 2000)}`;

function difference(host, guest) {
  const [expected, got] = [host.output.split("\n"), guest.output.split("\n")];
  const at = expected.findIndex((line, index) => line !== got[index]);
  const part = (lines) => lines.slice(Math.max(0, at), Math.max(0, at) + 25).join("\n");
  return `exit code ${host.code}, here ${guest.code}\nhost: ${part(expected)}\nhere: ${part(got)}`;
}
