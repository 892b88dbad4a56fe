// `node:wasi`: what its functions answer is what the host's own Node has for them.

import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { bootNode, nodeInGuest, nodeOnHost } from "./node-kernel.js";

const program = readFileSync(new URL("./fixtures/wasi-calls.cjs", import.meta.url), "utf8");

test("a program's files, directories, clocks and arguments", async () => {
  const kernel = await bootNode();
  onTestFinished(() => kernel.dispose());

  const guest = await nodeInGuest(kernel, ["--no-warnings", "-"], program);

  const host = nodeOnHost(["--no-warnings", "-"], tmpdir(), program);
  expect(host.stdout).toContain("/box");
  expect(guest).toEqual(host);
});
