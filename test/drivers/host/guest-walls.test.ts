// The walls of guest host processes (native/walls): what a process can't do any more once they stand. In a process of its own.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const addon = fileURLToPath(
  new URL(`../../../dist/native/walls-${process.platform}-${process.arch}.node`, import.meta.url),
);

const program = `
const fs = require("fs");
const { raiseWalls, limitData } = require(process.argv[1]);
const own = fs.mkdtempSync(require("os").tmpdir() + "/secure-exec-walls-") + "/file"; fs.writeFileSync(own, "");
const attempts = {
  "start a program": () => { const { error } = require("child_process").spawnSync("/bin/true"); if (error) throw error; },
  "open a socket": () => require("dgram").createSocket("udp4").bind(0),
  "write a file": () => fs.writeFileSync("/tmp/secure-exec-walls-other", ""),
  "append to a file": () => fs.appendFileSync(own, "x"),
  "remove a file": () => fs.unlinkSync(own),
  "make a directory": () => fs.mkdirSync("/tmp/secure-exec-walls-folder"),
  "change a mode": () => fs.chmodSync(own, 0o777),
  "signal its parent": () => process.kill(process.ppid, "SIGCONT"),
  "become somebody": () => process.setuid(1),
  "read a file": () => fs.readFileSync(process.argv[1]),
  "signal itself": () => process.kill(process.pid, "SIGCONT"),
};
const run = () => Object.fromEntries(Object.entries(attempts).map(([name, attempt]) => {
  try { attempt(); return [name, "done"]; } catch ({ code }) { return [name, code]; }
}));
const stands = raiseWalls();
const outcomes = run();
const { Worker } = require("worker_threads");
new Worker("require('worker_threads').parentPort.postMessage(1)", { eval: true }).once("message", () => {
  const isLimited = limitData(1e9);
  let memory = "unbounded";
  try { const kept = []; for (let i = 0; i < 100; i++) kept.push(new WebAssembly.Memory({ initial: 1000 })); } catch ({ name }) { memory = name; }
  console.log(JSON.stringify({ stands, outcomes, isLimited, memory }));
});
process.on("uncaughtException", (error) => { if (error.code !== "EPERM") throw error; });
`;

const canHaveWalls = existsSync(addon) && process.platform === "linux";

test.skipIf(!canHaveWalls)(
  "keep programs, sockets, files and other processes away, and memory bounded",
  () => {
    const printed = execFileSync(process.execPath, ["-e", program, addon], { encoding: "utf8" });
    const { stands, outcomes, isLimited, memory } = JSON.parse(printed);
    expect(isLimited).toBe(true);
    expect(memory).toBe("RangeError");
    expect(readFileSync("/proc/sys/kernel/seccomp/actions_avail", "utf8")).toContain("errno");
    expect(stands).toBe(true);
    expect(outcomes).toEqual({
      "start a program": "EPERM",
      // It fails when it binds, a turn later.
      "open a socket": expect.stringMatching(/^(EPERM|done)$/),
      "write a file": "EACCES",
      "append to a file": "EACCES",
      "remove a file": "EPERM",
      "make a directory": "EPERM",
      "change a mode": "EPERM",
      "signal its parent": "EPERM",
      "become somebody": "EPERM",
      "read a file": "done",
      "signal itself": "done",
    });
  },
);
