// The page "Cross-runtime": its samples that need neither Node nor Python, and the rules around them.

import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, onTestFinished, test } from "vitest";
import { bootKernel, textOf } from "../boot.js";
import { driverOf, idleProcess } from "../driver-process.js";
import { ProbeDriver } from "../probe-driver.js";
import { readSamples, runSample } from "./samples.js";

const sample = readSamples("cross-runtime");

describe("command routing", () => {
  test("the WASM runtime registers the shell, the commands, and stubs of node and python", async () => {
    const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
    onTestFinished(() => kernel.dispose());
    await runSample(sample("routing"), { kernel });
    for (const command of ["sh", "bash", "cat", "grep", "echo", "ls", "node", "python"]) {
      expect(`${command}: ${kernel.commands.get(command)}`).toBe(`${command}: wasmvm`);
    }
  });

  test("a stub says which runtime to mount", async () => {
    const kernel = await bootKernel();
    const result = await kernel.exec("node -e 0");
    expect(result.exitCode).toBe(127);
    expect(result.stderr).toContain("createNodeRuntime");
  });

  test("a driver mounted later overrides a command, and the shell runs that one", async () => {
    const override = driverOf("cat", (_command, args, context) => {
      const { process, exit } = idleProcess();
      context.onStdout?.(new TextEncoder().encode(`override ${args.join(" ")}\n`));
      exit(0);
      return process;
    });
    const kernel = await bootKernel([createWasmVmRuntime(), override]);
    expect(kernel.commands.get("cat")).toBe("cat-driver");
    expect((await kernel.exec("cat x | tr a-z A-Z")).stdout).toBe("OVERRIDE X\n");
  });
});

describe("pipes", () => {
  test("programmatic pipe creation", async () => {
    const driver = new ProbeDriver();
    const kernel = await bootKernel([createWasmVmRuntime(), driver]);
    const probe = driver.start(kernel);
    const chunks: Uint8Array[] = [];
    await runSample(sample("pipe"), { ki: probe.ki, parentPid: probe.pid, chunks });
    expect(textOf(chunks)).toBe("hello\n");
  });
});

describe("shared file system", () => {
  test("a file written through the kernel API is what a command reads", async () => {
    const kernel = await bootKernel();
    const { printed } = await runSample(sample("files"), { kernel });
    expect(printed).toEqual(['{"port": 3000}']);
  });

  test("a file written by a command is what the kernel API reads", async () => {
    const kernel = await bootKernel();
    expect((await kernel.exec("echo from a command > /tmp/made.txt")).exitCode).toBe(0);
    expect(textOf([await kernel.readFile("/tmp/made.txt")])).toBe("from a command\n");
    expect(await kernel.readdir("/tmp")).toContain("made.txt");
  });
});

describe("exit codes", () => {
  test("the shell's exit code is the result's", async () => {
    const kernel = await bootKernel();
    const { printed } = await runSample(sample("exit-code"), { kernel });
    expect(printed).toEqual(["7"]);
  });

  test.each([
    ["true", 0],
    ["false", 1],
    ["exit 255", 255],
    ["sh -c 'sh -c \"exit 42\"'", 42],
    ["false | true", 0],
    ["true | false", 1],
    ["(exit 3) || exit 4", 4],
    ["kill -9 $$", 137],
  ])("%s", async (command, exitCode) => {
    const kernel = await bootKernel();
    expect((await kernel.exec(command)).exitCode).toBe(exitCode);
  });

  test("stderr is captured apart from stdout", async () => {
    const kernel = await bootKernel();
    const result = await kernel.exec("echo fine; echo oops >&2");
    expect(result).toMatchObject({ exitCode: 0, stdout: "fine\n", stderr: "oops\n" });
  });
});

describe("stdin streaming", () => {
  test("cat reads what is written until the end", async () => {
    const kernel = await bootKernel();
    const { code, printed } = await runSample(sample("stdin"), { kernel }, ["code"]);
    expect(printed).toEqual(["line 1\nline 2\n"]);
    expect(code).toBe(0);
  });

  test("a reader sees a chunk before the next one is written", async () => {
    const kernel = await bootKernel();
    const chunks: Uint8Array[] = [];
    const managed = kernel.spawn("cat", [], { onStdout: (data) => void chunks.push(data) });
    managed.writeStdin("one\n");
    await expect.poll(() => textOf(chunks)).toBe("one\n");
    managed.writeStdin("two\n");
    await expect.poll(() => textOf(chunks)).toBe("one\ntwo\n");
    managed.closeStdin();
    expect(await managed.wait()).toBe(0);
  });
});
