// Wrong input gets the error or exit code that Linux gives, and a message that says what was wrong.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuntimeDriver } from "secure-exec/kernel";
import { createInMemoryFileSystem, createKernel, KernelError } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, onTestFinished, test } from "vitest";
import { bootKernel, shippedWasmBinary } from "./boot.js";
import { driverOf, idleProcess } from "./driver-process.js";

/** A folder of the host that goes when the test ends. */
function hostFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-bad-input-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe("commands", () => {
  test.each([
    ["an unknown command", "no-such-command", 127, /no-such-command.*not found/],
    ["an unknown command by path", "/bin/no-such-command", 127, /no-such-command/],
    ["a file without execute permission", "echo x > /tmp/f; /tmp/f", 126, /ermission denied/],
    ["a directory as a command", "/tmp", 126, /directory/],
    ["an unknown command in a pipeline's end", "echo x | no-such-command", 127, /not found/],
    ["a syntax error", "if then", 2, /syntax error/],
    ["an unclosed quote", "echo 'open", 2, /./],
    ["an unclosed command substitution", "echo $(true", 2, /./],
    ["a file that does not exist", "cat /no/such/file", 1, /\/no\/such\/file.*No such file/],
    ["a redirection from nowhere", "cat < /no/such/file", 1, /\/no\/such\/file/],
    ["a script that does not exist", "sh /no/such/script", 127, /\/no\/such\/script/],
    ["cd to nowhere", "cd /no/such/folder", 1, /\/no\/such\/folder/],
    ["an unknown option", "cat --no-such-option", 1, /no-such-option/],
    ["a file as a folder", "echo x > /tmp/f; cat /tmp/f/g", 1, /Not a directory/],
  ])("%s: %s exits %d", async (_, command, exitCode, message) => {
    const kernel = await bootKernel();
    const result = await kernel.exec(command);
    expect(result.stderr).toMatch(message);
    expect(result.exitCode).toBe(exitCode);
  });

  test("without a shell, exec rejects what needs one and names the factory to mount", async () => {
    const kernel = await bootKernel([]);
    const error = await kernel.exec("echo a | cat").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ code: "ENOENT" });
    expect(error.message).toContain("createWasmVmRuntime");
  });
});

describe("limits, as commands meet them", () => {
  test("a full disk: each writer says so and fails, and there is room again after rm", async () => {
    const filesystem = createInMemoryFileSystem({ fileSystemBytes: 1 << 20 });
    const kernel = await bootKernel([createWasmVmRuntime()], { filesystem });
    await kernel.exec("head -c 600000 /dev/zero > /tmp/half");
    for (const writer of [
      "cp half copy",
      "cat half > copy",
      "tee copy < half > /dev/null",
      "sort -o copy half",
      "head -c 600000 half > copy",
      "tr a b < half > copy",
      "while echo $RANDOM$RANDOM$RANDOM$RANDOM; do :; done > copy",
    ]) {
      const { exitCode, stderr } = await kernel.exec(writer, { cwd: "/tmp" });
      expect(stderr, writer).toMatch(/No space left on device/);
      if (!writer.startsWith("while")) expect(exitCode, writer).toBeGreaterThan(0);
      await kernel.exec("rm -f copy", { cwd: "/tmp" });
    }
    const after = await kernel.exec("echo room > copy && cat copy", { cwd: "/tmp" });
    expect(after).toMatchObject({ exitCode: 0, stdout: "room\n", stderr: "" });
  });

  test("100,000 arguments are too many for a command, not for the shell", async () => {
    const kernel = await bootKernel();
    const result = await kernel.exec(
      "set -- $(seq 100000); echo $#; /bin/echo $(seq 100000); echo $?; echo $(seq 100000) | wc -w",
    );
    expect(result).toMatchObject({ exitCode: 0, stdout: "100000\n126\n100000\n" });
    expect(result.stderr).toMatch(/^sh: line 1: \/bin\/echo: Argument list too long\n$/);
  });

  test("a pattern over 50,000 names", async () => {
    const kernel = await bootKernel();
    const script =
      "for i in {1..50000}; do : > n$i; done; echo n* | wc -w; rm n*; echo $?; ls | wc -l";
    await kernel.mkdir("/tmp/names");
    const result = await kernel.exec(script, { cwd: "/tmp/names" });
    expect(result).toMatchObject({ exitCode: 0, stdout: "50000\n126\n50000\n" });
    expect(result.stderr).toMatch(/rm: Argument list too long/);
  });
});

