// The code cache: where it is kept, and that nothing but our own file is used.

import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeRuntime } from "secure-exec/node";
import { expect, onTestFinished, test } from "vitest";
import { bootKernel } from "../../boot.js";
import { nodeInGuest } from "./node-kernel.js";

function cacheFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-cache-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "caches");
}

/** Runs a program in a kernel of its own that keeps its caches there. */
async function runWith(cacheDir: string): Promise<string> {
  const kernel = await bootKernel([createNodeRuntime({ cacheDir })]);
  const { stdout } = await nodeInGuest(kernel, ["-p", "'ran'"]);
  await kernel.dispose();
  return stdout;
}

test("the first guest leaves one file in a folder that is its owner's alone", async () => {
  const folder = cacheFolder();
  expect(await runWith(folder)).toBe("ran\n");
  const names = readdirSync(folder);
  expect(names).toEqual([expect.stringMatching(/^node-[0-9a-f]{64}\.bin$/)]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, names[0] as string)).mode & 0o777).toBe(0o600);
  const before = readFileSync(join(folder, names[0] as string));
  expect(await runWith(folder)).toBe("ran\n");
  expect(readdirSync(folder)).toEqual(names);
  expect(readFileSync(join(folder, names[0] as string)).equals(before)).toBe(true);
});

test.each([
  ["a changed byte", (bytes: Buffer) => void bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000)],
  ["another key", (bytes: Buffer) => void bytes.write("0000", 30)],
])("%s in the file: it is made anew", async (_, change) => {
  const folder = cacheFolder();
  await runWith(folder);
  const file = join(folder, readdirSync(folder)[0] as string);
  const bytes = readFileSync(file);
  change(bytes);
  writeFileSync(file, bytes);
  expect(await runWith(folder)).toBe("ran\n");
  expect(readFileSync(file).equals(bytes)).toBe(false);
});

test("a folder that others may write to is not read from", async () => {
  const folder = cacheFolder();
  await runWith(folder);
  chmodSync(folder, 0o777);
  expect(await runWith(folder)).toBe("ran\n");
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

/** The names of what a file of caches has code of: an index follows its first line, key and hash. */
function cachedNames(bytes: Buffer): string[] {
  const at = bytes.indexOf("\n") + 1 + 64 + 32;
  const index = bytes.toString("utf8", at + 4, at + 4 + bytes.readUInt32LE(at));
  return (JSON.parse(index) as [string, number][]).map(([name]) => name);
}

test("there is code of all that boots Node, and that runs a program of either kind", async () => {
  const folder = cacheFolder();
  await runWith(folder);
  const names = cachedNames(readFileSync(join(folder, readdirSync(folder)[0] as string)));
  expect(names).toEqual(
    expect.arrayContaining([
      "secure-exec:guest",
      "internal/bootstrap/realm",
      "internal/bootstrap/node",
      "internal/bootstrap/switches/is_main_thread",
      "internal/main/eval_string",
      "internal/modules/cjs/loader",
      "internal/modules/esm/loader",
      "child_process",
      "fs/promises",
    ]),
  );
});
