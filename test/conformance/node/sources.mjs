// Node's own tests: the folder in SECURE_EXEC_NODE_TESTS (a `test/` directory of Node's sources), or Debian's
// `nodejs` source package, downloaded by apt into the ignored folder .conformance/. Nothing of it is in this
// repository.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("../../../.conformance/", import.meta.url));
/** The release of Debian whose Node is nearest to ours. */
const SUITE = "trixie";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The directory with `parallel/`, `common/` and `fixtures/`. */
export async function nodeTests() {
  const given = process.env.SECURE_EXEC_NODE_TESTS;
  if (given) return path.resolve(given);
  const tests = path.join(folder, "nodejs/test");
  if (!existsSync(path.join(tests, "package.json"))) await download();
  return tests;
}

async function download() {
  console.error(`downloading Debian's nodejs source package into ${folder}`);
  const apt = path.join(folder, "apt");
  for (const name of ["lists/partial", "cache/archives/partial"]) {
    await mkdir(path.join(apt, name), { recursive: true });
  }
  const list = path.join(apt, "sources.list");
  await writeFile(
    list,
    `deb-src [signed-by=${KEYRING}] http://deb.debian.org/debian ${SUITE} main\n`,
  );
  const options = [
    `Dir::Etc::sourcelist=${list}`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
  ].flatMap((option) => ["-o", option]);
  await exec("apt-get", [...options, "update"], { cwd: folder });
  await exec("apt-get", [...options, "source", "--download-only", "nodejs"], { cwd: folder });
  const names = await readdir(folder);
  const archive = names.find((name) => /^nodejs_.*\.orig\.tar\.xz$/.test(name));
  if (!archive) throw new Error(`apt-get source nodejs left no archive in ${folder}`);
  await mkdir(path.join(folder, "nodejs"), { recursive: true });
  const parts = ["*/test/parallel/*", "*/test/common/*", "*/test/fixtures/*"];
  const args = ["-xf", archive, "-C", "nodejs", "--strip-components=1", "--wildcards", ...parts];
  await exec("tar", args, { cwd: folder });
  // This package's own package.json says that its files are modules; theirs are not.
  await writeFile(path.join(folder, "nodejs/test/package.json"), "{}\n");
}
