// Python programs on the kernel: streams, files, exit codes, pipes.

import { expect, test } from "vitest";
import { runInGuest } from "../run-in-guest.js";
import { bootPython, pythonInGuest } from "./python-kernel.js";

test("a program's streams and exit code are the process's", async () => {
  const kernel = await bootPython();
  const hello = await pythonInGuest(kernel, ["-c", "print(1)"]);
  expect(hello).toEqual({ exitCode: 0, stdout: "1\n", stderr: "" });
  const streams = "import sys; print(sys.stdin.read().upper(), file=sys.stderr); sys.exit(7)";
  const echo = await pythonInGuest(kernel, ["-c", streams], "été\n");
  expect(echo).toEqual({ exitCode: 7, stdout: "", stderr: "ÉTÉ\n\n" });
  const broken = await pythonInGuest(kernel, ["-c", "1/0"]);
  expect(broken.exitCode).toBe(1);
  expect(broken.stderr).toContain("ZeroDivisionError: division by zero");
});

test("files are the kernel's", async () => {
  const kernel = await bootPython();
  await kernel.writeFile("/data/in.txt", "one\ntwo\n");
  const program = `
import os, json, tempfile, shutil
lines = open('/data/in.txt').read().split()
os.makedirs('/data/a/b'); os.chdir('/data/a')
for n in range(40): open(f'b/f{n}', 'w').write(str(n))
os.rename('b/f0', 'b/g'); os.symlink('b/g', 'link'); os.unlink('b/f1'); os.chmod('b/g', 0o640)
st = os.stat('link')
with tempfile.TemporaryDirectory() as d: shutil.copytree('b', d + '/copy'); count = len(os.listdir(d + '/copy'))
for act in (lambda: open('nothing'), lambda: os.mkdir('b'), lambda: os.rmdir('b'), lambda: open('b')):
    try: act()
    except OSError as e: lines.append(type(e).__name__)
json.dump([lines, os.getcwd(), len(os.listdir('b')), oct(st.st_mode), st.st_size, os.readlink('link'), count], open('/data/out', 'w'))
`;
  const { stderr } = await pythonInGuest(kernel, ["-c", program]);
  expect(stderr).toBe("");
  const out = new TextDecoder().decode(await kernel.readFile("/data/out"));
  expect(JSON.parse(out)).toEqual([
    ["one", "two", "FileNotFoundError", "FileExistsError", "OSError", "IsADirectoryError"],
    "/data/a",
    39,
    "0o100640",
    1,
    "b/g",
    39,
  ]);
});

test("python stands in pipes of the shell", async () => {
  const kernel = await bootPython();
  const line = `printf 'b\\na\\n' | python3 -c 'import sys; print("".join(sorted(sys.stdin)), end="")' | tr a-z A-Z; echo 'print(6*7)' | python3; python3 -c 'exit(3)' || echo $?`;
  const { stdout, stderr } = await runInGuest(kernel, "sh", ["-c", line]);
  expect({ stdout, stderr }).toEqual({ stdout: "A\nB\n42\n3\n", stderr: "" });
});
