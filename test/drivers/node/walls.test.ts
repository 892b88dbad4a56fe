// The walls around Node guests: what one does to itself, what is done to it from outside, and that the kernel,
// its files and its other processes go on.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Kernel } from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, onTestFinished, test } from "vitest";
import { bootKernel } from "../../boot.js";
import { isAlive, Run, until } from "../host/probe-kernel.js";
import { guestHosts, spinningGuestHost } from "./host-processes.js";
import { bootNode, framesOf, messageOf, nodeOnHost } from "./node-kernel.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const { dependencies } = createRequire(import.meta.url)("../../../package.json");

/** A folder of the host that goes when the test ends. */
function hostFolder(place = tmpdir()): string {
  const folder = mkdtempSync(join(place, "secure-exec-walls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A kernel with a file, a `cat` and a Node program that repeat what they read; `goOn` proves they still do. */
async function bootWithNeighbours() {
  const kernel = await bootNode();
  await kernel.writeFile("/kept", "kept");
  const neighbours = [
    new Run(kernel as never, "cat"),
    new Run(kernel as never, "node", ["-e", "process.stdin.pipe(process.stdout)"]),
  ];
  const say = async (line: string) => {
    for (const { process } of neighbours) process.writeStdin(`${line}\n`);
    for (const neighbour of neighbours) await neighbour.says(new RegExp(`${line}\n$`));
  };
  await say("before");
  const goOn = async () => {
    await say("after");
    for (const neighbour of neighbours) {
      neighbour.process.closeStdin();
      expect(await neighbour.exitCode).toBe(0);
      expect(neighbour.stdout).toBe("before\nafter\n");
    }
    const { stdout } = await kernel.exec("cat /kept; node -p '1 + 1'");
    expect(stdout).toBe("kept2\n");
    await nothingIsLeft(kernel);
  };
  return { kernel, goOn };
}

/** Disposes the kernel: then no process of the host's is ours. */
async function nothingIsLeft(kernel: Kernel): Promise<void> {
  await kernel.dispose();
  expect(guestHosts()).toEqual([]);
}

describe("a guest ends alone", () => {
  test("when it grows a Map until V8 aborts", async () => {
    const { kernel, goOn } = await bootWithNeighbours();
    const map = "const map = new Map(); for (let i = 0; ; i++) map.set({ i }, { i });";
    const { exitCode } = await kernel.exec(`node -e '${map}'`);
    expect([134, 137]).toContain(exitCode);
    await goOn();
  });

  test.each([
    ["SIGTERM", 15],
    ["SIGKILL", 9],
  ])("when it computes a BigInt's powers and gets %s", async (_, signal) => {
    const { kernel, goOn } = await bootWithNeighbours();
    const powers = "console.log('on'); for (;;) 3n ** 20_000_000n;";
    const run = new Run(kernel as never, "node", ["-e", powers]);
    await run.says(/on\n/);
    run.process.kill(signal);
    expect(await run.exitCode).toBe(128 + signal);
    await goOn();
  });

  test("when it computes a BigInt's powers until exec's timeout", async () => {
    const { kernel, goOn } = await bootWithNeighbours();
    const powers = "for (;;) 3n ** 20_000_000n;";
    const running = kernel.exec(`node -e '${powers}'; echo not here`, { timeout: 1500 });
    await expect(running).rejects.toMatchObject({ code: "ETIMEDOUT", stdout: "" });
    await goOn();
  });

  test("when its process is killed from outside", async () => {
    const { kernel, goOn } = await bootWithNeighbours();
    const run = new Run(kernel as never, "node", ["-e", "console.log('on'); for (;;);"]);
    await run.says(/on\n/);
    const hostPid = await spinningGuestHost();
    process.kill(hostPid, "SIGKILL");
    expect(await run.exitCode).toBe(137);
    expect(kernel.processes.get(run.process.pid)).toBeUndefined();
    await until(() => !isAlive(hostPid));
    await goOn();
  });
});

test("a host application that is killed while Node guests spin leaves no process", async () => {
  const fixture = fileURLToPath(new URL("fixtures/spinning-application.mjs", import.meta.url));
  const entry = new URL("../../../dist/index.js", import.meta.url).href;
  const host = spawn(process.execPath, [fixture, entry], { stdio: ["ignore", "pipe", "inherit"] });
  let pids: number[] = [];
  // Should the test fail, it leaves nothing behind either.
  onTestFinished(() => {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  const [line] = await once(host.stdout, "data");
  pids = String(line).trim().split(" ").map(Number);
  // Three guests and the reaper.
  expect(pids.length).toBeGreaterThanOrEqual(4);
  expect(pids.every(isAlive)).toBe(true);
  host.kill("SIGKILL");
  await once(host, "exit");
  await until(() => !pids.some(isAlive), 2000);
});

test("an application that disposes its kernel last ends with code 0, without a guest and with one", () => {
  const application = `
    import { createInMemoryFileSystem, createKernel, createNodeRuntime } from "secure-exec";
    for (const guests of [0, 1]) {
      const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
      await kernel.mount(createNodeRuntime());
      if (guests > 0) await kernel.spawn("node", ["-e", "0"]).wait();
      await kernel.dispose();
    }
    console.log("disposed");
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module"], {
    cwd: repository,
    input: application,
    encoding: "utf8",
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "disposed\n", stderr: "" });
});

describe("a program that spawns itself", () => {
  /** Starts itself until it can't, says why, and waits for nothing. */
  const wide = `
    const { spawn } = require("node:child_process");
    const children = [];
    let isRefused = false;
    (function again() {
      if (isRefused) return;
      const child = spawn(process.execPath, [__filename, "child"], { stdio: "inherit" });
      child.on("error", (error) => {
        if (!isRefused && process.argv.length === 2) {
          console.log(error.code, error.syscall, children.length);
          process.exit(9);
        }
        isRefused = true;
      });
      children.push(child);
      setImmediate(again);
    })();
  `;

  test.each([
    ["the default limits", {}, 256],
    ["a limit of 20 processes", { processes: 20 }, 20],
  ])(
    "is refused with EAGAIN at %s, and is gone after",
    async (_, limits, processes) => {
      const kernel = await bootKernel([createWasmVmRuntime(), createNodeRuntime()], { limits });
      await kernel.writeFile("/bomb.js", wide);
      const neighbour = new Run(kernel as never, "cat");
      const { exitCode, stdout } = await kernel.exec("node /bomb.js; echo $?");
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(/^EAGAIN spawn \S+ \d+\n9\n$/),
      });
      // The shell, the neighbour and the bomb are processes too.
      const children = Number(stdout.match(/(\d+)\n9/)?.[1]);
      expect(children).toBeLessThan(processes);
      neighbour.process.writeStdin("on");
      neighbour.process.closeStdin();
      expect(await neighbour.exitCode).toBe(0);
      expect(neighbour.stdout).toBe("on");
      await nothingIsLeft(kernel);
    },
    120_000,
  );
});

describe("errors read as the host's own Node's, and name nothing of the host", () => {
  const programs: Record<string, string> = {
    "syntax-error.js": "const a = 1;\nlet b = ;\n",
    "syntax-error.mjs": "let b = ;",
    "missing-module.js": "function load() {\n  require('not-there');\n}\nload();\n",
    "missing-module.mjs": "import 'not-there';",
    "missing-file.js": "require('./not-there')",
    "uncaught.js": "function inner() {\n  throw new TypeError('in');\n}\nsetTimeout(inner, 1);\n",
    "uncaught-code.js": "throw Object.assign(new Error('e'), { code: 'E1' })",
    "rejected.mjs": "await Promise.reject(new Error('no'))",
  };

  /** Where a frame points to: what receives the call has names that differ. */
  const placeOf = (frame: string) => frame.replace(/^.*?\(?([^() ]+)\)?$/, "$1");

  test.each([...Object.keys(programs), "no-such-file.js"])("%s", async (name) => {
    const folder = hostFolder();
    const kernel = await bootNode();
    await kernel.mkdir("/app");
    if (programs[name] !== undefined) {
      writeFileSync(join(folder, name), programs[name]);
      await kernel.writeFile(`/app/${name}`, programs[name]);
    }
    const guest = await kernel.exec(`node ${name}`, { cwd: "/app" });
    const host = nodeOnHost([name], folder);
    const hostStderr = host.stderr.replaceAll(folder, "/app");
    expect(guest.exitCode).toBe(host.exitCode);
    expect(guest.stdout).toBe(host.stdout);
    expect(messageOf(guest.stderr)).toBe(messageOf(hostStderr));
    const places = framesOf(hostStderr).map(placeOf);
    for (const frame of framesOf(guest.stderr)) expect(places).toContain(placeOf(frame));
    for (const path of [repository, homedir(), tmpdir(), "node_modules", "secure-exec"]) {
      expect(guest.stderr).not.toContain(`${path}/`);
    }
  });
});

describe("without isolated-vm", () => {
  /** A folder for temporary files that no package of that name can be found from. */
  const placeWithout = (name: string) => {
    const place = [tmpdir(), "/var/tmp", "/dev/shm"].find((folder) => {
      try {
        createRequire(`${folder}/folder/dist/`).resolve(`${name}/package.json`);
        return false;
      } catch {
        return true;
      }
    });
    if (place === undefined)
      throw new Error(`${name} is found from all folders for temporary files`);
    return place;
  };

  const mounting = `
    import { createInMemoryFileSystem, createKernel } from "./dist/kernel.js";
    import { createNodeRuntime } from "./dist/node.js";
    const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
    const error = await kernel.mount(createNodeRuntime()).catch((thrown) => thrown);
    console.log(JSON.stringify([error.code, error.message, kernel.commands.has("node")]));
    await kernel.dispose();
  `;
  const repair: Record<string, string> = { 20: "5.0.4", 22: "6.1.2" };
  const release = repair[process.versions.node.split(".", 1)[0] as string] ?? "7.0.1";
  const line = `Install it for this Node (${process.version}): npm install isolated-vm@${release}`;

  test.each([
    ["not installed", null, null, "The optional dependency isolated-vm is not installed"],
    ["not compiled", "{}", null, "isolated-vm is installed but was not compiled"],
    [
      "compiled for another Node",
      "{}",
      "node_register_module_v1",
      "isolated-vm is installed but was compiled for another Node",
    ],
  ])("%s: mounting the runtime says how to mend it", (_, manifest, addon, reason) => {
    const folder = hostFolder(placeWithout("isolated-vm"));
    cpSync(join(repository, "dist"), join(folder, "dist"), { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    for (const name of Object.keys(dependencies)) {
      mkdirSync(join(folder, "node_modules", dirname(name)), { recursive: true });
      symlinkSync(join(repository, "node_modules", name), join(folder, "node_modules", name));
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    if (manifest !== null) {
      mkdirSync(join(folder, "node_modules/isolated-vm"));
      writeFileSync(join(folder, "node_modules/isolated-vm/package.json"), manifest);
    }
    if (addon !== null) {
      mkdirSync(join(folder, "node_modules/isolated-vm/out"));
      writeFileSync(join(folder, "node_modules/isolated-vm/out/isolated_vm.node"), addon);
    }
    writeFileSync(join(folder, "mount.js"), mounting);
    const { stdout, stderr } = spawnSync(process.execPath, ["mount.js"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual([
      "ERR_ISOLATED_VM_MISSING",
      expect.stringContaining(`${reason}; Node guests run in it. ${line}`),
      false,
    ]);
  });
});
