// NodeRuntime: its options, the calls that run programs, its files, its end.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NodeRuntime, NodeRuntime as Runtime, type RuntimeEvent } from "secure-exec";
import { describe as describeAlways, expect, onTestFinished, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";
import { readSamples, runSample } from "../spec/samples.js";
import { bootRuntime, shareRuntime } from "./boot.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));
const sample = readSamples("node-runtime-child-processes");

describe("the samples of the page", () => {
  const shared = shareRuntime();

  test("child_process in the guest", async () => {
    const { printed } = await runSample(sample("child-process"));
    expect(printed.slice(0, 2)).toEqual(["exitCode: 0", "guest stdout:"]);
    const [shell, version] = printed[2]?.split("\n") ?? [];
    expect(shell).toBe("sh output: hello from a child process");
    expect(version?.replace("child node version: ", "")).toMatch(/^v\d+\.\d+\.\d+$/);
  });

  test("spawn with standard input", async () => {
    const rt = shared();
    const { printed, proc } = await runSample(sample("spawn"), { rt }, ["proc"]);
    expect(printed).toEqual([`${(proc as { pid: number }).pid} 0`]);
  });

  test("spawn with output as it comes", async () => {
    const rt = shared();
    const shown: string[] = [];
    let ticked = (): void => {};
    const tick = new Promise<void>((resolve) => {
      ticked = resolve;
    });
    const process = {
      stdout: {
        write(text: string) {
          shown.push(text);
          ticked();
        },
      },
    };
    const later = sample("spawn-output").replace("// ... later", "await tick;");
    const { proc } = await runSample(later, { rt, process, tick }, ["proc"]);
    expect(shown.join("")).toMatch(/^(tick\n)+$/);
    expect((proc as { exitCode: number }).exitCode).toBe(143);
  });

  test("a guest server, and requests into it", async () => {
    const rt = shared();
    const { printed } = await runSample(sample("guest-server"), { rt });
    expect(printed).toEqual(["200 ok"]);
  });

  test("commandsDir names the folder the commands come from", async () => {
    const folder = mkdtempSync(join(tmpdir(), "secure-exec-commands-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const shell = new URL("../../wasm/dist/secure-exec.wasm", import.meta.url);
    writeFileSync(join(folder, "secure-exec.wasm"), readFileSync(shell));
    const source = sample("commands-dir").replace("/path/to/wasm/commands", folder);
    const { rt } = await runSample(source, { NodeRuntime: Runtime }, ["rt"]);
    const runtime = rt as NodeRuntime;
    onTestFinished(() => runtime.dispose());
    expect(runtime.kernel.commands.get("sh")).toBe("wasmvm");
    expect(runtime.kernel.commands.has("jq")).toBe(false);
  });
});

describe("options", () => {
  test.each([
    [{ limit: {} }, 'create: limit: no such option; did you mean "limits"?'],
    [{ limits: { process: 3 } }, 'did you mean "processes"?'],
    [
      { limits: { processes: "3" } },
      'create: limits.processes: expected an integer from 0, got "3"',
    ],
    [{ files: { a: 3 } }, "create: files[a]: expected a string or a Uint8Array, got 3"],
    [
      { mounts: [{ guest: "/a" }] },
      'create: mounts[0]: guest: no such option; did you mean "guestPath"?',
    ],
    [
      { mounts: [{ guestPath: "a", hostPath: "/" }] },
      'guestPath: expected an absolute path, got "a"',
    ],
    [
      { mounts: [{ guestPath: "/m", hostPath: "/no/such" }] },
      "ENOENT: no such file or directory, create: mounts: /no/such on /m",
    ],
    [
      { nodeModules: "/no/such" },
      'create: nodeModules: expected a directory of the host, got "/no/such"',
    ],
    [{ cwd: "here" }, "create: cwd: expected an absolute path"],
    [{ env: { A: 1 } }, "create: env.A: expected a string, got 1"],
    [{ isolation: "none" }, 'create: isolation: expected "process" or "thread", got "none"'],
    [
      { permissions: { file: true } },
      'create: permissions: file: no such option; did you mean "fs"?',
    ],
    [[], "create: expected an object of options, got an array"],
  ])("%j is refused", async (options, problem) => {
    await expect(Runtime.create(options as object)).rejects.toThrow(problem);
  });

  test("files, mounts, env and cwd are there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "secure-exec-mount-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "from-host"), "of the host\n");
    const rt = await bootRuntime({
      files: { "a.txt": "relative\n", "/data/b": new Uint8Array([98, 10]) },
      mounts: [
        { guestPath: "/mnt/ro", hostPath: folder },
        { guestPath: "/mnt/rw", hostPath: folder, readOnly: false },
      ],
      env: { GREETING: "hello" },
      cwd: "/work/place",
    });
    const { stdout, stderr } = await rt.shell(
      "pwd; cat a.txt /data/b /mnt/ro/from-host; echo $GREETING; echo x > /mnt/ro/new; echo y > /mnt/rw/new",
    );
    expect(stdout).toBe("/work/place\nrelative\nb\nof the host\nhello\n");
    expect(stderr).toContain("ead-only file system");
    expect(readFileSync(join(folder, "new"), "utf8")).toBe("y\n");
    const environment = await rt.exec("console.log(JSON.stringify(process.env))");
    expect(Object.keys(JSON.parse(environment.stdout))).not.toContain("NODE_OPTIONS");
    expect(JSON.parse(environment.stdout)).toMatchObject({ HOME: "/home/user", GREETING: "hello" });
  });
});

