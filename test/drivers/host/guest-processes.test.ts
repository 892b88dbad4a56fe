// Guest host processes: what they are given, how they end, and that the kernel goes on without them.

import { expect, test } from "vitest";
import { guestProcessPool } from "../../../src/drivers/host/guest-process-pool.host.js";
import { bootProbeKernel, isAlive, Run, until } from "./probe-kernel.js";

test("a guest runs with its arguments and ends with its exit code", async () => {
  const kernel = await bootProbeKernel();
  const run = new Run(kernel, "args", ["one", "two"]);
  expect(await run.exitCode).toBe(7);
  expect(run.stdout).toBe("one two");
});

test("a process serves guests of its kernel one after the other", async () => {
  const kernel = await bootProbeKernel();
  const first = new Run(kernel, "ospid");
  await first.exitCode;
  const pid = first.stdout;
  for (let count = 0; ; count++) {
    const next = new Run(kernel, "ospid");
    await next.exitCode;
    // The first may not have been back yet.
    if (next.stdout === pid) break;
    expect(count).toBeLessThan(50);
  }
});

test("a process of one kernel never serves another", async () => {
  const [one, other] = [await bootProbeKernel(), await bootProbeKernel()];
  const first = new Run(one, "ospid");
  await first.exitCode;
  for (let count = 0; count < 3; count++) {
    const second = new Run(other, "ospid");
    await second.exitCode;
    expect(second.stdout).not.toBe(first.stdout);
  }
});

test("it is given nothing of the host but its channels: the main thread's and the workers'", async () => {
  const kernel = await bootProbeKernel();
  const run = new Run(kernel, "surroundings");
  await run.exitCode;
  const { fds, env, ...rest } = JSON.parse(run.stdout);
  expect(fds.filter((target: string) => !/^(pipe|\/dev\/null)/.test(target))).toEqual([
    "socket:[N]",
    "socket:[N]",
  ]);
  expect(env).toEqual([]);
  expect(rest).toEqual({ cwd: "/", isSessionLeader: true, niceness: 10, coreLimit: "0" });
});

test("bytes pass through a guest as they are", async () => {
  const kernel = await bootProbeKernel();
  const input = new Uint8Array(1_000_000).map((_, index) => (index * 31) % 251);
  const chunks: Uint8Array[] = [];
  const process = kernel.spawn("cat", [], { onStdout: (data) => void chunks.push(data) });
  for (let at = 0; at < input.length; at += 50_000) {
    await process.writeStdin(input.subarray(at, at + 50_000));
  }
  process.closeStdin();
  expect(await process.wait()).toBe(0);
  expect(Buffer.concat(chunks).equals(Buffer.from(input))).toBe(true);
});

test("a guest that spins is ended by SIGTERM and SIGKILL", async () => {
  const kernel = await bootProbeKernel();
  for (const signal of [15, 9]) {
    const run = new Run(kernel, "spin");
    const pid = Number(await run.says(/\d+\n/));
    run.process.kill(signal);
    expect(await run.exitCode).toBe(128 + signal);
    await until(() => !isAlive(pid));
  }
});

test("a guest that waits in a call is ended by a signal, and its process serves the next", async () => {
  const kernel = await bootProbeKernel();
  const run = new Run(kernel, "block");
  await run.says(/blocked/);
  run.process.kill(15);
  expect(await run.exitCode).toBe(143);
  const next = new Run(kernel, "args", ["still here"]);
  await next.exitCode;
  expect(next.stdout).toBe("still here");
});

test("a guest process killed from outside is reported as killed, its neighbour goes on", async () => {
  const kernel = await bootProbeKernel();
  const neighbour = kernel.spawn("cat", []);
  const run = new Run(kernel, "spin");
  const pid = Number(await run.says(/\d+\n/));
  process.kill(pid, "SIGKILL");
  expect(await run.exitCode).toBe(137);
  expect(kernel.processes.get(run.process.pid)).toBeUndefined();
  neighbour.closeStdin();
  expect(await neighbour.wait()).toBe(0);
});

test("a guest that grows a Map until V8 aborts ends alone with 134", async () => {
  const kernel = await bootProbeKernel();
  await kernel.writeFile("/kept", "kept");
  const neighbour = kernel.spawn("cat", []);
  const run = new Run(kernel, "growMap");
  expect(await run.exitCode).toBe(134);
  neighbour.closeStdin();
  expect(await neighbour.wait()).toBe(0);
  expect(new TextDecoder().decode(await kernel.readFile("/kept"))).toBe("kept");
});

test("what a guest had posted before it died is written", async () => {
  const kernel = await bootProbeKernel();
  const aborted = new Run(kernel, "postAndAbort");
  expect(await aborted.exitCode).toBe(134);
  expect(aborted.stdout.trim().split("\n")).toHaveLength(100);
});

test("what a guest had posted before it was killed is written", async () => {
  const kernel = await bootProbeKernel();
  const killed = new Run(kernel, "postAndSpin");
  await killed.says(/line 0\n/);
  killed.process.kill(9);
  expect(await killed.exitCode).toBe(137);
  const lines = killed.stdout.trim().split("\n");
  expect(lines).toEqual(lines.map((_, index) => `line ${index}`));
});

test.each(["oversized", "negative", "twice", "ready"])(
  "a %s frame ends the guest with SIGSYS, and nothing else",
  async (kind) => {
    const kernel = await bootProbeKernel();
    const run = new Run(kernel, "garbage", [kind]);
    expect(await run.exitCode).toBe(128 + 31);
    const next = new Run(kernel, "args", ["fine"]);
    await next.exitCode;
    expect(next.stdout).toBe("fine");
  },
);

test("a runtime that throws is one line on standard error and an abort", async () => {
  const kernel = await bootProbeKernel();
  const run = new Run(kernel, "throws");
  expect(await run.exitCode).toBe(134);
  expect(run.stderr).toBe("throws: no such thing as …\n");
});

test("nothing is left when the last kernel is disposed", async () => {
  const kernel = await bootProbeKernel();
  const runs = [new Run(kernel, "spin"), new Run(kernel, "spin")];
  const pids = await Promise.all(runs.map((run) => run.says(/\d+\n/).then(Number)));
  const reaper = guestProcessPool.reaper.pid ?? 0;
  expect(isAlive(reaper)).toBe(true);
  await kernel.dispose();
  expect(pids.map(isAlive)).toEqual([false, false]);
  await until(() => !isAlive(reaper));
});
