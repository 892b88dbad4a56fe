// WASM modules that are not ours: run from the file system or a folder of commands, in a process of their own.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { expect, onTestFinished, test } from "vitest";
import { bootKernel } from "../../boot.js";
import { growModule, helloModule, spinModule, trapModule } from "./tiny-wasm.js";

async function bootWith(files: Record<string, Uint8Array>) {
  const kernel = await bootKernel();
  for (const [path, bytes] of Object.entries(files)) {
    await kernel.writeFile(path, bytes);
    expect((await kernel.exec(`chmod +x ${path}`)).exitCode).toBe(0);
  }
  return kernel;
}

/** Operating system processes of this test that run guests. */
function guestProcesses(): string[] {
  const list = execFileSync("ps", ["-o", "args", "--ppid", `${process.pid}`], { encoding: "utf8" });
  return list.split("\n").filter((line) => line.includes("guest-wasm.js"));
}

test("a module in the file system runs by its path, in a pipeline, with its exit code", async () => {
  const kernel = await bootWith({ "/tmp/hello": helloModule("hello\n", 7) });
  expect(await kernel.exec("/tmp/hello | tr a-z A-Z; cd /tmp; ./hello; echo $?")).toMatchObject({
    stdout: "HELLO\nhello\n7\n",
    stderr: "",
  });
  expect(guestProcesses()).not.toEqual([]);
});

test("a module is found along PATH", async () => {
  const kernel = await bootWith({ "/usr/local/bin/greet": helloModule("hi\n") });
  expect((await kernel.exec("greet")).stdout).toBe("hi\n");
});

test("without the right to execute it is EACCES, a broken one ENOEXEC: 126", async () => {
  const kernel = await bootWith({ "/tmp/broken": helloModule("x").subarray(0, 40) });
  await kernel.writeFile("/tmp/plain", helloModule("x"));
  const result = await kernel.exec("/tmp/plain; echo $?; /tmp/broken; echo $?");
  expect(result.stdout).toBe("126\n126\n");
});

test("a module that spins ends by a signal, a trap ends with 134", async () => {
  const kernel = await bootWith({ "/tmp/spin": spinModule("on\n"), "/tmp/trap": trapModule() });
  let started: () => void = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const spinning = kernel.spawn("/tmp/spin", [], { onStdout: () => started() });
  await running;
  spinning.kill(15);
  expect(await spinning.wait()).toBe(143);
  const result = await kernel.exec("/tmp/trap");
  expect(result.exitCode).toBe(134);
  expect(result.stderr).toContain("/tmp/trap: trap: unreachable");
});

test("its memory keeps to 512 MiB", async () => {
  const kernel = await bootWith({
    "/tmp/some": growModule(1000),
    "/tmp/too-much": growModule(8192),
  });
  expect((await kernel.exec("/tmp/some; echo $?; /tmp/too-much; echo $?")).stdout).toBe("0\n1\n");
});

test.each([
  [false, "a folder of commands runs in processes of their own"],
  [true, "a folder of trusted commands runs in threads"],
])("trusted: %s: %s", async (trusted) => {
  const commandsDir = mkdtempSync(join(tmpdir(), "secure-exec-commands-"));
  onTestFinished(() => rmSync(commandsDir, { recursive: true }));
  writeFileSync(join(commandsDir, "greet.wasm"), helloModule("hi\n"));
  const kernel = await bootKernel([createWasmVmRuntime({ commandsDir, trusted })]);
  let stdout = "";
  const greet = kernel.spawn("greet", [], {
    onStdout: (data) => {
      stdout += Buffer.from(data).toString();
    },
  });
  expect(await greet.wait()).toBe(0);
  expect(stdout).toBe("hi\n");
  expect(guestProcesses().length > 0).toBe(!trusted);
});
