// The fixed sample of Node's tests that CI runs, and what is expected of it. No name is written down: the files of each
// module are ordered by a hash of their names, and the first ones are taken, as many as the module has of the whole.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { modules, selectFiles } from "./modules.mjs";

const SIZE = 400;
/** So that no small module is left out. */
const LEAST = 4;
/** Modules that nothing is asked of, but for the rest of all. */
const left = new Set(modules.filter(([, , aim]) => aim === 0).map(([name]) => name));
left.delete("other");

const list = new URL("./expected-failures.json", import.meta.url);

/** `[{ module, file }]`, always the same for the same tests. */
export async function selectSample(tests) {
  const byModule = groupByModule(await selectFiles(tests));
  for (const name of left) byModule.delete(name);
  const total = [...byModule.values()].reduce((sum, files) => sum + files.length, 0);
  const ordered = [...byModule.values()].map((files) => files.sort(byHash));
  const wanted = ordered.map((files) =>
    Math.min(files.length, Math.max(LEAST, Math.floor((files.length * SIZE) / total))),
  );
  // What rounding left over comes from the largest.
  const largest = wanted.indexOf(Math.max(...wanted));
  wanted[largest] += SIZE - wanted.reduce((sum, count) => sum + count, 0);
  return ordered.flatMap((files, index) => files.slice(0, wanted[index]));
}

function groupByModule(files) {
  const groups = new Map();
  for (const file of files) groups.set(file.module, [...(groups.get(file.module) ?? []), file]);
  return groups;
}

const hashOf = (name) => createHash("sha256").update(name).digest("hex");
const byHash = (a, b) => (hashOf(a.file) < hashOf(b.file) ? -1 : 1);

/** Files that fail, each with the reason why. It only shrinks. */
async function readExpected() {
  return existsSync(list) ? JSON.parse(await readFile(list, "utf8")) : {};
}

/** Says what is not as expected; true when all is. */
export async function checkSample(results) {
  const expected = await readExpected();
  const counted = results.filter(({ host }) => host);
  const surprises = counted.filter(({ file, guest }) => !guest && !Object.hasOwn(expected, file));
  const passing = counted.filter(({ file, guest }) => guest && Object.hasOwn(expected, file));
  for (const { file, reason } of surprises) console.log(`FAIL ${file}: ${reason}`);
  for (const { file } of passing) {
    console.log(`FAIL ${file} passes: remove it from expected-failures.json`);
  }
  const passed = counted.filter(({ guest }) => guest).length - passing.length;
  console.log(`${passed} passed, ${surprises.length + passing.length} failed`);
  return surprises.length + passing.length === 0;
}

/** Writes the list anew: reasons that are there stay, new ones are the tests' first words. For a new list, or to shrink it. */
export async function recordExpected(results) {
  const expected = await readExpected();
  const failing = results.filter(({ host, guest }) => host && !guest);
  const entries = failing.map(({ file, reason }) => [file, expected[file] ?? reason]);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(list, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}
