/**
 * `secure-exec run`: a file of the host's, by its name's ending. A file below a mount is run where the sandbox sees it, so
 * that it finds its neighbours; any other is copied into the working directory, alone.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { NodeRuntime } from "../runtime/node-runtime.js";
import { runAttached } from "./attached-program.host.js";
import { runForJson } from "./json-result.host.js";
import { buildNodeCache } from "./node-cache.host.js";
import { createSandbox } from "./sandbox.host.js";
import type { SandboxFlags } from "./sandbox-flags.js";
import { stripTypes } from "./type-stripping.host.js";
import { UsageError } from "./usage-error.js";

/** What runs files with this ending. TypeScript becomes the JavaScript of the given ending first. */
const interpreters: Readonly<Record<string, { command: string; stripped?: string }>> = {
  ".sh": { command: "sh" },
  ".bash": { command: "bash" },
  ".js": { command: "node" },
  ".mjs": { command: "node" },
  ".cjs": { command: "node" },
  ".ts": { command: "node", stripped: ".js" },
  ".mts": { command: "node", stripped: ".mjs" },
  ".cts": { command: "node", stripped: ".cjs" },
  ".py": { command: "python3" },
};

export async function runFile(
  file: string,
  args: readonly string[],
  flags: SandboxFlags,
): Promise<number> {
  const ending = path.extname(file);
  const interpreter = interpreters[ending];
  if (!interpreter) {
    const known = Object.keys(interpreters).join(", ");
    throw new UsageError(`run ${file}: expected a name that ends in one of ${known}`);
  }
  const { stripped } = interpreter;
  const source = readFileSync(file);
  const command = asksForBash(ending, source) ? "bash" : interpreter.command;
  const python = command === "python3" ? ({ python: true } as const) : {};
  await using runtime = await createSandbox({ ...flags, ...python });
  if (command === "node") await buildNodeCache(runtime);
  const guestPath =
    stripped === undefined
      ? (mountedPath(file, flags) ?? (await copied(runtime, path.basename(file), source)))
      : await copied(runtime, path.basename(file, ending) + stripped, await stripTypes(source));
  const run = flags.json ? runForJson : runAttached;
  return await run(runtime, command, [guestPath, ...args]);
}

/** Whether a script's first line names bash. */
function asksForBash(ending: string, source: Buffer): boolean {
  return ending === ".sh" && /^#!.*\bbash\b/.test(source.toString("latin1", 0, 100));
}

/** Where the sandbox sees the file, if it is below a mount. */
function mountedPath(file: string, { mount = [] }: SandboxFlags): string | undefined {
  for (const { hostPath, guestPath } of mount) {
    const relative = path.relative(hostPath, file);
    const isBelow = !relative.startsWith("..") && !path.isAbsolute(relative);
    if (isBelow) return path.posix.join(guestPath, ...relative.split(path.sep));
  }
  return undefined;
}

async function copied(
  runtime: NodeRuntime,
  name: string,
  content: string | Uint8Array,
): Promise<string> {
  const guestPath = `${runtime.cwd}/${name}`;
  await runtime.writeFile(guestPath, content);
  return guestPath;
}
