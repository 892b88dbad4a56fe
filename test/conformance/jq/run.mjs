// jq's own tests (tests/*.test) from Debian's source package of jq, run in the VM by `jq --run-tests`, which is part of jq: the
// folder in SECURE_EXEC_JQ_TESTS, or the pinned archive, downloaded into .conformance/. The version is that of the jq we build.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  createInMemoryFileSystem,
  createKernel,
  createWasmVmRuntime,
} from "../../../dist/index.js";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("../../../.conformance/jq", import.meta.url));
const ARCHIVE = "http://deb.debian.org/debian/pool/main/j/jq/jq_1.8.2.orig.tar.gz";
const SHA256 = "71b8d6e8f5fe81f6c6d0d110e3892251f6ce76ed095abd315e26e6e1193af3af";
/** What tests/setup and the test programs of jq set. */
const ENVIRONMENT = "export PAGER=less LANG=C HOME=/tests";

/** @param {string | undefined} filter - Part of a file's name. */
export async function run(filter = "") {
  const tests = process.env.SECURE_EXEC_JQ_TESTS ?? path.join(folder, "jq-1.8.2/tests");
  if (!existsSync(tests)) await download();
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  let [passed, total] = [0, 0];
  try {
    await kernel.mount(createWasmVmRuntime());
    await copy(kernel, tests, "/tests");
    const files = (await readdir(tests)).filter((file) => file.endsWith(".test"));
    for (const file of files.filter((name) => name.includes(filter))) {
      const command = `${ENVIRONMENT}; cd /tests; jq -L /tests/modules --run-tests ${file}`;
      const { stdout, stderr, exitCode } = await kernel.exec(command, { timeout: 60_000 });
      const summary = /^(\d+) of (\d+) tests passed/m.exec(stdout);
      console.log(`${file}: ${summary?.[0] ?? "no summary"}, exit code ${exitCode}`);
      if (summary?.[1] !== summary?.[2]) console.log(`${failuresIn(stdout)}\n${stderr}`);
      passed += Number(summary?.[1] ?? 0);
      total += Number(summary?.[2] ?? 1);
    }
  } finally {
    await kernel.dispose();
  }
  console.log(`jq: ${passed} of ${total} tests pass`);
  if (passed < total) process.exitCode = 1;
}

function failuresIn(stdout) {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("***"))
    .join("\n");
}

async function download() {
  console.error(`downloading ${ARCHIVE} into ${folder}`);
  await mkdir(folder, { recursive: true });
  const data = Buffer.from(await (await fetch(ARCHIVE)).arrayBuffer());
  const sum = createHash("sha256").update(data).digest("hex");
  if (sum !== SHA256) throw new Error(`${ARCHIVE}: sha256 is ${sum}, not ${SHA256}`);
  const archive = path.join(folder, "jq.tar.gz");
  await writeFile(archive, data);
  await exec("tar", ["-xzf", archive, "-C", folder, "jq-1.8.2/tests"]);
}

async function copy(kernel, from, to) {
  await kernel.mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const [source, target] = [path.join(from, name), `${to}/${name}`];
    if ((await stat(source)).isDirectory()) await copy(kernel, source, target);
    else await kernel.writeFile(target, await readFile(source));
  }
}
