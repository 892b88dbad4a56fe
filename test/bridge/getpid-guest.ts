// A guest thread for shared-memory.test.ts, bundled by it: makes `calls` getpid calls and reports.

import { parentPort, workerData } from "node:worker_threads";
import { SharedMemoryStub } from "../../src/bridge/guest/shared-memory-stub.js";
import type { GuestConnection } from "../../src/bridge/shared-memory-hub.js";
import { syscalls } from "../../src/bridge/syscalls.js";

export interface GuestWork {
  readonly connection: GuestConnection;
  readonly calls: number;
  /** In bytes: each call is then a write to descriptor 1 and a read of it back from 0. */
  readonly echo?: number;
}

const { connection, calls, echo } = workerData as GuestWork;
const stub = new SharedMemoryStub(connection, syscalls);
const pids = new Set<number>();
let failures = 0;

for (let call = 0; call < calls; call++) {
  if (echo === undefined) {
    if (stub.call("getpid", {}) !== 0) failures++;
    pids.add(stub.result);
    continue;
  }
  const data = new Uint8Array(echo).fill(call);
  if (stub.call("write", { fd: 1, data }) !== 0 || stub.result !== echo) failures++;
  if (stub.call("read", { fd: 0, target: echo }) !== 0) failures++;
  if (!stub.resultBytes.every((byte) => byte === (call & 0xff))) failures++;
}
parentPort?.postMessage({ pids: [...pids], failures });
stub.post("exit", { code: 0 });
