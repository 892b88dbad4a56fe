// Every method takes an AbortSignal: an abort in its middle ends it, and what it has begun.

import { NodeRuntime } from "secure-exec";
import { describe as describeAlways, expect, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";
import { shareRuntime } from "./boot.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));

/** Methods whose work is done when they return, so that there is nothing to abort. */
const atOnce = ["constructor", "resources", "allow", "dispose", "kernel", "cwd"];
/** Those of classes above, not for applications. */
const inner = ["absolute", "fileApi", "guestServers"];

type Call = (signal: AbortSignal) => Promise<unknown>;

describe("an abort in the middle of each method", () => {
  const shared = shareRuntime({ files: { "/tmp/file": "kept" }, python: true });

  /** A call of each method that goes on until it is aborted, as long as nobody waits for the event loop. */
  const calls = (rt: NodeRuntime): Record<string, Call> => ({
    exec: (signal) => rt.exec("setInterval(() => {}, 1000)", { signal }),
    run: (signal) => rt.run("await new Promise(() => setInterval(() => {}, 1000))", { signal }),
    spawn: async (signal) => (await rt.spawn("setInterval(() => {}, 1000)", { signal })).wait(),
    execPython: (signal) => rt.execPython("while True: pass", { signal }),
    python: (signal) => rt.python("while True: pass", { signal }),
    runPython: (signal) => rt.runPython("while True: pass", { signal }),
    execCommand: (signal) => rt.execCommand("sleep", ["1000"], { signal }),
    spawnCommand: async (signal) => (await rt.spawnCommand("sleep", ["1000"], { signal })).wait(),
    shell: (signal) => rt.shell("sleep 1000 & sleep 1000", { signal }),
    createResidentRunner: (signal) => rt.createResidentRunner({ signal }),
    openShell: async (signal) => (await rt.openShell({ signal })).wait(),
    snapshot: (signal) => rt.snapshot({ processes: "ignore", signal }),
    fork: (signal) => rt.fork({ processes: "ignore", signal }),
    fetch: (signal) => rt.fetch(3000, { path: "/never", signal }),
    fetchResponse: (signal) => rt.fetchResponse(3000, { signal }),
    waitForListener: (signal) => rt.waitForListener({ port: 3001 }, { signal }),
    findListener: (signal) => rt.findListener({ port: 3000 }, { signal }),
    expose: (signal) => rt.expose(3000, { signal }),
    readFile: (signal) => rt.readFile("/tmp/file", { signal }),
    writeFile: (signal) => rt.writeFile("/tmp/other", "x", { signal }),
    readdir: (signal) => rt.readdir("/tmp", { signal }),
    mkdir: (signal) => rt.mkdir("/tmp/made", { recursive: true, signal }),
    stat: (signal) => rt.stat("/tmp/file", { signal }),
    lstat: (signal) => rt.lstat("/tmp/file", { signal }),
    exists: (signal) => rt.exists("/tmp/file", { signal }),
    remove: (signal) => rt.remove("/tmp/other", { force: true, signal }),
    rename: (signal) => rt.rename("/tmp/none", "/tmp/nowhere", { signal }),
    symlink: (signal) => rt.symlink("/tmp/file", "/tmp/link", { signal }),
    readlink: (signal) => rt.readlink("/tmp/link", { signal }),
    realpath: (signal) => rt.realpath("/tmp/file", { signal }),
    chmod: (signal) => rt.chmod("/tmp/file", 0o600, { signal }),
    utimes: (signal) => rt.utimes("/tmp/file", 1, 1, { signal }),
  });

  test("rejects with its reason, and leaves nothing behind", async () => {
    const rt = shared();
    const listen = "import { createServer } from 'node:http'; createServer(() => {}).listen(3000);";
    const server = await rt.spawn(listen);
    await rt.waitForListener({ port: 3000 });
    const table = calls(rt);
    const reason = new Error("enough");
    for (const [name, call] of Object.entries(table)) {
      const controller = new AbortController();
      const ended = call(controller.signal);
      controller.abort(reason);
      // What answers with a process has one to wait for: it was ended.
      const outcome = await ended.catch((thrown) => thrown);
      const isProcess = ["spawn", "spawnCommand", "openShell"].includes(name);
      expect([name, outcome]).toEqual([name, isProcess ? expect.any(Number) : reason]);
      // An abort that came before keeps it from beginning.
      await expect(call(controller.signal), name).rejects.toBe(reason);
    }
    await expect.poll(() => rt.kernel.processes.size).toBe(1);
    server.kill();
    await server.wait();
    expect(await rt.readFile("/tmp/file", { encoding: "utf8" })).toBe("kept");
  });

  test("holds for every method there is", () => {
    const names: string[] = [];
    let at: object = NodeRuntime.prototype;
    for (; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      names.push(...Object.getOwnPropertyNames(at));
    }
    const expected = names.filter((name) => ![...atOnce, ...inner].includes(name));
    expect(Object.keys(calls(shared())).sort()).toEqual(expected.sort());
  });

  test("of what makes runtimes", async () => {
    const snapshot = await shared().snapshot();
    const makers: Call[] = [
      (signal) => NodeRuntime.create({ signal }),
      (signal) => NodeRuntime.restore(snapshot, { signal }),
      (signal) => NodeRuntime.warmUp({ signal }),
      (signal) => NodeRuntime.walls({ signal }),
    ];
    const controller = new AbortController();
    const ended = makers.map((make) => make(controller.signal).catch((thrown) => thrown));
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await Promise.all(ended)).toEqual([reason, reason, reason, reason]);
    for (const make of makers) await expect(make(controller.signal)).rejects.toBe(reason);
  });
});
