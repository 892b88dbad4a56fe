// The walls of guest host processes (native/walls): what a process can't do any more once they stand. In a process of its own.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NodeRuntime } from "secure-exec";
import { expect, onTestFinished, test } from "vitest";
import { ControlGroups } from "../../../src/drivers/host/control-group.host.js";

const addon = fileURLToPath(
  new URL(`../../../dist/native/walls-${process.platform}-${process.arch}.node`, import.meta.url),
);

/** libuv makes rings on newer Nodes, which the walls refuse to enter: the launcher hides them. */
const launcher = addon.replace("walls-", "launch-").replace(/\.node$/, "");

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
  // More than isolates reserve, less than a hundred memories.
  const isLimited = limitData(4e9, 0);
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
    const printed = execFileSync(launcher, [process.execPath, "-e", program, addon], {
      encoding: "utf8",
    });
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

const hiding = `
const fs = require("fs");
const { raiseWalls, seeOnly } = require(process.argv[1]);
const [, , own] = process.argv;
const network = fs.readFileSync("/proc/net/dev", "utf8").match(/\\w+(?=:)/g);
const hidden = seeOnly([own, "/kept"]);
const filtered = raiseWalls();
const outcome = (attempt) => { try { return attempt(); } catch ({ code }) { return code; } };
console.log(JSON.stringify({
  hasNamespaces: process.env.NAMESPACES, network, hidden, filtered, host: require("os").hostname(),
  root: outcome(() => fs.readdirSync("/")),
  file: outcome(() => fs.readFileSync("/kept/file", "utf8")),
  etc: outcome(() => fs.readFileSync("/etc/passwd", "utf8")),
  proc: outcome(() => fs.readdirSync("/proc")),
  above: outcome(() => fs.readdirSync("../../..")),
  write: outcome(() => fs.writeFileSync("/kept/file", "")),
}));
`;

const canHaveNamespaces =
  canHaveWalls &&
  spawnSync(launcher, ["/bin/sh", "-c", "echo $NAMESPACES"], { encoding: "utf8" }).stdout === "1\n";

test.skipIf(!canHaveNamespaces)(
  "hide all files but those named, and the machine's network and name",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "secure-exec-view-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "file"), "kept");
    const words = [process.execPath, "-e", hiding, addon, folder];
    const printed = execFileSync(launcher, words, { encoding: "utf8" });
    expect(JSON.parse(printed)).toEqual({
      hasNamespaces: "1",
      network: ["lo"],
      hidden: true,
      filtered: true,
      host: "localhost",
      root: ["kept"],
      file: "kept",
      etc: "ENOENT",
      proc: "ENOENT",
      above: ["kept"],
      // The filter answers before the mount does.
      write: "EACCES",
    });
  },
);

test.skipIf(!canHaveNamespaces)("stand around a runtime's guests, as the system says", async () => {
  expect(await NodeRuntime.walls()).toEqual({
    namespaces: ["user", "net", "mnt", "ipc", "uts"],
    hidesFiles: true,
    filtersSystemCalls: true,
    hasNoNewPrivileges: true,
    controlGroup: expect.any(Array),
  });
});

/** A control group of this machine in which this user may make others. */
const groupsFolder = (() => {
  const mounts = existsSync("/proc/self/mountinfo")
    ? readFileSync("/proc/self/mountinfo", "utf8").split("\n")
    : [];
  const root = mounts.find((mount) => mount.includes(" - cgroup2 "))?.split(" ")[4];
  const own = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
  if (root === undefined || own === undefined) return null;
  try {
    const trial = mkdtempSync(join(root, own, "secure-exec-trial-"));
    rmdirSync(trial);
    return join(root, own);
  } catch {
    return null;
  }
})();

test.skipIf(groupsFolder === null)(
  "can be a control group, which ends what is in it and is removed",
  async () => {
    const folder = groupsFolder as string;
    const left = join(folder, "secure-exec-999999999-1");
    mkdirSync(left);
    const groups = new ControlGroups(folder, []);
    expect(existsSync(left)).toBe(false);
    const child = spawn("sleep", ["1000"], { stdio: "ignore" });
    const pid = child.pid as number;
    const group = groups.enclose(pid);
    expect(readFileSync(`/proc/${pid}/cgroup`, "utf8")).toContain(
      `/secure-exec-${process.pid}-1\n`,
    );
    group?.kill();
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    group?.remove();
    expect(existsSync(join(folder, `secure-exec-${process.pid}-1`))).toBe(false);
    expect(groups.enclose(pid)).toBeNull();
  },
);
