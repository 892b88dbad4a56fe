// What an idle Node program holds of the machine's memory, beside the same program of the host's own Node.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInMemoryFileSystem, createKernel } from "secure-exec";
import { createNodeRuntime } from "secure-exec/node";
import { median } from "./pairs.mjs";
import { guestHosts, memoryOf } from "./process-memory.mjs";

const guests = 4;
const program = "console.log(1); setInterval(() => {}, 60_000);";

async function measureOurs() {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createNodeRuntime());
  try {
    for (let count = 0; count < guests; count++) {
      await new Promise((resolve) => {
        kernel.spawn("node", ["-e", program], { onStdout: resolve });
      });
    }
    // Processes kept warm have no isolate yet: the smaller ones.
    return guestHosts()
      .map(memoryOf)
      .sort((a, b) => b.private - a.private)
      .slice(0, guests);
  } finally {
    await kernel.dispose();
  }
}

async function measureHost() {
  const children = [];
  try {
    for (let count = 0; count < guests; count++) {
      const child = spawn(process.execPath, ["-e", program], {
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

/** Results as `measurePairs` gives them, in bytes; none where /proc does not tell. */
export async function measureMemory() {
  if (process.platform !== "linux") return [];
  const [ours, host] = [await measureOurs(), await measureHost()];
  return ["private", "pss"].map((kind) => {
    const oursBytes = median(ours.map((memory) => memory[kind]));
    const hostBytes = median(host.map((memory) => memory[kind]));
    const title = `memory of an idle node, ${kind === "pss" ? "PSS" : kind}`;
    return { title, n: guests, oursBytes, hostBytes, ratio: oursBytes / hostBytes };
  });
}
