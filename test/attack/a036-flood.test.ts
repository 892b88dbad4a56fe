// A036: a guest that calls as fast as it can. Its neighbours' calls are answered, and the host's event loop turns.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SharedMemoryHub } from "../../src/bridge/shared-memory-hub.js";
import { createKernelInterface } from "../../src/kernel/driver-calls.js";
import { FileApi } from "../../src/kernel/file-api.js";
import { SIGKILL } from "../../src/kernel/signals.js";
import type { GuestWork } from "../bridge/getpid-guest.js";
import { bootTables, IdleDriver, start } from "../kernel/tables.js";
import { underOracle } from "./universal-oracle.js";

let folder: string;
let guestFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "secure-exec-flood-"));
  guestFile = join(folder, "guest.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../bridge/getpid-guest.ts", import.meta.url))],
    outfile: guestFile,
    bundle: true,
    platform: "node",
    format: "esm",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

test("three guests that hammer do not keep a fourth from its 2,000 calls, nor the host from its turns", () =>
  underOracle(async () => {
    const tables = bootTables();
    const files = new FileApi(tables.vfs);
    const ki = createKernelInterface(tables, new IdleDriver(), files, { env: {}, cwd: "/" });
    const hub = new SharedMemoryHub(ki);
    const run = (calls: number) => {
      const process = start(tables);
      const slot = hub.connect();
      slot.serve(process.pid, () => {});
      const workerData: GuestWork = { calls, connection: slot.connection };
      const worker = new Worker(guestFile, { workerData });
      // A hammer is killed in the middle of a call: it unwinds by an exception that nobody catches.
      worker.on("error", () => {});
      const report = new Promise<{ failures: number }>((resolve) =>
        worker.once("message", resolve),
      );
      return { process, slot, worker, report };
    };
    const hammers = [1, 2, 3].map(() => run(2 ** 31));
    const neighbour = run(2000);
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    turn();
    expect(await neighbour.report).toMatchObject({ failures: 0 });
    isDone = true;
    expect(turns).toBeGreaterThan(10);
    for (const { process } of hammers) expect(process.isRunning).toBe(true);
    for (const { process, worker, slot } of [...hammers, neighbour]) {
      tables.processes.deliver(process, SIGKILL);
      await worker.terminate();
      slot.release();
    }
  }));
