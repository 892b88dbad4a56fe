/** The code cache of Node's library, which the first Node program on a machine has to wait for. */
import { readdirSync } from "node:fs";
import { cacheFolderOf } from "../drivers/host/cache-folder.host.js";
import type { NodeRuntime } from "../runtime/node-runtime.js";

/** On a terminal, builds the cache where there is none, and says so. */
export async function buildNodeCache(runtime: NodeRuntime): Promise<void> {
  if (!process.stderr.isTTY || hasCache()) return;
  process.stderr.write("secure-exec: building the code cache of Node, once ...");
  await runtime.execCommand("node", ["-e", ""]);
  process.stderr.write(" done\n");
}

function hasCache(): boolean {
  try {
    return readdirSync(cacheFolderOf(undefined)).some((name) => name.startsWith("node-"));
  } catch {
    return false;
  }
}
