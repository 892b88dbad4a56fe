// How Node guests end, what holds them, and what they cannot reach.

import { describe, expect, test } from "vitest";
import { bootNode, nodeInGuest } from "./node-kernel.js";

describe("limits", () => {
  test("a program that spawns itself stops at the kernel's depth limit with EAGAIN", async () => {
    const kernel = await bootNode({}, { limits: { spawnDepth: 6 } });
    await kernel.writeFile(
      "/bomb.js",
      `const { spawnSync } = require("child_process");
       const depth = Number(process.argv[2]);
       const { error, stdout } = spawnSync(process.execPath, [__filename, String(depth + 1)], { encoding: "utf8" });
       if (error) console.log("depth", depth, error.code);
       process.stdout.write(stdout ?? "");`,
    );
    const { stdout, exitCode } = await nodeInGuest(kernel, ["/bomb.js", "0"]);
    expect(stdout).toBe("depth 6 EAGAIN\n");
    expect(exitCode).toBe(0);
    expect((await kernel.exec("echo on")).stdout).toBe("on\n");
  }, 60_000);

  test("a program that spawns without end stops at the kernel's process limit with EAGAIN", async () => {
    const kernel = await bootNode({}, { limits: { processes: 8 } });
    const bomb = `
      const { spawn } = require("child_process");
      const children = [];
      const more = () => {
        const child = spawn("sleep", ["100"]);
        child.on("error", (error) => {
          console.log(children.length, error.code);
          for (const one of children) one.kill();
        });
        child.on("spawn", () => { children.push(child); more(); });
      };
      more();`;
    const { stdout, exitCode } = await nodeInGuest(kernel, ["-e", bomb]);
    expect(stdout).toMatch(/^\d+ EAGAIN\n$/);
    expect(exitCode).toBe(0);
  });

  test("a guest that grows a Map until V8 aborts ends alone", async () => {
    const kernel = await bootNode();
    await kernel.writeFile("/tmp/kept", "kept");
    const neighbour = kernel.spawn("cat", []);
    const bomb = "const m = new Map(); let i = 0; for (;;) m.set({ i }, { v: i++ })";
    expect((await nodeInGuest(kernel, ["-e", bomb])).exitCode).toBe(134);
    expect((await kernel.exec("cat /tmp/kept")).stdout).toBe("kept");
    neighbour.closeStdin();
    expect(await neighbour.wait()).toBe(0);
  }, 60_000);

  test.each(["process", "thread"] as const)("an endless loop is killed (%s)", async (isolation) => {
    const kernel = await bootNode({ isolation });
    const guest = kernel.spawn("node", ["-e", "console.log('begun'); for (;;);"], {
      onStdout: () => void guest.kill(9),
    });
    expect(await guest.wait()).toBe(137);
  });

  test("a guest is ended while it asks its container, thread after thread", async () => {
    for (let round = 0; round < 5; round++) {
      const kernel = await bootNode({ isolation: "thread" });
      const guest = kernel.spawn("node", ["-e", "console.log(1); for (;;) performance.now();"], {
        onStdout: () => void guest.kill(9),
      });
      expect(await guest.wait()).toBe(137);
      await kernel.dispose();
    }
  });
});

describe("isolation: thread", () => {
  test("runs the same programs", async () => {
    const kernel = await bootNode({ isolation: "thread" });
    const program =
      "setTimeout(() => console.log(require('child_process').execSync('echo hi | cat').toString()), 1)";
    expect(await nodeInGuest(kernel, ["-e", program])).toEqual({
      exitCode: 0,
      stdout: "hi\n\n",
      stderr: "",
    });
    expect((await nodeInGuest(kernel, ["-e", "throw 1"])).exitCode).toBe(1);
  });

  test("an unknown isolation is refused", async () => {
    await expect(async () => bootNode({ isolation: "vm" as never })).rejects.toThrow(
      'isolation must be "process" or "thread", got vm',
    );
  });
});

describe("signals", () => {
  test("a handler hears a signal; without one it ends the process", async () => {
    const kernel = await bootNode();
    const handled =
      "process.on('SIGTERM', (name, number) => { console.log(name, number); process.exit(7) }); setInterval(() => {}, 1000); console.log('ready')";
    const chunks: string[] = [];
    const guest = kernel.spawn("node", ["-e", handled], {
      onStdout: (data) => void chunks.push(Buffer.from(data).toString()),
    });
    await expect.poll(() => chunks.join("")).toBe("ready\n");
    guest.kill(15);
    expect(await guest.wait()).toBe(7);
    expect(chunks.join("")).toBe("ready\nSIGTERM 15\n");
    const waiting = "setInterval(() => {}, 1000); console.log('ready')";
    const plain = kernel.spawn("node", ["-e", waiting], { onStdout: () => void plain.kill(15) });
    expect(await plain.wait()).toBe(143);
  });
});

