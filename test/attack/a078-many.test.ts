// A078–A082, A088: as many of everything as one can get, output without end, and many kernels one after the other.

import { readdirSync } from "node:fs";
import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { expect, test } from "vitest";
import { withKernel } from "./limit-probe.js";
import { isolations } from "./node-guest.js";
import { sized } from "./size.js";
import { underOracle } from "./universal-oracle.js";

/** A080: a million is the probe's own number. */
const many = sized(1e6, 1e5);

test.each(isolations)(
  "A078-A081 with Node guests in a %s",
  (isolation) =>
    withKernel(
      async (kernel, saw) => {
        const limits = {
          wallMs: sized(300_000, 20_000),
          processes: 12,
          descriptors: 250,
          sockets: 8,
        };
        const programs = {
          descriptors: `const fs = require("fs"); let code; const fds = [];
          try { for (;;) fds.push(fs.openSync("/dev/null")); } catch (error) { code = error.code; }
          fds.forEach((fd) => fs.closeSync(fd)); fs.closeSync(fs.openSync("/dev/null")); console.log(code, "recovered");`,
          sockets: `const net = require("net"); let left = 20; const codes = new Set();
          for (let i = 0; i < 20; i++) net.createServer().on("error", ({ code }) => codes.add(code)).on("error", done).listen(0, done);
          function done() { if (--left === 0) { console.log([...codes].join()); process.exit(); } }`,
          spawning: `const { spawn } = require("child_process"); let left = 20; const codes = new Set();
          for (let i = 0; i < 20; i++) spawn("sleep", ["100"]).on("error", ({ code }) => { codes.add(code); done(); }).on("spawn", done);
          function done() { if (--left === 0) { console.log([...codes].join()); process.exit(); } }`,
          timers: `for (let i = 0; i < ${many}; i++) setTimeout(() => {}, 1e6).unref(); console.log("cheap");`,
          promises: `const kept = []; for (let i = 0; i < ${many}; i++) kept.push(new Promise(() => {}));
          const { EventEmitter } = require("events"); const emitter = new EventEmitter().setMaxListeners(0);
          for (let i = 0; i < ${many}; i++) emitter.on("x", () => {}); console.log("cheap");`,
          handles: `const { MessageChannel } = require("worker_threads"); const kept = [];
          for (let i = 0; i < ${sized(1e6, 2000)}; i++) { const { port1 } = new MessageChannel(); port1.unref(); kept.push(port1); }
          console.log("cheap"); process.exit();`,
        };
        const printed: [string, string][] = [];
        for (const [name, program] of Object.entries(programs)) {
          const file = `/tmp/${name}.js`;
          await kernel.writeFile(file, program);
          const { stdout, stderr, limit } = await kernel.execFile("node", [file], { limits });
          saw(stdout + stderr);
          printed.push([name, limit?.limit ?? stdout.trim()]);
        }
        expect(Object.fromEntries(printed)).toEqual({
          descriptors: "EMFILE recovered",
          sockets: "ENFILE",
          spawning: "EAGAIN",
          // A million of these is more than the heap.
          timers: sized("heapBytes", "cheap"),
          promises: "cheap",
          handles: sized("heapBytes", "cheap"),
        });
      },
      {},
      isolation,
    ),
  sized(900_000, 30_000),
);

test("A078: fork bombs of the shell are refused, and end with their call", () =>
  withKernel(async (kernel, saw) => {
    const limits = { processes: 10, wallMs: 3000 };
    // The shell gives the first one up by itself, when its time is not over before.
    const bombs: [string, (string | undefined)[]][] = [
      ["f() { f | f & f; }; f", [undefined, "wallMs"]],
      ["while :; do sleep 100 & done", ["wallMs"]],
    ];
    for (const [bomb, ends] of bombs) {
      const { stderr, limit } = await kernel.exec(bomb, { limits });
      saw(stderr);
      expect(ends).toContain(limit?.limit);
      expect(stderr).toContain("Resource temporarily unavailable");
    }
    await expect.poll(() => kernel.processes.size).toBe(0);
  }));

test("A081: a pipe that nobody reads, or that both ends have, keeps its process only", () =>
  underOracle(async () => {
    const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
    await kernel.mount(createWasmVmRuntime());
    kernel.spawn("sh", ["-c", "yes | sleep 1000"]);
    kernel.spawn("sh", ["-c", "mkfifo /tmp/own; exec 3<>/tmp/own; yes >&3"]);
    kernel.spawn("sh", ["-c", "sleep 1000 | cat"]);
    expect(await kernel.exec("seq 3 | tail -n 1")).toMatchObject({ stdout: "3\n" });
    await kernel.dispose();
  }));

test("A082: output without end is kept up to its limit, whoever reads it", () =>
  withKernel(async (kernel) => {
    const limits = { capturedBytes: 10_000, wallMs: 2500 };
    const captured = await kernel.exec("yes & yes >&2", { limits });
    expect(captured).toMatchObject({ truncated: true, limit: { limit: "wallMs" } });
    expect([captured.stdout.length, captured.stderr.length]).toEqual([10_000, 10_000]);
    // Nobody reads these: one waits with the last MiB kept, the other is a terminal's.
    const unread = kernel.spawn("yes", [], { limits });
    const shell = kernel.openShell({ command: "yes", limits });
    expect([await unread.wait(), await shell.wait()]).toEqual([143, 143]);
  }));

test(
  "A088: kernels that come and go leave neither descriptors nor threads",
  async () => {
    const round = async (): Promise<void> => {
      const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
      await kernel.mount(createWasmVmRuntime());
      expect(await kernel.exec("echo hi")).toMatchObject({ stdout: "hi\n" });
      await kernel.dispose();
    };
    const held = () => [readdirSync("/proc/self/fd").length, readdirSync("/proc/self/task").length];
    // The first rounds fill what stays: caches, the allocator's arenas.
    for (let i = 0; i < sized(100, 1); i++) await round();
    const [descriptors = 0, threads = 0] = held();
    const before = process.memoryUsage.rss();
    const rounds = sized(1000, 3);
    for (let i = 0; i < rounds; i++) await round();
    // 100 KB a kernel would show as 100 MB.
    if (rounds === 1000) expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 2 ** 20);
    await expect.poll(() => held()[0]).toBeLessThanOrEqual(descriptors);
    // libuv makes the four of its pool when it first needs them.
    await expect.poll(() => held()[1]).toBeLessThanOrEqual(threads + 4);
  },
  sized(3_600_000, 20_000),
);
