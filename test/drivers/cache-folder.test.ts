// The cache folder: old entries go, none that is used does.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { holdEntry, noteUse, pruneCache } from "../../src/drivers/host/cache-folder.host.js";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "secure-exec-cache-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

const key = (index: number): string => index.toString(16).padStart(64, "0");

/** Makes an entry that was used so many hours ago. */
function make(file: string, hours: number, isFolder = false): string {
  if (isFolder) mkdirSync(file);
  else writeFileSync(file, "");
  const then = new Date(Date.now() - hours * 3_600_000);
  utimesSync(file, then, then);
  return file;
}

test("the six that were used last stay, and what is of the last hour", () => {
  const here = folder();
  for (let index = 0; index < 9; index++) make(join(here, `node-${key(index)}.bin`), index + 2);
  make(join(here, `node-${key(50)}.bin.1234`), 100);
  const others = [`python-${key(1)}`, "node-other.bin", "notes.txt"];
  for (const name of others) make(join(here, name), 1000);
  noteUse(join(here, `node-${key(8)}.bin`));
  pruneCache(here, "node");
  const kept = [0, 1, 2, 3, 4, 8].map((index) => `node-${key(index)}.bin`);
  expect(readdirSync(here).sort()).toEqual([...kept, ...others].sort());
  for (let index = 10; index < 20; index++) make(join(here, `node-${key(index)}.bin`), 0.5);
  pruneCache(here, "node");
  expect(readdirSync(here).filter((name) => /^node-0/.test(name))).toHaveLength(11);
});

test("a folder that a living process holds stays, one of a process that is gone does not", () => {
  const here = folder();
  for (let index = 0; index < 6; index++) make(join(here, `python-${key(index)}`), 1.5, true);
  const [mine, left] = [20, 21].map((index) => make(join(here, `python-${key(index)}`), 40, true));
  for (const entry of [mine, left]) writeFileSync(join(entry as string, "library.pack"), "");
  holdEntry(mine as string);
  // No process has this id.
  writeFileSync(join(left as string, "held-by-4194305"), "");
  const long = new Date(Date.now() - 40 * 3_600_000);
  for (const entry of [mine, left]) utimesSync(entry as string, long, long);
  pruneCache(here, "python");
  expect(readdirSync(here)).toContain(`python-${key(20)}`);
  expect(readdirSync(here)).not.toContain(`python-${key(21)}`);
});