test("a signal that comes while the program computes is heard when it is done, not later", async () => {
  const kernel = await bootNode();
  const program = `
    process.on("SIGTERM", () => { console.log("heard"); process.exit(0); });
    console.log("ready");
    const end = Date.now() + 400;
    while (Date.now() < end);
    setTimeout(() => console.log("too late"), 20_000);
  `;
  const chunks: string[] = [];
  const guest = kernel.spawn("node", ["-e", program], {
    onStdout: (data) => void chunks.push(Buffer.from(data).toString()),
  });
  await expect.poll(() => chunks.join("")).toBe("ready\n");
  guest.kill(15);
  expect(await guest.wait()).toBe(0);
  expect(chunks.join("")).toBe("ready\nheard\n");
});

test("data of a stream that is paused while it arrives is not lost", async () => {
  const kernel = await bootNode();
  const program = `
    const { spawn } = require("child_process");
    const streams = [0, 1].map((n) => spawn("sh", ["-c", "echo from " + n]).stdout);
    // Whoever hears something first pauses the other one for a while.
    for (const [n, stream] of streams.entries()) {
      stream.on("data", (data) => {
        process.stdout.write(data);
        const other = streams[1 - n];
        if (stream.hasPaused) return;
        other.hasPaused = true;
        other.pause();
        setTimeout(() => other.resume(), 20);
      });
    }
  `;
  const { stdout, exitCode } = await nodeInGuest(kernel, ["-e", program]);
  expect(stdout.split("\n").sort()).toEqual(["", "from 0", "from 1"]);
  expect(exitCode).toBe(0);
});

describe("what a guest cannot reach", () => {
  test("no hook of the container is among the globals, and none comes out of patched intrinsics", async () => {
    const kernel = await bootNode();
    const program = `
      const seen = {};
      const { apply, getPrototypeOf } = Reflect;
      const describe = Object.prototype.toString;
      const look = (value) => {
        if (typeof value !== "object" || value === null) return;
        const name = apply(describe, value, []) + (getPrototypeOf(value)?.constructor?.name ?? "");
        if (/Isolate|Reference|ExternalCopy|Callback$/.test(name)) seen[name] = true;
      };
      for (const { prototype } of [Array, Map, Set, WeakMap, WeakSet, Promise, Function]) {
        for (const key of Object.getOwnPropertyNames(prototype)) {
          const { value } = Object.getOwnPropertyDescriptor(prototype, key);
          if (typeof value !== "function" || key === "constructor") continue;
          prototype[key] = function (...args) {
            look(this);
            for (let index = 0; index < args.length; index++) look(args[index]);
            return apply(value, this, args);
          };
        }
      }
      require("vm").runInThisContext("1");
      require("fs").readdirSync("/");
      new URL("http://a");
      Buffer.from("x".repeat(5000)).toString("hex");
      import("fs").then(() => {
        const globals = Object.getOwnPropertyNames(globalThis).filter((name) => /ivm|isolate|natives/i.test(name));
        require("fs").writeSync(1, JSON.stringify([globals, Object.keys(seen)]));
      });
    `;
    expect((await nodeInGuest(kernel, ["-e", program])).stdout).toBe("[[],[]]");
  });

  test("functions that this release lacks say so", async () => {
    const kernel = await bootNode();
    const program =
      "try { process._debugProcess(1) } catch (error) { console.log(error.code, error.message.includes('process_methods')) }";
    expect((await nodeInGuest(kernel, ["-e", program])).stdout).toBe("ENOSYS true\n");
  });
});

test("a program is the kernel's user, and can become another one for good", async () => {
  const user = { uid: 1000, gid: 100, name: "ann", home: "/home/ann", shell: "/bin/sh" };
  const kernel = await bootNode({}, { user });
  const ids = "console.log(process.getuid(), process.getgid(), process.env.USER)";
  expect((await nodeInGuest(kernel, ["-e", ids])).stdout).toBe("1000 100 ann\n");
  const root = await bootNode();
  const change = `
    process.setgid(5);
    process.setuid(7);
    console.log(process.getuid(), process.getegid());
    try { process.setuid(0); } catch (error) { console.log(error.code); }`;
  expect((await nodeInGuest(root, ["-e", change])).stdout).toBe("7 5\nEPERM\n");
});

test("a stopped program goes on where it was", async () => {
  const kernel = await bootNode();
  let output = "";
  const onStdout = (data: Uint8Array) => {
    output += new TextDecoder().decode(data);
  };
  const program = `
    console.log("begun");
    process.stdin.once("data", (data) => { console.log(String(data)); process.exit(3); });`;
  const guest = kernel.spawn("node", ["-e", program], { onStdout });
  await expect.poll(() => output, { timeout: 20_000 }).toBe("begun\n");
  guest.kill(19);
  await guest.writeStdin("typed");
  expect(kernel.processes.get(guest.pid)?.status).toBe("stopped");
  guest.kill(18);
  expect(await guest.wait()).toBe(3);
  expect(output).toBe("begun\ntyped\n");
}, 60_000);
