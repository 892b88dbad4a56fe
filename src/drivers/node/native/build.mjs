// Compiles the addon for the Node that runs this into dist/native/. The package's install script. Needs a C++ compiler and
// Node's headers: those beside the binary (as npm's package `node` and Node's own archives have them) or in /usr. Where
// that fails the package works but for Node guests, which say what is missing; so
// it ends with 0 always. The walls of guest host processes (walls/) are a file of their own on Node-API.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const here = import.meta.dirname;
const { platform, arch, versions, execPath } = process;
const name = `guest-${platform}-${arch}-abi${versions.modules}.node`;
const folder = path.resolve(here, "../../../../dist/native");
const sources = readdirSync(here)
  .filter((file) => file.endsWith(".cc"))
  .sort();
const headers = readdirSync(here)
  .filter((file) => file.endsWith(".h"))
  .sort();

try {
  await build(name, here, sources, [...sources, ...headers]);
  const walls = path.join(here, "walls");
  const wallSources = ["walls.cc", "view.cc"];
  await build(`walls-${platform}-${arch}.node`, walls, wallSources, [...wallSources, "view.h"]);
  if (platform === "linux") await buildProgram(`launch-${platform}-${arch}`, walls, "launch.cc");
} catch (error) {
  console.error(`secure-exec: the addon for Node guests was not built: ${error.message}`);
  console.error("secure-exec: everything else works; `npm rebuild secure-exec` tries again");
}

/** Compiles a program of one file. */
async function buildProgram(name, here, source) {
  await whenChanged(name, [path.join(here, source)], async (target) => {
    const flags = ["-std=c++20", "-O2", "-fno-rtti", "-fno-exceptions"];
    const made = `${target}.${process.pid}`;
    await compiler([...flags, path.join(here, source), "-o", made]);
    renameSync(made, target);
  });
}

/** Calls `make` with the path of what is to be made, when any of what it is made of has changed. */
async function whenChanged(name, inputs, make) {
  const target = path.join(folder, name);
  const hash = hashOf([...inputs, import.meta.filename]);
  const stamp = `${target}.sources`;
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  mkdirSync(folder, { recursive: true });
  await make(target);
  writeFileSync(stamp, hash);
}

/** Compiles those files of a folder into one addon. */
async function build(name, here, sources, inputs) {
  const files = inputs.map((file) => path.join(here, file));
  await whenChanged(name, files, (target) => compileAddon(target, here, sources));
}

async function compileAddon(target, here, sources) {
  const flags = [
    "-std=c++20",
    "-O2",
    "-fPIC",
    "-fno-rtti",
    "-fno-exceptions",
    "-fvisibility=hidden",
    `-I${findHeaders()}`,
  ];
  const objects = mkdtempSync(`${target}.objects-`);
  try {
    const pairs = sources.map((file) => [path.join(here, file), path.join(objects, `${file}.o`)]);
    // As many at a time as there are processors: V8's headers take most of a file's time.
    const queue = pairs.values();
    const worker = async () => {
      for (const [file, object] of queue) await compiler([...flags, "-c", file, "-o", object]);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    const shared =
      platform === "darwin" ? ["-shared", "-undefined", "dynamic_lookup"] : ["-shared"];
    const made = path.join(objects, "linked");
    await compiler([...shared, ...pairs.map(([, object]) => object), "-o", made]);
    renameSync(made, target);
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

/** Runs the C++ compiler. Rejects with what it says. */
function compiler(words) {
  return promisify(execFile)(process.env.CXX ?? "c++", words, { timeout: 300_000 });
}

/** The folder of node_version.h for just this version of V8. */
function findHeaders() {
  const prefixes = [
    process.env.npm_config_nodedir,
    path.resolve(execPath, "../.."),
    "/usr",
    "/usr/local",
  ];
  for (const prefix of prefixes) {
    if (!prefix) continue;
    const folder = path.join(prefix, "include/node");
    if (existsSync(path.join(folder, "v8-version.h")) && v8Of(folder) === v8Major()) return folder;
  }
  throw new Error(
    `no headers of Node ${process.version} beside ${execPath} nor in /usr/include/node`,
  );
}

function v8Of(folder) {
  const text = readFileSync(path.join(folder, "v8-version.h"), "utf8");
  const number = (key) => new RegExp(`define V8_${key}_VERSION (\\d+)`).exec(text)?.[1];
  return `${number("MAJOR")}.${number("MINOR")}`;
}

function v8Major() {
  return versions.v8.split(".").slice(0, 2).join(".");
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}
