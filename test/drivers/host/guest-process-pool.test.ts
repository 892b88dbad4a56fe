// How many guest host processes there may be, and who waits for one.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GuestProcessPool } from "../../../src/drivers/host/guest-process-pool.host.js";
import { bootProbeKernel, isAlive, Run, until } from "./probe-kernel.js";

const LONG_MS = 60_000;

test("a guest waits for a place, and starts when one is free", async () => {
  const kernel = await bootProbeKernel(new GuestProcessPool(1, LONG_MS));
  const first = new Run(kernel, "spin");
  await first.says(/\d+\n/);
  const second = new Run(kernel, "args", ["at last"]);
  expect(kernel.processes.get(second.process.pid)?.status).toBe("running");
  first.process.kill(9);
  expect(await second.exitCode).toBe(7);
  expect(second.stdout).toBe("at last");
});

test("a guest that waited too long ends with 126 and a line that names EAGAIN and the limit", async () => {
  const kernel = await bootProbeKernel(new GuestProcessPool(1, 50));
  // The one place may take longer to come up than this pool lets one wait.
  let first = new Run(kernel, "spin");
  while ((await Promise.race([first.exitCode, first.says(/\d+\n/)])) === 126) {
    first = new Run(kernel, "spin");
  }
  const second = new Run(kernel, "args");
  expect(await second.exitCode).toBe(126);
  expect(second.stderr).toBe(
    "args: EAGAIN: resource temporarily unavailable, limit of 1 guest processes reached\n",
  );
});

test("a guest that waits can be killed", async () => {
  const kernel = await bootProbeKernel(new GuestProcessPool(1, LONG_MS));
  const first = new Run(kernel, "spin");
  await first.says(/\d+\n/);
  const second = new Run(kernel, "args");
  second.process.kill(15);
  expect(await second.exitCode).toBe(143);
});

/** The state of a process of this machine, as in ps(1): T is stopped. */
function hostState(pid: string): string | undefined {
  return readFileSync(`/proc/${Number(pid)}/stat`, "utf8").split(") ")[1]?.[0];
}

test.skipIf(process.platform !== "linux")(
  "a stopped guest computes nothing until it is continued",
  async () => {
    const kernel = await bootProbeKernel(new GuestProcessPool(2, LONG_MS));
    const run = new Run(kernel, "spin");
    await run.says(/\d+\n/);
    run.process.kill(19);
    expect(kernel.processes.get(run.process.pid)?.status).toBe("stopped");
    await until(() => hostState(run.stdout) === "T");
    run.process.kill(18);
    await until(() => hostState(run.stdout) === "R");
    run.process.kill(15);
    expect(await run.exitCode).toBe(143);
  },
);

test("a stopped guest can be killed, and its process serves nobody else", async () => {
  const kernel = await bootProbeKernel(new GuestProcessPool(1, LONG_MS));
  const first = new Run(kernel, "spin");
  await first.says(/\d+\n/);
  first.process.kill(19);
  const second = new Run(kernel, "ospid");
  first.process.kill(9);
  expect(await first.exitCode).toBe(137);
  expect(await second.exitCode).toBe(0);
  expect(second.stdout.trim()).not.toBe(first.stdout.trim());
});

test("a guest that is stopped while it waits for a place starts when it is continued", async () => {
  const kernel = await bootProbeKernel(new GuestProcessPool(1, LONG_MS));
  const first = new Run(kernel, "spin");
  await first.says(/\d+\n/);
  const second = new Run(kernel, "args", ["went on"]);
  second.process.kill(19);
  first.process.kill(9);
  await first.exitCode;
  second.process.kill(18);
  expect(await second.exitCode).toBe(7);
  expect(second.stdout).toBe("went on");
});

test("an idle process of one kernel gives its place up for another kernel", async () => {
  const pool = new GuestProcessPool(1, LONG_MS);
  const [one, other] = [await bootProbeKernel(pool), await bootProbeKernel(pool)];
  const first = new Run(one, "ospid");
  await first.exitCode;
  const second = new Run(other, "ospid");
  expect(await second.exitCode).toBe(0);
  expect(second.stdout).not.toBe(first.stdout);
  await until(() => !isAlive(Number(first.stdout)));
});

test("a runtime that can't be loaded is a line on standard error and 126", async () => {
  const pool = new GuestProcessPool(4, LONG_MS);
  const kernel = await bootProbeKernel(pool, new URL("./fixtures/none.mjs", import.meta.url));
  const run = new Run(kernel, "args");
  expect(await run.exitCode).toBe(126);
  expect(run.stderr).toBe("args: Cannot find module '…' imported from …\n");
});

test("a process that does not come up is told at once, not tried for ever", async () => {
  const pool = new GuestProcessPool(4, LONG_MS);
  const crashing = new URL("./fixtures/crashing-runtime.mjs", import.meta.url);
  const kernel = await bootProbeKernel(pool, crashing);
  const run = new Run(kernel, "args");
  expect(await run.exitCode).toBe(126);
  expect(run.stderr).toContain("a guest process could not be started");
});
