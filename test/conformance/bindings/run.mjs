// `npm run bindings [-- --update]`: what Node's own library of the running version uses of Node's native half and the
// sandbox does not have, beside the list for that version in missing.json. A member that is not in the list ends it with 1:
// a new version of Node has brought it. One in the list that the sandbox has by now is told: the list only shrinks.
// With --update it writes the list.

import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createInMemoryFileSystem, createKernel, createNodeRuntime } from "../../../dist/index.js";

const listFile = new URL("./missing.json", import.meta.url);
const probeFile = fileURLToPath(new URL("./probe.cjs", import.meta.url));
const MAX_BYTES = 64 * 1024 * 1024;

const [major] = process.versions.node.split(".");
const library = readLibrary();
const names = bindingsIn(library);
const onHost = namedBy(hostNode([probeFile], JSON.stringify(names)));
const inGuest = new Set(namedBy(await guestNode(JSON.stringify(names))));
const missing = onHost
  .filter((path) => !inGuest.has(path) && isUsed(path) && !isCovered(path))
  .sort();

const lists = JSON.parse(await readFile(listFile, "utf8"));
if (process.argv.includes("--update")) {
  lists[major] = { version: process.versions.node, missing };
  await writeFile(listFile, `${JSON.stringify(lists, null, 2)}\n`);
}
const list = lists[major] ?? { version: "no list", missing: [] };
const unknown = missing.filter((path) => !list.missing.includes(path));
const stale = list.missing.filter((path) => inGuest.has(path));
for (const path of unknown) console.log(`new: ${path}, used by ${usersOf(path).join(", ")}`);
for (const path of stale) console.log(`no longer missing: ${path}; remove it from missing.json`);
console.log(
  `Node ${process.versions.node} (list of ${list.version}): ${names.length} bindings, ${onHost.length} members, ${missing.length} missing in the sandbox, ${unknown.length} of them new`,
);
if (unknown.length > 0) process.exitCode = 1;

/** Runs this Node as the sandbox's container does. */
function hostNode(args, input) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--no-warnings", "--expose-internals", ...args],
    { input, encoding: "utf8", maxBuffer: MAX_BYTES },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

async function guestNode(input) {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createNodeRuntime());
    await kernel.writeFile("/probe.cjs", await readFile(probeFile));
    const args = ["--no-warnings", "--expose-internals", "/probe.cjs"];
    const [output, errors] = [[], []];
    const guest = kernel.spawn("node", args, {
      onStdout: (data) => void output.push(Buffer.from(data)),
      onStderr: (data) => void errors.push(Buffer.from(data)),
    });
    guest.writeStdin(input);
    guest.closeStdin();
    if ((await guest.wait()) !== 0) throw new Error(Buffer.concat(errors).toString());
    return Buffer.concat(output).toString();
  } finally {
    await kernel.dispose();
  }
}

function namedBy(output) {
  return JSON.parse(output);
}

/** Texts of the running Node's library, by id. */
function readLibrary() {
  const program = `const { natives } = require("internal/test/binding").internalBinding("builtins");
    process.stdout.write(JSON.stringify(natives))`;
  const natives = JSON.parse(hostNode(["-e", program]));
  return Object.entries(natives)
    .filter(([id, text]) => typeof text === "string" && !id.startsWith("internal/deps/"))
    .map(([id, text]) => ({ id, text, words: new Set(text.match(/[\w$]+/g)) }));
}

/** Bindings that the library asks for by name. */
function bindingsIn(texts) {
  const found = new Set();
  for (const { text } of texts) {
    for (const [, name] of text.matchAll(/\binternalBinding\('(\w+)'\)/g)) found.add(name);
  }
  return [...found].sort();
}

/** Modules that may read it: they ask for its binding, and have its name somewhere; a method's name is enough. */
function usersOf(path) {
  const [owner, method] = path.split("#");
  const [binding, ...members] = owner.split(".");
  return library
    .filter(({ text, words }) =>
      method === undefined
        ? text.includes(`internalBinding('${binding}')`) && members.every((name) => words.has(name))
        : text.includes(`.${method}(`),
    )
    .map(({ id }) => id);
}

function isUsed(path) {
  return usersOf(path).length > 0;
}

/** Said already by its owner, which is missing as a whole. */
function isCovered(path) {
  return [...path.matchAll(/[.#]/g)].some(({ index }) => !inGuest.has(path.slice(0, index)));
}
