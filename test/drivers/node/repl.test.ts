// `node` with a terminal: Node's REPL. And its test runner, which runs each file in a process of its own.

import { createNodeRuntime } from "secure-exec/node";
import { describe, expect, test } from "vitest";
import { bootKernel, hasNodeRuntime } from "../../boot.js";
import { converse, type Dialogue } from "../converse.js";
import { bootNode, nodeInGuest } from "./node-kernel.js";

async function talk(steps: Dialogue) {
  const kernel = await bootKernel([createNodeRuntime()]);
  const env = { NODE_REPL_HISTORY: "", TERM: "xterm", NO_COLOR: "1" };
  return converse(kernel.openShell({ command: "node", args: [], cols: 120, rows: 30, env }), steps);
}

describe.skipIf(!(await hasNodeRuntime()))("the REPL on a terminal", { timeout: 60_000 }, () => {
  test("greets, evaluates, goes on over lines, keeps what is declared", async () => {
    const { code, text } = await talk([
      ["> ", "const twice = (n) => {\r"],
      // A line that goes on: "| " from Node 24 on.
      [/(?:\.\.\.|\|) /, "return n * 2;\r"],
      [/(?:\.\.\.|\|) /, "}\r"],
      ["undefined\r\n", "twice(21)\r"],
      ["42\r\n", "_ + 1\r"],
      ["43\r\n", "await Promise.resolve('awaited')\r"],
      ["'awaited'\r\n", "nope\r"],
      ["nope is not defined", "require('fs').readdirSync('/').includes('bin')\r"],
      ["true\r\n", ".exit\r"],
    ]);
    expect(text).toContain(`Welcome to Node.js ${process.version}.`);
    expect(text).toContain("Uncaught ReferenceError: nope is not defined");
    expect(code).toBe(0);
  });

  test(".help, completion, ^C and ^D", async () => {
    const { code, text } = await talk([
      ["> ", ".help\r"],
      [/Ctrl\+D to exit the REPL[\s\S]*> /, "process.versi"],
      // Several characters at once would be a paste.
      ["process.versi", "\t"],
      ["on", "\t"],
      ["process.versions", "\x03"],
      ["> ", "\x03"],
      ["(To exit, press Ctrl+C again or Ctrl+D or type .exit)", "1 + 1\r"],
      ["2\r\n", "\x04"],
    ]);
    expect(text).toContain(".editor");
    expect(text).toMatch(/process\.version\s+process\.versions/);
    expect(code).toBe(0);
  });
});

describe.skipIf(!(await hasNodeRuntime()))("node --test", () => {
  test("runs each file in a process, and fails with 1", { timeout: 60_000 }, async () => {
    const kernel = await bootNode();
    await kernel.mkdir("/tmp/project/test", { recursive: true });
    const good =
      "import { test } from 'node:test'; test('holds', () => {}); test('pid', () => console.log('pid', process.pid > 0));";
    const bad =
      "const { test } = require('node:test'); test('breaks', () => { throw new Error('as meant'); });";
    await kernel.writeFile("/tmp/project/test/good.test.mjs", good);
    await kernel.writeFile("/tmp/project/test/bad.test.cjs", bad);
    const run = async (reporter: string) =>
      nodeInGuest(kernel, [
        "-e",
        `process.chdir('/tmp/project'); const { status, stdout } = require('child_process').spawnSync(process.execPath, ['--test', '--test-reporter=${reporter}']); console.log(stdout.toString()); process.exit(status)`,
      ]);
    const tap = await run("tap");
    expect(tap.exitCode).toBe(1);
    expect(tap.stdout).toContain("TAP version 13");
    expect(tap.stdout).toMatch(/^ok \d - holds$/m);
    expect(tap.stdout).toMatch(/^not ok \d - breaks$/m);
    expect(tap.stdout).toContain("# tests 3\n");
    const spec = await run("spec");
    expect(spec.stdout).toContain("✔ holds");
    expect(spec.stdout).toContain("✖ breaks");
  });
});
