// Runs the tests of the one true awk in the VM: p.* and t.* print what original-awk prints on this host, T.* find fault
// with themselves. The sources are Debian's, pinned; `original-awk` has to be installed.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  createInMemoryFileSystem,
  createKernel,
  createWasmVmRuntime,
} from "../../../dist/index.js";

const SOURCE =
  "http://deb.debian.org/debian/pool/main/o/original-awk/original-awk_2022-09-12.orig.tar.gz";
const SHA256 = "25e0846d5a4a20e90304bee282b068f65966406178a1e737fa0ac6744aef71d9";
const TIME_LIMIT_MS = 60_000;
const GUEST = "/suite/testdir";
const HARMFUL = /\b(BAD|fails?|failed)\b/;

/** @param {string | undefined} filter - A test's name. */
export async function run(filter) {
  const testdir = await sources();
  const expected = JSON.parse(
    readFileSync(path.join(import.meta.dirname, "expectations.json"), "utf8"),
  );
  const names = readdirSync(testdir)
    .filter((name) => /^(p\.\d+\w?|t\.[\w.]+|T\..+)$/.test(name) && !name.endsWith(".x"))
    // Random numbers are everyone's own.
    .filter((name) => name.startsWith("T.") || !/\brand\(/.test(read(testdir, name)))
    .filter((name) => filter === undefined || name === filter);
  const failures = [];
  for (const name of names) {
    const problem = name.startsWith("T.")
      ? await selfTest(testdir, name)
      : await compare(testdir, name);
    if (problem !== undefined) failures.push(name);
    if (problem !== undefined && (filter !== undefined || !(name in expected))) {
      console.log(`${name}: ${problem.slice(0, 2000)}`);
    }
  }
  console.log(`awk: ${names.length - failures.length} of ${names.length} pass`);
  const known = Object.keys(expected).filter((name) => names.includes(name));
  const fixed = known.filter((name) => !failures.includes(name));
  if (fixed.length > 0)
    console.log(`pass now, remove them from expectations.json: ${fixed.join(" ")}`);
  if (fixed.length > 0 || failures.some((name) => !(name in expected))) process.exitCode = 1;
}

function read(testdir, name) {
  return readFileSync(path.join(testdir, name), "latin1");
}

async function sources() {
  const root = path.resolve(import.meta.dirname, "../../../.conformance/original-awk");
  const testdir = path.join(root, "testdir");
  if (existsSync(testdir)) return testdir;
  mkdirSync(root, { recursive: true });
  const archive = Buffer.from(await (await fetch(SOURCE)).arrayBuffer());
  if (createHash("sha256").update(archive).digest("hex") !== SHA256) {
    throw new Error(`${SOURCE} is not what it was`);
  }
  const file = path.join(root, "source.tar.gz");
  writeFileSync(file, archive);
  execFileSync("tar", ["xzf", file, "-C", root, "--strip-components=1"]);
  return testdir;
}

/** A kernel of its own with the test's folder in it. */
async function inKernel(testdir, command) {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mkdir(GUEST, { recursive: true });
    for (const name of readdirSync(testdir)) {
      await kernel.writeFile(`${GUEST}/${name}`, readFileSync(path.join(testdir, name)));
    }
    await kernel.writeFile("/suite/a.out", '#!/bin/sh\nexec awk "$@"\n');
    await kernel.writeFile(`${GUEST}/echo`, '#!/bin/sh\necho "$@"\n');
    const setUp = `chmod +x /suite/a.out ${GUEST}/T.* ${GUEST}/echo; cd ${GUEST}; PATH=$PATH:.; `;
    return await kernel.exec(setUp + command, { timeout: TIME_LIMIT_MS });
  } finally {
    await kernel.dispose();
  }
}

/** What is wrong, or nothing. Orders of arrays are everyone's own: lines are compared sorted. */
async function compare(testdir, name) {
  const data = name.startsWith("p.") ? ["test.countries", "test.countries"] : ["test.data"];
  const host = spawnSync("original-awk", ["-f", name, ...data], {
    cwd: testdir,
    encoding: "latin1",
    input: "",
    // One of them prints a little more than the mebibyte that is taken otherwise.
    maxBuffer: 16 * 1024 * 1024,
  });
  const guest = await inKernel(testdir, `awk -f ${name} ${data.join(" ")}`).catch((error) => ({
    stdoutBytes: Buffer.from(String(error)),
    stderr: "",
  }));
  const lines = (text) => text.split("\n").sort().join("\n");
  const actual = Buffer.from(guest.stdoutBytes).toString("latin1");
  if (lines(actual) === lines(host.stdout)) return undefined;
  return `expected\n${host.stdout.slice(0, 500)}\ngot\n${actual.slice(0, 500)}${guest.stderr}`;
}

async function selfTest(testdir, name) {
  const result = await inKernel(testdir, `awk=awk sh ${name} 2>&1`).catch((error) => ({
    stdout: `BAD: ${error}`,
  }));
  return HARMFUL.test(result.stdout) ? result.stdout : undefined;
}
