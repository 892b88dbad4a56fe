// What goes wrong in Python programs ends as CPython ends it: its message, its code, never a kernel that hangs.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { machine } from "./python-kernel.js";

const vm = machine();
/** Where the host's own python3 is: not a script that starts it, which has descriptors of its own. */
const hostPython = spawnSync("python3", ["-c", "import sys; print(sys.executable)"], {
  encoding: "utf8",
}).stdout?.trim();
const hostEnvironment = {
  PATH: `${dirname(hostPython || "/usr/bin/python3")}:/usr/bin:/bin`,
  HOME: "/tmp",
  LANG: "C.UTF-8",
};

/** Error numbers are those that CPython was compiled with, which are not Linux's. */
const lastLine = (text: string): string =>
  (text.trimEnd().split("\n").at(-1) ?? "").replace(/\[Errno \d+\] /, "");

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

/** Lines of the shell that end as they do on the host: the same output and code, the same last line of errors. */
const lines = [
  // Bytecode of another Python, cut off, and none at all.
  `printf '\\1\\2\\3\\4' > bad.pyc; python3 bad.pyc`,
  `python3 -c 'import py_compile; open("cut.py", "w").write("x = [1, 2, 3]"); py_compile.compile("cut.py", "cut.pyc"); d = open("cut.pyc", "rb").read(); open("cut.pyc", "wb").write(d[:30])'; rm cut.py; python3 -c 'import cut'`,
  `python3 -c 'import marshal; marshal.loads(b"\\xe3\\x01garbage")'`,
  `python3 -c 'import marshal; marshal.loads(b"")'`,
  // Arguments, variables and names that are no UTF-8.
  `python3 -c 'import sys, os; print(ascii(sys.argv[1]), os.fsencode(sys.argv[1]))' $'a\\xff\\xfeb'`,
  `V=$'\\x80x' python3 -c 'import os; print(ascii(os.environ["V"]), os.environb[b"V"])'`,
  `python3 -c 'import os; n = b"n\\xff"; open(n, "w").close(); print([f for f in os.listdir(b".") if f[:1] == b"n"], [ascii(f) for f in os.listdir() if f[:1] == "n"], os.path.exists(n)); os.unlink(n)'`,
  `python3 -c $'print("\\xff")'`,
  `python3 -c 'import sys; print(sys.argv[1])' $'\\xff' | od -An -tx1`,
  // Streams that are closed, full, or nobody reads.
  `python3 -c 'print(1)' >&-`,
  `python3 -c 'import sys; print(sys.stdout, file=sys.stderr)' >&-`,
  `python3 -c 'import sys; print(sys.stdin, input)' <&- | head -c 4`,
  `python3 -c 'import sys; sys.stderr.write("x")' 2>&-; echo $?`,
  `python3 -c 'print("x" * 10**6)' > /dev/full; echo $?`,
  `python3 -c 'import os; os.close(1); print("x")'; echo $?`,
  `python3 -c 'import sys; sys.stdout.close(); print(1)'`,
  // Recursion: of Python, of the parser, of data.
  `python3 -c 'f = lambda: f(); f()'`,
  `python3 -c 'x = []; x.append(x); print(x, x == [x])'`,
  `python3 -c 'import json; json.loads("[" * 200000)' 2>&1 | tail -n 1 | cut -d: -f1`,
  // What swallows an interrupt goes on; what does not, ends by it.
  `python3 -c 'import os, signal
try: os.kill(os.getpid(), signal.SIGINT); [0 for _ in range(10**6)]
except BaseException as e: print(type(e).__name__)
print("on")'`,
  `python3 -c 'raise KeyboardInterrupt'; echo $?`,
  `python3 -c 'import sys; sys.exit(130)'; echo $?`,
  `python3 -c 'import sys; sys.exit(2**40)'; echo $?`,
  `printf 'x = 1\\n\\0y' > nul.py; python3 nul.py 2>&1 | tail -n 1 | cut -c1-11`,
];

test.skipIf(!hostPython)(
  "bad input ends as it does on the host",
  { timeout: 120_000 },
  async () => {
    const cwd = mkdtempSync(join(tmpdir(), "secure-exec-python-"));
    const differing: unknown[] = [];
    try {
      for (const line of lines) {
        const host = spawnSync("bash", ["-c", line], {
          cwd,
          encoding: "utf8",
          env: hostEnvironment,
        });
        const guest = await vm.run(line);
        const seen = [
          { exitCode: host.status, stdout: host.stdout, error: lastLine(host.stderr) },
          { exitCode: guest.exitCode, stdout: guest.stdout, error: lastLine(guest.stderr) },
        ];
        if (JSON.stringify(seen[0]) !== JSON.stringify(seen[1])) differing.push({ line, seen });
      }
    } finally {
      rmSync(cwd, { recursive: true });
    }
    expect(differing).toEqual([]);
  },
);

test("the kernel is as before: the next program runs", async () => {
  expect(await vm.run("python3 -c 'print(6 * 7)'")).toMatchObject({ stdout: "42\n", exitCode: 0 });
});
