// The rows of the kernel itself: system calls of many threads, pipes, files, memory, and what it costs when idle.
// Guests are threads that make calls through the shipped stub; files are measured on the kernel's side of the call.

import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { createInMemoryFileSystem, createKernel, createWasmVmRuntime } from "secure-exec";
import { loadKernelInside } from "./kernel-inside.mjs";

const MiB = 1024 * 1024;
const idleMs = 2000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** What two threads of the host pay for a wake-up there and back. */
const pingPong = `
  const { parentPort, workerData } = require("node:worker_threads");
  const words = new Int32Array(workerData);
  for (;;) { Atomics.wait(words, 0, 0); Atomics.store(words, 0, 0); Atomics.store(words, 1, 1); Atomics.notify(words, 1); }
`;
const pinging = `
  const { parentPort, workerData } = require("node:worker_threads");
  const words = new Int32Array(workerData);
  const times = new Float64Array(10000);
  for (let turn = 0; turn < times.length; turn++) {
    const began = performance.now();
    Atomics.store(words, 0, 1); Atomics.notify(words, 0);
    Atomics.wait(words, 1, 0); Atomics.store(words, 1, 0);
    times[turn] = (performance.now() - began) * 1000;
  }
  times.sort();
  parentPort.postMessage({ p50: times[5000], p99: times[9900] });
`;

async function hostRoundTrip() {
  const words = new SharedArrayBuffer(8);
  const other = new Worker(pingPong, { eval: true, workerData: words });
  const pinger = new Worker(pinging, { eval: true, workerData: words });
  const [times] = await once(pinger, "message");
  await Promise.all([other.terminate(), pinger.terminate()]);
  return times;
}

/** A pipe of the host between two Node processes: MB/s at blocks of `bytes`. */
async function hostPipe(bytes, count) {
  const writer = `const fs = require("fs"); const data = Buffer.alloc(${bytes});
    for (let n = 0; n < ${count}; n++) { for (let at = 0; at < data.length; ) { try { at += fs.writeSync(1, data, at); } catch (e) { if (e.code !== "EAGAIN") throw e; } } }`;
  const reader = `const fs = require("fs"); const target = Buffer.alloc(65536); let began = 0, bytes = 0;
    for (;;) { const n = fs.readSync(0, target); began ||= performance.now(); if (n === 0) break; bytes += n; }
    fs.writeSync(1, String(bytes / (performance.now() - began) / 1000));`;
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const node = quote(process.execPath);
  const script = `${node} -e ${quote(writer)} | ${node} -e ${quote(reader)}`;
  const shell = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  shell.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await once(shell, "close");
  return Number(text);
}

const microseconds = (value) => `${value.toPrecision(3)} µs`;
const milliseconds = (value) => `${value.toPrecision(3)} ms`;
const speed = (value) => `${value.toPrecision(3)} MB/s`;

/** The time of one `act`, in µs, of `count` of them; and the slowest one's. */
function timeOf(count, act) {
  let slowest = 0;
  const began = performance.now();
  for (let turn = 0; turn < count; turn++) {
    const start = performance.now();
    act(turn);
    slowest = Math.max(slowest, performance.now() - start);
  }
  return { us: ((performance.now() - began) * 1000) / count, slowestMs: slowest };
}

/**
 * Measures everything.
 * @param folder - A temporary folder of the host.
 * @returns {AsyncGenerator<{ title: string, ours: string, host: string, ratio?: number }>}
 */
