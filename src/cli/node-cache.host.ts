/** The code cache of Node's library, which the first Node program on a machine has to wait for. */
import { readdirSync } from "node:fs";
import { cacheFolderOf } from "../drivers/host/cache-folder.host.js";
import type { NodeRuntime } from "../runtime/node-runtime.js";
import { withProgress } from "./progress.host.js";

/** On a terminal, builds the cache with a word about it where there is none. */
export async function buildNodeCache(runtime: NodeRuntime): Promise<void> {
  if (!process.stderr.isTTY || hasCache()) return;
  const building = runtime.execCommand("node", ["-e", ""]);
  await withProgress("building the code cache of Node, once", building);
}

function hasCache(): boolean {
  try {
    return readdirSync(cacheFolderOf(undefined)).some((name) => name.startsWith("node-"));
  } catch {
    return false;
  }
}
