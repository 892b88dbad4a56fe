// Limits of one call: what ends it, what is refused in it, what is said of that, and that its neighbours do not have them.

import {
  type CallLimits,
  createInMemoryFileSystem,
  createKernel,
  type ExecResult,
  type Kernel,
  type LimitReached,
} from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const MiB = 1024 * 1024;

describe.each(["process", "thread"] as const)("isolation: %s", (isolation) => {
  let kernel: Kernel;
  const events: LimitReached[] = [];

  beforeAll(async () => {
    kernel = createKernel({
      filesystem: createInMemoryFileSystem(),
      onLimit: (reached) => void events.push(reached),
    });
    await kernel.mount(createWasmVmRuntime());
    await kernel.mount(createNodeRuntime({ isolation }));
  });
  afterAll(() => kernel.dispose());
  beforeEach(() => {
    events.length = 0;
  });

  const run = (line: string, limits: CallLimits): Promise<ExecResult> =>
    kernel.exec(line, { limits });

  test.each([
    ["cpuMs", 152, 24, "node -e 'for (;;);'"],
    ["cpuMs", 152, 24, "while :; do :; done"],
    ["wallMs", 143, 15, "node -e 'for (;;);'"],
    ["wallMs", 143, 15, "sleep 100 & sleep 100"],
  ] as const)("%s ends the call with %d: %s %s", async (limit, exitCode, signal, line) => {
    const result = await run(line, { [limit]: 200 });
    expect(result).toMatchObject({
      exitCode,
      signal,
      limit: { limit, value: 200, isDeadly: true },
    });
    expect(result.stderr).toContain(`limit of ${limit} reached (200 ms)`);
    expect(events).toEqual([result.limit]);
    await expect.poll(() => kernel.processes.size).toBe(0);
  });

  test("CPU time counts that of processes that have ended", async () => {
    const program =
      "const end = process.cpuUsage().user + 30000; while (process.cpuUsage().user < end);";
    const result = await run(`while :; do node -e '${program}'; done`, { cpuMs: 150 });
    expect(result).toMatchObject({ exitCode: 152, limit: { limit: "cpuMs" } });
  });

  test("a JavaScript heap: 134, and stderr names the limit", async () => {
    const program = "const kept = []; for (;;) kept.push(new Array(1000).fill(1.5));";
    const result = await run(`node -e '${program}'`, { heapBytes: 16 * MiB });
    expect(result).toMatchObject({
      exitCode: 134,
      limit: { limit: "heapBytes", value: 16 * MiB, command: "node" },
    });
    expect(result.stderr).toContain(`node: limit of heapBytes reached (${16 * MiB} bytes)\n`);
  });

  test.each([
    ["processes", 3, "sleep 9 & sleep 9 & sleep 9", "Resource temporarily unavailable"],
    [
      "descriptors",
      8,
      'for fd in 3 4 5 6 7 8; do eval "exec $fd</dev/null" || exit 1; done',
      "Too many open files",
    ],
    ["pipes", 2, "cat < <(cat < <(cat < <(echo)))", "Too many open files in system"],
    ["fileBytes", 1000, "yes > /tmp/file", "File size limit exceeded"],
    ["fileSystemBytes", 200_000, "yes > /tmp/file", "No space left on device"],
    [
      "inodes",
      2,
      "for i in 1 2 3; do echo > /tmp/inode$i || exit 1; done",
      "No space left on device",
    ],
  ] as const)("%s: %d", async (limit, value, line, message) => {
    const result = await run(`${line}; kill %1 %2 2>/dev/null; exit 1`, { [limit]: value });
    await kernel.exec("rm -f /tmp/file /tmp/inode*");
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain(message);
    expect(result.limit).toBeUndefined();
    expect(events).toContainEqual(expect.objectContaining({ limit, value, isDeadly: false }));
  });

  test("sockets of a Node guest: ENFILE", async () => {
    const program = `const net = require("net");
      for (let i = 0; i < 9; i++) net.createServer().listen().on("error", (error) => { console.log(error.code); process.exit(); });`;
    await kernel.writeFile("/tmp/sockets.js", program);
    const result = await run("node /tmp/sockets.js", { sockets: 3 });
    expect(result.stdout).toBe("ENFILE\n");
    expect(events).toContainEqual(expect.objectContaining({ limit: "sockets", value: 3 }));
  });

  test("output beyond the limit is dropped and said to be", async () => {
    const result = await run("seq 10000", { capturedBytes: 100 });
    expect(result).toMatchObject({ exitCode: 0, truncated: true });
    expect(result.stdout.length).toBe(100);
    expect(events).toMatchObject([{ limit: "capturedBytes", value: 100, isDeadly: false }]);
  });

  test("WASM memory: memory.grow fails in the program", async () => {
    const result = await run("head -c 40000000 /dev/zero | tr '\\0' x | sort", {
      wasmBytes: 16 * MiB,
    });
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout).toBe("");
  });

  test("are that call's alone", async () => {
    const limited = run("sleep 100", { wallMs: 200, processes: 2, descriptors: 4 });
    const free = await kernel.exec(
      "for i in 1 2 3 4 5; do (exec 9</dev/null) & done; wait; echo done",
    );
    expect(free).toMatchObject({ exitCode: 0, stdout: "done\n", stderr: "" });
    expect(await limited).toMatchObject({ limit: { limit: "wallMs" } });
  });
});

test("what is no limit is refused", async () => {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  const spawn = (limits: object) => () => kernel.spawn("none", [], { limits });
  expect(spawn({ cpus: 1 })).toThrow("EINVAL: invalid argument, no limit cpus of a call");
  expect(spawn({ cpuMs: 0 })).toThrow(
    "EINVAL: invalid argument, the limit cpuMs must be above 0, not 0",
  );
  expect(spawn({ cpuMs: Number.NaN })).toThrow("EINVAL");
  await kernel.dispose();
});
