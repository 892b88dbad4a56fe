// Two kernels in one process never meet, and a disposed kernel leaves nothing behind.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, test } from "vitest";
import { bootKernel } from "./boot.js";
import { driverOf, idleProcess } from "./driver-process.js";

describe("two kernels", () => {
  test("have their own files", async () => {
    const [a, b] = [await bootKernel(), await bootKernel()];
    expect((await a.exec("echo secret > /tmp/f; cat /tmp/f")).stdout).toBe("secret\n");
    expect(await b.exists("/tmp/f")).toBe(false);
    expect((await b.exec("cat /tmp/f")).exitCode).toBe(1);
  });

  test("have their own commands", async () => {
    const own = driverOf("own", () => idleProcess().process);
    const [a, b] = [await bootKernel([createWasmVmRuntime(), own]), await bootKernel()];
    expect(a.commands.has("own")).toBe(true);
    expect(b.commands.has("own")).toBe(false);
    expect((await b.exec("own")).exitCode).toBe(127);
  });

  test("have their own processes: a pid of one means nothing in the other", async () => {
    const [a, b] = [await bootKernel(), await bootKernel()];
    const sleeping = a.spawn("sleep", ["60"]);
    expect(a.processes.has(sleeping.pid)).toBe(true);
    expect(b.processes.has(sleeping.pid)).toBe(false);
    await b.exec(`kill -9 ${sleeping.pid}; true`);
    expect(a.processes.get(sleeping.pid)?.status).toBe("running");
  });

  test("have their own environment", async () => {
    const a = await bootKernel(undefined, { env: { WHO: "a" } });
    const b = await bootKernel(undefined, { env: { WHO: "b" } });
    const results = await Promise.all([a.exec('echo "$WHO"'), b.exec('echo "$WHO"')]);
    expect(results.map(({ stdout }) => stdout)).toEqual(["a\n", "b\n"]);
  });

  test("see nothing of the host's environment", async () => {
    process.env.SECURE_EXEC_TEST_SECRET = "host secret";
    try {
      const kernel = await bootKernel();
      expect((await kernel.exec('env; echo "[$SECURE_EXEC_TEST_SECRET]"')).stdout).toMatch(
        /\[\]\n$/,
      );
    } finally {
      delete process.env.SECURE_EXEC_TEST_SECRET;
    }
  });

  test("one goes on when the other is disposed in the middle of its work", async () => {
    const [a, b] = [await bootKernel(), await bootKernel()];
    const ended = a.spawn("sh", ["-c", "while true; do :; done"]).wait();
    const counting = b.exec("seq 1 20000 | tail -n 1");
    await a.dispose();
    expect(await ended).toBeGreaterThan(128);
    expect((await counting).stdout).toBe("20000\n");
  });
});

describe("dispose", () => {
  test("50 kernels, one after the other: the script ends by itself and its memory stays flat", () => {
    const script = fileURLToPath(new URL("fixtures/fifty-kernels.mjs", import.meta.url));
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      ["--expose-gc", script],
      { encoding: "utf8", timeout: 90_000, killSignal: "SIGKILL" },
    );
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: "" });
    const { before, after, resources } = JSON.parse(stdout) as Record<string, number> & {
      resources: string[];
    };
    expect(resources).toEqual([]);
    // A kernel with one warm worker takes over 10 MB: 50 leaked ones would show as 500 MB.
    const grownMiB = ((after ?? Number.NaN) - (before ?? Number.NaN)) / 2 ** 20;
    expect(grownMiB).toBeLessThan(40);
  }, 100_000);
});
