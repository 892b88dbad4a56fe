// CPython's own tests: a directory that has `test/` in SECURE_EXEC_PYTHON_TESTS, or Debian's testsuite package of
// the same minor version, downloaded by apt into the ignored folder .conformance/. Nothing of it is in this repository.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("../../../.conformance/", import.meta.url));
/** The release of Debian that has the version. */
const SUITE = "sid";
const VERSION = "3.14";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** `test.support` is in the second one. */
const PACKAGES = [`libpython${VERSION}-testsuite`, `libpython${VERSION}-stdlib`];

/** The directory that has the package `test`. */
export async function pythonTests() {
  const given = process.env.SECURE_EXEC_PYTHON_TESTS;
  if (given) return path.resolve(given);
  const root = path.join(folder, "python");
  const tests = path.join(root, `usr/lib/python${VERSION}`);
  if (!existsSync(path.join(root, "complete"))) await download(root);
  return tests;
}

async function download(root) {
  console.error(`downloading ${PACKAGES.join(" and ")} of Debian ${SUITE} into ${root}`);
  const apt = path.join(root, "apt");
  for (const name of ["lists/partial", "cache/archives/partial"]) {
    await mkdir(path.join(apt, name), { recursive: true });
  }
  const list = path.join(apt, "sources.list");
  await writeFile(list, `deb [signed-by=${KEYRING}] http://deb.debian.org/debian ${SUITE} main\n`);
  const options = [
    `Dir::Etc::sourcelist=${list}`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
    // A moving suite's index is short-lived.
    "Acquire::Check-Valid-Until=false",
  ].flatMap((option) => ["-o", option]);
  await exec("apt-get", [...options, "update"], { cwd: root });
  await exec("apt-get", [...options, "download", ...PACKAGES], { cwd: root });
  for (const name of await readdir(root)) {
    if (name.endsWith(".deb")) await exec("dpkg-deb", ["-x", name, root], { cwd: root });
  }
  await writeFile(path.join(root, "complete"), "");
}
