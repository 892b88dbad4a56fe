// What Nodes newer than 20 have: the same programs here and on the host's Node, of those versions that have it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Outcome } from "../run-in-guest.js";
import { since22, since24 } from "./newer-nodes-programs.js";
import { bootNode, nodeInGuest, nodeOnHost } from "./node-kernel.js";

const major = Number.parseInt(process.versions.node, 10);

async function expectAsHost(programs: Readonly<Record<string, string>>): Promise<void> {
  const kernel = await bootNode();
  const directory = mkdtempSync(join(tmpdir(), "secure-exec-newer-"));
  const onHost: Record<string, Outcome> = {};
  const inGuest: Record<string, Outcome> = {};
  try {
    for (const [name, source] of Object.entries(programs)) {
      const file = join(directory, "program.cjs");
      writeFileSync(file, source);
      onHost[name] = nodeOnHost(["--no-warnings", file], directory);
      await kernel.writeFile("/tmp/program.cjs", source);
      inGuest[name] = await nodeInGuest(kernel, ["--no-warnings", "/tmp/program.cjs"]);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  expect(inGuest).toEqual(onHost);
}

test.skipIf(major < 22)("what Node 22 brought (needs Node 22)", () => expectAsHost(since22));
test.skipIf(major < 24)("what Node 24 brought (needs Node 24)", () => expectAsHost(since24));

test.skipIf(major < 22)("modules that are refused are not there (needs Node 22)", async () => {
  const kernel = await bootNode();
  const program = `const { isBuiltin } = require('module'); console.log(isBuiltin('node:sqlite'), typeof localStorage, process.getBuiltinModule('node:sqlite'));
    for (const name of ['node:sqlite', 'node:ffi', 'node:quic', 'node:inspector']) try { require(name); } catch (error) { console.log(error.code, error.message); }
    console.log(require('node:sea').isSea()); try { process.dlopen({ exports: {} }, '/x.node'); } catch (error) { console.log(error.code); }`;
  const { stdout, exitCode } = await nodeInGuest(kernel, ["-e", program]);
  const unknown = (name: string) => `ERR_UNKNOWN_BUILTIN_MODULE No such built-in module: ${name}`;
  expect({ stdout: stdout.trim().split("\n"), exitCode }).toEqual({
    stdout: [
      "false undefined undefined",
      ...["node:sqlite", "node:ffi", "node:quic"].map(unknown),
      "ERR_INSPECTOR_NOT_AVAILABLE Inspector is not available",
      "false",
      "ERR_DLOPEN_FAILED",
    ],
    exitCode: 0,
  });
});
