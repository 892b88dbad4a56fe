// toybox's tests: the directory in SECURE_EXEC_TOYBOX_TESTS (`tests/` of its sources), or that of the pinned archive of Debian's source
// package, downloaded into the ignored folder .conformance/. Nothing of it is in this repository.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("../../../.conformance/toybox", import.meta.url));
const ARCHIVE = "http://deb.debian.org/debian/pool/main/t/toybox/toybox_0.8.9+dfsg.orig.tar.xz";
const SHA256 = "16fb5967531e88ca33b8c9142376987617ebe52e34e2b3f3a779603674b7d07c";

/** The directory with the `*.test` files and `files/`. */
export async function toyboxTests() {
  const given = process.env.SECURE_EXEC_TOYBOX_TESTS;
  if (given) return path.resolve(given);
  const tests = path.join(folder, "tests");
  if (!existsSync(tests)) await download();
  return tests;
}

async function download() {
  console.error(`downloading ${ARCHIVE} into ${folder}`);
  await mkdir(folder, { recursive: true });
  const response = await fetch(ARCHIVE);
  const data = Buffer.from(await response.arrayBuffer());
  const sum = createHash("sha256").update(data).digest("hex");
  if (sum !== SHA256) throw new Error(`${ARCHIVE}: sha256 is ${sum}, not ${SHA256}`);
  const archive = path.join(folder, "toybox.tar.xz");
  await writeFile(archive, data);
  await exec("tar", [
    "-xJf",
    archive,
    "-C",
    folder,
    "--strip-components=1",
    "--wildcards",
    "*/tests/*",
  ]);
}
