// A114–A119: variables that configure interpreters, values of the host, texts of errors, clocks, and what one run leaves to the next.

import { createInMemoryFileSystem, createKernel, type Kernel } from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { expect, test } from "vitest";
import { Run } from "../drivers/host/probe-kernel.js";
import { guestHosts } from "../drivers/node/host-processes.js";
import { isolations } from "./node-guest.js";
import { underOracle } from "./universal-oracle.js";

async function boot(
  isolation: "process" | "thread",
  timing: "precise" | "coarse",
): Promise<Kernel> {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem(), timing });
  await kernel.mount(createWasmVmRuntime());
  await kernel.mount(createNodeRuntime({ isolation }));
  return kernel;
}

test.each(isolations)("A114-A116, A119: Node guests in a %s", (isolation) =>
  underOracle(async (saw) => {
    const kernel = await boot(isolation, "precise");
    const node = async (program: string, env: Record<string, string> = {}) => {
      const { stdout, stderr, exitCode } = await kernel.execFile("node", ["-e", program], { env });
      saw(stdout + stderr);
      return { stdout, stderr, exitCode };
    };
    // A114
    const env = {
      LD_PRELOAD: "/tmp/none.so",
      NODE_OPTIONS: "--no-warnings",
      PYTHONSTARTUP: "/tmp/none.py",
      BASH_ENV: "/tmp/env",
      IFS: "x",
      PATH: ".:/bin:/usr/bin",
    };
    await kernel.writeFile("/tmp/env", "echo from BASH_ENV");
    expect(
      await node("console.log(process.env.LD_PRELOAD, process.execArgv.length)", env),
    ).toMatchObject({
      stdout: "/tmp/none.so 2\n",
      exitCode: 0,
    });
    expect((await kernel.exec("echo axb", { env })).stdout).toContain("axb\n");
    // A115
    const values = `const os = require("os");
      console.log(JSON.stringify([process.env, os.hostname(), os.userInfo(), os.homedir(), os.tmpdir(), os.cpus(), os.networkInterfaces(),
        process.execPath, process.argv, process.cwd(), process.title, process.pid, process.ppid, process.release, process.config.variables.node_prefix]));
      try { console.log(JSON.stringify(process.report.getReport())); } catch (error) { console.log(error.message); }
      for (const name of ["environ", "cmdline", "maps", "mounts", "status", "stat"]) try { console.log(require("fs").readFileSync("/proc/self/" + name, "utf8")); } catch (error) { console.log(error.message); }`;
    expect(await node(values)).toMatchObject({ exitCode: 0 });
    // A116
    const errors = `process.on("uncaughtException", (error) => { console.log(error.stack); process.exit(); });
      process.emitWarning("a warning");
      for (const fail of [() => require("./none"), () => require("fs").readFileSync("/none"), () => new Function("}")(), () => structuredClone(() => {}), () => null.x,
        () => require("crypto").createHash("none"), () => require("zlib").inflateSync(Buffer.from("x")), () => new WebAssembly.Module(new Uint8Array(3))])
        try { fail(); } catch (error) { console.log(error.stack); }
      throw new Error("the last");`;
    expect((await node(errors)).stdout).toContain("the last");
    // A119
    const leave = `globalThis.left = 1; Array.prototype.left = 1; require("path").left = 1; process.env.LEFT = "1"; require("module")._cache.left = 1;`;
    expect(await node(leave)).toMatchObject({ exitCode: 0 });
    const found = `console.log(typeof left, [].left, require("path").left, process.env.LEFT, require("module")._cache.left)`;
    expect((await node(found)).stdout).toBe("undefined undefined undefined undefined undefined\n");
    await kernel.dispose();
  }),
);

test.each(isolations)(
  "A117: coarse clocks go in steps of 1 ms, and nothing counts beside: in a %s",
  (isolation) =>
    underOracle(async (saw) => {
      const kernel = await boot(isolation, "coarse");
      const program = `const steps = [() => performance.now(), () => Number(process.hrtime.bigint()) / 1e6, () => process.hrtime()[1] / 1e6,
        () => Date.now(), () => process.uptime() * 1000, () => new Event("x").timeStamp, () => performance.timeOrigin + performance.now()];
      for (const now of steps) {
        const values = new Set();
        for (let i = 0; i < 2000; i++) values.add(now());
        const sorted = [...values].sort((one, other) => one - other);
        const least = Math.min(...sorted.slice(1).map((value, at) => value - sorted[at]));
        if (least < 0.99) console.log("BREAK", String(now), least);
      }
      const { Worker } = require("worker_threads");
      new Worker("", { eval: true }).on("error", ({ code }) => console.log(code)).on("online", () => console.log("BREAK a thread"));`;
      const { stdout, stderr } = await kernel.execFile("node", ["-e", program]);
      saw(stdout + stderr);
      expect(stdout).toBe("ERR_WORKER_INIT_FAILED\n");
      const times = await kernel.exec("for i in 1 2 3 4 5; do date +%N; done");
      saw(times.stdout);
      for (const time of times.stdout.trim().split("\n")) expect(time).toMatch(/^\d{3}000000$/);
      await kernel.dispose();
    }),
);

test("A118: a cache's hits and misses are no times that a coarse clock tells, and guests are processes apart", () =>
  underOracle(async (saw) => {
    const kernel = await boot("process", "coarse");
    // What an attacker has to tell apart is 100 ns; whoever can only add misses up has to make 10,000 of the same one.
    const attacker = `const fs = require("fs");
      const line = new Uint8Array(64), evicting = new Uint8Array(1 << 24);
      const fileTime = () => { fs.writeFileSync("/tmp/clock", ""); return Number(fs.statSync("/tmp/clock", { bigint: true }).mtimeNs / 1000n) / 1000; };
      const clocks = [() => performance.now(), () => Number(process.hrtime.bigint()) / 1e6, () => performance.mark("x").startTime, fileTime];
      let sum = 0;
      for (const now of clocks) for (let round = 0; round < 200; round++) {
        const isMiss = round % 2 === 1;
        if (isMiss && round < 9) for (let at = 0; at < evicting.length; at += 64) sum += evicting[at]++;
        const begin = now(); sum += line[0]; const took = now() - begin;
        if (took !== 0 && took < 0.99) console.log("BREAK", String(now), took);
      }
      console.log("done", sum > 0);
      process.stdin.resume();`;
    const guests = [attacker, "console.log('victim'); process.stdin.resume();"].map(
      (program) => new Run(kernel as never, "node", ["-e", program]),
    );
    await guests[0]?.says(/done true\n/);
    await guests[1]?.says(/victim\n/);
    // Two guests that run, perhaps one process more that is kept ready.
    expect(guestHosts().length).toBeGreaterThanOrEqual(2);
    for (const { process, stdout, stderr } of guests) {
      saw(stdout + stderr);
      expect(stdout).not.toContain("BREAK");
      process.closeStdin();
    }
    for (const { exitCode } of guests) expect(await exitCode).toBe(0);
    await kernel.dispose();
  }));

test("timing is one of two words", () => {
  const make = () =>
    createKernel({ filesystem: createInMemoryFileSystem(), timing: "fine" as never });
  expect(make).toThrow('EINVAL: invalid argument, timing must be "precise" or "coarse", not fine');
});
