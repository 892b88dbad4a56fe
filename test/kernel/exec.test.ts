import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pipeCapacity } from "../../src/kernel/limits.js";
import { bootKernel, type Puppet, Puppets, turn } from "./drivers.js";

/** A command that writes its arguments and exits with 0. */
const echo = () =>
  new Puppets("echo", (puppet) => {
    puppet.context.onStdout?.(new TextEncoder().encode(`${puppet.args.join("|")}\n`));
    puppet.exit(0);
  });

describe("without a shell", () => {
  test.each([
    ["echo", ""],
    ["echo a b", "a|b"],
    ["  echo \t a   b ", "a|b"],
    ["echo a=b -x=1 /p:q,r%s@t^u+v", "a=b|-x=1|/p:q,r%s@t^u+v"],
  ])("plain words are split at blanks: %j", async (line, expected) => {
    const { kernel } = await bootKernel([echo()]);
    expect(await kernel.exec(line)).toMatchObject({ exitCode: 0, stdout: `${expected}\n` });
  });

  test.each([
    ..."\"'$`\\|&;<>()*?[]#~!{}\n".split("").map((character) => `echo a${character}b`),
    "A=1 echo",
    " A=1 echo",
    "",
    "   ",
  ])("%j needs one: ENOENT names the factory", async (line) => {
    const { kernel } = await bootKernel([echo()]);
    await expect(kernel.exec(line)).rejects.toMatchObject({
      code: "ENOENT",
      message: expect.stringContaining("createWasmVmRuntime"),
    });
  });

  test("an unknown command is ENOENT: command not found", async () => {
    const { kernel } = await bootKernel([echo()]);
    await expect(kernel.exec("none a")).rejects.toThrow(/^ENOENT.*none: command not found/);
  });
});

test("with a shell, the line is its to read", async () => {
  const shell = new Puppets("sh", ({ exit }) => exit(0));
  const { kernel } = await bootKernel([shell]);
  await kernel.exec("echo 'a' | cat > f");
  expect(shell.last.args).toEqual(["-c", "echo 'a' | cat > f"]);
});

describe("the result", () => {
  test("has both streams, as text and as bytes", async () => {
    const puppets = new Puppets("puppet", (puppet) => {
      puppet.context.onStdout?.(Uint8Array.of(0xff, 0x41));
      puppet.context.onStderr?.(new TextEncoder().encode("é"));
      puppet.exit(7);
    });
    const { kernel } = await bootKernel([puppets]);
    expect(await kernel.exec("puppet")).toEqual({
      exitCode: 7,
      stdout: "\ufffdA",
      stderr: "é",
      stdoutBytes: Uint8Array.of(0xff, 0x41),
      stderrBytes: new TextEncoder().encode("é"),
      truncated: false,
      signal: null,
    });
  });

  test("names the signal that ended the command", async () => {
    const puppets = new Puppets("puppet", ({ context }, ki) =>
      queueMicrotask(() => ki.kill(context.pid, 15)),
    );
    const { kernel } = await bootKernel([puppets]);
    expect(await kernel.exec("puppet")).toMatchObject({ exitCode: 143, signal: 15 });
  });

  test.each([
    ["stdout", 10, false],
    ["stdout", 11, true],
    ["stderr", 11, true],
  ] as const)(
    "keeps %s up to the limit: of %d bytes, truncated is %s",
    async (stream, length, truncated) => {
      const puppets = new Puppets("puppet", (puppet) => {
        const data = new TextEncoder().encode("x".repeat(length));
        for (const byte of data) {
          const chunk = Uint8Array.of(byte);
          if (stream === "stdout") puppet.context.onStdout?.(chunk);
          else puppet.context.onStderr?.(chunk);
        }
        puppet.exit(0);
      });
      const { kernel } = await bootKernel([puppets], { limits: { capturedBytes: 10 } });
      const result = await kernel.exec("puppet");
      expect(result.truncated).toBe(truncated);
      expect(result[stream]).toBe("x".repeat(10));
    },
  );

  test("comes when the command has ended: who still holds its output writes into nothing", async () => {
    const puppets = new Puppets();
    const { kernel, tables } = await bootKernel([puppets]);
    const running = kernel.exec("puppet");
    await turn();
    const shell = puppets.last;
    puppets.ki.spawn("puppet", [], { ppid: shell.context.pid });
    const background = puppets.last;
    shell.write("shell");
    shell.exit(0);
    expect(await running).toMatchObject({ stdout: "shell", exitCode: 0 });
    background.write("x".repeat(1 << 20));
    background.exit(0);
    await turn();
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
  });
});

