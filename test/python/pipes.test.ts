// Shell, Python and Node in pipes, in all orders: what each makes of a line is the same whoever feeds it.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { machine } from "./python-kernel.js";

const vm = machine({ withNode: true });

const programs = {
  shell: { line: "tr a-z A-Z", does: (text: string) => text.toUpperCase() },
  python: {
    line: `python3 -c 'import sys; print(sys.stdin.read().strip()[::-1])'`,
    does: (text: string) => [...text].reverse().join(""),
  },
  node: {
    line: `node -e 'process.stdin.on("data", (d) => process.stdout.write(d + "!"))'`,
    does: (text: string) => `${text}!`,
  },
};
type Name = keyof typeof programs;
const orders: readonly (readonly [Name, Name, Name])[] = [
  ["shell", "python", "node"],
  ["shell", "node", "python"],
  ["python", "shell", "node"],
  ["python", "node", "shell"],
  ["node", "shell", "python"],
  ["node", "python", "shell"],
];

describe("pipes in all orders", () => {
  test.each(orders)("%s | %s | %s", async (...order) => {
    const pipe = order.map((name) => programs[name].line).join(" | ");
    const { stdout, stderr, exitCode } = await vm.run(`printf banana | ${pipe}`);
    const expected = order.reduce((text, name) => programs[name].does(text), "banana");
    const text = stdout.replaceAll("\n", "");
    expect({ text, stderr, exitCode }).toEqual({ text: expected, stderr: "", exitCode: 0 });
  });
});

describe("processes in processes", () => {
  test("python starts node, that starts sh, that starts python", async () => {
    await vm.kernel.writeFile(
      "/work/outer.py",
      `import subprocess
code = 'console.log(require("child_process").execFileSync("sh", ["-c", "python3 inner.py; echo from sh"]).toString().trim())'
print(subprocess.run(["node", "-e", code], capture_output=True, text=True))`,
    );
    await vm.kernel.writeFile("/work/inner.py", "import os; print('from python', os.getcwd())");
    expect((await vm.run("python3 outer.py")).stdout).toContain(
      "returncode=0, stdout='from python /work\\nfrom sh\\n', stderr=''",
    );
  });

  test("node starts python, with its exit code and both streams", async () => {
    const line = `node -e '
      const { spawnSync } = require("child_process");
      const { status, stdout, stderr } = spawnSync("python3", ["-c", "import sys; print(input()); print(2, file=sys.stderr); sys.exit(9)"], { input: "one\\n" });
      console.log(status, String(stdout).trim(), String(stderr).trim())'`;
    expect(await vm.run(line)).toMatchObject({ stdout: "9 one 2\n", stderr: "" });
  });

  test("exit codes of a pipe's programs", async () => {
    const line = `python3 -c 'exit(3)' | node -e 'process.exit(4)' | sh -c 'exit 5'; echo "\${PIPESTATUS[@]}"`;
    expect(await vm.run(`bash -c '${line.replaceAll("'", `'\\''`)}'`)).toMatchObject({
      stdout: "3 4 5\n",
    });
  });
});

test("who reads no more ends the writer: yes in Python, head", async () => {
  const line = `python3 -c '
import signal; signal.signal(signal.SIGPIPE, signal.SIG_DFL)
while True: print("y")' | head -n 2; echo \${PIPESTATUS[0]}`;
  expect(await vm.run(line)).toMatchObject({ stdout: "y\ny\n141\n" });
});

// What was not written is tried again when the interpreter ends, in vain: 120.
test("a closed stdout is CPython's own error", async () => {
  const line = `python3 -c '
for number in range(100000): print(number)' | head -n 1; echo \${PIPESTATUS[0]}`;
  const { stdout, stderr } = await vm.run(line);
  expect(stdout).toBe("0\n120\n");
  expect(stderr).toContain("BrokenPipeError");
});

test("50 MB through stdin, byte for byte", async () => {
  const line = `head -c 50000000 /dev/zero | tr '\\0' x | python3 -c '
import sys, hashlib
digest = hashlib.sha256(); count = 0
while chunk := sys.stdin.buffer.read(1 << 20): digest.update(chunk); count += len(chunk)
print(count, digest.hexdigest())'`;
  const digest = createHash("sha256").update(Buffer.alloc(50_000_000, "x")).digest("hex");
  expect(await vm.run(line)).toMatchObject({ stdout: `50000000 ${digest}\n`, stderr: "" });
});
