// Limits of a runtime and of one call: what a result, an error and an event say of them.

import { NodeRuntime, type RuntimeEvent } from "secure-exec";
import { expect, test } from "vitest";

test("a limit that ends a call is in its result and an event", async () => {
  const events: RuntimeEvent[] = [];
  const onEvent = (event: RuntimeEvent) => void events.push(event);
  await using runtime = await NodeRuntime.create({
    onEvent,
    limits: { memoryMb: 64, processes: 20 },
  });
  const looped = await runtime.exec("for (;;);", { limits: { cpuMs: 100 } });
  expect(looped).toMatchObject({ exitCode: 152, signal: "SIGXCPU" });
  expect(looped.stderr).toBe("node: limit of cpuMs reached (100 ms)\n");
  const { limit } = looped;
  expect(limit).toMatchObject({ code: "ERR_LIMIT", limit: "cpuMs", value: 100, command: "node" });
  expect(limit?.message).toBe(`limit of cpuMs reached (100): process ${limit?.pid}, node`);
  const said = events.filter(({ type }) => type === "limit");
  expect(said).toEqual([
    { type: "limit", limit: "cpuMs", value: 100, pid: limit?.pid, command: "node", isDeadly: true },
  ]);

  const heap = "const kept = []; for (;;) kept.push(new Array(1000).fill(0.5));";
  const [ofRuntime, ofCall] = await Promise.all([
    runtime.exec(heap),
    runtime.run(heap, { limits: { memoryMb: 16 } }),
  ]);
  const MiB = 1024 * 1024;
  expect([ofRuntime.exitCode, ofRuntime.limit?.value]).toEqual([134, 64 * MiB]);
  expect([ofCall.exitCode, ofCall.limit?.value]).toEqual([134, 16 * MiB]);

  const server = await runtime.spawnCommand("sleep", ["100"], { limits: { wallMs: 100 } });
  expect([await server.wait(), server.limit?.limit]).toEqual([143, "wallMs"]);
  const fine = await runtime.shell("seq 3", { limits: { cpuMs: 5000, wallMs: 20_000 } });
  expect([fine.stdout, fine.limit]).toEqual(["1\n2\n3\n", null]);
});

test("a call that a limit leaves no room for rejects with ERR_LIMIT", async () => {
  await using runtime = await NodeRuntime.create({ limits: { processes: 1 } });
  const first = await runtime.spawnCommand("sleep", ["100"]);
  const refused = { code: "ERR_LIMIT", limit: "processes", value: 1, pid: 0 };
  await expect(runtime.execCommand("true")).rejects.toMatchObject(refused);
  await expect(runtime.spawnCommand("true")).rejects.toMatchObject(refused);
  first.kill();
  await first.wait();
  expect((await runtime.execCommand("true")).exitCode).toBe(0);
});

test.each([
  [{ cpus: 1 }, "exec: limits: cpus"],
  [{ cpuMs: 0 }, "exec: limits.cpuMs"],
  [{ wallMs: "5" }, "exec: limits.wallMs"],
  [{ memoryMb: 2 }, "exec: limits.memoryMb"],
  [{ processes: 1.5 }, "exec: limits.processes"],
  // Not a call's to set.
  [{ queuedBytes: 5 }, "exec: limits: queuedBytes"],
])("%j is refused by name", async (limits, option) => {
  await using runtime = await NodeRuntime.create();
  await expect(runtime.exec("1", { limits } as never)).rejects.toMatchObject({
    code: "ERR_OPTION",
    option,
  });
});
