// CPython's own tests: a directory that has the package `test` in SECURE_EXEC_PYTHON_TESTS, or Ubuntu's packages of the
// release that is nearest below ours, so that no test asks for what was mended later. They are downloaded into the ignored
// folder .conformance/ by their checksums. Nothing of them is in this repository.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);
const root = fileURLToPath(new URL("../../../.conformance/python/", import.meta.url));
const mirror = process.env.UBUNTU_MIRROR ?? "http://archive.ubuntu.com/ubuntu";
/** The tests, and `test.support`. */
const packages = [
  {
    path: "pool/universe/p/python3.14/libpython3.14-testsuite_3.14.0-1_all.deb",
    sha256: "c2dc874138a0e29e72ba5465b19bc736c5bf4815a63aea385e9ffcde73499475",
  },
  {
    path: "pool/universe/p/python3.14/libpython3.14-stdlib_3.14.0-1_amd64.deb",
    sha256: "02109fc3daf5dd28ce580b2442d0071e56758235522bcf6e36bfa9d9c78e6ffe",
  },
];

/** The directory that has the package `test`. */
export async function pythonTests() {
  const given = process.env.SECURE_EXEC_PYTHON_TESTS;
  if (given) return path.resolve(given);
  const tree = path.join(root, "3.14.0");
  if (!existsSync(tree)) await download(tree);
  return path.join(tree, "usr/lib/python3.14");
}

async function download(tree) {
  console.error(`downloading CPython's tests from ${mirror} into ${root}`);
  const unpacked = path.join(root, "unpacked");
  await mkdir(unpacked, { recursive: true });
  for (const { path: name, sha256 } of packages) {
    const response = await fetch(`${mirror}/${name}`);
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
      throw new Error(`${name} is not what was expected: its SHA-256 is another`);
    }
    const file = path.join(root, path.basename(name));
    await writeFile(file, bytes);
    await exec("dpkg-deb", ["-x", file, unpacked]);
  }
  // Whole or not at all.
  await rename(unpacked, tree);
}
