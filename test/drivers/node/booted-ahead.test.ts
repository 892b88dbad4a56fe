// Node's library boots before it is known who the guest is: what a guest is must be its own all the same, and nothing of
// another's.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { until } from "../host/probe-kernel.js";
import { guestHosts } from "./host-processes.js";
import { bootNode, nodeInGuest } from "./node-kernel.js";

const isolations = ["process", "thread"] as const;

/** Prints what of a guest depends on who it is, and what another one may have left. */
const REPORT = `console.log(JSON.stringify({
  argv: process.argv.slice(1), execArgv: process.execArgv.filter((word) => word !== "-e" && !word.includes("JSON")),
  mine: process.env.MINE, names: Object.keys(process.env).includes("LEFT"), cwd: process.cwd(), mask: process.umask(),
  gc: typeof gc, title: process.title, exitCode: process.exitCode, depth: Error.stackTraceLimit,
  left: [typeof globalThis.left, ({}).left, [].map === Array.prototype.map, require("fs").left, require("module")._pathCache.left],
  options: [process.execArgv.includes("--no-warnings"), require("util").inspect.defaultOptions.depth],
  listeners: process.listenerCount("exit"),
}));`;

/** Leaves what a program can leave. */
const LEAVE = `globalThis.left = 1; Object.prototype.left = 2; Array.prototype.map = () => []; require("fs").left = 3;
  require("module")._pathCache.left = 4; process.env.LEFT = "5"; process.chdir("/"); process.umask(0); process.title = "left";
  Error.stackTraceLimit = 1; require("util").inspect.defaultOptions.depth = 9; process.exitCode = 0;
  process.on("exit", () => {}); setInterval(() => {}, 1000).unref();`;

test.for(isolations)("a guest is itself, whoever ran before (%s)", async (isolation) => {
  const kernel = await bootNode({ isolation });
  await kernel.writeFile("/tmp/report.cjs", REPORT);
  const first = `cd /tmp; umask 077; MINE=one node --expose-gc --no-warnings report.cjs a b`;
  const second = `cd /usr; umask 022; MINE=two node /tmp/report.cjs c`;
  const report = async (line: string) => JSON.parse((await kernel.exec(line)).stdout);
  const left = ["undefined", null, true, null, null];
  const same = { names: false, title: "node", depth: 10, left, listeners: 0 };
  for (let round = 0; round < 2; round++) {
    expect(await report(first)).toEqual({
      ...same,
      argv: ["/tmp/report.cjs", "a", "b"],
      execArgv: ["--expose-gc", "--no-warnings"],
      mine: "one",
      cwd: "/tmp",
      mask: 0o77,
      gc: "function",
      options: [true, 2],
    });
    expect((await nodeInGuest(kernel, ["-e", LEAVE])).stderr).toBe("");
    expect(await report(second)).toEqual({
      ...same,
      argv: ["/tmp/report.cjs", "c"],
      execArgv: [],
      mine: "two",
      cwd: "/usr",
      mask: 0o22,
      gc: "undefined",
      options: [false, 2],
    });
  }
});

test.for(isolations)("its time begins with it (%s)", async (isolation) => {
  const kernel = await bootNode({ isolation });
  // The second one's isolate is there before.
  await nodeInGuest(kernel, ["-e", "0"]);
  const before = Date.now();
  const program =
    "performance.timeOrigin + ' ' + (process.uptime() < performance.now() / 1000 + 1)";
  const { stdout } = await nodeInGuest(kernel, ["-p", program]);
  const [origin, isNear] = stdout.trim().split(" ");
  expect(Number(origin)).toBeGreaterThanOrEqual(before);
  expect(isNear).toBe("true");
});

test.for(isolations)("its heap is the one that its driver sets (%s)", async (isolation) => {
  const kernel = await bootNode({ isolation, memoryLimitMb: 48 });
  const program =
    "process.constrainedMemory() / 2 ** 20 + ' ' + require('v8').getHeapStatistics().heap_size_limit";
  for (let round = 0; round < 2; round++) {
    const [limit, heap] = (await nodeInGuest(kernel, ["-p", program])).stdout.trim().split(" ");
    expect(limit).toBe("48");
    expect(Number(heap)).toBeLessThan(100 * 2 ** 20);
  }
});

test("a process that is killed before its guest comes is nobody's loss", async () => {
  const kernel = await bootNode();
  expect((await nodeInGuest(kernel, ["-p", "1"])).stdout).toBe("1\n");
  const hosts = guestHosts();
  for (const pid of hosts) process.kill(pid, "SIGKILL");
  await until(() => !hosts.some((pid) => existsSync(`/proc/${pid}`)));
  expect((await nodeInGuest(kernel, ["-p", "2"])).stdout).toBe("2\n");
  await kernel.dispose();
  expect(guestHosts()).toEqual([]);
});
