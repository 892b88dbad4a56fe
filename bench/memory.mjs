// What an idle program of Node or Python holds of the machine's memory, beside the same one of the host's own.
// Private: its own pages. PSS: those, and its share of the pages that processes have in common. RSS: those whole, of which the
// text of the host's Node is 40 MB.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInMemoryFileSystem, createKernel } from "secure-exec";
import { createNodeRuntime } from "secure-exec/node";
import { createPythonRuntime } from "secure-exec/python";
import { median } from "./pairs.mjs";
import { guestHosts, memoryOf } from "./process-memory.mjs";

const guests = 4;

/** What is measured: its arguments, the driver, and the host's program of that name. */
const programs = {
  node: {
    args: ["-e", "console.log(1); setInterval(() => {}, 60_000);"],
    createRuntime: createNodeRuntime,
    host: process.execPath,
  },
  python3: {
    args: ["-c", "import time; print(1, flush=True); time.sleep(1000)"],
    createRuntime: createPythonRuntime,
    host: hostPython(),
  },
};
const kinds = { private: "private", pss: "PSS", rss: "RSS" };

/** The interpreter itself: what is in PATH may be a script that chooses one. */
function hostPython() {
  const { stdout } = spawnSync("python3", ["-c", "import sys; print(sys.executable)"]);
  return stdout?.toString().trim() || undefined;
}

async function measureOurs(name) {
  const { args, createRuntime } = programs[name];
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createRuntime());
  try {
    for (let count = 0; count < guests; count++) {
      await new Promise((resolve) => {
        kernel.spawn(name, args, { onStdout: resolve });
      });
    }
    // Processes kept warm have no guest yet: the smaller ones.
    return guestHosts()
      .map(memoryOf)
      .sort((a, b) => b.private - a.private)
      .slice(0, guests);
  } finally {
    await kernel.dispose();
  }
}

async function measureHost(name) {
  const { args, host } = programs[name];
  const children = [];
  try {
    for (let count = 0; count < guests; count++) {
      const child = spawn(host, args, {
        stdio: ["pipe", "pipe", "inherit"],
      });
      children.push(child);
      await once(child.stdout, "data");
    }
    return children.map(({ pid }) => memoryOf(pid));
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(children.map((child) => child.exitCode ?? once(child, "exit")));
  }
}

/**
 * Results as `measurePairs` gives them, in bytes; none where /proc does not tell.
 *
 * @param {(keyof typeof programs)[]} names - The programs.
 */
export async function measureMemory(names) {
  if (process.platform !== "linux") return [];
  const results = [];
  for (const name of names.filter((name) => programs[name].host)) {
    const [ours, host] = [await measureOurs(name), await measureHost(name)];
    for (const [kind, word] of Object.entries(kinds)) {
      const oursBytes = median(ours.map((memory) => memory[kind]));
      const hostBytes = median(host.map((memory) => memory[kind]));
      const title = `memory of an idle ${name}, ${word}`;
      results.push({ title, n: guests, oursBytes, hostBytes, ratio: oursBytes / hostBytes });
    }
  }
  return results;
}