describe("calls", () => {
  const events: RuntimeEvent[] = [];
  const shared = shareRuntime({ onEvent: (event) => events.push(event) });

  test("exec runs a module with top-level await, and an exit code is a result", async () => {
    const rt = shared();
    await rt.writeFile("value.mjs", "export const value = 7;");
    const code = `
      import { value } from "./value.mjs";
      console.log(value + (await Promise.resolve(1)), process.argv.slice(1).join());
      console.error("to stderr");
      process.exitCode = 3;`;
    const result = await rt.exec(code, { args: ["a", "-b"] });
    expect(result).toMatchObject({
      stdout: "8 a,-b\n",
      stderr: "to stderr\n",
      exitCode: 3,
      signal: null,
      truncated: false,
    });
    expect(result.durationMs).toBeGreaterThan(0);
    expect(result.stdoutBytes).toEqual(new TextEncoder().encode("8 a,-b\n"));
    expect(events.slice(-2)).toEqual([
      { type: "start", pid: expect.any(Number), command: "node" },
      { type: "end", pid: expect.any(Number), exitCode: 3 },
    ]);
  });

  test("options of one call", async () => {
    const chunks: string[] = [];
    const result = await shared().execCommand("sh", ["-c", "cat; pwd; echo $A"], {
      stdin: "given\n",
      cwd: "/tmp",
      env: { A: "1" },
      onStdout: (chunk) => void chunks.push(new TextDecoder().decode(chunk)),
    });
    expect(result.stdout).toBe("given\n/tmp\n1\n");
    expect(chunks.join("")).toBe(result.stdout);
  });

  test("what a call leaves in the background ends with it", async () => {
    const rt = shared();
    const result = await rt.shell("sleep 1000 & (sleep 1000; echo never) & echo done");
    expect(result.stdout).toBe("done\n");
    expect([...rt.kernel.processes.values()]).toEqual([]);
    const code = `import { spawn } from "node:child_process";
      spawn("sleep", ["1000"]).on("spawn", () => process.exit(0));`;
    expect((await rt.exec(code)).exitCode).toBe(0);
    expect([...rt.kernel.processes.values()]).toEqual([]);
  });

  test("a signal that ends the program has its name", async () => {
    const result = await shared().shell("kill -KILL $$");
    expect(result).toMatchObject({ exitCode: 137, signal: "SIGKILL" });
  });

  test("spawn: streams, a signal by name, wait", async () => {
    const rt = shared();
    const process = await rt.spawnCommand("sh", ["-c", "echo out; echo err >&2; exec cat"]);
    const text = async (stream: ReadableStream<Uint8Array>) => {
      let all = "";
      for await (const chunk of stream) all += new TextDecoder().decode(chunk);
      return all;
    };
    const [out, err] = [text(process.stdout), text(process.stderr)];
    await process.writeStdin("in\n");
    process.closeStdin();
    expect([await out, await err, await process.wait(), process.exitCode]).toEqual([
      "out\nin\n",
      "err\n",
      0,
      0,
    ]);
    const sleeper = await rt.spawnCommand("sleep", ["1000"]);
    expect(() => sleeper.kill("SIGTREM" as "SIGTERM")).toThrow('did you mean "SIGTERM"?');
    sleeper.kill("SIGINT");
    expect(await sleeper.wait()).toBe(130);
  });

  test("a reader that leaves a stream early leaves the program alone", async () => {
    const rt = shared();
    const process = await rt.spawnCommand("sh", [
      "-c",
      "echo first; read line; seq 100000; echo $line >&2",
    ]);
    for await (const chunk of process.stdout) {
      expect(new TextDecoder().decode(chunk)).toBe("first\n");
      break;
    }
    await process.writeStdin("last\n");
    const stderr = await new Response(process.stderr).text();
    expect([stderr, await process.wait()]).toEqual(["last\n", 0]);
  });

  test("openShell: an interactive shell", async () => {
    const shell = await shared().openShell({ env: { PS1: "> " } });
    let screen = "";
    shell.onData = (data) => {
      screen += new TextDecoder().decode(data);
    };
    shell.write("echo $((6*7)); exit 5\n");
    expect(await shell.wait()).toBe(5);
    expect(screen).toContain("42");
  });

  test("wrong arguments and unknown commands", async () => {
    const rt = shared();
    await expect(rt.exec(3 as unknown as string)).rejects.toMatchObject({ code: "ERR_OPTION" });
    await expect(rt.exec("1", { timeout: 3 } as object)).rejects.toThrow(
      'did you mean "timeoutMs"?',
    );
    await expect(rt.execCommand("no-such")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(rt.spawnCommand("no-such")).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("output that nobody reads holds up neither the end of a program nor that of its background", async () => {
    const rt = shared();
    const script = "yes & yes >&2 & exec yes";
    const killed = await rt.spawnCommand("sh", ["-c", script]);
    // Somebody has asked for the streams, and reads one chunk of them.
    const [reader, other] = [killed.stdout.getReader(), killed.stderr.getReader()];
    await Promise.all([reader.read(), other.read()]);
    killed.kill("SIGKILL");
    expect(await killed.wait()).toBe(137);
    let left = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) left++;
    expect(left).toBeGreaterThan(0);
    await other.cancel();
    const gone = await rt.spawnCommand("sh", ["-c", "yes & exit 3"], { async onStdout() {} });
    expect(await gone.wait()).toBe(3);
    expect([...rt.kernel.processes.values()]).toEqual([]);
  });

  test("a callback that never has enough does not outlast the call", async () => {
    const never = () => new Promise<void>(() => {});
    const call = shared().shell("echo out", { onStdout: never, timeoutMs: 1000 });
    await expect(call).rejects.toMatchObject({ code: "ERR_TIMEOUT", stdout: "out\n" });
  });
});

describe("abort", () => {
  const shared = shareRuntime();
  const forever = "setInterval(() => {}, 1000); console.log('runs')";

  test("in the middle of each call that runs a program", async () => {
    const rt = shared();
    type Call = (options: { signal: AbortSignal; onStdout: () => void }) => Promise<unknown>;
    const calls: Call[] = [
      (options) => rt.exec(forever, options),
      (options) => rt.execCommand("sh", ["-c", "echo runs; sleep 1000"], options),
      (options) => rt.shell("sleep 1000 & echo runs; wait", options),
      (options) =>
        rt.spawnCommand("sh", ["-c", "echo runs; sleep 1000"], options).then((p) => p.wait()),
      (options) => rt.spawn(forever, options).then((process) => process.wait()),
    ];
    for (const [index, call] of calls.entries()) {
      const controller = new AbortController();
      const reason = new Error("enough");
      const ended = call({ signal: controller.signal, onStdout: () => controller.abort(reason) });
      if (index < 3) await expect(ended).rejects.toBe(reason);
      else expect(await ended).toBe(143);
      expect([...rt.kernel.processes.values()]).toEqual([]);
      const late = call({ signal: controller.signal, onStdout: () => {} });
      await expect(late).rejects.toBe(reason);
    }
  });

  test("in the middle of a shell, a wait and a file call", async () => {
    const rt = shared();
    const controller = new AbortController();
    const { signal } = controller;
    const shell = await rt.openShell({ signal });
    const process = await rt.spawnCommand("sleep", ["1000"]);
    const waiting = process.wait({ signal });
    const reading = rt.readFile("/dev/zero-not-there", { signal });
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(reading).rejects.toThrow();
    expect(await shell.wait()).toBeGreaterThan(128);
    for (const call of ["readFile", "readdir", "stat", "mkdir", "remove", "realpath"] as const) {
      await expect(rt[call]("/tmp", { signal })).rejects.toThrow("enough");
    }
    process.kill();
    await process.wait();
  });

  test("timeoutMs ends all and tells what was written", async () => {
    const rt = shared();
    const call = rt.shell("echo begun; sleep 1000", { timeoutMs: 300 });
    await expect(call).rejects.toMatchObject({ code: "ERR_TIMEOUT", stdout: "begun\n" });
    expect([...rt.kernel.processes.values()]).toEqual([]);
  });
});

test.skipIf(!(await hasNodeRuntime()))("the same in threads", async () => {
  const rt = await bootRuntime({ isolation: "thread", tools: { two: { execute: () => 2 } } });
  const { value } = await rt.run(`
    import { tools } from "secure-exec/tools";
    import { execFileSync } from "node:child_process";
    export default [await tools.two(), execFileSync("echo", ["out"], { encoding: "utf8" })]`);
  expect(value).toEqual([2, "out\n"]);
  const runner = await rt.createResidentRunner();
  await runner.run("globalThis.a = input", { input: 1 });
  expect((await runner.run("console.log('printed'); return a + 1")).value).toBe(2);
  await expect(rt.exec("for (;;);", { timeoutMs: 200 })).rejects.toMatchObject({
    code: "ERR_TIMEOUT",
  });
  await runner.dispose();
});

describe("files", () => {
  const shared = shareRuntime();

  test("all methods", async () => {
    const rt = shared();
    await rt.writeFile("dir/a.txt", "one");
    await rt.writeFile("/home/user/dir/b", new Uint8Array([1, 2]));
    expect((await rt.readdir("dir")).sort()).toEqual(["a.txt", "b"]);
    expect(await rt.readFile("dir/a.txt", { encoding: "utf8" })).toBe("one");
    expect(await rt.readFile("dir/b")).toEqual(new Uint8Array([1, 2]));
    await rt.mkdir("dir/deep/er", { recursive: true, mode: 0o700 });
    await rt.symlink("a.txt", "dir/link");
    expect(await rt.readlink("dir/link")).toBe("a.txt");
    expect(await rt.realpath("dir/link")).toBe("/home/user/dir/a.txt");
    await rt.chmod("dir/a.txt", 0o600);
    await rt.utimes("dir/a.txt", 1000, 2000);
    expect(await rt.stat("dir/link")).toMatchObject({ size: 3, mode: 0o100600, mtimeMs: 2000 });
    expect((await rt.lstat("dir/link")).mode & 0o170000).toBe(0o120000);
    await rt.rename("dir/a.txt", "dir/c.txt");
    expect(await rt.exists("dir/a.txt")).toBe(false);
    await expect(rt.remove("dir")).rejects.toMatchObject({ code: "ENOTEMPTY" });
    await rt.remove("dir", { recursive: true });
    await rt.remove("dir", { force: true });
    await expect(rt.remove("dir")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(rt.readFile("dir/b")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

test.skipIf(!(await hasNodeRuntime()))("after dispose every call says so", async () => {
  const rt = await Runtime.create();
  const process = await rt.spawnCommand("sleep", ["1000"]);
  await rt[Symbol.asyncDispose]();
  expect(await process.wait()).toBe(143);
  await expect(rt.exec("1")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  await expect(rt.readFile("/etc/passwd")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  await rt.dispose();
});