describe("paths", () => {
  test.each([
    ["readFile", "/no/such/file"],
    ["stat", "/no/such/file"],
    ["readdir", "/no/such/folder"],
  ] as const)("kernel.%s of a path that does not exist is ENOENT", async (method, path) => {
    const kernel = await bootKernel([]);
    const error = await kernel[method](path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ code: "ENOENT" });
    expect((error as KernelError).message).toContain("no such file or directory");
  });

  test("a cwd that does not exist is ENOENT", async () => {
    const kernel = await bootKernel();
    await expect(kernel.exec("pwd", { cwd: "/no/such/folder" })).rejects.toMatchObject({
      code: "ENOENT",
    });
    expect(() => kernel.spawn("pwd", [], { cwd: "/no/such/folder" })).toThrow("ENOENT");
  });

  test("a file where a folder should be is ENOTDIR, and the reverse EISDIR", async () => {
    const kernel = await bootKernel([]);
    await kernel.writeFile("/tmp/f", "x");
    await expect(kernel.readdir("/tmp/f")).rejects.toMatchObject({ code: "ENOTDIR" });
    await expect(kernel.readFile("/tmp")).rejects.toMatchObject({ code: "EISDIR" });
    await expect(kernel.mkdir("/tmp")).rejects.toMatchObject({ code: "EEXIST" });
  });
});

describe("WASM files", () => {
  /** What mounting `driver` on a fresh kernel rejects with. */
  async function mountError(driver: RuntimeDriver): Promise<Error & { code?: string }> {
    const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
    onTestFinished(() => kernel.dispose());
    const error = await kernel.mount(driver).then(
      () => new Error("mount did not reject"),
      (thrown) => thrown,
    );
    expect(kernel.commands.size).toBe(0);
    return error;
  }

  test("a binary that does not exist: mount rejects with ENOENT and the path", async () => {
    const wasmBinaryPath = join(hostFolder(), "none.wasm");
    const error = await mountError(createWasmVmRuntime({ wasmBinaryPath }));
    expect(error).toMatchObject({ code: "ENOENT" });
    expect(error.message).toContain(wasmBinaryPath);
  });

  test("a folder of commands that does not exist: likewise", async () => {
    const commandsDir = join(hostFolder(), "none");
    const error = await mountError(createWasmVmRuntime({ commandsDir }));
    expect(error).toMatchObject({ code: "ENOENT" });
    expect(error.message).toContain(commandsDir);
  });

  test.each([
    ["empty", 0],
    ["cut in its header", 6],
    ["cut in the middle", 0.5],
    ["cut by its last byte", -1],
  ])(
    "a binary that is %s: mount rejects with a KernelError that names the path",
    async (_, end) => {
      const whole = readFileSync(shippedWasmBinary);
      const wasmBinaryPath = join(hostFolder(), "truncated.wasm");
      const length = end > 0 && end < 1 ? Math.floor(whole.length * end) : end;
      writeFileSync(wasmBinaryPath, whole.subarray(0, length));
      const error = await mountError(createWasmVmRuntime({ wasmBinaryPath }));
      expect(error).toBeInstanceOf(KernelError);
      expect(error.message).toContain(wasmBinaryPath);
    },
  );

  test("a truncated file in a folder of commands: running it exits 126, the rest works", async () => {
    const commandsDir = join(hostFolder(), "commands");
    mkdirSync(commandsDir);
    const whole = readFileSync(shippedWasmBinary);
    for (const name of ["sh", "echo"]) writeFileSync(join(commandsDir, name), whole);
    writeFileSync(join(commandsDir, "broken"), whole.subarray(0, whole.length / 2));
    const kernel = await bootKernel([createWasmVmRuntime({ commandsDir })]);
    const result = await kernel.exec("broken; echo $?; echo fine");
    expect(result).toMatchObject({ exitCode: 0, stdout: "126\nfine\n" });
    expect(result.stderr).toMatch(/broken/);
  });
});

describe("drivers", () => {
  const brokenSpawn = driverOf("broken", () => {
    throw new Error("cannot spawn: no licence");
  });

  test("one that throws in init: mount rejects with its error, and the kernel goes on", async () => {
    const kernel = await bootKernel();
    const driver = driverOf("broken", () => idleProcess().process);
    driver.init = async () => {
      throw new Error("cannot start: no licence");
    };
    await expect(kernel.mount(driver)).rejects.toThrow("cannot start: no licence");
    expect(kernel.commands.has("broken")).toBe(false);
    expect((await kernel.exec("echo fine")).stdout).toBe("fine\n");
  });

  test("one that throws in spawn: kernel.spawn throws its error and keeps no process", async () => {
    const kernel = await bootKernel([brokenSpawn]);
    const before = kernel.processes.size;
    expect(() => kernel.spawn("broken", [])).toThrow("cannot spawn: no licence");
    expect(kernel.processes.size).toBe(before);
  });

  test("one that throws in spawn: the shell reports it, exits 126, and goes on", async () => {
    const kernel = await bootKernel([createWasmVmRuntime(), brokenSpawn]);
    const result = await kernel.exec("broken; echo $?");
    expect(result.stdout).toBe("126\n");
    expect(result.stderr).toMatch(/broken/);
  });

  test("one whose wait rejects: the process fails, and the host sees no unhandled rejection", async () => {
    const driver = driverOf("broken", () => ({
      ...idleProcess().process,
      wait: () => Promise.reject(new Error("lost it")),
    }));
    const kernel = await bootKernel([driver]);
    expect(await kernel.spawn("broken", []).wait()).not.toBe(0);
  });
});
