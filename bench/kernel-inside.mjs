// The kernel's tables and a guest that calls them in this thread: for rows that measure the kernel's side alone.
// The package exports no such thing, so it is bundled from the sources and the tests' own guest.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const contents = `
  export { DirectGuest } from "./test/bridge/direct-guest.js";
  export { RandomCalls } from "./test/bridge/random-calls.js";
  export { Random } from "./test/random.js";
  export { IdleDriver, bootTables, start, ok, utf8 } from "./test/kernel/tables.js";
  export { openPipe } from "./src/kernel/descriptor-pair.js";
  export { KernelTables } from "./src/kernel/kernel-tables.js";
  export { defaultLimits } from "./src/kernel/limits.js";
  export { createInMemoryFileSystem } from "./src/kernel/memfs-file-system.js";
  export { createOverlayFileSystem } from "./src/kernel/overlay-file-system.js";
  export * as constants from "./src/kernel/constants.js";
  import { SharedMemoryHub } from "./src/bridge/shared-memory-hub.js";
  import { FileApi } from "./src/kernel/file-api.js";
  import { createKernelInterface } from "./src/kernel/driver-calls.js";
  import { bootTables, IdleDriver } from "./test/kernel/tables.js";
  export function bootHub() {
    const tables = bootTables();
    const defaults = { env: {}, cwd: "/" };
    const ki = createKernelInterface(tables, new IdleDriver(), new FileApi(tables.vfs), defaults);
    return { tables, hub: new SharedMemoryHub(ki) };
  }
`;

/** @param folder - A temporary folder for the bundle. */
export async function loadKernelInside(folder) {
  const outfile = join(folder, "kernel-inside.mjs");
  await build({
    stdin: { contents, resolveDir: new URL("..", import.meta.url).pathname, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
    // memfs and its parts are CommonJS.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    alias: { "secure-exec/kernel": new URL("../src/kernel.ts", import.meta.url).pathname },
  });
  return import(pathToFileURL(outfile).href);
}
