// The rows that run a shell script, each beside the host's own `sh` on the same files.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInMemoryFileSystem, createKernel, createWasmVmRuntime } from "secure-exec";

const bigBytes = 50_000_000;

async function bootKernel() {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime());
  return kernel;
}

/** Fails the bench if a run did not do its work: a fast wrong answer is no result. */
function check(script, exitCode, stdout, expected) {
  if (exitCode === 0 && stdout === expected) return;
  throw new Error(`${script}: exit code ${exitCode}, output ${JSON.stringify(stdout)}`);
}

/** Our side of a script, on a kernel that has run commands before. */
function warm(kernel, script, expected) {
  return async () => {
    const { exitCode, stdout } = await kernel.exec(script, { cwd: "/tmp" });
    check(script, exitCode, stdout, expected);
  };
}

/** The host's side: a new `sh`, as the host has no warm one. */
function hostShell(folder, script, expected) {
  return async () => {
    const { error, status, stdout } = spawnSync("sh", ["-c", script], {
      cwd: folder,
      encoding: "utf8",
    });
    if (error) throw error;
    check(script, status, stdout, expected);
  };
}

/**
 * The rows, and what ends the kernel they share.
 *
 * @param folder - A temporary folder of the host for its side's files.
 */
export async function pipelineRows(folder) {
  const files = { small: "small\n", big: Buffer.alloc(bigBytes, "0123456789abcdef\n") };
  const kernel = await bootKernel();
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
    await kernel.writeFile(`/tmp/${name}`, content);
  }

  const row = (title, script, expected, rounds) => ({
    title,
    rounds,
    ours: warm(kernel, script, expected),
    host: hostShell(folder, script, expected),
  });

  let fresh;
  const cold = {
    ...row("echo hello, new kernel each", "echo hello", "hello\n", 15),
    async ours() {
      fresh = await bootKernel();
      await warm(fresh, "echo hello", "hello\n")();
    },
    after: () => fresh.dispose(),
  };
  const numbers = Array.from({ length: 20 }, (_, index) => index).join(" ");

  return {
    rows: [
      cold,
      row("echo hello", "echo hello", "hello\n", 25),
      row("echo hello | tr a-z A-Z | wc -c", "echo hello | tr a-z A-Z | wc -c", "6\n", 25),
      row(
        "20 commands in a loop",
        `for n in ${numbers}; do cat small; done`,
        files.small.repeat(20),
        15,
      ),
      row("cat 50MB | wc -c", "cat big | wc -c", `${bigBytes}\n`, 7),
    ],
    dispose: () => kernel.dispose(),
  };
}
