// What goes wrong in Python programs ends as CPython ends it: its message, its code, never a kernel that hangs.

import { describe, expect, test } from "vitest";
import { machine } from "./python-kernel.js";

const vm = machine();

describe("exit codes and messages", () => {
  test.each([
    ["exit(3)", 3, ""],
    ["raise SystemExit('a reason')", 1, "a reason\n"],
    ["import sys; sys.exit(256 + 7)", 7, ""],
    ["import os; os._exit(9)", 9, ""],
    ["import os; os.abort()", 134, ""],
    ["1/0", 1, "ZeroDivisionError: division by zero\n"],
    ["import nothing_such", 1, "ModuleNotFoundError: No module named 'nothing_such'\n"],
    ["f = lambda: f()\nf()", 1, "RecursionError: maximum recursion depth exceeded\n"],
    ["a = []\nwhile True: a.append(bytes(1 << 24))", 1, "MemoryError\n"],
    ["print(", 1, "SyntaxError: '(' was never closed\n"],
    [
      "import threading\nthreading.Thread(target=print).start()",
      1,
      "RuntimeError: can't start new thread\n",
    ],
  ])("%j", async (program, code, message) => {
    await vm.kernel.writeFile("/work/bad.py", program);
    const { exitCode, stderr } = await vm.run("python3 bad.py");
    expect({ exitCode, stderr }).toEqual({
      exitCode: code,
      stderr: message === "" ? expect.any(String) : expect.stringContaining(message.trim()),
    });
  });
});

test("bad bytecode, bad archives, bad encodings: one error each", async () => {
  await vm.kernel.writeFile("/work/bad.pyc", new Uint8Array([1, 2, 3, 4]));
  await vm.kernel.writeFile("/work/bad.zip", "PK no archive");
  await vm.kernel.writeFile("/work/latin.py", new Uint8Array([0x70, 0x3d, 0x27, 0xe9, 0x27, 10]));
  const codes = [];
  for (const name of ["bad.pyc", "bad.zip", "latin.py", "absent.py"]) {
    const { exitCode, stderr } = await vm.run(`python3 ${name}`);
    codes.push([name, exitCode, stderr !== ""]);
  }
  expect(codes).toEqual([
    ["bad.pyc", 1, true],
    ["bad.zip", 1, true],
    ["latin.py", 1, true],
    ["absent.py", 2, true],
  ]);
});

test("the kernel is as before: the next program runs", async () => {
  expect(await vm.run("python3 -c 'print(6 * 7)'")).toMatchObject({ stdout: "42\n", exitCode: 0 });
});