export async function* measureKernel(folder) {
  const inside = await loadKernelInside(folder);
  const guestFile = join(folder, "bench-guest.mjs");
  await build({
    entryPoints: [new URL("bench-guest.mjs", import.meta.url).pathname],
    outfile: guestFile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  // First: what others leave to be collected is not its.
  yield memory(inside);
  yield await idle();
  yield* calls(inside, guestFile);
  yield* pipes(inside, guestFile);
  yield* files(inside, folder);
}

/** Runs guests side by side and answers what each reports. `connect` gives them descriptors. */
async function runGuests(inside, guestFile, works, connect = () => {}) {
  const { hub, tables } = inside.bootHub();
  const processes = works.map(() => inside.start(tables));
  connect(tables, processes);
  const guests = works.map((work, index) => {
    const slot = hub.connect();
    const ended = new Promise((resolve) => slot.serve(processes[index].pid, resolve));
    const workerData = { work, connection: slot.connection };
    const worker = new Worker(guestFile, { workerData });
    const report = once(worker, "message").then(([message]) => message);
    return { slot, worker, report, ended };
  });
  const reports = await Promise.all(guests.map(({ report }) => report));
  for (const { slot, worker, ended } of guests) {
    await ended;
    await worker.terminate();
    slot.release();
  }
  return reports;
}

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function* calls(inside, guestFile) {
  const host = await hostRoundTrip();
  for (const count of [1, 4, 16]) {
    const works = Array(count).fill({ kind: "null", calls: 20_000 });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const reports = await runGuests(inside, guestFile, works);
    delay.disable();
    for (const [name, kind] of [
      ["p50", "p50"],
      ["p99", "p99"],
    ]) {
      const ours = middle(reports.map((report) => report[kind]));
      const title = `null syscall, ${count} processes, ${name}`;
      yield {
        title,
        ours: microseconds(ours),
        host: microseconds(host[kind]),
        ratio: ours / host[kind],
      };
    }
    const p99 = delay.percentile(99) / 1e6;
    yield {
      title: `event loop delay meanwhile, p99`,
      ours: milliseconds(p99),
      host: "aim 10 ms",
      ratio: p99 / 10,
    };
  }
}

async function* pipes(inside, guestFile) {
  for (const [name, bytes, count] of [
    ["80 B", 80, 200_000],
    ["1 KiB", 1024, 100_000],
    ["64 KiB", 65_536, 4_000],
  ]) {
    const samples = { ours: [], host: [] };
    for (let round = 0; round < 5; round++) {
      const [, read] = await runGuests(
        inside,
        guestFile,
        [{ kind: "write", bytes, count }, { kind: "read" }],
        (tables, [writer, reader]) => {
          const { readFd, writeFd } = inside.ok(inside.openPipe(tables, writer, false));
          reader.fds.install(0, inside.ok(writer.fds.get(readFd)));
          writer.fds.install(1, inside.ok(writer.fds.get(writeFd)));
          if (readFd !== 1) writer.fds.close(readFd);
          if (writeFd !== 1) writer.fds.close(writeFd);
        },
      );
      samples.ours.push(read.bytes / read.ms / 1000);
      samples.host.push(await hostPipe(bytes, count));
    }
    const [ours, host] = [middle(samples.ours), middle(samples.host)];
    yield {
      title: `pipe, writes of ${name}`,
      ours: speed(ours),
      host: speed(host),
      ratio: ours / host,
    };
  }
}

function* files(inside, folder) {
  const { DirectGuest, bootTables, start, utf8, constants } = inside;
  const { AT_FDCWD, O_APPEND, O_CREAT, O_DIRECTORY, O_RDONLY, O_WRONLY } = constants;
  const tables = bootTables();
  const guest = new DirectGuest(tables, start(tables));
  const at = (path) => ({ directory: AT_FDCWD, path: utf8(path) });
  const open = (path, flags) => guest.do("open", { ...at(path), flags, mode: 0o644, minimum: 0 });
  const hostPath = (path) => join(folder, path);
  const data = new Uint8Array(4096);
  const row = (title, ours, host) => ({
    title,
    ours: microseconds(ours.us),
    host: microseconds(host.us),
    ratio: ours.us / host.us,
  });

  for (const path of ["many", "thousand", "crowd"]) {
    mkdirSync(hostPath(path));
    guest.do("mkdir", { ...at(`/tmp/${path}`), mode: 0o755 });
  }
  yield row(
    "create, write of 4 KiB, close",
    timeOf(5000, (n) => {
      const fd = open(`/tmp/many/${n}`, O_WRONLY | O_CREAT);
      guest.do("write", { fd, data });
      guest.do("close", { fd });
    }),
    timeOf(5000, (n) => {
      const fd = openSync(hostPath(`many/${n}`), "w");
      writeSync(fd, data);
      closeSync(fd);
    }),
  );
  yield row(
    "stat",
    timeOf(20_000, (n) => guest.do("stat", { ...at(`/tmp/many/${n % 5000}`), flags: 0 })),
    timeOf(20_000, (n) => statSync(hostPath(`many/${n % 5000}`))),
  );
  yield row(
    "open and close",
    timeOf(20_000, (n) => guest.do("close", { fd: open(`/tmp/many/${n % 5000}`, O_RDONLY) })),
    timeOf(20_000, (n) => closeSync(openSync(hostPath(`many/${n % 5000}`), "r"))),
  );
  for (let n = 0; n < 1000; n++) {
    writeFileSync(hostPath(`thousand/${n}`), "");
    guest.do("close", { fd: open(`/tmp/thousand/${n}`, O_WRONLY | O_CREAT) });
  }
  yield row(
    "readdir of 1,000",
    timeOf(200, () => {
      const fd = open("/tmp/thousand", O_RDONLY | O_DIRECTORY);
      for (let position = 0; guest.do("read_directory", { fd, position, target: 65_536 }) > 0; ) {
        position += 1024;
      }
      guest.do("close", { fd });
    }),
    timeOf(200, () => readdirSync(hostPath("thousand"))),
  );
  for (let n = 0; n < 50_000; n++) {
    closeSync(openSync(hostPath(`crowd/${n}`), "w"));
    guest.do("close", { fd: open(`/tmp/crowd/${n}`, O_WRONLY | O_CREAT) });
  }
  yield row(
    "rename in a directory of 50,000",
    timeOf(2000, (n) =>
      guest.do("rename", {
        oldDirectory: AT_FDCWD,
        oldPath: utf8(`/tmp/crowd/${n}`),
        newDirectory: AT_FDCWD,
        newPath: utf8(`/tmp/crowd/r${n}`),
      }),
    ),
    timeOf(2000, (n) => renameSync(hostPath(`crowd/${n}`), hostPath(`crowd/r${n}`))),
  );
  const appended = open("/tmp/log", O_WRONLY | O_CREAT | O_APPEND);
  const hostLog = openSync(hostPath("log"), "a");
  const block = new Uint8Array(64 * 1024);
  const blocks = (100 * MiB) / block.length;
  const ours = timeOf(blocks, () => guest.do("write", { fd: appended, data: block }));
  const host = timeOf(blocks, () => writeSync(hostLog, block));
  closeSync(hostLog);
  yield row("append of 64 KiB, to 100 MB", ours, host);
  yield {
    title: "the slowest of these appends",
    ours: milliseconds(ours.slowestMs),
    host: milliseconds(host.slowestMs),
    ratio: ours.slowestMs / host.slowestMs,
  };
}

function memory({ DirectGuest, bootTables, start, utf8, constants }) {
  const tables = bootTables({ inodes: 110_000 });
  const guest = new DirectGuest(tables, start(tables));
  const { AT_FDCWD, O_CREAT, O_WRONLY } = constants;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const files = 100_000;
  for (let n = 0; n < files; n++) {
    const path = utf8(`/tmp/${Math.floor(n / 1000)}-${n}`);
    const flags = O_WRONLY | O_CREAT;
    guest.do("open", { directory: AT_FDCWD, path, flags, mode: 0o644, minimum: 0 });
    guest.do("close", { fd: 0 });
  }
  collectGarbage();
  const bytes = (process.memoryUsage().heapUsed - before) / files;
  // They must still be there.
  guest.do("stat", { directory: AT_FDCWD, path: utf8("/tmp/0-0"), flags: 0 });
  return { title: "memory of a file, of 100,000", ours: `${Math.round(bytes)} B`, host: "" };
}

async function idle() {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime());
  await kernel.exec("echo warm");
  // A program that sleeps is idle, too.
  const sleeper = kernel.spawn("sleep", ["60"]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const { user, system } = process.cpuUsage(before);
  sleeper.kill(9);
  await kernel.dispose();
  const percent = ((user + system) / 1000 / idleMs) * 100;
  return {
    title: "processor time of an idle kernel",
    ours: `${percent.toFixed(2)} %`,
    host: "aim 0",
  };
}
