// NodeRuntime.run: the value a program hands back, and what an untrusted one may try with it.

import { describe as describeAlways, expect, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";
import { shareRuntime } from "./boot.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));

describe("run", () => {
  const shared = shareRuntime();
  const handedBack = async (code: string): Promise<unknown> => {
    const { value, stderr, exitCode } = await shared().run(code);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    return value;
  };

  test("the default export, __return as a function, as a variable, and none", async () => {
    expect(
      await handedBack("console.log('out'); export default await Promise.resolve(6 * 7)"),
    ).toBe(42);
    expect(await handedBack("globalThis.__return({ a: [1] }); export default 'not this'")).toEqual({
      a: [1],
    });
    expect(await handedBack("globalThis.__return = 'set'; // the end")).toBe("set");
    expect(await handedBack("setTimeout(() => { __return(1); process.exit() }, 1)")).toBe(1);
    expect(await handedBack("console.log('nothing')")).toBeUndefined();
    const failed = await shared().run("__return(5); throw new TypeError('later')");
    expect(failed).toMatchObject({ value: 5, exitCode: 1 });
    expect(failed.stderr).toContain("TypeError: later");
  });

  test("all kinds of values arrive as they are", async () => {
    const value = await handedBack(`
      const loop = { name: "loop" };
      loop.self = loop;
      let deep = null;
      for (let i = 0; i < 20000; i++) deep = { deep };
      class Point { x = 1; get twice() { return 2 } }
      __return({
        primitives: [null, undefined, true, "\\ud800 \\u2028 é", 0.1, -0, NaN, Infinity, -Infinity, 12n ** 30n],
        date: new Date(0), bad: new Date(NaN),
        map: new Map([[{ k: 1 }, new Set([1, "1"])]]),
        bytes: Buffer.from("héllo"), floats: new Float64Array([1.5, NaN]), buffer: new Uint8Array([1, 2]).buffer,
        large: new Uint8Array(300000).fill(7),
        error: new RangeError("far"), custom: Object.assign(new Error("own"), { name: "Own" }),
        loop, same: [loop, loop], point: new Point(), holes: [1, , 3],
        ["__proto__"]: { polluted: true }, deep,
      });`);
    expect(value).toMatchObject({
      primitives: [
        null,
        undefined,
        true,
        "\ud800 \u2028 é",
        0.1,
        -0,
        Number.NaN,
        Infinity,
        -Infinity,
        12n ** 30n,
      ],
      date: new Date(0),
      bad: new Date(Number.NaN),
      map: new Map([[{ k: 1 }, new Set([1, "1"])]]),
      bytes: new TextEncoder().encode("héllo"),
      floats: new Float64Array([1.5, Number.NaN]),
      buffer: new Uint8Array([1, 2]).buffer,
      point: { x: 1 },
      holes: [1, undefined, 3],
    });
    const { large, error, custom, loop, same } = value as Record<string, never> & {
      large: Uint8Array;
      error: Error;
      custom: Error;
      loop: { self: unknown };
      same: unknown[];
    };
    expect(large.every((byte) => byte === 7) && large.length).toBe(300_000);
    expect(error).toBeInstanceOf(RangeError);
    expect([error.message, custom.name, custom.message]).toEqual(["far", "Own", "own"]);
    expect(loop.self).toBe(loop);
    expect(same[0]).toBe(loop);
    expect(Object.getOwnPropertyNames(value)).toContain("__proto__");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test.each([
    ["a function", "__return(() => 1)", "not a value for the host: a function"],
    ["a symbol", "export default [Symbol('s')]", "not a value for the host: a symbol"],
    ["a promise", "__return(Promise.resolve(1))", "not a value for the host: [object Promise]"],
  ])("%s is an error in the guest", async (_, code, message) => {
    const { value, exitCode, stderr } = await shared().run(code);
    expect({ value, exitCode }).toEqual({ value: undefined, exitCode: 1 });
    expect(stderr).toContain(`TypeError: ${message}`);
  });

  test.each([
    ["no JSON", "boom"],
    ["no list", "{}"],
    ["an empty list", "[]"],
    ["a node that is an object", '[{"a":1}]'],
    ["an index that is not there", '[["array",1]]'],
    ["an index that is no number", '[["array","__proto__"]]'],
    ["a fraction", '[["array",0.5]]'],
    ["a tag that is not there", '[["constructor"]]'],
    ["no typed array", '[["bytes","Function","AAAA"]]'],
    ["no base64", '[["buffer","%"]]'],
    ["an odd length", '[["bytes","Int16Array","AAAA"]]'],
    ["no key", '[["object",["a"],0]]'],
    ["no bigint", '[["bigint","0x10"]]'],
  ])("a guest that writes its own answer: %s", async (_, answer) => {
    const code = `import fs from "node:fs"; fs.writeSync(3, ${JSON.stringify(answer)})`;
    await expect(shared().run(code)).rejects.toMatchObject({ code: "ERR_RESULT" });
  });

  test("fork and argv of a program that has no file", async () => {
    const rt = shared();
    await rt.writeFile("child.cjs", "process.send(process.execArgv.length)");
    const value = await handedBack(`
      import { fork } from "node:child_process";
      const message = await new Promise((resolve) => fork("./child.cjs").on("message", resolve));
      export default [message, process.execArgv, process.argv.length];`);
    expect(value).toEqual([0, [], 1]);
  });

  test("code of any size; the command line does not show it", async () => {
    const code = `/*${"x".repeat(500_000)}*/ import fs from "node:fs";
      export default fs.readFileSync("/proc/self/cmdline", "utf8")`;
    expect(await handedBack(code)).toBe("node\0");
  });
});
