// Tools: functions of the application that guests call, as commands and by one import.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeRuntime, type RuntimeEvent } from "secure-exec";
import { describe as describeAlways, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { hasNodeRuntime } from "../boot.js";
import { bootRuntime, shareRuntime } from "./boot.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));

describe("tools", () => {
  const events: RuntimeEvent[] = [];
  let aborted: (reason: string) => void = () => {};
  const pair = {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number" } },
    required: ["a", "b"],
  };
  const shared = shareRuntime({
    onEvent: (event) => events.push(event),
    tools: {
      add: {
        description: "Adds two numbers.",
        input: pair,
        execute: ({ a, b }: { a: number; b: number }) => a + b,
      },
      greet: {
        input: z.object({ name: z.string().min(1).default("nobody") }),
        execute: async ({ name }: { name: string }) => ({ greeting: `hello ${name}` }),
      },
      modern: {
        input: {
          $schema: "https://json-schema.org/draft/2020-12/schema",
          prefixItems: [{ type: "string" }],
        },
        execute: (input: unknown) => input,
      },
      fail: {
        execute() {
          throw new Error("the disk is on fire");
        },
      },
      nothing: { execute() {} },
      inherits: {
        input: { type: "object", required: ["toString"] },
        execute: () => "has it",
      },
      wait: {
        execute: (_: unknown, { signal }) =>
          new Promise(() => {
            signal.addEventListener("abort", () => aborted("aborted"));
          }),
      },
    },
  });

  test("as commands: an argument, standard input, a pipe, help, errors", async () => {
    const rt = shared();
    const script = `
      add '{"a":1,"b":2}'
      echo '{"a":3,"b":4}' | add | cat
      greet
      nothing </dev/null; echo $?
      modern '["x"]'
      add '{"a":1}'; echo $?
      greet '{"name":""}'; echo $?
      modern '[1]'; echo $?
      add 'x'; echo $?
      add 1 2; echo $?
      fail; echo $?`;
    const { stdout, stderr } = await rt.shell(script);
    expect(stdout).toBe('3\n7\n{"greeting":"hello nobody"}\nnull\n0\n["x"]\n2\n2\n2\n2\n2\n1\n');
    const lines = stderr.split("\n");
    expect(lines[0]).toBe("add: input must have required property 'b'");
    expect(lines[1]).toMatch(/^greet: input.name: /);
    expect(lines.slice(2)).toEqual([
      "modern: input/0 must be string",
      "add: the input is no JSON",
      "add: takes one argument: its input as JSON",
      "fail: the disk is on fire",
      "",
    ]);
    const help = (await rt.shell("add --help")).stdout;
    expect(help).toContain("Adds two numbers.");
    expect(help).toContain('"required"');
    const calls = events.filter((event) => event.type === "tool");
    expect(calls[0]).toMatchObject({ name: "add", exitCode: 0 });
    expect(calls.at(-2)).toMatchObject({ name: "fail", exitCode: 1 });
  });

  test("an input with a member that changes prototypes is none, and nothing counts that is inherited", async () => {
    const script = String.raw`
      greet '{"name":"x","__proto__":{"isAdmin":true}}'; echo $?
      nothing '[{"a":{"\u005f_proto__":1}}]'; echo $?
      nothing '{"constructor":{"prototype":1},"text":"__proto__ \u0041"}'; echo $?
      inherits '{}'; echo $?`;
    const { stdout, stderr } = await shared().shell(script);
    expect(stdout).toBe("2\n2\nnull\n0\n2\n");
    expect(stderr.split("\n")).toEqual([
      'greet: the input has a member "__proto__"',
      'nothing: the input has a member "__proto__"',
      "inherits: input must have required property 'toString'",
      "",
    ]);
  });

  test("by the import, and by require", async () => {
    const { value, stderr } = await shared().run(`
      import { tools } from "secure-exec/tools";
      import { createRequire } from "node:module";
      const problems = [];
      for (const call of [() => tools.add({ a: "1" }), () => tools.fail()]) {
        await call().catch(({ name, code, message, tool }) => problems.push([name, code, message, tool]));
      }
      const text = "x".repeat(300000);
      export default {
        names: Object.keys(tools),
        sum: await tools.add({ a: 1.5, b: 2 }),
        all: await Promise.all(Array.from({ length: 20 }, (_, i) => tools.add({ a: i, b: i }))),
        large: (await tools.greet({ name: text })).greeting.length,
        problems,
      };`);
    expect(stderr).toBe("");
    expect(value).toEqual({
      names: ["add", "greet", "modern", "fail", "nothing", "inherits", "wait"],
      sum: 3.5,
      all: Array.from({ length: 20 }, (_, i) => 2 * i),
      large: 300_006,
      problems: [
        ["ToolError", "ERR_TOOL_INPUT", "input must have required property 'b'", "add"],
        ["ToolError", "ERR_TOOL", "the disk is on fire", "fail"],
      ],
    });
  });

  test("an abort of the call reaches the tool", async () => {
    const told = new Promise((resolve) => {
      aborted = resolve;
    });
    const controller = new AbortController();
    const running = shared().shell("echo go; wait_ () { /bin/wait '{}'; }; wait_", {
      signal: controller.signal,
      onStdout: () => controller.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
    // It may have been ended before the tool began.
    const late = await shared()
      .execCommand("/bin/wait", ["{}"], { timeoutMs: 200 })
      .catch((e) => e);
    expect(late).toMatchObject({ code: "ERR_TIMEOUT" });
    expect(await told).toBe("aborted");
  });

  test("beside packages of the host, of which it hides its namesake", async () => {
    const folder = mkdtempSync(join(tmpdir(), "secure-exec-packages-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [name, text] of [
      ["secure-exec", "throw 1"],
      ["other", "module.exports = 'other'"],
    ]) {
      mkdirSync(join(folder, name as string));
      writeFileSync(join(folder, name as string, "index.js"), text as string);
    }
    const rt = await bootRuntime({ nodeModules: folder, tools: { one: { execute: () => 1 } } });
    const { value, stderr } = await rt.run(`
      import { tools } from "secure-exec/tools"; import other from "other";
      export default [await tools.one(), other];`);
    expect({ value, stderr }).toEqual({ value: [1, "other"], stderr: "" });
  });

  test("the policy is asked for tools that a guest calls, as for any program", async () => {
    const rt = await bootRuntime({
      permissions: { childProcess: ({ command }) => command !== "one" },
      tools: { one: { execute: () => 1 }, two: { execute: () => 2 } },
    });
    expect(await rt.shell("one '{}'; two '{}'")).toMatchObject({ stdout: "2\n" });
  });

  test.each([
    [{ "no/name": { execute() {} } }, "create: tools.no/name: a tool's name is a command's"],
    [{ a: {} }, "create: tools.a.execute: expected a function"],
    [{ a: { run() {}, execute() {} } }, "create: tools.a: run: no such option"],
    [{ a: { input: { type: "nonsense" }, execute() {} } }, "create: tools.a.input: no JSON Schema"],
  ])("%j is refused", async (tools, problem) => {
    await expect(NodeRuntime.create({ tools } as object)).rejects.toThrow(problem);
  });
});
