// A checkout's isolated-vm. The lockfile pins the release for Node 20, and `npm ci` takes it on every Node; each newer Node
// wants one of its own. This puts the one that npm picks for the running Node in its place: the first half of `prepare`, so
// that `npm ci` is enough on any Node. Installs of the package have no lockfile of ours and need nothing of this. Where it
// fails everything else works, as in build.mjs.

import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../../..");
const modules = path.join(root, "node_modules");
const name = "isolated-vm";
const pinnedFor = 20;

const isLoadable = () =>
  spawnSync(process.execPath, ["-e", `require(${JSON.stringify(name)})`], {
    cwd: root,
    stdio: "ignore",
  }).status === 0;

// On the Node that the lockfile is for, npm has tried already.
const isForPin = Number(process.versions.node.split(".", 1)[0]) < pinnedFor + 2;
if (existsSync(modules) && !isForPin && !isLoadable()) {
  const folder = mkdtempSync(path.join(modules, `.${name}-`));
  try {
    install(folder);
  } catch (error) {
    console.error(`secure-exec: no ${name} for Node ${process.version}: ${error.message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs it into a folder, and moves it to where the checkout's is, what it needs beneath it. */
function install(folder) {
  const { optionalDependencies } = JSON.parse(
    readFileSync(path.join(root, "package.json"), "utf8"),
  );
  // The npm that runs this, by its script; its environment names the checkout as the place of everything.
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^npm_(?!config_(registry|cache|userconfig|nodedir)$)/.test(key),
    ),
  );
  const words = [
    "install",
    "--no-audit",
    "--no-fund",
    "--prefix",
    folder,
    `${name}@${optionalDependencies[name]}`,
  ];
  execFileSync(npm[0], [...npm.slice(1), ...words], {
    cwd: folder,
    env,
    stdio: "inherit",
    timeout: 300_000,
  });
  const installed = path.join(folder, "node_modules");
  const target = path.join(modules, name);
  const needed = readdirSync(installed).filter((entry) => entry !== name && !entry.startsWith("."));
  rmSync(target, { recursive: true, force: true });
  renameSync(path.join(installed, name), target);
  mkdirSync(path.join(target, "node_modules"), { recursive: true });
  for (const entry of needed)
    renameSync(path.join(installed, entry), path.join(target, "node_modules", entry));
}