describe("stdin", () => {
  const cat = () =>
    new Puppets("cat", ({ context }, ki) => {
      const copy = async (): Promise<void> => {
        for (;;) {
          const data = await ki.fdRead(context.pid, 0, 10_000);
          if (data.length === 0) break;
          await ki.fdWriteAsync(context.pid, 1, data);
        }
        puppets.all.find((puppet) => puppet.context === context)?.exit(0);
      };
      void copy();
    });
  let puppets: Puppets;

  test.each<[string, string | Uint8Array | undefined, string]>([
    ["none is the end of the file at once", undefined, ""],
    ["an empty one too", "", ""],
    ["text", "hällo", "hällo"],
    ["bytes", new TextEncoder().encode("bytes"), "bytes"],
    ["more than a pipe holds", "x".repeat(3 * pipeCapacity), "x".repeat(3 * pipeCapacity)],
  ])("%s", async (_, stdin, expected) => {
    puppets = cat();
    const { kernel, tables } = await bootKernel([puppets]);
    const result = await kernel.exec("cat", stdin === undefined ? {} : { stdin });
    expect(result.stdout).toBe(expected);
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
  });

  test("that is not read leaves nothing behind", async () => {
    const { kernel, tables } = await bootKernel([echo()]);
    await kernel.exec("echo", { stdin: "x".repeat(3 * pipeCapacity) });
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
  });
});

/** The signals that the kernel passed on. */
const killsOf = ({ calls }: Puppet): string[] => calls.filter((call) => call.startsWith("kill"));

describe("a timeout", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("ends the session: SIGTERM to all, then ETIMEDOUT with what was written", async () => {
    const puppets = new Puppets();
    const { kernel, tables } = await bootKernel([puppets]);
    const running = kernel.exec("puppet", { timeout: 400 }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(399);
    const shell = puppets.last;
    puppets.ki.spawn("puppet", [], { ppid: shell.context.pid });
    const child = puppets.last;
    shell.write("partial");
    child.process.onStderr?.(new TextEncoder().encode("problem"));
    expect([shell, child].map(killsOf)).toEqual([[], []]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await running).toMatchObject({
      code: "ETIMEDOUT",
      message: expect.stringContaining("400 ms"),
      stdout: "partial",
      stderr: "problem",
    });
    expect([shell, child].map(killsOf)).toEqual([["kill 15"], ["kill 15"]]);
    expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
  });

  test("a process that does nothing about SIGTERM gets SIGKILL a second later", async () => {
    const puppets = new Puppets("puppet", (puppet) => {
      puppet.process.kill = (signal) => void puppet.calls.push(`kill ${signal}`);
    });
    const { kernel, tables } = await bootKernel([puppets]);
    const running = kernel.exec("puppet", { timeout: 500 }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(1499);
    expect(killsOf(puppets.last)).toEqual(["kill 15"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(killsOf(puppets.last)).toEqual(["kill 15", "kill 9"]);
    expect(await running).toMatchObject({ code: "ETIMEDOUT" });
    expect(tables.dump()).toMatchObject({ processes: [] });
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([10_000, 2 ** 31, Number.POSITIVE_INFINITY])(
    "of %d ms leaves a command that ends before alone, and no timer",
    async (timeout) => {
      const puppets = new Puppets();
      const { kernel } = await bootKernel([puppets]);
      const running = kernel.exec("puppet", { timeout });
      await vi.advanceTimersByTimeAsync(5000);
      expect(killsOf(puppets.last)).toEqual([]);
      puppets.last.write("done");
      puppets.last.exit(0);
      expect(await running).toMatchObject({ exitCode: 0, stdout: "done" });
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});

test("environment and directory overlay the kernel's", async () => {
  const puppets = new Puppets("puppet", ({ exit }) => exit(0));
  const { kernel } = await bootKernel([puppets], { env: { A: "1", B: "2" } });
  await kernel.exec("puppet", { env: { B: "3" }, cwd: "/tmp" });
  expect(puppets.last.context).toMatchObject({ cwd: "/tmp", env: { A: "1", B: "3" } });
});
