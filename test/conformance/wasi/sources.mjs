// The WASI test suite (github.com/WebAssembly/wasi-testsuite): the folder in SECURE_EXEC_WASI_TESTSUITE (a checkout
// of its branch prod/testsuite-base, which holds the compiled tests), or that branch's commit below, fetched by
// git into the ignored folder .conformance/. Nothing of it is in this repository.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("../../../.conformance/wasi-testsuite/", import.meta.url));
const REPOSITORY = "https://github.com/WebAssembly/wasi-testsuite";
const COMMIT = "9f80ca35444cfd9e63100725615140a346652e6c";
const LANGUAGES = ["assemblyscript", "c", "rust"];

/** `[{ name, directory }]`: the compiled tests of WASI preview 1, `name` with its language. */
export async function wasiTests() {
  const root = await checkout();
  const tests = [];
  for (const language of LANGUAGES) {
    const directory = path.join(root, "tests", language, "testsuite/wasm32-wasip1");
    for (const file of (await readdir(directory)).sort()) {
      if (!file.endsWith(".wasm")) continue;
      tests.push({ name: `${language}/${path.basename(file, ".wasm")}`, directory });
    }
  }
  return tests;
}

async function checkout() {
  const given = process.env.SECURE_EXEC_WASI_TESTSUITE;
  if (given) return path.resolve(given);
  if (!existsSync(path.join(folder, "tests"))) await download();
  return folder;
}

async function download() {
  console.error(`fetching ${REPOSITORY} into ${folder}`);
  await mkdir(folder, { recursive: true });
  const git = (...args) => exec("git", args, { cwd: folder });
  await git("init", "--quiet");
  await git("fetch", "--quiet", "--depth=1", REPOSITORY, COMMIT);
  await git("checkout", "--quiet", "FETCH_HEAD", "--", "tests");
}
