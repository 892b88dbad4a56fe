// A guest thread for kernel.mjs, bundled by it: makes calls as it is told and reports what they took.

import { parentPort, workerData } from "node:worker_threads";
import { SharedMemoryStub } from "../src/bridge/guest/shared-memory-stub.js";
import { syscalls } from "../src/bridge/syscalls.js";

const { connection, work } = workerData;
const stub = new SharedMemoryStub(connection, syscalls);

const works = {
  /** Each call's time, in µs. */
  null({ calls }) {
    const times = new Float64Array(calls);
    for (let call = 0; call < calls; call++) {
      const began = performance.now();
      stub.call("getpid", {});
      times[call] = (performance.now() - began) * 1000;
    }
    times.sort();
    return { p50: times[Math.floor(calls * 0.5)], p99: times[Math.floor(calls * 0.99)] };
  },
  /** Writes blocks to descriptor 1 and closes it. */
  write({ bytes, count }) {
    const data = new Uint8Array(bytes);
    for (let block = 0; block < count; block++) {
      if (stub.write(1, data) !== 0) throw new Error("write failed");
    }
    stub.call("close", { fd: 1 });
    return {};
  },
  /** Reads descriptor 0 to its end; how long from the first byte. */
  read() {
    let [began, bytes] = [0, 0];
    for (;;) {
      if (stub.call("read", { fd: 0, target: 65_536 }) !== 0) throw new Error("read failed");
      if (began === 0) began = performance.now();
      if (stub.result === 0) return { ms: performance.now() - began, bytes };
      bytes += stub.result;
    }
  },
};

parentPort.postMessage(works[work.kind](work));
stub.post("exit", { code: 0 });
