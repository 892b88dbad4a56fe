// The rows of Python programs, each beside the host's own CPython, whatever release it is.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInMemoryFileSystem, createKernel, createWasmVmRuntime } from "secure-exec";
import { createPythonRuntime } from "secure-exec/python";

const bigBytes = 50_000_000;

async function bootKernel() {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime());
  await kernel.mount(createPythonRuntime());
  return kernel;
}

/** Fails the bench if a run did not do its work: a fast wrong answer is no result. */
function check(script, exitCode, stdout, expected) {
  if (exitCode === 0 && stdout === expected) return;
  throw new Error(`${script}: exit code ${exitCode}, output ${JSON.stringify(stdout)}`);
}

async function runInKernel(kernel, script, expected) {
  const { exitCode, stdout } = await kernel.exec(script, { cwd: "/tmp" });
  check(script, exitCode, stdout, expected);
}

/** Finds the interpreter itself: what is in PATH may be a script that chooses one, and slow. */
function hostEnvironment() {
  const { stdout } = spawnSync("python3", ["-c", "import sys; print(sys.executable)"]);
  return { ...process.env, PATH: `${dirname(`${stdout}`)}:${process.env.PATH}` };
}

const env = hostEnvironment();

function runOnHost(folder, script, expected) {
  const { error, status, stdout } = spawnSync("sh", ["-c", script], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  if (error) throw error;
  check(script, status, stdout, expected);
}

const smallFiles = `python3 -c '
import os, shutil
os.mkdir("small")
for number in range(1000):
    with open(f"small/{number}", "w") as file: file.write("x" * 100)
total = 0
for name in os.listdir("small"):
    with open(f"small/{name}") as file: total += len(file.read())
shutil.rmtree("small")
print(total)'`;

/**
 * The rows, and what ends the kernel they share.
 *
 * @param folder - A temporary folder of the host for its side's files.
 */
export async function pythonRows(folder) {
  const kernel = await bootKernel();
  const big = Buffer.alloc(bigBytes, "0123456789abcdef\n");
  writeFileSync(join(folder, "big-for-python"), big);
  await kernel.writeFile("/tmp/big-for-python", big);
  const row = (title, aim, rounds, script, expected) => ({
    title,
    aim,
    rounds,
    ours: () => runInKernel(kernel, script, expected),
    host: async () => runOnHost(folder, script, expected),
  });
  const hello = [`python3 -c 'print(1)'`, "1\n"];
  const stdin = `python3 -c 'import sys; print(len(sys.stdin.buffer.read()))' < big-for-python`;
  let fresh;
  return {
    rows: [
      {
        ...row(`${hello[0]}, new kernel`, 10, 5, ...hello),
        async ours() {
          fresh = await bootKernel();
          await runInKernel(fresh, ...hello);
        },
        after: () => fresh.dispose(),
      },
      row(hello[0], 2, 15, ...hello),
      row("python: 1,000 small files", 4, 7, smallFiles, "100000\n"),
      row("python: 50 MB through stdin", 4, 5, stdin, `${bigBytes}\n`),
    ],
    dispose: () => kernel.dispose(),
  };
}
