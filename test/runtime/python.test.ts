// Python on the facade: execPython, python, runPython.

import { NodeRuntime } from "secure-exec";
import { afterAll, beforeAll, describe as describeAlways, expect, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));

describe("Python on a runtime", () => {
  let rt: NodeRuntime;
  beforeAll(async () => {
    rt = await NodeRuntime.create({ python: true, files: { "/data.json": '{"n": [1, 2, 3]}' } });
  });
  afterAll(() => rt.dispose());

  test("runs to its end, with arguments, streams and codes", async () => {
    const echo = "import sys; print(sys.argv[1:], sys.stdin.read()); sys.exit(7)";
    expect(await rt.execPython(echo, { args: ["a b", "c"], stdin: "typed" })).toMatchObject({
      stdout: "['a b', 'c'] typed\n",
      stderr: "",
      exitCode: 7,
      signal: null,
    });
    expect((await rt.python("print(open('/data.json').read())")).stdout).toBe('{"n": [1, 2, 3]}\n');
  });

  test("code may be longer than a command line", async () => {
    const long = `print(len("""${"x".repeat(1_000_000)}"""))`;
    expect((await rt.execPython(long)).stdout).toBe("1000000\n");
  });

  test("hands back a value as JSON", async () => {
    const sums = `import json
print("counting")
__return({"sum": sum(json.load(open("/data.json"))["n"]), "none": None, "text": "ü"})`;
    const result = await rt.runPython<{ sum: number }>(sums);
    expect(result).toMatchObject({ exitCode: 0, stdout: "counting\n" });
    expect(result.value).toEqual({ sum: 6, none: null, text: "ü" });
    expect((await rt.runPython("pass")).value).toBeUndefined();
    expect((await rt.runPython("__return(1); __return(2)")).value).toBe(2);
    expect((await rt.runPython("__return([1]); raise SystemExit(3)")).value).toEqual([1]);
  });

  test("what is no JSON, and errors, are the program's own", async () => {
    const result = await rt.runPython("x = 1\n__return({1, 2})");
    expect(result).toMatchObject({ exitCode: 1, value: undefined });
    expect(result.stderr).toContain("TypeError: Object of type set is not JSON serializable");
    const failed = await rt.runPython("def f():\n    return 1 / 0\nf()");
    expect(failed.stderr).toBe((await rt.execPython("def f():\n    return 1 / 0\nf()")).stderr);
    expect(failed.stderr).toContain("ZeroDivisionError");
  });

  test("limits and aborts end it", async () => {
    const options = { timeoutMs: 300 };
    await expect(rt.runPython("while True: pass", options)).rejects.toMatchObject({
      code: "ERR_TIMEOUT",
    });
    const signal = AbortSignal.timeout(200);
    await expect(rt.python("import time; time.sleep(60)", { signal })).rejects.toThrow();
  });

  test("a runtime without Python says so", async () => {
    await using other = await NodeRuntime.create();
    await expect(other.execPython("print(1)")).rejects.toMatchObject({
      code: "ERR_OPTION",
      option: "create: python",
    });
  });
});
