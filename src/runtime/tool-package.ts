/** The package that Node guests import tools from: `import { tools } from "secure-exec/tools"`. */
import { Errno } from "../kernel/errno.js";
import type { Kernel } from "../kernel/kernel.js";
import { KernelError } from "../kernel/kernel-error.js";
import { createInMemoryFileSystem } from "../kernel/memfs-file-system.js";

/** Node looks here last from every directory. */
const PACKAGES = "/node_modules";

/** Runs in guests. Each tool is the command of its name: what starts it is asked of the policy like any program. */
const MODULE = `import { execFile } from "node:child_process";

export class ToolError extends Error {
  name = "ToolError";
  constructor(tool, message, exitCode) {
    super(message);
    this.tool = tool;
    this.code = exitCode === 2 ? "ERR_TOOL_INPUT" : "ERR_TOOL";
  }
}

function call(name, input = {}, { signal } = {}) {
  return new Promise((resolve, reject) => {
    const options = { encoding: "utf8", maxBuffer: Infinity, signal };
    const child = execFile("/bin/" + name, options, (error, stdout, stderr) => {
      if (!error) resolve(JSON.parse(stdout));
      else if (typeof error.code !== "number") reject(error);
      else reject(new ToolError(name, stderr.replace(name + ": ", "").trimEnd(), error.code));
    });
    child.stdin.on("error", () => {});
    child.stdin.end(JSON.stringify(input));
  });
}

export const tools = Object.freeze(Object.fromEntries(
  NAMES.map((name) => [name, (input, options) => call(name, input, options)]),
));
`;

/** Mounts the package, over one of the same name that the application's own packages may have. */
export async function mountToolPackage(kernel: Kernel, names: readonly string[]): Promise<void> {
  const store = createInMemoryFileSystem();
  const files = {
    "/package.json": JSON.stringify({
      name: "secure-exec",
      type: "module",
      exports: { "./tools": "./tools.js" },
    }),
    "/tools.js": MODULE.replace("NAMES", () => JSON.stringify(names)),
  };
  const node = { mode: 0o644, uid: 0, gid: 0 };
  const options = { create: true, exclusive: true, truncate: false, writable: true, node };
  for (const [path, text] of Object.entries(files)) {
    const file = store.open(path, options);
    if (file instanceof Errno) throw new KernelError(file.code, path);
    file.write(new TextEncoder().encode(text), 0);
    file.close();
  }
  await kernel.mkdir(PACKAGES, { recursive: true });
  await kernel.mountFs(`${PACKAGES}/secure-exec`, store, { readOnly: true });
}
