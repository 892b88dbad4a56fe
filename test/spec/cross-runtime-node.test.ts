// The page "Cross-runtime": its samples with Node and npm in them, and the rules around them.

import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe as describeAlways, expect, onTestFinished, test } from "vitest";
import { bootKernel, hasNodeRuntime, textOf } from "../boot.js";
import { readSamples, runSample } from "./samples.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));
const sample = readSamples("cross-runtime");

const bootNode = () => bootKernel([createWasmVmRuntime(), createNodeRuntime()]);

describe("command routing", () => {
  test("node overrides the WASM runtime's stub, and nothing else", async () => {
    const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
    onTestFinished(() => kernel.dispose());
    await runSample(sample("routing-node"), { kernel });
    for (const command of ["node", "npm", "npx"]) {
      expect(`${command}: ${kernel.commands.get(command)}`).toBe(`${command}: node`);
    }
    for (const command of ["sh", "bash", "cat", "grep", "echo", "ls", "python"]) {
      expect(`${command}: ${kernel.commands.get(command)}`).toBe(`${command}: wasmvm`);
    }
    expect((await kernel.exec("node -p 6*7")).stdout).toBe("42\n");
  });

  test("the driver mounted last wins, in either order", async () => {
    const kernel = await bootKernel([createNodeRuntime(), createWasmVmRuntime()]);
    expect(kernel.commands.get("node")).toBe("wasmvm");
    expect((await kernel.exec("node -p 6*7")).exitCode).toBe(127);
  });
});

describe("child_process routing", () => {
  test("execSync reaches the shell", async () => {
    const { printed } = await runSample(sample("exec-sync-node"), { kernel: await bootNode() });
    expect(printed).toEqual(["HELLO\n"]);
  });
});

describe("pipes", () => {
  test("from a command into node", async () => {
    const { printed } = await runSample(sample("wasm-to-node"), { kernel: await bootNode() });
    expect(printed).toEqual(["Hello, world!\n"]);
  });

  test("from node into a command", async () => {
    const { printed } = await runSample(sample("node-to-wasm"), { kernel: await bootNode() });
    expect(printed).toEqual(["apple\navocado\n"]);
  });

  test("from node into node", async () => {
    const kernel = await bootNode();
    const result = await kernel.exec(
      `node -e 'console.log("a\\nb")' | node -e 'process.stdin.pipe(process.stdout)' | wc -l`,
    );
    expect(result).toMatchObject({ exitCode: 0, stdout: "2\n", stderr: "" });
  });
});

describe("shared file system", () => {
  test("kernel API, commands and node see each other's files", async () => {
    const { printed } = await runSample(sample("files-node"), { kernel: await bootNode() });
    expect(printed).toEqual(['{"port": 3000}', "Port: 3000\n", "written by node"]);
  });
});

describe("npm run scripts", () => {
  test("a script runs in the shell", async () => {
    const kernel = await bootNode();
    const { printed } = await runSample(sample("npm-run-node"), { kernel });
    expect(printed).toEqual([
      "\n> greet\n> echo Hello from npm script!\n\nHello from npm script!\n",
    ]);
    const build = await kernel.exec("npm run --silent build", { cwd: "/app" });
    expect(build).toMatchObject({ exitCode: 0, stdout: "Building...\nDone\n", stderr: "" });
  });
});

describe("exit codes and stderr", () => {
  test("cross runtimes", async () => {
    const { printed } = await runSample(sample("exit-codes-node"), { kernel: await bootNode() });
    expect(printed).toEqual(["42", "7", "42", "oops\n"]);
  });
});

describe("stdin streaming", () => {
  test("node reads what is written until the end", async () => {
    const chunks: Uint8Array[] = [];
    const process = { stdout: { write: (data: Uint8Array) => void chunks.push(data) } };
    await runSample(sample("stdin-node"), { kernel: await bootNode(), process });
    expect(textOf(chunks)).toBe("HELLO FROM STDIN\n");
  });
});
