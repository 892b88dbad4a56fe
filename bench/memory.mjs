// What an idle Node program holds of the machine's memory, beside the same program of the host's own Node.
// Private: its own pages. PSS: those, and its share of the pages that processes have in common.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInMemoryFileSystem, createKernel } from "secure-exec";
import { createNodeRuntime } from "secure-exec/node";
import { median } from "./pairs.mjs";

const guests = 4;
const program = "console.log(1); setInterval(() => {}, 60_000);";

function memoryOf(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
  const bytes = (name) => Number(text.match(new RegExp(`^${name}:\\s+(\\d+) kB`, "m"))[1]) * 1024;
  return { private: bytes("Private_Clean") + bytes("Private_Dirty"), pss: bytes("Pss") };
}

/** The guest host processes of this process. */
function guestHosts() {
  return readdirSync("/proc").filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, "latin1");
      return parent === process.pid && commandLine.includes("guest-host");
    } catch {
      return false;
    }
  });
}

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
