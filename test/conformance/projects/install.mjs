// Installs the matrix' packages from the npm registry, as package-lock.json says, into a folder git ignores.

import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const folder = fileURLToPath(new URL("../../../.conformance/projects/", import.meta.url));
const lock = new URL("./package-lock.json", import.meta.url);
const stamp = path.join(folder, "installed.json");

/** The `node_modules` with all packages, when it is there already. */
export async function installedPackages() {
  const [wanted, installed] = await Promise.all(
    [lock, stamp].map((file) => readFile(file, "utf8").catch(() => null)),
  );
  return wanted === installed ? path.join(folder, "node_modules") : null;
}

/** The `node_modules` with all packages; install scripts are not run. */
export async function installPackages() {
  const present = await installedPackages();
  if (present) return present;
  console.log("installing the project matrix' packages");
  await mkdir(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    await copyFile(new URL(`./${name}`, import.meta.url), path.join(folder, name));
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await promisify(execFile)("npm", args, { cwd: folder });
  await writeFile(stamp, await readFile(lock));
  return path.join(folder, "node_modules");
}
